#include "report/picture.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include <fmt/core.h>

#include "graph/arn.h"
#include "lint/rule.h"

namespace codesign {
namespace {

using Index = Picture::Index;
using Kind = Picture::Kind;
using Node = Picture::Node;

std::string condition_of(const Circumstance& circumstance) {
  constexpr std::string_view lead = " when ";
  const std::string text = when(circumstance);
  return text.empty() ? text : text.substr(lead.size());
}

std::string normal_path(const std::filesystem::path& path) {
  return path.lexically_normal().generic_string();
}

Signing state_of(DeploymentPolicy policy) {
  switch (policy) {
    case DeploymentPolicy::enforce: return Signing::enforced;
    case DeploymentPolicy::warn:
    case DeploymentPolicy::defaulted: return Signing::warns;
    case DeploymentPolicy::invalid:
    case DeploymentPolicy::unknown: break;
  }
  return Signing::unknown;
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts)
    if (!part.empty()) text += (text.empty() ? "" : ", ") + std::string(part);
  return text;
}

// The part of an ARN that tells it from others, and where it belongs.
void name_by_arn(Node& node, std::string_view text) {
  node.name = node.full_name = std::string(text);
  const auto arn = read_arn(text);
  if (!arn) return;
  std::string_view name = arn->resource;
  for (const std::string_view kind : {"/signing-profiles/", "code-signing-config:", "layer:", "awslayer:"})
    if (name.starts_with(kind)) name.remove_prefix(kind.size());
  const std::size_t version = name.find('/');
  node.name = std::string(name.substr(0, version));
  node.detail = joined({arn->account, arn->region});
}

class Painter {
 public:
  void add_stack(const FileResult& file) {
    const Index stack = add({.kind = Kind::stack, .name = file.path});
    stacks_.emplace(normal_path(file.path), stack);
    ++picture_.totals.stacks;
    if (file.status == FileResult::Status::unreadable) {
      ++picture_.totals.unreadable;
      at(stack).hidden.push_back("it cannot be read: " + file.why);
    }
    if (file.graph && file.graph->is_template) add_resources(*file.graph, stack);
    add_remarks(file, stack);
  }

  // When every resource has its node.
  void add_edges(const FileResult& file) {
    if (!file.graph || !file.graph->is_template) return;
    const Graph& graph = *file.graph;
    const Index stack = stacks_.at(normal_path(file.path));
    for (const Function& function : graph.functions) {
      const Index from = nodes_.at(function.resource);
      add_configs(function, from, stack);
      for (const Value& layer : function.layers) connect(from, node_of(layer, Kind::layer, stack), "");
    }
    for (const ConfigReference& reference : graph.references) add_unknown_config(reference, stack);
    for (const SigningConfig& config : graph.configs)
      for (const Publisher* publisher : config.publishers)
        connect(nodes_.at(config.resource), node_of(publisher->value, Kind::publisher, stack), "");
    for (const NestedStack& nested : graph.nested_stacks) {
      const auto path = normal_path(std::filesystem::path(file.path).parent_path() / nested.path);
      if (const auto found = stacks_.find(path); found != stacks_.end())
        connect(nodes_.at(nested.resource), found->second, "");
    }
  }

  Picture take() {
    for (auto& [ends, conditions] : edges_) {
      const bool always = std::find(conditions.begin(), conditions.end(), "") != conditions.end();
      std::string text;
      for (const std::string& one : conditions) text += (text.empty() ? "" : " or ") + one;
      picture_.edges.push_back({ends.first, ends.second, always ? std::string() : std::move(text)});
    }
    return std::move(picture_);
  }

 private:
  Node& at(Index index) { return picture_.nodes[index]; }

  Index add(Node node) {
    picture_.nodes.push_back(std::move(node));
    return picture_.nodes.size() - 1;
  }

  Index add(const Resource& resource, Kind kind, Index stack, const LineTable& lines, const Document& document) {
    const Index index = add({.kind = kind,
                             .name = std::string(resource.id),
                             .stack = stack,
                             .line = lines.position(document[resource.key].span.begin).line});
    nodes_.emplace(&resource, index);
    return index;
  }

