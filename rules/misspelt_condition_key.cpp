#include "lint/rule.h"

namespace codesign {

static std::string_view effect_of(const StatementCase& statement, const PolicyCondition& condition) {
  const WithoutKey outcome = without_key(condition);
  if (outcome == WithoutKey::unknown || statement.effect == Effect::unknown) return "no request has it";
  const bool holds = outcome == WithoutKey::holds;
  if (statement.effect == Effect::allow)
    return holds ? "this condition always holds and restricts nothing"
                 : "this condition never holds and nobody is allowed anything";
  if (!holds) return "this condition never holds and nobody is denied anything";
  return statement.conditions.size() == 1 ? "this condition always holds and everybody is denied"
                                          : "this condition always holds";
}

static std::optional<Fault> check(const PolicyStatement& statement, const Graph&) {
  for (const StatementCase& one : statement.cases) {
    const PolicyCondition* condition = condition_on(one, misspelt_config_key);
    if (!condition) continue;
    Respell remedy{.to = std::string(config_key)};
    for (const PolicyCondition& other : one.conditions)
      if (is_same_key(other.key, misspelt_config_key)) remedy.words.push_back({other.place, other.key});
    return Fault{.where = condition->place,
                 .message = fmt::format("there is no condition key {}, so {}{}; did you mean {}?", condition->key,
                                        effect_of(one, *condition), when(one.when), config_key),
                 .remedy = std::move(remedy),
                 .when = one.when};
  }
  return {};
}

extern const Rule misspelt_condition_key = {
    .id = "misspelt-condition-key",
    .levels = always(Severity::error),
    .summary = "Condition on lambda:CodeSigningConfig, which is no key",
    .why =
        "The key is lambda:CodeSigningConfigArn. A key that no request has locks everybody out or lets everybody pass, "
        "depending on the operator. The misspelling is widely copied: it is printed in guides.",
    .help = "Write lambda:CodeSigningConfigArn.",
    .source = "AWS Lambda Developer Guide, Configuring IAM policies for Lambda code signing configurations",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
