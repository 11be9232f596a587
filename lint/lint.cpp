#include "lint/lint.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "graph/artifacts.h"
#include "lint/suppressions.h"

namespace codesign {
namespace {

class Engine {
 public:
  Engine(const Graph& graph, const LintWishes& wishes) : graph_(graph), wishes_(wishes) {}

  void run(const Rule& rule) {
    if (wishes_.of(rule) == Severity::off) return;
    std::visit([&]<typename Subject>(CheckOf<Subject> check) { run(rule, check, Kind<Subject>{}); }, rule.check);
  }

  // What stands in a string of the template is shown there, and never edited. The stack sets of a loop share their
  // string.
  void add(const EmbeddedTemplate& embedded, std::vector<Finding> findings) {
    const std::string name(embedded.stack_set->id);
    for (Finding& finding : findings) {
      finding.where = embedded.place(*graph_.document, finding.where);
      const auto [known, is_new] = in_string_.try_emplace(
          std::tuple(finding.rule, finding.where.begin, finding.where.end, finding.message), embedded_.size());
      if (!is_new) {
        stack_sets_[known->second].push_back(name);
        continue;
      }
      if (finding.remedy.index() != 0) finding.left_alone = why_not_edited(embedded);
      finding.remedy = {};
      finding.stack_set = name + (finding.stack_set.empty() ? "" : "/") + finding.stack_set;
      embedded_.push_back(std::move(finding));
      stack_sets_.push_back({name});
    }
  }

  std::vector<Finding> take() {
    merge_copies();
    for (std::size_t i = 0; i < embedded_.size(); ++i)
      embedded_[i].message += " (in the TemplateBody of " + in_words(stack_sets_[i]) + ")";
    std::move(embedded_.begin(), embedded_.end(), std::back_inserter(findings_));
    sort_by_place(findings_);
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
  const auto& subjects(Kind<LayerUse>) const { return graph_.layer_uses; }
  const auto& subjects(Kind<LayerPermission>) const { return graph_.layer_permissions; }
  const auto& subjects(Kind<SigningProfile>) const { return graph_.profiles; }
  const auto& subjects(Kind<ProfilePermission>) const { return graph_.profile_permissions; }
  const auto& subjects(Kind<Artifact>) const { return graph_.artifacts; }
  const auto& subjects(Kind<NestedStack>) const { return graph_.nested_stacks; }
  const auto& subjects(Kind<HiddenPart>) const { return graph_.hidden_parts; }
  const auto& subjects(Kind<TemplateFacts>) const { return graph_.facts; }
  const auto& subjects(Kind<Violation>) const { return graph_.violations; }
  const auto& subjects(Kind<PolicyStatement>) const { return graph_.statements; }
  const auto& subjects(Kind<Limit>) const { return graph_.limits; }
  // Judged when all findings are there: lint/suppressions.h.
  static std::vector<Suppression> subjects(Kind<Suppression>) { return {}; }

  // The resource that a subject is, or belongs to; null where no single one is meant.
  template <typename Subject>
  static const Resource* resource_of(const Subject& subject) {
    if constexpr (std::is_same_v<Subject, ConfigReference>)
      return subject.in_globals ? nullptr : subject.functions.front()->resource;
    else if constexpr (requires { subject.resource; })
      return subject.resource;
    else if constexpr (requires { subject.config->resource; })
      return subject.config->resource;
    else
      return nullptr;
  }

  template <typename Subject>
  Span place_of(const Subject& subject, const Fault& fault) const {
    if constexpr (std::is_same_v<Subject, Problem>)
      return subject.where;
    else if constexpr (std::is_same_v<Subject, Suppression>)
      return subject.where;
    else
      return fault.where.part.value_or((*graph_.document)[fault.where.node].span);
  }

  // A place outside the resource is one of Globals, which is many functions' own.
  bool is_shared(const Resource& resource, const Fault& fault) const {
    if (fault.where.node == NodeId::none || fault.remedy.index() != 0) return false;
    const Document& document = *graph_.document;
    const std::uint32_t at = document[fault.where.node].span.begin;
    const Span body = document[resource.body].span, key = document[resource.key].span;
    return fault.where.node != resource.key && (at < key.begin || at >= std::max(body.end, key.end)) &&
           document[resource.body].kind != Node::Kind::alias;
  }

  // Copies of a loop's body share their place, and so do functions that inherit from Globals: the first speaks, and
  // names the others.
  void merge_copies() {
    std::vector<Finding> merged;
    std::vector<std::vector<std::string_view>> others;
    std::vector<bool> in_loop;
    std::map<std::tuple<const Rule*, std::uint32_t, std::uint32_t>, std::size_t> first;
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      const Finding& finding = findings_[i];
      if (!copies_[i].id.empty()) {
        const auto [known, is_new] =
            first.emplace(std::tuple(finding.rule, finding.where.begin, finding.where.end), merged.size());
        if (!is_new) {
          others[known->second].push_back(copies_[i].id);
          continue;
        }
      }
      merged.push_back(finding);
      others.emplace_back();
      in_loop.push_back(copies_[i].is_in_loop);
    }
    constexpr std::size_t shown = 8;
    for (std::size_t i = 0; i < merged.size(); ++i) {
      if (others[i].empty()) continue;
      std::string names;
      for (std::size_t j = 0; j < others[i].size() && j < shown; ++j)
        names += (j == 0 ? "" : ", ") + std::string(others[i][j]);
      if (others[i].size() > shown) names += fmt::format(" and {} more", others[i].size() - shown);
      merged[i].message += fmt::format(" ({}: {})", in_loop[i] ? "in this loop also" : "also", names);
    }
    findings_ = std::move(merged);
  }

