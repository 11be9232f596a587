#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "graph/arn.h"
#include "graph/artifacts.h"
#include "graph/dependencies.h"
#include "graph/graph.h"
#include "graph/intrinsic.h"
#include "graph/layers.h"
#include "graph/schema.h"
#include "graph/statements.h"
#include "graph/values.h"

namespace codesign {
namespace {

constexpr std::string_view serverless_transform = "AWS::Serverless-2016-10-31";
constexpr std::string_view language_extensions = "AWS::LanguageExtensions";
constexpr std::string_view config_property = "CodeSigningConfigArn";
// CloudFormation takes 500 resources; loops that make more are not followed.
constexpr std::size_t max_resources = 4000;
// Aliases and loops make much of little text.
constexpr std::size_t max_judged_nodes = 1'000'000;

class Linker {
 public:
  Linker(const Document& document, const Assumptions& assumptions, const std::vector<KnownPublisher>& publishers)
      : document_(document),
        evaluator_(document, read_parameters(document, names_), assumptions),
        known_publishers_(publishers) {
    graph_.document = &document;
    for (const Node& node : document.nodes)
      if (node.kind == Node::Kind::alias) aliased_.insert(static_cast<std::uint32_t>(node.target));
  }

  Graph run() {
    const NodeId root = document_.root();
    if (root == NodeId::none || !is_mapping(document_, root)) return std::move(graph_);
    graph_.resources_section = value_of(document_, root, "Resources");
    if (is_tagged(graph_.resources_section)) graph_.resources_section = NodeId::none;
    read_transform(value_of(document_, root, "Transform"));
    if (const auto macro = find(document_, root, "Fn::Transform")) hide(macro->key, "Fn::Transform");
    read_resources(graph_.resources_section, 0);
    graph_.is_template = looks_like_a_template(root);
    if (!graph_.is_template) return std::move(graph_);
    collect_taken_names(root);
    for (const auto& [name, body] : names_.parameters)
      graph_.parameter_types[name] = scalar_text(document_, value_of(document_, body, "Type")).value_or("");
    names_.complete = !graph_.has_hidden_resources;
    if (graph_.has_sam_transform) globals_ = value_of(document_, value_of(document_, root, "Globals"), "Function");
    within_limits(graph_.resources_section, [&] { possible_ = evaluator_.possible(); });
    if (evaluator_.rules_never_hold())
      graph_.limits.push_back({find(document_, root, "Rules")->key,
                               "no deployment fulfils the assertions of Rules, so they are not counted"});
    for (Resource& resource : graph_.resources) read_condition(resource);
    read_profiles_and_configs();
    read_functions();
    read_layers();
    within_limits(graph_.resources_section, [&] { read_artifacts(graph_, evaluator_, globals_); });
    within_limits(graph_.resources_section, [&] { read_nested_stacks_and_hidden_parts(graph_, evaluator_); });
    read_template_facts(graph_);
    read_violations();
    read_policy_statements();
    return std::move(graph_);
  }

 private:
  // The names of the parameters, before the evaluator looks at the document.
  static const Names& read_parameters(const Document& document, Names& names) {
    if (document.root() == NodeId::none) return names;
    for (const Entry& entry : entries(document, value_of(document, document.root(), "Parameters")))
      if (const auto name = plain_text(document, entry.key)) names.parameters[*name] = resolve(document, entry.value);
    return names;
  }

  // Runs `work`; if the conditions are too entangled, says so once and returns false.
  template <typename Work>
  bool within_limits(NodeId where, Work work) {
    try {
      work();
      return true;
    } catch (const TooEntangled&) {
      if (std::none_of(graph_.limits.begin(), graph_.limits.end(),
                       [](const Limit& limit) { return limit.message == too_entangled; }))
        graph_.limits.push_back({where == NodeId::none ? document_.root() : where, too_entangled});
      return false;
    }
  }

  // "!Anything" in front of a mapping: what it becomes is not known.
  bool is_tagged(NodeId id) const { return id != NodeId::none && document_[id].tag.starts_with('!'); }

  // What may add or change resources that the text does not show.
  void hide(NodeId where, std::string_view macro) {
    graph_.has_hidden_resources = true;
    graph_.hidden_parts.push_back({.where = where, .what = std::string(macro) + " may add or change functions"});
  }

  void read_transform(NodeId transform) {
    const auto read_one = [&](NodeId name) {
      const auto text = plain_text(document_, name);
      if (text == serverless_transform)
        graph_.has_sam_transform = true;
      else if (text != language_extensions)
        hide(name, text ? "the macro " + std::string(*text) : "a macro");
      if (!text || !text->starts_with("AWS::")) has_macro_ = true;
    };
    if (transform == NodeId::none || is_null(document_, transform)) return;
    if (!is_sequence(document_, transform)) return read_one(transform);
    for (const NodeId name : children(document_, transform)) read_one(name);
  }

  // A logical ID given twice: the last one counts, as for the readers of CloudFormation's own tools.
  void read_resources(NodeId section, int loops_around) {
    constexpr int max_nested_loops = 16;
    for (const Entry& entry : entries(document_, section)) {
      const auto written = plain_text(document_, entry.key);
      if (!written || loops_around > max_nested_loops) continue;
      if (written->starts_with("Fn::ForEach::")) {
        read_loop(entry, loops_around);
      } else if (written->starts_with("Fn::")) {
        hide(entry.key, *written);
      } else {
        read_resource(entry, *written);
      }
    }
  }

