# What `cmake --install` and CPack lay down: the component `program` with what is written of its options, and the component
# `library` for other C++ programs: find_package(cfn-codesign), cfn-codesign::codesign, <cfn-codesign/…>.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# --- The program

set(pages ${CMAKE_BINARY_DIR}/pages)
file(MAKE_DIRECTORY ${pages})
find_program(GZIP gzip REQUIRED)
set(licences true)
if(CODESIGN_STATIC)
  set(licences bash packages/licences.sh)
endif()
add_custom_command(OUTPUT ${pages}/cfn-codesign.1.gz ${pages}/changelog.gz ${pages}/copyright ${pages}/bash ${pages}/fish ${pages}/zsh
  COMMAND cfn-codesign man | ${GZIP} -9n >${pages}/cfn-codesign.1.gz
  COMMAND ${GZIP} -9n <CHANGELOG.md >${pages}/changelog.gz
  COMMAND cat packages/debian/copyright >${pages}/copyright
  COMMAND ${licences} >>${pages}/copyright
  COMMAND cfn-codesign completion bash >${pages}/bash
  COMMAND cfn-codesign completion fish >${pages}/fish
  COMMAND cfn-codesign completion zsh >${pages}/zsh
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  DEPENDS cfn-codesign CHANGELOG.md packages/debian/copyright packages/licences.sh)
add_custom_target(pages ALL DEPENDS ${pages}/cfn-codesign.1.gz)

install(TARGETS cfn-codesign COMPONENT program)
install(FILES ${pages}/cfn-codesign.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${pages}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME cfn-codesign COMPONENT program)
install(FILES ${pages}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME cfn-codesign.fish COMPONENT program)
install(FILES ${pages}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _cfn-codesign COMPONENT program)
install(FILES README.md ${pages}/changelog.gz ${pages}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

# --- The library

# Its headers are those that the five verbs and the reports of them need, by their #include lines. They name each other by
# the folder they are installed in, so that one include path serves them and hides nothing of anybody else.
set(headers template/parse.h graph/workspace.h lint/config.h transform/transform.h report/diff.h report/json.h report/text.h)
set(include_folder ${CMAKE_BINARY_DIR}/include/cfn-codesign)
set(seen "")
while(headers)
  list(POP_FRONT headers header)
  list(APPEND seen ${header})
  file(READ ${header} text)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
  string(REGEX MATCHALL "#include \"[^\"]+" includes "${text}")
  list(TRANSFORM includes REPLACE "#include \"" "")
  list(REMOVE_ITEM includes ${seen})
  list(APPEND headers ${includes})
  list(REMOVE_DUPLICATES headers)
  string(REPLACE "#include \"" "#include \"cfn-codesign/" text "${text}")
  file(CONFIGURE OUTPUT ${include_folder}/${header} CONTENT "${text}" @ONLY)
endwhile()

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/cfn-codesign)
configure_package_config_file(cmake/config.cmake.in ${CMAKE_BINARY_DIR}/cfn-codesign-config.cmake INSTALL_DESTINATION ${config_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cfn-codesign-config-version.cmake COMPATIBILITY SameMinorVersion)
install(TARGETS codesign EXPORT cfn-codesign ARCHIVE COMPONENT library INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT cfn-codesign FILE cfn-codesign-targets.cmake NAMESPACE cfn-codesign:: DESTINATION ${config_folder} COMPONENT library)
install(DIRECTORY ${include_folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library FILES_MATCHING PATTERN *.h)
install(FILES ${CMAKE_BINARY_DIR}/cfn-codesign-config.cmake ${CMAKE_BINARY_DIR}/cfn-codesign-config-version.cmake cmake/targets.cmake
  DESTINATION ${config_folder} COMPONENT library)

# --- The .deb

# It holds the program alone, best of the preset `static`: such a package depends on nothing, so one serves every Debian and
# Ubuntu, whichever versions of the libraries it has. CPack still asks dpkg-shlibdeps, which says what a shared one needs.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cfn-codesign)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};cfn-codesign;program;/")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The developers of cfn-codesign <cfn-codesign@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "linter and fixer of code signing in CloudFormation templates")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "It finds AWS Lambda functions and layers that could be deployed with unsigned or
untrusted code, in SAM and CloudFormation templates, and fixes the
templates in place.")
include(CPack)
