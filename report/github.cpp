// Workflow commands, https://docs.github.com/actions/reference/workflow-commands-for-github-actions. How they are read,
// and what is escaped: src/Runner.Common/ActionCommand.cs of actions/runner.
#include <fmt/core.h>

#include "lint/lint.h"
#include "report/markup.h"
#include "report/report.h"

namespace codesign {
namespace {

// `also`: the characters that are escaped besides those of every command.
std::string escaped(std::string_view text, std::string_view also) {
  std::string result;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || also.find(c) != std::string_view::npos)
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      result += c;
  }
  return plain_line(result);
}

std::string property(std::string_view text) {
  return escaped(text, ":,");
}

std::string_view command_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    default: break;
  }
  return "notice";
}

}  // namespace

std::string github_of_findings(const Report& report) {
  std::string text;
  for (const FileResult& file : report.files) {
    if (file.findings.empty()) continue;
    const LineTable lines(file.document->source.bytes);
    for (const Finding& finding : file.findings) {
      const Position begin = lines.position(finding.where.begin), end = lines.position(finding.where.end);
      text += fmt::format("::{} file={},line={},col={},endLine={},endColumn={},title={}::{} {}\n",
                          command_of(finding.severity), property(file.source_path()), begin.line, begin.column,
                          end.line, end.column, property(finding.rule->id), escaped(sentence_of(finding), ""),
                          escaped(finding.rule->help, ""));
    }
  }
  return text;
}

// A command is "::" at the beginning of a line, or, as it once was, "##[" anywhere in it.
std::string without_commands(std::string_view text) {
  std::string result;
  bool is_at_start = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if ((is_at_start && rest.starts_with("::")) || rest.starts_with("##[")) {
      result += fmt::format("{} ", rest.front());
      is_at_start = false;
      continue;
    }
    result += rest.front();
    if (rest.front() == '\n' || rest.front() == '\r')
      is_at_start = true;
    else if (rest.front() != ' ' && rest.front() != '\t')
      is_at_start = false;
  }
  return result;
}

}  // namespace codesign
