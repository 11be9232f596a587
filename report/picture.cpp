#include "report/picture.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include <fmt/core.h>

#include "graph/arn.h"
#include "lint/rule.h"
#include "report/text.h"

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

// "Mode=b or (Stage=prod and Mode=a)"
std::string any_of(const std::vector<std::string>& conditions) {
  std::string text;
  for (const std::string& one : conditions) {
    const bool needs_brackets = conditions.size() > 1 && one.find(" and ") != std::string::npos;
    text += (text.empty() ? "" : " or ") + (needs_brackets ? '(' + one + ')' : one);
  }
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
  void add_file(const FileResult& file) {
    ++picture_.totals.templates;
    const LineTable lines(file.document ? std::string_view(file.document->source.bytes) : "");
    const std::size_t first = deployed_.size();
    if (file.status == FileResult::Status::unreadable) {
      ++picture_.totals.unreadable;
      add_box({.path = file.path});
      at(deployed_.back().box).is_unreadable = true;
      at(deployed_.back().box).hidden.push_back(file.why);
    } else {
      for (const auto& deployment : deployments_of(file))
        add_graph(*deployment.first, {.path = file.path, .stack = deployment.second},
                  [&](Span span) { return lines.position(span.begin).line; });
    }
    add_remarks(file, lines, first);
  }

  // When every resource has its node.
  void add_edges() {
    for (const Deployed& deployed : deployed_) {
      if (!deployed.graph) continue;
      const Graph& graph = *deployed.graph;
      for (const Function& function : graph.functions) {
        const Index from = nodes_.at(function.resource);
        add_configs(function, from, deployed);
        for (const Value& layer : function.layers) connect(from, node_of(layer, Kind::layer, deployed), "");
      }
      for (const ConfigReference& reference : graph.references) add_unknown_config(reference, deployed);
      for (const SigningConfig& config : graph.configs)
        for (const Publisher* publisher : config.publishers)
          connect(nodes_.at(config.resource), node_of(publisher->value, Kind::publisher, deployed), "");
      for (const NestedStack& nested : graph.nested_stacks)
        connect(nodes_.at(nested.resource), box_of(nested.graph), "");
      for (const EmbeddedTemplate& embedded : graph.embedded)
        connect(nodes_.at(embedded.stack_set), box_of(embedded.graph.get()), "");
    }
  }

  Picture take() {
    for (auto& [ends, conditions] : edges_) {
      const bool always = std::find(conditions.begin(), conditions.end(), "") != conditions.end();
      picture_.edges.push_back({ends.first, ends.second, always ? std::string() : any_of(conditions)});
    }
    return std::move(picture_);
  }

 private:
  // A template where it is deployed, and the box that it is drawn as.
  struct Deployed {
    const Graph* graph = nullptr;  // none where it cannot be read
    std::string_view path;         // of the file that it stands in
    std::string_view stack;        // as Stack::name
    std::string stack_set;         // in whose TemplateBody it stands, as Finding::stack_set
    Index box = 0;
    std::multimap<NodeId, Index> at_key;  // where resources are written; copies of a loop's body have one place
    std::unordered_map<std::string_view, const Resource*> by_id;
  };

  // The line of the file, 1-based, in which these bytes of the graph's document stand.
  using LineOf = std::function<std::size_t(Span)>;

  Node& at(Index index) { return picture_.nodes[index]; }

  Index add(Node node) {
    picture_.nodes.push_back(std::move(node));
    return picture_.nodes.size() - 1;
  }

  std::optional<Index> box_of(const Graph* graph) const {
    const auto found = boxes_.find(graph);
    return found == boxes_.end() ? std::nullopt : std::optional(found->second);
  }

  void add_box(Deployed deployed) {
    ++picture_.totals.stacks;
    std::string detail(deployed.stack);
    if (!deployed.stack_set.empty()) detail = joined({"TemplateBody of " + deployed.stack_set, detail});
    deployed.box = add({.kind = Kind::stack, .name = std::string(deployed.path), .detail = std::move(detail)});
    deployed_.push_back(std::move(deployed));
  }

  void add_graph(const Graph& graph, Deployed place, const LineOf& line_of) {
    add_box(place);
    Deployed& deployed = deployed_.back();
    const Index box = deployed.box;
    deployed.graph = &graph;
    boxes_.emplace(&graph, box);
    const auto add_one = [&](const Resource* resource, Kind kind) {
      const std::size_t line = line_of((*graph.document)[resource->key].span);
      const Index index = add({.kind = kind, .name = std::string(resource->id), .stack = box, .line = line});
      nodes_.emplace(resource, index);
      deployed.at_key.emplace(resource->key, index);
      return index;
    };
    for (const Function& function : graph.functions)
      describe(add_one(function.resource, Kind::function), function, graph);
    for (const SigningConfig& config : graph.configs) describe(add_one(config.resource, Kind::config), config);
    for (const Layer& layer : graph.layers) add_one(layer.resource, Kind::layer);
    for (const SigningProfile& profile : graph.profiles)
      at(add_one(profile.resource, Kind::profile)).detail = profile.platform.text;
    for (const NestedStack& nested : graph.nested_stacks)
      at(add_one(nested.resource, Kind::nested_stack)).detail = nested.path;
    for (const EmbeddedTemplate& embedded : graph.embedded) add_one(embedded.stack_set, Kind::stack_set);
    for (const HiddenPart& part : graph.hidden_parts) at(box).hidden.push_back(part.what);
    for (const Resource& resource : graph.resources) deployed.by_id.emplace(resource.id, &resource);
    if (!place.stack_set.empty()) place.stack_set += '/';
    for (const EmbeddedTemplate& embedded : graph.embedded)
      add_graph(*embedded.graph,
                {.path = place.path,
                 .stack = place.stack,
                 .stack_set = place.stack_set + std::string(embedded.stack_set->id)},
                [&](Span span) { return line_of(embedded.place(*graph.document, span)); });
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

  void describe(Index index, const Function& function, const Graph& graph) {
    std::vector<Picture::State> states;
    for (const SigningCase& one : function.signing)
      states.push_back({one.state, one.config ? codesign::name_of(*one.config->resource, graph) : one.arn,
                        condition_of(one.when), one.reason});
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

  // Of the file whose deployments are those from `first` on: each finding goes to where it holds.
  void add_remarks(const FileResult& file, const LineTable& lines, std::size_t first) {
    for (const Finding& finding : file.findings) {
      ++picture_.totals.findings[static_cast<std::size_t>(finding.severity)];
      const Picture::Remark remark{finding.severity, finding.rule->id, finding.message,
                                   lines.position(finding.where.begin).line};
      for (std::size_t i = first; i < deployed_.size(); ++i) {
        const Deployed& deployed = deployed_[i];
        const auto& stacks = finding.stacks;
        if (deployed.stack_set != finding.stack_set) continue;
        if (!stacks.empty() && std::find(stacks.begin(), stacks.end(), deployed.stack) == stacks.end()) continue;
        const auto resource = deployed.by_id.find(finding.resource);
        const auto [begin, end] =
            deployed.at_key.equal_range(resource == deployed.by_id.end() ? NodeId::none : resource->second->key);
        for (auto it = begin; it != end; ++it) at(it->second).remarks.push_back(remark);
        if (begin == end) at(deployed.box).remarks.push_back(remark);
      }
    }
  }

  void add_configs(const Function& function, Index from, const Deployed& deployed) {
    const SigningConfig* first = function.signing.front().config;
    const bool is_always_first = std::all_of(function.signing.begin(), function.signing.end(),
                                             [&](const SigningCase& one) { return one.config == first; });
    for (const SigningCase& one : function.signing) {
      Value value;
      if (one.config)
        value = {.kind = Value::Kind::resource, .resource = one.config->resource};
      else if (!one.arn.empty())
        value = {.kind = Value::Kind::literal, .text = one.arn};
      connect(from, node_of(value, Kind::config, deployed), is_always_first && first ? "" : condition_of(one.when));
    }
  }

  // What names a config that the templates do not tell.
  void add_unknown_config(const ConfigReference& reference, const Deployed& deployed) {
    if (reference.value.kind == Value::Kind::literal) return;
    const auto to = node_of(reference.value, Kind::config, deployed);
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
  // Resources are told apart by their address, which no two stacks share, so it does not matter whose they are.
  std::optional<Index> node_of(const Value& value, Kind kind, const Deployed& from) {
    switch (value.kind) {
      case Value::Kind::absent: return {};
      case Value::Kind::resource:
      case Value::Kind::foreign: {
        const Resource& resource = *value.resource;
        if (const auto known = nodes_.find(&resource); known != nodes_.end()) return known->second;
        if (resource.document != from.graph->document) return elsewhere(kind, full_name_of(resource), "", {});
        return elsewhere(kind, std::string(resource.id), std::string(resource.type), from.box);
      }
      case Value::Kind::literal: return elsewhere(kind, value.text, "", {});
      case Value::Kind::parameter: return elsewhere(kind, value.text, "parameter", from.box);
      case Value::Kind::missing: return elsewhere(kind, value.text, "not defined", from.box);
      case Value::Kind::unknown: break;
    }
    return elsewhere(kind, "not known", value.text, from.box);
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
  std::vector<Deployed> deployed_;
  std::unordered_map<const Resource*, Index> nodes_;
  std::unordered_map<const Graph*, Index> boxes_;
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

bool Picture::Totals::is_all_enforced() const {
  return all_functions() > 0 && in(Signing::enforced) == all_functions() && unreadable == 0;
}

Picture picture_of(const std::vector<FileResult>& files) {
  Painter painter;
  for (const FileResult& file : files)
    if (!file.is_passed_over()) painter.add_file(file);
  painter.add_edges();
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
    case Kind::stack_set: return "stack set";
    case Kind::nested_stack: break;
  }
  return "nested stack";
}

std::string state_in_words(const Picture::State& one) {
  return fmt::format("{}{}{}", words_of(one.state), one.when.empty() ? "" : " when ", one.when);
}

std::string states_in_words(const Picture::Node& node) {
  std::string text;
  for (const Picture::State& one : node.states) text += (text.empty() ? "" : "; ") + state_in_words(one);
  return text;
}

namespace {

std::string functions_in_words(const Picture::Totals& totals) {
  const std::size_t all = totals.all_functions();
  if (totals.templates == 0) return "No template was read";
  if (all == 0) return "No functions";
  if (all == 1 && totals.in(Signing::none) + totals.in(Signing::enforced) == 1)
    return fmt::format("The only function is {}",
                       words_of(totals.in(Signing::none) > 0 ? Signing::none : Signing::enforced));
  if (totals.in(Signing::none) > 0)
    return fmt::format("{} of {} unsigned", totals.in(Signing::none), counted(all, "function"));
  if (totals.in(Signing::enforced) == all) return fmt::format("All {} enforced", counted(all, "function"));
  return fmt::format("None of {} unsigned", counted(all, "function"));
}

}  // namespace

std::string headline_of(const Picture::Totals& totals) {
  std::string text = functions_in_words(totals);
  if (totals.unreadable > 0) text += fmt::format("; {} cannot be read", counted(totals.unreadable, "template"));
  return text;
}

std::vector<std::string> stack_summaries(const Picture& picture) {
  std::vector<std::string> summaries(picture.nodes.size());
  const auto held = held_by(picture);
  for (Index stack = 0; stack < picture.nodes.size(); ++stack) {
    std::size_t all = 0, unsigned_ones = 0;
    for (const Index index : held[stack]) {
      const bool is_function = picture.nodes[index].kind == Kind::function;
      all += is_function;
      unsigned_ones += is_function && picture.nodes[index].worst == Signing::none;
    }
    summaries[stack] =
        (unsigned_ones > 0 ? fmt::format("{} unsigned of ", unsigned_ones) : "") + counted(all, "function");
    if (picture.nodes[stack].is_unreadable) summaries[stack] = "cannot be read";
  }
  return summaries;
}

std::string stacks_in_words(const Picture::Totals& totals) {
  const std::string templates = counted(totals.templates, "template");
  return totals.stacks == totals.templates ? templates : counted(totals.stacks, "stack") + " of " + templates;
}

std::vector<std::string> lines_of(const Picture::Node& node) {
  std::vector<std::string> lines{node.name};
  if (node.kind == Kind::stack && !node.detail.empty()) lines.push_back(node.detail);
  for (const Picture::State& one : node.states) lines.push_back(state_in_words(one));
  for (const std::string& hidden : node.hidden) lines.push_back(hidden);
  if (!node.has_state() && node.kind != Kind::stack) lines.emplace_back(name_of(node.kind));
  return lines;
}

}  // namespace codesign
