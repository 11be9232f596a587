#include "lint/rule.h"

namespace codesign {
static std::optional<Fault> check(const Publisher& publisher, const Graph&) {
  if (publisher.value.kind != Value::Kind::literal) return {};
  const std::string text = with_plausible_pseudo_parameters(publisher.value.text);
  if (is_placeholder_for_profile_version(text))
    return Fault{.where = publisher.value.node,
                 .message = fmt::format("{} allows the publisher \"{}\", which is a placeholder",
                                        publisher.config->resource->id, publisher.value.text)};
  const auto arn = read_arn(text);
  if (!is_signing_profile_version_arn(text) || !is_example_account(arn->account)) return {};
  return Fault{.where = publisher.value.node,
               .message = fmt::format("{} allows a publisher of account {}, an example account of AWS",
                                      publisher.config->resource->id, arn->account),
               .severity = Severity::warning};
}

extern const Rule placeholder_publisher = {
    .id = "placeholder-publisher",
    .levels = always(Severity::error),
    .summary = "Publisher that is a placeholder",
    .why =
        "A config whose publisher does not exist cannot be created, or trusts nobody, or, with an account number "
        "copied from an example, somebody else.",
    .help = "Name the version ARN of your own signing profile: !GetAtt Profile.ProfileVersionArn, or a parameter.",
    .source =
        "AWS::Lambda::CodeSigningConfig AllowedPublishers, pattern of SigningProfileVersionArns; AWS SAM Developer "
        "Guide, Set up code signing for your AWS SAM application",
    .check = check,
};

}  // namespace codesign
