// Real templates. They are not part of the project; CORPUS_FOLDER names them.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/laws.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

std::vector<std::filesystem::path> corpus_files() {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(CORPUS_FOLDER, error))
    if (entry.is_regular_file() && entry.path().parent_path() != std::filesystem::path(CORPUS_FOLDER))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void compare(const std::string& name, const std::string& text) {
  const std::filesystem::path golden = std::filesystem::path(SOURCE_FOLDER) / "tests" / name;
  if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(golden, text);
  CAPTURE(name);
  CHECK(read_whole_file(golden) == text);
}

// The reason without the names in it.
std::string kind_of(std::string reason) {
  for (const std::string_view stop : {" when ", " is deployed", ": "})
    if (const std::size_t at = reason.find(stop); at != std::string::npos) reason.resize(at);
  return reason;
}

}  // namespace

TEST_SUITE("corpus") {
  TEST_CASE("the laws hold on every real template, for every way to sign") {
    const auto files = corpus_files();
    if (files.empty()) {
      fmt::print("SKIPPED: the corpus is not at {}\n", CORPUS_FOLDER);
      CHECK_MESSAGE(std::getenv("CI") == nullptr, "in CI the corpus may not be missing");
      return;
    }
    const auto all_wishes = ways_to_sign();
    // With the sanitizers, each file in a few ways only; all ways have their turn.
    const std::size_t step = is_sanitized ? 5 : 1;
    struct Count {
      std::size_t changed = 0;
      std::map<std::string, std::size_t> left_alone;
    };
    std::vector<Count> counts(all_wishes.size());
    std::size_t refused = 0, functions = 0, comments = 0, not_witnessed = 0;
    for (std::size_t file = 0; file < files.size(); ++file) {
      const std::string text = read_whole_file(files[file]);
      for (std::size_t way = file % step; way < all_wishes.size(); way += step) {
        const LawReport report = check_laws(text, all_wishes[way].second);
        CHECK_FALSE(report.taken_back);
        for (const std::string& sentence : report.broken)
          FAIL_CHECK(files[file].string() << ", " << all_wishes[way].first << ": " << sentence);
        counts[way].changed += report.changed;
        for (const LeftAlone& left : report.left_alone) ++counts[way].left_alone[kind_of(left.reason)];
        if (way != file % step) continue;
        if (!report.refused.empty()) {
          ++refused;
          fmt::print("refused: {}: {}\n", files[file].string(), report.refused);
        }
        if (!report.libyaml_refusal.empty()) {
          ++not_witnessed;
          fmt::print("not read by libyaml: {}: {}\n", files[file].string(), report.libyaml_refusal);
        }
        functions += report.functions;
        comments += report.comments;
      }
    }
    fmt::print("{} files, {} functions, {} comments, {} ways to sign, {} refused, {} not read by libyaml\n",
               files.size(), functions, comments, all_wishes.size(), refused, not_witnessed);
    CHECK(refused * 100 < files.size());
    CHECK(functions > 0);
    CHECK(comments > 0);
    if (step > 1) return;
    std::string table = "way\tfiles changed\tleft alone\treason\n";
    for (std::size_t way = 0; way < all_wishes.size(); ++way) {
      table += fmt::format("{}\t{}\n", all_wishes[way].first, counts[way].changed);
      for (const auto& [reason, count] : counts[way].left_alone) table += fmt::format("\t\t{}\t{}\n", count, reason);
    }
    compare("corpus_transforms.tsv", table);
  }

  TEST_CASE("each real template has the same findings in the body of a stack set") {
    for (const auto& file : corpus_files()) {
      CAPTURE(file.string());
      CHECK(difference_when_embedded(read_whole_file(file)) == "");
    }
  }

  TEST_CASE("first warn, then enforce: the second edit touches policies alone, on every real template") {
    std::size_t promoted = 0;
    for (const auto& file : corpus_files()) {
      const std::string warned = transform_text(read_whole_file(file)).text;
      const Transformed enforced = transform_text(warned, {.enforce = true});
      promoted += !enforced.edits.empty();
      for (const Edit& edit : enforced.edits) {
        CAPTURE(file.string());
        const std::string before = warned.substr(edit.where.begin, edit.where.end - edit.where.begin);
        const bool is_word = (before == "Warn" && edit.text == "Enforce") ||
                             (before == "\"Warn\"" && edit.text == "\"Enforce\"") ||
                             (before == "'Warn'" && edit.text == "'Enforce'");
        const bool is_missing_policy = before.empty() && edit.text.find("CodeSigningPolicies") != std::string::npos &&
                                       edit.text.find("CodeSigningConfigArn") == std::string::npos;
        CHECK((is_word || is_missing_policy));
      }
    }
    CHECK((promoted > 0 || corpus_files().empty()));
  }

  // What the tool says of every function in the templates that have conditions or loops. Each line of the file was
  // compared with its template by hand; CODESIGN_ACCEPT=1 writes it anew, and the lines that change must be again.
  TEST_CASE("the states of functions under conditions and in loops are those of corpus_states.tsv") {
    const std::filesystem::path golden = SOURCE_FOLDER "/tests/corpus_states.tsv";
    const std::string index = read_whole_file(CORPUS_FOLDER "/INDEX.tsv");
    if (index.empty()) return;  // said above
    std::string lines;
    std::istringstream rows(index);
    for (std::string row; std::getline(rows, row);) {
      const std::string features = "," + row.substr(row.rfind('\t') + 1) + ",";
      if (features.find(",conditions,") == std::string::npos && features.find(",foreach,") == std::string::npos)
        continue;
      const std::string path = row.substr(0, row.find('\t'));
      const Linted linted = lint_text(read_whole_file(std::filesystem::path(CORPUS_FOLDER) / path));
      for (const Function& function : linted.graph->functions)
        for (const SigningCase& signing : function.signing)
          lines += fmt::format("{}\t{}\t{}{}\t{}\n", path, function.resource->id, name_of(signing.state),
                               when(signing.when), signing.reason);
    }
    if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(golden, lines);
    CHECK(read_whole_file(golden) == lines);
  }

  // How often each rule speaks in each profile, and every finding but those of unsigned-function, which stands for
  // nothing more than a function that nobody signs. Each line was compared with its template by hand; CODESIGN_ACCEPT=1
  // writes the files anew, and the lines that change must be again.
  TEST_CASE("the findings are those of corpus_counts.tsv and corpus_findings.tsv") {
    const auto files = corpus_files();
    if (files.empty()) return;  // said above
    constexpr Profile profiles[] = {Profile::standard, Profile::strict, Profile::guardrail};
    std::map<std::string, std::array<std::size_t, 3>> counts;
    for (const Rule* rule : all_rules()) counts[std::string(rule->id)] = {};
    std::string lines;
    for (const auto& file : files) {
      const std::string path = std::filesystem::relative(file, CORPUS_FOLDER).string();
      const Linted linted = lint_text(read_whole_file(file));
      const LineTable places(linted.document->source.bytes);
      for (const Profile profile : profiles) {
        for (const Finding& finding : lint(*linted.graph, {.profile = profile})) {
          ++counts[std::string(finding.rule->id)][static_cast<std::size_t>(profile)];
          // Of the profiles, the first that says it.
          const bool is_said = profile != Profile::standard && finding.rule->levels.standard != Severity::off;
          const bool is_said_in_strict = profile == Profile::guardrail && finding.rule->levels.strict != Severity::off;
          if (finding.rule->id == "unsigned-function" || is_said || is_said_in_strict) continue;
          const Position at = places.position(finding.where.begin);
          lines +=
              fmt::format("{}\t{}\t{}\t{}\t{}\n", path, at.line, name_of(profile), finding.rule->id, finding.message);
        }
      }
    }
    std::string table = "rule\tdefault\tstrict\tguardrail\n";
    for (const auto& [rule, count] : counts)
      table += fmt::format("{}\t{}\t{}\t{}\n", rule, count[0], count[1], count[2]);
    compare("corpus_findings.tsv", lines);
    compare("corpus_counts.tsv", table);
  }

  // All templates in one run: the nested stacks and where they lead, and what is found that no template says by itself.
  // Few children are in the corpus, as it holds templates with functions.
  TEST_CASE("what crosses between real templates is what corpus_crossings.tsv says") {
    if (corpus_files().empty()) return;  // said above
    const WorkingFolder working(CORPUS_FOLDER);
    const auto graph = nlohmann::json::parse(run_with({"graph", "--no-ignore", "."}).out);
    std::string lines = "template\tline\tnested stack or rule\twhat it leads to or says\n";
    for (const auto& nested : graph["nested_stacks"])
      lines += fmt::format("{}\t{}\t{}\t{} {}\n", nested["path"].get<std::string>(), nested["line"].get<int>(),
                           nested["id"].get<std::string>(), nested["template"].get<std::string>(),
                           nested["file"].is_string() ? "is followed" : "is not there");
    const auto report =
        nlohmann::json::parse(run_with({"lint", "--strict", "--format", "json", "--no-ignore", "."}).out);
    std::map<std::string, std::multiset<std::string>> alone;
    for (const auto& finding : report["findings"]) {
      const std::string path = finding["path"], message = finding["message"];
      if (const auto [known, is_new] = alone.try_emplace(path); is_new)
        for (const Finding& one : lint(*lint_text(read_whole_file(path)).graph, {.profile = Profile::strict}))
          known->second.insert(one.message);
      auto& messages = alone.at(path);
      if (const auto same = messages.find(message); same != messages.end())
        messages.erase(same);
      else
        lines += fmt::format("{}\t{}\t{}\t{}\n", path, finding["line"].get<int>(), finding["rule"].get<std::string>(),
                             message);
    }
    for (const auto& [path, messages] : alone)
      for (const std::string& message : messages) FAIL_CHECK(path << " says by itself alone: " << message);
    compare("corpus_crossings.tsv", lines);
  }

  TEST_CASE("AWS's own sample of code signing is told its bug") {
    const std::string text = read_whole_file(
        CORPUS_FOLDER
        "/aws-samples/aws-lambda-code-signing-cft-sample/stackset1-create-signer-and-code-signing-config.yaml");
    if (text.empty()) return;  // said above
    const auto rules = rules_of(lint_text(text));
    CHECK(std::find(rules.begin(), rules.end(), "unversioned-publisher") != rules.end());
  }
}

}  // namespace codesign
