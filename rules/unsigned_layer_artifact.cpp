#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Artifact& artifact, const Graph&) {
  if (!artifact.layer || !artifact.is_enforced || artifact.key.kind != Value::Kind::literal) return {};
  const std::string_view key = artifact.key.text;
  const std::string_view name = key.substr(key.rfind('/') == std::string_view::npos ? 0 : key.rfind('/') + 1);
  if (name.empty() || name.starts_with("signed_") || name.starts_with("signed-")) return {};
  return Fault{
      .where = artifact.key.node,
      .message = fmt::format("the object {} of layer {} is not named like a signed one", name, artifact.resource->id)};
}

extern const Rule unsigned_layer_artifact = {
    .id = "unsigned-layer-artifact",
    .levels = hint,
    .summary = "Layer under an enforcing config whose object is not named like a signed one",
    .why =
        "SAM CLI puts \"signed_\" before the name of what it signs, AWS's own example \"signed-\". Another name may be "
        "signed, too.",
    .help = "Point the layer at the object that the signing job wrote.",
    .source =
        "aws/aws-sam-cli, samcli/lib/package/code_signer.py; AWS Security Blog, Best practices and advanced patterns "
        "for Lambda code signing",
    .check = check,
};

}  // namespace codesign
