#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph&) {
  if (function.package != PackageType::inline_code) return {};
  Fault fault{.where = function.resource->key,
              .message = fmt::format("{} has inline code, which cannot be signed", function.resource->id)};
  if (signing_of(function) == Signing::enforced) {
    fault.severity = Severity::error;
    fault.message += fmt::format(": {} refuses it", function.signing.front().config->resource->id);
  }
  return fault;
}

extern const Rule unsignable_inline_code = {
    .id = "unsignable-inline-code",
    .severity = Severity::warning,
    .summary = "Function with inline code, which cannot be signed",
    .why =
        "A signature belongs to a package in S3. CloudFormation zips inline code itself, without one, so a warning "
        "config reports every deployment and an enforcing config refuses it.",
    .help = "Move the code into a package: CodeUri, or Code with S3Bucket and S3Key.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity; aws/aws-cdk-rfcs#305",
    .check = check,
};

}  // namespace codesign
