add_library(codesign_warnings INTERFACE)
target_compile_options(codesign_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<BOOL:${CODESIGN_WARNINGS_AS_ERRORS}>:-Werror>
  # A designated initializer that leaves fields out means their defaults.
  -Wno-missing-field-initializers
  # g++ 12 sees an overlap in std::string's operator+ that is not there (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