  // Fn::ForEach::Name: [Identifier, [items], {bodies}]; each item makes a copy of the bodies.
  void read_loop(const Entry& entry, int loops_around) {
    const auto parts = children(document_, entry.value);
    if (!is_sequence(document_, entry.value) || parts.size() != 3) return;
    const auto identifier = scalar_text(document_, parts[0]);
    std::optional<std::vector<std::string>> items;
    if (identifier) names_.loop_identifiers.insert(*identifier);
    within_limits(entry.key, [&] { items = evaluator_.known_list(parts[1]); });
    if (!identifier || !items) {
      graph_.hidden_parts.push_back({.where = entry.key, .what = "how many copies this loop makes is not known"});
      return read_resources(parts[2], loops_around + 1);
    }
    for (const std::string& item : *items) {
      bindings_.emplace_back(*identifier, item);
      evaluator_.bind(&bindings_);
      read_resources(parts[2], loops_around + 1);
      bindings_.pop_back();
      evaluator_.bind(&bindings_);
    }
  }

  void read_resource(const Entry& entry, std::string_view written) {
    const NodeId body = resolve(document_, entry.value);
    if (is_tagged(body)) return;
    const auto type = plain_text(document_, value_of(document_, body, "Type"));
    if (!type) return;
    if (type->ends_with("::MODULE")) graph_.has_hidden_resources = true;
    if (graph_.resources.size() >= max_resources) {
      if (graph_.limits.empty())
        graph_.limits.push_back({entry.key, "the loops of this template make more resources than are looked at"});
      return;
    }
    std::string_view id = written;
    if (std::string bound = evaluator_.bound(written); bound != written)
      id = graph_.strings.emplace_back(std::move(bound));
    const Resource resource{.id = id,
                            .written_id = written,
                            .type = *type,
                            .key = entry.key,
                            .body = entry.value,
                            .properties = value_of(document_, body, "Properties"),
                            .bindings = bindings_};
    const auto [known, is_new] = by_id_.emplace(id, nullptr);
    if (is_new) {
      known->second = &graph_.resources.emplace_back(resource);
      names_.resources.emplace(id, known->second);
    } else {
      *known->second = resource;
      repeated_ids_.insert(id);
    }
  }

  void read_condition(Resource& resource) {
    resource.exists = possible_;
    const auto name = scalar_text(document_, value_of(document_, resource.body, "Condition"));
    if (!name) return;
    evaluator_.bind(&resource.bindings);
    within_limits(resource.key, [&] {
      resource.exists = evaluator_.guards().both(possible_, evaluator_.condition(evaluator_.bound(*name)));
    });
  }

  bool looks_like_a_template(NodeId root) const {
    if (find(document_, root, "AWSTemplateFormatVersion")) return true;
    if (!is_mapping(document_, graph_.resources_section)) return false;
    if (graph_.has_sam_transform || !graph_.resources.empty() || graph_.has_hidden_resources) return true;
    const auto members = entries(document_, graph_.resources_section);
    return std::any_of(members.begin(), members.end(), [&](const Entry& entry) {
      return scalar_text(document_, entry.key).value_or("").starts_with("Fn::ForEach::");
    });
  }

  void collect_taken_names(NodeId root) {
    for (const Resource& resource : graph_.resources) graph_.taken_names.push_back(resource.id);
    for (const std::string_view section : {"Parameters", "Conditions", "Mappings"})
      for (const Entry& entry : entries(document_, value_of(document_, root, section)))
        if (const auto name = scalar_text(document_, entry.key)) graph_.taken_names.push_back(*name);
  }

  bool writes(NodeId mapping, std::string_view key) const { return find(document_, mapping, key).has_value(); }
  NodeId property(const Resource& resource, std::string_view name) const {
    return value_of(document_, resource.properties, name);
  }

  // --- configs and profiles

  void read_profiles_and_configs() {
    for (const Resource& resource : graph_.resources) {
      evaluator_.bind(&resource.bindings);
      if (resource.type == "AWS::Signer::SigningProfile") {
        SigningProfile& profile = graph_.profiles.emplace_back();
        profile.resource = &resource;
        profile.retention = retention_of(resource);
        within_limits(resource.key, [&] { profile.platform = only_value(resource, "PlatformId"); });
      } else if (resource.type == "AWS::Signer::ProfilePermission") {
        ProfilePermission& permission = graph_.profile_permissions.emplace_back();
        permission.resource = &resource;
        within_limits(resource.key, [&] {
          permission.principal = only_value(resource, "Principal");
          permission.action = only_value(resource, "Action");
        });
      }
    }
    for (const Resource& resource : graph_.resources) {
      if (resource.type != "AWS::Lambda::CodeSigningConfig") continue;
      evaluator_.bind(&resource.bindings);
      SigningConfig& config = graph_.configs.emplace_back();
      config.resource = &resource;
      config.retention = retention_of(resource);
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
      config.obstacle = why_unenforceable(config);
    }
    evaluator_.bind(nullptr);
    within_limits(graph_.resources_section, [&] { read_mentions(); });
  }

  // The value of a property; unknown where deployments differ.
  Value only_value(const Resource& resource, std::string_view name) {
    std::vector<Case> cases = evaluator_.cases(property(resource, name), resource.exists);
    if (cases.size() == 1) return std::move(cases.front().value);
    return {.kind = Value::Kind::unknown, .text = "a condition decides"};
  }

