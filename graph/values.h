// Inside the third station: reads what stands where a value is expected.
#pragma once

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "graph/graph.h"

namespace codesign {

// The names a Ref may mean.
struct Names {
  std::unordered_map<std::string_view, const Resource*> resources;
  std::unordered_set<std::string_view> parameters;
  std::unordered_set<std::string_view> loop_identifiers;
  bool complete = true;  // false: a name that is not here may still exist after macros and includes
};

// The value at a node. An Fn::If whose branches agree is its branches' value, otherwise unknown.
Value read_value(const Document&, const Names&, NodeId);

// The same with every branch of every Fn::If, at least one value.
std::vector<Value> read_alternatives(const Document&, const Names&, NodeId);

}  // namespace codesign
