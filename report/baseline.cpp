#include "report/baseline.h"

#include <algorithm>
#include <charconv>

#include "report/json.h"
#include "report/json_writing.h"

namespace codesign {
namespace {

constexpr std::string_view file_scheme = "file://";

std::string decoded(std::string_view uri) {
  if (uri.starts_with(file_scheme)) uri.remove_prefix(file_scheme.size());
  std::string path;
  for (std::size_t at = 0; at < uri.size(); ++at) {
    unsigned char byte = 0;
    const std::string_view digits = uri[at] == '%' ? uri.substr(at + 1, 2) : std::string_view();
    if (digits.size() == 2 && std::from_chars(digits.data(), digits.data() + 2, byte, 16).ptr == digits.data() + 2) {
      path += static_cast<char>(byte);
      at += 2;
    } else {
      path += uri[at];
    }
  }
  return path;
}

// The text of a SARIF message, in which braces are doubled (§3.11.5).
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    result += text[at];
    const bool is_brace = text[at] == '{' || text[at] == '}';
    if (is_brace && text.substr(at + 1).starts_with(text[at])) ++at;
  }
  return result;
}

class Reader {
 public:
  explicit Reader(const Document& document) : document_(document) {}

  Baseline run() {
    baseline_.problems = document_.problems;
    if (baseline_.problems.empty()) read(document_.root());
    return std::move(baseline_);
  }

 private:
  static constexpr const char* expected = "expected a report of cfn-codesign lint, of --format json or sarif";

  void read(NodeId root) {
    if (root == NodeId::none) return baseline_.problems.push_back({{}, expected});
    const NodeId findings = value_of(document_, root, "findings"), runs = value_of(document_, root, "runs");
    const bool is_sarif = is_sequence(document_, runs);
    if (document_.format != Format::json || (!is_sarif && !is_sequence(document_, findings)))
      return fail(root, expected);
    if (is_sarif) return read_runs(runs);
    for (const NodeId finding : children(document_, findings)) {
      const std::string resource = text(finding, "resource"), stack_set = text(finding, "stack_set");
      add(finding,
          {.path = text(finding, "path"),
           .address = stack_set.empty() ? resource : stack_set + "/" + resource,
           .rule = text(finding, "rule"),
           .message = text(finding, "message"),
           .line = line(finding, "line"),
           .end_line = line(finding, "end_line"),
           .index = baseline_.findings.size()},
          "expected a finding, which has a path and a rule");
    }
  }

  void read_runs(NodeId runs) {
    baseline_.is_sarif = true;
    bool is_ours = false;
    std::size_t number = 0;
    for (const NodeId run : children(document_, runs)) {
      const NodeId driver = value_of(document_, value_of(document_, run, "tool"), "driver");
      if (text(driver, "name") == "cfn-codesign") {
        is_ours = true;
        read_results(value_of(document_, run, "results"), number);
      }
      ++number;
    }
    if (!is_ours) fail(runs, "expected a run of cfn-codesign, and there is none");
  }

  void read_results(NodeId results, std::size_t run) {
    std::size_t index = 0;
    for (const NodeId result : children(document_, results)) {
      const NodeId location = first(value_of(document_, result, "locations"));
      const NodeId place = value_of(document_, location, "physicalLocation");
      const NodeId artifact = value_of(document_, place, "artifactLocation");
      const NodeId region = value_of(document_, place, "region");
      KnownFinding known{
          .path = decoded(text(artifact, "uri")),
          .address = text(first(value_of(document_, location, "logicalLocations")), "fullyQualifiedName"),
          .rule = text(result, "ruleId"),
          .message = unescaped(text(value_of(document_, result, "message"), "text")),
          .line = line(region, "startLine"),
          .end_line = line(region, "endLine"),
          .run = run,
          .index = index++};
      // What a template allows is no finding that is known; it is new when that ends.
      const bool is_allowed = !children(document_, value_of(document_, result, "suppressions")).empty();
      if (!is_allowed && text(result, "baselineState") != "absent")
        add(result, std::move(known), "expected a result, which has a ruleId and the uri of its location");
    }
  }

  void add(NodeId node, KnownFinding known, const char* otherwise) {
    if (known.path.empty() || known.rule.empty()) return fail(node, otherwise);
    baseline_.findings.push_back(std::move(known));
  }

  NodeId first(NodeId sequence) const {
    const std::vector<NodeId> items = children(document_, sequence);
    return items.empty() ? NodeId::none : items.front();
  }

  // Empty where there is no string: what a number says is spelt differently once it was written again.
  std::string text(NodeId mapping, std::string_view key) const {
    const NodeId value = value_of(document_, mapping, key);
    const bool is_string = value != NodeId::none && document_[value].style == Node::Style::double_quoted;
    return is_string ? std::string(document_[value].text) : "";
  }

  // 1 where none is written.
  std::size_t line(NodeId mapping, std::string_view key) const {
    const std::string_view digits = scalar_text(document_, value_of(document_, mapping, key)).value_or("");
    std::size_t number = 1;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return std::max<std::size_t>(number, 1);
  }

  void fail(NodeId node, std::string message) {
    baseline_.problems.push_back({document_[node].span, std::move(message)});
  }

