// A baseline, JSON or SARIF: updated, it has what it had, without what is gone, and with what is new.
#include "report/baseline.h"

#include <algorithm>
#include <optional>

#include "template/parse.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/well_formed.h"
#include "tests/support.h"

namespace codesign {
namespace {

const std::string small_template = "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: src}}}\n";

using Keys = std::vector<std::string>;

Keys keys_of(const Baseline& baseline) {
  Keys keys;
  for (const KnownFinding& one : baseline.findings) keys.push_back(one.path + "|" + one.address + "|" + one.rule);
  std::sort(keys.begin(), keys.end());
  return keys;
}

// The baseline as it is read after an update; nothing where it is not built as lint writes it.
std::optional<Baseline> updated(const std::string& bytes, const Baseline& before, bool are_gone,
                                const std::vector<FileResult>& files) {
  const std::vector<bool> is_gone(before.findings.size(), are_gone);
  const std::string text = updated_baseline(bytes, before, is_gone, files, Keys(files.size(), "t.yaml"));
  if (text.empty()) return {};
  demand(is_json(text), "an updated baseline is no JSON");
  Baseline after = read_baseline(parse({"baseline", text}));
  demand(after.problems.empty(), "an updated baseline cannot be read");
  demand(after.is_sarif == before.is_sarif, "an updated baseline has another format");
  return after;
}

}  // namespace

void try_input(const std::string& bytes) {
  const Baseline baseline = read_baseline(parse({"baseline", bytes}));
  for (const Problem& problem : baseline.problems)
    demand(problem.where.begin <= problem.where.end && problem.where.end <= bytes.size(), "a problem outside the text");
  if (!baseline.problems.empty()) return;
  std::vector<FileResult> files;
  if (const auto same = updated(bytes, baseline, false, files))
    demand(keys_of(*same) == keys_of(baseline), "an update without news has other findings");
  if (const auto empty = updated(bytes, baseline, true, files))
    demand(empty->findings.empty(), "what is gone is still there");
  files.push_back(result_of(small_template));
  if (const auto more = updated(bytes, baseline, false, files))
    demand(more->findings.size() == baseline.findings.size() + files.front().findings.size(),
           "what is new is not there");
}

std::string made_up_input(Dice& dice) {
  std::vector<FileResult> files;
  files.push_back(result_of(made_up_template(dice), "a.yaml"));
  return report_as(dice.one_in(2) ? ReportFormat::json : ReportFormat::sarif, {.files = files});
}

}  // namespace codesign
