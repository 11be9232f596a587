#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Violation& violation, const Graph& graph) {
  if (!violation.judged_by.empty()) return {};
  Fault fault{.where = violation.where, .message = violation.message};
  if (!violation.meant.empty())
    fault.remedy = Respell{{{violation.where, std::string((*graph.document)[violation.where].text)}},
                           std::string(violation.meant)};
  return fault;
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
    .repair = Repair::unsafe,  // the nearest word need not be the one that was meant
};

}  // namespace codesign
