#include "tests/fuzz/well_formed.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace codesign {
namespace {

bool is_reference(std::string_view name) {
  constexpr std::array<std::string_view, 5> named{"amp", "lt", "gt", "quot", "apos"};
  const auto all_of = [](std::string_view text, int (*is_one)(int)) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [&](char c) { return is_one(static_cast<unsigned char>(c)) != 0; });
  };
  if (name.starts_with("#x")) return all_of(name.substr(2), std::isxdigit);
  if (name.starts_with('#')) return all_of(name.substr(1), std::isdigit);
  return std::find(named.begin(), named.end(), name) != named.end();
}

class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  bool run() {
    if (!is_harmless_but_for_returns()) return false;
    std::size_t roots = 0;
    while (is_good_ && at_ < text_.size()) {
      if (take("<?") || take("<!--")) {
        skip_behind(text_.substr(at_ - 2, 2) == "<?" ? "?>" : "-->");
      } else if (take("</")) {
        close(until(">"));
      } else if (take("<")) {
        roots += open_.empty();
        open();
      } else {
        content('<');
      }
    }
    return is_good_ && open_.empty() && roots == 1;
  }

 private:
  bool is_harmless_but_for_returns() const {
    return std::none_of(text_.begin(), text_.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
    });
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_behind(std::string_view word) {
    const std::size_t end = text_.find(word, at_);
    is_good_ &= end != std::string_view::npos;
    at_ = is_good_ ? end + word.size() : text_.size();
  }
  std::string_view until(std::string_view word) {
    const std::size_t begin = at_;
    skip_behind(word);
    return text_.substr(begin, at_ - begin - (is_good_ ? word.size() : 0));
  }
  std::string_view name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  std::string_view("_:-.").find(text_[at_]) != std::string_view::npos))
      ++at_;
    is_good_ &= at_ > begin;
    return text_.substr(begin, at_ - begin);
  }
  // Text up to a sign that ends it; markup has no place in it, nor outside the root.
  void content(char end) {
    for (; is_good_ && at_ < text_.size() && text_[at_] != end; ++at_) {
      const char c = text_[at_];
      is_good_ &= c != '<' && (!open_.empty() || std::isspace(static_cast<unsigned char>(c)) != 0);
      if (c != '&') continue;
      const std::size_t semicolon = text_.find(';', at_);
      is_good_ &= semicolon != std::string_view::npos && is_reference(text_.substr(at_ + 1, semicolon - at_ - 1));
      if (is_good_) at_ = semicolon;
    }
  }
  void open() {
    open_.push_back(name());
    for (std::set<std::string_view> attributes; is_good_ && at_ < text_.size();) {
      const std::size_t blank = std::min(text_.find_first_not_of(" \n", at_), text_.size());
      const bool has_blank = blank > at_;
      at_ = blank;
      if (take("/>")) return open_.pop_back();
      if (take(">")) return;
      is_good_ &= has_blank && attributes.insert(name()).second && take("=\"");
      content('"');
      is_good_ &= take("\"");
    }
    is_good_ = false;
  }
  void close(std::string_view closed) {
    is_good_ &= !open_.empty() && open_.back() == closed;
    if (is_good_) open_.pop_back();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_good_ = true;
  std::vector<std::string_view> open_;
};

}  // namespace

bool is_json(std::string_view text) {
  return nlohmann::json::accept(text);
}

bool is_xml(std::string_view text) {
  return XmlReader(text).run();
}

bool is_harmless_to_terminals(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte < 0x20 && text[at] != '\n' && text[at] != '\t') || byte == 0x7F) return false;
    if (byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) return false;
  }
  return true;
}

}  // namespace codesign
