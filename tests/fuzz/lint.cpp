// link and lint, and what is written of that, in every format.
#include <array>

#include "report/json.h"
#include "report/picture.h"
#include "report/report.h"
#include "template/parse.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/well_formed.h"
#include "tests/support.h"
#include "transform/fix.h"

namespace codesign {
namespace {

void check(ReportFormat format, const std::string& text) {
  switch (format) {
    case ReportFormat::json:
    case ReportFormat::sarif:
    case ReportFormat::gitlab:
    case ReportFormat::rdjson: return demand(is_json(text), "a report that is no JSON");
    case ReportFormat::junit:
    case ReportFormat::checkstyle: return demand(is_xml(text), "a report that is no XML");
    default: return demand(is_harmless_to_terminals(text), "a report that a terminal would obey");
  }
}

}  // namespace

void try_input(const std::string& bytes) {
  std::vector<FileResult> files(1);
  FileResult& file = files.front();
  file.path = "template.yaml";
  Linted linted = lint_text(bytes, file.path, {.profile = Profile::guardrail});
  file.document = std::move(linted.document);
  file.graph = std::move(linted.graph);
  const bool is_read = file.document->problems.empty();
  file.status = !is_read                  ? FileResult::Status::unreadable
                : file.graph->is_template ? FileResult::Status::linted
                                          : FileResult::Status::skipped;
  Judged judged = heed_suppressions(*file.graph, std::move(linted.findings), {.profile = Profile::guardrail});
  file.findings = std::move(judged.findings);
  file.allowed = std::move(judged.allowed);
  for (const Finding& finding : file.findings) {
    demand(finding.where.begin <= finding.where.end && finding.where.end <= bytes.size(), "a finding outside the text");
    file.fixes.push_back(fix_for(*file.graph, finding));
  }
  for (const auto& [name, format] : report_formats()) check(format, report_as(format, {.files = files}));
  demand(is_json(json_of_graph(files)), "a graph that is no JSON");
  const Picture picture = picture_of(files);
  demand(is_xml(svg_of_picture(picture)), "a picture that is no XML");
  for (const std::string& text : {dot_of_picture(picture), mermaid_of_picture(picture), html_of_picture(picture)})
    demand(is_harmless_to_terminals(text), "a picture that a terminal would obey");
}

std::string made_up_input(Dice& dice) {
  return made_up_template(dice);
}

}  // namespace codesign
