#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningProfile& profile, const Graph&) {
  const Retention& retention = profile.retention;
  if (!profile.is_for_lambda() || (!retention.is_lost_when_deleted && !retention.is_lost_when_replaced)) return {};
  const std::string_view missing = !retention.is_lost_when_replaced  ? "DeletionPolicy"
                                   : !retention.is_lost_when_deleted ? "UpdateReplacePolicy"
                                                                     : "DeletionPolicy and UpdateReplacePolicy";
  return Fault{.where = profile.resource->key,
               .message = fmt::format("deleting or updating the stack may cancel {}: it lacks {}: Retain",
                                      profile.resource->id, missing),
               .remedy = RetainResource{profile.resource}};
}

extern const Rule unretained_profile = {
    .id = "unretained-profile",
    .levels = always(Severity::warning),
    .summary = "Signing profile that CloudFormation may cancel",
    .why =
        "Deleting a profile cancels it, and replacing it makes a new version: what was signed no longer matches any "
        "config.",
    .help = "Add DeletionPolicy: Retain and UpdateReplacePolicy: Retain.",
    .source =
        "CloudFormation resource schema of AWS::Signer::SigningProfile: its delete handler calls "
        "signer:CancelSigningProfile",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
