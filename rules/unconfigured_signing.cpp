#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Artifact& artifact, const Graph& graph) {
  if (!graph.sam_config || !artifact.is_local || artifact.path.ends_with(".zip") || artifact.verified_for.empty())
    return {};
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
        "Add the function and each layer it uses to signing_profiles of samconfig.toml, or pass --signing-profiles.",
    .source = "aws/aws-sam-cli, samcli/cli/types.py and samcli/commands/deploy/guided_config.py",
    .check = check,
};

}  // namespace codesign
