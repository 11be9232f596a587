#include "graph/configs.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "graph/actions.h"
#include "graph/arn.h"
#include "graph/dependencies.h"
#include "graph/intrinsic.h"
#include "graph/within_limits.h"

namespace codesign {
namespace {

// "Config${Name}.Attribute" -> "Config*"
std::string with_wildcards(std::string_view text) {
  std::string pattern;
  for (std::size_t at = 0; at < text.size() && text[at] != '.'; ++at) {
    const bool is_placeholder = (text[at] == '$' || text[at] == '&') && at + 1 < text.size() && text[at + 1] == '{';
    const std::size_t end = is_placeholder ? text.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      pattern += text[at];
    } else {
      pattern += '*';
      at = end;
    }
  }
  return pattern;
}

// AWS CloudFormation User Guide, DeletionPolicy and UpdateReplacePolicy: without one, most resources are deleted.
Retention retention_of(const Document& document, const Resource& resource) {
  const auto is_lost = [&](std::string_view attribute) {
    const auto written = find(document, resource.body, attribute);
    if (!written) return find(document, resource.body, "Fn::Transform") == std::nullopt;
    const auto word = plain_text(document, written->value);
    return word && !word->starts_with("Retain");
  };
  return {.is_lost_when_deleted = is_lost("DeletionPolicy"), .is_lost_when_replaced = is_lost("UpdateReplacePolicy")};
}

class ConfigReader {
 public:
  ConfigReader(Graph& graph, Evaluator& evaluator, const Editability& editability, Outside& outside, Guard possible)
      : graph_(graph),
        document_(*graph.document),
        evaluator_(evaluator),
        editability_(editability),
        outside_(outside),
        possible_(possible) {}

  void run() {
    for (const Resource& resource : graph_.resources) {
      evaluator_.bind(&resource.bindings);
      if (resource.type == "AWS::Signer::ProfilePermission") {
        ProfilePermission& permission = graph_.profile_permissions.emplace_back();
        permission.resource = &resource;
        within_limits(resource.key, [&] {
          permission.principal = only_value(resource, "Principal");
          for (Case& one : evaluator_.cases(value_of(document_, resource.properties, "Principal"), resource.exists)) {
            if (one.value.kind != Value::Kind::literal || one.value.text != "*") continue;
            permission.principal = std::move(one.value);
            permission.when = evaluator_.circumstance(one.when);
          }
          permission.action = only_value(resource, "Action");
        });
      }
    }
    for (const Resource& resource : graph_.resources) {
      if (resource.type != "AWS::Lambda::CodeSigningConfig") continue;
      evaluator_.bind(&resource.bindings);
      SigningConfig& config = graph_.configs.emplace_back();
      config.resource = &resource;
      config.retention = retention_of(document_, resource);
      const bool readable = within_limits(resource.key, [&] {
        read_policies(config);
        for (PolicyCase& policy : config.policies) policy.when = evaluator_.circumstance(policy.guard);
        read_publishers(config);
      });
      if (!readable || config.policies.empty())
        config.policies = {
            {.guard = resource.exists,
             .policy = DeploymentPolicy::unknown,
             .value = {.kind = Value::Kind::unknown, .text = readable ? "no deployment has it" : too_entangled}}};
    }
    for (SigningConfig& config : graph_.configs) read_promotion(config);
    evaluator_.bind(nullptr);
    within_limits(graph_.resources_section, [&] { read_mentions(); });
  }

 private:
  Value only_value(const Resource& resource, std::string_view name) {
    return evaluator_.only_value(value_of(document_, resource.properties, name), resource.exists);
  }

