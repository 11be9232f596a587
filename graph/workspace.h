// Beside the third station: the templates of one run as one graph. Each is linked on its own first; those that refer to
// each other are then linked again, together, so that what a parent passes, a nested stack returns, or another stack
// exports is known where it arrives.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace codesign {

// A template of the run.
struct Member {
  const Document* document = nullptr;
  Graph* alone = nullptr;  // linked on its own; must be a template
  // As for `link`; the parameters are those of a template that no other one nests. Null: none.
  const Assumptions* assumptions = nullptr;
  const std::vector<KnownPublisher>* publishers = nullptr;
  // The members that its nested stacks name, by their paths as written.
  std::map<std::string, std::size_t, std::less<>> nested = {};
};

// One place where a template is deployed: by itself, or as a nested stack of another.
struct Stack {
  std::size_t member = 0;
  std::string name;  // "Child/Grandchild of app.yaml": the logical IDs from the outermost template; empty: by itself
  Graph graph;
  // False: no deployment of its parent has it, whatever its parameters are. It may be a way to hide the template.
  bool is_possible = true;
};

// Of one template, more nested stacks than these are not told apart.
constexpr std::size_t max_stacks_of_a_template = 64;
// Of all templates, nested stacks are told apart up to these bytes of text, and four times that of the templates.
constexpr std::size_t max_bytes_of_stacks = 4u << 20;
// Stacks in stacks, deeper than this, are not followed.
constexpr std::size_t max_depth_of_stacks = 64;

// Whether a template, linked on its own, is what it is alone, unless another one nests it.
bool stands_alone(const Graph& alone);

// The stacks of the members that have anything to do with each other, parents before children. A member without a stack
// is what it is alone. What a stack means to others is written into `alone`, too: NestedStack::unsignable and
// SigningConfig::obstacle. What the members point to must outlive the result.
std::deque<Stack> join(const std::vector<Member>& members);

}  // namespace codesign
