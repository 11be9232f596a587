#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Suppression& suppression, const Graph&) {
  if (!suppression.is_unused) return {};
  return Fault{.message = fmt::format("{} does not arise here, and need not be allowed", suppression.rule->id)};
}

extern const Rule unused_suppression = {
    .id = "unused-suppression",
    .levels = always(Severity::note),
    .summary = "Suppression of what does not arise",
    .why =
        "It would hide the fault if that came back, and tells a reader of one that is not there. Only a note, as a "
        "finding may arise only beside other templates than those of this run.",
    .help = "Delete it, or move it to the line or resource that it is meant for.",
    .source = "This program's own rules: lint/suppressions.h",
    .check = check,
};

}  // namespace codesign
