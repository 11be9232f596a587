// Inside the third station: what stands in the way of an edit. Each answer is a clause about the resource, "it is a
// YAML alias", and empty where nothing does.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "graph/graph.h"

namespace codesign {

class Editability {
 public:
  // `repeated_ids`: logical IDs that are given more than once. It may still grow.
  Editability(const Document& document, const std::unordered_set<std::string_view>& repeated_ids);

  // True of what an alias repeats elsewhere.
  bool stands_in_anchor(NodeId node) const;
  // Why nothing can be added to a mapping.
  std::string why_not(NodeId mapping) const;
  // Why nothing can be added to the Properties of a resource, or given to it as its first.
  std::string why_not(const Resource& resource) const;

 private:
  const Document& document_;
  const std::unordered_set<std::string_view>& repeated_ids_;
  std::unordered_set<std::uint32_t> aliased_;
};

}  // namespace codesign