  // AWS CloudFormation User Guide, DeletionPolicy and UpdateReplacePolicy: without one, most resources are deleted.
  Retention retention_of(const Resource& resource) const {
    const auto is_lost = [&](std::string_view attribute) {
      const auto written = find(document_, resource.body, attribute);
      if (!written) return find(document_, resource.body, "Fn::Transform") == std::nullopt;
      const auto word = plain_text(document_, written->value);
      return word && !word->starts_with("Retain");
    };
    return {.is_lost_when_deleted = is_lost("DeletionPolicy"), .is_lost_when_replaced = is_lost("UpdateReplacePolicy")};
  }

  // Who names the configs, in any way and anywhere: it may hold too much, never too little.
  void read_mentions() {
    if (graph_.configs.empty()) return;
    std::unordered_map<std::string_view, SigningConfig*> by_id;
    for (SigningConfig& config : graph_.configs) by_id[config.resource->id] = &config;
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
    const auto written = find(document_, properties, "CodeSigningPolicies");
    if (!written) return add_policy(config, exists, DeploymentPolicy::defaulted, {});
    for (const Branch& branch : evaluator_.branches(written->value, exists)) {
      if (is_null(document_, branch.node)) {
        add_policy(config, branch.when, DeploymentPolicy::defaulted, {.node = written->value});
      } else if (const auto intrinsic = read_intrinsic(document_, branch.node)) {
        add_policy(config, branch.when, DeploymentPolicy::unknown,
                   {.kind = Value::Kind::unknown, .text = intrinsic->name + " is not evaluated", .node = branch.node});
      } else if (const auto word = find(document_, branch.node, "UntrustedArtifactOnDeployment")) {
        for (const Case& one : evaluator_.cases(word->value, branch.when))
          add_policy(config, one.when, policy_of(one.value), one.value);
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

  // Why what only warns cannot be made to enforce by writing into this resource; empty where it can.
  std::string why_unenforceable(const SigningConfig& config) const {
    if (auto why = why_not_editable(*config.resource, config.resource->properties); !why.empty()) return why;
    for (const PolicyCase& policy : config.policies) {
      if (policy.policy == DeploymentPolicy::defaulted) {
        if (config.policies.size() > 1) return "a condition leaves its policy out";
        if (writes(config.resource->properties, "CodeSigningPolicies"))
          return "its CodeSigningPolicies are written, but empty";
      }
      if (policy.policy != DeploymentPolicy::warn) continue;
      const Node& word = document_[policy.value.node];
      if (const auto intrinsic = read_intrinsic(document_, policy.value.node)) {
        const auto name = scalar_text(document_, intrinsic->argument);
        return intrinsic->name == "Ref" && name ? "parameter " + std::string(*name) + " decides its policy"
                                                : intrinsic->name + " computes its policy";
      }
      if (word.kind != Node::Kind::scalar || stands_in_anchor(policy.value.node))
        return "its policy is a YAML alias, or in one";
      if (auto why = why_mapping_is_not_editable(document_[policy.value.node].parent);
          !why.empty() && document_[document_[policy.value.node].parent].kind == Node::Kind::mapping &&
          !read_intrinsic(document_, document_[policy.value.node].parent))
        return why;
    }
    return {};
  }

  void read_publishers(SigningConfig& config) {
    const Resource& resource = *config.resource;
    if (!is_null(document_, resource.properties) &&
        (!is_mapping(document_, resource.properties) || read_intrinsic(document_, resource.properties) ||
         writes(resource.properties, "Fn::Transform")))
      return;
    Guard without = Guard::never;
    NodeId where = resource.key;
    const auto lacks = [&](Guard when, NodeId node) {
      if (when == Guard::never) return;
      without = evaluator_.guards().either(without, when);
      if (node != NodeId::none) where = node;
    };
    const auto allowed = find(document_, resource.properties, "AllowedPublishers");
    if (!allowed) lacks(resource.exists, NodeId::none);
    for (const Branch& holder : evaluator_.branches(allowed ? allowed->value : NodeId::none, resource.exists)) {
      if (!allowed) break;
      if (is_null(document_, holder.node)) {
        lacks(holder.when, allowed->key);
        continue;
      }
      // Of another kind: no list at all, which is said by its schema.
      if (!is_mapping(document_, holder.node) || read_intrinsic(document_, holder.node) ||
          writes(holder.node, "Fn::Transform"))
        continue;
      const auto arns = find(document_, holder.node, "SigningProfileVersionArns");
      if (!arns) {
        lacks(holder.when, allowed->key);
        continue;
      }
      for (const Branch& branch : evaluator_.branches(arns->value, holder.when)) {
        if (is_null(document_, branch.node))
          lacks(branch.when, arns->key);
        else if (!is_sequence(document_, branch.node) || read_intrinsic(document_, branch.node))
          add_publisher(config, branch.node, branch.when);
        else
          lacks(evaluator_.guards().but_not(branch.when, add_publishers(config, branch)), arns->key);
      }
    }
    if (without == Guard::never) return;
    config.without_publishers = where;
    config.when_without_publishers = evaluator_.circumstance(without);
  }

  // The deployments in which the list has an item.
  Guard add_publishers(SigningConfig& config, const Branch& list) {
    Guard present = Guard::never;
    std::size_t certain = 0;
    for (const NodeId item : children(document_, list.node)) {
      const Guard here = add_publisher(config, item, list.when);
      present = evaluator_.guards().either(present, here);
      if (here == list.when && ++certain > SigningConfig::most_publishers && config.surplus_publisher == NodeId::none)
        config.surplus_publisher = item;
    }
    return present;
  }

  // The deployments in which it has a value.
  Guard add_publisher(SigningConfig& config, NodeId node, Guard within) {
    Guard present = Guard::never;
    for (Case& one : evaluator_.cases(node, within)) {
      if (one.value.kind == Value::Kind::absent) continue;
      present = evaluator_.guards().either(present, one.when);
      Publisher publisher{.value = std::move(one.value), .config = &config};
      publisher.profile = profile_of(publisher.value);
      publisher.is_repeated = is_repeated(config, publisher, one.when);
      config.publishers.push_back(static_cast<std::uint32_t>(graph_.publishers.size()));
      Publisher& added = graph_.publishers.emplace_back(std::move(publisher));
      publisher_guards_.push_back(one.when);
      if (const auto arn = read_arn(added.value.text); arn && added.value.kind == Value::Kind::literal)
        added.partition = arn->partition;
      if (config.partition.empty()) config.partition = added.partition;
    }
    return present;
  }

  const SigningProfile* profile_of(const Value& value) const {
    if (!value.resource) return nullptr;
    const auto found = std::find_if(graph_.profiles.begin(), graph_.profiles.end(),
                                    [&](const SigningProfile& profile) { return profile.resource == value.resource; });
    return found == graph_.profiles.end() ? nullptr : &*found;
  }

  bool is_repeated(const SigningConfig& config, const Publisher& publisher, Guard when) {
    if (publisher.value.kind != Value::Kind::literal && publisher.value.kind != Value::Kind::resource) return false;
    return std::any_of(config.publishers.begin(), config.publishers.end(), [&](std::uint32_t index) {
      const Value& known = graph_.publishers[index].value;
      return known.kind == publisher.value.kind && known.text == publisher.value.text &&
             known.attribute == publisher.value.attribute && known.node != publisher.value.node &&
             evaluator_.guards().both(when, publisher_guards_[index]) != Guard::never;
    });
  }

  // --- functions

  struct PackageCase {
    Guard when;
    PackageType package;
  };

  void read_functions() {
    for (const Resource& resource : graph_.resources) {
      const bool serverless = resource.type == "AWS::Serverless::Function";
      if (!serverless && resource.type != "AWS::Lambda::Function") continue;
      Function& function = graph_.functions.emplace_back();
      function.resource = &resource;
      evaluator_.bind(&resource.bindings);
      const NodeId globals = serverless ? globals_ : NodeId::none;
      const bool is_possible = resource.exists != Guard::never;
      const bool readable = within_limits(resource.key, [&] {
        std::vector<PackageCase> packages =
            packages_of(resource, serverless, is_possible ? resource.exists : Guard::always);
        const bool one_package = std::all_of(packages.begin(), packages.end(), [&](const PackageCase& p) {
          return p.package == packages.front().package;
        });
        function.package = one_package && !packages.empty() ? packages.front().package : PackageType::unknown;
        read_config(function, globals, packages);
        read_layers_of(function, globals);
        for (SigningCase& signing : function.signing) signing.when = evaluator_.circumstance(signing.guard);
      });
      if (!readable) function.signing.clear();
      if (function.signing.empty())
        function.signing = {{.guard = resource.exists,
                             .state = Signing::unknown,
                             .package = function.package,
                             .reason = readable ? "no deployment contains it" : too_entangled}};
      if (!is_possible && function.package == PackageType::image) function.signing.front().state = Signing::unsupported;
      function.obstacle = why_unsignable(function);
    }
    decide_repairs();
    decide_loops();
    decide_promotions();
    for (ConfigReference& reference : graph_.references) {
      try {
        reference.when = evaluator_.circumstance(reference.guard);
      } catch (const TooEntangled&) {
        // The functions have said so; the reference is then reported without its circumstance.
      }
    }
  }

  std::vector<PackageCase> packages_of(const Resource& resource, bool serverless, Guard within) {
    std::vector<PackageCase> result;
    const NodeId properties = resource.properties;
    if (properties != NodeId::none && read_intrinsic(document_, properties)) return {{within, PackageType::unknown}};
    const bool is_declared = writes(properties, "PackageType");
    for (const Case& declared : evaluator_.cases(property(resource, "PackageType"), within)) {
      const bool zip = declared.value.kind == Value::Kind::absent ||
                       (declared.value.kind == Value::Kind::literal && declared.value.text == "Zip");
      if (!zip) {
        const bool image = declared.value.kind == Value::Kind::literal && declared.value.text == "Image";
        result.push_back({declared.when, image ? PackageType::image : PackageType::unknown});
      } else if (serverless) {
        packages_of_inline(property(resource, "InlineCode"), declared.when,
                           !is_declared && writes(properties, "ImageUri") ? PackageType::image : PackageType::zip,
                           result);
      } else {
        for (const Branch& code : evaluator_.branches(property(resource, "Code"), declared.when))
          packages_of_code(code, is_declared, result);
      }
    }
    return result;
  }

  void packages_of_code(const Branch& code, bool is_declared, std::vector<PackageCase>& into) {
    if (code.node == NodeId::none)
      into.push_back({code.when, PackageType::zip});
    else if (read_intrinsic(document_, code.node) || writes(code.node, "Fn::Transform"))
      into.push_back({code.when, PackageType::unknown});
    else
      packages_of_inline(value_of(document_, code.node, "ZipFile"), code.when,
                         !is_declared && writes(code.node, "ImageUri") ? PackageType::image : PackageType::zip, into);
  }

  // Inline where that text is there, `otherwise` where it is not.
  void packages_of_inline(NodeId text, Guard when, PackageType otherwise, std::vector<PackageCase>& into) {
    for (const Branch& branch : evaluator_.branches(text, when))
      into.push_back({branch.when, is_null(document_, branch.node) ? otherwise : PackageType::inline_code});
  }

  // SAM merges Globals into each function: text and intrinsics of the function win, lists are joined.
  // (aws/serverless-application-model, samtranslator/plugins/globals/globals.py)
  bool ignores_global(const Function& function, std::string_view name) const {
    const NodeId ignored = value_of(document_, function.resource->body, "IgnoreGlobals");
    if (plain_text(document_, ignored) == "*") return true;
    const auto names = is_sequence(document_, ignored) ? children(document_, ignored) : std::vector<NodeId>{};
    return std::any_of(names.begin(), names.end(), [&](NodeId item) { return plain_text(document_, item) == name; });
  }

  // "Fn::ForEach::Name: [Identifier, [items], {Key: Value}]" among the properties: true where an item makes the key
  // CodeSigningConfigArn, whose value is then read with that item.
  bool read_looped_config(Function& function) {
    for (const Entry& entry : entries(document_, function.resource->properties)) {
      const auto parts = children(document_, entry.value);
      if (!plain_text(document_, entry.key).value_or("").starts_with("Fn::ForEach::") || parts.size() != 3) continue;
      const auto identifier = scalar_text(document_, parts[0]);
      const auto items = evaluator_.known_list(parts[1]);
      if (!identifier || !items) continue;
      for (const std::string& item : *items) {
        std::vector<std::pair<std::string, std::string>> bindings = function.resource->bindings;
        bindings.emplace_back(*identifier, item);
        evaluator_.bind(&bindings);
        for (const Entry& made : entries(document_, parts[2]))
          if (evaluator_.bound(scalar_text(document_, made.key).value_or("")) == config_property)
            function.config_node = made.value;
        evaluator_.bind(&function.resource->bindings);
        if (function.config_node == NodeId::none) continue;
        function_bindings_ = std::move(bindings);
        evaluator_.bind(&function_bindings_);
        return true;
      }
    }
    return false;
  }

  void read_config(Function& function, NodeId globals, const std::vector<PackageCase>& packages) {
    const Resource& resource = *function.resource;
    const auto global = find(document_, globals, config_property);
    const bool ignored = ignores_global(function, config_property);
    if (const auto local = find(document_, resource.properties, config_property)) {
      function.config_node = local->value;
    } else if (!read_looped_config(function) && global && !ignored) {
      function.config_node = global->value;
      function.config_from_globals = true;
    }
    const auto may_be_included = [&](NodeId mapping) {
      return mapping != NodeId::none && (writes(mapping, "Fn::Transform") || read_intrinsic(document_, mapping));
    };
    std::vector<Case> configs;
    const auto computed =
        resource.properties == NodeId::none ? std::nullopt : read_intrinsic(document_, resource.properties);
    if (function.config_node == NodeId::none &&
        (may_be_included(resource.properties) || (may_be_included(globals) && !ignored)))
      configs.push_back(
          {resource.exists,
           {.kind = Value::Kind::unknown,
            .text = computed ? computed->name + " computes its properties" : "Fn::Transform may set it"}});
    else
      configs = evaluator_.cases(function.config_node, resource.exists);
    for (Case& config : configs) {
      if (config.value.kind == Value::Kind::literal && config.value.text.empty())
        config.value.kind = Value::Kind::absent;
      const bool is_written = config.value.kind != Value::Kind::absent && config.value.node != NodeId::none;
      for (const PackageCase& package : packages) {
        const Guard when = evaluator_.guards().both(config.when, package.when);
        if (when == Guard::never) continue;
        if (package.package == PackageType::image)
          add_case(function, {.guard = when,
                              .state = Signing::unsupported,
                              .package = package.package,
                              .evidence = is_written ? std::vector{config.value.node} : std::vector<NodeId>{}});
        else
          add_config_cases(function, config.value, package.package, when);
      }
      collect_reference(function, config, configs.size() == 1);
    }
    const bool opts_out = global && !function.config_from_globals && function.is_always(Signing::none);
    if (!opts_out) return;
    const std::vector<Case> inherited = evaluator_.cases(global->value, resource.exists);
    if (std::all_of(inherited.begin(), inherited.end(),
                    [](const Case& one) { return one.value.kind == Value::Kind::absent; }))
      return;
    const auto ignore = find(document_, resource.body, "IgnoreGlobals");
    function.opt_out = function.config_node != NodeId::none || !ignore ? function.config_node : ignore->value;
  }

  void add_case(Function& function, SigningCase signing) {
    if (signing.guard == Guard::never) return;
    for (SigningCase& known : function.signing) {
      const bool same = known.state == signing.state && known.package == signing.package &&
                        known.config == signing.config && known.arn == signing.arn && known.reason == signing.reason &&
                        known.config_is_missing == signing.config_is_missing;
      if (!same) continue;
      known.guard = evaluator_.guards().either(known.guard, signing.guard);
      for (const NodeId node : signing.evidence)
        if (std::find(known.evidence.begin(), known.evidence.end(), node) == known.evidence.end())
          known.evidence.push_back(node);
      return;
    }
    function.signing.push_back(std::move(signing));
  }

  // A reason is a clause about the function: "parameter P decides its code signing config".
  void add_config_cases(Function& function, const Value& value, PackageType package, Guard when) {
    std::vector<NodeId> evidence;
    if (value.node != NodeId::none) evidence.push_back(value.node);
    const auto add = [&](Guard guard, Signing state, const SigningConfig* config, std::string reason,
                         bool has_own_rule = false) {
      add_case(function, {.guard = guard,
                          .state = state,
                          .package = package,
                          .config = config,
                          .reason = std::move(reason),
                          .has_own_rule = has_own_rule,
                          .evidence = evidence});
    };
    const std::string refers = "its CodeSigningConfigArn refers to " + value.text;
    switch (value.kind) {
      case Value::Kind::absent: return add(when, Signing::none, nullptr, "");
      case Value::Kind::literal:
        return add_case(function, {.guard = when,
                                   .state = Signing::unknown,
                                   .package = package,
                                   .arn = value.text,
                                   .reason = "its code signing config is not in this template",
                                   .has_own_rule = plain_text(document_, value.node).has_value(),
                                   .evidence = evidence});
      case Value::Kind::parameter:
        return add(when, Signing::unknown, nullptr, "parameter " + value.text + " decides its code signing config");
      case Value::Kind::missing: return add(when, Signing::unknown, nullptr, refers + ", which is not defined", true);
      case Value::Kind::unknown:
        return add(when, Signing::unknown, nullptr, "its code signing config is not known: " + value.text);
      case Value::Kind::resource: break;
    }
    const auto found = std::find_if(graph_.configs.begin(), graph_.configs.end(),
                                    [&](const SigningConfig& c) { return c.resource == value.resource; });
    if (found == graph_.configs.end())
      return add(when, Signing::unknown, nullptr,
                 may_return_any_text(*value.resource) ? "its code signing config is an output of " + value.text
                                                      : refers + ", which is no code signing config",
                 !may_return_any_text(*value.resource));
    const SigningConfig* config = &*found;
    if (value.is_dotted_ref || (!value.attribute.empty() && value.attribute != config_property))
      return add(when, Signing::unknown, config, "its CodeSigningConfigArn is not the ARN of " + value.text, true);
    const Guard missing = evaluator_.guards().but_not(when, config->resource->exists);
    add_case(function, {.guard = missing,
                        .state = Signing::unknown,
                        .package = package,
                        .config = config,
                        .reason = refers + ", which does not exist then",
                        .config_is_missing = true,
                        .has_own_rule = true,
                        .evidence = evidence});
    for (const PolicyCase& policy : config->policies) {
      const Guard both = evaluator_.guards().both(when, policy.guard);
      switch (policy.policy) {
        case DeploymentPolicy::enforce: add(both, Signing::enforced, config, ""); break;
        case DeploymentPolicy::warn:
        case DeploymentPolicy::defaulted: add(both, Signing::warns, config, ""); break;
        case DeploymentPolicy::invalid:
          add(both, Signing::unknown, config, "the policy of " + value.text + " is neither Warn nor Enforce", true);
          break;
        case DeploymentPolicy::unknown:
          add(both, Signing::unknown, config,
              policy.value.kind == Value::Kind::parameter
                  ? "parameter " + policy.value.text + " decides the policy of " + value.text
                  : "the policy of " + value.text + " is not known: " + policy.value.text);
      }
    }
  }

  // A text that a parameter or a map supplies is theirs to judge, not this reference's.
  void collect_reference(const Function& function, const Case& config, bool is_only_case) {
    if (config.value.kind == Value::Kind::absent || config.value.node == NodeId::none || config.when == Guard::never)
      return;
    const auto intrinsic = read_intrinsic(document_, config.value.node);
    const bool is_composed = intrinsic && (intrinsic->name == "Fn::Sub" || intrinsic->name == "Fn::Join" ||
                                           config.value.text.starts_with("${AWS::"));
    if (config.value.kind == Value::Kind::literal && intrinsic && !(is_composed && is_only_case)) return;
    const auto [known, is_new] =
        references_.emplace(static_cast<std::uint32_t>(config.value.node), graph_.references.size());
    if (is_new)
      graph_.references.push_back(
          {.value = config.value, .in_globals = function.config_from_globals, .guard = config.when});
    ConfigReference& reference = graph_.references[known->second];
    if (!is_new) reference.guard = evaluator_.guards().either(reference.guard, config.when);
    if (reference.functions.empty() || reference.functions.back() != &function)
      reference.functions.push_back(&function);
  }

  bool is_replaceable_no_value(NodeId node) const {
    const auto intrinsic = read_intrinsic(document_, node);
    return intrinsic && intrinsic->name == "Ref" && scalar_text(document_, intrinsic->argument) == "AWS::NoValue" &&
           document_[node].kind != Node::Kind::alias && document_[intrinsic->argument].kind == Node::Kind::scalar &&
           !stands_in_anchor(node);
  }

  // AWS::NoValue in a branch of Fn::If may become a config where every function that takes the branch can be signed.
  void decide_repairs() {
    std::unordered_set<std::uint32_t> forbidden;
    for (const Function& function : graph_.functions)
      for (const SigningCase& signing : function.signing)
        if (signing.package != PackageType::zip) forbidden.insert(static_cast<std::uint32_t>(function.config_node));
    for (Function& function : graph_.functions) {
      for (SigningCase& signing : function.signing) {
        if (signing.state != Signing::none || signing.evidence.empty()) continue;
        signing.is_repairable = !forbidden.contains(static_cast<std::uint32_t>(function.config_node)) &&
                                std::all_of(signing.evidence.begin(), signing.evidence.end(), [&](NodeId node) {
                                  return node != function.config_node && is_replaceable_no_value(node);
                                });
      }
    }
  }

  // Inline code cannot be signed: to enforce would be to refuse it.
  void decide_promotions() {
    for (const Function& function : graph_.functions)
      for (const SigningCase& signing : function.signing) {
        if (signing.package != PackageType::inline_code || signing.state != Signing::warns) continue;
        const auto config = std::find_if(graph_.configs.begin(), graph_.configs.end(),
                                         [&](const SigningConfig& one) { return &one == signing.config; });
        if (config->obstacle.empty())
          config->obstacle = "it would refuse the inline code of " + std::string(function.resource->id);
      }
  }

  // The copies of a loop's body have one text: if one of them cannot be signed, none is.
  void decide_loops() {
    std::unordered_map<std::uint32_t, std::string_view> unsignable;
    for (const Function& function : graph_.functions)
      if (function.resource->is_in_loop() && function.package != PackageType::zip)
        unsignable.emplace(static_cast<std::uint32_t>(function.resource->key), function.resource->id);
    for (Function& function : graph_.functions)
      if (const auto found = unsignable.find(static_cast<std::uint32_t>(function.resource->key));
          found != unsignable.end() && function.obstacle.empty())
        function.obstacle = "the same loop makes " + std::string(found->second) + ", which cannot be signed";
  }

  void read_layers_of(Function& function, NodeId globals) {
    const NodeId local = value_of(document_, function.resource->properties, "Layers");
    const NodeId global = ignores_global(function, "Layers") ? NodeId::none : value_of(document_, globals, "Layers");
    const auto is_plain_list = [&](NodeId node) {
      return is_sequence(document_, node) && !read_intrinsic(document_, node);
    };
    const bool joined = is_plain_list(global) && (is_plain_list(local) || local == NodeId::none);
    std::vector<LayerCase> layers;
    if (joined || local == NodeId::none) add_layers(function, global, true, layers);
    add_layers(function, local, false, layers);
    for (const LayerCase& one : layers)
      if (std::none_of(function.layers.begin(), function.layers.end(), [&](const Value& known) {
            return known.kind == one.layer.kind && known.text == one.layer.text;
          }))
        function.layers.push_back(one.layer);
    read_layer_uses(graph_, evaluator_, function, layers, known_publishers_);
  }

  void add_layers(const Function& function, NodeId list, bool in_globals, std::vector<LayerCase>& into) {
    if (list == NodeId::none) return;
    for (const Branch& branch : evaluator_.branches(list, function.resource->exists)) {
      const bool is_list = is_sequence(document_, branch.node) && !read_intrinsic(document_, branch.node);
      for (const NodeId item : is_list ? children(document_, branch.node) : std::vector<NodeId>{branch.node})
        for (Case& one : evaluator_.cases(item, branch.when))
          if (one.value.kind != Value::Kind::absent) into.push_back({one.when, std::move(one.value), in_globals});
    }
  }

  // --- schemas

  // A macro that is not AWS's own may take properties of its own making.
  void read_violations() {
    if (has_macro_ || may_be_rewritten(document_, document_.root()) ||
        may_be_rewritten(document_, graph_.resources_section))
      return;
    std::size_t budget = max_judged_nodes;
    for (const Resource& resource : graph_.resources) {
      if (resource.exists == Guard::never) continue;
      for (Violation& violation : violations_of(document_, resource, budget)) {
        // The rule about publishers does not see a profile that is none.
        if (violation.judged_by == "wrong-profile-platform" && !is_publisher(resource)) violation.judged_by = {};
        if (violation.meant == config_property) note_misspelt_config(resource, violation.where);
        graph_.violations.push_back(std::move(violation));
      }
      if (budget > 0) continue;
      graph_.limits.push_back({resource.key, "this template has more properties than are compared with their schemas"});
      return;
    }
  }

  // To add the property beside a misspelt one would be no repair.
  void note_misspelt_config(const Resource& resource, NodeId key) {
    for (Function& function : graph_.functions) {
      if (function.resource != &resource || function.config_node != NodeId::none) continue;
      function.misspelt_config = key;
      if (function.obstacle.empty())
        function.obstacle =
            std::string(document_[key].text) + " should most likely read " + std::string(config_property);
    }
  }

  bool is_publisher(const Resource& resource) const {
    return std::any_of(graph_.publishers.begin(), graph_.publishers.end(),
                       [&](const Publisher& publisher) { return publisher.value.resource == &resource; });
  }

  // --- what stands in the way of an edit

  bool stands_in_anchor(NodeId node) const {
    for (NodeId id = node; id != NodeId::none; id = document_[id].parent)
      if (aliased_.contains(static_cast<std::uint32_t>(id))) return true;
    return false;
  }

  std::string why_mapping_is_not_editable(NodeId mapping) const {
    if (stands_in_anchor(mapping))
      return "it stands in a YAML anchor, so an edit would change every place that uses it";
    if (const auto intrinsic = read_intrinsic(document_, mapping)) return intrinsic->name + " computes it";
    if (const auto key = duplicate_key(document_, mapping)) return "the key " + std::string(*key) + " is given twice";
    return {};
  }

  // `properties`: the mapping that would be edited, none where it is to be added.
  std::string why_not_editable(const Resource& resource, NodeId properties) const {
    if (document_[resource.body].kind == Node::Kind::alias) return "it is a YAML alias";
    if (repeated_ids_.contains(resource.id)) return "its logical ID is given twice";
    if (const auto key = duplicate_key(document_, document_.root()); key == "Resources" || key == "Parameters")
      return std::string(*key) + " is given twice";
    if (auto why = why_mapping_is_not_editable(resource.body); !why.empty()) return why;
    const auto written = find(document_, resource.body, "Properties");
    if (!written) return {};
    if (document_[written->key].parent != resource.body) return "its Properties come from a YAML merge";
    if (document_[written->value].kind == Node::Kind::alias) return "its Properties are a YAML alias";
    if (document_[written->value].kind == Node::Kind::null) {
      return document_[written->value].span.empty() && !document_[written->value].anchored ? ""
                                                                                           : "its Properties are null";
    }
    if (!is_mapping(document_, properties)) return "its Properties are not a mapping";
    return why_mapping_is_not_editable(properties);
  }

  std::string why_unsignable(const Function& function) const {
    if (function.opt_out != NodeId::none && function.config_node == NodeId::none)
      return "IgnoreGlobals keeps the config of Globals away from it";
    if (function.config_node != NodeId::none)
      return function.config_from_globals ? "CodeSigningConfigArn in Globals has no value"
                                          : "its CodeSigningConfigArn is written, but has no value";
    return why_not_editable(*function.resource, function.resource->properties);
  }

  // --- layers

  void read_layers() {
    std::unordered_map<const Resource*, std::vector<const Function*>> consumers;
    for (const Function& function : graph_.functions)
      for (const Value& layer : function.layers)
        if (layer.resource) consumers[layer.resource].push_back(&function);
    for (const Resource& resource : graph_.resources) {
      if (resource.type == "AWS::Lambda::LayerVersion" || resource.type == "AWS::Serverless::LayerVersion")
        graph_.layers.push_back({.resource = &resource, .consumers = consumers[&resource]});
      if (resource.type != "AWS::Lambda::LayerVersionPermission") continue;
      evaluator_.bind(&resource.bindings);
      within_limits(resource.key, [&] { read_layer_permission(graph_, evaluator_, resource); });
    }
  }

  // Which statements speak for the same principal is known of all of them or of none.
  void read_policy_statements() {
    const bool readable =
        within_limits(graph_.resources_section, [&] { read_statements(document_, evaluator_, graph_, globals_); });
    if (!readable) graph_.statements.clear();
  }

  static constexpr const char* too_entangled = "the conditions of this template are too entangled to be decided";

  const Document& document_;
  Graph graph_;
  Names names_;
  Evaluator evaluator_;
  const std::vector<KnownPublisher>& known_publishers_;
  Guard possible_ = Guard::always;
  std::vector<Guard> publisher_guards_;  // of graph_.publishers
  std::vector<std::pair<std::string, std::string>> bindings_;
  std::vector<std::pair<std::string, std::string>> function_bindings_;  // with those of a loop among its properties
  std::unordered_map<std::string_view, Resource*> by_id_;
  std::unordered_set<std::string_view> repeated_ids_;
  std::unordered_set<std::uint32_t> aliased_;
  std::unordered_map<std::uint32_t, std::size_t> references_;
  NodeId globals_ = NodeId::none;
  bool has_macro_ = false;  // Transform names one that is not AWS's own
};

}  // namespace

Graph link(const Document& document, const Assumptions& assumptions, const std::vector<KnownPublisher>& publishers) {
  return Linker(document, assumptions, publishers).run();
}

std::string_view name_of(Signing state) {
  switch (state) {
    case Signing::unsupported: return "unsupported";
    case Signing::none: return "none";
    case Signing::warns: return "warns";
    case Signing::enforced: return "enforced";
    case Signing::unknown: break;
  }
  return "unknown";
}

bool may_return_any_text(const Resource& resource) {
  const std::string_view type = resource.type;
  return !type.starts_with("AWS::") || type.ends_with("::MODULE") || type == "AWS::CloudFormation::CustomResource" ||
         type == "AWS::CloudFormation::Stack" || type == "AWS::Serverless::Application" ||
         type == "AWS::SSM::Parameter";
}

bool ConfigReference::may_refer_to_config() const {
  if (value.kind == Value::Kind::missing) return false;
  return value.kind != Value::Kind::resource || value.resource->type == "AWS::Lambda::CodeSigningConfig" ||
         may_return_any_text(*value.resource);
}

std::vector<const Function*> users_of(const Graph& graph, const SigningConfig& config) {
  std::vector<const Function*> users;
  for (const Function& function : graph.functions)
    if (std::any_of(function.signing.begin(), function.signing.end(),
                    [&](const SigningCase& c) { return c.config == &config; }))
      users.push_back(&function);
  return users;
}

const SigningCase* Function::first(Signing state) const {
  const auto found =
      std::find_if(signing.begin(), signing.end(), [&](const SigningCase& c) { return c.state == state; });
  return found == signing.end() ? nullptr : &*found;
}

bool Function::is_always(Signing state) const {
  return std::all_of(signing.begin(), signing.end(), [&](const SigningCase& c) { return c.state == state; });
}

const PolicyCase* SigningConfig::first(DeploymentPolicy policy) const {
  const auto found =
      std::find_if(policies.begin(), policies.end(), [&](const PolicyCase& c) { return c.policy == policy; });
  return found == policies.end() ? nullptr : &*found;
}

bool SigningConfig::is_always(DeploymentPolicy policy) const {
  return std::all_of(policies.begin(), policies.end(), [&](const PolicyCase& c) { return c.policy == policy; });
}

}  // namespace codesign
