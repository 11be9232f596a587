#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Artifact& artifact, const Graph&) {
  if (!artifact.bucket_is_unversioned) return {};
  return Fault{.where = artifact.bucket.node,
               .message = fmt::format("{} takes its {} from {}, which keeps no versions", artifact.resource->id,
                                      artifact.layer ? "content" : "code", artifact.bucket.resource->id),
               .remedy = KeepVersions{artifact.bucket.resource}};
}

extern const Rule unversioned_artifact_bucket = {
    .id = "unversioned-artifact-bucket",
    .levels = always(Severity::warning),
    .summary = "Bucket of packages that keeps no versions",
    .why =
        "AWS Signer signs one version of an object, so a bucket without versions cannot be the source of a signing "
        "job.",
    .help = "Set VersioningConfiguration: {Status: Enabled} on the bucket.",
    .source =
        "AWS SAM Developer Guide, Set up code signing for your AWS SAM application; aws/aws-sam-cli, "
        "samcli/lib/package/s3_uploader.py",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
