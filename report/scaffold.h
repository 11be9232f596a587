// Templates to begin with: the files of scaffolds/, compiled in.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace codesign {

struct Scaffold {
  std::string_view name, text;  // of scaffolds/NAME.yaml
};

// In the order of their names.
std::span<const Scaffold> scaffolds();

// Null where there is none of that name.
const Scaffold* find_scaffold(std::string_view name);

// The first line of a scaffold's text, which is a comment: what it is, in one line.
std::string_view summary_of(const Scaffold& scaffold);

// A line for each.
std::string scaffold_list();

// Why `word`, or no word at all, prints nothing: one sentence, which names all of them and the nearest.
std::string no_such_scaffold(std::string_view word);

}  // namespace codesign
