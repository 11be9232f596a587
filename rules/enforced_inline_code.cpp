#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph& graph) {
  for (const SigningCase& signing : function.signing)
    if (signing.package == PackageType::inline_code && signing.state == Signing::enforced)
      return Fault{.where = function.resource->key,
                   .message = fmt::format("{} has inline code, which {} refuses{}", function.resource->id,
                                          name_of(*signing.config->resource, graph), when(signing.when)),
                   .when = signing.when};
  return {};
}

extern const Rule enforced_inline_code = {
    .id = "enforced-inline-code",
    .levels = always(Severity::error),
    .summary = "Inline code under a config that enforces",
    .why =
        "CloudFormation zips inline code itself, without a signature, so an enforcing config refuses every deployment "
        "of it.",
    .help = "Move the code into a package: CodeUri, or Code with S3Bucket and S3Key.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity; aws/aws-cdk-rfcs#305",
    .check = check,
    .is_of_enforcement = true,
};

}  // namespace codesign
