// The only file that knows RE2.
#include "graph/pattern.h"

#include <re2/re2.h>

namespace codesign {

namespace {

// "[a-z&&[^b]]", "[a-c[x-z]]": Java's classes have operators, which RE2 takes for characters.
bool is_of_java_alone(std::string_view pattern) {
  bool is_in_class = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') {
      ++at;
    } else if (is_in_class && (pattern[at] == '[' || pattern.substr(at).starts_with("&&"))) {
      return true;
    } else {
      is_in_class = pattern[at] == '[' || (is_in_class && pattern[at] != ']');
    }
  }
  return false;
}

}  // namespace

std::optional<bool> matches_pattern(std::string_view text, std::string_view pattern) {
  if (is_of_java_alone(pattern)) return {};
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  const RE2 expression(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!expression.ok()) return {};
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression);
}

}  // namespace codesign
