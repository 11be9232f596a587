#include "lint/rule.h"

namespace codesign {

static std::string effect_of(Effect effect, WithoutKey outcome, bool many) {
  const std::string_view they = many ? "they are" : "it is", them = many ? "them" : "it";
  if (outcome == WithoutKey::unknown || effect == Effect::unknown)
    return fmt::format("the condition says nothing about {}", them);
  const bool holds = outcome == WithoutKey::holds;
  if (effect == Effect::allow)
    return holds ? fmt::format("the condition does not restrict {}", them) : fmt::format("{} not allowed at all", they);
  return holds ? fmt::format("the condition always holds for {}", them) : fmt::format("{} not denied", they);
}

// What is allowed to those who name no config.
static std::optional<Fault> passes_without_key(const StatementCase& one, const PolicyCondition& condition) {
  if (one.effect != Effect::allow || without_key(condition) != WithoutKey::holds) return {};
  const auto created = grant_of(one, create_function), put = grant_of(one, put_function_config);
  if (!created && !put) return {};
  return Fault{.where = condition.operation_place,
               .message = fmt::format("{} on {} holds for requests without that key{}, so {}", condition.operation,
                                      config_key, when(one.when),
                                      created ? "functions may be created without a config" : "it restricts nothing"),
               .when = one.when};
}

static std::optional<Fault> check(const PolicyStatement& statement, const Graph&) {
  for (const StatementCase& one : statement.cases) {
    const PolicyCondition* condition = condition_on(one, config_key);
    // A misspelt key has a rule of its own.
    if (!condition || condition_on(one, misspelt_config_key)) continue;
    if (auto fault = passes_without_key(one, *condition)) return fault;
    const auto keyless = actions_without_key(one);
    if (keyless.empty()) continue;
    const PolicyAction& first = *keyless.front().written;
    const bool many = keyless.size() > 1;
    const std::string more = many ? fmt::format(" and {} more", keyless.size() - 1) : "";
    const std::string example(keyless.front().example);
    const std::string subject = example.empty()
                                    ? first.value.text + more
                                    : fmt::format("{}, which \"{}\" matches,{}", example, first.value.text, more);
    return Fault{.where = first.place,
                 .message = fmt::format("{} {} no key {}, so {}{}", subject, many ? "have" : "has", config_key,
                                        effect_of(one.effect, without_key(*condition), many), when(first.when)),
                 .when = first.when};
  }
  return {};
}

extern const Rule ineffective_condition = {
    .id = "ineffective-condition",
    .levels = always(Severity::warning),
    .summary = "Condition on lambda:CodeSigningConfigArn that does not do what it seems to",
    .why =
        "Only CreateFunction and PutFunctionCodeSigningConfig have the key. For other actions the condition never "
        "holds, or "
        "always; and in an Allow, an operator that is fulfilled by a missing key lets functions without a config pass.",
    .help = "Keep the condition to CreateFunction and PutFunctionCodeSigningConfig, with StringEquals in an Allow.",
    .source =
        "Service Authorization Reference, Actions, resources, and condition keys for AWS Lambda; AWS Identity and "
        "Access "
        "Management User Guide, IAM JSON policy elements: Condition operators",
    .check = check,
};

}  // namespace codesign
