#include "cli/toml_layout.h"

#include <algorithm>
#include <cctype>

#include "template/source_text.h"

namespace codesign {
namespace {

struct NotRead {};

bool is_bare(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::vector<TomlStatement> statements() {
    std::vector<TomlStatement> result;
    std::vector<std::string> table;
    if (text_.substr(at_).starts_with(byte_order_mark)) at_ += byte_order_mark.size();
    for (skip_between(); at_ < text_.size(); skip_between()) {
      TomlStatement statement{.whole = {at_, at_}};
      if (text_[at_] == '[') {
        const std::size_t brackets = text_.substr(at_).starts_with("[[") ? 2 : 1;
        statement.kind = brackets == 2 ? TomlStatement::Kind::array_of_tables : TomlStatement::Kind::table;
        at_ += brackets;
        table = keys();
        for (std::size_t i = 0; i < brackets; ++i) expect(']');
        statement.path = table;
        statement.keys_of_table = table.size();
      } else {
        statement.path = table;
        statement.keys_of_table = table.size();
        for (std::string& key : keys()) statement.path.push_back(std::move(key));
        expect('=');
        skip_blanks();
        statement.value = value();
      }
      statement.whole.end = at_;
      result.push_back(std::move(statement));
    }
    return result;
  }

  std::vector<TomlSpan> items() {
    std::vector<TomlSpan> result;
    expect('[');
    for (skip_between(); peek() != ']'; skip_between()) {
      if (peek() == ',')
        ++at_;
      else
        result.push_back(value());
    }
    return result;
  }

 private:
  char peek() const {
    if (at_ >= text_.size()) throw NotRead{};
    return text_[at_];
  }
  void expect(char wanted) {
    if (peek() != wanted) throw NotRead{};
    ++at_;
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  // Blanks, line breaks and comments.
  void skip_between() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n')
        ++at_;
      else
        return;
    }
  }

  std::vector<std::string> keys() {
    std::vector<std::string> result;
    while (true) {
      skip_blanks();
      const std::size_t begin = at_;
      if (peek() == '"' || peek() == '\'') {
        skip_string();
        result.emplace_back(text_.substr(begin + 1, at_ - begin - 2));
        if (text_[begin] == '"' && result.back().find('\\') != std::string::npos) throw NotRead{};
      } else {
        while (is_bare(peek())) ++at_;
        if (at_ == begin) throw NotRead{};
        result.emplace_back(text_.substr(begin, at_ - begin));
      }
      skip_blanks();
      if (peek() != '.') return result;
      ++at_;
    }
  }

  TomlSpan value() {
    const std::size_t begin = at_;
    const char first = peek();
    if (first == '"' || first == '\'') {
      skip_string();
    } else if (first == '[' || first == '{') {
      std::size_t depth = 0;
      do {
        const char c = peek();
        if (c == '#') {
          skip_between();
        } else if (c == '"' || c == '\'') {
          skip_string();
        } else {
          depth += c == '[' || c == '{';
          depth -= c == ']' || c == '}';
          ++at_;
        }
      } while (depth > 0);
    } else {
      while (at_ < text_.size() && std::string_view(",]}#\r\n").find(text_[at_]) == std::string_view::npos) ++at_;
      std::size_t end = at_;
      while (end > begin && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
      at_ = end;
      if (end == begin) throw NotRead{};
    }
    return {begin, at_};
  }

  void skip_string() {
    const char quote = text_[at_];
    const bool has_escapes = quote == '"';
    const std::string three(3, quote);
    const bool is_long = text_.substr(at_).starts_with(three);
    at_ += is_long ? 3 : 1;
    while (true) {
      if (has_escapes && peek() == '\\') {
        at_ += 2;
      } else if (is_long ? text_.substr(at_).starts_with(three) : peek() == quote) {
        at_ += is_long ? 3 : 1;
        // One or two quotes before the last three are content.
        for (int more = 0; is_long && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;
        return;
      } else {
        if (peek() == '\n' && !is_long) throw NotRead{};
        ++at_;
      }
    }
  }

  std::string_view text_;
  std::size_t at_;
};

}  // namespace

std::optional<std::vector<TomlStatement>> toml_statements(std::string_view text) {
  try {
    return Scanner(text, 0).statements();
  } catch (const NotRead&) {
    return {};
  }
}

std::optional<std::vector<TomlSpan>> toml_items(std::string_view text, TomlSpan array) {
  try {
    return Scanner(text.substr(0, array.end), array.begin).items();
  } catch (const NotRead&) {
    return {};
  }
}

}  // namespace codesign
