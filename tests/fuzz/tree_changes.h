// What a fuzzer does to a text in YAML or JSON that a reader still takes for one: its nodes change places, styles and
// values.
#pragma once

#include <string>

#include "tests/made_up.h"

namespace codesign {

// One to four changes. Empty for a text without a tree.
std::string changed_tree(std::string text, Dice& dice);

// A node of the text, with one of the other text in its place. The text itself where one of them has no tree.
std::string with_part_of(const std::string& text, const std::string& other, Dice& dice);

}  // namespace codesign
