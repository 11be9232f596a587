// Parameters that the user fixes: --parameters FILE or KEY=VALUE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace codesign {

// Later ones win. A word with "=" before any "/" or "." is KEY=VALUE; any other names a file:
//   *.toml  SAM's samconfig: parameter_overrides of [default.deploy.parameters] and [default.global.parameters]
//   else    JSON or YAML: [{"ParameterKey": …, "ParameterValue": …}], {"Parameters": {Key: Value}} or {Key: Value}
// Throws WorldError for what is neither.
Assumptions read_parameters(const std::vector<std::string>& words);

// What such a file holds that is no *.toml; `path` is for messages alone. Throws WorldError for what is neither.
Assumptions parameters_of(std::string bytes, const std::string& path);

// One "KEY=VALUE", which stands at `where`. Throws WorldError for anything else.
void add_parameter(std::string_view pair, const std::string& where, Assumptions& into);

}  // namespace codesign
