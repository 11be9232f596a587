#include "graph/deciding.h"

#include <algorithm>
#include <unordered_set>

#include "graph/dependencies.h"
#include "graph/intrinsic.h"

namespace codesign {
namespace {

class Collector {
 public:
  explicit Collector(const Graph& graph) : graph_(graph), document_(*graph.document) {
    for (const char* name : {"Parameters", "Mappings", "Conditions"})
      for (const Entry& entry : entries(document_, section(name))) {
        const std::string_view key = scalar_text(document_, entry.key).value_or("");
        by_name_.emplace(key, entry);
        // What a loop makes has names that are not written.
        if (key.starts_with("Fn::ForEach::")) loops_.push_back(entry);
      }
    for (const SigningConfig& config : graph.configs) add_name(*config.resource);
    for (const Layer& layer : graph.layers) add_name(*layer.resource);
    for (const SigningProfile& profile : graph.profiles) add_name(*profile.resource);
    for (const NestedStack& stack : graph.nested_stacks) {
      add_name(*stack.resource);
      stacks_.insert(stack.resource->id);
    }
  }

  Deciding about(std::string_view id) {
    for (const Resource& resource : graph_.resources)
      if (resource.id == id || resource.written_id == id) add(resource);
    if (deciding_.parts.empty()) return std::move(deciding_);
    for (const Entry& loop : loops_) add(loop);
    if (const auto rules = find(document_, document_.root(), "Rules")) add(*rules);
    return std::move(deciding_);
  }

 private:
  NodeId section(std::string_view name) const { return value_of(document_, document_.root(), name); }

  void add_name(const Resource& resource) {
    if (resource.document == &document_) by_name_.emplace(resource.id, Entry{resource.key, resource.body});
  }

  void add(const Resource& resource) {
    add({outermost(resource), resource.body});
    read(value_of(document_, resource.body, "Condition"), true);
    if (!resource.type.starts_with("AWS::Serverless::")) return;
    if (const auto globals = find(document_, document_.root(), "Globals"))
      add(*globals);
    else
      deciding_.missing.emplace("Globals");
  }

  // The key of the member of Resources that the resource is, or that is a loop around it.
  NodeId outermost(const Resource& resource) const {
    for (NodeId at = resource.key; at != NodeId::none; at = document_[at].parent)
      if (document_[at].parent == graph_.resources_section || document_[at].parent == NodeId::none) return at;
    return resource.key;
  }

  void add(const Entry& entry) {
    if (!seen_.insert(static_cast<std::uint32_t>(entry.key)).second) return;
    deciding_.parts.push_back({document_[entry.key].span.begin, document_[entry.value].span.end});
    read(entry.value, false);
  }

  // Names count in the arguments of intrinsics.
  void read(NodeId node, bool is_argument) {
    if (node == NodeId::none) return;
    node = resolve(document_, node);
    const auto intrinsic = read_intrinsic(document_, node);
    is_argument |= intrinsic.has_value();
    if (!read_.emplace(node, is_argument).second) return;
    const Node& here = document_[node];
    if (here.kind == Node::Kind::scalar && is_argument) {
      visit_names(here.text, [&](std::string_view name) { refer_to(name); });
    } else if (here.kind == Node::Kind::sequence) {
      for (const NodeId item : children(document_, node)) read(item, is_argument);
    } else if (here.kind == Node::Kind::mapping) {
      for (const Entry& entry : entries(document_, node)) read(entry.value, is_argument);
    }
  }

  void refer_to(std::string_view name) {
    if (stacks_.contains(name)) deciding_.stacks.emplace(name);
    const auto found = by_name_.find(name);
    if (found != by_name_.end())
      add(found->second);
    else if (std::find(graph_.taken_names.begin(), graph_.taken_names.end(), name) == graph_.taken_names.end())
      deciding_.missing.emplace(name);
  }

  const Graph& graph_;
  const Document& document_;
  std::unordered_map<std::string_view, Entry> by_name_;
  std::set<std::string_view> stacks_;
  std::vector<Entry> loops_;
  std::unordered_set<std::uint32_t> seen_;
  std::set<std::pair<NodeId, bool>> read_;
  Deciding deciding_;
};

}  // namespace

Deciding what_decides_on(const Graph& graph, std::string_view resource) {
  return Collector(graph).about(resource);
}

}  // namespace codesign
