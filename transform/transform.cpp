#include "transform/transform.h"

#include <algorithm>

#include "template/parse.h"

namespace codesign {
namespace {

// AWS CloudFormation User Guide, CloudFormation quotas: template body in a request, and in an S3 object.
constexpr std::size_t most_bytes_in_request = 51'200, most_bytes = 1'000'000;

constexpr const char* unlike_plan = "the edited file would not read back as intended, so it stays as it is";

bool are_disjoint(const std::vector<Edit>& edits) {
  return std::adjacent_find(edits.begin(), edits.end(),
                            [](const Edit& a, const Edit& b) { return b.where.begin < a.where.end; }) == edits.end();
}

std::string why_refused(const Plan& plan, const Document& document, const std::string& text) {
  if (text.size() > most_bytes)
    return "the edited file would have " + std::to_string(text.size()) +
           " bytes, more than the 1,000,000 that CloudFormation takes, so it stays as it is";
  return is_carried_out(plan, document, parse({document.source.path, text})) ? "" : unlike_plan;
}

}  // namespace

Transformation transform(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes) {
  const Document& document = *graph.document;
  Transformation result{.plan = make_plan(graph, findings, wishes), .text = document.source.bytes};
  if (result.plan.empty()) return result;
  std::vector<Edit> edits = lay_out(result.plan, document);
  std::string text, reason = unlike_plan;
  if (are_disjoint(edits)) {
    text = patch(document.source, edits);
    reason = why_refused(result.plan, document, text);
  }
  if (reason.empty()) {
    if (text.size() > most_bytes_in_request)
      result.plan.remarks.push_back(
          std::to_string(text.size()) +
          " bytes are more than the 51,200 that a request to CloudFormation takes; upload the "
          "template to S3");
    result.edits = std::move(edits);
    result.text = std::move(text);
    return result;
  }
  for (const Finding& finding : findings)
    if (finding.remedy.index() != 0 && !finding.resource.empty())
      result.plan.left_alone.push_back({finding.resource, reason});
  result.plan.remarks.push_back(std::move(reason));
  return result;
}

}  // namespace codesign
