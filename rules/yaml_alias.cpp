#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const TemplateFacts& facts, const Graph&) {
  if (facts.aliases.empty() || facts.has_local_code) return {};
  const std::size_t more = facts.aliases.size() - 1;
  return Fault{
      .where = facts.aliases.front(),
      .message = "this is a YAML alias, which CloudFormation does not take" +
                 (more > 0 ? fmt::format(", and {} more {}", more, more == 1 ? "follows" : "follow") : std::string())};
}

extern const Rule yaml_alias = {
    .id = "yaml-alias",
    .levels = always(Severity::warning),
    .summary = "YAML alias in a template that nothing packages",
    .why =
        "CloudFormation refuses YAML aliases. sam package and aws cloudformation package write them out, but this "
        "template has nothing to package.",
    .help = "Write out what the alias stands for.",
    .source = "AWS CloudFormation User Guide, CloudFormation template formats; aws/aws-cli#3827",
    .check = check,
};

}  // namespace codesign
