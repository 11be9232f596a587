#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "graph/arn.h"
#include "graph/dependencies.h"
#include "graph/intrinsic.h"
#include "lint/rule.h"
#include "transform/plan.h"

namespace codesign {
namespace {

class Planner {
 public:
  Planner(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes)
      : graph_(graph), document_(*graph.document), findings_(findings), wishes_(wishes) {}

  Plan run() {
    for (const Finding& finding : findings_) {
      if (const auto* sign = std::get_if<SignFunction>(&finding.remedy)) functions_.push_back(sign->function);
      if (std::holds_alternative<SignBranch>(finding.remedy)) branches_.push_back(&finding);
      if (const auto* enforce = std::get_if<EnforceConfig>(&finding.remedy)) {
        const std::string id(enforce->config->resource->id);
        if (wishes_.enforce)
          promote(*enforce->config);
        else
          plan_.remarks.push_back(id + " only warns; --policy enforce promotes it");
      }
    }
    sign_functions();
    for (const Function& function : graph_.functions) name_if_left_alone(function);
    for (const SigningConfig& config : graph_.configs)
      if (wishes_.enforce && !config.is_always(DeploymentPolicy::enforce) && !config.obstacle.empty())
        plan_.remarks.push_back(std::string(config.resource->id) + " is left as it is: " + config.obstacle);
    return std::move(plan_);
  }

 private:
  void promote(const SigningConfig& config) {
    promoted_.push_back(&config);
    std::unordered_set<std::uint32_t> seen;
    for (const PolicyCase& policy : config.policies) {
      const auto place = static_cast<std::uint32_t>(policy.value.node);
      if (policy.policy == DeploymentPolicy::warn && seen.insert(place).second)
        plan_.replacements.push_back({policy.value.node, "Enforce"});
    }
    if (!config.is_always(DeploymentPolicy::defaulted) || !is_first_copy(*config.resource)) return;
    add_property(*config.resource, "CodeSigningPolicies",
                 Content::mapping({{"UntrustedArtifactOnDeployment", Content::scalar("Enforce")}}),
                 {"AllowedPublishers"});
  }

  // The copies of a loop share their text, which is edited once.
  bool is_first_copy(const Resource& resource) {
    return edited_.insert(static_cast<std::uint32_t>(resource.key)).second;
  }

  // Adds to Properties, which may be missing or empty, behind the first of `neighbours` that is there.
  void add_property(const Resource& resource, std::string key, Content value,
                    std::vector<std::string_view> neighbours) {
    const NodeId body = resolve(document_, resource.body);
    const auto properties = find(document_, body, "Properties");
    if (!properties) {
      plan_.insertions.push_back(
          {.mapping = body, .key = "Properties", .value = Content::mapping({{std::move(key), std::move(value)}})});
      return;
    }
    NodeId after = NodeId::none;
    for (const std::string_view neighbour : neighbours) {
      const auto entry = find(document_, properties->value, neighbour);
      if (!entry || document_[entry->key].parent != properties->value) continue;
      after = entry->key;
      break;
    }
    plan_.insertions.push_back(
        {.mapping = properties->value, .after = after, .key = std::move(key), .value = std::move(value)});
  }

  void sign_functions() {
    if (functions_.empty() && branches_.empty()) return;
    for (const Finding* finding : branches_) {
      const SignBranch& branch = std::get<SignBranch>(finding->remedy);
      const std::string config = config_for(*branch.function);
      if (config.empty()) continue;
      for (const SigningCase& signing : branch.function->signing) {
        if (signing.state != Signing::none || !signing.is_repairable) continue;
        for (const NodeId evidence : signing.evidence)
          if (repaired_.insert(static_cast<std::uint32_t>(evidence)).second)
            plan_.replacements.push_back({read_intrinsic(document_, evidence)->argument, config});
      }
    }
    for (const Function* function : functions_) {
      const std::string config = config_for(*function);
      if (config.empty() || !is_first_copy(*function->resource)) continue;
      add_property(*function->resource, "CodeSigningConfigArn", Content::reference(config),
                   what_says_what_runs(function->resource->properties));
    }
  }

  // The key of the last of CodeUri, Handler and Runtime where they first stand together, each on one line, so that the
  // new line has one neighbour above and one below.
  std::vector<std::string_view> what_says_what_runs(NodeId properties) const {
    std::vector<std::string_view> found;
    for (const Entry& entry : entries(document_, properties)) {
      const auto key = scalar_text(document_, entry.key);
      const bool belongs =
          (key == "CodeUri" || key == "Handler" || key == "Runtime") && stands_on_one_line(properties, *key);
      if (belongs)
        found = {*key};
      else if (!found.empty())
        break;
    }
    return found;
  }

  bool stands_on_one_line(NodeId mapping, std::string_view key) const {
    const auto entry = find(document_, mapping, key);
    if (!entry || is_null(document_, entry->value)) return false;
    const std::string_view text =
        document_.source[{document_[entry->key].span.begin, document_[entry->value].span.end}];
    return text.find('\n') == std::string_view::npos;
  }

