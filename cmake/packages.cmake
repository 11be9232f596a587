# Every package comes from the system or from vcpkg (vcpkg.json); the build downloads nothing.
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)

# Debian's RapidJSON has no CMake target.
find_path(RAPIDJSON_HEADERS rapidjson/reader.h REQUIRED)
add_library(codesign_rapidjson INTERFACE)
target_include_directories(codesign_rapidjson SYSTEM INTERFACE ${RAPIDJSON_HEADERS})
add_library(codesign::rapidjson ALIAS codesign_rapidjson)

if(CODESIGN_STATIC)
  # Archives alone, which Debian's CMake files do not name. It has none of fmt and toml++: their headers are compiled in.
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(codesign_fmt fmt::fmt-header-only)
  find_path(YAML_CPP_HEADERS yaml-cpp/yaml.h REQUIRED)
  find_library(YAML_CPP_ARCHIVE yaml-cpp REQUIRED)
  add_library(yaml-cpp::yaml-cpp STATIC IMPORTED)
  set_target_properties(yaml-cpp::yaml-cpp PROPERTIES
    IMPORTED_LOCATION ${YAML_CPP_ARCHIVE} INTERFACE_INCLUDE_DIRECTORIES ${YAML_CPP_HEADERS})
  find_path(TOMLPLUSPLUS_HEADERS toml++/toml.h REQUIRED)
  add_library(codesign_toml INTERFACE)
  target_include_directories(codesign_toml SYSTEM INTERFACE ${TOMLPLUSPLUS_HEADERS})
  # Loaded at an address of chance like any other program, though nothing is linked when it starts.
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  # What is not used is left out: fewer pages to load at each start.
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-static-pie -Wl,--gc-sections)
else()
  set(codesign_fmt fmt::fmt)
  find_package(yaml-cpp REQUIRED)
  find_package(tomlplusplus REQUIRED)
  add_library(codesign_toml ALIAS tomlplusplus::tomlplusplus)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/targets.cmake)
