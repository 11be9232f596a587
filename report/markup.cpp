#include "report/markup.h"

#include <algorithm>

#include "report/text.h"
#include "template/utf8.h"

namespace codesign {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of the character at `at`; 0 where there is none that XML 1.0 allows (2.2 Characters). Of the controls,
// which it does not allow either, `printable` makes others.
std::size_t character_length(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const bool is_no_character = rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");  // U+FFFE, U+FFFF
  return is_no_character ? 0 : utf8_length(text, at);
}

}  // namespace

std::string plain_line(std::string_view text) {
  std::string valid;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    valid += length == 0 ? replacement : text.substr(at, length);
    at += std::max<std::size_t>(length, 1);
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
      // "##[", wherever it stands in a line, begins what GitHub Actions takes for a command.
      case '[': result += result.ends_with("##") ? "&#91;" : "["; break;
      default: result += c;
    }
  }
  return result;
}

}  // namespace codesign
