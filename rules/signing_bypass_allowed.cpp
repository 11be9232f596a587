#include "lint/rule.h"

namespace codesign {

static std::string_view consequence_of(const LambdaAction& action) {
  if (action.name == "DeleteFunctionCodeSigningConfig") return "code signing be taken off functions";
  if (action.name == "UpdateCodeSigningConfig") return "code signing configs be loosened";
  if (action.name == "DeleteCodeSigningConfig") return "code signing configs be deleted";
  return "functions be given another code signing config";
}

// "\"lambda:*\" allows DeleteFunctionCodeSigningConfig and 4 more"
static std::string means_of(const Grant& grant, const LambdaAction& action, std::size_t others) {
  const std::string more = others == 0 ? "" : fmt::format(" and {} more", others);
  if (grant.pattern.empty()) return fmt::format("NotAction leaves lambda:{}{} allowed", action.name, more);
  if (grant.pattern == "*") return fmt::format("\"*\" allows every action, lambda:{}{} among them", action.name, more);
  if (is_same_key(grant.pattern, fmt::format("lambda:{}", action.name)))
    return fmt::format("{}{} {} allowed", grant.pattern, more, others == 0 ? "is" : "are");
  return fmt::format("\"{}\" allows {}{}", grant.pattern, action.name, more);
}

static std::optional<Fault> check(const PolicyStatement& statement, const Graph&) {
  if (statement.kind != PolicyStatement::Kind::identity) return {};
  for (const StatementCase& one : statement.cases) {
    // What another condition leaves over is not for a template to tell.
    if (!one.conditions.empty() || !one.conditions_are_known) continue;
    const LambdaAction* first = nullptr;
    std::optional<Grant> grant;
    std::size_t others = 0;
    for (const LambdaAction& action : signing_bypasses) {
      auto granted = is_denied(one, action) ? std::nullopt : grant_of(one, action);
      if (!granted) continue;
      if (first) {
        ++others;
        continue;
      }
      first = &action;
      grant = std::move(granted);
    }
    if (!first) continue;
    return Fault{.where = grant->place,
                 .message = fmt::format("{} lets {}{}: {}", statement.resource->id, consequence_of(*first),
                                        when(grant->when), means_of(*grant, *first, others)),
                 .when = grant->when};
  }
  return {};
}

extern const Rule signing_bypass_allowed = {
    .id = "signing-bypass-allowed",
    .levels = always(Severity::warning),
    .summary = "Policy that allows code signing to be taken off functions, or configs to be loosened",
    .why =
        "Whoever may detach or replace the config of a function, or change what a config allows, may deploy unsigned "
        "code "
        "to it: code signing protects from everybody but them.",
    .help = "List the actions that are needed, or deny these ones.",
    .source =
        "Service Authorization Reference, Actions, resources, and condition keys for AWS Lambda; AWS Security Blog, "
        "Best "
        "practices and advanced patterns for Lambda code signing",
    .check = check,
};

}  // namespace codesign
