# What stops the program at a fault that would else go unseen: by -DCODESIGN_SANITIZE=address,undefined or thread.
if(CODESIGN_SANITIZE)
  add_compile_options(-fsanitize=${CODESIGN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=${CODESIGN_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang AND CODESIGN_SANITIZE MATCHES undefined)
    # By these, libFuzzer sees what an input reaches; the tests run with them nearly as fast as without.
    add_compile_options(-fsanitize-coverage=inline-8bit-counters,pc-table)
    # RapidJSON 1.1 adds to a null pointer where its stack is empty, which only clang's sanitizer sees.
    add_compile_options(-fno-sanitize=pointer-overflow)
  endif()
endif()
