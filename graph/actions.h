// Inside the third station: what a policy statement says about the actions that decide code signing. Which action works
// on what, and which knows the key: Service Authorization Reference, AWS Lambda.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace codesign {

struct LambdaAction {
  std::string_view name;  // "CreateFunction"
  bool works_on_functions = true;
  bool works_on_configs = false;  // with both: on a function and a config at once
  bool knows_config_key = false;
};

inline constexpr LambdaAction create_function{.name = "CreateFunction", .knows_config_key = true};
inline constexpr LambdaAction put_function_config{
    .name = "PutFunctionCodeSigningConfig", .works_on_configs = true, .knows_config_key = true};

// Actions that take code signing away, the plainest first.
inline constexpr LambdaAction signing_bypasses[] = {
    {.name = "DeleteFunctionCodeSigningConfig"},
    {.name = "UpdateCodeSigningConfig", .works_on_functions = false, .works_on_configs = true},
    put_function_config,
    {.name = "UpdateFunctionCodeSigningConfig", .works_on_configs = true},
    {.name = "DeleteCodeSigningConfig", .works_on_functions = false, .works_on_configs = true},
};

inline constexpr std::string_view config_key = "lambda:CodeSigningConfigArn";
// Printed in guides; AWS knows no such key.
inline constexpr std::string_view misspelt_config_key = "lambda:CodeSigningConfig";

// "*" is any text, "?" any one character but "*", so that a pattern that matches another covers it.
bool matches_wildcards(std::string_view pattern, std::string_view text);
// The same; letters of either case are alike.
bool matches_action(std::string_view pattern, std::string_view action);
bool is_same_key(std::string_view a, std::string_view b);

// Where a statement names an action. `pattern` is empty for NotAction, which names it by not naming it.
struct Grant {
  std::string pattern;
  Place place;
  Circumstance when;
};
// How an Allow covers the action on some resource that the action works on; nothing where it does not, or where that is
// not known. Conditions and denials are not looked at.
std::optional<Grant> grant_of(const StatementCase& statement, const LambdaAction& action);
// A denial takes the action away, or restricts it by the key, or in a way that is meant for code signing.
bool is_denied(const StatementCase& statement, const LambdaAction& action);
// What becomes of a condition on a key that the request does not have.
enum class WithoutKey : std::uint8_t { holds, fails, unknown };
// AWS Identity and Access Management User Guide, IAM JSON policy elements: Condition operators: negated operators,
// IfExists and ForAllValues hold, Null says which.
WithoutKey without_key(const PolicyCondition& condition);

// Of several, the one that decides: it fails without the key. Null where there is none.
const PolicyCondition* condition_on(const StatementCase& statement, std::string_view key);

// An action that the statement certainly names, and that does not know the config key. `example` is one that a pattern
// with wildcards matches; otherwise it is empty.
struct KeylessAction {
  const PolicyAction* written;
  std::string_view example;
};
std::vector<KeylessAction> actions_without_key(const StatementCase& statement);

}  // namespace codesign
