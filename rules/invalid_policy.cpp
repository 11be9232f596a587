#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph&) {
  const PolicyCase* invalid = config.first(DeploymentPolicy::invalid);
  if (!invalid) return {};
  const std::string circumstance = when(invalid->when);
  return Fault{.where = invalid->value.node,
               .message = invalid->value.kind == Value::Kind::absent
                              ? fmt::format("{} has CodeSigningPolicies without UntrustedArtifactOnDeployment{}",
                                            config.resource->id, circumstance)
                              : fmt::format("{} has the policy \"{}\"{}; the words are Warn and Enforce",
                                            config.resource->id, invalid->value.text, circumstance),
               .when = invalid->when};
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
};

}  // namespace codesign
