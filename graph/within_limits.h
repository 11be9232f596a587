// Inside the third station: how the readers of a template end where its conditions go beyond the limit.
#pragma once

#include <algorithm>

#include "graph/graph.h"
#include "graph/guard.h"

namespace codesign {

inline constexpr const char* too_entangled =
    "the conditions of this template are too many or too entangled to be decided";

// Says of a template, once, that a limit of the analysis is reached.
inline void note_limit(Graph& graph, NodeId where, std::string_view message) {
  if (std::none_of(graph.limits.begin(), graph.limits.end(),
                   [&](const Limit& limit) { return limit.message == message; }))
    graph.limits.push_back({where == NodeId::none ? graph.document->root() : where, std::string(message)});
}

// Runs `work`; if the conditions are too entangled, says so and returns false.
template <typename Work>
bool within_limits(Graph& graph, NodeId where, Work work) {
  try {
    work();
    return true;
  } catch (const TooEntangled&) {
    note_limit(graph, where, too_entangled);
    return false;
  }
}

}  // namespace codesign
