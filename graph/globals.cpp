#include "graph/globals.h"

#include <algorithm>

#include "graph/intrinsic.h"

namespace codesign {

bool ignores_global(const Document& document, const Resource& resource, std::string_view property) {
  const NodeId ignored = value_of(document, resource.body, "IgnoreGlobals");
  if (plain_text(document, ignored) == "*") return true;
  const auto names = children(document, ignored);
  return std::any_of(names.begin(), names.end(), [&](NodeId name) { return plain_text(document, name) == property; });
}

}  // namespace codesign
