#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Limit& limit, const Graph&) {
  return Fault{.where = limit.where, .message = limit.message};
}

extern const Rule undecided_conditions = {
    .id = "undecided-conditions",
    .levels = always(Severity::warning),
    .summary = "Template that goes beyond a limit of the analysis",
    .why =
        "What depends on such conditions or loops is reported as unknown, and so by no other rule: "
        "whoever writes them can hide a function behind them.",
    .help = "Give --parameters, which decides conditions, or split the template.",
    .source = "The limits of cfn-codesign itself: graph/guard.h, graph/values.h and graph/link.cpp",
    .check = check,
};

}  // namespace codesign
