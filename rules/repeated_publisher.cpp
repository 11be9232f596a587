#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Publisher& publisher, const Graph&) {
  if (!publisher.is_repeated) return {};
  return Fault{.where = publisher.value.node,
               .message = fmt::format("{} allows this publisher twice", publisher.config->resource->id),
               .remedy = Remove{publisher.value.node}};
}

extern const Rule repeated_publisher = {
    .id = "repeated-publisher",
    .levels = hint,
    .summary = "Publisher that is listed twice",
    .why =
        "The second mention allows nothing new, takes one of 20 places, and may have been meant to be another "
        "profile.",
    .help = "Remove it, or name the profile that was meant.",
    .source = "CloudFormation resource schema of AWS::Lambda::CodeSigningConfig, AllowedPublishers",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
