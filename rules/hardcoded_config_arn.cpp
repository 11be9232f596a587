#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const ConfigReference& reference, const Graph& graph) {
  if (reference.value.kind != Value::Kind::literal ||
      !is_code_signing_config_arn(with_plausible_pseudo_parameters(reference.value.text)))
    return {};
  return Fault{
      .where = reference.value.node,
      .message = fmt::format("{} signed by a config named by its ARN, whose policy this template does not tell{}",
                             names_are(reference.functions, graph), when(reference.when)),
      .when = reference.when};
}

extern const Rule hardcoded_config_arn = {
    .id = "hardcoded-config-arn",
    .levels = hint,
    .summary = "CodeSigningConfigArn that is written out",
    .why =
        "The ARN belongs to one account and region, and what that config does with unsigned code cannot be seen here.",
    .help = "Refer to a config of this template, import it from the stack that owns it, or take it from a parameter.",
    .source = "CloudFormation resource schema of AWS::Lambda::Function, CodeSigningConfigArn",
    .check = check,
};

}  // namespace codesign
