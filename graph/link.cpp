#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "graph/arn.h"
#include "graph/graph.h"
#include "graph/intrinsic.h"
#include "graph/values.h"

namespace codesign {
namespace {

constexpr std::string_view serverless_transform = "AWS::Serverless-2016-10-31";
constexpr std::string_view language_extensions = "AWS::LanguageExtensions";
constexpr std::string_view config_property = "CodeSigningConfigArn";

class Linker {
 public:
  explicit Linker(const Document& document) : document_(document) {
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
    if (find(document_, root, "Fn::Transform")) graph_.has_hidden_resources = true;
    read_resources(graph_.resources_section, 0);
    graph_.is_template = looks_like_a_template(root);
    if (!graph_.is_template) return std::move(graph_);
    read_names(root);
    if (graph_.has_sam_transform) globals_ = value_of(document_, value_of(document_, root, "Globals"), "Function");
    read_profiles_and_configs();
    read_functions();
    read_layers();
    collect_references();
    return std::move(graph_);
  }

 private:
  // "!Anything" in front of a mapping: what it becomes is not known.
  bool is_tagged(NodeId id) const { return id != NodeId::none && document_[id].tag.starts_with('!'); }

  void read_transform(NodeId transform) {
    const auto read_one = [&](NodeId name) {
      const auto text = plain_text(document_, name);
      if (text == serverless_transform)
        graph_.has_sam_transform = true;
      else if (text != language_extensions)
        graph_.has_hidden_resources = true;
    };
    if (transform == NodeId::none || is_null(document_, transform)) return;
    if (!is_sequence(document_, transform)) return read_one(transform);
    for (const NodeId name : children(document_, transform)) read_one(name);
  }

