// The third verb: graph -> findings.
#pragma once

#include <map>
#include <set>
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

  bool heeds_suppressions = true;
  std::set<std::string, std::less<>> unsuppressible = {};  // rules of which a template must allow nothing
  bool sees_all_findings = true;  // those of all deployments, so that what a suppression allows must be among them

  Severity of(const Rule& rule) const;
};

// Everything that the rules say, whether the template allows it or not.
std::vector<Finding> find_faults(const Graph& graph, const LintWishes& wishes = {});
// The same without what the template allows (lint/suppressions.h). A document that cannot be read, or is no template,
// has only its problems. Findings in embedded templates are among them, at their places in this document. In the order
// of their places.
std::vector<Finding> lint(const Graph& graph, const LintWishes& wishes = {});
void sort_by_place(std::vector<Finding>& findings);

std::string_view name_of(Severity severity);
std::string_view name_of(Profile profile);  // as the user writes it

}  // namespace codesign
