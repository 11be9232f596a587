// The third verb: graph -> findings.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lint/rule.h"

namespace codesign {

// Every rule of the program, in the order of their ids.
std::span<const Rule* const> all_rules();
const Rule* find_rule(std::string_view id);

// In the order of their places. A document that cannot be read, or is no template, has only its problems.
struct LintWishes {
  bool strict = false;  // what is not known is a finding, too
};
std::vector<Finding> lint(const Graph& graph, const LintWishes& wishes = {});

std::string_view name_of(Severity severity);

}  // namespace codesign
