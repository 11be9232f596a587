#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph&) {
  // That has a rule of its own.
  if (config.first(DeploymentPolicy::invalid)) return {};
  const PolicyCase* warns = config.first(DeploymentPolicy::warn);
  if (!warns) warns = config.first(DeploymentPolicy::defaulted);
  const bool always = config.is_always(DeploymentPolicy::warn) || config.is_always(DeploymentPolicy::defaulted);
  if (!warns || always) return {};
  Fault fault{.where = warns->value.node == NodeId::none ? config.resource->key : warns->value.node,
              .message = fmt::format("{} only warns{}", config.resource->id, when(warns->when)),
              .when = warns->when};
  if (const PolicyCase* enforces = config.first(DeploymentPolicy::enforce))
    fault.message += fmt::format("; it enforces{}", when(enforces->when));
  if (config.obstacle.empty()) fault.remedy = EnforceConfig{&config};
  return fault;
}

extern const Rule sometimes_warning_config = {
    .id = "sometimes-warning-config",
    .levels = always(Severity::warning),
    .summary = "Code signing config whose policy depends on a parameter or a condition",
    .why = "In the deployments where the policy is Warn, Lambda deploys unsigned and untrusted code all the same.",
    .help = "Write UntrustedArtifactOnDeployment: Enforce, or leave Warn out of the parameter's AllowedValues.",
    .source = "AWS CloudFormation Template Reference, AWS::Lambda::CodeSigningConfig CodeSigningPolicies",
    .check = check,
    .repair = Repair::with_enforcement,
};

}  // namespace codesign
