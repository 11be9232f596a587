// AllowedPattern of a parameter.
#pragma once

#include <optional>
#include <string_view>

namespace codesign {

// Does the whole of `text` match? Nothing where the pattern cannot be read:
// CloudFormation's are Java's, which know things that RE2 leaves out so that its time stays linear.
std::optional<bool> matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace codesign
