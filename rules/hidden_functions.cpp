#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const HiddenPart& part, const Graph&) {
  return Fault{.where = part.where, .message = part.what};
}

extern const Rule hidden_functions = {
    .id = "hidden-functions",
    .levels = hint,
    .summary = "Part of a template in which functions may hide",
    .why =
        "What a macro, a module, an included snippet or a stack elsewhere adds is not in the text, so nothing is said "
        "of it.",
    .help = "Judge what is deployed, too: the processed template, or the template of the stack.",
    .source = "AWS CloudFormation User Guide, macros, modules and nested stacks",
    .check = check,
};

}  // namespace codesign
