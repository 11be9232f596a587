#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const TemplateFacts& facts, const Graph&) {
  if (facts.excess.empty()) return {};
  return Fault{.where = facts.excessive, .message = facts.excess};
}

extern const Rule oversized_template = {
    .id = "oversized-template",
    .levels = always(Severity::warning),
    .summary = "Template beyond a quota of CloudFormation",
    .why = "CloudFormation refuses it, and transform adds nothing to a template that is full.",
    .help = "Split the template into stacks.",
    .source = "AWS CloudFormation User Guide, CloudFormation quotas",
    .check = check,
};

}  // namespace codesign