  void add_resources(const Graph& graph, Index stack) {
    const LineTable lines(graph.document->source.bytes);
    const auto add_one = [&](const Resource* resource, Kind kind) {
      return add(*resource, kind, stack, lines, *graph.document);
    };
    for (const Function& function : graph.functions) describe(add_one(function.resource, Kind::function), function);
    for (const SigningConfig& config : graph.configs) describe(add_one(config.resource, Kind::config), config);
    for (const Layer& layer : graph.layers) add_one(layer.resource, Kind::layer);
    for (const SigningProfile& profile : graph.profiles)
      at(add_one(profile.resource, Kind::profile)).detail = profile.platform.text;
    for (const NestedStack& nested : graph.nested_stacks)
      at(add_one(nested.resource, Kind::nested_stack)).detail = nested.path;
    for (const HiddenPart& part : graph.hidden_parts) at(stack).hidden.push_back(part.what);
  }

  void set_states(Node& node, std::vector<Picture::State> states) {
    for (Picture::State& state : states)
      if (std::none_of(node.states.begin(), node.states.end(), [&](const Picture::State& known) {
            return std::tie(known.state, known.config, known.when, known.reason) ==
                   std::tie(state.state, state.config, state.when, state.reason);
          }))
        node.states.push_back(std::move(state));
    std::stable_sort(node.states.begin(), node.states.end(),
                     [](const auto& a, const auto& b) { return urgency_of(a.state) < urgency_of(b.state); });
    node.worst = node.states.front().state;
    node.is_mixed = node.states.back().state != node.worst;
  }

  void describe(Index index, const Function& function) {
    std::vector<Picture::State> states;
    for (const SigningCase& one : function.signing)
      states.push_back({one.state, one.config ? std::string(one.config->resource->id) : one.arn, condition_of(one.when),
                        one.reason});
    set_states(at(index), std::move(states));
    if (function.package == PackageType::inline_code) at(index).detail = "inline code";
    ++picture_.totals.functions[static_cast<std::size_t>(at(index).worst)];
    picture_.totals.mixed += at(index).is_mixed;
  }

  void describe(Index index, const SigningConfig& config) {
    std::vector<Picture::State> states;
    for (const PolicyCase& one : config.policies)
      states.push_back({.state = state_of(one.policy), .when = condition_of(one.when)});
    set_states(at(index), std::move(states));
  }

  // Copies of a loop's body have one place, and one finding speaks for all of them.
  void add_remarks(const FileResult& file, Index stack) {
    if (file.findings.empty()) return;
    std::unordered_map<std::string_view, const Resource*> by_id;
    std::multimap<NodeId, Index> at_key;
    if (file.graph) {
      for (const Resource& resource : file.graph->resources) {
        by_id.emplace(resource.id, &resource);
        if (const auto node = nodes_.find(&resource); node != nodes_.end()) at_key.emplace(resource.key, node->second);
      }
    }
    const LineTable lines(file.document->source.bytes);
    for (const Finding& finding : file.findings) {
      ++picture_.totals.findings[static_cast<std::size_t>(finding.severity)];
      const Picture::Remark remark{finding.severity, finding.rule->id, finding.message,
                                   lines.position(finding.where.begin).line};
      const auto resource = by_id.find(finding.resource);
      const auto [begin, end] = at_key.equal_range(resource == by_id.end() ? NodeId::none : resource->second->key);
      for (auto it = begin; it != end; ++it) at(it->second).remarks.push_back(remark);
      if (begin == end) at(stack).remarks.push_back(remark);
    }
  }

  void add_configs(const Function& function, Index from, Index stack) {
    const SigningConfig* first = function.signing.front().config;
    const bool is_always_first = std::all_of(function.signing.begin(), function.signing.end(),
                                             [&](const SigningCase& one) { return one.config == first; });
    for (const SigningCase& one : function.signing) {
      Value value;
      if (one.config)
        value = {.kind = Value::Kind::resource, .resource = one.config->resource};
      else if (!one.arn.empty())
        value = {.kind = Value::Kind::literal, .text = one.arn};
      connect(from, node_of(value, Kind::config, stack), is_always_first && first ? "" : condition_of(one.when));
    }
  }

  // What names a config that the templates do not tell.
  void add_unknown_config(const ConfigReference& reference, Index stack) {
    if (reference.value.kind == Value::Kind::literal) return;
    const auto to = node_of(reference.value, Kind::config, stack);
    if (to && at(*to).has_state()) return;
    for (const Function* function : reference.functions)
      connect(nodes_.at(function->resource), to, condition_of(reference.when));
  }

  void connect(Index from, std::optional<Index> to, const std::string& condition) {
    if (!to || *to == from) return;
    auto& conditions = edges_[{from, *to}];
    if (std::find(conditions.begin(), conditions.end(), condition) == conditions.end()) conditions.push_back(condition);
  }

