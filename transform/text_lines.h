// Inside the sixth station: the lines of a text. Offsets are bytes; a line ends before its "\n" or "\r\n".
#pragma once

#include <cstdint>
#include <string_view>

namespace codesign {

class TextLines {
 public:
  explicit TextLines(std::string_view bytes) : bytes_(bytes) {}

  char at(std::size_t offset) const { return offset < bytes_.size() ? bytes_[offset] : '\0'; }

  // Behind a byte order mark.
  std::uint32_t line_begin(std::uint32_t at) const;
  // Before the line break, or the end of the text.
  std::uint32_t line_end(std::uint32_t at) const;
  // Behind the line break, or the end of the text.
  std::uint32_t next_line(std::uint32_t at) const;
  // From the start of the line, in bytes.
  std::size_t column(std::uint32_t at) const { return at - line_begin(at); }
  // The blanks that the line of `at` begins with, but none behind `at`.
  std::string_view indentation(std::uint32_t at) const;
  bool is_first_on_its_line(std::uint32_t at) const { return indentation(at).size() == column(at); }

  std::uint32_t skip_spaces(std::uint32_t at) const;
  std::uint32_t skip_spaces_and_line_breaks(std::uint32_t at) const;

  // Of a line that begins there.
  bool is_comment_line(std::uint32_t line) const { return at(skip_spaces(line)) == '#'; }
  bool is_blank_line(std::uint32_t line) const;
  bool blank_line_between(std::uint32_t begin, std::uint32_t end) const;

  // The start of the line of `at`, or of the comment lines directly above it that are not indented deeper; `at` itself
  // where text stands before it.
  std::uint32_t above_comments(std::uint32_t at) const;

 private:
  std::string_view bytes_;
};

bool is_blank(char c);

}  // namespace codesign
