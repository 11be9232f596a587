// samples/: each folder is documentation, test and demonstration at once. Those of rules are named like the rule;
// signing/ shows how a team signs, layout/ how a file is written.
//   template.yaml or .json  what a user has; where both are there, the second is the same in JSON
//   NAME.template.json      the same, as CDK calls it: the whole folder is linted
//   findings.txt            what lint prints about it
//   lint-arguments          options of lint, if it needs any
//   arguments               options of transform, if it needs any
//   fixed.yaml or .json     what transform makes of it; missing where nothing changes
//   good.yaml               a neighbour without findings, for faults that a person must fix
// CODESIGN_ACCEPT=1 writes findings.txt and fixed.* instead of comparing them.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/signing_options.h"
#include "report/text.h"
#include "template/parse.h"
#include "tests/laws.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

struct Sample {
  std::string name;
  fs::path folder, file;
  std::vector<std::string> arguments;

  SigningWishes wishes() const { return signing_wishes(read_signing_options(arguments)); }
  // Of lint-arguments, the profile.
  LintWishes lint_wishes() const {
    const std::string words = read_whole_file(folder / "lint-arguments");
    for (const Profile profile : {Profile::strict, Profile::guardrail})
      if (words.find(std::string(name_of(profile))) != std::string::npos) return {.profile = profile};
    return {};
  }
  fs::path fixed() const { return folder / ("fixed" + file.extension().string()); }
};

// That of a stack, and not of one nested in it; empty where there is none.
fs::path cdk_template_in(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".template.json") && !name.ends_with(".nested.template.json")) return entry.path();
  }
  return {};
}

std::vector<Sample> all_samples() {
  std::vector<Sample> samples;
  for (auto it = fs::recursive_directory_iterator(SOURCE_FOLDER "/samples"); it != fs::recursive_directory_iterator();
       ++it) {
    const fs::directory_entry& entry = *it;
    if (!entry.is_directory()) continue;
    const std::string folder = entry.path().filename().string();
    if (folder == "workspace" || folder == "reports") {  // tests/test_workspace.cpp, tests/test_formats.cpp
      it.disable_recursion_pending();
      continue;
    }
    Sample sample{.name = entry.path().filename().string(), .folder = entry.path()};
    for (const char* name : {"template.json", "template.yaml"})
      if (fs::exists(sample.folder / name)) sample.file = sample.folder / name;
    if (sample.file.empty()) sample.file = cdk_template_in(sample.folder);
    if (sample.file.empty()) {  // a folder of samples
      const auto inside = fs::directory_iterator(sample.folder);
      REQUIRE_MESSAGE(
          std::all_of(fs::begin(inside), fs::end(inside), [](const auto& one) { return one.is_directory(); }),
          sample.name << " has no template");
      continue;
    }
    std::istringstream words(read_whole_file(sample.folder / "arguments"));
    for (std::string word; words >> word;) sample.arguments.push_back(word);
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::string lint_output(const fs::path& file, const std::vector<std::string>& options = {}) {
  const WorkingFolder working(file.parent_path());
  std::vector<std::string> command{"lint"};
  std::istringstream words(read_whole_file("lint-arguments"));
  for (std::string word; words >> word;) command.push_back(word);
  command.insert(command.end(), options.begin(), options.end());
  command.push_back(file.filename().string().ends_with(".template.json") ? "." : file.filename().string());
  const Outcome outcome = run_with(command);
  return outcome.out + outcome.err;
}

std::string transform_output(const Sample& sample, const std::string& text) {
  std::vector<std::string> command{"transform"};
  std::istringstream words(read_whole_file(sample.folder / "lint-arguments"));
  for (std::string word; words >> word;) command.push_back(word);
  command.insert(command.end(), sample.arguments.begin(), sample.arguments.end());
  command.emplace_back("-");
  return run_with(command, text).out;
}

// "error[rule] message" of each finding, without the places.
std::vector<std::string> headlines_of(const std::string& printed) {
  std::vector<std::string> headlines;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("error[") || line.starts_with("warning[") || line.starts_with("note["))
      headlines.push_back(line);
  std::sort(headlines.begin(), headlines.end());
  return headlines;
}

}  // namespace

