#include "template/document.h"

#include <algorithm>
#include <unordered_set>

namespace codesign {

std::string_view Document::keep(std::string_view text, std::size_t offset) {
  // What is shorter may stand in the string object itself, which moves with the document.
  constexpr std::size_t shortest_source = 64;
  const std::string_view bytes = source.bytes;
  if (bytes.size() >= shortest_source && offset <= bytes.size() && bytes.substr(offset, text.size()) == text)
    return bytes.substr(offset, text.size());
  return strings.emplace_back(text);
}

NodeId resolve(const Document& document, NodeId id) {
  if (id == NodeId::none) return id;
  const Node& node = document[id];
  return node.kind == Node::Kind::alias ? node.target : id;
}

bool is_mapping(const Document& document, NodeId id) {
  id = resolve(document, id);
  return id != NodeId::none && document[id].kind == Node::Kind::mapping;
}

bool is_sequence(const Document& document, NodeId id) {
  id = resolve(document, id);
  return id != NodeId::none && document[id].kind == Node::Kind::sequence;
}

std::optional<std::string_view> scalar_text(const Document& document, NodeId id) {
  id = resolve(document, id);
  if (id == NodeId::none || document[id].kind != Node::Kind::scalar) return {};
  return document[id].text;
}

bool is_null(const Document& document, NodeId id) {
  id = resolve(document, id);
  return id == NodeId::none || document[id].kind == Node::Kind::null;
}

std::vector<NodeId> children(const Document& document, NodeId id) {
  std::vector<NodeId> result;
  id = resolve(document, id);
  if (!is_sequence(document, id)) return result;
  for (NodeId child = document[id].first_child; child != NodeId::none; child = document[child].next)
    result.push_back(child);
  return result;
}

std::vector<Entry> entries(const Document& document, NodeId mapping) {
  std::vector<Entry> result;
  if (!is_mapping(document, mapping)) return result;
  NodeId key = document[resolve(document, mapping)].first_child;
  while (key != NodeId::none) {
    const NodeId value = document[key].next;
    result.push_back({key, value});
    key = document[value].next;
  }
  return result;
}

std::optional<Entry> find(const Document& document, NodeId mapping, std::string_view key) {
  std::optional<Entry> found;
  std::vector<NodeId> merged;
  for (const Entry& entry : entries(document, mapping)) {
    const Node& name = document[entry.key];
    if (name.kind != Node::Kind::scalar) continue;
    if (name.text == key) found = entry;
    if (name.text == "<<" && name.style == Node::Style::plain) merged.push_back(entry.value);
  }
  for (auto source = merged.begin(); source != merged.end() && !found; ++source) {
    found = find(document, *source, key);
    for (const NodeId item : children(document, *source))
      if (!found) found = find(document, item, key);
  }
  return found;
}

NodeId value_of(const Document& document, NodeId mapping, std::string_view key) {
  const auto entry = find(document, mapping, key);
  return entry ? resolve(document, entry->value) : NodeId::none;
}

std::optional<std::string_view> duplicate_key(const Document& document, NodeId mapping) {
  std::unordered_set<std::string_view> seen;
  for (const Entry& entry : entries(document, mapping))
    if (const auto text = scalar_text(document, entry.key); text && !seen.insert(*text).second) return text;
  return {};
}

std::uint32_t depth(const Document& document, NodeId id) {
  std::uint32_t count = 0;
  for (id = document[id].parent; id != NodeId::none; id = document[id].parent) ++count;
  return count;
}

}  // namespace codesign
