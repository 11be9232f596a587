// The XML of Checkstyle's XMLLogger, which CI systems read from many linters: files, and the errors in each.
#include <fmt/core.h>

#include "lint/lint.h"
#include "report/markup.h"
#include "report/report.h"

namespace codesign {
namespace {

// Of error, warning, info and ignore.
std::string_view severity_of(Severity severity) {
  return severity == Severity::note ? "info" : name_of(severity);
}

}  // namespace

std::string checkstyle_of_findings(const Report& report) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  for (const FileResult& file : report.files) {
    if (file.findings.empty()) continue;
    const LineTable lines(file.document->source.bytes);
    text += fmt::format("  <file name=\"{}\">\n", markup(file.path));
    for (const Finding& finding : file.findings) {
      const Position at = lines.position(finding.where.begin);
      text += fmt::format(
          "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"cfn-codesign.{}\"/>\n", at.line,
          at.column, severity_of(finding.severity), markup(finding.message), finding.rule->id);
    }
    text += "  </file>\n";
  }
  return text + "</checkstyle>\n";
}

}  // namespace codesign
