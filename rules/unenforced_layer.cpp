#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Layer& layer, const Graph& graph) {
  const SigningCase* warning = nullptr;
  for (const Function* consumer : layer.consumers) {
    if (consumer->first(Signing::enforced) || consumer->first(Signing::unknown)) return {};
    if (!warning) warning = consumer->first(Signing::warns);
  }
  if (!warning) return {};
  return Fault{.where = layer.resource->key,
               .message = fmt::format("nothing refuses the layer {} unsigned: the config of {} only warns",
                                      layer.resource->id, names_of(layer.consumers, graph))};
}

extern const Rule unenforced_layer = {
    .id = "unenforced-layer",
    .levels = hint,
    .summary = "Layer that only functions under a warning config use",
    .why =
        "A layer is verified by the configs of the functions that use it. If they all warn, an unsigned layer is "
        "deployed all the same.",
    .help = "Sign the layer, and make the config of its functions enforce.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity",
    .check = check,
};

}  // namespace codesign