  // The logical ID of a config of this template that the function may use, the most used first, or of a new one; empty,
  // with a reason in refused_, where there can be none.
  std::string config_for(const Function& function) {
    const SigningConfig* best = nullptr;
    std::size_t most_users = 0;
    for (const SigningConfig& config : graph_.configs) {
      if (!is_usable(config, function)) continue;
      const std::size_t users = users_of(graph_, config).size();
      if (best && users <= most_users) continue;
      best = &config;
      most_users = users;
    }
    if (best) {
      const std::string id(best->resource->id);
      const std::string remark = id + " is used as it is; what --publisher names is not added to it";
      if (!wishes_.publishers.empty() &&
          std::find(plan_.remarks.begin(), plan_.remarks.end(), remark) == plan_.remarks.end())
        plan_.remarks.push_back(remark);
      return id;
    }
    if (new_config_.empty()) {
      if (std::string why_not = why_no_new_resource(); !why_not.empty()) {
        refused_.emplace_back(&function, std::move(why_not));
        return {};
      }
      new_config_ = free_name("CodeSigningConfig");
      add_config(new_config_);
    }
    return new_config_;
  }

  // Can be created, exists whenever the function does, does not need the function itself, and is or becomes what is
  // wanted.
  bool is_usable(const SigningConfig& config, const Function& function) {
    const Resource& resource = *config.resource;
    const bool has_condition = find(document_, resolve(document_, resource.body), "Condition").has_value();
    if (has_condition && resource.exists != function.resource->exists) return false;
    // A loop makes its copies anew at each deployment.
    if (resource.is_in_loop() || config.publishers.empty() || config.first(DeploymentPolicy::invalid)) return false;
    for (const std::uint32_t publisher : config.publishers) {
      const Value& value = graph_.publishers[publisher].value;
      if (value.kind == Value::Kind::literal &&
          is_placeholder_for_profile_version(with_plausible_pseudo_parameters(value.text)))
        return false;
    }
    const auto [needed, is_new] = dependencies_.try_emplace(&config);
    if (is_new) needed->second = dependencies_of(graph_, resource);
    if (needed->second.contains(function.resource)) return false;
    if (!wishes_.enforce) return true;
    return config.is_always(DeploymentPolicy::enforce) ||
           std::find(promoted_.begin(), promoted_.end(), &config) != promoted_.end();
  }

  std::string why_no_new_resource() const {
    const NodeId section = graph_.resources_section;
    if (!is_mapping(document_, section) || document_[section].first_child == NodeId::none)
      return "Resources is not a mapping that a config could be added to";
    if (document_[section].anchored || !document_[section].tag.empty())
      return "Resources is a YAML anchor or has a tag";
    // AWS CloudFormation User Guide, CloudFormation quotas.
    constexpr std::size_t most_resources = 500, most_parameters = 200;
    if (entries(document_, section).size() >= most_resources)
      return "the template has as many resources as CloudFormation takes, 500";
    const NodeId root = document_.root();
    if (wishes_.publishers.empty() &&
        entries(document_, value_of(document_, root, "Parameters")).size() >= most_parameters)
      return "the template has as many parameters as CloudFormation takes, 200; name the publishers with --publisher";
    for (const std::string_view name : {"Resources", "Parameters"}) {
      const auto entry = find(document_, root, name);
      if (!entry) continue;
      if (document_[entry->key].parent != root || document_[entry->value].kind == Node::Kind::alias)
        return std::string(name) + " is a YAML alias";
      if (duplicate_key(document_, root) == name) return std::string(name) + " is given twice";
    }
    if (wishes_.publishers.empty()) {
      const auto parameters = find(document_, root, "Parameters");
      if (parameters) {
        const Node& node = document_[parameters->value];
        const bool can_grow = node.kind == Node::Kind::mapping ? node.tag.empty() && !node.anchored
                                                               : node.kind == Node::Kind::null && node.span.empty();
        if (!can_grow) return "Parameters is not a mapping that a parameter could be added to";
      }
    }
    return {};
  }

  std::string free_name(std::string_view wanted) const {
    const auto taken = [&](const std::string& name) {
      return std::find(graph_.taken_names.begin(), graph_.taken_names.end(), name) != graph_.taken_names.end();
    };
    std::string name(wanted);
    for (int number = 2; taken(name); ++number) name = std::string(wanted) + std::to_string(number);
    return name;
  }

