#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph&) {
  if (config.policy != DeploymentPolicy::invalid) return {};
  const bool missing = config.policy_value.kind == Value::Kind::absent;
  return Fault{.where = config.policy_value.node,
               .message = missing ? fmt::format("{} has CodeSigningPolicies without UntrustedArtifactOnDeployment",
                                                config.resource->id)
                                  : fmt::format("{} has the policy \"{}\"; the words are Warn and Enforce",
                                                config.resource->id, config.policy_value.text)};
}

extern const Rule invalid_policy = {
    .id = "invalid-policy",
    .severity = Severity::error,
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
