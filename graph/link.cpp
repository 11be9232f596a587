#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "graph/arn.h"
#include "graph/artifacts.h"
#include "graph/configs.h"
#include "graph/editability.h"
#include "graph/embedded.h"
#include "graph/globals.h"
#include "graph/graph.h"
#include "graph/intrinsic.h"
#include "graph/layers.h"
#include "graph/linking.h"
#include "graph/schema.h"
#include "graph/statements.h"
#include "graph/values.h"
#include "graph/within_limits.h"

namespace codesign {
namespace {

constexpr std::string_view serverless_transform = "AWS::Serverless-2016-10-31";
constexpr std::string_view language_extensions = "AWS::LanguageExtensions";
constexpr std::string_view config_property = "CodeSigningConfigArn";
// CloudFormation takes 500 resources; loops that make more are not followed, nor those that make nothing for ever.
constexpr std::size_t max_resources = 4000;
constexpr std::size_t max_loop_rounds = 10'000;
constexpr int max_nested_loops = 16;
constexpr const char* too_many_rounds = "the loops of this template have more rounds than are followed";
// Aliases and loops make much of little text.
constexpr std::size_t max_judged_nodes = 1'000'000;

// `link`, for a template that may stand in another.
Graph link_within(const Document& document, const Assumptions& assumptions,
                  const std::vector<KnownPublisher>& publishers, EmbeddingLimits& embedding, Outside& outside) {
  Guards guards;
  Linking linking(document, assumptions, publishers, guards, outside, embedding);
  linking.find_resources();
  linking.decide_existence();
  linking.read_profiles();
  linking.read_configs();
  linking.read_functions();
  return std::move(linking.graph());
}

}  // namespace

class Linking::Linker {
 public:
  Linker(const Document& document, const Assumptions& assumptions, const std::vector<KnownPublisher>& publishers,
         Guards& guards, Outside& outside, EmbeddingLimits& embedding)
      : document_(document),
        publishers_(publishers),
        outside_(outside),
        embedding_(embedding),
        evaluator_(document, read_parameters(document, names_), assumptions, guards, outside),
        editability_(document, repeated_ids_),
        layer_uses_(graph_, evaluator_, publishers) {
    graph_.document = &document;
  }

  Graph& graph() { return graph_; }
  Evaluator& evaluator() { return evaluator_; }

  void find_resources() {
    const NodeId root = document_.root();
    if (root == NodeId::none || !is_mapping(document_, root)) return;
    graph_.resources_section = value_of(document_, root, "Resources");
    if (is_tagged(graph_.resources_section)) {
      // In the long form, it is a member of the section.
      const auto computed = read_intrinsic(document_, graph_.resources_section);
      resources_are_computed_ = computed && computed->name.starts_with("Fn::");
      if (resources_are_computed_) hide_what_makes(graph_.resources_section, computed->name);
      graph_.resources_section = NodeId::none;
    }
    read_transform(value_of(document_, root, "Transform"));
    if (const auto macro = find(document_, root, "Fn::Transform")) hide_what_makes(macro->key, "Fn::Transform");
    read_resources(graph_.resources_section, 0);
    graph_.is_template = looks_like_a_template(root);
    if (!graph_.is_template) return;
    collect_taken_names(root);
    for (const auto& [name, body] : names_.parameters)
      graph_.parameter_types[name] = plain_text(document_, value_of(document_, body, "Type")).value_or("");
    names_.complete = !graph_.has_hidden_resources;
    if (!graph_.has_sam_transform) return;
    const NodeId globals = value_of(document_, root, "Globals");
    globals_ = value_of(document_, globals, "Function");
    globals_may_be_included_ = writes(root, "Fn::Transform") || writes(globals, "Fn::Transform");
  }

