#include "graph/actions.h"

#include <algorithm>
#include <utility>

#include "graph/arn.h"

namespace codesign {
namespace {

// Longer patterns are nothing a person wrote; they are taken to match.
constexpr std::size_t max_pattern = 4096;

// "*" stands for text without colons in these.
constexpr std::string_view function_shape = "arn:*:lambda:*:*:function:*";
constexpr std::string_view config_shape = "arn:*:lambda:*:*:code-signing-config:*";

// Actions of Lambda without the key, to prove that a pattern matches one.
constexpr std::string_view keyless[] = {"UpdateFunctionCode",
                                        "UpdateFunctionConfiguration",
                                        "CreateCodeSigningConfig",
                                        "UpdateCodeSigningConfig",
                                        "DeleteCodeSigningConfig",
                                        "DeleteFunctionCodeSigningConfig",
                                        "UpdateFunctionCodeSigningConfig",
                                        "GetFunctionCodeSigningConfig",
                                        "GetCodeSigningConfig",
                                        "ListCodeSigningConfigs",
                                        "ListFunctionsByCodeSigningConfig",
                                        "PublishLayerVersion",
                                        "AddLayerVersionPermission",
                                        "InvokeFunction",
                                        "GetFunction",
                                        "ListFunctions",
                                        "DeleteFunction",
                                        "PublishVersion",
                                        "CreateAlias",
                                        "CreateEventSourceMapping",
                                        "CreateFunctionUrlConfig",
                                        "PutFunctionConcurrency",
                                        "AddPermission",
                                        "RemovePermission",
                                        "TagResource",
                                        "UntagResource"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same(char a, char b) {
  return a == b;
}
bool is_same_letter(char a, char b) {
  return lower(a) == lower(b);
}

bool matches(std::string_view pattern, std::string_view text, bool (*same)(char, char)) {
  std::size_t at = 0, in = 0, star = std::string_view::npos, resume = 0;
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < pattern.size() && ((pattern[at] == '?' && text[in] != '*') || same(pattern[at], text[in]))) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

// Is there a text that both match?
bool intersects(std::string_view pattern, std::string_view shape) {
  if (pattern.size() > max_pattern) return true;
  const std::size_t width = shape.size() + 1;
  std::vector<bool> seen((pattern.size() + 1) * width);
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, 0}};
  const auto reach = [&](std::size_t p, std::size_t s) {
    if (!seen[p * width + s]) open.emplace_back(p, s);
    seen[p * width + s] = true;
  };
  while (!open.empty()) {
    const auto [p, s] = open.back();
    open.pop_back();
    if (p == pattern.size() && s == shape.size()) return true;
    const bool p_star = p < pattern.size() && pattern[p] == '*', s_star = s < shape.size() && shape[s] == '*';
    if (p_star) reach(p + 1, s);
    if (s_star) reach(p, s + 1);
    if (p == pattern.size() || s == shape.size()) continue;
    const bool p_any = p_star || pattern[p] == '?';
    const bool agree = s_star ? p_any || pattern[p] != ':' : p_any || pattern[p] == shape[s];
    if (agree) reach(p_star ? p : p + 1, s_star ? s : s + 1);
  }
  return false;
}

// Every function, or config, of any partition.
bool is_all(std::string_view pattern, std::string_view kind) {
  // No ARN has this name, and only "*" matches it.
  constexpr std::string_view name = "\x01*\x01";
  for (const std::string_view partition : {"aws", "aws-cn", "aws-us-gov"}) {
    std::string arn = "arn:" + std::string(partition) + ":lambda:us-east-1:210987654321:";
    arn += kind;
    arn += ':';
    arn += name;
    if (matches_wildcards(pattern, arn)) return true;
  }
  return false;
}

enum class Answer : std::uint8_t { no, unknown, yes };

// May the statement be about things of that shape?
Answer reaches(const StatementCase& statement, std::string_view shape, std::string_view kind) {
  Answer best = Answer::no;
  if (statement.excludes_resources) {
    const bool all_left = std::none_of(
        statement.resources.begin(), statement.resources.end(),
        [&](const PolicyResource& resource) { return !resource.is_exact || is_all(resource.pattern, kind); });
    return all_left ? Answer::yes : Answer::no;
  }
  for (const PolicyResource& resource : statement.resources)
    if (intersects(resource.pattern, shape)) best = std::max(best, resource.is_exact ? Answer::yes : Answer::unknown);
  return best;
}

// A config that is written out is the author's choice, even without the key.
bool leaves_choice_of_config(const StatementCase& statement) {
  if (statement.excludes_resources) return reaches(statement, config_shape, "code-signing-config") == Answer::yes;
  return std::any_of(statement.resources.begin(), statement.resources.end(), [](const PolicyResource& resource) {
    return resource.is_exact && resource.pattern.find_first_of("*?") != std::string::npos &&
           intersects(resource.pattern, config_shape);
  });
}

std::string full_name(const LambdaAction& action) {
  return "lambda:" + std::string(action.name);
}

bool is_text(const PolicyAction& action) {
  return action.value.kind == Value::Kind::literal;
}

bool certainly_covers(const StatementCase& statement, std::string_view action) {
  if (statement.excludes_actions)
    return !statement.actions.empty() &&
           std::all_of(statement.actions.begin(), statement.actions.end(), [&](const PolicyAction& excluded) {
             return is_text(excluded) && !matches_action(excluded.value.text, action);
           });
  return std::any_of(statement.actions.begin(), statement.actions.end(), [&](const PolicyAction& named) {
    return named.is_certain && is_text(named) && matches_action(named.value.text, action);
  });
}

// Everything of that kind that `allowed` is about, `denial` is about, too.
bool covers_resources(const StatementCase& denial, const StatementCase& allowed, std::string_view shape,
                      std::string_view kind) {
  if (denial.excludes_resources)
    return std::none_of(denial.resources.begin(), denial.resources.end(),
                        [&](const PolicyResource& resource) { return intersects(resource.pattern, shape); });
  const auto denies = [&](const auto& covers) {
    return std::any_of(denial.resources.begin(), denial.resources.end(), [&](const PolicyResource& resource) {
      return resource.is_exact && resource.is_certain && covers(resource.pattern);
    });
  };
  if (denies([&](std::string_view pattern) { return is_all(pattern, kind); })) return true;
  return !allowed.excludes_resources &&
         std::all_of(allowed.resources.begin(), allowed.resources.end(), [&](const PolicyResource& resource) {
           return !intersects(resource.pattern, shape) || denies([&](std::string_view pattern) {
             return resource.is_exact && matches_wildcards(pattern, resource.pattern);
           });
         });
}

bool denies(const StatementCase& denial, const StatementCase& allowed, const LambdaAction& action) {
  if (!certainly_covers(denial, full_name(action))) return false;
  const bool covered =
      (action.works_on_functions && covers_resources(denial, allowed, function_shape, "function")) ||
      (action.works_on_configs && covers_resources(denial, allowed, config_shape, "code-signing-config"));
  if (!covered) return false;
  if (denial.conditions.empty() && denial.conditions_are_known) return true;
  if (action.knows_config_key &&
      std::any_of(denial.conditions.begin(), denial.conditions.end(), [](const PolicyCondition& condition) {
        return is_same_key(condition.key, config_key) && without_key(condition) == WithoutKey::holds;
      }))
    return true;
  // "Deny everything outside this region" leaves the action allowed; "deny this action but to the security team" is a
  // guardrail, whose condition only its author can judge.
  return !certainly_covers(denial, "lambda:InvokeFunction");
}

}  // namespace

