#include "lint/rule.h"

namespace codesign {

// AWS CloudFormation User Guide, parameter types: lists, numbers and the names of AWS's things are no ARN.
static bool may_hold_an_arn(std::string_view type) {
  return type.empty() || type == "String" || type == "AWS::SSM::Parameter::Value<String>";
}

static std::optional<Fault> check(const ConfigReference& reference, const Graph& graph) {
  if (reference.value.kind == Value::Kind::parameter) {
    const auto type = graph.parameter_types.find(reference.value.text);
    if (type == graph.parameter_types.end() || may_hold_an_arn(type->second)) return {};
    return Fault{.where = reference.value.node,
                 .message = fmt::format("parameter {} is of type {}, which holds no ARN of a code signing config",
                                        reference.value.text, type->second)};
  }
  const Resource* target = reference.value.resource;
  if (!target || reference.value.kind == Value::Kind::missing || target->type == "AWS::Lambda::CodeSigningConfig" ||
      may_return_any_text(*target, reference.value.attribute))
    return {};
  const std::string suggestion =
      graph.configs.size() == 1 ? fmt::format("; did you mean {}?", graph.configs.front().resource->id) : "";
  return Fault{.where = reference.value.node,
               .message = fmt::format("{} is an {}, not a code signing config{}", name_of(*target, graph), target->type,
                                      suggestion)};
}

extern const Rule wrong_config_type = {
    .id = "wrong-config-type",
    .levels = always(Severity::error),
    .summary = "CodeSigningConfigArn that refers to something else than a code signing config",
    .why =
        "Lambda refuses an ARN that is not one of a code signing config. A signing profile is what a config allows, "
        "not the config itself.",
    .help = "Refer to an AWS::Lambda::CodeSigningConfig.",
    .source = "AWS CloudFormation Template Reference, AWS::Lambda::Function CodeSigningConfigArn",
    .check = check,
};

}  // namespace codesign