  void decide_existence() {
    within_limits(graph_.resources_section, [&] { possible_ = evaluator_.possible(); });
    if (evaluator_.lookups_always_fail())
      note_limit(
          graph_, graph_.resources_section,
          "in every deployment, a map of this template lacks an entry that is looked for; that is left out of account");
    if (evaluator_.beyond_max_compared())
      note_limit(graph_, graph_.resources_section,
                 "parameters of this template are compared with more texts than are told apart");
    if (evaluator_.rules_never_hold()) graph_.contradictory_rules = find(document_, document_.root(), "Rules")->key;
    for (Resource& resource : graph_.resources) read_condition(resource);
    read_violations();
  }

  void read_profiles() { codesign::read_profiles(graph_, evaluator_); }
  void read_configs() { codesign::read_configs(graph_, evaluator_, editability_, outside_, possible_); }

  void read_functions_and_the_rest() {
    read_functions();
    read_layers();
    within_limits(graph_.resources_section, [&] { read_artifacts(graph_, evaluator_, globals_); });
    within_limits(graph_.resources_section, [&] { read_nested_stacks_and_hidden_parts(graph_, evaluator_); });
    within_limits(graph_.resources_section, [&] { read_embedded(); });
    read_template_facts(graph_);
    settle_violations();
    read_policy_statements();
  }

 private:
  // The names of the parameters, before the evaluator looks at the document.
  static const Names& read_parameters(const Document& document, Names& names) {
    if (document.root() == NodeId::none) return names;
    for (const Entry& entry : entries(document, value_of(document, document.root(), "Parameters")))
      if (const auto name = plain_text(document, entry.key))
        names.parameters[*name] = read_intrinsic(document, entry.value) ? NodeId::none : resolve(document, entry.value);
    return names;
  }

  template <typename Work>
  bool within_limits(NodeId where, Work work) {
    return codesign::within_limits(graph_, where, work);
  }

  // "!Anything" in front of a mapping: what it becomes is not known.
  bool is_tagged(NodeId id) const { return id != NodeId::none && document_[id].tag.starts_with('!'); }

  // What may add or change resources that the text does not show.
  void hide(NodeId where, std::string what) {
    graph_.has_hidden_resources = true;
    graph_.hidden_parts.push_back({.where = where, .what = std::move(what)});
  }
  void hide_what_makes(NodeId where, std::string_view macro) {
    hide(where, std::string(macro) + " may add or change functions");
  }

  void read_transform(NodeId transform) {
    const auto read_one = [&](NodeId name) {
      const auto text = plain_text(document_, name);
      if (text == serverless_transform)
        graph_.has_sam_transform = true;
      else if (text != language_extensions)
        hide_what_makes(name, text ? "the macro " + std::string(*text) : "a macro");
      if (!text || !text->starts_with("AWS::")) has_macro_ = true;
    };
    if (transform == NodeId::none || is_null(document_, transform)) return;
    if (is_tagged(transform) || !is_sequence(document_, transform)) return read_one(transform);
    for (const NodeId name : children(document_, transform)) read_one(name);
  }

  // A logical ID given twice: the last one counts, as for the readers of CloudFormation's own tools.
  void read_resources(NodeId section, int loops_around) {
    for (const Entry& entry : entries(document_, section)) {
      const auto written = plain_text(document_, entry.key);
      if (!written) {
        hide(entry.key, "a resource is passed over whose name is no text");
        continue;
      }
      if (loops_around > 0 && ++loop_rounds_ > max_loop_rounds) return leave_out(entry.key, too_many_rounds);
      if (written->starts_with("Fn::ForEach::")) {
        read_loop(entry, loops_around);
      } else if (written->starts_with("Fn::")) {
        hide_what_makes(entry.key, *written);
      } else {
        read_resource(entry, *written);
      }
    }
  }