bool matches_wildcards(std::string_view pattern, std::string_view text) {
  return matches(pattern, text, is_same);
}

bool matches_action(std::string_view pattern, std::string_view action) {
  return matches(pattern, action, is_same_letter);
}

bool is_same_key(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same_letter);
}

std::optional<Grant> grant_of(const StatementCase& statement, const LambdaAction& action) {
  if (statement.effect != Effect::allow) return {};
  const std::string name = full_name(action);
  // Most statements name none of these, and their resources need no look.
  const bool may_cover =
      statement.excludes_actions ||
      std::any_of(statement.actions.begin(), statement.actions.end(),
                  [&](const PolicyAction& named) { return is_text(named) && matches_action(named.value.text, name); });
  if (!may_cover) return {};
  Answer reached = Answer::yes;
  if (action.works_on_functions) reached = std::min(reached, reaches(statement, function_shape, "function"));
  if (action.works_on_configs) reached = std::min(reached, reaches(statement, config_shape, "code-signing-config"));
  if (reached == Answer::no) return {};
  if (action.works_on_functions && action.works_on_configs && !leaves_choice_of_config(statement)) return {};
  if (statement.excludes_actions) {
    if (reached != Answer::yes || !certainly_covers(statement, name)) return {};
    return Grant{.pattern = "", .place = statement.actions_place, .when = statement.when};
  }
  for (const PolicyAction& named : statement.actions) {
    if (!is_text(named) || !matches_action(named.value.text, name)) continue;
    // Who writes "lambda:" means something of Lambda's, even where it is not known what.
    if (reached != Answer::yes && !matches_action("lambda:*", named.value.text)) continue;
    return Grant{.pattern = named.value.text, .place = named.place, .when = named.when};
  }
  return {};
}

