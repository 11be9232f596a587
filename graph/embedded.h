// Inside the third station: templates that stand in a string of the template, as the TemplateBody of a stack set.
#pragma once

#include <cstddef>
#include <functional>

#include "graph/graph.h"
#include "graph/values.h"

namespace codesign {

// How far templates in templates are followed; one for a file and all that stands in it.
struct EmbeddingLimits {
  int depth_left = 3;
  // Of all the texts together. CloudFormation takes 1 MB of template; aliases and loops can make more of it.
  std::size_t bytes_left = 4u << 20;
};

// What `link` is for a template that stands in another. What it returns must not need the outside any more.
using LinkInner = std::function<Graph(const Document&, Outside&)>;

// Fills graph.embedded, and adds the stack sets whose templates are not at hand to graph.hidden_parts. May throw
// TooEntangled.
//
// Facts: AWS::CloudFormation::StackSet takes its template from TemplateBody, a string, or TemplateURL; Parameters is a
// list of ParameterKey and ParameterValue, and ParameterOverrides of StackInstancesGroup stand before them (AWS
// CloudFormation Template Reference).
void read_embedded_templates(Graph& graph, Evaluator& evaluator, EmbeddingLimits& limits, const LinkInner& link_inner);

}  // namespace codesign
