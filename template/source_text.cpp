#include "template/source_text.h"

#include <algorithm>

namespace codesign {

namespace {

constexpr std::uint32_t stride = 1024;

// What a byte adds to the columns: a character is counted where it begins.
std::uint32_t columns_of(char c, ColumnUnit unit) {
  const auto byte = static_cast<unsigned char>(c);
  if ((byte & 0xC0) == 0x80) return 0;
  return unit == ColumnUnit::utf16_units && byte >= 0xF0 ? 2 : 1;
}

}  // namespace

LineTable::LineTable(std::string_view bytes) : bytes_(bytes), starts_{0} {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1))
    starts_.push_back(static_cast<std::uint32_t>(at + 1));
  for (std::uint32_t number = 1; number <= line_count(); ++number) {
    const Span line = line_with_break(number);
    if (line.end - line.begin <= stride) continue;
    std::vector<Columns>& columns = long_lines_[line.begin];
    Columns sum;
    for (std::uint32_t at = line.begin; at < line.end; ++at) {
      if ((at - line.begin) % stride == 0) columns.push_back(sum);
      sum.code_points += columns_of(bytes[at], ColumnUnit::code_points);
      sum.utf16_units += columns_of(bytes[at], ColumnUnit::utf16_units);
    }
  }
}

std::uint32_t LineTable::columns_before(std::uint32_t start, std::uint32_t offset, ColumnUnit unit) const {
  if (unit == ColumnUnit::bytes) return offset - start;
  std::uint32_t columns = 0, from = start;
  if (const auto known = long_lines_.find(start); known != long_lines_.end()) {
    const std::size_t passed = std::min<std::size_t>((offset - start) / stride, known->second.size() - 1);
    const Columns before = known->second[passed];
    columns = unit == ColumnUnit::utf16_units ? before.utf16_units : before.code_points;
    from += static_cast<std::uint32_t>(passed) * stride;
  }
  for (const char c : bytes_.substr(from, offset - from)) columns += columns_of(c, unit);
  if (start == 0 && bytes_.starts_with(byte_order_mark) && offset >= byte_order_mark.size()) --columns;
  return columns;
}

Position LineTable::position(std::uint32_t offset, ColumnUnit unit) const {
  offset = std::min(offset, static_cast<std::uint32_t>(bytes_.size()));
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return {.line = static_cast<std::uint32_t>(after - starts_.begin()),
          .column = columns_before(*(after - 1), offset, unit) + 1};
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

std::string_view line_break_of(std::string_view bytes) {
  const std::size_t first = bytes.find('\n');
  return first != std::string_view::npos && first > 0 && bytes[first - 1] == '\r' ? "\r\n" : "\n";
}

}  // namespace codesign
