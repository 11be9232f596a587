// Inside the third station: what a function does not take from Globals.
#pragma once

#include <string_view>

#include "graph/graph.h"

namespace codesign {

// IgnoreGlobals: "*", or a list that names the property
// (aws/serverless-application-model, samtranslator/plugins/globals/globals.py).
bool ignores_global(const Document& document, const Resource& resource, std::string_view property);

}  // namespace codesign
