#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Publisher& publisher, const Graph&) {
  const std::string_view usual = publisher.other_partition;
  if (usual.empty()) return {};
  return Fault{.where = publisher.value.node,
               .message = fmt::format("{} allows a publisher of partition {} beside one of {}",
                                      publisher.config->resource->id, publisher.partition, usual)};
}

extern const Rule publisher_of_another_partition = {
    .id = "publisher-of-another-partition",
    .levels = always(Severity::warning),
    .summary = "Publisher of another partition than its neighbour",
    .why =
        "Partitions (aws, aws-cn, aws-us-gov) share no accounts: a config in one of them cannot trust a profile in "
        "another.",
    .help =
        "Name a profile of the partition that the stack is deployed to; for several, write !Sub "
        "arn:${AWS::Partition}:signer:….",
    .source = "AWS General Reference, Amazon Resource Names; AWS GovCloud (US) User Guide, AWS Signer",
    .check = check,
};

}  // namespace codesign
