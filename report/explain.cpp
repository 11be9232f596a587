#include "report/explain.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "lint/lint.h"
#include "report/text.h"

namespace codesign {
namespace {

std::string indented(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t stop = std::min(text.find('\n'), text.size());
    if (stop > 0) result += "    ";
    result += text.substr(0, stop);
    result += '\n';
    text.remove_prefix(std::min(stop + 1, text.size()));
  }
  return result;
}

// Lines of at most `width` characters, broken at blanks.
std::string wrapped(std::string_view text, std::size_t width) {
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (column > 0 && column + 1 + word.size() > width) {
      result += '\n';
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return result;
}

// "warning"; "off; note in strict" where the profiles differ.
std::string levels_of(const Rule& rule) {
  std::string text(name_of(rule.levels.standard));
  for (const Profile profile : {Profile::strict, Profile::guardrail})
    if (const Severity level = rule.levels.in(profile); level != rule.levels.standard)
      text += fmt::format("; {} in {}", name_of(level), name_of(profile));
  return text;
}

// Which heading of the catalogue a rule stands under: that of its subject.
std::string_view group_of(const Rule& rule) {
  struct Group {
    std::string_view operator()(CheckOf<Function>) const { return "Functions"; }
    std::string_view operator()(CheckOf<SigningConfig>) const { return "Code signing configs"; }
    std::string_view operator()(CheckOf<Publisher>) const { return "Publishers"; }
    std::string_view operator()(CheckOf<ConfigReference>) const { return "References to configs"; }
    std::string_view operator()(CheckOf<Layer>) const { return "Layers"; }
    std::string_view operator()(CheckOf<LayerUse>) const { return "Layers"; }
    std::string_view operator()(CheckOf<LayerPermission>) const { return "Layers"; }
    std::string_view operator()(CheckOf<SigningProfile>) const { return "Signing profiles"; }
    std::string_view operator()(CheckOf<ProfilePermission>) const { return "Signing profiles"; }
    std::string_view operator()(CheckOf<PolicyStatement>) const { return "IAM statements"; }
    std::string_view operator()(CheckOf<Artifact>) const { return "Packages and deployment"; }
    std::string_view operator()(CheckOf<NestedStack>) const { return "Packages and deployment"; }
    std::string_view operator()(CheckOf<Violation>) const { return "Properties"; }
    std::string_view operator()(CheckOf<HiddenPart>) const { return "Templates"; }
    std::string_view operator()(CheckOf<TemplateFacts>) const { return "Templates"; }
    std::string_view operator()(CheckOf<Limit>) const { return "Templates"; }
    std::string_view operator()(CheckOf<Suppression>) const { return "Templates"; }
    std::string_view operator()(CheckOf<Problem>) const { return "Templates"; }
  };
  return std::visit(Group{}, rule.check);
}

std::string is_fixed(const Rule& rule) {
  if (rule.repair == Repair::none) return "";
  const std::string_view option = option_for(rule.repair);
  return option.empty() ? "yes" : fmt::format("with `{}`", option);
}

const RuleSample* sample_of(const Rule& rule) {
  const auto samples = rule_samples();
  const auto found =
      std::find_if(samples.begin(), samples.end(), [&](const RuleSample& one) { return one.rule == rule.id; });
  return found == samples.end() ? nullptr : &*found;
}

}  // namespace

std::string catalogue_page() {
  // The groups in the order in which Check lists their subjects.
  std::vector<std::pair<std::string_view, std::vector<const Rule*>>> groups;
  std::vector<const Rule*> rules(all_rules().begin(), all_rules().end());
  std::stable_sort(rules.begin(), rules.end(),
                   [](const Rule* a, const Rule* b) { return a->check.index() < b->check.index(); });
  for (const Rule* rule : rules) {
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.first == group_of(*rule); });
    if (group == groups.end())
      groups.push_back({group_of(*rule), {rule}});
    else
      group->second.push_back(rule);
  }
  std::string text =
      "# The rules\n\n"
      "Printed by `cfn-codesign rules --format markdown`. The level is the one of the profile `default`; what is off "
      "there is a hint, "
      "or what a template does not tell. `cfn-codesign explain RULE` shows a bad and a good template, too.\n";
  for (const auto& [group, members] : groups) {
    text +=
        fmt::format("\n## {}\n\n| rule | level | what it finds | fixed by `transform` |\n|---|---|---|---|\n", group);
    for (const Rule* rule : members) {
      text += fmt::format("| [`{}`](#{}) | {} | {} | {} |\n", rule->id, rule->id, levels_of(*rule), rule->summary,
                          is_fixed(*rule));
    }
  }
  text += "\n## In detail\n";
  for (const Rule* rule : rules)
    text += fmt::format("\n### {}\n\n{}. {}\n\n* Fix: {}\n* Source: {}\n* Sample: [samples/{}](../samples/{})\n",
                        rule->id, rule->summary, rule->why, rule->help, rule->source, rule->id, rule->id);
  return text;
}

std::string catalogue() {
  std::size_t width = 0;
  for (const Rule* rule : all_rules()) width = std::max(width, rule->id.size());
  std::string text;
  for (const Rule* rule : all_rules())
    text += fmt::format("{:<{}}  {:<7}  {}\n", rule->id, width, name_of(rule->levels.standard), rule->summary);
  return text;
}

std::string explanation(const Rule& rule) {
  constexpr std::size_t width = 100;
  std::string text = fmt::format("{} ({})\n{}\n", rule.id, levels_of(rule), rule.summary);
  text += fmt::format("\nWhy\n{}\n", indented(wrapped(rule.why, width)));
  if (const RuleSample* sample = sample_of(rule)) {
    text += fmt::format("Bad\n{}\n", indented(sample->bad));
    text += fmt::format("Good\n{}\n", indented(sample->good));
  }
  text += fmt::format("How to fix\n{}\n", indented(wrapped(rule.help, width)));
  return text + fmt::format("Source\n{}", indented(wrapped(rule.source, width)));
}

}  // namespace codesign
