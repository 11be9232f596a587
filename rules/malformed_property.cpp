#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Violation& violation, const Graph&) {
  if (!violation.judged_by.empty()) return {};
  return Fault{.where = violation.where, .message = violation.message};
}

extern const Rule malformed_property = {
    .id = "malformed-property",
    .levels = always(Severity::error),
    .summary = "Property of a signing resource that CloudFormation does not know or take",
    .why =
        "CloudFormation and SAM refuse a property with a misspelt name, of a wrong kind or with a value that is not "
        "allowed, and a resource without what it needs: nothing is deployed. Where the name of CodeSigningConfigArn is "
        "misspelt, a reader believes the function is signed.",
    .help = "Correct the property; the resource's page in the CloudFormation Template Reference lists its properties.",
    .source = "AWS CloudFormation Template Reference and resource schemas; schemas/resources names the source of each",
    .check = check,
};

}  // namespace codesign
