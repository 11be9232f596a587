#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const PolicyStatement& statement, const Graph&) {
  if (statement.kind != PolicyStatement::Kind::identity) return {};
  for (const StatementCase& one : statement.cases) {
    if (!one.conditions_are_known || is_denied(one, create_function)) continue;
    // A misspelt key, and an operator that lets its absence pass, have rules of their own.
    if (condition_on(one, misspelt_config_key) || condition_on(one, config_key)) continue;
    const auto grant = grant_of(one, create_function);
    if (!grant) continue;
    const std::string means = grant->pattern.empty() ? "NotAction leaves lambda:CreateFunction allowed"
                              : is_same_key(grant->pattern, "lambda:CreateFunction")
                                  ? grant->pattern + " is allowed"
                                  : fmt::format("\"{}\" allows lambda:CreateFunction", grant->pattern);
    return Fault{
        .where = grant->place,
        .message = fmt::format("{} lets functions be created without code signing{}: {}, and no condition asks "
                               "for {}",
                               statement.resource->id, when(grant->when), means, config_key),
        .when = grant->when};
  }
  return {};
}

extern const Rule unconditioned_function_creation = {
    .id = "unconditioned-function-creation",
    .levels = {.standard = Severity::off, .strict = Severity::note, .guardrail = Severity::warning},
    .summary = "Policy that allows functions to be created without a code signing config",
    .why =
        "A function that is created without a config accepts unsigned code until somebody attaches one. Only a "
        "condition "
        "on lambda:CodeSigningConfigArn, or a Deny, keeps whoever may create functions from that.",
    .help = "Add the condition StringEquals with lambda:CodeSigningConfigArn and the ARNs of approved configs.",
    .source = "AWS Lambda Developer Guide, Configuring IAM policies for Lambda code signing configurations",
    .check = check,
};

}  // namespace codesign
