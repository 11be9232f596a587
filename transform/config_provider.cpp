#include "transform/config_provider.h"

#include <algorithm>

#include "graph/arn.h"
#include "graph/dependencies.h"
#include "graph/intrinsic.h"
#include "graph/layers.h"
#include "graph/pattern.h"

namespace codesign {
namespace {

constexpr std::string_view no_value = "none";  // of an optional parameter
// As is_code_signing_config_arn judges it.
constexpr std::string_view config_arn_pattern =
    "arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17}";

// One that the pattern above describes.
constexpr std::string_view some_config_arn =
    "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0";

Content unless_none(const std::string& condition, const std::string& parameter) {
  return Content::intrinsic("Fn::If", Content::sequence({Content::scalar(condition), Content::reference(parameter),
                                                         Content::reference("AWS::NoValue")}));
}

}  // namespace

ConfigProvider::Answer ConfigProvider::for_functions(const std::vector<const Function*>& functions) {
  const ConfigSource& source = wishes_.source;
  switch (source.kind) {
    case ConfigSource::Kind::in_template: return from_template(functions);
    case ConfigSource::Kind::arn: return {.value = Content::scalar(source.name)};
    case ConfigSource::Kind::import:
      return {.value = Content::intrinsic("Fn::ImportValue", Content::scalar(source.name))};
    case ConfigSource::Kind::ssm: return {.value = Content::scalar("{{resolve:ssm:" + source.name + "}}")};
    case ConfigSource::Kind::stack_output:
      return {.value = Content::intrinsic("Fn::GetStackOutput",
                                          Content::mapping({{"StackName", Content::scalar(source.name)},
                                                            {"OutputName", Content::scalar(source.output)}}))};
    case ConfigSource::Kind::parameter:
    case ConfigSource::Kind::optional_parameter: break;
  }
  if (!of_parameter_)
    of_parameter_ = source.kind == ConfigSource::Kind::parameter ? from_parameter() : from_optional_parameter();
  return *of_parameter_;
}

void ConfigProvider::remark(std::string sentence) {
  if (std::find(plan_.remarks.begin(), plan_.remarks.end(), sentence) == plan_.remarks.end())
    plan_.remarks.push_back(std::move(sentence));
}

// --- a config of the template

ConfigProvider::Answer ConfigProvider::from_template(const std::vector<const Function*>& functions) {
  if (const SigningConfig* config = existing_config(functions)) {
    const std::string id(config->resource->id);
    used_.insert(id);
    if (!wishes_.publishers.empty() || !wishes_.publisher_parameter.empty() || !wishes_.new_profile.empty())
      remark(id + " is used as it is; the publishers that are named are not added to it");
    return {.value = Content::reference(id)};
  }
  if (new_config_.empty()) {
    if (std::string why_not = why_no_new_config(); !why_not.empty()) return {.reason = std::move(why_not)};
    add_config();
  }
  remark_on_layers(functions);
  return {.value = Content::reference(new_config_)};
}

// The most used of those that all the functions may use.
const SigningConfig* ConfigProvider::existing_config(const std::vector<const Function*>& functions) {
  const SigningConfig* best = nullptr;
  std::size_t most_users = 0;
  for (const SigningConfig& config : graph_.configs) {
    if (!std::all_of(functions.begin(), functions.end(),
                     [&](const Function* function) { return is_usable(config, *function); }))
      continue;
    const std::size_t users = users_of(graph_, config).size();
    if (best && users <= most_users) continue;
    best = &config;
    most_users = users;
  }
  return best;
}

// Can be created, exists whenever the function does, does not need the function itself, and is or becomes what is
// wanted.
bool ConfigProvider::is_usable(const SigningConfig& config, const Function& function) {
  const Resource& resource = *config.resource;
  const bool has_condition = find(document_, resolve(document_, resource.body), "Condition").has_value();
  if (has_condition && resource.exists != function.resource->exists) return false;
  // A loop makes its copies anew at each deployment.
  if (resource.is_in_loop() || config.publishers.empty() || config.first(DeploymentPolicy::invalid)) return false;
  for (const Publisher* publisher : config.publishers) {
    const Value& value = publisher->value;
    if (value.kind == Value::Kind::literal &&
        is_placeholder_for_profile_version(with_plausible_pseudo_parameters(value.text)))
      return false;
  }
  const auto [needed, is_new] = dependencies_.try_emplace(&config);
  if (is_new) needed->second = dependencies_of(graph_, resource);
  if (needed->second.contains(function.resource)) return false;
  // Where it is not asked to be promoted, it may warn.
  const bool is_promotable = wishes_.repairs("warn-only-config") || wishes_.repairs("defaulted-policy");
  return !wishes_.enforce || !is_promotable || config.is_always(DeploymentPolicy::enforce) || is_promoted(config);
}

std::string ConfigProvider::why_no_new_config() const {
  const bool adds_profile = !wishes_.new_profile.empty() && !sections_.is_taken(wishes_.new_profile);
  if (std::string why = sections_.why_not("Resources", adds_profile ? 2 : 1); !why.empty()) return why;
  if (!wishes_.new_profile.empty()) {
    const auto profile = std::find_if(graph_.profiles.begin(), graph_.profiles.end(), [&](const SigningProfile& one) {
      return one.resource->id == wishes_.new_profile;
    });
    if (profile == graph_.profiles.end() && sections_.is_taken(wishes_.new_profile))
      return wishes_.new_profile + " is the name of something else; name the profile differently";
    if (profile != graph_.profiles.end() &&
        (profile->resource->is_in_loop() || find(document_, profile->resource->body, "Condition")))
      return wishes_.new_profile + " is a signing profile that only some deployments have";
    if (profile != graph_.profiles.end() && !profile->is_for_lambda())
      return wishes_.new_profile + " is a signing profile that does not sign for Lambda";
  }
  if (!wishes_.publishers.empty() || !wishes_.new_profile.empty()) return {};
  const std::string& parameter = wishes_.publisher_parameter;
  if (graph_.parameter_types.contains(parameter))
    return is_list_parameter(parameter) || is_text_parameter(parameter)
               ? std::string()
               : "parameter " + parameter + " is of a type that holds no publishers";
  if (!parameter.empty() && sections_.is_taken(parameter))
    return parameter + " is the name of something else; name the parameter differently";
  std::string why = sections_.why_not("Parameters");
  return why.empty() ? why : why + "; name the publishers with --publisher";
}

void ConfigProvider::add_config() {
  new_config_ = sections_.free_name("CodeSigningConfig");
  Content allowed = publishers();
  sections_.add("Resources", new_config_,
                Content::mapping(
                    {{"Type", Content::scalar("AWS::Lambda::CodeSigningConfig")},
                     {"Properties",
                      Content::mapping(
                          {{"AllowedPublishers", Content::mapping({{"SigningProfileVersionArns", std::move(allowed)}})},
                           {"CodeSigningPolicies",
                            Content::mapping({{"UntrustedArtifactOnDeployment",
                                               Content::scalar(wishes_.enforce ? "Enforce" : "Warn")}})}})}}));
}

Content ConfigProvider::publishers() {
  if (wishes_.publishers.empty() && wishes_.new_profile.empty()) return publishers_of_parameter();
  std::vector<Content> versions;
  if (const std::string& profile = wishes_.new_profile; !profile.empty()) {
    // What is signed names the version of a profile: a profile that is deleted or replaced takes all that with it.
    if (!sections_.is_taken(profile))
      sections_.add(
          "Resources", profile,
          Content::mapping(
              {{"Type", Content::scalar("AWS::Signer::SigningProfile")},
               {"DeletionPolicy", Content::scalar("Retain")},
               {"UpdateReplacePolicy", Content::scalar("Retain")},
               {"Properties", Content::mapping({{"PlatformId", Content::scalar("AWSLambda-SHA384-ECDSA")}})}}));
    versions.push_back(Content::intrinsic("Fn::GetAtt", Content::scalar(profile + ".ProfileVersionArn")));
  }
  for (const std::string& arn : wishes_.publishers) versions.push_back(Content::scalar(arn));
  return Content::sequence(std::move(versions));
}

Content ConfigProvider::publishers_of_parameter() {
  std::string name = wishes_.publisher_parameter;
  if (graph_.parameter_types.contains(name))
    return is_list_parameter(name) ? Content::reference(name) : Content::sequence({Content::reference(name)});
  if (name.empty()) name = sections_.free_name("SigningProfileVersionArns");
  sections_.add("Parameters", name,
                Content::mapping({{"Type", Content::scalar("CommaDelimitedList")},
                                  {"Description", Content::scalar("Version ARNs of the signing profiles that may sign "
                                                                  "the functions")}}));
  return Content::reference(name);
}

// AWS CloudFormation User Guide, Parameters: CommaDelimitedList, List<String> and the SSM types of them.
bool ConfigProvider::is_list_parameter(std::string_view name) const {
  const std::string_view type = graph_.parameter_types.at(name);
  return type == "CommaDelimitedList" || type == "List<String>" || type == "AWS::SSM::Parameter::Value<List<String>>" ||
         type == "AWS::SSM::Parameter::Value<CommaDelimitedList>";
}

// All layers of a signed function must come from allowed publishers.
void ConfigProvider::remark_on_layers(const std::vector<const Function*>& functions) {
  for (const Function* function : functions)
    for (const Value& layer : function->layers) {
      const auto arn = layer.kind == Value::Kind::literal ? read_layer_arn(layer.text) : std::nullopt;
      if (!arn || arn->account.starts_with('$')) continue;
      const bool is_allowed =
          std::any_of(wishes_.publishers.begin(), wishes_.publishers.end(), [&](const std::string& publisher) {
            const auto known = read_arn(publisher);
            return known && known->account == arn->account;
          });
      if (!is_allowed)
        remark("the layer " + layer.text + " is verified with the functions that use it; its publisher must be " +
               (wishes_.publishers.empty() && wishes_.new_profile.empty() ? "among the publishers"
                                                                          : "named with --publisher") +
               ", too");
    }
}

// --- a parameter

NodeId ConfigProvider::parameter_of(std::string_view name) const {
  return value_of(document_, value_of(document_, document_.root(), "Parameters"), name);
}

// Makes `name` free where it was not asked for. Why there can be none; `unfit` says it of one that is there.
std::string ConfigProvider::why_no_new_parameter(std::string& name, std::string_view unfit) const {
  if (wishes_.source.name.empty())
    name = sections_.free_name(name);
  else if (sections_.is_taken(name))
    return graph_.parameter_types.contains(name)
               ? "parameter " + name + " " + std::string(unfit)
               : name + " is the name of something else; name the parameter differently";
  return sections_.why_not("Parameters");
}

// Whether AllowedPattern lets a parameter have that value.
bool ConfigProvider::may_be(std::string_view name, std::string_view value) const {
  const NodeId parameter = parameter_of(name);
  const auto pattern = scalar_text(document_, value_of(document_, parameter, "AllowedPattern"));
  return !pattern || matches_pattern(value, *pattern) == true;
}

// A deployment cannot pass anything but a config to it.
bool ConfigProvider::takes_only_configs(std::string_view name) const {
  const NodeId parameter = parameter_of(name);
  if (plain_text(document_, value_of(document_, parameter, "Type")) != "String") return false;
  const bool has_pattern = find(document_, parameter, "AllowedPattern").has_value();
  if (!may_be(name, some_config_arn) || (has_pattern && (may_be(name, no_value) || may_be(name, "")))) return false;
  const NodeId allowed = value_of(document_, parameter, "AllowedValues");
  const auto choices = children(document_, allowed);
  const auto is_config = [&](NodeId node) {
    return is_code_signing_config_arn(scalar_text(document_, node).value_or(""));
  };
  const NodeId preset = value_of(document_, parameter, "Default");
  // What a condition looks at has more than one meaning.
  if (const auto conditions = find(document_, document_.root(), "Conditions")) {
    const std::string_view text = document_.source[document_[conditions->value].span];
    if (text.find(name) != std::string_view::npos) return false;
  }
  return (preset == NodeId::none || is_config(preset)) && std::all_of(choices.begin(), choices.end(), is_config);
}

ConfigProvider::Answer ConfigProvider::from_parameter() {
  // What other functions take already.
  for (const Function& function : graph_.functions) {
    const auto reference = read_intrinsic(document_, function.config_node);
    if (!reference || reference->name != "Ref" || has_fault(function.config_node)) continue;
    const auto name = scalar_text(document_, reference->argument);
    const bool is_wanted = name && (wishes_.source.name.empty() || wishes_.source.name == *name);
    if (is_wanted && takes_only_configs(*name)) return {.value = Content::reference(std::string(*name))};
  }
  std::string name = wishes_.source.name.empty() ? "CodeSigningConfigArn" : wishes_.source.name;
  if (takes_only_configs(name)) return {.value = Content::reference(name)};
  if (std::string why = why_no_new_parameter(name, "may also hold something that is no code signing config");
      !why.empty())
    return {.reason = std::move(why)};
  sections_.add("Parameters", name,
                Content::mapping({{"Type", Content::scalar("String")},
                                  {"Description", Content::scalar("ARN of the code signing config of the functions")},
                                  {"AllowedPattern", Content::scalar("^" + std::string(config_arn_pattern) + "$")}}));
  return {.value = Content::reference(name)};
}

// A fault is not copied.
bool ConfigProvider::has_fault(NodeId reference) const {
  if (reference == NodeId::none) return false;
  const Span span = document_[reference].span;
  return std::any_of(findings_.begin(), findings_.end(), [&](const Finding& finding) {
    return finding.severity == Severity::error && finding.where.begin >= span.begin && finding.where.end <= span.end;
  });
}

// String, or the SSM type of it.
bool ConfigProvider::is_text_parameter(std::string_view name) const {
  const auto type = graph_.parameter_types.find(name);
  return type != graph_.parameter_types.end() &&
         (type->second == "String" || type->second == "AWS::SSM::Parameter::Value<String>");
}

// "!Not [!Equals [!Ref Parameter, Default]]"
bool ConfigProvider::asks_for_more_than_default(std::string_view condition, std::string_view parameter) const {
  const auto negation =
      read_intrinsic(document_, value_of(document_, value_of(document_, document_.root(), "Conditions"), condition));
  if (!negation || negation->name != "Fn::Not") return false;
  const auto negated = children(document_, negation->argument);
  const auto equality = negated.size() == 1 ? read_intrinsic(document_, negated[0]) : std::nullopt;
  if (!equality || equality->name != "Fn::Equals") return false;
  auto sides = children(document_, equality->argument);
  if (sides.size() != 2) return false;
  if (!read_intrinsic(document_, sides[0])) std::swap(sides[0], sides[1]);
  const auto reference = read_intrinsic(document_, sides[0]);
  const auto preset = plain_text(document_, value_of(document_, parameter_of(parameter), "Default"));
  return reference && reference->name == "Ref" && scalar_text(document_, reference->argument) == parameter && preset &&
         plain_text(document_, sides[1]) == preset && !is_code_signing_config_arn(*preset);
}

// "!If [UseCodeSigning, !Ref Parameter, !Ref AWS::NoValue]", as another function or Globals has it.
std::optional<Content> ConfigProvider::optional_reference_in_use() const {
  for (const Function& function : graph_.functions) {
    if (has_fault(function.config_node)) continue;
    const auto choice = read_intrinsic(document_, function.config_node);
    if (!choice || choice->name != "Fn::If" || !is_sequence(document_, choice->argument)) continue;
    const auto parts = children(document_, choice->argument);
    if (parts.size() != 3) continue;
    const auto condition = scalar_text(document_, parts[0]);
    const auto taken = read_intrinsic(document_, parts[1]), otherwise = read_intrinsic(document_, parts[2]);
    if (!condition || !taken || !otherwise || taken->name != "Ref" || otherwise->name != "Ref") continue;
    const auto parameter = scalar_text(document_, taken->argument);
    if (scalar_text(document_, otherwise->argument) != "AWS::NoValue" || !parameter || !is_text_parameter(*parameter) ||
        !asks_for_more_than_default(*condition, *parameter) || function.resource->is_in_loop())
      continue;
    if (wishes_.source.name.empty() || wishes_.source.name == *parameter)
      return unless_none(std::string(*condition), std::string(*parameter));
  }
  return {};
}

bool ConfigProvider::is_compared_with_another_than(std::string_view text, std::string_view parameter) const {
  for (std::uint32_t index = 0; index < document_.nodes.size(); ++index) {
    const auto comparison = read_intrinsic(document_, NodeId{index});
    if (!comparison || comparison->name != "Fn::Equals") continue;
    const auto sides = children(document_, comparison->argument);
    if (sides.size() != 2) continue;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      const auto reference = read_intrinsic(document_, sides[side]);
      if (reference && reference->name == "Ref" && scalar_text(document_, reference->argument) == parameter &&
          scalar_text(document_, sides[1 - side]) != text)
        return true;
    }
  }
  return false;
}

