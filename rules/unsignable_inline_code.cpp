#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph&) {
  std::optional<Fault> fault;
  for (const SigningCase& signing : function.signing) {
    if (signing.package != PackageType::inline_code || signing.guard == Guard::never) continue;
    if (!fault)
      fault = Fault{.where = function.resource->key,
                    .message = fmt::format("{} has inline code, which cannot be signed", function.resource->id),
                    .when = function.package == PackageType::inline_code ? Circumstance{} : signing.when};
    if (signing.state != Signing::enforced || fault->severity) continue;
    fault->severity = Severity::error;
    fault->message += fmt::format(": {} refuses it{}", signing.config->resource->id, when(signing.when));
    fault->when = signing.when;
  }
  return fault;
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