  // Fn::ForEach::Name: [Identifier, [items], {bodies}]; each item makes a copy of the bodies.
  void read_loop(const Entry& entry, int loops_around) {
    const auto parts = children(document_, entry.value);
    if (parts.size() != 3) {
      graph_.hidden_parts.push_back(
          {.where = entry.key, .what = "this loop has not the form of one, so what it makes is not known"});
      return;
    }
    if (loops_around == max_nested_loops)
      return leave_out(entry.key, "this template has more loops within loops than are followed");
    const auto identifier = plain_text(document_, parts[0]);
    std::optional<Evaluator::Items> items;
    if (identifier) names_.loop_identifiers.insert(*identifier);
    within_limits(entry.key, [&] { items = evaluator_.all_items(parts[1]); });
    const std::size_t before = graph_.resources.size();
    if (identifier && items) {
      for (const std::string& item : items->texts) {
        if (++loop_rounds_ > max_loop_rounds) return leave_out(entry.key, too_many_rounds);
        bindings_.emplace_back(*identifier, item);
        evaluator_.bind(&bindings_);
        read_resources(parts[2], loops_around + 1);
        bindings_.pop_back();
        evaluator_.bind(&bindings_);
      }
    } else {
      read_resources(parts[2], loops_around + 1);
    }
    if (!identifier || !items || !items->are_all) {
      const auto may_run_code = [](const Resource& resource) {
        return resource.type.starts_with("AWS::Lambda::") || resource.type.starts_with("AWS::Serverless::") ||
               resource.type.starts_with("AWS::CloudFormation::") || resource.type.ends_with("::MODULE");
      };
      if (std::any_of(graph_.resources.begin() + static_cast<std::ptrdiff_t>(before), graph_.resources.end(),
                      may_run_code))
        graph_.hidden_parts.push_back({.where = entry.key, .what = "how many copies this loop makes is not known"});
    }
  }

  // Not all resources are known.
  void leave_out(NodeId where, std::string_view message) {
    note_limit(graph_, where, message);
    graph_.has_hidden_resources = true;
  }

