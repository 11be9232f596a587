#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Artifact& artifact, const Graph& graph) {
  if (!graph.sam_config || !artifact.is_local || artifact.path.ends_with(".zip") || artifact.verified_for.empty())
    return {};
  const std::string_view type = artifact.resource->type;
  if (!type.starts_with("AWS::Serverless::"))
    return Fault{.where = artifact.resource->key,
                 .message = fmt::format("sam deploy uploads {} unsigned, whatever signing_profiles says: SAM CLI signs "
                                        "nothing of an {}",
                                        artifact.resource->id, type)};
  if (graph.sam_config->signed_names.contains(artifact.name)) return {};
  return Fault{.where = artifact.resource->key,
               .message = fmt::format("{} has no signing profile for {}: sam deploy uploads it unsigned",
                                      graph.sam_config->path, artifact.name)};
}

extern const Rule unconfigured_signing = {
    .id = "unconfigured-signing",
    .levels = always(Severity::warning),
    .summary = "Signed function or layer that samconfig.toml gives no signing profile",
    .why =
        "Without signing_profiles, sam package and sam deploy upload the package unsigned and say nothing: an "
        "enforcing config refuses it.",
    .help =
        "Add the function and each layer it uses to signing_profiles of samconfig.toml (cfn-codesign plan --write), or "
        "pass --signing-profiles. Sign packages of AWS::Lambda types before they are uploaded.",
    .source =
        "aws/aws-sam-cli 1.164.0, samcli/cli/types.py, samcli/commands/deploy/guided_config.py and "
        "samcli/lib/package/packageable_resources.py",
    .check = check,
};

}  // namespace codesign
