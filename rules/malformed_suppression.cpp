#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Suppression& suppression, const Graph&) {
  if (suppression.fault.empty()) return {};
  return Fault{.message = suppression.fault};
}

extern const Rule malformed_suppression = {
    .id = "malformed-suppression",
    .levels = always(Severity::warning),
    .summary = "Suppression that allows nothing, as it is written",
    .why =
        "Somebody meant to allow a finding. A misspelt rule, or a suppression without a reason, is not heeded: what is "
        "allowed without a reason, nobody can judge a year later.",
    .help = "Write the rule as it stands in the finding, and why it is allowed here.",
    .source = "This program's own rules: lint/suppressions.h",
    .check = check,
};

}  // namespace codesign
