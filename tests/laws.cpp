#include "tests/laws.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "cli/signing_options.h"
#include "template/readers.h"
#include "tests/support.h"
#include "tests/witness.h"

namespace codesign {
namespace {

// Space between a key and its colon is nothing to JSON; a line break there, and a lone carriage return anywhere, is one
// to YAML, and so are some characters that JSON has in texts.
bool is_json_that_yaml_reads_differently(const Document& document) {
  if (document.format != Format::json) return false;
  const std::string& bytes = document.source.bytes;
  for (const char* separator : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"})
    if (bytes.find(separator) != std::string::npos) return true;
  for (std::size_t at = bytes.find_first_of("\r\n"); at != std::string::npos;
       at = bytes.find_first_of("\r\n", at + 1)) {
    if (bytes[at] == '\r' && bytes.compare(at, 2, "\r\n") != 0) return true;
    const std::size_t next = bytes.find_first_not_of(" \t\r\n", at);
    if (next != std::string::npos && bytes[next] == ':') return true;
  }
  return false;
}

// A line, and where its first byte of text and its comment stand; npos where there is none.
struct TextLine {
  std::size_t begin, text, comment;
  bool has_code;  // something but a comment
};

std::vector<TextLine> lines_of(const Document& document) {
  const std::string& bytes = document.source.bytes;
  // Inside of scalars, "#" is text.
  std::vector<bool> is_text(bytes.size(), false);
  for (const Node& node : document.nodes)
    if (node.kind == Node::Kind::scalar)
      for (std::size_t at = node.content; at < node.span.end; ++at) is_text[at] = true;
  // But not on the line of "|".
  for (const Node& node : document.nodes)
    if (node.kind == Node::Kind::scalar && (node.style == Node::Style::literal || node.style == Node::Style::folded))
      for (std::size_t at = node.content; at < node.span.end && bytes[at] != '\n'; ++at) is_text[at] = false;
  std::vector<TextLine> lines;
  for (std::size_t begin = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0; begin < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    TextLine line{begin, std::min(bytes.find_first_not_of(" \t", begin), end), std::string::npos, false};
    for (std::size_t at = begin; at < end && line.comment == std::string::npos; ++at)
      if (bytes[at] == '#' && !is_text[at] && (at == begin || bytes[at - 1] == ' ' || bytes[at - 1] == '\t'))
        line.comment = at;
    line.has_code = line.text < end && bytes[line.text] != '\r' && line.text != line.comment;
    lines.push_back(line);
    begin = end + 1;
  }
  return lines;
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

  // Abridged or whole, yaml-cpp tells the same.
  void abridgement(const Document& document) {
    if (document.format != Format::yaml || unreadable_bytes(document.source.bytes)) return;
    Document whole, abridged;
    whole.source = abridged.source = document.source;
    read_yaml(whole, YamlReading::whole);
    read_yaml(abridged, YamlReading::abridged);
    const auto same_problem = [](const Problem& a, const Problem& b) {
      return a.where == b.where && a.message == b.message;
    };
    if (!std::equal(whole.problems.begin(), whole.problems.end(), abridged.problems.begin(), abridged.problems.end(),
                    same_problem))
      charge(1, "abridged, the text has other problems");
    if (!whole.problems.empty() || !abridged.problems.empty()) return;
    const auto same_node = [](const Node& a, const Node& b) {
      return a.kind == b.kind && a.style == b.style && a.anchored == b.anchored && a.span == b.span &&
             a.content == b.content && a.tag == b.tag && a.text == b.text && a.parent == b.parent && a.next == b.next &&
             a.first_child == b.first_child && a.target == b.target;
    };
    const auto [node, other] =
        std::mismatch(whole.nodes.begin(), whole.nodes.end(), abridged.nodes.begin(), abridged.nodes.end(), same_node);
    if (node != whole.nodes.end() || other != abridged.nodes.end())
      charge(1, fmt::format("abridged, the text is another tree from byte {} on",
                            node != whole.nodes.end() ? node->span.begin : other->span.begin));
  }

  // The second witness decodes the scalars from the same bytes.
  void witness(const Document& document) {
    if (is_json_that_yaml_reads_differently(document)) return;
    const std::string difference = disagreement_with_libyaml(document);
    if (difference.starts_with("libyaml refuses") && is_explained(difference))
      report_.libyaml_refusal = difference;
    else if (!difference.empty())
      charge(1, "libyaml disagrees: " + difference);
  }

  // 2. Every byte without a finding is kept: the edits, taken back, give the old text, and what they take away is what
  // the plan changes, with its commas, dashes and comments.
  void bytes(const Transformed& result) {
    const Document& document = *result.before.document;
    const std::string& original = document.source.bytes;
    std::vector<Span> changed;
    for (const Replacement& one : result.plan.replacements)
      changed.push_back(one.part.value_or(document[one.scalar].span));
    for (const Substitution& one : result.plan.substitutions) changed.push_back(document[one.value].span);
    for (const Removal& one : result.plan.removals) {
      changed.push_back(document[one.member].span);
      for (const Entry& entry : entries(document, document[one.member].parent))
        if (entry.key == one.member) changed.back().end = std::max(changed.back().end, document[entry.value].span.end);
    }
    std::string undone = result.text;
    for (auto edit = result.edits.rbegin(); edit != result.edits.rend(); ++edit) {
      std::size_t shift = 0;
      for (auto earlier = std::next(edit); earlier != result.edits.rend(); ++earlier)
        shift += earlier->text.size() - (earlier->where.end - earlier->where.begin);
      undone.replace(edit->where.begin + shift, edit->text.size(),
                     original.substr(edit->where.begin, edit->where.end - edit->where.begin));
      for (std::uint32_t at = edit->where.begin; at < edit->where.end; ++at) {
        const auto inside =
            std::find_if(changed.begin(), changed.end(), [&](Span span) { return span.begin <= at && at < span.end; });
        if (inside != changed.end()) {
          at = inside->end - 1;
        } else if (original[at] == '#') {
          at = std::min(static_cast<std::uint32_t>(original.find('\n', at)), edit->where.end) - 1;
        } else if (std::string_view(" \t\r\n,-").find(original[at]) == std::string_view::npos) {
          charge(2, fmt::format("byte {} is taken away, which the plan does not name", at));
          break;
        }
      }
    }
    if (undone != original) charge(2, "taking the edits back does not give the original");
  }

  // 2, of comments: each stays with the line it belongs to. That is the line it stands on; of a line of its own, the
  // next line with code, if that is not indented less, else the one directly before, if that is not indented more; what
  // is added to that one stands in between.
  void comments(const Transformed& result) {
    const Document& document = *result.before.document;
    if (document.format == Format::json) return;
    const std::string& before = document.source.bytes;
    const std::vector<TextLine> old_lines = lines_of(document), new_lines = lines_of(parse({"after", result.text}));
    // Where a byte of the old text stands in the new one; nothing where it is gone.
    const auto moved = [&](std::size_t at) -> std::optional<std::size_t> {
      std::size_t shift = 0;
      for (const Edit& edit : result.edits) {
        if (edit.where.begin > at) break;
        if (at < edit.where.end && edit.text.empty()) return {};
        if (edit.where.empty() || edit.where.end <= at) shift += edit.text.size() - (edit.where.end - edit.where.begin);
      }
      return at + shift;
    };
    const auto line_at = [](const std::vector<TextLine>& lines, std::size_t at) {
      std::size_t line = 0;
      while (line + 1 < lines.size() && lines[line + 1].begin <= at) ++line;
      return line;
    };
    const auto neighbour = [](const std::vector<TextLine>& lines, std::size_t line, int step) {
      for (auto at = static_cast<std::ptrdiff_t>(line) + step;
           at >= 0 && at < static_cast<std::ptrdiff_t>(lines.size()); at += step)
        if (lines[static_cast<std::size_t>(at)].has_code) return static_cast<std::size_t>(at);
      return std::string::npos;
    };
    for (std::size_t line = 0; line < old_lines.size(); ++line) {
      const TextLine& one = old_lines[line];
      if (one.comment == std::string::npos) continue;
      ++report_.comments;
      std::size_t owner = line;
      int step = 0;
      if (!one.has_code) {
        const std::size_t column = one.text - one.begin;
        const std::size_t next = neighbour(old_lines, line, 1), previous = neighbour(old_lines, line, -1);
        const auto column_of = [&](std::size_t other) { return old_lines[other].text - old_lines[other].begin; };
        const auto blank_between = [&](std::size_t from, std::size_t to) {
          for (std::size_t at = from + 1; at < to; ++at)
            if (!old_lines[at].has_code && old_lines[at].comment == std::string::npos) return true;
          return false;
        };
        // Further right than the comment above it, it goes on from there.
        if (line > 0 && !old_lines[line - 1].has_code && old_lines[line - 1].comment != std::string::npos &&
            column_of(line - 1) < column)
          continue;
        // A comment further left, and those below it, are of what encloses the line above.
        const auto further_left_between = [&](std::size_t from, std::size_t to) {
          for (std::size_t at = from + 1; at < to; ++at)
            if (column_of(at) < column_of(from)) return true;
          return false;
        };
        // What a blank line sets off at the top is said of the file.
        if (previous == std::string::npos && next != std::string::npos && blank_between(line, next)) continue;
        if (next != std::string::npos && column <= column_of(next)) {
          owner = next;
          step = 1;
        } else if (previous != std::string::npos && column >= column_of(previous) && !blank_between(previous, line) &&
                   !further_left_between(previous, line)) {
          owner = previous;
          step = -1;
        } else {
          continue;  // of what encloses both
        }
      }
      const auto comment_now = moved(one.comment), owner_now = moved(old_lines[owner].text);
      const std::string words = before.substr(one.comment, before.find('\n', one.comment) - one.comment);
      // What stands at the column of a line above that is gone may be a line that was taken out before.
      if (step == -1 && comment_now && !owner_now) continue;
      if (comment_now.has_value() != owner_now.has_value()) {
        charge(2, "a comment stays without its line, or goes without it: " + words);
      } else if (comment_now) {
        const std::size_t here = line_at(new_lines, *comment_now);
        std::size_t now = step == 0 ? here : neighbour(new_lines, here, step);
        // What is added in between, further right, is of the line above both.
        const auto column_now = [&](std::size_t at) { return new_lines[at].text - new_lines[at].begin; };
        while (step == -1 && now != std::string::npos && now > line_at(new_lines, *owner_now) &&
               column_now(now) > column_now(here))
          now = neighbour(new_lines, now, -1);
        if (now != line_at(new_lines, *owner_now)) charge(2, "a comment moved away from its line: " + words);
      }
    }
  }

  // 4. What had a remedy is gone, and no new finding appears, but that a config introduced or left at Warn says so,
  // that enforcement brings to light what it refuses, that a condition is judged when its key is one, and that a config
  // is unused when what should not have used it is gone.
  void findings(const Transformed& before, const Linted& after, const SigningWishes& wishes) {
    std::set<std::string> left;
    for (const LeftAlone& item : before.plan.left_alone) left.insert(item.resource);
    const bool is_optional = wishes.source.kind == ConfigSource::Kind::optional_parameter;
    // A parameter decides what a config does, and with it a function that it signs now.
    const auto& configs = before.before.graph->configs;
    const bool is_policy_unknown = std::any_of(configs.begin(), configs.end(), [](const SigningConfig& config) {
      return config.first(DeploymentPolicy::unknown) != nullptr;
    });
    // And so does whatever Globals names, for a function that comes back to it.
    const auto& findings = before.before.findings;
    const bool is_inherited = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return std::holds_alternative<InheritConfig>(finding.remedy);
    });
    std::map<std::string, std::size_t> old_ones, new_ones, expected;
    for (const Finding& finding : before.before.findings) {
      ++old_ones[name(finding)];
      const bool stays = finding.remedy.index() == 0 || waits(finding, wishes) || left.contains(finding.resource);
      expected[name(finding)] += stays;
    }
    for (const Finding& finding : after.findings) {
      const std::string_view rule = finding.rule->id;
      const bool warns = rule == "warn-only-config" || rule == "defaulted-policy" || rule == "sometimes-warning-config";
      if ((warns && !wishes.enforce) || finding.rule->is_of_enforcement ||
          (is_optional && rule == "sometimes-unsigned-function") ||
          (rule == "unknown-signing" &&
           (is_policy_unknown || is_inherited || wishes.source.kind != ConfigSource::Kind::in_template)) ||
          rule == "ineffective-condition" || (rule == "unused-config" && !before.plan.removals.empty()))
        continue;
      const std::size_t count = ++new_ones[name(finding)];
      if (count > old_ones[name(finding)]) {
        const bool is_hint = finding.severity == Severity::note;
        if (!is_hint && !guesses(before, wishes)) charge(4, "new finding " + name(finding));
      } else if (count > expected[name(finding)]) {
        if (!guesses(before, wishes)) charge(4, "still there: " + name(finding));
      }
    }
  }

