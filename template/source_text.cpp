#include "template/source_text.h"

#include <algorithm>

namespace codesign {

LineTable::LineTable(std::string_view bytes) : bytes_(bytes), starts_{0} {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1))
    starts_.push_back(static_cast<std::uint32_t>(at + 1));
}

Position LineTable::position(std::uint32_t offset, ColumnUnit unit) const {
  offset = std::min(offset, static_cast<std::uint32_t>(bytes_.size()));
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const std::uint32_t start = *(after - 1);
  std::string_view before = bytes_.substr(start, offset - start);
  std::uint32_t column = 1;
  if (unit == ColumnUnit::bytes) {
    column += static_cast<std::uint32_t>(before.size());
  } else {
    if (start == 0 && before.starts_with(byte_order_mark)) before.remove_prefix(byte_order_mark.size());
    for (const char c : before) {
      const auto byte = static_cast<unsigned char>(c);
      const bool is_surrogate_pair = unit == ColumnUnit::utf16_units && byte >= 0xF0;
      if ((byte & 0xC0) != 0x80) column += is_surrogate_pair ? 2 : 1;
    }
  }
  return {.line = static_cast<std::uint32_t>(after - starts_.begin()), .column = column};
}

Span LineTable::line_with_break(std::uint32_t number) const {
  const std::uint32_t begin = starts_[number - 1];
  const std::uint32_t end = number < starts_.size() ? starts_[number] : static_cast<std::uint32_t>(bytes_.size());
  return {begin, end};
}

Span LineTable::line(std::uint32_t number) const {
  Span span = line_with_break(number);
  if (span.end > span.begin && bytes_[span.end - 1] == '\n') --span.end;
  if (span.end > span.begin && bytes_[span.end - 1] == '\r') --span.end;
  return span;
}

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(at), second = byte(at + 1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(at + 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0, surrogate = first == 0xED && second > 0x9F;
    return continues(at + 1) && continues(at + 2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90, too_large = first == 0xF4 && second > 0x8F;
    return continues(at + 1) && continues(at + 2) && continues(at + 3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

std::string_view line_break_of(std::string_view bytes) {
  const std::size_t first = bytes.find('\n');
  return first != std::string_view::npos && first > 0 && bytes[first - 1] == '\r' ? "\r\n" : "\n";
}

}  // namespace codesign
