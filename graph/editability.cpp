#include "graph/editability.h"

#include "graph/intrinsic.h"

namespace codesign {

Editability::Editability(const Document& document, const std::unordered_set<std::string_view>& repeated_ids)
    : document_(document), repeated_ids_(repeated_ids) {
  for (const Node& node : document.nodes)
    if (node.kind == Node::Kind::alias) aliased_.insert(static_cast<std::uint32_t>(node.target));
}

bool Editability::stands_in_anchor(NodeId node) const {
  for (NodeId id = node; id != NodeId::none; id = document_[id].parent)
    if (aliased_.contains(static_cast<std::uint32_t>(id))) return true;
  return false;
}

std::string Editability::why_not(NodeId mapping) const {
  if (stands_in_anchor(mapping)) return "it stands in a YAML anchor, so an edit would change every place that uses it";
  if (const auto intrinsic = read_intrinsic(document_, mapping)) return intrinsic->name + " computes it";
  if (const auto key = duplicate_key(document_, mapping)) return "the key " + std::string(*key) + " is given twice";
  return {};
}

std::string Editability::why_not(const Resource& resource) const {
  if (document_[resource.body].kind == Node::Kind::alias) return "it is a YAML alias";
  if (repeated_ids_.contains(resource.id)) return "its logical ID is given twice";
  if (const auto key = duplicate_key(document_, document_.root()); key == "Resources" || key == "Parameters")
    return std::string(*key) + " is given twice";
  if (auto why = why_not(resource.body); !why.empty()) return why;
  const auto written = find(document_, resource.body, "Properties");
  if (!written) return {};
  if (document_[written->key].parent != resource.body) return "its Properties come from a YAML merge";
  if (document_[written->value].kind == Node::Kind::alias) return "its Properties are a YAML alias";
  if (document_[written->value].kind == Node::Kind::null) {
    const bool in_flow = document_[document_[written->key].parent].style == Node::Style::flow;
    return !in_flow && document_[written->value].span.empty() && !document_[written->value].anchored
               ? ""
               : "its Properties are null";
  }
  if (!is_mapping(document_, resource.properties)) return "its Properties are not a mapping";
  return why_not(resource.properties);
}

}  // namespace codesign
