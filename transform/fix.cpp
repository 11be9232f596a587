#include "transform/fix.h"

#include "lint/rule.h"
#include "transform/transform.h"

namespace codesign {
namespace {

// Edits that touch become one: who carries out a fix need not know in which order they stand.
std::vector<Edit> without_neighbours(const std::vector<Edit>& edits) {
  std::vector<Edit> apart;
  for (const Edit& edit : edits) {
    if (!apart.empty() && apart.back().where.end == edit.where.begin) {
      apart.back().where.end = edit.where.end;
      apart.back().text += edit.text;
    } else {
      apart.push_back(edit);
    }
  }
  return apart;
}

}  // namespace

std::vector<Edit> fix_for(const Graph& graph, const Finding& finding) {
  if (finding.remedy.index() == 0) return {};
  const Repair repair = finding.rule->repair;
  SigningWishes wishes;
  wishes.enforce = repair == Repair::with_enforcement;
  wishes.alarm = repair == Repair::with_alarm;
  wishes.unsafe = repair == Repair::unsafe;
  wishes.only.insert(std::string(finding.rule->id));
  return without_neighbours(transform(graph, {finding}, wishes).edits);
}

}  // namespace codesign
