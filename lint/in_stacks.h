// One template is deployed in several places: what is found in each becomes one list.
#pragma once

#include <string>
#include <vector>

#include "lint/finding.h"

namespace codesign {

// What is found where a template is deployed.
struct FoundInStack {
  std::string stack;  // "Child of app.yaml"; empty: the template is deployed by itself
  std::vector<Finding> findings;
};

// Of one template, in the order of their places: a finding that only arises in some stacks, or in other words than when
// the template is linted alone, names them. `alone` lends its remedies, so that these belong to the graph of the
// template alone, which is what is edited.
std::vector<Finding> findings_in_stacks(const std::vector<Finding>& alone, std::vector<FoundInStack> stacks);

}  // namespace codesign