  void add_config(const std::string& id) {
    Content publishers;
    if (wishes_.publishers.empty()) {
      const std::string parameter = free_name("SigningProfileVersionArns");
      add_parameter(parameter);
      publishers = Content::reference(parameter);
    } else {
      std::vector<Content> arns;
      for (const std::string& arn : wishes_.publishers) arns.push_back(Content::scalar(arn));
      publishers = Content::sequence(std::move(arns));
    }
    plan_.insertions.push_back(
        {.mapping = graph_.resources_section,
         .key = id,
         .value = Content::mapping(
             {{"Type", Content::scalar("AWS::Lambda::CodeSigningConfig")},
              {"Properties",
               Content::mapping(
                   {{"AllowedPublishers", Content::mapping({{"SigningProfileVersionArns", std::move(publishers)}})},
                    {"CodeSigningPolicies",
                     Content::mapping({{"UntrustedArtifactOnDeployment",
                                        Content::scalar(wishes_.enforce ? "Enforce" : "Warn")}})}})}}),
         .is_block_of_its_own = true});
  }

  void add_parameter(const std::string& name) {
    Content parameter = Content::mapping(
        {{"Type", Content::scalar("CommaDelimitedList")},
         {"Description", Content::scalar("Version ARNs of the signing profiles that may sign the functions")}});
    const NodeId root = document_.root();
    if (const auto section = find(document_, root, "Parameters")) {
      plan_.insertions.push_back(
          {.mapping = section->value, .key = name, .value = std::move(parameter), .is_block_of_its_own = true});
      return;
    }
    // A new section stands before Resources, behind the section that stands there now.
    NodeId after = NodeId::none;
    for (const Entry& entry : entries(document_, root)) {
      if (scalar_text(document_, entry.key) == "Resources") break;
      after = entry.key;
    }
    plan_.insertions.push_back({.mapping = root,
                                .after = after,
                                .at_start = after == NodeId::none,
                                .key = "Parameters",
                                .value = Content::mapping({{name, std::move(parameter)}}),
                                .is_block_of_its_own = true});
  }

  void name_if_left_alone(const Function& function) {
    if (std::string reason = why_left_alone(function); !reason.empty())
      plan_.left_alone.push_back({std::string(function.resource->id), std::move(reason)});
  }

  // The first case that is not at the wanted policy when the plan is carried out; nothing where there is none.
  const SigningCase* first_unwanted(const Function& function) const {
    const SigningCase* first = nullptr;
    for (const SigningCase& signing : function.signing) {
      const bool promoted = std::find(promoted_.begin(), promoted_.end(), signing.config) != promoted_.end();
      const bool repaired = signing.state == Signing::none && signing.is_repairable &&
                            repaired_.contains(static_cast<std::uint32_t>(signing.evidence.front()));
      const bool wanted = signing.state == Signing::enforced || repaired ||
                          (signing.state == Signing::warns && (!wishes_.enforce || promoted));
      // Of several, what could be signed says more than what never can.
      if (!wanted && (!first || (first->package != PackageType::zip && signing.package == PackageType::zip)))
        first = &signing;
    }
    return first;
  }

  std::string why_left_alone(const Function& function) const {
    const SigningCase* unwanted = first_unwanted(function);
    if (!unwanted) return {};
    if (unwanted->package == PackageType::image) return "it is a container image, for which Lambda has no code signing";
    if (unwanted->package == PackageType::inline_code)
      return "its code is inline, which cannot be signed; move the code into a package";
    const auto refusal =
        std::find_if(refused_.begin(), refused_.end(), [&](const auto& item) { return item.first == &function; });
    if (refusal != refused_.end()) return refusal->second;
    if (edited_.contains(static_cast<std::uint32_t>(function.resource->key))) return {};
    switch (unwanted->state) {
      case Signing::warns:
        return "its config " + std::string(unwanted->config->resource->id) +
               " only warns, and is left as it is: " + unwanted->config->obstacle;
      case Signing::none:
        if (function.is_always(Signing::none) && !function.obstacle.empty()) return function.obstacle;
        if (unwanted->package == PackageType::unknown) return "its package type is not known";
        return "it accepts unsigned code" + when(unwanted->when) + ", which only a person can change";
      default: return unwanted->reason;
    }
  }

  const Graph& graph_;
  const Document& document_;
  const std::vector<Finding>& findings_;
  const SigningWishes& wishes_;
  std::vector<const Function*> functions_;
  std::vector<const Finding*> branches_;
  std::unordered_set<std::uint32_t> repaired_;  // evidence
  std::vector<std::pair<const Function*, std::string>> refused_;
  std::vector<const SigningConfig*> promoted_;
  std::unordered_map<const SigningConfig*, std::unordered_set<const Resource*>> dependencies_;
  std::string new_config_;                    // its logical ID, once there is one
  std::unordered_set<std::uint32_t> edited_;  // keys of resources
  Plan plan_;
};

}  // namespace

Content Content::scalar(std::string text) {
  return {.kind = Kind::text, .text = std::move(text)};
}
Content Content::reference(std::string name) {
  return {.kind = Kind::reference, .text = std::move(name)};
}
Content Content::mapping(std::vector<Member> members) {
  return {.kind = Kind::mapping, .members = std::move(members)};
}
Content Content::sequence(std::vector<Content> items) {
  return {.kind = Kind::sequence, .items = std::move(items)};
}

Plan make_plan(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes) {
  return Planner(graph, findings, wishes).run();
}

}  // namespace codesign
