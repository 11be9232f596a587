# What the build writes from the tree: the list of rules, the schemas, the sample texts that `explain`
# shows, the templates that `scaffold` prints, what pages are made of, the version.

# rules/*.cpp -> registry.cpp. A rule whose variable is not named like its file is a link error, and none can be
# dropped by the linker, as self-registering objects in an archive would be.
function(generate_registry target)
  file(GLOB rule_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/*.cpp)
  list(SORT rule_files)
  set(declarations "")
  set(addresses "")
  foreach(rule_file IN LISTS rule_files)
    get_filename_component(rule ${rule_file} NAME_WE)
    string(APPEND declarations "extern const Rule ${rule};\n")
    string(APPEND addresses "&${rule}, ")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/registry.cpp CONTENT
"#include \"lint/lint.h\"

namespace codesign {
@declarations@
static constexpr const Rule* rules[] = {@addresses@};

std::span<const Rule* const> all_rules() { return rules; }
}  // namespace codesign
" @ONLY)
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/registry.cpp)
endfunction()

# A line `{"NAME", R"text(…)text"},` for each file, in the order of the names, in which "-" becomes `separator`.
function(texts_of result separator)
  set(files ${ARGN})
  list(SORT files)
  set(lines "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    string(REPLACE "-" "${separator}" name ${name})
    file(READ ${file} text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    string(APPEND lines "    {\"${name}\", R\"text(${text})text\"},\n")
  endforeach()
  set(${result} "${lines}" PARENT_SCOPE)
endfunction()

# schemas/resources/A-B-C.json -> schemas.cpp: the text of each, by the resource type A::B::C.
function(generate_schemas target)
  file(GLOB schema_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schemas/resources/*.json)
  texts_of(texts "::" ${schema_files})
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/schemas.cpp CONTENT
"#include \"graph/schema.h\"

namespace codesign {
static constexpr SchemaText texts[] = {
${texts}};

std::span<const SchemaText> schema_texts() { return texts; }
}  // namespace codesign
")
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/schemas.cpp)
endfunction()

# samples/RULE/{template,good,fixed}.yaml -> samples.cpp: the texts of the samples that are named like a rule.
function(generate_samples target)
  file(GLOB rule_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/*.cpp)
  set(texts "")
  foreach(rule_file IN LISTS rule_files)
    get_filename_component(rule ${rule_file} NAME_WE)
    string(REPLACE "_" "-" rule ${rule})
    set(folder ${CMAKE_SOURCE_DIR}/samples/${rule})
    foreach(name template good fixed)
      set(${name} "")
      if(EXISTS ${folder}/${name}.yaml)
        file(READ ${folder}/${name}.yaml ${name})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${name}.yaml)
      endif()
    endforeach()
    if(good STREQUAL "")
      set(good "${fixed}")
    endif()
    string(APPEND texts "    {\"${rule}\", R\"sample(${template})sample\", R\"sample(${good})sample\"},\n")
  endforeach()
  # A semicolon in a text is a list separator to CMake only if it is expanded unquoted; it never is here.
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/samples.cpp CONTENT
"#include \"report/explain.h\"

namespace codesign {
static constexpr RuleSample samples[] = {
${texts}};

std::span<const RuleSample> rule_samples() { return samples; }
}  // namespace codesign
")
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/samples.cpp)
endfunction()

# schemas/known-publishers.yaml -> known_publishers.cpp
function(generate_known_publishers target)
  set(data ${CMAKE_SOURCE_DIR}/schemas/known-publishers.yaml)
  file(READ ${data} text)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${data})
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/known_publishers.cpp CONTENT
"#include <string_view>

namespace codesign {
std::string_view known_publishers_text() { return R\"data(${text})data\"; }
}  // namespace codesign
")
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/known_publishers.cpp)
endfunction()

# scaffolds/NAME.yaml -> scaffolds.cpp: the text of each, by its name, in the order of the names.
function(generate_scaffolds target)
  file(GLOB scaffold_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scaffolds/*.yaml)
  texts_of(texts "-" ${scaffold_files})
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/scaffolds.cpp CONTENT
"#include \"report/scaffold.h\"

namespace codesign {
static constexpr Scaffold texts[] = {
${texts}};

std::span<const Scaffold> scaffolds() { return texts; }
}  // namespace codesign
")
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/scaffolds.cpp)
endfunction()

# 'sha256-…' of a text, as a Content-Security-Policy writes it. CMake has the digest in hexadecimal: three bytes of it
# are four digits of base 64.
function(policy_hash result text)
  string(SHA256 digest "${text}")
  string(APPEND digest "00")  # 33 bytes; what the last one adds is cut off
  set(digits ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
  set(base64 "")
  foreach(group RANGE 10)
    math(EXPR at "${group} * 6")
    string(SUBSTRING ${digest} ${at} 6 bytes)
    foreach(shift 18 12 6 0)
      math(EXPR digit "(0x${bytes} >> ${shift}) & 63")
      string(SUBSTRING ${digits} ${digit} 1 digit)
      string(APPEND base64 ${digit})
    endforeach()
  endforeach()
  string(SUBSTRING ${base64} 0 43 base64)
  set(${result} "'sha256-${base64}='" PARENT_SCOPE)
endfunction()

# report/page/* -> page.cpp: the text of each, by its name, and its hash.
function(generate_page target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/report/page/*)
  list(SORT files)
  set(parts "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    file(READ ${file} text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    policy_hash(hash "${text}")
    string(APPEND parts "    {\"${name}\", \"${hash}\", R\"text(${text})text\"},\n")
  endforeach()
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/page.cpp CONTENT
"#include \"report/page.h\"

namespace codesign {
static constexpr PagePart parts[] = {
${parts}};

const PagePart& page_part(std::string_view name) {
  const PagePart* part = parts;
  while (part->name != name) ++part;
  return *part;
}
}  // namespace codesign
")
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/page.cpp)
endfunction()

function(generate_version target)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/version.h CONTENT
"#pragma once
#define CODESIGN_VERSION \"@PROJECT_VERSION@\"
" @ONLY)
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
