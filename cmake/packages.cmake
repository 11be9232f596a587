# Every package comes from the system or from vcpkg (vcpkg.json); the build downloads nothing.
find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)  # before yaml-cpp 0.8
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(Threads REQUIRED)

# Debian's RE2 and RapidJSON have no CMake targets.
find_path(RE2_HEADERS re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
add_library(codesign_re2 INTERFACE)
target_include_directories(codesign_re2 SYSTEM INTERFACE ${RE2_HEADERS})
target_link_libraries(codesign_re2 INTERFACE ${RE2_LIBRARY})
add_library(codesign::re2 ALIAS codesign_re2)

find_path(RAPIDJSON_HEADERS rapidjson/reader.h REQUIRED)
add_library(codesign_rapidjson INTERFACE)
target_include_directories(codesign_rapidjson SYSTEM INTERFACE ${RAPIDJSON_HEADERS})
add_library(codesign::rapidjson ALIAS codesign_rapidjson)
