// What the bytes of a file tell before they are read as YAML or JSON. A walk through a repository passes over most of
// its files at the speed of this search.
#pragma once

#include <string_view>

namespace codesign {

// False for what is no template, and does not mean to be one, whatever YAML and JSON make of the bytes.
bool may_be_a_template(std::string_view bytes);

// A file of a walk that cannot be read is only worth a word if it means to be a template.
bool means_to_be_a_template(std::string_view bytes);

}  // namespace codesign
