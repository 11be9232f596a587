#include "transform/text_lines.h"

#include "template/source_text.h"

namespace codesign {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::uint32_t TextLines::line_begin(std::uint32_t at) const {
  while (at > 0 && bytes_[at - 1] != '\n') --at;
  return at == 0 && bytes_.starts_with(byte_order_mark) ? static_cast<std::uint32_t>(byte_order_mark.size()) : at;
}

std::uint32_t TextLines::line_end(std::uint32_t at) const {
  const std::size_t found = bytes_.find('\n', at);
  if (found == std::string_view::npos) return static_cast<std::uint32_t>(bytes_.size());
  return static_cast<std::uint32_t>(found > 0 && bytes_[found - 1] == '\r' ? found - 1 : found);
}

std::uint32_t TextLines::next_line(std::uint32_t at) const {
  const std::size_t found = bytes_.find('\n', at);
  return static_cast<std::uint32_t>(found == std::string_view::npos ? bytes_.size() : found + 1);
}

std::string_view TextLines::indentation(std::uint32_t at) const {
  const std::uint32_t begin = line_begin(at);
  std::uint32_t end = begin;
  while (end < at && is_blank(bytes_[end])) ++end;
  return bytes_.substr(begin, end - begin);
}

std::uint32_t TextLines::skip_spaces(std::uint32_t at) const {
  while (at < bytes_.size() && is_blank(bytes_[at])) ++at;
  return at;
}

std::uint32_t TextLines::skip_spaces_and_line_breaks(std::uint32_t at) const {
  while (at < bytes_.size() && (is_blank(bytes_[at]) || bytes_[at] == '\r' || bytes_[at] == '\n')) ++at;
  return at;
}

bool TextLines::is_blank_line(std::uint32_t line) const {
  const char first = at(skip_spaces(line));
  return first == '\n' || first == '\r';
}

bool TextLines::blank_line_between(std::uint32_t begin, std::uint32_t end) const {
  for (std::uint32_t line = next_line(begin); line < end; line = next_line(line))
    if (is_blank_line(line)) return true;
  return false;
}

std::uint32_t TextLines::above_comments(std::uint32_t at) const {
  if (!is_first_on_its_line(at)) return at;
  std::uint32_t begin = line_begin(at);
  while (begin > 0 && bytes_[begin - 1] == '\n') {
    const std::uint32_t above = line_begin(begin - 1);
    if (!is_comment_line(above) || skip_spaces(above) - above > column(at)) break;
    begin = above;
  }
  return begin;
}

}  // namespace codesign