  // A property that is not misspelt any more is judged like any other, and what nothing uses any more is unused: with
  // --unsafe, that may need a repair of its own.
  static bool guesses(const Transformed& before, const SigningWishes& wishes) {
    const auto& findings = before.before.findings;
    if (wishes.unsafe && !before.plan.removals.empty()) return true;
    return wishes.unsafe && std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
             return finding.rule->id == "malformed-property" && finding.remedy.index() != 0;
           });
  }

  // A remedy that is carried out on request only.
  bool waits(const Finding& finding, const SigningWishes& wishes) const {
    const auto* publisher = std::get_if<AllowPublisher>(&finding.remedy);
    const auto is_named = [&](const std::string& account) {
      return std::any_of(wishes.publishers.begin(), wishes.publishers.end(),
                         [&](const std::string& arn) { return arn.find(":" + account + ":") != std::string::npos; });
    };
    const bool waits_for_parameter = std::holds_alternative<SignBranch>(finding.remedy) &&
                                     (wishes.source.kind == ConfigSource::Kind::optional_parameter ||
                                      wishes.source.kind == ConfigSource::Kind::parameter);
    if (report_.taken_back || waits_for_parameter || !wishes.repairs(finding.rule->id)) return true;
    switch (finding.rule->repair) {
      case Repair::none:
      case Repair::safe: return false;
      case Repair::unsafe: return !wishes.unsafe;
      case Repair::with_enforcement:
        return !wishes.enforce || !std::get<EnforceConfig>(finding.remedy).config->may_still_warn.empty();
      case Repair::with_alarm: return !wishes.alarm;
      case Repair::with_publisher:
        return std::none_of(publisher->accounts.begin(), publisher->accounts.end(), is_named);
    }
    return false;
  }

  // 6. The same template in JSON has the same findings, but for what comments allow or fail to.
  void json_twin(const Linted& yaml, const LintWishes& lint_wishes) {
    if (!suppressions_of(*yaml.graph).empty()) return;
    const std::string json = as_json(*yaml.document);
    if (json.empty()) return;
    const Linted twin = lint_text(json, "template.json", lint_wishes);
    if (!twin.document->problems.empty())
      return charge(6, "the JSON twin cannot be read: " + twin.document->problems.front().message);
    // JSON has no aliases: what YAML writes once stands there several times, and each is a finding of its own.
    const bool has_aliases = std::any_of(yaml.document->nodes.begin(), yaml.document->nodes.end(),
                                         [](const Node& node) { return node.kind == Node::Kind::alias; });
    const auto is_in_both = [](const Finding& finding) {
      return finding.rule->id != "yaml-alias" && finding.rule->id != "malformed-suppression";
    };
    const auto names = [&](const Linted& linted) {
      std::multiset<std::string> result;
      for (const Finding& finding : linted.findings)
        if (is_in_both(finding)) result.insert(name(finding) + " " + finding.message);
      if (!has_aliases) return result;
      std::set<std::string> rules;
      for (const Finding& finding : linted.findings)
        if (is_in_both(finding)) rules.insert(std::string(finding.rule->id));
      return std::multiset<std::string>(rules.begin(), rules.end());
    };
    const auto of_yaml = names(yaml), of_json = names(twin);
    std::vector<std::string> only;
    std::set_symmetric_difference(of_yaml.begin(), of_yaml.end(), of_json.begin(), of_json.end(),
                                  std::back_inserter(only));
    if (!only.empty()) charge(6, "the JSON twin has other findings: " + only.front());
  }

 private:
  static std::string name(const Finding& finding) { return std::string(finding.rule->id) + " " + finding.resource; }

  LawReport& report_;
};

}  // namespace

