// What one finding alone comes to, for reports that offer it.
#pragma once

#include <string>
#include <vector>

#include "lint/finding.h"
#include "transform/edit.h"

namespace codesign {

// The edits that `transform` makes for this finding if it is the only one, with the option that its rule's repair waits
// for (`Rule::repair`). Empty where there are none: it has no remedy, something is in the way, or a person must add
// what only they know (a publisher). Each of several fixes holds alone: a config that two of them add would be there
// twice.
std::vector<Edit> fix_for(const Graph& graph, const Finding& finding);

}  // namespace codesign