  // Who names the configs, in any way and anywhere: it may hold too much, never too little.
  void read_mentions() {
    if (graph_.configs.empty()) return;
    std::unordered_map<std::string_view, SigningConfig*> by_id;
    for (SigningConfig& config : graph_.configs) by_id[config.resource->id] = &config;
    // Beyond, whatever has a pattern may mean every config.
    constexpr std::size_t max_compared = 1'000'000;
    std::size_t compared = 0;
    const bool has_loops = std::any_of(document_.nodes.begin(), document_.nodes.end(), [](const Node& node) {
      return node.kind == Node::Kind::scalar && node.text.starts_with("Fn::ForEach::");
    });
    for (std::uint32_t index = 0; index < document_.nodes.size(); ++index) {
      const Node& node = document_.nodes[index];
      if (node.kind != Node::Kind::scalar) continue;
      visit_names(node.text, [&](std::string_view name) {
        const auto found = by_id.find(name);
        if (found == by_id.end()) return;
        const Resource& resource = *found->second->resource;
        const Span own = document_[resource.body].span;
        const bool inside = node.span.begin >= own.begin && node.span.begin < own.end;
        if (!inside && NodeId{index} != resource.key) found->second->is_mentioned = true;
      });
      // In a loop, "Config${Name}" may name any of them.
      const std::string pattern = has_loops ? with_wildcards(node.text) : std::string();
      if (pattern.find_first_not_of('*') == std::string::npos || pattern == node.text) continue;
      compared += graph_.configs.size();
      for (SigningConfig& config : graph_.configs)
        config.is_mentioned |= compared > max_compared || matches_wildcards(pattern, config.resource->id);
    }
    for (const Entry& output : entries(document_, value_of(document_, document_.root(), "Outputs"))) {
      if (!writes(output.value, "Export")) continue;
      const NodeId value = value_of(document_, output.value, "Value");
      for (const Case& one : evaluator_.cases(value, possible_))
        for (SigningConfig& config : graph_.configs)
          if (one.value.resource == config.resource) config.exported_by = output.key;
    }
  }

  void add_policy(SigningConfig& config, Guard when, DeploymentPolicy policy, const Value& value) {
    if (when == Guard::never) return;
    for (PolicyCase& known : config.policies)
      if (known.policy == policy && known.value.node == value.node && known.value.text == value.text) {
        known.guard = evaluator_.guards().either(known.guard, when);
        return;
      }
    config.policies.push_back({.guard = when, .policy = policy, .value = value});
  }

  void read_policies(SigningConfig& config) {
    const NodeId properties = config.resource->properties;
    const Guard exists = config.resource->exists;
    if (properties != NodeId::none && (read_intrinsic(document_, properties) || writes(properties, "Fn::Transform")))
      return add_policy(config, exists, DeploymentPolicy::unknown,
                        {.kind = Value::Kind::unknown, .text = "Fn::Transform may set it", .node = properties});
    const auto misspelt = [&](std::string_view name) {
      return is_misspelt(graph_, *config.resource, name)
                 ? std::optional(Value{.kind = Value::Kind::unknown, .text = std::string(name) + " is misspelt"})
                 : std::nullopt;
    };
    const auto written = find(document_, properties, "CodeSigningPolicies");
    if (!written) {
      const auto unknown = misspelt("CodeSigningPolicies");
      return add_policy(config, exists, unknown ? DeploymentPolicy::unknown : DeploymentPolicy::defaulted,
                        unknown.value_or(Value{}));
    }
    for (const Branch& branch : evaluator_.branches(written->value, exists)) {
      if (is_null(document_, branch.node)) {
        add_policy(config, branch.when, DeploymentPolicy::defaulted, {.node = written->value});
      } else if (const auto intrinsic = read_intrinsic(document_, branch.node)) {
        add_policy(config, branch.when, DeploymentPolicy::unknown,
                   {.kind = Value::Kind::unknown, .text = intrinsic->name + " is not evaluated", .node = branch.node});
      } else if (const auto word = find(document_, branch.node, "UntrustedArtifactOnDeployment")) {
        for (const Case& one : evaluator_.cases(word->value, branch.when))
          add_policy(config, one.when, policy_of(one.value), one.value);
      } else if (const auto unknown = misspelt("UntrustedArtifactOnDeployment")) {
        add_policy(config, branch.when, DeploymentPolicy::unknown, *unknown);
      } else {
        add_policy(config, branch.when, DeploymentPolicy::invalid, {.node = branch.node});
      }
    }
  }

