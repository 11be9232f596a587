#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const NestedStack& stack, const Graph&) {
  if (stack.unfollowed.empty()) return {};
  return Fault{.where = stack.location, .message = fmt::format("{} {}", stack.path, stack.unfollowed)};
}

extern const Rule unfollowed_template = {
    .id = "unfollowed-template",
    .levels = always(Severity::note),
    .summary = "Nested template that the report does not cover",
    .why =
        "A nested template is judged with what its parents pass to it, so it belongs to their run. This one lies "
        "outside the folder of the run, cannot be read, nests its own parent, or was not named although it has "
        "findings.",
    .help = "Run cfn-codesign on a folder that holds both templates; neither may nest the other in a circle.",
    .source = "The limits of cfn-codesign itself: cli/nested_templates.h and graph/workspace.h",
    .check = check,
};

}  // namespace codesign
