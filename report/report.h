// What lint has to say of a run, and the formats it is said in: a file each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/result.h"

namespace codesign {

// A finding of an earlier report, as far as it tells one from another.
struct KnownFinding {
  std::string path;     // as that report has it; of SARIF, decoded
  std::string address;  // Finding::address
  std::string rule;
  std::string message;
  std::size_t line = 1, end_line = 1;  // of that day
  std::size_t run = 0, index = 0;      // where it stands in that report
};

struct Report {
  const std::vector<FileResult>& files;
  std::vector<std::string> complaints = {};  // sentences on what was wrong with the world
  // With a baseline: findings that it has, and that are no more. What it has still is in `FileResult::known`.
  const std::vector<KnownFinding>* gone = nullptr;
};

enum class ReportFormat : std::uint8_t {
  text,        // findings with their source, for people
  concise,     // a line each, for people and for tools that read "file:line:column: "
  json,        // schemas/report.schema.json
  sarif,       // Static Analysis Results Interchange Format 2.1.0, OASIS
  github,      // workflow commands of GitHub Actions, which become annotations
  gitlab,      // GitLab's Code Quality report
  junit,       // JUnit XML, as Jenkins and GitLab read it
  checkstyle,  // Checkstyle's XML
  rdjson,      // Reviewdog Diagnostic Format, a DiagnosticResult
};

// Their names on the command line.
std::span<const std::pair<std::string_view, ReportFormat>> report_formats();

// Whether the format shows the edits of `FileResult::fixes`.
constexpr bool has_fixes(ReportFormat format) {
  return format == ReportFormat::sarif || format == ReportFormat::rdjson;
}

// Whether the format names files as who sees the whole repository would, by `FileResult::from_root`.
constexpr bool names_files_from_root(ReportFormat format) {
  return format == ReportFormat::sarif || format == ReportFormat::github || format == ReportFormat::gitlab;
}

// The whole report, without colour.
std::string report_as(ReportFormat format, const Report& report);

std::string concise_of_findings(const Report& report);
std::string sarif_of_findings(const Report& report);
std::string github_of_findings(const Report& report);
std::string gitlab_of_findings(const Report& report);
std::string junit_of_findings(const Report& report);
std::string checkstyle_of_findings(const Report& report);
std::string rdjson_of_findings(const Report& report);

// Text of the program's own that may hold text from a template, printed in GitHub Actions: nothing in it is taken for a
// command there.
std::string without_commands(std::string_view text);

// One name for each finding of a file, unique in the run, and the same for as long as path, resource and rule are:
// lines do not matter. Several of one rule and resource are numbered in the order of their places; those that the
// template allows come last.
std::vector<std::string> fingerprints(const FileResult& file);

// The message with its full stop.
std::string sentence_of(const Finding& finding);

// A path as the path of a URI: every byte but letters, digits and "-._~/" in percent-encoding (RFC 3986, 2.1 and 2.3).
std::string uri_path(std::string_view path);

}  // namespace codesign
