// Reviewdog Diagnostic Format: a DiagnosticResult of proto/rdf/reviewdog.proto in reviewdog/reviewdog. Columns count
// bytes of UTF-8.
#include "lint/lint.h"
#include "report/json_writing.h"
#include "report/report.h"

namespace codesign {
namespace {

const char* severity_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "ERROR";
    case Severity::warning: return "WARNING";
    default: break;
  }
  return "INFO";
}

Json range_of(Span span, const LineTable& lines) {
  const auto position = [&](std::uint32_t offset) -> Json {
    const Position at = lines.position(offset, ColumnUnit::bytes);
    return {{"line", at.line}, {"column", at.column}};
  };
  return {{"start", position(span.begin)}, {"end", position(span.end)}};
}

}  // namespace

std::string rdjson_of_findings(const Report& report) {
  Json result = {{"source", {{"name", "cfn-codesign"}}}, {"diagnostics", Json::array()}};
  for (const FileResult& file : report.files) {
    if (file.findings.empty()) continue;
    const LineTable lines(file.document->source.bytes);
    for (std::size_t i = 0; i < file.findings.size(); ++i) {
      const Finding& finding = file.findings[i];
      Json diagnostic = {{"message", finding.message},
                         {"location", {{"path", file.path}, {"range", range_of(finding.where, lines)}}},
                         {"severity", severity_of(finding.severity)},
                         {"code", {{"value", std::string(finding.rule->id)}}}};
      // All suggestions of a diagnostic are one change to reviewdog, as the edits of a fix are to us.
      for (const Edit& edit : file.fix_of(i))
        diagnostic["suggestions"].push_back({{"range", range_of(edit.where, lines)}, {"text", edit.text}});
      result["diagnostics"].push_back(std::move(diagnostic));
    }
  }
  return written(result);
}

}  // namespace codesign
