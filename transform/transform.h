// The last three verbs in one: findings -> text, checked.
#pragma once

#include "transform/edit.h"
#include "transform/plan.h"

namespace codesign {

struct Transformation {
  Plan plan;
  std::vector<Edit> edits;  // empty where nothing changes
  std::string text;         // the new text; the old one where nothing changes
};

// Reads the new text back before anyone sees it. If it is not exactly the plan carried out, nothing changes, and every
// function that the plan meant to change is named as left alone.
Transformation transform(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes);

}  // namespace codesign
