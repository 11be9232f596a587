// GitLab's Code Quality report, https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
#include "lint/lint.h"
#include "report/json_writing.h"
#include "report/report.h"

namespace codesign {
namespace {

// Of info, minor, major, critical and blocker.
const char* severity_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "critical";
    case Severity::warning: return "minor";
    default: break;
  }
  return "info";
}

}  // namespace

std::string gitlab_of_findings(const Report& report) {
  Json issues = Json::array();
  for (const FileResult& file : report.files) {
    if (file.findings.empty()) continue;
    const LineTable lines(file.document->source.bytes);
    const std::vector<std::string> names = fingerprints(file);
    for (std::size_t i = 0; i < file.findings.size(); ++i) {
      const Finding& finding = file.findings[i];
      const Position begin = lines.position(finding.where.begin), end = lines.position(finding.where.end);
      issues.push_back(
          {{"description", finding.message},
           {"check_name", std::string(finding.rule->id)},
           {"fingerprint", names[file.known.size() + i]},
           {"severity", severity_of(finding.severity)},
           {"location",
            {{"path", std::string(file.source_path())}, {"lines", {{"begin", begin.line}, {"end", end.line}}}}}});
    }
  }
  return written(issues);
}

}  // namespace codesign
