#include "report/markup.h"

#include <algorithm>
#include <cstdint>

#include "report/text.h"

namespace codesign {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of the character at the beginning of `text`; 0 where there is none that XML 1.0 allows (2.2 Characters).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xC2 ? 0 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (length == 0 || byte(0) > 0xF4 || length > text.size()) return 0;
  std::uint32_t point = length == 1 ? byte(0) : byte(0) & (0x7Fu >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return 0;
    point = point << 6 | (byte(at) & 0x3Fu);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = point >= 0xD800 && point < 0xE000;
  const bool is_no_character = (point & 0xFFFE) == 0xFFFE;
  return point < least[length] || point > 0x10FFFF || is_surrogate || is_no_character ? 0 : length;
}

}  // namespace

std::string plain_line(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    valid += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  std::string line = printable(valid);
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

std::string markup(std::string_view text) {
  std::string result;
  for (const char c : plain_line(text)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  }
  return result;
}

}  // namespace codesign
