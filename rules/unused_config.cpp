#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph& graph) {
  if (config.is_mentioned || config.resource->is_in_loop() || graph.has_hidden_resources) return {};
  // A reference that misses its target most likely means this one.
  for (const ConfigReference& reference : graph.references)
    if (!reference.may_refer_to_config()) return {};
  return Fault{
      .where = config.resource->key,
      .message = fmt::format("{} signs nothing: no function, output or other resource names it", config.resource->id),
      .remedy = Remove{config.resource->key}};
}

extern const Rule unused_config = {
    .id = "unused-config",
    .levels = always(Severity::warning),
    .summary = "Code signing config that nothing names",
    .why = "A config protects only the functions that name it. This one protects none, and looks as if it did.",
    .help = "Set CodeSigningConfigArn: !Ref Config on the functions, or export the config for other stacks.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity",
    .check = check,
    .repair = Repair::unsafe,
};

}  // namespace codesign
