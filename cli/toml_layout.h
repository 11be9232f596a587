// Where the statements of a TOML text stand, byte by byte, so that one value can be changed and all else stays as it
// is. What the text means, and whether it is TOML at all, toml++ says (sam_config.cpp).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace codesign {

struct TomlSpan {
  std::size_t begin = 0, end = 0;  // bytes, half-open
};

struct TomlStatement {
  enum class Kind { table, array_of_tables, pair } kind = Kind::pair;
  std::vector<std::string> path;  // the keys between the dots; of a pair, those of its table stand before them
  std::size_t keys_of_table = 0;  // how many of them are the table's
  TomlSpan whole;                 // without the blanks, comment and line break around it
  TomlSpan value;                 // of a pair
};

// The statements of a valid TOML text, in their order. Nothing for a text that is not read: its keys have escapes, or
// it is not valid after all.
std::optional<std::vector<TomlStatement>> toml_statements(std::string_view text);

// The items of an array, given with its brackets; nothing where it is not read.
std::optional<std::vector<TomlSpan>> toml_items(std::string_view text, TomlSpan array);

}  // namespace codesign
