#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const LayerPermission& permission, const Graph&) {
  if (permission.public_principal == NodeId::none) return {};
  return Fault{.where = permission.public_principal,
               .message = fmt::format("{} lets every AWS account use the layer{}", permission.resource->id,
                                      when(permission.when)),
               .when = permission.when};
}

extern const Rule public_layer = {
    .id = "public-layer",
    .levels = always(Severity::warning),
    .summary = "Layer that every AWS account may use",
    .why = "Whoever knows the ARN can download the code of the layer, and run it.",
    .help = "Name an account, or add OrganizationId.",
    .source = "AWS Control Tower, CT.LAMBDA.PR.4; AWS::Lambda::LayerVersionPermission",
    .check = check,
};

}  // namespace codesign
