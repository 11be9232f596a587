#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Publisher& publisher, const Graph&) {
  if (!publisher.profile || publisher.profile->platform.kind != Value::Kind::literal ||
      publisher.profile->is_for_lambda())
    return {};
  return Fault{
      .where = publisher.value.node,
      .message = fmt::format("{} allows {}, which signs for {}, not for Lambda", publisher.config->resource->id,
                             publisher.profile->resource->id, publisher.profile->platform.text)};
}

extern const Rule wrong_profile_platform = {
    .id = "wrong-profile-platform",
    .levels = always(Severity::error),
    .summary = "Publisher whose signing profile does not sign for Lambda",
    .why =
        "Only the platform AWSLambda-SHA384-ECDSA signs packages for Lambda; a config that trusts another matches no "
        "signature.",
    .help =
        "Set PlatformId: AWSLambda-SHA384-ECDSA, or allow another profile. A changed PlatformId replaces the profile.",
    .source = "AWS CloudFormation Template Reference, AWS::Signer::SigningProfile PlatformId",
    .check = check,
};

}  // namespace codesign
