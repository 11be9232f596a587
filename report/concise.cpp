// As compilers print it: file:line:column: severity: message [rule].
#include <fmt/core.h>

#include "lint/lint.h"
#include "report/report.h"
#include "report/text.h"

namespace codesign {

std::string concise_of_findings(const Report& report) {
  std::string text;
  for (const FileResult& file : report.files) {
    if (file.findings.empty()) continue;
    const LineTable lines(file.document->source.bytes);
    for (const Finding& finding : file.findings) {
      const Position at = lines.position(finding.where.begin);
      text += fmt::format("{}:{}:{}: {}: {} [{}]\n", printable(file.path), at.line, at.column,
                          name_of(finding.severity), printable(finding.message), finding.rule->id);
    }
  }
  return text + summary_of_findings(report.files);
}

}  // namespace codesign
