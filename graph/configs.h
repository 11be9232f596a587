// Inside the third station: code signing configs, their policies and publishers, and signing profiles.
#pragma once

#include "graph/editability.h"
#include "graph/graph.h"
#include "graph/outside.h"
#include "graph/values.h"

namespace codesign {

// Fills graph.profiles.
void read_profiles(Graph& graph, Evaluator& evaluator);

// Fills graph.configs, publishers and profile_permissions. `possible`: the deployments that there can be.
void read_configs(Graph& graph, Evaluator& evaluator, const Editability& editability, Outside& outside, Guard possible);

}  // namespace codesign
