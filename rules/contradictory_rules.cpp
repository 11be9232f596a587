#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const TemplateFacts&, const Graph& graph) {
  if (graph.contradictory_rules == NodeId::none) return {};
  return Fault{.where = graph.contradictory_rules,
               .message = "no parameters fulfil the assertions of Rules; what is said here does not count them"};
}

extern const Rule contradictory_rules = {
    .id = "contradictory-rules",
    .levels = always(Severity::note),
    .summary = "Rules that no deployment fulfils",
    .why =
        "CloudFormation refuses every deployment of such a template. Most likely a Ref stands where Fn::ValueOf was "
        "meant.",
    .help = "Correct the assertion that never holds.",
    .source = "AWS CloudFormation User Guide, Rules",
    .check = check,
};

}  // namespace codesign
