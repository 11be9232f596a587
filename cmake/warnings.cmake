add_library(codesign_warnings INTERFACE)
target_compile_options(codesign_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<BOOL:${CODESIGN_WARNINGS_AS_ERRORS}>:-Werror>
  # A designated initializer that leaves fields out means their defaults.
  -Wno-missing-field-initializers
  # g++ 12 sees an overlap in std::string's operator+ that is not there (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

if(CODESIGN_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # By these, libFuzzer sees what an input reaches; the tests run with them nearly as fast as without.
    add_compile_options(-fsanitize-coverage=inline-8bit-counters,pc-table)
    # RapidJSON 1.1 adds to a null pointer where its stack is empty, which only clang's sanitizer sees.
    add_compile_options(-fno-sanitize=pointer-overflow)
  endif()
endif()
