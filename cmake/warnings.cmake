add_library(codesign_warnings INTERFACE)
target_compile_options(codesign_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<BOOL:${CODESIGN_WARNINGS_AS_ERRORS}>:-Werror>
  # A designated initializer that leaves fields out means their defaults.
  -Wno-missing-field-initializers
  # g++ 12 sees an overlap in std::string's operator+ that is not there (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

set(sanitizers address,undefined)
if(CODESIGN_FUZZ)
  string(APPEND sanitizers ,fuzzer-no-link)
  # RapidJSON 1.1 adds to a null pointer where its stack is empty, which only clang's sanitizer sees.
  set_source_files_properties(template/json_reader.cpp graph/schema.cpp PROPERTIES COMPILE_OPTIONS -fno-sanitize=pointer-overflow)
endif()
if(CODESIGN_SANITIZE OR CODESIGN_FUZZ)
  add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=${sanitizers})
endif()
