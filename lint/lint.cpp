#include "lint/lint.h"

#include <algorithm>
#include <tuple>

namespace codesign {
namespace {

class Engine {
 public:
  explicit Engine(const Graph& graph) : graph_(graph) {}

  void run(const Rule& rule) {
    std::visit([&]<typename Subject>(CheckOf<Subject> check) { run(rule, check, Kind<Subject>{}); }, rule.check);
  }

  std::vector<Finding> take() {
    const auto place = [](const Finding& f) {
      return std::tuple(f.where.begin, f.where.end, f.rule->id, std::string_view(f.message));
    };
    std::sort(findings_.begin(), findings_.end(),
              [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
    return std::move(findings_);
  }

 private:
  template <typename Subject>
  struct Kind {};

  const auto& subjects(Kind<Problem>) const { return graph_.document->problems; }
  const auto& subjects(Kind<Function>) const { return graph_.functions; }
  const auto& subjects(Kind<Layer>) const { return graph_.layers; }
  const auto& subjects(Kind<SigningConfig>) const { return graph_.configs; }
  const auto& subjects(Kind<Publisher>) const { return graph_.publishers; }
  const auto& subjects(Kind<ConfigReference>) const { return graph_.references; }

  static std::string_view resource_of(const Problem&) { return {}; }
  static std::string_view resource_of(const Function& function) { return function.resource->id; }
  static std::string_view resource_of(const Layer& layer) { return layer.resource->id; }
  static std::string_view resource_of(const SigningConfig& config) { return config.resource->id; }
  static std::string_view resource_of(const Publisher& publisher) { return publisher.config->resource->id; }
  static std::string_view resource_of(const ConfigReference& reference) {
    return reference.in_globals ? std::string_view() : reference.functions.front()->resource->id;
  }

  template <typename Subject>
  Span place_of(const Subject& subject, const Fault& fault) const {
    if constexpr (std::is_same_v<Subject, Problem>)
      return subject.where;
    else
      return (*graph_.document)[fault.where].span;
  }

  template <typename Subject>
  void run(const Rule& rule, CheckOf<Subject> check, Kind<Subject> kind) {
    for (const Subject& subject : subjects(kind)) {
      auto fault = check(subject, graph_);
      if (!fault) continue;
      findings_.push_back({.rule = &rule,
                           .severity = fault->severity.value_or(rule.severity),
                           .where = place_of(subject, *fault),
                           .resource = std::string(resource_of(subject)),
                           .message = std::move(fault->message),
                           .remedy = fault->remedy});
    }
  }

  const Graph& graph_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint(const Graph& graph) {
  Engine engine(graph);
  for (const Rule* rule : all_rules()) engine.run(*rule);
  return engine.take();
}

const Rule* find_rule(std::string_view id) {
  const auto rules = all_rules();
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule* rule) { return rule->id == id; });
  return found == rules.end() ? nullptr : *found;
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::note: return "note";
    case Severity::warning: return "warning";
    case Severity::error: break;
  }
  return "error";
}

std::string names_of(const std::vector<const Function*>& functions) {
  constexpr std::size_t shown = 3;
  std::string names;
  for (std::size_t i = 0; i < functions.size() && i < shown; ++i) {
    if (i > 0) names += i + 1 == functions.size() ? " and " : ", ";
    names += functions[i]->resource->id;
  }
  if (functions.size() > shown) names += fmt::format(" and {} more", functions.size() - shown);
  return names;
}

}  // namespace codesign
