// Static Analysis Results Interchange Format 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/. Sections of it are
// named by "§".
#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "lint/lint.h"
#include "report/json_writing.h"
#include "report/report.h"
#include "report/text.h"
#include "version.h"

namespace codesign {
namespace {

constexpr const char* root = "%SRCROOT%";

// Braces would be placeholders (§3.11.5).
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '{' || c == '}') result += c;
  }
  return result;
}

Json message(std::string_view text) {
  return {{"text", escaped(text)}};
}

// Both ends in UTF-16 code units, as `columnKind` says; the end is behind the last one (§3.30).
Json region_of(Span span, const LineTable& lines) {
  const Position begin = lines.position(span.begin, ColumnUnit::utf16_units),
                 end = lines.position(span.end, ColumnUnit::utf16_units);
  return {{"startLine", begin.line}, {"startColumn", begin.column}, {"endLine", end.line}, {"endColumn", end.column}};
}

// "UnsignedFunction"
std::string pascal_case(std::string_view id) {
  std::string name;
  bool is_first = true;
  for (const char c : id) {
    if (c != '-') name += is_first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    is_first = c == '-';
  }
  return name;
}

// A rule that is off by default speaks as loudly as it does in the first profile that has it.
Json rule_json(const Rule& rule) {
  Json configuration = {{"level", std::string(name_of(rule.levels.standard))}};
  if (rule.levels.standard == Severity::off) {
    const Severity level = rule.levels.strict == Severity::off ? rule.levels.guardrail : rule.levels.strict;
    configuration = {{"enabled", false}, {"level", std::string(name_of(level))}};
  }
  const std::string plain = fmt::format("{}\n\n{}\n\nSource: {}.", rule.why, rule.help, rule.source);
  const std::string markdown = fmt::format(
      "{}\n\n**What to do:** {}\n\nSource: {}.\n\n`cfn-codesign explain {}` shows a bad and a good template.", rule.why,
      rule.help, rule.source, rule.id);
  return {{"id", std::string(rule.id)},
          {"name", pascal_case(rule.id)},
          {"shortDescription", message(std::string(rule.summary) + ".")},
          {"fullDescription", message(rule.why)},
          {"help", {{"text", escaped(plain)}, {"markdown", escaped(markdown)}}},
          {"defaultConfiguration", configuration},
          {"properties", {{"tags", {"security"}}}}};
}

}  // namespace

Json artifact_location(std::string_view path) {
  if (path.starts_with('/')) return {{"uri", "file://" + uri_path(path)}};
  return {{"uri", uri_path(path)}, {"uriBaseId", root}};
}

namespace {

class SarifWriter {
 public:
  explicit SarifWriter(const Report& report)
      : report_(report), gone_(report.gone == nullptr ? std::vector<KnownFinding>() : *report.gone) {}

  std::string write() {
    for (const FileResult& file : report_.files) {
      for (const std::vector<Finding>* findings : {&file.known, &file.findings})
        for (const Finding& finding : *findings) rules_.push_back(finding.rule);
      for (const AllowedFinding& one : file.allowed) rules_.push_back(one.finding.rule);
    }
    for (const KnownFinding& gone : gone_)
      if (const Rule* rule = find_rule(gone.rule)) rules_.push_back(rule);
    std::sort(rules_.begin(), rules_.end(), [](const Rule* a, const Rule* b) { return a->id < b->id; });
    rules_.erase(std::unique(rules_.begin(), rules_.end()), rules_.end());
    Json artifacts = Json::array(), results = Json::array();
    for (const FileResult& file : report_.files) {
      if (file.is_passed_over()) continue;
      location_ = artifact_location(file.source_path());
      artifacts.push_back({{"location", location_}, {"roles", {"analysisTarget"}}});
      location_["index"] = artifacts.size() - 1;
      add_results(file, results);
    }
    for (const KnownFinding& gone : gone_) results.push_back(absent_result(gone));
    const Json run = {{"tool", {{"driver", driver()}}},
                      {"invocations", Json::array({invocation()})},
                      {"originalUriBaseIds", {{root, {{"description", message(root_is)}}}}},
                      {"artifacts", artifacts},
                      {"results", results},
                      {"columnKind", "utf16CodeUnits"}};
    return written({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}});
  }

 private:
  // Where it lies is not said, so that a report is the same on every machine (§3.14.14).
  static constexpr std::string_view root_is =
      "The root of the repository, or else the folder that lint was started in.";

  Json driver() const {
    Json rules = Json::array();
    for (const Rule* rule : rules_) rules.push_back(rule_json(*rule));
    return {{"name", "cfn-codesign"},
            {"version", CODESIGN_VERSION},
            {"semanticVersion", CODESIGN_VERSION},
            {"rules", rules}};
  }