  // The node that a value refers to, made where nothing else stands for it; nothing where the value names nothing.
  // Resources are told apart by their address, which no two templates share, so it does not matter whose they are.
  std::optional<Index> node_of(const Value& value, Kind kind, Index stack) {
    switch (value.kind) {
      case Value::Kind::absent: return {};
      case Value::Kind::resource:
      case Value::Kind::foreign:
        if (const auto known = nodes_.find(value.resource); known != nodes_.end()) return known->second;
        return elsewhere(kind, std::string(value.resource->id), std::string(value.resource->type), stack);
      case Value::Kind::literal: return elsewhere(kind, value.text, "", {});
      case Value::Kind::parameter: return elsewhere(kind, value.text, "parameter", stack);
      case Value::Kind::missing: return elsewhere(kind, value.text, "not defined", stack);
      case Value::Kind::unknown: break;
    }
    return elsewhere(kind, "not known", value.text, stack);
  }

  Index elsewhere(Kind kind, const std::string& name, const std::string& detail, std::optional<Index> stack) {
    const auto [known, is_new] = elsewhere_.try_emplace({kind, name, detail, stack});
    if (is_new) {
      Node node{.kind = kind, .name = name, .detail = detail, .stack = stack, .is_elsewhere = true};
      if (!stack) name_by_arn(node, name);
      known->second = add(std::move(node));
    }
    return known->second;
  }

  Picture picture_;
  std::unordered_map<const Resource*, Index> nodes_;
  std::unordered_map<std::string, Index> stacks_;  // by path
  std::map<std::tuple<Kind, std::string, std::string, std::optional<Index>>, Index> elsewhere_;
  std::map<std::pair<Index, Index>, std::vector<std::string>> edges_;  // with their conditions
};

}  // namespace

std::size_t Picture::Totals::all_functions() const {
  return std::accumulate(functions.begin(), functions.end(), std::size_t{0});
}

std::size_t Picture::Totals::all_findings() const {
  return std::accumulate(findings.begin(), findings.end(), std::size_t{0});
}

Picture picture_of(const std::vector<FileResult>& files) {
  Painter painter;
  for (const FileResult& file : files)
    if (file.status != FileResult::Status::skipped) painter.add_stack(file);
  for (const FileResult& file : files)
    if (file.status != FileResult::Status::skipped) painter.add_edges(file);
  return painter.take();
}

std::vector<std::vector<Index>> held_by(const Picture& picture) {
  std::vector<std::vector<Index>> held(picture.nodes.size());
  for (Index index = 0; index < picture.nodes.size(); ++index)
    if (const auto& stack = picture.nodes[index].stack) held[*stack].push_back(index);
  return held;
}

std::size_t urgency_of(Signing state) {
  const auto found = std::find(states_by_urgency.begin(), states_by_urgency.end(), state);
  return static_cast<std::size_t>(found - states_by_urgency.begin());
}

std::string_view words_of(Signing state) {
  switch (state) {
    case Signing::none: return "unsigned";
    case Signing::warns: return "only warns";
    case Signing::enforced: return "enforced";
    case Signing::unsupported: return "container image";
    case Signing::unknown: break;
  }
  return "unknown";
}

std::string_view name_of(Picture::Kind kind) {
  switch (kind) {
    case Kind::stack: return "stack";
    case Kind::function: return "function";
    case Kind::layer: return "layer";
    case Kind::config: return "config";
    case Kind::profile: return "signing profile";
    case Kind::publisher: return "publisher";
    case Kind::nested_stack: break;
  }
  return "nested stack";
}

namespace {

std::string in_words(const Picture::State& one) {
  return fmt::format("{}{}{}", words_of(one.state), one.when.empty() ? "" : " when ", one.when);
}

}  // namespace

std::string states_in_words(const Picture::Node& node) {
  std::string text;
  for (const Picture::State& one : node.states) text += (text.empty() ? "" : "; ") + in_words(one);
  return text;
}

std::vector<std::string> lines_of(const Picture::Node& node) {
  std::vector<std::string> lines{node.name};
  for (const Picture::State& one : node.states) lines.push_back(in_words(one));
  for (const std::string& hidden : node.hidden) lines.push_back(hidden);
  if (!node.has_state() && node.kind != Kind::stack) lines.emplace_back(name_of(node.kind));
  return lines;
}

}  // namespace codesign
