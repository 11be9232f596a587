// The only file that knows RE2.
#include "graph/pattern.h"

#include <re2/re2.h>

namespace codesign {

std::optional<bool> matches_pattern(std::string_view text, std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  const RE2 expression(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!expression.ok()) return {};
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression);
}

}  // namespace codesign