  static DeploymentPolicy policy_of(const Value& word) {
    if (word.kind == Value::Kind::absent) return DeploymentPolicy::invalid;
    if (word.kind != Value::Kind::literal) return DeploymentPolicy::unknown;
    return word.text == "Enforce" ? DeploymentPolicy::enforce
           : word.text == "Warn"  ? DeploymentPolicy::warn
                                  : DeploymentPolicy::invalid;
  }

  // How what only warns can be made to enforce, or why it cannot.
  void read_promotion(SigningConfig& config) {
    config.obstacle = why_unenforceable(config);
    for (const PolicyCase& policy : config.policies) {
      if (policy.policy != DeploymentPolicy::warn) continue;
      const NodeId preset = preset_of(policy.value);
      if (preset != NodeId::none) {
        const std::string parameter(*scalar_text(document_, read_intrinsic(document_, policy.value.node)->argument));
        config.may_still_warn = parameter + "=" + policy.value.text + " at deployment still makes it warn";
      }
      config.warning_words.push_back(preset == NodeId::none ? policy.value.node : preset);
    }
  }

  // The Default of the parameter that decides a policy, where that says Warn, may say Enforce, and decides nothing
  // else.
  NodeId preset_of(const Value& policy) const {
    const auto intrinsic = read_intrinsic(document_, policy.node);
    const auto name =
        intrinsic && intrinsic->name == "Ref" ? scalar_text(document_, intrinsic->argument) : std::nullopt;
    if (!name) return NodeId::none;
    const NodeId parameter = value_of(document_, value_of(document_, document_.root(), "Parameters"), *name);
    const auto preset = find(document_, parameter, "Default");
    if (!preset || scalar_text(document_, preset->value) != "Warn" || editability_.stands_in_anchor(preset->value) ||
        document_[preset->value].kind != Node::Kind::scalar || graph_.has_hidden_resources)
      return NodeId::none;
    for (const std::string_view constraint : {"AllowedPattern", "MinLength", "MaxLength"})
      if (find(document_, parameter, constraint)) return NodeId::none;
    const auto allowed = children(document_, value_of(document_, parameter, "AllowedValues"));
    const bool may_enforce = allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](NodeId choice) {
                               return scalar_text(document_, choice) == "Enforce";
                             });
    return may_enforce && decides_policies_only(*name) ? preset->value : NodeId::none;
  }

  bool decides_policies_only(std::string_view parameter) const {
    std::unordered_set<NodeId> policies;
    for (const SigningConfig& config : graph_.configs)
      for (const PolicyCase& policy : config.policies)
        if (const auto reference = read_intrinsic(document_, policy.value.node)) policies.insert(reference->argument);
    const auto metadata = find(document_, document_.root(), "Metadata");
    const Span apart = metadata ? document_[metadata->value].span : Span{};
    const auto parameters = find(document_, document_.root(), "Parameters");
    for (std::uint32_t index = 0; index < document_.nodes.size(); ++index) {
      const Node& node = document_.nodes[index];
      const bool is_apart = node.span.begin >= apart.begin && node.span.begin < apart.end;
      if (node.text == "Fn::Transform") return false;  // what it includes may use anything
      if (node.kind != Node::Kind::scalar || policies.contains(NodeId{index}) || node.parent == parameters->value ||
          is_apart)
        continue;
      bool is_named = false;
      visit_names(node.text, [&](std::string_view name) { is_named |= name == parameter; });
      if (is_named) return false;
    }
    return true;
  }

  std::string why_unenforceable(const SigningConfig& config) const {
    if (auto why = editability_.why_not(*config.resource); !why.empty()) return why;
    for (const PolicyCase& policy : config.policies) {
      if (policy.policy == DeploymentPolicy::defaulted) {
        if (config.policies.size() > 1) return "a condition leaves its policy out";
        const auto written = find(document_, config.resource->properties, "CodeSigningPolicies");
        const bool can_be_filled =
            !written || (document_[written->value].kind == Node::Kind::null && document_[written->value].span.empty() &&
                         document_[written->key].parent == config.resource->properties);
        if (!can_be_filled) return "its CodeSigningPolicies are written, but empty";
      }
      if (policy.policy != DeploymentPolicy::warn || preset_of(policy.value) != NodeId::none) continue;
      const Node& word = document_[policy.value.node];
      if (const auto intrinsic = read_intrinsic(document_, policy.value.node)) {
        const auto name = scalar_text(document_, intrinsic->argument);
        return intrinsic->name == "Ref" && name ? "parameter " + std::string(*name) + " decides its policy"
                                                : intrinsic->name + " computes its policy";
      }
      if (word.kind != Node::Kind::scalar || editability_.stands_in_anchor(policy.value.node))
        return "its policy is a YAML alias, or in one";
      if (auto why = editability_.why_not(document_[policy.value.node].parent);
          !why.empty() && document_[document_[policy.value.node].parent].kind == Node::Kind::mapping &&
          !read_intrinsic(document_, document_[policy.value.node].parent))
        return why;
    }
    return {};
  }

  void read_publishers(SigningConfig& config) {
    const Resource& resource = *config.resource;
    if (!is_null(document_, resource.properties) &&
        (!is_plain_mapping(document_, resource.properties) || writes(resource.properties, "Fn::Transform")))
      return;
    Guard without = Guard::never;
    NodeId where = resource.key;
    const auto lacks = [&](Guard when, NodeId node) {
      if (when == Guard::never) return;
      without = evaluator_.guards().either(without, when);
      if (node != NodeId::none) where = node;
    };
    const auto allowed = find(document_, resource.properties, "AllowedPublishers");
    const Entry written = allowed.value_or(Entry{NodeId::none, NodeId::none});
    for (const Branch& holder : evaluator_.branches(written.value, resource.exists)) {
      if (is_null(document_, holder.node)) {
        lacks(holder.when, written.key);
        continue;
      }
      // Of another kind: no list at all, which is said by its schema.
      if (!is_plain_mapping(document_, holder.node) || writes(holder.node, "Fn::Transform")) continue;
      const auto arns = find(document_, holder.node, "SigningProfileVersionArns");
      if (!arns) {
        lacks(holder.when, written.key);
        continue;
      }
      for (const Branch& branch : evaluator_.branches(arns->value, holder.when)) {
        if (is_null(document_, branch.node))
          lacks(branch.when, arns->key);
        else if (!is_plain_list(document_, branch.node))
          add_list(config, branch);
        else
          lacks(evaluator_.guards().but_not(branch.when, add_publishers(config, branch)), arns->key);
      }
    }
    const bool is_misspelt = codesign::is_misspelt(graph_, resource, "AllowedPublishers") ||
                             codesign::is_misspelt(graph_, resource, "SigningProfileVersionArns");
    if (without == Guard::never || is_misspelt) return;
    config.without_publishers = where;
    config.when_without_publishers = evaluator_.circumstance(without);
  }

  // A list that something else supplies. An attribute of a profile is one text, unless it is passed for a list.
  void add_list(SigningConfig& config, const Branch& list) {
    const std::size_t first = config.publishers.size();
    for (Case& one : evaluator_.items(list.node, list.when)) add_publisher(config, std::move(one));
    if (!evaluator_.list_parameter(list.node).empty()) return;
    for (std::size_t index = first; index < config.publishers.size(); ++index)
      if (const Publisher& publisher = *config.publishers[index]; publisher.profile)
        graph_.violations.push_back({.resource = config.resource,
                                     .where = publisher.value.node,
                                     .message = "SigningProfileVersionArns is one value; expected a list"});
  }

  // The deployments in which the list has an item.
  Guard add_publishers(SigningConfig& config, const Branch& list) {
    Guard present = Guard::never;
    std::size_t certain = 0;
    for (const NodeId item : children(document_, list.node)) {
      Guard here = Guard::never;
      for (Case& one : evaluator_.cases(item, list.when))
        here = evaluator_.guards().either(here, add_publisher(config, std::move(one)));
      present = evaluator_.guards().either(present, here);
      if (here == list.when && ++certain > SigningConfig::most_publishers && config.surplus_publisher == NodeId::none)
        config.surplus_publisher = item;
    }
    return present;
  }

  // The deployments that have it.
  Guard add_publisher(SigningConfig& config, Case one) {
    if (one.value.kind == Value::Kind::absent) return Guard::never;
    Publisher& added =
        graph_.publishers.emplace_back(Publisher{.value = std::move(one.value), .config = &config, .guard = one.when});
    added.profile = profile_of(added.value);
    added.is_repeated = is_repeated(config, added);
    config.publishers.push_back(&added);
    const auto arn = read_arn(added.value.text);
    if (!arn || added.value.kind != Value::Kind::literal || arn->partition.starts_with('$')) return one.when;
    added.partition = arn->partition;
    for (const Publisher* known : config.publishers)
      if (!known->partition.empty() && known->partition != added.partition && added.other_partition.empty() &&
          evaluator_.guards().both(added.guard, known->guard) != Guard::never)
        added.other_partition = known->partition;
    return one.when;
  }

  // Of this template, or of another one of the run.
  const SigningProfile* profile_of(const Value& value) {
    if (!value.resource) return nullptr;
    const auto own = std::find_if(graph_.profiles.begin(), graph_.profiles.end(),
                                  [&](const SigningProfile& profile) { return profile.resource == value.resource; });
    return own == graph_.profiles.end() ? outside_.profile_of(*value.resource) : &*own;
  }

  bool is_repeated(const SigningConfig& config, const Publisher& publisher) {
    const Value& value = publisher.value;
    if (value.kind != Value::Kind::literal && !value.resource) return false;
    return std::any_of(config.publishers.begin(), config.publishers.end(), [&](const Publisher* known) {
      return known->value.kind == value.kind && known->value.text == value.text &&
             known->value.attribute == value.attribute && known->value.node != value.node &&
             evaluator_.guards().both(publisher.guard, known->guard) != Guard::never;
    });
  }

  bool writes(NodeId mapping, std::string_view key) const { return find(document_, mapping, key).has_value(); }

  template <typename Work>
  bool within_limits(NodeId where, Work work) {
    return codesign::within_limits(graph_, where, work);
  }

  Graph& graph_;
  const Document& document_;
  Evaluator& evaluator_;
  const Editability& editability_;
  Outside& outside_;
  Guard possible_;
};

}  // namespace

void read_profiles(Graph& graph, Evaluator& evaluator) {
  for (const Resource& resource : graph.resources) {
    if (resource.type != "AWS::Signer::SigningProfile") continue;
    evaluator.bind(&resource.bindings);
    SigningProfile& profile = graph.profiles.emplace_back();
    profile.resource = &resource;
    profile.retention = retention_of(*graph.document, resource);
    within_limits(graph, resource.key, [&] {
      profile.platform =
          evaluator.only_value(value_of(*graph.document, resource.properties, "PlatformId"), resource.exists);
    });
  }
}

void read_configs(Graph& graph, Evaluator& evaluator, const Editability& editability, Outside& outside,
                  Guard possible) {
  ConfigReader(graph, evaluator, editability, outside, possible).run();
}

}  // namespace codesign
