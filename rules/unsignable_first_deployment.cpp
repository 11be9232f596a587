#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph& graph) {
  const PolicyCase* enforces = config.first(DeploymentPolicy::enforce);
  // Where the default deployment warns, the first one can.
  if (!enforces || !enforces->when.with_defaults || config.publishers.empty()) return {};
  for (const Publisher* publisher : config.publishers)
    if (!publisher->is_own_profile_version()) return {};
  for (const Function* user : users_of(graph, config))
    for (const SigningCase& signing : user->signing)
      if (signing.config == &config && signing.state == Signing::enforced && signing.package == PackageType::zip)
        return Fault{
            .where = enforces->value.node,
            .message = fmt::format(
                "{} enforces from the start, but only profiles of this very stack may sign: the first package of "
                "{} cannot be signed before that profile exists{}",
                config.resource->id, user->resource->id, when(signing.when)),
            .when = signing.when};
  return {};
}

extern const Rule unsignable_first_deployment = {
    .id = "unsignable-first-deployment",
    .levels = always(Severity::warning),
    .summary = "Enforcing config whose only publishers are created by the same stack",
    .why =
        "A package must be signed before the stack that creates the profile exists. The first deployment fails, or "
        "goes through unsigned.",
    .help =
        "Create the profile in a stack of its own and pass its version ARN, or warn until the first signed "
        "deployment.",
    .source =
        "aws/serverless-application-model, "
        "integration/resources/templates/combination/function_with_signing_profile.yaml; aws/aws-cdk#29474",
    .check = check,
    .is_of_enforcement = true,
};

}  // namespace codesign
