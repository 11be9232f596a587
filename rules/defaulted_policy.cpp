#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph& graph) {
  if (!config.is_always(DeploymentPolicy::defaulted)) return {};
  const auto users = users_of(graph, config);
  Fault fault{.where = config.resource->key,
              .message = fmt::format("{} has no policy, so it only warns: Lambda deploys unsigned code{} all the same",
                                     config.resource->id, users.empty() ? "" : " to " + names_of(users, graph))};
  if (config.obstacle.empty()) fault.remedy = EnforceConfig{&config};
  return fault;
}

extern const Rule defaulted_policy = {
    .id = "defaulted-policy",
    .levels = always(Severity::warning),
    .summary = "Code signing config whose policy is left to its default, Warn",
    .why = "Without CodeSigningPolicies the policy is Warn: Lambda deploys unsigned and untrusted code all the same.",
    .help = "Write CodeSigningPolicies with UntrustedArtifactOnDeployment: Enforce, or Warn where that is meant.",
    .source = "AWS CloudFormation Template Reference, AWS::Lambda::CodeSigningConfig",
    .check = check,
    .repair = Repair::with_enforcement,
};

}  // namespace codesign
