#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph&) {
  const PolicyCase* invalid = config.first(DeploymentPolicy::invalid);
  if (!invalid) return {};
  const std::string circumstance = when(invalid->when);
  Fault fault{.where = invalid->value.node, .when = invalid->when};
  if (invalid->value.kind == Value::Kind::absent) {
    fault.message = fmt::format("{} has CodeSigningPolicies without UntrustedArtifactOnDeployment{}",
                                config.resource->id, circumstance);
    return fault;
  }
  fault.message = fmt::format("{} has the policy \"{}\"{}; the words are Warn and Enforce", config.resource->id,
                              invalid->value.text, circumstance);
  for (const std::string_view word : {"Warn", "Enforce"})
    if (is_same_key(invalid->value.text, word)) fault.remedy = SpellPolicy{&config, invalid->value.node, word};
  return fault;
}

extern const Rule invalid_policy = {
    .id = "invalid-policy",
    .levels = always(Severity::error),
    .summary = "UntrustedArtifactOnDeployment that is neither Warn nor Enforce",
    .why =
        "The words are Warn and Enforce, in exactly this spelling; anything else, or CodeSigningPolicies without the "
        "word, fails to deploy.",
    .help = "Write UntrustedArtifactOnDeployment: Enforce, or Warn.",
    .source =
        "AWS CloudFormation Template Reference, AWS::Lambda::CodeSigningConfig CodeSigningPolicies; aws/aws-cdk#13586",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
