#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph&) {
  if (config.surplus_publisher == NodeId::none) return {};
  return Fault{.where = config.surplus_publisher,
               .message = fmt::format("{} allows more than {} publishers; this is the first too many",
                                      config.resource->id, SigningConfig::most_publishers)};
}

extern const Rule too_many_publishers = {
    .id = "too-many-publishers",
    .levels = always(Severity::error),
    .summary = "Code signing config with more than 20 publishers",
    .why = "A config takes at most 20 signing profile versions; CloudFormation refuses more.",
    .help = "Remove versions that sign nothing any more, or use a second config.",
    .source = "CloudFormation resource schema of AWS::Lambda::CodeSigningConfig, AllowedPublishers",
    .check = check,
};

}  // namespace codesign
