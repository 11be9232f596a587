// Inside the first station: which bytes are text.
#pragma once

#include <cstddef>
#include <string_view>

namespace codesign {

// Length in bytes of the well-formed UTF-8 sequence that starts at `at`, 0 where it is malformed.
std::size_t utf8_length(std::string_view text, std::size_t at);
bool is_utf8(std::string_view text);

}  // namespace codesign