  void read_resource(const Entry& entry, std::string_view written) {
    const NodeId body = resolve(document_, entry.value);
    if (const auto intrinsic = read_intrinsic(document_, body); intrinsic || is_tagged(body)) {
      if (intrinsic && (intrinsic->name == "Fn::Transform" || intrinsic->name.starts_with("Fn::ForEach::")))
        hide_what_makes(entry.key, intrinsic->name);
      return;
    }
    const NodeId written_type = value_of(document_, body, "Type");
    auto type = plain_text(document_, written_type);
    if (!type) {
      if (find(document_, body, "Fn::Transform")) hide_what_makes(entry.key, "Fn::Transform");
      for (const Entry& part : entries(document_, body))
        if (plain_text(document_, part.key).value_or("").starts_with("Fn::ForEach::"))
          hide_what_makes(part.key, "a loop that writes parts of a resource");
      if (read_intrinsic(document_, written_type)) hide_what_makes(written_type, "a Type that a deployment computes");
      return;
    }
    if (std::string bound = evaluator_.bound(*type); bound != *type)
      type = graph_.strings.emplace_back(std::move(bound));
    if (type->ends_with("::MODULE")) graph_.has_hidden_resources = true;
    if (graph_.resources.size() >= max_resources) {
      leave_out(entry.key, "this template has more resources than are looked at");
      return;
    }
    std::string_view id = written;
    if (std::string bound = evaluator_.bound(written); bound != written)
      id = graph_.strings.emplace_back(std::move(bound));
    const Resource resource{.id = id,
                            .written_id = written,
                            .type = *type,
                            .document = &document_,
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
    if (!is_mapping(document_, graph_.resources_section)) return resources_are_computed_;
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
  static bool may_be_config(const Value& value) {
    switch (value.kind) {
      case Value::Kind::literal: return is_code_signing_config_arn(with_plausible_pseudo_parameters(value.text));
      case Value::Kind::resource:
      case Value::Kind::foreign:
        return value.resource->type == "AWS::Lambda::CodeSigningConfig" && !value.is_dotted_ref &&
               (value.attribute.empty() || value.attribute == "CodeSigningConfigArn");
      default: return value.kind == Value::Kind::parameter || value.kind == Value::Kind::unknown;
    }
  }

  // "Fn::ForEach::Name: [Identifier, [items], {Key: Value}]" among the properties: true where an item makes the key
  // CodeSigningConfigArn, whose value is then read with that item.
  bool read_looped_config(Function& function) {
    for (const Entry& entry : entries(document_, function.resource->properties)) {
      const auto parts = children(document_, entry.value);
      if (!plain_text(document_, entry.key).value_or("").starts_with("Fn::ForEach::") || parts.size() != 3) continue;
      const auto identifier = plain_text(document_, parts[0]);
      auto items = evaluator_.all_items(parts[1]);
      if (!identifier || !items) continue;
      items->texts.resize(items->usual);
      for (const std::string& item : items->texts) {
        if (++loop_rounds_ > max_loop_rounds) {
          note_limit(graph_, entry.key, too_many_rounds);
          throw TooEntangled{};
        }
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
    const bool is_serverless = resource.type == "AWS::Serverless::Function";
    const auto global = find(document_, globals, config_property);
    const bool ignored = ignores_global(document_, resource, config_property);
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
        (may_be_included(resource.properties) || writes(resource.body, "Fn::Transform") ||
         (is_serverless && !ignored && (may_be_included(globals) || globals_may_be_included_))))
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
      const bool is_image = std::all_of(packages.begin(), packages.end(),
                                        [](const PackageCase& one) { return one.package == PackageType::image; });
      // Of an image, the config is wrong whatever it names.
      if (!is_image) collect_reference(function, config, configs.size() == 1);
    }
    const bool opts_out = global && !function.config_from_globals && function.is_always(Signing::none);
    if (!opts_out) return;
    const std::vector<Case> inherited = evaluator_.cases(global->value, resource.exists);
    if (std::all_of(inherited.begin(), inherited.end(),
                    [](const Case& one) { return one.value.kind == Value::Kind::absent; }))
      return;
    const auto ignore = find(document_, resource.body, "IgnoreGlobals");
    function.opt_out = function.config_node != NodeId::none || !ignore ? function.config_node : ignore->value;
    for (const Case& one : inherited)
      if (one.value.resource) function.opts_out_of.push_back(one.value.resource);
    function.opts_out_of_a_config = std::all_of(inherited.begin(), inherited.end(), [&](const Case& one) {
      const Resource* config = one.value.resource;
      const bool exists = !config || evaluator_.guards().but_not(one.when, config->exists) == Guard::never;
      return one.value.kind == Value::Kind::absent || (exists && may_be_config(one.value));
    });
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
      case Value::Kind::resource:
      case Value::Kind::foreign: break;
    }
    const SigningConfig* config = config_of(*value.resource);
    if (!config)
      return add(when, Signing::unknown, nullptr,
                 may_return_any_text(*value.resource, value.attribute)
                     ? "its code signing config is an output of " + value.text
                     : refers + ", which is no code signing config",
                 !may_return_any_text(*value.resource, value.attribute));
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

  // Of this template, or of another one of the run.
  const SigningConfig* config_of(const Resource& resource) {
    const auto own = std::find_if(graph_.configs.begin(), graph_.configs.end(),
                                  [&](const SigningConfig& config) { return config.resource == &resource; });
    return own == graph_.configs.end() ? outside_.config_of(resource) : &*own;
  }

  // A good text that a parameter or a map supplies is theirs to change, and says nothing of this reference.
  void collect_reference(const Function& function, const Case& config, bool is_only_case) {
    if (config.value.kind == Value::Kind::absent || config.value.node == NodeId::none || config.when == Guard::never)
      return;
    const auto intrinsic = read_intrinsic(document_, config.value.node);
    const bool is_composed = intrinsic && (intrinsic->name == "Fn::Sub" || intrinsic->name == "Fn::Join" ||
                                           config.value.text.starts_with("${AWS::"));
    const bool is_good = is_code_signing_config_arn(with_plausible_pseudo_parameters(config.value.text));
    constexpr std::string_view suppliers[] = {"Ref", "Fn::FindInMap", "Fn::ImportValue", "Fn::GetAtt"};
    const bool is_supplied =
        intrinsic && std::find(std::begin(suppliers), std::end(suppliers), intrinsic->name) != std::end(suppliers);
    if (config.value.kind == Value::Kind::literal && intrinsic && !(is_composed && is_only_case) &&
        (is_good || !is_supplied))
      return;
    // At one place, another template may supply several.
    const auto [known, is_new] = references_.try_emplace(
        std::tuple(config.value.node, config.value.kind, config.value.text, config.value.attribute),
        graph_.references.size());
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
           !editability_.stands_in_anchor(node);
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
        if (config != graph_.configs.end() && config->obstacle.empty())
          config->obstacle = "it would refuse the inline code of " + std::string(function.resource->id);
      }
    // A parameter that decides several policies promotes all or none.
    for (const SigningConfig& held : graph_.configs) {
      if (held.obstacle.empty()) continue;
      for (SigningConfig& config : graph_.configs) {
        const bool is_shared = std::any_of(config.warning_words.begin(), config.warning_words.end(), [&](NodeId word) {
          return std::find(held.warning_words.begin(), held.warning_words.end(), word) != held.warning_words.end();
        });
        if (is_shared && config.obstacle.empty())
          config.obstacle =
              "the same parameter decides the policy of " + std::string(held.resource->id) + ", and " + held.obstacle;
      }
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
    const NodeId global =
        ignores_global(document_, *function.resource, "Layers") ? NodeId::none : value_of(document_, globals, "Layers");
    const bool joined = is_plain_list(document_, global) && (is_plain_list(document_, local) || local == NodeId::none);
    std::vector<LayerCase> layers;
    if (joined || local == NodeId::none) add_layers(function, global, true, layers);
    add_layers(function, local, false, layers);
    for (const LayerCase& one : layers)
      if (std::none_of(function.layers.begin(), function.layers.end(), [&](const Value& known) {
            return known.kind == one.layer.kind && known.text == one.layer.text;
          }))
        function.layers.push_back(one.layer);
    layer_uses_.read(function, layers);
  }

  void add_layers(const Function& function, NodeId list, bool in_globals, std::vector<LayerCase>& into) {
    if (list == NodeId::none) return;
    for (Case& one : evaluator_.items(list, function.resource->exists))
      if (one.value.kind != Value::Kind::absent) into.push_back({one.when, std::move(one.value), in_globals});
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
      std::vector<Violation> violations = violations_of(document_, resource, budget);
      if (violations.size() >= max_violations)
        note_limit(graph_, resource.key, "one resource is at odds with its schema in more places than are told");
      std::move(violations.begin(), violations.end(), std::back_inserter(graph_.violations));
      if (budget > 0) continue;
      note_limit(graph_, resource.key, "this template has more properties than are compared with their schemas");
      return;
    }
  }

  // What violations mean to what has been read since.
  void settle_violations() {
    for (Violation& violation : graph_.violations) {
      // The rule about publishers does not see a profile that is none.
      if (violation.judged_by == "wrong-profile-platform" && !is_publisher(*violation.resource))
        violation.judged_by = {};
      if (violation.meant == config_property) note_misspelt_config(*violation.resource, violation.where);
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

  std::string why_unsignable(const Function& function) const {
    if (function.opt_out != NodeId::none && function.config_node == NodeId::none)
      return "IgnoreGlobals keeps the config of Globals away from it";
    if (function.config_node != NodeId::none)
      return function.config_from_globals ? "CodeSigningConfigArn in Globals has no value"
                                          : "its CodeSigningConfigArn is written, but has no value";
    return editability_.why_not(*function.resource);
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

  void read_embedded() {
    read_embedded_templates(graph_, evaluator_, embedding_, [&](const Document& inner, Outside& stack_set) {
      return link_within(inner, {}, publishers_, embedding_, stack_set);
    });
  }

  // Which statements speak for the same principal is known of all of them or of none.
  void read_policy_statements() {
    const bool readable =
        within_limits(graph_.resources_section, [&] { read_statements(document_, evaluator_, graph_, globals_); });
    if (!readable) graph_.statements.clear();
  }

  const Document& document_;
  const std::vector<KnownPublisher>& publishers_;
  Outside& outside_;
  EmbeddingLimits& embedding_;
  Graph graph_;
  Names names_;
  Evaluator evaluator_;
  std::unordered_set<std::string_view> repeated_ids_;
  Editability editability_;
  LayerUseReader layer_uses_;
  Guard possible_ = Guard::always;
  std::vector<std::pair<std::string, std::string>> bindings_;
  std::size_t loop_rounds_ = 0;
  std::vector<std::pair<std::string, std::string>> function_bindings_;  // with those of a loop among its properties
  std::unordered_map<std::string_view, Resource*> by_id_;
  std::map<std::tuple<NodeId, Value::Kind, std::string, std::string>, std::size_t> references_;
  NodeId globals_ = NodeId::none;
  bool globals_may_be_included_ = false;
  bool resources_are_computed_ = false;  // all of them, by an intrinsic
  bool has_macro_ = false;               // Transform names one that is not AWS's own
};

Linking::Linking(const Document& document, const Assumptions& assumptions,
                 const std::vector<KnownPublisher>& publishers, Guards& guards, Outside& outside,
                 EmbeddingLimits& embedding)
    : linker_(std::make_unique<Linker>(document, assumptions, publishers, guards, outside, embedding)) {}
Linking::~Linking() = default;

void Linking::find_resources() {
  linker_->find_resources();
}
void Linking::decide_existence() {
  if (graph().is_template) linker_->decide_existence();
}
void Linking::read_profiles() {
  if (graph().is_template) linker_->read_profiles();
}
void Linking::read_configs() {
  if (graph().is_template) linker_->read_configs();
}
void Linking::read_functions() {
  if (graph().is_template) linker_->read_functions_and_the_rest();
}
Graph& Linking::graph() {
  return linker_->graph();
}
Evaluator& Linking::evaluator() {
  return linker_->evaluator();
}

Graph link(const Document& document, const Assumptions& assumptions, const std::vector<KnownPublisher>& publishers) {
  EmbeddingLimits embedding;
  Outside nothing;
  return link_within(document, assumptions, publishers, embedding, nothing);
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

bool is_misspelt(const Graph& graph, const Resource& resource, std::string_view property) {
  return std::any_of(graph.violations.begin(), graph.violations.end(), [&](const Violation& violation) {
    return violation.resource == &resource && violation.meant == property;
  });
}

std::string full_name_of(const Resource& resource) {
  return std::string(resource.id) + " of " + resource.document->source.path;
}

HiddenPart hidden_template(const NestedStack& stack) {
  return {.resource = stack.resource,
          .where = stack.location,
          .what = "the template " + stack.path + " is not at hand, and may contain functions"};
}

bool may_return_any_text(const Resource& resource, std::string_view attribute) {
  const std::string_view type = resource.type;
  if (type == "AWS::CloudFormation::Stack" || type == "AWS::Serverless::Application")
    return attribute.starts_with("Outputs.");
  return !type.starts_with("AWS::") || type.ends_with("::MODULE") || type == "AWS::CloudFormation::CustomResource" ||
         type == "AWS::SSM::Parameter";
}

bool ConfigReference::may_refer_to_config() const {
  if (value.kind == Value::Kind::missing) return false;
  return !value.resource || value.resource->type == "AWS::Lambda::CodeSigningConfig" ||
         may_return_any_text(*value.resource, value.attribute);
}

std::vector<const Function*> users_of(const Graph& graph, const SigningConfig& config) {
  std::vector<const Function*> users;
  for (const Function& function : graph.functions)
    if (std::any_of(function.signing.begin(), function.signing.end(),
                    [&](const SigningCase& c) { return c.config == &config; }))
      users.push_back(&function);
  users.insert(users.end(), config.foreign_users.begin(), config.foreign_users.end());
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
