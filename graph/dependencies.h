// Which resources a resource needs before it can be created.
#pragma once

#include <unordered_set>

#include "graph/graph.h"

namespace codesign {

// Everything `resource` refers to by Ref, Fn::GetAtt, Fn::Sub or DependsOn, and what that refers to in turn. A text
// that merely reads like the name of a resource counts, too: the answer may hold too much, never too little.
std::unordered_set<const Resource*> dependencies_of(const Graph& graph, const Resource& resource);

}  // namespace codesign
