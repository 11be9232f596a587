// Inside the third station: code signing configs, their policies and publishers, and signing profiles.
#pragma once

#include "graph/editability.h"
#include "graph/graph.h"
#include "graph/values.h"

namespace codesign {

// Fills graph.configs, publishers, profiles and profile_permissions. `possible`: the deployments that there can be.
void read_configs(Graph& graph, Evaluator& evaluator, const Editability& editability, Guard possible);

}  // namespace codesign
