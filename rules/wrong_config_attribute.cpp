#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const ConfigReference& reference, const Graph&) {
  const Value& value = reference.value;
  if (!value.resource || value.resource->type != "AWS::Lambda::CodeSigningConfig") return {};
  if (value.is_dotted_ref)
    return Fault{.where = value.node,
                 .message = fmt::format("Ref cannot read {}.{}: write Ref {}, or Fn::GetAtt", value.text,
                                        value.attribute, value.text),
                 .remedy = TakeAttribute{value.node, value.text, "CodeSigningConfigArn"}};
  if (value.attribute.empty() || value.attribute == "CodeSigningConfigArn") return {};
  if (value.kind == Value::Kind::foreign)
    return Fault{
        .where = value.node,
        .message = fmt::format("{} of {} is not the ARN of the code signing config", value.attribute, value.text)};
  return Fault{
      .where = value.node,
      .message = fmt::format("{}.{} is not the ARN of the code signing config; that is {}.CodeSigningConfigArn",
                             value.text, value.attribute, value.text),
      .remedy = TakeAttribute{value.node, value.text, "CodeSigningConfigArn"}};
}

extern const Rule wrong_config_attribute = {
    .id = "wrong-config-attribute",
    .levels = always(Severity::error),
    .summary = "CodeSigningConfigArn that takes the wrong attribute of a code signing config",
    .why =
        "The property takes the ARN. CodeSigningConfigId is not it, there is no attribute Arn, and Ref takes no "
        "attribute at all.",
    .help = "Write !Ref Config, or !GetAtt Config.CodeSigningConfigArn.",
    .source =
        "AWS CloudFormation Template Reference, AWS::Lambda::CodeSigningConfig return values; "
        "serverless/serverless#10351",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