ConfigProvider::Answer ConfigProvider::from_optional_parameter() {
  if (auto in_use = optional_reference_in_use()) return {.value = std::move(in_use)};
  std::string name = wishes_.source.name.empty() ? "CodeSigningConfigArn" : wishes_.source.name;
  std::string otherwise(no_value);
  bool is_there = false;
  if (graph_.parameter_types.contains(name)) {
    // One that is there serves, if its default stands for no config, and nobody asks for other values of it.
    const NodeId parameter = parameter_of(name);
    const auto preset = scalar_text(document_, value_of(document_, parameter, "Default"));
    is_there = graph_.parameter_types.at(name) == "String" && preset && (*preset == no_value || preset->empty()) &&
               may_be(name, some_config_arn) && !find(document_, parameter, "AllowedValues") &&
               !is_compared_with_another_than(*preset, name);
    if (is_there) otherwise = *preset;
  }
  if (!is_there) {
    if (std::string why = why_no_new_parameter(name, "has no default that stands for no code signing config");
        !why.empty())
      return {.reason = std::move(why)};
  }
  if (std::string why = sections_.why_not("Conditions"); !why.empty()) return {.reason = std::move(why)};
  if (!is_there)
    sections_.add(
        "Parameters", name,
        Content::mapping({{"Type", Content::scalar("String")},
                          {"Description", Content::scalar("ARN of the code signing config of the functions, or none")},
                          {"Default", Content::scalar(otherwise)},
                          {"AllowedPattern", Content::scalar("^(none|" + std::string(config_arn_pattern) + ")$")}}));
  const std::string condition = sections_.free_name("UseCodeSigning");
  sections_.add(
      "Conditions", condition,
      Content::intrinsic(
          "Fn::Not", Content::sequence({Content::intrinsic(
                         "Fn::Equals", Content::sequence({Content::reference(name), Content::scalar(otherwise)}))})));
  return {.value = unless_none(condition, name)};
}

}  // namespace codesign
