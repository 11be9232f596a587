// Beside the third station: which parts of a template decide what becomes of a resource.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace codesign {

struct Deciding {
  std::vector<Span> parts;
  std::set<std::string> missing;  // what it refers to, and the template does not have
  std::set<std::string> stacks;   // the nested stacks that it refers to: their templates decide, too
};

// The resource, with the loop around it; for one of SAM's, Globals; and whatever these name, through any number of
// steps: conditions, parameters, mappings, code signing configs, layers, signing profiles and nested stacks. Rules,
// too, as they say which deployments there are. It may hold too much, never too little of these. Nothing where there is
// no such resource.
Deciding what_decides_on(const Graph& graph, std::string_view resource);

}  // namespace codesign
