#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph&) {
  if (config.without_publishers == NodeId::none) return {};
  return Fault{
      .where = config.without_publishers,
      .message = fmt::format("{} allows no publisher{}", config.resource->id, when(config.when_without_publishers)),
      .when = config.when_without_publishers};
}

extern const Rule missing_publishers = {
    .id = "missing-publishers",
    .levels = always(Severity::error),
    .summary = "Code signing config without a publisher",
    .why =
        "AllowedPublishers needs a list of 1 to 20 signing profile versions; CloudFormation refuses a config without "
        "one.",
    .help = "Write AllowedPublishers with SigningProfileVersionArns, and !GetAtt Profile.ProfileVersionArn in it.",
    .source = "CloudFormation resource schema of AWS::Lambda::CodeSigningConfig, AllowedPublishers",
    .check = check,
};

}  // namespace codesign