std::vector<std::pair<std::string, SigningWishes>> ways_to_sign() {
  const std::string publisher = "--publisher arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Corpus/AbCdEfGh12";
  std::vector<std::string> options{"--policy enforce",
                                   publisher,
                                   publisher + " --policy enforce",
                                   "--publisher-parameter Publishers",
                                   "--create-profile ReleaseProfile --alarm",
                                   "--unsafe --policy enforce --place globals"};
  for (const char* place : {"functions", "globals"})
    for (const char* source :
         {"template", "arn=arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0",
          "parameter", "optional-parameter", "import=platform:CodeSigningConfigArn",
          "ssm=/platform/code-signing-config", "stack-output=Platform.CodeSigningConfigArn"})
      options.push_back(fmt::format("--config-from {} --place {}", source, place));
  std::vector<std::pair<std::string, SigningWishes>> ways;
  for (const std::string& line : options) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    ways.emplace_back(line, signing_wishes(read_signing_options(words)));
  }
  return ways;
}

LawReport check_reading(const Document& document) {
  LawReport report;
  if (!document.problems.empty()) return report;
  Court court(report);
  court.spans(document);
  court.witness(document);
  return report;
}

LawReport check_laws(const std::string& text, const SigningWishes& wishes, const LintWishes& lint_wishes) {
  LawReport report;
  Court court(report);
  const Transformed first = transform_text(text, wishes, "template.yaml", lint_wishes);
  const Document& document = *first.before.document;
  court.abridgement(document);
  if (!document.problems.empty()) {
    report.refused = document.problems.front().message;
    if (!first.edits.empty()) court.charge(2, "a text that cannot be read was edited");
    return report;
  }
  report.functions = first.before.graph->functions.size();
  report.changed = !first.edits.empty();
  report.left_alone = first.plan.left_alone;
  report.taken_back = !first.plan.empty() && first.edits.empty();
  court.spans(document);
  court.witness(document);
  court.bytes(first);
  court.comments(first);
  court.json_twin(first.before, lint_wishes);

  const Transformed second = transform_text(first.text, wishes, "template.yaml", lint_wishes);
  if (!second.before.document->problems.empty()) {
    court.charge(5, "the result cannot be read: " + second.before.document->problems.front().message);
    return report;
  }
  court.spans(*second.before.document);
  if (report.libyaml_refusal.empty()) {
    court.witness(*second.before.document);
    if (!report.libyaml_refusal.empty()) court.charge(5, "libyaml reads the original, but not the result");
  }
  if (second.text != first.text && !Court::guesses(first, wishes))
    court.charge(3, "a second transform changes the text again");
  if (!report.taken_back && !is_carried_out(first.plan, document, *second.before.document))
    court.charge(5, "the result is not the original and the plan");
  court.findings(first, second.before, wishes);
  return report;
}

