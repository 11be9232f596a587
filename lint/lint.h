// The third verb: graph -> findings.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.h"

namespace codesign {

// Every rule of the program, in the order of their ids.
std::span<const Rule* const> all_rules();
const Rule* find_rule(std::string_view id);

struct LintWishes {
  Profile profile = Profile::standard;
  std::map<std::string, Severity, std::less<>> severities = {};  // of single rules, instead of the profile's

  Severity of(const Rule& rule) const;
};

// In the order of their places. A document that cannot be read, or is no template, has only its problems. Findings in
// embedded templates are among them, at their places in this document.
std::vector<Finding> lint(const Graph& graph, const LintWishes& wishes = {});

std::string_view name_of(Severity severity);
std::string_view name_of(Profile profile);  // as the user writes it

}  // namespace codesign
