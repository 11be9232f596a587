#include "report/explain.h"

#include <algorithm>

#include <fmt/core.h>

#include "lint/lint.h"

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

}  // namespace

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
  for (const RuleSample& sample : rule_samples()) {
    if (sample.rule != rule.id) continue;
    text += fmt::format("Bad\n{}\n", indented(sample.bad));
    text += fmt::format("Good\n{}\n", indented(sample.good));
  }
  text += fmt::format("How to fix\n{}\n", indented(wrapped(rule.help, width)));
  return text + fmt::format("Source\n{}", indented(wrapped(rule.source, width)));
}

}  // namespace codesign