  const Document& document_;
  Baseline baseline_;
};

// Keeps the members of which `stays` is true.
void keep(Json& array, const std::vector<bool>& stays) {
  Json kept = Json::array();
  for (std::size_t i = 0; i < array.size(); ++i)
    if (stays[i]) kept.push_back(std::move(array[i]));
  array = std::move(kept);
}

// Which members of a list with findings stay; those that were not read as findings do not.
std::vector<bool> staying(std::size_t size, std::size_t run, const Baseline& baseline,
                          const std::vector<bool>& is_gone) {
  std::vector<bool> stays(size, false);
  for (std::size_t i = 0; i < is_gone.size(); ++i)
    if (const KnownFinding& known = baseline.findings[i]; known.run == run && known.index < size)
      stays[known.index] = !is_gone[i];
  return stays;
}

// The path that the baseline has for the file of each finding, in the order of a report.
std::vector<std::string> paths_of_findings(const std::vector<FileResult>& files,
                                           const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < files.size(); ++i) all.insert(all.end(), files[i].findings.size(), paths[i]);
  return all;
}

// The files that findings name, and no others, so that a baseline changes only with what it has to say.
Json files_of(const Json& findings) {
  Json files = Json::array();
  for (const Json& finding : findings) {
    if (!files.empty() && files.back()["path"] == finding["path"]) continue;
    const bool is_unreadable = finding["rule"] == "unreadable-template";
    files.push_back({{"path", finding["path"]},
                     {"status", is_unreadable ? "unreadable" : "linted"},
                     {"why", is_unreadable ? finding.value("message", Json()) : Json()}});
  }
  return files;
}

void update_json(Json& report, const std::vector<bool>& stays, Json fresh, const std::vector<std::string>& paths) {
  Json& findings = report["findings"];
  keep(findings, stays);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    fresh["findings"][i]["path"] = paths[i];
    findings.push_back(std::move(fresh["findings"][i]));
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Json& a, const Json& b) { return a["path"] < b["path"]; });
  report["files"] = files_of(findings);
}

// The number of the rule in `rules`, which gets it from `known` if it has it not yet.
std::size_t rule_index(Json& rules, const Json& known, const Json& id) {
  const auto is_rule = [&](const Json& rule) { return rule.value("id", Json()) == id; };
  const auto rule = std::find_if(rules.begin(), rules.end(), is_rule);
  const auto index = static_cast<std::size_t>(rule - rules.begin());
  if (rule == rules.end()) rules.push_back(*std::find_if(known.begin(), known.end(), is_rule));
  return index;
}

void add_results(Json& run, Json fresh, const std::vector<std::string>& paths) {
  Json& rules = run["tool"]["driver"]["rules"];
  for (std::size_t i = 0; i < paths.size(); ++i) {
    Json& result = fresh["results"][i];
    result["ruleIndex"] = rule_index(rules, fresh["tool"]["driver"]["rules"], result["ruleId"]);
    Json& place = result["locations"][0]["physicalLocation"]["artifactLocation"];
    place = artifact_location(paths[i]);
    result.erase("partialFingerprints");  // of paths that are seen from elsewhere
    run["results"].push_back(std::move(result));
  }
}

std::string updated(Json report, const Baseline& baseline, const std::vector<bool>& is_gone,
                    const std::vector<FileResult>& files, const std::vector<std::string>& paths) {
  const std::vector<std::string> of_findings = paths_of_findings(files, paths);
  if (!baseline.is_sarif) {
    update_json(report, staying(report["findings"].size(), 0, baseline, is_gone), Json::parse(json_of_findings(files)),
                of_findings);
    return written(report);
  }
  Json* ours = nullptr;
  for (std::size_t number = report["runs"].size(); number-- > 0;) {
    Json& run = report["runs"][number];
    if (run["tool"]["driver"]["name"] != "cfn-codesign") continue;
    ours = &run;
    keep(run["results"], staying(run["results"].size(), number, baseline, is_gone));
    for (Json& result : run["results"]) result.erase("baselineState");
  }
  const std::vector<KnownFinding> none;
  Json fresh = Json::parse(sarif_of_findings({.files = files, .gone = &none}))["runs"][0];
  std::vector<bool> is_new;  // what is known stands among the results, too
  for (Json& result : fresh["results"]) {
    is_new.push_back(result["baselineState"] == "new");
    result.erase("baselineState");
  }
  keep(fresh["results"], is_new);
  add_results(*ours, std::move(fresh), of_findings);
  return written(report);
}

}  // namespace

Baseline read_baseline(const Document& document) {
  return Reader(document).run();
}

std::string empty_baseline(bool is_sarif) {
  return is_sarif ? sarif_of_findings({.files = {}}) : json_of_findings({});
}

std::string updated_baseline(const std::string& bytes, const Baseline& baseline, const std::vector<bool>& is_gone,
                             const std::vector<FileResult>& files, const std::vector<std::string>& paths) {
  try {
    return updated(Json::parse(bytes), baseline, is_gone, files, paths);
  } catch (const Json::exception&) {  // also where a value is not of the kind that lint writes
    return {};
  }
}

}  // namespace codesign
