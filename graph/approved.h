// What a team approves of, by its configuration file: anything else is a finding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace codesign {

// Lists of ARNs, or logical IDs of resources in the templates of the run, in which "*" stands for any characters. An
// empty list approves of everything.
struct Approved {
  std::vector<std::string> configs;
  std::vector<std::string> publishers;  // versions of signing profiles
  std::string by;                       // the path of the file that says so
};

// Of a value that is a text or a resource; whatever else it is, nobody can tell.
bool may_be_approved(const std::vector<std::string>& list, const Value& value);

// For the graph, and those of the templates in its stack sets.
void set_approved(Graph& graph, const std::shared_ptr<const Approved>& approved);

}  // namespace codesign
