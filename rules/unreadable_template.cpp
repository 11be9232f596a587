#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Problem& problem, const Graph&) {
  return Fault{.message = problem.message};
}

extern const Rule unreadable_template = {
    .id = "unreadable-template",
    .levels = always(Severity::error),
    .summary = "Template that cannot be read",
    .why = "What cannot be read cannot be judged, and CloudFormation will most likely refuse it too.",
    .help = "Correct the text at the place shown; what cannot be read is never edited.",
    .source = "YAML 1.1 and ECMA-404, as named by AWS CloudFormation User Guide, CloudFormation template formats",
    .check = check,
};

}  // namespace codesign
