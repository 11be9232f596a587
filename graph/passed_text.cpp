#include "graph/passed_text.h"

#include <algorithm>
#include <array>

#include "graph/pattern.h"

namespace codesign {
namespace {

using Words = std::array<std::string_view, 9>;
constexpr Words words_of_true = {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"};
constexpr Words words_of_false = {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"};

bool is_one_of(const Words& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_json_integer(std::string_view text) {
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.front() != '0' && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The types int and float of YAML 1.1 (https://yaml.org/type/int.html, https://yaml.org/type/float.html): in other
// bases, grouped by "_", in minutes and seconds, with a fraction or an exponent.
bool is_number_of_yaml(std::string_view text) {
  if (text.empty() || std::string_view("+-.0123456789").find(text.front()) == std::string_view::npos) return false;
  return matches_pattern(text,
                         "[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(:[0-5]?[0-9])*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?|"
                         "\\.[0-9][0-9_]*([eE][-+]?[0-9]+)?|\\.(inf|Inf|INF))|\\.(nan|NaN|NAN)")
      .value_or(true);
}

}  // namespace

std::optional<std::string_view> passed_text(const Document& document, NodeId id) {
  const auto text = scalar_text(document, id);
  if (!text) return {};
  const Node& node = document[resolve(document, id)];
  if (node.style != Node::Style::plain || !node.tag.empty()) return text;
  if (is_one_of(words_of_true, *text)) return "true";
  if (is_one_of(words_of_false, *text)) return "false";
  if (is_number_of_yaml(*text) && !is_json_integer(*text)) return {};
  return text;
}

}  // namespace codesign
