#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph& graph) {
  for (const SigningCase& signing : function.signing) {
    if (!signing.config_is_missing) continue;
    return Fault{.where = signing.evidence.front(),
                 .message = fmt::format("{} is signed by {}, which does not exist{}", function.resource->id,
                                        name_of(*signing.config->resource, graph), when(signing.when)),
                 .when = signing.when};
  }
  return {};
}

extern const Rule absent_config = {
    .id = "absent-config",
    .levels = always(Severity::error),
    .summary = "Function that exists in deployments where its code signing config does not",
    .why = "A reference to a resource whose condition is false makes the deployment fail.",
    .help = "Give both the same Condition, or choose the config with an Fn::If.",
    .source = "AWS CloudFormation User Guide, Conditions: a Ref to a resource that is not created",
    .check = check,
};

}  // namespace codesign
