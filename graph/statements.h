// Inside the third station: the policy statements of a template, wherever they are written, and which of them speak for
// the same principal.
#pragma once

#include "graph/graph.h"
#include "graph/values.h"

namespace codesign {

// Fills `graph.statements`. `function_globals` is the Function section of Globals. May throw TooEntangled; what has
// been read by then is of no use, as the denials are missing.
void read_statements(const Document& document, Evaluator& evaluator, Graph& graph, NodeId function_globals);

}  // namespace codesign
