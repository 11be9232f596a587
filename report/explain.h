// The catalogue of rules, for people.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lint/rule.h"

namespace codesign {

// The templates of samples/RULE, compiled in.
struct RuleSample {
  std::string_view rule, bad, good;
};
std::span<const RuleSample> rule_samples();

// A line for each rule.
std::string catalogue();
// rules/README.md: every rule, in groups, with why, how to fix it, and the source.
std::string catalogue_page();
std::string explanation(const Rule& rule);

}  // namespace codesign