bool is_denied(const StatementCase& statement, const LambdaAction& action) {
  return !statement.denials.empty() &&
         std::all_of(statement.denials.begin(), statement.denials.end(), [&](const auto& of_principal) {
           return std::any_of(of_principal.begin(), of_principal.end(),
                              [&](const auto& denial) { return denies(*denial, statement, action); });
         });
}

WithoutKey without_key(const PolicyCondition& condition) {
  std::string_view operation = condition.operation;
  const auto takes = [&](std::string_view word, bool at_end) {
    if (operation.size() < word.size()) return false;
    const std::size_t at = at_end ? operation.size() - word.size() : 0;
    if (!is_same_key(operation.substr(at, word.size()), word)) return false;
    operation = at_end ? operation.substr(0, at) : operation.substr(word.size());
    return true;
  };
  if (takes("ForAllValues:", false)) return WithoutKey::holds;
  const bool any_value = takes("ForAnyValue:", false);
  if (takes("IfExists", true)) return WithoutKey::holds;
  if (is_same_key(operation, "Null")) {
    if (condition.values.size() != 1 || condition.values.front().kind != Value::Kind::literal)
      return WithoutKey::unknown;
    const std::string& value = condition.values.front().text;
    return is_same_key(value, "true")    ? WithoutKey::holds
           : is_same_key(value, "false") ? WithoutKey::fails
                                         : WithoutKey::unknown;
  }
  const bool is_negated = takes("StringNot", false) || takes("ArnNot", false);
  return is_negated && !any_value ? WithoutKey::holds : WithoutKey::fails;
}

const PolicyCondition* condition_on(const StatementCase& statement, std::string_view key) {
  const PolicyCondition* found = nullptr;
  for (const PolicyCondition& condition : statement.conditions) {
    if (!is_same_key(condition.key, key)) continue;
    if (!found || without_key(condition) == WithoutKey::fails) found = &condition;
  }
  return found;
}

std::vector<KeylessAction> actions_without_key(const StatementCase& statement) {
  std::vector<KeylessAction> found;
  if (statement.excludes_actions) return found;
  for (const PolicyAction& named : statement.actions) {
    if (!is_text(named)) continue;
    const std::string_view text = named.value.text;
    if (text.find_first_of("*?") == std::string_view::npos) {
      if (text.find(':') != std::string_view::npos && !is_same_key(text, full_name(create_function)) &&
          !is_same_key(text, full_name(put_function_config)))
        found.push_back({&named, ""});
      continue;
    }
    const auto example = std::find_if(std::begin(keyless), std::end(keyless), [&](std::string_view action) {
      return matches_action(text, "lambda:" + std::string(action));
    });
    if (example != std::end(keyless)) found.push_back({&named, *example});
  }
  return found;
}

}  // namespace codesign
