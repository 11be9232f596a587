#include "graph/approved.h"

#include <algorithm>

namespace codesign {
namespace {

// In a text: what a deployment puts in, which is a part of an ARN.
constexpr char any_part = '\x01';

// Whether a text that may be this fits the pattern, in which "*" stands for any characters.
bool fits(std::string_view pattern, std::string_view text) {
  std::vector<bool> below(text.size() + 1),
      here(text.size() + 1);  // for what is left of the pattern, by what is left of the text
  for (std::size_t i = pattern.size() + 1; i-- > 0; std::swap(below, here)) {
    for (std::size_t j = text.size() + 1; j-- > 0;) {
      const bool pattern_ends = i == pattern.size(), text_ends = j == text.size();
      const bool by_star = !pattern_ends && pattern[i] == '*' && (below[j] || (!text_ends && here[j + 1]));
      const bool by_part =
          !text_ends && text[j] == any_part && (here[j + 1] || (!pattern_ends && pattern[i] != ':' && below[j]));
      here[j] = (pattern_ends && text_ends) || by_star || by_part ||
                (!pattern_ends && !text_ends && pattern[i] == text[j] && below[j + 1]);
    }
  }
  return below[0];
}

// With `any_part` for "${AWS::Region}" and the like.
std::string with_open_parts(std::string_view text) {
  std::string pattern;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text.substr(at).starts_with("${") ? text.find('}', at) : std::string_view::npos;
    pattern += end == std::string_view::npos ? text[at] : any_part;
    if (end != std::string_view::npos) at = end;
  }
  return pattern;
}

}  // namespace

bool may_be_approved(const std::vector<std::string>& list, const Value& value) {
  if (list.empty() || (value.kind != Value::Kind::literal && !value.resource)) return true;
  const bool is_text = value.kind == Value::Kind::literal;
  const std::string text = is_text ? with_open_parts(value.text) : std::string(value.resource->id);
  return std::any_of(list.begin(), list.end(), [&](const std::string& pattern) {
    return pattern.starts_with("arn:") == is_text && fits(pattern, text);
  });
}

void set_approved(Graph& graph, const std::shared_ptr<const Approved>& approved) {
  graph.approved = approved;
  for (EmbeddedTemplate& embedded : graph.embedded) set_approved(*embedded.graph, approved);
}

}  // namespace codesign
