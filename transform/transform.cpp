#include "transform/transform.h"

#include "template/parse.h"

namespace codesign {

Transformation transform(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes) {
  const Document& document = *graph.document;
  Transformation result{.plan = make_plan(graph, findings, wishes), .text = document.source.bytes};
  if (result.plan.empty()) return result;
  std::vector<Edit> edits = lay_out(result.plan, document);
  std::string text = patch(document.source, edits);
  if (is_carried_out(result.plan, document, parse({document.source.path, text}))) {
    result.edits = std::move(edits);
    result.text = std::move(text);
    return result;
  }
  for (const Finding& finding : findings)
    if (const auto* sign = std::get_if<SignFunction>(&finding.remedy))
      result.plan.left_alone.push_back({std::string(sign->function->resource->id),
                                        "the edited file would not read back as intended, so it stays as it is"});
  result.plan.remarks.push_back("the edited file would not read back as intended, so it stays as it is");
  return result;
}

}  // namespace codesign
