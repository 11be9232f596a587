#include "graph/intrinsic.h"

namespace codesign {
namespace {

bool is_function_key(std::string_view key) {
  return key == "Ref" || key == "Condition" || key.starts_with("Fn::");
}

}  // namespace

std::optional<Intrinsic> read_intrinsic(const Document& document, NodeId id) {
  id = resolve(document, id);
  if (id == NodeId::none) return {};
  const Node& node = document[id];
  if (node.tag.starts_with('!') && !node.tag.starts_with("!!") && node.tag.size() > 1) {
    const std::string_view name = node.tag.substr(1);
    if (name == "Ref" || name == "Condition") return Intrinsic{std::string(name), id};
    return Intrinsic{"Fn::" + std::string(name), id};
  }
  return read_long_intrinsic(document, id);
}

std::optional<Intrinsic> read_long_intrinsic(const Document& document, NodeId id) {
  if (id == NodeId::none || document[id].kind != Node::Kind::mapping || document[id].first_child == NodeId::none)
    return {};
  const Node& node = document[id];
  const Node& key = document[node.first_child];
  const bool only_key = document[key.next].next == NodeId::none;
  if (!only_key || key.kind != Node::Kind::scalar || !is_function_key(key.text)) return {};
  return Intrinsic{std::string(key.text), key.next};
}

bool is_plain_mapping(const Document& document, NodeId id) {
  return is_mapping(document, id) && !read_intrinsic(document, id);
}

bool is_plain_list(const Document& document, NodeId id) {
  return is_sequence(document, id) && !read_intrinsic(document, id);
}

std::optional<std::string_view> plain_text(const Document& document, NodeId id) {
  return read_intrinsic(document, id) ? std::nullopt : scalar_text(document, id);
}

}  // namespace codesign
