#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Publisher& publisher, const Graph& graph) {
  if (!graph.approved) return {};
  const Value& value = publisher.value;
  if (value.kind == Value::Kind::literal &&
      !is_signing_profile_version_arn(with_plausible_pseudo_parameters(value.text)))
    return {};
  if (value.resource && !publisher.profile) return {};
  if (may_be_approved(graph.approved->publishers, value)) return {};
  return Fault{
      .where = value.node,
      .message = fmt::format("{} allows {}, which {} does not approve", publisher.config->resource->id,
                             value.resource ? name_of(*value.resource, graph) : value.text, graph.approved->by)};
}

extern const Rule unapproved_publisher = {
    .id = "unapproved-publisher",
    .levels = always(Severity::error),
    .summary = "Publisher that the team does not approve",
    .why = "Whoever holds that signing profile can put code into every function under the config.",
    .help = "Remove it, or add it under approved: in the configuration file.",
    .source = "The configuration file of this repository, approved.publishers",
    .check = check,
};

}  // namespace codesign
