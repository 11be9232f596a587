# What makes a fault harder to use, as Debian builds its packages (dpkg-buildflags with hardening=+all). The sanitizers
# stop at a fault, and need none of it.
if(CMAKE_SYSTEM_NAME STREQUAL Linux AND NOT CODESIGN_SANITIZE)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-fstack-protector-strong)
  add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro,-z,now)
  if(NOT CODESIGN_STATIC)  # which is position-independent by other means
    add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
  endif()
endif()
