#include "template/abridged_yaml.h"

#include <algorithm>

namespace codesign {
namespace {

constexpr std::size_t longest_scalar = 512;  // a key that a line cannot hold is an error of its own

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::size_t end_of_blanks(std::string_view line, std::size_t at) {
  return std::min(line.find_first_not_of(' ', at), line.size());
}

bool is_blank_or_end(std::string_view line, std::size_t at) {
  return at >= line.size() || line[at] == ' ';
}

// The end of a scalar that says the same alone as among what stands around it; `begin` where none begins there.
std::size_t scalar_end(std::string_view line, std::size_t begin) {
  if (begin >= line.size()) return begin;
  const char first = line[begin];
  std::size_t end = begin;
  if (first == '"' || first == '\'') {
    for (end = begin + 1; end < line.size() && line[end] != first; ++end)
      if (line[end] == '\t' || (first == '"' && line[end] == '\\')) return begin;
    if (end == line.size() || (first == '\'' && end + 1 < line.size() && line[end + 1] == '\'')) return begin;
    ++end;
  } else if (is_word(first) || first == '_' || first == '/' || first == '$' || first == '(') {
    std::size_t at = begin;
    for (; at < line.size(); ++at) {
      if (line[at] == '\t') return begin;
      if (line[at] == ' ') continue;
      if (line[at] == '#' && line[at - 1] == ' ') break;
      if (line[at] == ':' && is_blank_or_end(line, at + 1)) break;
      end = at + 1;
    }
    const std::string_view text = line.substr(begin, end - begin);
    if (text == "null" || text == "Null" || text == "NULL") return begin;
  }
  return end - begin > longest_scalar ? begin : end;
}

// The end of "!Sub " in front of a value; `begin` where there is none.
std::size_t tag_end(std::string_view line, std::size_t begin) {
  std::size_t end = begin;
  if (end >= line.size() || line[end] != '!') return begin;
  for (++end; end < line.size() && (is_word(line[end]) || line[end] == ':'); ++end) {
  }
  return end > begin + 1 && end + 1 < line.size() && line[end] == ' ' && line[end + 1] != ' ' ? end + 1 : begin;
}

}  // namespace

AbridgedYaml::AbridgedYaml(std::string_view source) : source_(source) {
  text_.reserve(source.size());
  while (next_line_ < source.size()) {
    const std::size_t begin = next_line_;
    const std::size_t line_feed = std::min(source.find('\n', begin), source.size());
    const std::size_t end = line_feed > begin && source[line_feed - 1] == '\r' ? line_feed - 1 : line_feed;
    next_line_ = std::min(line_feed + 1, source.size());
    add_line(source.substr(begin, end - begin));
    add(source.substr(end, next_line_ - end));
  }
}

void AbridgedYaml::add(std::string_view verbatim) {
  text_ += verbatim;
}

void AbridgedYaml::cut(std::string_view what, bool is_scalar) {
  const auto begin = static_cast<std::uint32_t>(what.data() - source_.data());
  cuts_.push_back(
      {static_cast<std::uint32_t>(text_.size()), {begin, begin + static_cast<std::uint32_t>(what.size())}, is_scalar});
  if (is_scalar) text_ += stand_in;
}

void AbridgedYaml::add_line(std::string_view line) {
  const std::size_t indent = end_of_blanks(line, 0);
  if (indent == line.size()) return add(line);
  if (block_scalar_indent_ >= 0 && static_cast<int>(indent) > block_scalar_indent_) return add(line);
  block_scalar_indent_ = -1;
  if (line[indent] == '#') {
    add(line.substr(0, indent + 1));
    return cut(line.substr(indent + 1), false);
  }

  std::size_t at = indent;
  const auto add_rest = [&] {
    for (const char c : line.substr(at)) open_brackets_ += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
    add(line.substr(at));
  };
  if (open_brackets_ > 0) {
    at = 0;
    return add_rest();
  }
  open_brackets_ = 0;

  std::size_t column = indent;  // of the innermost thing that begins on this line
  while (at + 1 < line.size() && line[at] == '-' && line[at + 1] == ' ') {
    column = at;
    at = end_of_blanks(line, at + 1);
  }
  const bool is_item = at > indent;
  add(line.substr(0, at));
  std::size_t end = scalar_end(line, at);
  bool is_value = is_item;
  if (end > at && end < line.size() && line[end] == ':' && is_blank_or_end(line, end + 1)) {
    column = at;
    cut(line.substr(at, end - at), true);
    at = end_of_blanks(line, end + 1);
    add(line.substr(end, at - end));
    is_value = true;
  }
  if (const std::size_t behind = is_value ? tag_end(line, at) : at; behind > at) {
    add(line.substr(at, behind - at));
    at = behind;
  }
  end = scalar_end(line, at);
  const std::size_t rest = end_of_blanks(line, end);
  if (is_value && end > at && (rest == line.size() || (line[rest] == '#' && rest > end)) &&
      !next_line_continues(column)) {
    cut(line.substr(at, end - at), true);
    return add(line.substr(end));
  }
  if (at < line.size() && (line[at] == '|' || line[at] == '>')) block_scalar_indent_ = static_cast<int>(column);
  add_rest();
}

// A value ends with its line, unless the next one is indented further, or by a tab, which yaml-cpp decides about.
bool AbridgedYaml::next_line_continues(std::size_t column) const {
  for (std::size_t at = next_line_; at < source_.size();) {
    const std::size_t text = std::min(source_.find_first_not_of(' ', at), source_.size());
    if (text < source_.size() && source_[text] != '\n' && source_[text] != '\r')
      return text - at > column || source_[text] == '\t';
    at = std::min(source_.find('\n', text), source_.size() - 1) + 1;
  }
  return false;
}

std::uint32_t AbridgedYaml::source_offset(std::uint32_t at) const {
  const auto behind = std::upper_bound(cuts_.begin(), cuts_.end(), at,
                                       [](std::uint32_t offset, const Cut& cut) { return offset < cut.at; });
  if (behind == cuts_.begin()) return at;
  const Cut& cut = *(behind - 1);
  const std::uint32_t length = cut.is_scalar ? static_cast<std::uint32_t>(stand_in.size()) : 0;
  return at < cut.at + length ? cut.source.begin : cut.source.end + (at - cut.at - length);
}

std::string_view unquoted(std::string_view scalar) {
  return scalar.starts_with('"') || scalar.starts_with('\'') ? scalar.substr(1, scalar.size() - 2) : scalar;
}

}  // namespace codesign
