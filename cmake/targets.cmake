# Targets that some versions of the library's own packages lack: for the build, and for whoever uses the installed library.
if(NOT TARGET yaml-cpp::yaml-cpp)  # before yaml-cpp 0.8
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# Debian's RE2 has none.
find_path(RE2_HEADERS re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
if(NOT TARGET codesign::re2)
  add_library(codesign::re2 UNKNOWN IMPORTED)
  set_target_properties(codesign::re2 PROPERTIES
    IMPORTED_LOCATION ${RE2_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${RE2_HEADERS})
endif()
