#include "report/scaffold.h"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "report/text.h"
#include "template/spelling.h"

namespace codesign {
namespace {

// "central, guardrail, layer-consumer and layer-publisher"
std::string all_names() {
  std::string text;
  const auto all = scaffolds();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) text += i + 1 < all.size() ? ", " : " and ";
    text += all[i].name;
  }
  return text;
}

}  // namespace

const Scaffold* find_scaffold(std::string_view name) {
  const auto all = scaffolds();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Scaffold& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string_view summary_of(const Scaffold& scaffold) {
  const std::string_view line = scaffold.text.substr(0, scaffold.text.find('\n'));
  return line.starts_with("# ") ? line.substr(2) : line;
}

std::string scaffold_list() {
  std::size_t width = 0;
  for (const Scaffold& one : scaffolds()) width = std::max(width, one.name.size());
  std::string text;
  for (const Scaffold& one : scaffolds()) text += fmt::format("{:<{}}  {}\n", one.name, width, summary_of(one));
  return text;
}

std::string no_such_scaffold(std::string_view word) {
  if (word.empty()) return fmt::format("scaffold needs a name: there are {}", all_names());
  std::vector<std::string_view> names;
  for (const Scaffold& one : scaffolds()) names.push_back(one.name);
  const std::string_view meant = nearest(word, names);
  return fmt::format("there is no scaffold \"{}\"{}; there are {}", printable(word),
                     meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant), all_names());
}

}  // namespace codesign
