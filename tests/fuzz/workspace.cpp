// Templates that nest each other and import what others export, joined: one input holds several.
#include "graph/workspace.h"

#include "lint/in_stacks.h"
#include "report/report.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/well_formed.h"
#include "tests/support.h"

namespace codesign {
namespace {

constexpr std::string_view between = "\n# --- another template\n";
const std::vector<std::string> names{"a.yaml", "b.yaml", "c.yaml", "d.yaml"};

}  // namespace

void try_input(const std::string& bytes) {
  std::vector<FileResult> files;
  std::vector<Member> members;
  std::vector<std::size_t> file_of;
  for (std::size_t at = 0; at != std::string::npos && files.size() < names.size();) {
    const std::size_t end = bytes.find(between, at);
    FileResult file = result_of(bytes.substr(at, end == std::string::npos ? end : end - at), names[files.size()]);
    if (file.graph->is_template && file.document->problems.empty()) {
      members.push_back({.document = file.document.get(), .alone = file.graph.get()});
      file_of.push_back(files.size());
    }
    files.push_back(std::move(file));
    at = end == std::string::npos ? end : end + between.size();
  }
  for (Member& member : members)
    for (const NestedStack& nested : member.alone->nested_stacks)
      for (std::size_t other = 0; other < members.size(); ++other)
        if (nested.path == names[file_of[other]]) member.nested.emplace(nested.path, other);
  const std::deque<Stack> stacks = join(members);
  for (std::size_t member = 0; member < members.size(); ++member) {
    FileResult& file = files[file_of[member]];
    std::vector<FoundInStack> found;
    for (const Stack& stack : stacks) {
      if (stack.member != member) continue;
      file.stacks.push_back(&stack);
      found.push_back({stack.name, find_faults(stack.graph)});
    }
    demand(found.size() <= max_stacks_of_a_template, "more stacks than there may be");
    if (!found.empty()) file.findings = findings_in_stacks(find_faults(*file.graph), std::move(found));
  }
  demand(is_json(report_as(ReportFormat::sarif, {.files = files})), "a report that is no JSON");
}

std::string made_up_input(Dice& dice) {
  std::string text;
  for (std::size_t count = 1 + dice.below(3), i = 0; i < count; ++i) {
    text += made_up_template(dice);
    if (i + 1 < count) text += between;
  }
  return text;
}

}  // namespace codesign