  template <typename Subject>
  void run(const Rule& rule, CheckOf<Subject> check, Kind<Subject> kind) {
    for (const Subject& subject : subjects(kind)) {
      auto fault = check(subject, graph_);
      if (!fault) continue;
      const Resource* resource = resource_of(subject);
      const std::string_view id = resource ? resource->id : std::string_view();
      const bool is_in_loop = resource && resource->is_in_loop();
      const bool is_one_of_several = is_in_loop || (resource && is_shared(*resource, *fault));
      copies_.push_back({is_one_of_several ? id : std::string_view(), is_in_loop});
      findings_.push_back({.rule = &rule,
                           .severity = std::min(wishes_.of(rule), fault->severity.value_or(Severity::error)),
                           .where = place_of(subject, *fault),
                           .resource = std::string(id),
                           .message = std::move(fault->message),
                           .when = std::move(fault->when),
                           .remedy = fault->remedy,
                           .construct = std::string(resource ? construct_path(*graph_.document, *resource) : ""),
                           .stack_set = {},
                           .left_alone = {}});
    }
  }

  const Graph& graph_;
  const LintWishes& wishes_;
  std::vector<Finding> findings_;
  std::vector<Finding> embedded_;
  std::vector<std::vector<std::string>> stack_sets_;  // of each of them
  std::map<std::tuple<const Rule*, std::uint32_t, std::uint32_t, std::string>, std::size_t> in_string_;
  struct Copy {
    std::string_view id;  // empty where there is one alone
    bool is_in_loop;
  };
  std::vector<Copy> copies_;  // of each finding: which of several resources it is about
};

}  // namespace

std::vector<Finding> find_faults(const Graph& graph, const LintWishes& wishes) {
  Engine engine(graph, wishes);
  for (const Rule* rule : all_rules()) engine.run(*rule);
  for (const EmbeddedTemplate& embedded : graph.embedded) engine.add(embedded, find_faults(*embedded.graph, wishes));
  return engine.take();
}

std::vector<Finding> lint(const Graph& graph, const LintWishes& wishes) {
  return heed_suppressions(graph, find_faults(graph, wishes), wishes).findings;
}

void sort_by_place(std::vector<Finding>& findings) {
  const auto place = [](const Finding& f) {
    return std::tuple(f.where.begin, f.where.end, f.rule->id, std::string_view(f.message));
  };
  std::sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
}

Severity LintWishes::of(const Rule& rule) const {
  const auto own = severities.find(rule.id);
  return own == severities.end() ? rule.levels.in(profile) : own->second;
}

const Rule* find_rule(std::string_view id) {
  const auto rules = all_rules();
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule* rule) { return rule->id == id; });
  return found == rules.end() ? nullptr : *found;
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::off: return "off";
    case Severity::note: return "note";
    case Severity::warning: return "warning";
    case Severity::error: break;
  }
  return "error";
}

std::string_view name_of(Profile profile) {
  return profile == Profile::strict ? "strict" : profile == Profile::guardrail ? "guardrail" : "default";
}

std::string when(const Circumstance& circumstance) {
  const auto quoted = [](const std::string& text) { return '"' + text + '"'; };
  std::string text;
  for (const Circumstance::Choice& choice : circumstance.choices) {
    text += (text.empty() ? " when " : " and ") + choice.name;
    const auto& others = choice.but_none_of;
    if (others.size() == 1) {
      text += others[0].empty() ? " is not empty" : " is not " + quoted(others[0]);
    } else if (!others.empty()) {
      for (std::size_t i = 0; i < others.size(); ++i) text += (i == 0 ? " is neither " : " nor ") + quoted(others[i]);
    } else if (choice.name.find(' ') != std::string::npos) {
      text += " is " + choice.value;  // "condition IsProd is true"
    } else {
      text += choice.value.empty() ? " is empty" : "=" + choice.value;
    }
    if (choice.is_default) text += " (the default)";
    const bool same_follows = &choice != &circumstance.choices.back() && (&choice)[1].of == choice.of;
    if (!choice.of.empty() && !same_follows) text += " in " + choice.of;
  }
  return text;
}

std::string when_and_by_default(const Circumstance& circumstance) {
  return when(circumstance) + (circumstance.with_defaults ? "" : "; the default deployment is not affected");
}

std::string name_of(const Resource& resource, const Graph& graph) {
  return resource.document == graph.document ? std::string(resource.id) : full_name_of(resource);
}

std::string in_words(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 3;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < shown; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::string names_of(const std::vector<const Function*>& functions, const Graph& graph) {
  std::vector<std::string> names;
  for (const Function* function : functions) names.push_back(name_of(*function->resource, graph));
  return in_words(names);
}

std::string names_are(const std::vector<const Function*>& functions, const Graph& graph) {
  return names_of(functions, graph) + (functions.size() == 1 ? " is" : " are");
}

}  // namespace codesign
