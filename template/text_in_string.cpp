#include "template/text_in_string.h"

#include <algorithm>
#include <optional>
#include <string>

namespace codesign {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// What a backslash and the bytes behind it stand for.
struct Escape {
  std::string text;
  std::uint32_t length;  // of both, in the file
};

std::optional<std::uint32_t> hexadecimal(std::string_view digits, std::size_t count) {
  if (digits.size() < count) return {};
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, count)) {
    const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
    if (digit == std::string_view::npos) return {};
    value = value * 16 + static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
  }
  return value;
}

std::string utf8(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  const auto continuation = [&](int shift) { return byte(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | (point >> 6)), continuation(0)};
  if (point < 0x10000) return {byte(0xE0 | (point >> 12)), continuation(6), continuation(0)};
  return {byte(0xF0 | (point >> 18)), continuation(12), continuation(6), continuation(0)};
}

// The escapes of YAML 1.1 that yaml-cpp decodes to UTF-8 (not "\N" and "\_"), among them all of JSON. `bytes` begins
// with the backslash.
std::optional<Escape> read_escape(std::string_view bytes) {
  if (bytes.size() < 2) return {};
  const char letter = bytes[1];
  if (letter == '\n') return Escape{"", 2};
  if (letter == '\r') return Escape{"", 3};
  if (const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0; digits > 0) {
    const auto point = hexadecimal(bytes.substr(2), digits);
    if (!point) return {};
    const auto length = static_cast<std::uint32_t>(2 + digits);
    // JSON writes what is beyond 16 bits as two.
    if (letter == 'u' && *point >> 10 == 0xD800 >> 10 && bytes.substr(length).starts_with("\\u"))
      if (const auto low = hexadecimal(bytes.substr(length + 2), 4); low && *low >> 10 == 0xDC00 >> 10)
        return Escape{utf8(0x10000 + ((*point & 0x3FF) << 10) + (*low & 0x3FF)), 2 * length};
    return Escape{utf8(*point), length};
  }
  switch (letter) {
    case '0': return Escape{std::string(1, '\0'), 2};
    case 'a': return Escape{"\a", 2};
    case 'b': return Escape{"\b", 2};
    case 't': return Escape{"\t", 2};
    case 'n': return Escape{"\n", 2};
    case 'v': return Escape{"\v", 2};
    case 'f': return Escape{"\f", 2};
    case 'r': return Escape{"\r", 2};
    case 'e': return Escape{"\x1B", 2};
    case 'L': return Escape{utf8(0x2028), 2};
    case 'P': return Escape{utf8(0x2029), 2};
    default: return Escape{std::string(1, letter), 2};
  }
}

}  // namespace

// Walks along the text and the bytes. What is no white space stands in both, in the same order; white space may be left
// out in either, and where that happens does not matter.
class TextInString::Alignment {
 public:
  Alignment(std::string_view bytes, std::uint32_t at, Node::Style style, std::string_view text)
      : bytes_(bytes), text_(text), style_(style), at_(at) {}

  // Empty where the two do not go together.
  std::vector<Piece> run() {
    while (done_ < text_.size())
      if (!step()) return {};
    return std::move(pieces_);
  }

 private:
  bool step() {
    if (at_ < bytes_.size()) {
      if (style_ == Node::Style::double_quoted && bytes_[at_] == '\\') return escape();
      if (style_ == Node::Style::single_quoted && bytes_[at_] == '\'' && text_[done_] == '\'') return take(1, 2);
      if (bytes_[at_] == text_[done_]) return take(1, 1);
      const bool is_taken_away = bytes_[at_] == '!' && bytes_.substr(0, at_).ends_with("${");
      if (is_space(bytes_[at_]) || is_taken_away) {
        ++at_;
        return true;
      }
    }
    return is_space(text_[done_]) && take(1, 0);
  }

  bool escape() {
    const auto read = read_escape(bytes_.substr(at_));
    if (!read) return false;
    if (read->text.empty()) {  // the line goes on at the next one's first letter
      at_ = static_cast<std::uint32_t>(std::min(bytes_.find_first_not_of(" \t", at_ + read->length), bytes_.size()));
      return true;
    }
    if (text_.substr(done_).starts_with(read->text))
      return take(static_cast<std::uint32_t>(read->text.size()), read->length);
    return is_space(text_[done_]) && take(1, 0);
  }

  bool take(std::uint32_t of_text, std::uint32_t of_bytes) {
    const bool continues =
        !pieces_.empty() && of_text == of_bytes && pieces_.back().is_copied() && pieces_.back().bytes.end == at_;
    if (!continues) pieces_.push_back({{done_, done_}, {at_, at_}});
    pieces_.back().text.end = done_ += of_text;
    pieces_.back().bytes.end = at_ += of_bytes;
    return true;
  }

  std::string_view bytes_, text_;
  Node::Style style_;
  std::uint32_t at_, done_ = 0;
  std::vector<Piece> pieces_;
};

TextInString::TextInString(const Document& document, NodeId scalar)
    : TextInString(document, scalar, scalar_text(document, scalar).value_or("")) {}

TextInString::TextInString(const Document& document, NodeId scalar, std::string_view text) {
  const Node& node = document[scalar];
  whole_ = node.span;
  std::string_view bytes = document.source.bytes;
  std::size_t begin = node.content;
  if (node.style == Node::Style::literal || node.style == Node::Style::folded) {
    // The line of "|" is not of the text; its last line break stands behind the span.
    begin = std::min(bytes.find('\n', begin), bytes.size() - 1) + 1;
  } else {
    const bool is_quoted = node.style == Node::Style::single_quoted || node.style == Node::Style::double_quoted;
    begin += is_quoted ? 1 : 0;
    bytes = bytes.substr(0, node.span.end - (is_quoted ? 1 : 0));
  }
  pieces_ = Alignment(bytes, static_cast<std::uint32_t>(begin), node.style, text).run();
}

const TextInString::Piece& TextInString::piece_at(std::uint32_t offset) const {
  const auto behind = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                       [](std::uint32_t at, const Piece& piece) { return at < piece.text.begin; });
  return *std::prev(behind);
}

Span TextInString::place(Span part) const {
  if (!is_exact()) return whole_;
  const Piece& first = piece_at(part.begin);
  const std::uint32_t begin = part.begin >= first.text.end ? first.bytes.end : first.begin_of(part.begin);
  return {begin, part.empty() ? begin : piece_at(part.end - 1).end_of(part.end)};
}

}  // namespace codesign
