#include "lint/rule.h"

namespace codesign {

// With a permission, the layer is for the functions of other accounts, whose configs verify it.
static bool is_shared(const Layer& layer, const Graph& graph) {
  for (const LayerPermission& permission : graph.layer_permissions)
    if (permission.layer == layer.resource) return true;
  return false;
}

static std::optional<Fault> check(const Layer& layer, const Graph& graph) {
  for (const Function* consumer : layer.consumers)
    for (const SigningCase& signing : consumer->signing)
      if (signing.state != Signing::none && signing.state != Signing::unsupported) return {};
  if (layer.consumers.empty() && is_shared(layer, graph)) return {};
  if (layer.consumers.empty())
    return Fault{.where = layer.resource->key,
                 .message = fmt::format("no function of this template uses the layer {}, so nothing here verifies it",
                                        layer.resource->id)};
  return Fault{.where = layer.resource->key,
               .message = fmt::format("nothing verifies the layer {}: {} {} no code signing config", layer.resource->id,
                                      names_of(layer.consumers, graph), layer.consumers.size() == 1 ? "has" : "have")};
}

extern const Rule unverified_layer = {
    .id = "unverified-layer",
    .levels = hint,
    .summary = "Layer that no signed function of the template uses",
    .why =
        "A layer has no code signing property of its own. Lambda verifies it only when a function with a code signing "
        "config uses it.",
    .help = "Sign the functions that use the layer, with a config that allows the publisher of the layer.",
    .source =
        "AWS Lambda Developer Guide, Using code signing to verify code integrity; AWS Security Blog, Best practices "
        "and advanced patterns for Lambda code signing",
    .check = check,
};

}  // namespace codesign
