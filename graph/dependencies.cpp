#include "graph/dependencies.h"

#include <unordered_map>
#include <vector>

namespace codesign {
std::unordered_set<const Resource*> dependencies_of(const Graph& graph, const Resource& resource) {
  const Document& document = *graph.document;
  std::unordered_map<std::string_view, const Resource*> by_id;
  for (const Resource& one : graph.resources) by_id[one.id] = &one;
  std::unordered_set<const Resource*> found;
  std::unordered_set<std::uint32_t> seen;
  std::vector<NodeId> open{resource.body};
  while (!open.empty()) {
    const auto first = static_cast<std::uint32_t>(open.back());
    open.pop_back();
    if (!seen.insert(first).second) continue;
    // The nodes below one stand behind it, in order.
    const std::uint32_t end = document.nodes[first].span.end;
    for (std::uint32_t index = first; index < document.nodes.size(); ++index) {
      const Node& node = document.nodes[index];
      if (index > first && node.span.begin >= end) break;
      if (node.kind == Node::Kind::alias && node.target != NodeId::none) open.push_back(node.target);
      if (node.kind != Node::Kind::scalar) continue;
      visit_names(node.text, [&](std::string_view name) {
        const auto target = by_id.find(name);
        if (target != by_id.end() && found.insert(target->second).second) open.push_back(target->second->body);
      });
    }
  }
  return found;
}

}  // namespace codesign
