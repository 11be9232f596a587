#include "lint/in_stacks.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "lint/lint.h"

namespace codesign {
namespace {

using Key = std::tuple<std::uint32_t, std::uint32_t, std::string_view, std::string, std::string>;

Key key_of(const Finding& finding) {
  return {finding.where.begin, finding.where.end, finding.rule->id, finding.message, finding.resource};
}

}  // namespace

std::vector<Finding> findings_in_stacks(const std::vector<Finding>& alone, std::vector<FoundInStack> stacks) {
  std::map<Key, std::pair<Finding, std::vector<std::string>>> found;
  for (FoundInStack& stack : stacks)
    for (Finding& finding : stack.findings) {
      auto& [first, names] = found.try_emplace(key_of(finding), finding, std::vector<std::string>{}).first->second;
      names.push_back(stack.stack);
    }
  std::map<Key, bool> is_found_alone;
  std::map<std::tuple<std::uint32_t, std::string_view, std::string>, const Remedy*> remedies;
  for (const Finding& finding : alone) {
    is_found_alone[key_of(finding)] = true;
    remedies.emplace(std::tuple(finding.where.begin, finding.rule->id, finding.resource), &finding.remedy);
  }
  std::vector<Finding> result;
  for (auto& [key, one] : found) {
    auto& [finding, names] = one;
    const auto remedy = remedies.find({finding.where.begin, finding.rule->id, finding.resource});
    finding.remedy = remedy == remedies.end() ? Remedy() : *remedy->second;
    const bool is_everywhere = names.size() == stacks.size() && is_found_alone.contains(key);
    if (!is_everywhere && !names.front().empty()) {
      finding.message += (names.size() == 1 ? " (in the stack " : " (in the stacks ") + in_words(names) + ")";
      finding.stacks = std::move(names);
    }
    result.push_back(std::move(finding));
  }
  return result;
}

}  // namespace codesign
