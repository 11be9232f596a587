// The first verb: text -> nodes.
#pragma once

#include <cstddef>

#include "template/document.h"

namespace codesign {

// Limits. CloudFormation takes at most 1 MB of template; what is far beyond is refused before it is read.
constexpr std::size_t max_file_bytes = 16u << 20;
constexpr std::size_t max_nodes = 1u << 20;         // each alias counts as what it stands for
constexpr std::size_t max_nesting = 500;            // yaml-cpp stops there too
constexpr std::size_t max_merged = 10'000;          // values, by one "<<"; whatever looks for a key looks at them
constexpr std::size_t max_scalar_bytes = 1u << 20;  // decoded

// Never throws for bad input: the result has either nodes or problems, and both are empty only for a text without
// content (nothing but blanks and comments). Reads by content, not by file name: text that begins with "{" or "[" is
// tried as JSON first, then as YAML.
Document parse(SourceText source);

}  // namespace codesign
