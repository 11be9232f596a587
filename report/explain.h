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

std::string catalogue();
std::string explanation(const Rule& rule);

}  // namespace codesign
