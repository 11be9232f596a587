#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const NestedStack& stack, const Graph&) {
  if (stack.unsignable.empty()) return {};
  std::string names = stack.unsignable.front();
  if (stack.unsignable.size() > 1) names += fmt::format(" and {} more", stack.unsignable.size() - 1);
  return Fault{
      .where = stack.location,
      .message = fmt::format("SAM CLI cannot sign {} of {}: it signs nothing in nested stacks", names, stack.path)};
}

extern const Rule unsignable_nested_stack = {
    .id = "unsignable-nested-stack",
    .levels = always(Severity::warning),
    .summary = "Nested stack with signed functions, which SAM CLI cannot sign",
    .why =
        "sam package uploads the code of nested stacks unsigned, whatever --signing-profiles says. An enforcing "
        "config refuses it.",
    .help = "Package and sign the nested template on its own, and refer to the result by its S3 URL.",
    .source = "aws/aws-sam-cli, samcli/lib/package/artifact_exporter.py; aws/aws-sam-cli#4596, #8025",
    .check = check,
};

}  // namespace codesign
