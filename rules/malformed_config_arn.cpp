#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const ConfigReference& reference, const Graph& graph) {
  if (reference.value.kind != Value::Kind::literal ||
      is_code_signing_config_arn(with_plausible_pseudo_parameters(reference.value.text)))
    return {};
  return Fault{
      .where = reference.value.node,
      .message = fmt::format("{} signed by \"{}\", which is not the ARN of a code signing config{}",
                             names_are(reference.functions, graph), reference.value.text, when(reference.when)),
      .when = reference.when};
}

extern const Rule malformed_config_arn = {
    .id = "malformed-config-arn",
    .levels = always(Severity::error),
    .summary = "CodeSigningConfigArn that is not the ARN of a code signing config",
    .why = "CloudFormation checks the ARN against a pattern and refuses the function.",
    .help =
        "Write arn:PARTITION:lambda:REGION:ACCOUNT:code-signing-config:csc- and 17 lower-case letters or digits; "
        "better, refer to the config.",
    .source = "AWS CloudFormation resource schema of AWS::Lambda::Function",
    .check = check,
};

}  // namespace codesign
