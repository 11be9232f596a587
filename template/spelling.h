// Whatever reads names that people type: what was probably meant.
#pragma once

#include <string_view>
#include <vector>

namespace codesign {

// The one of `words` that is nearest, whatever the case of its letters; empty where none is near enough to be meant.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace codesign
