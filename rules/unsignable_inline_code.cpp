#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph&) {
  const SigningCase* first = nullptr;
  for (const SigningCase& signing : function.signing) {
    if (signing.package != PackageType::inline_code || signing.guard == Guard::never) continue;
    // That has a rule of its own.
    if (signing.state == Signing::enforced) return {};
    if (!first) first = &signing;
  }
  if (!first) return {};
  return Fault{.where = function.resource->key,
               .message = fmt::format("{} has inline code, which cannot be signed", function.resource->id),
               .when = function.package == PackageType::inline_code ? Circumstance{} : first->when};
}

extern const Rule unsignable_inline_code = {
    .id = "unsignable-inline-code",
    .levels = always(Severity::warning),
    .summary = "Function with inline code, which cannot be signed",
    .why =
        "A signature belongs to a package in S3. CloudFormation zips inline code itself, without one, so a warning "
        "config reports every deployment and an enforcing config refuses it.",
    .help = "Move the code into a package: CodeUri, or Code with S3Bucket and S3Key.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity; aws/aws-cdk-rfcs#305",
    .check = check,
};

}  // namespace codesign