  // A logical ID given twice: the last one counts, as for the readers of CloudFormation's own tools.
  void read_resources(NodeId section, int loops_around) {
    constexpr int max_nested_loops = 16;
    for (const Entry& entry : entries(document_, section)) {
      const auto id = plain_text(document_, entry.key);
      if (!id || loops_around > max_nested_loops) continue;
      if (id->starts_with("Fn::ForEach::")) {
        const auto parts = children(document_, entry.value);
        if (!is_sequence(document_, entry.value) || parts.size() != 3) continue;
        if (const auto identifier = scalar_text(document_, parts[0])) names_.loop_identifiers.insert(*identifier);
        read_resources(parts[2], loops_around + 1);
      } else if (*id == "Fn::Transform") {
        graph_.has_hidden_resources = true;
      } else {
        const NodeId body = resolve(document_, entry.value);
        if (is_tagged(body)) continue;
        const auto type = plain_text(document_, value_of(document_, body, "Type"));
        if (!type) continue;
        if (type->ends_with("::MODULE")) graph_.has_hidden_resources = true;
        const Resource resource{.id = *id,
                                .type = *type,
                                .key = entry.key,
                                .body = entry.value,
                                .properties = value_of(document_, body, "Properties")};
        const auto [known, is_new] = by_id_.emplace(*id, nullptr);
        if (is_new) {
          known->second = &graph_.resources.emplace_back(resource);
          names_.resources.emplace(*id, known->second);
        } else {
          *known->second = resource;
          repeated_ids_.insert(*id);
        }
      }
    }
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

  void read_names(NodeId root) {
    for (const Resource& resource : graph_.resources) graph_.taken_names.push_back(resource.id);
    for (const std::string_view section : {"Parameters", "Conditions", "Mappings"}) {
      for (const Entry& entry : entries(document_, value_of(document_, root, section))) {
        const auto name = scalar_text(document_, entry.key);
        if (!name) continue;
        if (section == "Parameters") names_.parameters.insert(*name);
        graph_.taken_names.push_back(*name);
      }
    }
    names_.complete = !graph_.has_hidden_resources;
  }

  Value value(NodeId node) const { return read_value(document_, names_, node); }
  Value property(const Resource& resource, std::string_view name) const {
    return value(value_of(document_, resource.properties, name));
  }
  bool writes(NodeId mapping, std::string_view key) const { return find(document_, mapping, key).has_value(); }

  // --- configs and profiles

  void read_profiles_and_configs() {
    for (const Resource& resource : graph_.resources) {
      if (resource.type == "AWS::Signer::SigningProfile") {
        graph_.profiles.push_back({.resource = &resource, .platform = property(resource, "PlatformId")});
      } else if (resource.type == "AWS::Lambda::CodeSigningConfig") {
        graph_.configs.push_back({.resource = &resource});
        SigningConfig& config = graph_.configs.back();
        read_policy(config);
        read_publishers(config);
        config.obstacle = why_unenforceable(config);
      }
    }
  }

  void read_policy(SigningConfig& config) const {
    const NodeId properties = config.resource->properties;
    if (properties != NodeId::none && (read_intrinsic(document_, properties) || writes(properties, "Fn::Transform"))) {
      config.policy = DeploymentPolicy::unknown;
      config.policy_value = value(properties);
      return;
    }
    const auto policies = find(document_, properties, "CodeSigningPolicies");
    if (!policies || is_null(document_, policies->value)) return;
    config.policies = resolve(document_, policies->value);
    if (read_intrinsic(document_, config.policies)) {
      config.policy_value = value(policies->value);
      if (config.policy_value.kind != Value::Kind::absent) config.policy = DeploymentPolicy::unknown;
      return;
    }
    const auto word = find(document_, config.policies, "UntrustedArtifactOnDeployment");
    config.policy_value = word ? value(word->value) : Value{.node = policies->value};
    switch (config.policy_value.kind) {
      case Value::Kind::absent: config.policy = DeploymentPolicy::invalid; return;
      case Value::Kind::literal:
        config.policy = config.policy_value.text == "Enforce" ? DeploymentPolicy::enforce
                        : config.policy_value.text == "Warn"  ? DeploymentPolicy::warn
                                                              : DeploymentPolicy::invalid;
        return;
      default: config.policy = DeploymentPolicy::unknown;
    }
  }

  // Why its policy cannot be set to Enforce here; empty where it can.
  std::string why_unenforceable(const SigningConfig& config) const {
    if (auto why = why_not_editable(*config.resource, config.resource->properties); !why.empty()) return why;
    if (config.policies != NodeId::none)
      if (auto why = why_mapping_is_not_editable(config.policies); !why.empty()) return why;
    if (config.policy == DeploymentPolicy::defaulted)
      return writes(config.resource->properties, "CodeSigningPolicies")
                 ? "its CodeSigningPolicies are written, but empty"
                 : "";
    if (config.policy != DeploymentPolicy::warn) return {};
    const Node& word = document_[config.policy_value.node];
    const bool is_plain_word = word.kind == Node::Kind::scalar && word.tag.empty() &&
                               !aliased_.contains(static_cast<std::uint32_t>(config.policy_value.node));
    return is_plain_word ? "" : "its policy is an alias, or computed";
  }

  void read_publishers(SigningConfig& config) {
    const NodeId allowed = value_of(document_, config.resource->properties, "AllowedPublishers");
    const NodeId arns = value_of(document_, allowed, "SigningProfileVersionArns");
    if (arns == NodeId::none) return;
    const auto add = [&](NodeId node) {
      for (Value& alternative : read_alternatives(document_, names_, node)) {
        config.publishers.push_back(static_cast<std::uint32_t>(graph_.publishers.size()));
        graph_.publishers.push_back({.value = std::move(alternative), .config = &config});
      }
    };
    if (!is_sequence(document_, arns) || read_intrinsic(document_, arns)) return add(arns);
    for (const NodeId item : children(document_, arns)) add(item);
  }

  // --- functions

  void read_functions() {
    for (const Resource& resource : graph_.resources) {
      const bool serverless = resource.type == "AWS::Serverless::Function";
      if (!serverless && resource.type != "AWS::Lambda::Function") continue;
      graph_.functions.push_back({.resource = &resource});
      Function& function = graph_.functions.back();
      function.package = serverless ? package_of_serverless(resource) : package_of_lambda(resource);
      const NodeId globals = serverless ? globals_ : NodeId::none;
      read_config(function, globals);
      read_layer_uses(function, globals);
      function.signing = {signing_case(function)};
      function.obstacle = why_unsignable(function);
    }
  }

  PackageType package_of_serverless(const Resource& resource) const {
    const NodeId properties = resource.properties;
    const PackageType declared = declared_package(properties);
    if (declared != PackageType::zip) return declared;
    if (property(resource, "InlineCode").kind != Value::Kind::absent) return PackageType::inline_code;
    return !writes(properties, "PackageType") && writes(properties, "ImageUri") ? PackageType::image : PackageType::zip;
  }

  PackageType package_of_lambda(const Resource& resource) const {
    const PackageType declared = declared_package(resource.properties);
    if (declared != PackageType::zip) return declared;
    return package_of_code(value_of(document_, resource.properties, "Code"),
                           writes(resource.properties, "PackageType"));
  }

  PackageType declared_package(NodeId properties) const {
    if (properties != NodeId::none && read_intrinsic(document_, properties)) return PackageType::unknown;
    const Value type = value(value_of(document_, properties, "PackageType"));
    if (type.kind == Value::Kind::absent || (type.kind == Value::Kind::literal && type.text == "Zip"))
      return PackageType::zip;
    return type.kind == Value::Kind::literal && type.text == "Image" ? PackageType::image : PackageType::unknown;
  }

  PackageType package_of_code(NodeId code, bool is_declared_zip) const {
    if (code == NodeId::none) return PackageType::zip;
    if (const auto intrinsic = read_intrinsic(document_, code)) {
      const auto arguments = children(document_, intrinsic->argument);
      if (intrinsic->name != "Fn::If" || arguments.size() != 3) return PackageType::unknown;
      const NodeId first = resolve(document_, arguments[1]), second = resolve(document_, arguments[2]);
      // One level of branching is what people write; deeper ones stay unknown.
      if (read_intrinsic(document_, first) || read_intrinsic(document_, second)) return PackageType::unknown;
      const PackageType one = package_of_code(first, is_declared_zip), other = package_of_code(second, is_declared_zip);
      return one == other ? one : PackageType::unknown;
    }
    if (value(value_of(document_, code, "ZipFile")).kind != Value::Kind::absent) return PackageType::inline_code;
    if (!is_declared_zip && writes(code, "ImageUri")) return PackageType::image;
    return writes(code, "Fn::Transform") ? PackageType::unknown : PackageType::zip;
  }

  // SAM merges Globals into each function: text and intrinsics of the function win, lists are joined.
  // (aws/serverless-application-model, samtranslator/plugins/globals/globals.py)
  bool ignores_global(const Function& function, std::string_view name) const {
    const NodeId ignored = value_of(document_, function.resource->body, "IgnoreGlobals");
    if (plain_text(document_, ignored) == "*") return true;
    const auto names = is_sequence(document_, ignored) ? children(document_, ignored) : std::vector<NodeId>{};
    return std::any_of(names.begin(), names.end(), [&](NodeId item) { return plain_text(document_, item) == name; });
  }

  void read_config(Function& function, NodeId globals) const {
    const NodeId properties = function.resource->properties;
    const auto global = find(document_, globals, config_property);
    const bool ignored = ignores_global(function, config_property);
    if (const auto local = find(document_, properties, config_property)) {
      function.config = value(local->value);
      function.config.node = local->value;
    } else if (global && !ignored) {
      function.config = value(global->value);
      function.config.node = global->value;
      function.config_from_globals = true;
    }
    if (function.config.kind == Value::Kind::literal && function.config.text.empty())
      function.config.kind = Value::Kind::absent;
    const auto may_be_included = [&](NodeId mapping) {
      return mapping != NodeId::none && (writes(mapping, "Fn::Transform") || read_intrinsic(document_, mapping));
    };
    if (function.config.kind == Value::Kind::absent && function.config.node == NodeId::none &&
        (may_be_included(properties) || (may_be_included(globals) && !ignored)))
      function.config = {.kind = Value::Kind::unknown, .text = "Fn::Transform may set it"};
    const bool opts_out = global && !function.config_from_globals && function.config.kind == Value::Kind::absent &&
                          value(global->value).kind != Value::Kind::absent;
    if (opts_out)
      function.opt_out = function.config.node != NodeId::none
                             ? function.config.node
                             : find(document_, function.resource->body, "IgnoreGlobals")->value;
  }

  void read_layer_uses(Function& function, NodeId globals) const {
    const NodeId local = value_of(document_, function.resource->properties, "Layers");
    const NodeId global = ignores_global(function, "Layers") ? NodeId::none : value_of(document_, globals, "Layers");
    const auto is_plain_list = [&](NodeId node) {
      return is_sequence(document_, node) && !read_intrinsic(document_, node);
    };
    const bool joined = is_plain_list(global) && (is_plain_list(local) || local == NodeId::none);
    const auto add = [&](NodeId node) {
      if (!is_plain_list(node)) return add_layers(function, node);
      for (const NodeId item : children(document_, node)) add_layers(function, item);
    };
    if (joined || local == NodeId::none) add(global);
    add(local);
  }

  void add_layers(Function& function, NodeId node) const {
    if (node == NodeId::none) return;
    for (Value& value : read_alternatives(document_, names_, node)) {
      if (value.kind == Value::Kind::unknown && is_sequence(document_, value.node) &&
          !read_intrinsic(document_, value.node)) {
        for (const NodeId item : children(document_, value.node)) add_layers(function, item);
      } else if (value.kind != Value::Kind::absent) {
        function.layers.push_back(std::move(value));
      }
    }
  }

  // A reason is a clause about the function: "parameter P decides its code signing config".
  SigningCase signing_case(const Function& function) const {
    if (function.package == PackageType::image) return {.state = Signing::unsupported};
    const Value& config = function.config;
    const auto unknown = [](const SigningConfig* of, std::string reason) {
      return SigningCase{.state = Signing::unknown, .config = of, .reason = std::move(reason)};
    };
    const std::string refers = "its CodeSigningConfigArn refers to " + config.text;
    switch (config.kind) {
      case Value::Kind::absent: return {.state = Signing::none};
      case Value::Kind::literal:
        return {
            .state = Signing::unknown, .arn = config.text, .reason = "its code signing config is not in this template"};
      case Value::Kind::parameter:
        return unknown(nullptr, "parameter " + config.text + " decides its code signing config");
      case Value::Kind::missing: return unknown(nullptr, refers + ", which is not defined");
      case Value::Kind::unknown: return unknown(nullptr, "its code signing config is not known: " + config.text);
      case Value::Kind::resource: break;
    }
    const auto found = std::find_if(graph_.configs.begin(), graph_.configs.end(),
                                    [&](const SigningConfig& c) { return c.resource == config.resource; });
    if (found == graph_.configs.end())
      return unknown(nullptr, may_return_any_text(*config.resource)
                                  ? "its code signing config is an output of " + config.text
                                  : refers + ", which is no code signing config");
    if (config.is_dotted_ref || (!config.attribute.empty() && config.attribute != config_property))
      return unknown(&*found, "its CodeSigningConfigArn is not the ARN of " + config.text);
    switch (found->policy) {
      case DeploymentPolicy::enforce: return {.state = Signing::enforced, .config = &*found};
      case DeploymentPolicy::warn:
      case DeploymentPolicy::defaulted: return {.state = Signing::warns, .config = &*found};
      case DeploymentPolicy::invalid:
        return unknown(&*found, "the policy of " + config.text + " is neither Warn nor Enforce");
      case DeploymentPolicy::unknown: break;
    }
    const Value& policy = found->policy_value;
    if (policy.kind == Value::Kind::parameter)
      return unknown(&*found, "parameter " + policy.text + " decides the policy of " + config.text);
    return unknown(&*found, "the policy of " + config.text + " is not known: " + policy.text);
  }

  // --- what stands in the way of an edit

  std::string why_mapping_is_not_editable(NodeId mapping) const {
    for (NodeId id = mapping; id != NodeId::none; id = document_[id].parent)
      if (aliased_.contains(static_cast<std::uint32_t>(id)))
        return "it stands in a YAML anchor, so an edit would change every place that uses it";
    if (const auto intrinsic = read_intrinsic(document_, mapping)) return intrinsic->name + " computes it";
    if (const auto key = duplicate_key(document_, mapping)) return "the key " + std::string(*key) + " is given twice";
    return {};
  }

  // `properties`: the mapping that would be edited, none where it is to be added.
  std::string why_not_editable(const Resource& resource, NodeId properties) const {
    if (document_[resource.body].kind == Node::Kind::alias) return "it is a YAML alias";
    if (repeated_ids_.contains(resource.id)) return "its logical ID is given twice";
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
    if (function.opt_out != NodeId::none && function.config.node == NodeId::none)
      return "IgnoreGlobals keeps the config of Globals away from it";
    if (function.config.kind == Value::Kind::absent && function.config.node != NodeId::none)
      return function.config_from_globals ? "CodeSigningConfigArn in Globals has no value"
                                          : "its CodeSigningConfigArn is written, but has no value";
    return why_not_editable(*function.resource, function.resource->properties);
  }

  // --- layers and references

  void read_layers() {
    for (const Resource& resource : graph_.resources) {
      if (resource.type != "AWS::Lambda::LayerVersion" && resource.type != "AWS::Serverless::LayerVersion") continue;
      graph_.layers.push_back({.resource = &resource});
      for (const Function& function : graph_.functions)
        if (std::any_of(function.layers.begin(), function.layers.end(),
                        [&](const Value& value) { return value.resource == &resource; }))
          graph_.layers.back().consumers.push_back(&function);
    }
  }

  void collect_references() {
    std::unordered_map<std::uint32_t, std::size_t> by_node;
    for (const Function& function : graph_.functions) {
      if (function.config.kind == Value::Kind::absent || function.config.node == NodeId::none) continue;
      const auto [known, is_new] =
          by_node.emplace(static_cast<std::uint32_t>(function.config.node), graph_.references.size());
      if (is_new) graph_.references.push_back({.value = function.config, .in_globals = function.config_from_globals});
      graph_.references[known->second].functions.push_back(&function);
    }
  }

  const Document& document_;
  Graph graph_;
  Names names_;
  std::unordered_map<std::string_view, Resource*> by_id_;
  std::unordered_set<std::string_view> repeated_ids_;
  std::unordered_set<std::uint32_t> aliased_;
  NodeId globals_ = NodeId::none;
};

}  // namespace

Graph link(const Document& document) {
  return Linker(document).run();
}

bool may_return_any_text(const Resource& resource) {
  const std::string_view type = resource.type;
  return !type.starts_with("AWS::") || type.ends_with("::MODULE") || type == "AWS::CloudFormation::CustomResource" ||
         type == "AWS::CloudFormation::Stack" || type == "AWS::Serverless::Application" ||
         type == "AWS::SSM::Parameter";
}

std::vector<const Function*> users_of(const Graph& graph, const SigningConfig& config) {
  std::vector<const Function*> users;
  for (const Function& function : graph.functions)
    if (std::any_of(function.signing.begin(), function.signing.end(),
                    [&](const SigningCase& c) { return c.config == &config; }))
      users.push_back(&function);
  return users;
}

Signing signing_of(const Function& function) {
  const Signing first = function.signing.front().state;
  const bool agree = std::all_of(function.signing.begin(), function.signing.end(),
                                 [&](const SigningCase& c) { return c.state == first; });
  return agree ? first : Signing::unknown;
}

}  // namespace codesign
