#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const ConfigReference& reference, const Graph& graph) {
  if (!graph.approved || !reference.may_refer_to_config()) return {};
  const Value& value = reference.value;
  if (value.kind == Value::Kind::literal && !is_code_signing_config_arn(with_plausible_pseudo_parameters(value.text)))
    return {};
  if (value.resource && value.resource->type != "AWS::Lambda::CodeSigningConfig") return {};
  if (may_be_approved(graph.approved->configs, value)) return {};
  return Fault{
      .where = value.node,
      .message = fmt::format("{} signed by {}, which {} does not approve{}", names_are(reference.functions, graph),
                             value.resource ? name_of(*value.resource, graph) : value.text, graph.approved->by,
                             when(reference.when)),
      .when = reference.when};
}

extern const Rule unapproved_config = {
    .id = "unapproved-config",
    .levels = always(Severity::error),
    .summary = "Code signing config that the team does not approve",
    .why =
        "Whoever may choose the config chooses who may publish. Where a team has its configs in one place, another one "
        "is a way around them.",
    .help = "Take one of the configs under approved: in the configuration file, or add this one there.",
    .source = "The configuration file of this repository, approved.configs",
    .check = check,
};

}  // namespace codesign
