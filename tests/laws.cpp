#include "tests/laws.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "tests/support.h"
#include "tests/witness.h"

namespace codesign {
namespace {

// Space between a key and its colon is nothing to JSON; a line break there, and a lone carriage return anywhere, is one
// to YAML.
bool is_json_that_yaml_reads_differently(const Document& document) {
  if (document.format != Format::json) return false;
  const std::string& bytes = document.source.bytes;
  for (std::size_t at = bytes.find_first_of("\r\n"); at != std::string::npos;
       at = bytes.find_first_of("\r\n", at + 1)) {
    if (bytes[at] == '\r' && bytes.compare(at, 2, "\r\n") != 0) return true;
    const std::size_t next = bytes.find_first_not_of(" \t\r\n", at);
    if (next != std::string::npos && bytes[next] == ':') return true;
  }
  return false;
}

class Court {
 public:
  explicit Court(LawReport& report) : report_(report) {}

  void charge(int law, std::string_view what) { report_.broken.push_back(fmt::format("law {}: {}", law, what)); }

  // 1. Spans nest; siblings are in order and disjoint; a scalar's span decodes to its text.
  void spans(const Document& document) {
    const auto size = static_cast<std::uint32_t>(document.source.bytes.size());
    for (const Node& node : document.nodes) {
      if (node.span.begin > node.span.end || node.span.end > size || node.content < node.span.begin ||
          node.content > node.span.end)
        charge(1, fmt::format("a node at byte {} has an impossible span", node.span.begin));
      if (node.parent != NodeId::none) {
        const Span around = document[node.parent].span;
        if (node.span.begin < around.begin || node.span.end > around.end)
          charge(1, fmt::format("the node at byte {} sticks out of its parent", node.span.begin));
      }
      if (node.next != NodeId::none && document[node.next].span.begin < node.span.end)
        charge(1, fmt::format("the node at byte {} overlaps its sibling", node.span.begin));
    }
  }

  // The second witness decodes the scalars from the same bytes.
  void witness(const Document& document) {
    if (is_json_that_yaml_reads_differently(document)) return;
    const std::string difference = disagreement_with_libyaml(document);
    if (difference.starts_with("libyaml refuses"))
      report_.libyaml_refusal = difference;
    else if (!difference.empty())
      charge(1, "libyaml disagrees: " + difference);
  }

  // 2. Every byte without a finding is kept: without the inserted texts, the new text is the old one.
  void bytes(const Transformed& result) {
    std::string undone = result.text;
    const std::string& original = result.before.document->source.bytes;
    for (auto edit = result.edits.rbegin(); edit != result.edits.rend(); ++edit) {
      std::size_t shift = 0;
      for (auto earlier = std::next(edit); earlier != result.edits.rend(); ++earlier)
        shift += earlier->text.size() - (earlier->where.end - earlier->where.begin);
      undone.replace(edit->where.begin + shift, edit->text.size(),
                     original.substr(edit->where.begin, edit->where.end - edit->where.begin));
      if (!edit->where.empty() && edit->where.end - edit->where.begin > 16) charge(2, "a long piece was replaced");
    }
    if (undone != original) charge(2, "taking the edits back does not give the original");
  }

  // 4. What had a remedy is gone, and no new finding appears, but that a config introduced or left at Warn
  // says so, and that enforcement brings to light what it refuses.
  void findings(const Transformed& before, const Linted& after, const SigningWishes& wishes) {
    std::set<std::string> old_ones;
    std::set<std::string> left;
    for (const LeftAlone& item : before.plan.left_alone) left.insert(item.resource);
    for (const Finding& finding : before.before.findings) old_ones.insert(name(finding));
    for (const Finding& finding : after.findings) {
      const bool warns = finding.rule->id == "warn-only-config" || finding.rule->id == "defaulted-policy" ||
                         finding.rule->id == "sometimes-warning-config";
      if ((warns && !wishes.enforce) || finding.rule->is_of_enforcement) continue;
      if (!old_ones.contains(name(finding))) charge(4, "new finding " + name(finding));
    }
    std::set<std::string> new_ones;
    for (const Finding& finding : after.findings) new_ones.insert(name(finding));
    for (const Finding& finding : before.before.findings) {
      const bool waits =
          report_.taken_back || (std::holds_alternative<EnforceConfig>(finding.remedy) && !wishes.enforce);
      if (finding.remedy.index() == 0 || waits || left.contains(finding.resource)) continue;
      if (new_ones.contains(name(finding))) charge(4, "still there: " + name(finding));
    }
  }

  // 6. The same template in JSON has the same findings.
  void json_twin(const Linted& yaml) {
    const std::string json = as_json(*yaml.document);
    if (json.empty()) return;
    const Linted twin = lint_text(json);
    if (!twin.document->problems.empty())
      return charge(6, "the JSON twin cannot be read: " + twin.document->problems.front().message);
    // JSON has no aliases: what YAML writes once stands there several times, and each is a finding of its own.
    const bool has_aliases = std::any_of(yaml.document->nodes.begin(), yaml.document->nodes.end(),
                                         [](const Node& node) { return node.kind == Node::Kind::alias; });
    const auto names = [&](const Linted& linted) {
      std::multiset<std::string> result;
      for (const Finding& finding : linted.findings)
        if (finding.rule->id != "yaml-alias") result.insert(name(finding) + " " + finding.message);
      if (!has_aliases) return result;
      std::set<std::string> rules;
      for (const Finding& finding : linted.findings)
        if (finding.rule->id != "yaml-alias") rules.insert(std::string(finding.rule->id));
      return std::multiset<std::string>(rules.begin(), rules.end());
    };
    if (names(yaml) != names(twin)) charge(6, "the JSON twin has other findings");
  }

 private:
  static std::string name(const Finding& finding) { return std::string(finding.rule->id) + " " + finding.resource; }

  LawReport& report_;
};

}  // namespace

LawReport check_laws(const std::string& text, const SigningWishes& wishes) {
  LawReport report;
  Court court(report);
  const Transformed first = transform_text(text, wishes);
  const Document& document = *first.before.document;
  if (!document.problems.empty()) {
    report.refused = document.problems.front().message;
    if (!first.edits.empty()) court.charge(2, "a text that cannot be read was edited");
    return report;
  }
  report.functions = first.before.graph->functions.size();
  report.changed = !first.edits.empty();
  report.taken_back = !first.plan.empty() && first.edits.empty();
  court.spans(document);
  court.witness(document);
  court.bytes(first);
  court.json_twin(first.before);

  const Transformed second = transform_text(first.text, wishes);
  if (!second.before.document->problems.empty()) {
    court.charge(5, "the result cannot be read: " + second.before.document->problems.front().message);
    return report;
  }
  court.spans(*second.before.document);
  if (report.libyaml_refusal.empty()) {
    court.witness(*second.before.document);
    if (!report.libyaml_refusal.empty()) court.charge(5, "libyaml reads the original, but not the result");
  }
  if (second.text != first.text) court.charge(3, "a second transform changes the text again");
  if (!report.taken_back && !is_carried_out(first.plan, document, *second.before.document))
    court.charge(5, "the result is not the original and the plan");
  court.findings(first, second.before, wishes);
  return report;
}

}  // namespace codesign
