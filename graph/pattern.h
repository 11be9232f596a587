// Whether a text fits a pattern.
#pragma once

#include <optional>
#include <string_view>

namespace codesign {

// AllowedPattern of a parameter: does the whole of `text` match? Nothing where the pattern cannot be read:
// CloudFormation's are Java's, which know things that RE2 leaves out so that its time stays linear.
std::optional<bool> matches_pattern(std::string_view text, std::string_view pattern);

// "*" stands for any characters, "?" for one. Linear in the product of the lengths at worst.
bool matches_wildcard(std::string_view text, std::string_view pattern);

}  // namespace codesign