std::string difference_when_embedded(const std::string& text) {
  const LintWishes wishes{.profile = Profile::guardrail};
  const Linted alone = lint_text(text, "template.yaml", wishes);
  // Nothing stands beside a template in a string; and a string is no file.
  if (!alone.graph->is_template || !alone.graph->nested_stacks.empty() || text.starts_with(byte_order_mark)) return {};
  // The first line of what is shown, as far as it has no quotes.
  const auto shown = [](const Document& document, const Finding& finding) {
    std::string line(document.source[finding.where]);
    line.resize(std::min(line.find_first_of("\r\n\"\\", 1), line.size()));
    return line.starts_with('\\') || line.starts_with('"') ? std::string() : line;
  };
  std::multiset<std::string> wanted;
  for (const Finding& finding : alone.findings)
    wanted.insert(fmt::format("{} {} (in the TemplateBody of Fleet) @ {}", finding.rule->id, finding.message,
                              shown(*alone.document, finding)));
  std::string block =
      "Resources:\n  Fleet:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n"
      "      TemplateBody: |2+\n";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) block += "        " + line + "\n";
  const std::string json = R"({"Resources": {"Fleet": {"Type": "AWS::CloudFormation::StackSet", "Properties": )"
                           R"({"TemplateBody": )" +
                           json_string(text) + "}}}}";
  for (const std::string& around : {block, json}) {
    const Linted outer = lint_text(around, "template.yaml", wishes);
    if (!outer.document->problems.empty()) return outer.document->problems.front().message;
    std::multiset<std::string> found;
    for (const Finding& finding : outer.findings)
      found.insert(fmt::format("{} {} @ {}", finding.rule->id, finding.message, shown(*outer.document, finding)));
    for (const std::string& one : wanted)
      if (found.count(one) != wanted.count(one)) return "not the same: " + one;
    for (const std::string& one : found)
      if (!wanted.contains(one)) return "only in a string: " + one;
  }
  return {};
}

}  // namespace codesign
