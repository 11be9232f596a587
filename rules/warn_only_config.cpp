#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph& graph) {
  if (!config.is_always(DeploymentPolicy::warn)) return {};
  const auto users = users_of(graph, config);
  Fault fault{.where = config.policies.front().value.node,
              .message = fmt::format("{} only warns: Lambda deploys unsigned code{} all the same", config.resource->id,
                                     users.empty() ? "" : " to " + names_of(users, graph))};
  if (config.obstacle.empty()) fault.remedy = EnforceConfig{&config};
  return fault;
}

extern const Rule warn_only_config = {
    .id = "warn-only-config",
    .levels = always(Severity::warning),
    .summary = "Code signing config that only warns",
    .why =
        "With Warn, Lambda deploys unsigned and untrusted code all the same, and counts it in the metric "
        "SignatureValidationErrors.",
    .help = "When the metric SignatureValidationErrors stays at zero, set UntrustedArtifactOnDeployment to Enforce.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity",
    .check = check,
    .repair = Repair::with_enforcement,
};

}  // namespace codesign