TEST_SUITE("samples") {
  TEST_CASE("findings are those of findings.txt") {
    for (const Sample& sample : all_samples()) {
      CAPTURE(sample.name);
      const std::string printed = lint_output(sample.file);
      if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(sample.folder / "findings.txt", printed);
      CHECK(read_whole_file(sample.folder / "findings.txt") == printed);
    }
  }

  TEST_CASE("transform makes fixed.* of it, and nothing of what is fixed") {
    for (const Sample& sample : all_samples()) {
      CAPTURE(sample.name);
      const std::string text = read_whole_file(sample.file);
      const std::string result = transform_output(sample, text);
      if (std::getenv("CODESIGN_ACCEPT")) {
        fs::remove(sample.fixed());
        if (result != text) write_whole_file(sample.fixed(), result);
      }
      if (!fs::exists(sample.fixed())) {
        CHECK(result == text);
        continue;
      }
      CHECK(result != text);
      CHECK(read_whole_file(sample.fixed()) == result);
      CHECK(transform_output(sample, result) == result);
    }
  }

  TEST_CASE("the neighbour without findings") {
    for (const Sample& sample : all_samples()) {
      CAPTURE(sample.name);
      if (!fs::exists(sample.folder / "good.yaml")) continue;
      // What it allows, it may.
      CHECK(lint_output(sample.folder / "good.yaml").starts_with("no findings in 1 template"));
      CHECK(transform_text(read_whole_file(sample.folder / "good.yaml")).edits.empty());
    }
  }

  TEST_CASE("what is fully and correctly signed has no findings") {
    const fs::path file = fs::path(SOURCE_FOLDER) / "samples" / "fully-signed" / "template.yaml";
    CHECK(lint_output(file) == "no findings in 1 template\n");
    CHECK(lint_output(file, {"--profile", "guardrail"}) == "no findings in 1 template\n");
  }

  TEST_CASE("a sample named like a rule makes that rule speak, in JSON, too") {
    for (const Rule* rule : all_rules()) {
      CAPTURE(rule->id);
      const fs::path folder = fs::path(SOURCE_FOLDER) / "samples" / rule->id, twin = folder / "template.json";
      const std::string text = read_whole_file(folder / "template.yaml");
      const std::vector<std::string> findings = headlines_of(lint_output(folder / "template.yaml"));
      CHECK(std::any_of(findings.begin(), findings.end(), [&](const std::string& line) {
        return line.find("[" + std::string(rule->id) + "]") != std::string::npos;
      }));
      // What has no tree, and what JSON has no word for, has no twin.
      const std::string json = as_json(parse({"template.yaml", text}));
      if (rule->id == "unreadable-template" || rule->id == "yaml-alias") continue;
      if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(twin, json);
      CHECK(read_whole_file(twin) == json);
      CHECK(headlines_of(lint_output(twin)) == findings);
    }
  }

  TEST_CASE("a twin in JSON has the same findings") {
    for (const Sample& sample : all_samples()) {
      const fs::path twin = sample.folder / "template.json";
      if (sample.file == twin || !fs::exists(twin) || find_rule(sample.name)) continue;
      CAPTURE(sample.name);
      const std::string json = as_json(parse({"template.yaml", read_whole_file(sample.file)}));
      if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(twin, json);
      CHECK(read_whole_file(twin) == json);
      CHECK(headlines_of(lint_output(twin)) == headlines_of(lint_output(sample.file)));
    }
  }

  TEST_CASE("the laws hold, for every wish") {
    for (const Sample& sample : all_samples()) {
      const std::string text = read_whole_file(sample.file);
      for (const SigningWishes& wishes : {sample.wishes(), SigningWishes{}, SigningWishes{.enforce = true}})
        for (const std::string& sentence : check_laws(text, wishes, sample.lint_wishes()).broken)
          FAIL_CHECK(sample.name << ": " << sentence);
    }
  }
}

}  // namespace codesign
