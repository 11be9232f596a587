// First station of the line: the bytes of one file as they are on disk, and places in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace codesign {

// Half-open range of bytes, counted from the first byte of the file (a byte order mark included).
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool empty() const { return begin == end; }
  friend bool operator==(const Span&, const Span&) = default;
};

// One file. `path` is what messages call it; `bytes` is never modified.
struct SourceText {
  std::string path;
  std::string bytes;

  std::string_view operator[](Span span) const {
    return std::string_view(bytes).substr(span.begin, span.end - span.begin);
  }
};

// Both 1-based. Columns count Unicode code points unless another unit is asked for.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;

  friend bool operator==(const Position&, const Position&) = default;
};

// What columns count. A byte order mark takes no column, except where they count bytes.
enum class ColumnUnit : std::uint8_t { code_points, utf16_units, bytes };

// Maps bytes to lines. A line ends at "\n" or "\r\n"; a lone "\r" is an ordinary character.
class LineTable {
 public:
  explicit LineTable(std::string_view bytes);

  Position position(std::uint32_t offset, ColumnUnit unit = ColumnUnit::code_points) const;
  std::uint32_t line_count() const { return static_cast<std::uint32_t>(starts_.size()); }
  // The bytes of a 1-based line, without its line break.
  Span line(std::uint32_t number) const;
  // The same, with its line break if it has one.
  Span line_with_break(std::uint32_t number) const;

 private:
  struct Columns {
    std::uint32_t code_points = 0, utf16_units = 0;
  };

  std::uint32_t columns_before(std::uint32_t start, std::uint32_t offset, ColumnUnit unit) const;

  std::string_view bytes_;
  std::vector<std::uint32_t> starts_;
  // Of lines that are long, as minified JSON is: what stands before every so many bytes, by the start of the line. Who
  // asks for many places in one need not count it all each time.
  std::unordered_map<std::uint32_t, std::vector<Columns>> long_lines_;
};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The line break of the first line, "\n" where there is none.
std::string_view line_break_of(std::string_view bytes);

}  // namespace codesign