  Json invocation() const {
    Json invocation = {{"executionSuccessful", report_.complaints.empty()}};
    for (const std::string& complaint : report_.complaints)
      invocation["toolExecutionNotifications"].push_back({{"level", "error"}, {"message", message(complaint)}});
    return invocation;
  }

  void add_results(const FileResult& file, Json& results) const {
    if (file.findings.empty() && file.known.empty() && file.allowed.empty()) return;
    const LineTable lines(file.document->source.bytes);
    const std::vector<std::string> names = fingerprints(file);
    const std::size_t reported = file.known.size() + file.findings.size();
    for (std::size_t i = 0; i < reported; ++i) {
      const bool is_known = i < file.known.size();
      const std::size_t number = is_known ? i : i - file.known.size();
      const Finding& finding = is_known ? file.known[number] : file.findings[number];
      Json result = result_of(finding, file, lines);
      result["partialFingerprints"] = {{"pathResourceRule/v1", names[i]}};
      if (report_.gone != nullptr) result["baselineState"] = is_known ? "unchanged" : "new";
      if (!is_known && !file.fix_of(number).empty())
        result["fixes"] = Json::array({fix_of(finding, file.fix_of(number), lines)});
      results.push_back(std::move(result));
    }
    for (std::size_t i = 0; i < file.allowed.size(); ++i) {
      const AllowedFinding& one = file.allowed[i];
      Json result = result_of(one.finding, file, lines);
      result["partialFingerprints"] = {{"pathResourceRule/v1", names[reported + i]}};
      if (report_.gone != nullptr) result["baselineState"] = "unchanged";
      result["suppressions"] = Json::array(
          {{{"kind", "inSource"},
            {"status", "accepted"},
            {"justification", one.reason},
            {"location",
             {{"physicalLocation", {{"artifactLocation", location_}, {"region", region_of(one.by, lines)}}}}}}});
      results.push_back(std::move(result));
    }
  }

  // What the baseline had, at the lines of that day.
  Json absent_result(const KnownFinding& gone) const {
    Json location = {{"physicalLocation",
                      {{"artifactLocation", artifact_location(gone.path)},
                       {"region", {{"startLine", gone.line}, {"endLine", std::max(gone.line, gone.end_line)}}}}}};
    if (!gone.address.empty())
      location["logicalLocations"] = Json::array({{{"name", gone.address.substr(gone.address.rfind('/') + 1)},
                                                   {"fullyQualifiedName", gone.address},
                                                   {"kind", "resource"}}});
    Json result = {{"ruleId", gone.rule},
                   {"message", message(gone.message)},
                   {"locations", Json::array({location})},
                   {"baselineState", "absent"}};
    if (const Rule* rule = find_rule(gone.rule)) result["ruleIndex"] = index_of(rule);
    return result;
  }

  std::size_t index_of(const Rule* rule) const {
    return static_cast<std::size_t>(std::find(rules_.begin(), rules_.end(), rule) - rules_.begin());
  }

  Json result_of(const Finding& finding, const FileResult& file, const LineTable& lines) const {
    Json region = region_of(finding.where, lines);
    region["snippet"] = {{"text", std::string(file.document->source[finding.where])}};
    Json location = {{"physicalLocation", {{"artifactLocation", location_}, {"region", region}}}};
    if (!finding.resource.empty())
      location["logicalLocations"] =
          Json::array({{{"name", finding.resource}, {"fullyQualifiedName", finding.address()}, {"kind", "resource"}}});
    Json properties = {
        {"when", when_json(finding.when)}, {"construct", text_or_null(finding.construct)}, {"stacks", finding.stacks}};
    return {{"ruleId", std::string(finding.rule->id)},
            {"ruleIndex", index_of(finding.rule)},
            {"level", std::string(name_of(finding.severity))},
            {"message", message(sentence_of(finding))},
            {"locations", Json::array({location})},
            {"properties", properties}};
  }

  Json fix_of(const Finding& finding, const std::vector<Edit>& edits, const LineTable& lines) const {
    Json replacements = Json::array();
    for (const Edit& edit : edits) {
      Json replacement = {{"deletedRegion", region_of(edit.where, lines)}};
      if (!edit.text.empty()) replacement["insertedContent"] = {{"text", edit.text}};
      replacements.push_back(std::move(replacement));
    }
    const std::string_view option = option_for(finding.rule->repair);
    const std::string command =
        fmt::format("cfn-codesign transform --only {}{}{}", finding.rule->id, option.empty() ? "" : " ", option);
    return {{"description", message("What " + command + " does for this finding alone.")},
            {"artifactChanges", Json::array({{{"artifactLocation", location_}, {"replacements", replacements}}})}};
  }

  const Report& report_;
  const std::vector<KnownFinding> gone_;
  std::vector<const Rule*> rules_;  // those that speak
  Json location_;                   // of the file whose results are written
};

}  // namespace

std::string sarif_of_findings(const Report& report) {
  return SarifWriter(report).write();
}

}  // namespace codesign
