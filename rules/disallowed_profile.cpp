#include <algorithm>

#include "lint/rule.h"

namespace codesign {

// Yes wherever a publisher is not known.
static bool may_allow(const SigningConfig& config, const SigningProfileName& profile) {
  return config.publishers.empty() ||
         std::any_of(config.publishers.begin(), config.publishers.end(), [&](const Publisher* publisher) {
           const std::string text = with_plausible_pseudo_parameters(publisher->value.text);
           if (publisher->value.kind != Value::Kind::literal || !is_signing_profile_version_arn(text)) return true;
           const auto arn = read_arn(publisher->value.text);
           return signing_profile_in(*arn) == profile.name &&
                  (profile.owner.empty() || arn->account.starts_with('$') || arn->account == profile.owner);
         });
}

// The config of the first function that would run the package under one that allows none of the profiles.
static const SigningConfig* refusing_config(const Artifact& artifact, const std::set<std::string>& profiles) {
  for (const Function* function : artifact.verified_for)
    for (const SigningCase& signing : function->signing) {
      const bool is_judged = signing.state == Signing::enforced || signing.state == Signing::warns;
      if (!is_judged || signing.package != PackageType::zip || signing.guard == Guard::never) continue;
      if (std::none_of(profiles.begin(), profiles.end(), [&](const std::string& text) {
            const auto profile = read_signing_profile_name(text);
            return !profile || may_allow(*signing.config, *profile);
          }))
        return signing.config;
    }
  return nullptr;
}

static std::optional<Fault> check(const Artifact& artifact, const Graph& graph) {
  if (!graph.sam_config || !artifact.is_local) return {};
  const auto signs = graph.sam_config->signed_names.find(artifact.name);
  if (signs == graph.sam_config->signed_names.end()) return {};
  const SigningConfig* config = refusing_config(artifact, signs->second);
  if (!config) return {};
  return Fault{.where = artifact.resource->key,
               .message = fmt::format("{} signs {} with {}, which {} does not allow", graph.sam_config->path,
                                      artifact.name, *signs->second.begin(), name_of(*config->resource, graph))};
}

extern const Rule disallowed_profile = {
    .id = "disallowed-profile",
    .levels = always(Severity::warning),
    .summary = "Function or layer signed with a profile that the config does not allow",
    .why =
        "A code signing config trusts the profile versions it lists and no others. A package that is signed with "
        "another profile is refused by an enforcing config, and counted by a warning one.",
    .help =
        "Add the version ARN of that profile to SigningProfileVersionArns, or name an allowed profile in "
        "signing_profiles.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity; aws/aws-sam-cli#2424",
    .check = check,
};

}  // namespace codesign
