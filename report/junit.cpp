// JUnit XML, as Jenkins' xUnit plugin takes it (junit-10.xsd). A template is a test suite. Each finding is a test case
// that fails, and a template without findings is one that passes, so that it is seen to have been looked at. Notes do
// not fail: they stand in the output of their case.
#include <algorithm>

#include <fmt/core.h>

#include "lint/lint.h"
#include "report/markup.h"
#include "report/report.h"

namespace codesign {
namespace {

std::string case_of(const FileResult& file, const Finding& finding, const LineTable& lines) {
  const Position at = lines.position(finding.where.begin);
  const std::string place = fmt::format("{}:{}:{}", markup(file.path), at.line, at.column);
  const std::string name =
      markup(fmt::format("{}{}{}", finding.rule->id, finding.resource.empty() ? "" : " ", finding.address()));
  const std::string said = fmt::format("{}: {}\n{}", place, markup(finding.message), markup(finding.rule->help));
  std::string text = fmt::format("    <testcase name=\"{}\" classname=\"{}\">\n", name, markup(file.path));
  if (finding.severity == Severity::note)
    text += fmt::format("      <system-out>{}</system-out>\n", said);
  else
    text += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", name_of(finding.severity),
                        markup(finding.message), said);
  return text + "    </testcase>\n";
}

struct Suite {
  std::size_t tests = 0, failures = 0, errors = 0;
  std::string text;
};

Suite suite_of(const FileResult& file) {
  Suite suite{.tests = std::max<std::size_t>(file.findings.size(), 1)};
  std::string cases;
  if (!file.findings.empty()) {
    const LineTable lines(file.document->source.bytes);
    for (const Finding& finding : file.findings) {
      suite.failures += finding.severity != Severity::note;
      cases += case_of(file, finding, lines);
    }
  } else if (file.status == FileResult::Status::unreadable) {
    suite.errors = 1;
    cases = fmt::format(
        "    <testcase name=\"cfn-codesign\" classname=\"{}\">\n      <error message=\"{}\"/>\n    </testcase>\n",
        markup(file.path), markup(file.why));
  } else {
    cases = fmt::format("    <testcase name=\"cfn-codesign\" classname=\"{}\"/>\n", markup(file.path));
  }
  suite.text = fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}  </testsuite>\n",
                           markup(file.path), suite.tests, suite.failures, suite.errors, cases);
  return suite;
}

}  // namespace

std::string junit_of_findings(const Report& report) {
  Suite all;
  for (const FileResult& file : report.files) {
    if (file.is_passed_over()) continue;
    const Suite suite = suite_of(file);
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
    all.text += suite.text;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"cfn-codesign\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}</testsuites>\n",
      all.tests, all.failures, all.errors, all.text);
}

}  // namespace codesign
