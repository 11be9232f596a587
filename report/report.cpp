#include "report/report.h"

#include <array>
#include <cctype>
#include <map>

#include <fmt/core.h>

#include "lint/lint.h"
#include "report/json.h"
#include "report/text.h"

namespace codesign {

std::span<const std::pair<std::string_view, ReportFormat>> report_formats() {
  static constexpr std::array<std::pair<std::string_view, ReportFormat>, 9> formats{
      {{"text", ReportFormat::text},
       {"concise", ReportFormat::concise},
       {"json", ReportFormat::json},
       {"sarif", ReportFormat::sarif},
       {"github", ReportFormat::github},
       {"gitlab", ReportFormat::gitlab},
       {"junit", ReportFormat::junit},
       {"checkstyle", ReportFormat::checkstyle},
       {"rdjson", ReportFormat::rdjson}}};
  return formats;
}

std::string report_as(ReportFormat format, const Report& report) {
  switch (format) {
    case ReportFormat::text: break;
    case ReportFormat::concise: return concise_of_findings(report);
    case ReportFormat::json: return json_of_findings(report.files);
    case ReportFormat::sarif: return sarif_of_findings(report);
    case ReportFormat::github: return github_of_findings(report);
    case ReportFormat::gitlab: return gitlab_of_findings(report);
    case ReportFormat::junit: return junit_of_findings(report);
    case ReportFormat::checkstyle: return checkstyle_of_findings(report);
    case ReportFormat::rdjson: return rdjson_of_findings(report);
  }
  std::string text;
  for (const FileResult& file : report.files) text += text_of_findings(file, false);
  return text + summary_of_findings(report.files);
}

std::vector<std::string> fingerprints(const FileResult& file) {
  std::map<std::string, std::size_t> counts;
  std::vector<std::string> names;
  const auto add = [&](const Finding& finding) {
    std::string name =
        fmt::format("{}:{}:{}", uri_path(file.source_path()), uri_path(finding.address()), finding.rule->id);
    const std::size_t count = ++counts[name];
    names.push_back(fmt::format("{}:{}", name, count));
  };
  for (const std::vector<Finding>* findings : {&file.known, &file.findings})
    for (const Finding& finding : *findings) add(finding);
  for (const AllowedFinding& one : file.allowed) add(one.finding);
  return names;
}

std::string sentence_of(const Finding& finding) {
  return finding.message + (finding.message.ends_with('?') ? "" : ".");
}

std::string uri_path(std::string_view path) {
  std::string encoded;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~/").find(c) != std::string_view::npos))
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", byte);
  }
  return encoded;
}

}  // namespace codesign
