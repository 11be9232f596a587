// Which resources a resource needs before it can be created, and which names a text holds.
#pragma once

#include <string_view>
#include <unordered_set>

#include "graph/graph.h"

namespace codesign {

// "Id", "Id.Attribute", and every "${Id}" and "${Id.Attribute}".
template <typename Visit>
void visit_names(std::string_view text, Visit visit) {
  visit(text.substr(0, text.find('.')));
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    std::string_view name = text.substr(at + 2);
    while (name.starts_with(' ')) name.remove_prefix(1);
    visit(name.substr(0, name.find_first_of(".} ")));
  }
}

// Everything `resource` refers to by Ref, Fn::GetAtt, Fn::Sub or DependsOn, and what that refers to in turn. A text
// that merely reads like the name of a resource counts, too: the answer may hold too much, never too little.
std::unordered_set<const Resource*> dependencies_of(const Graph& graph, const Resource& resource);

}  // namespace codesign
