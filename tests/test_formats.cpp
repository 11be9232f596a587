// The formats of lint: samples/reports holds one of each, and what knows only a format reads it as it was meant.
// tests/reports validates the same files with what others have written.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cli/run.h"
#include "report/report.h"
#include "report/text.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;
using Parsed = nlohmann::json;

const fs::path samples = fs::path(SOURCE_FOLDER) / "samples";
const std::string unsigned_template =
    "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Role: r\n";

Outcome lint_in(World world, const std::vector<std::string>& arguments) {
  Outcome outcome{};
  world.out = [&](std::string_view text) { outcome.out += text; };
  world.err = [&](std::string_view text) { outcome.err += text; };
  world.read_input = [] { return std::string(); };
  outcome.code = run(arguments, world);
  return outcome;
}

Parsed sarif_of(const std::string& text, std::vector<std::string> options = {}) {
  std::vector<std::string> arguments{"lint", "--format", "sarif"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.emplace_back("-");
  return Parsed::parse(run_with(arguments, text).out)["runs"][0];
}

// --- a reader that knows nothing but the formats

// The byte at a line and column, both 1-based; `width` says how many columns a character takes by its first byte.
std::size_t offset_of(const std::string& text, std::size_t line, std::size_t column,
                      std::size_t (*width)(unsigned char)) {
  std::size_t at = 0;
  for (std::size_t i = 1; i < line; ++i) at = text.find('\n', at) + 1;
  std::size_t columns = 1;
  while (columns < column) columns += width(static_cast<unsigned char>(text.at(at++)));
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

std::size_t utf16_width(unsigned char byte) {
  return (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
}

std::size_t byte_width(unsigned char) {
  return 1;
}

struct Change {
  std::size_t begin, end;
  std::string text;
};

std::string with_changes(std::string text, std::vector<Change> changes) {
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.begin > b.begin; });
  for (const Change& change : changes) text.replace(change.begin, change.end - change.begin, change.text);
  return text;
}

// §3.30.2: a byte order mark is no part of the text.
std::string with_fix(const std::string& file, const Parsed& fix) {
  const std::size_t mark = file.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::string text = file.substr(mark);
  std::vector<Change> changes;
  for (const Parsed& replacement : fix["artifactChanges"][0]["replacements"]) {
    const Parsed& region = replacement["deletedRegion"];
    changes.push_back({offset_of(text, region["startLine"], region["startColumn"], utf16_width),
                       offset_of(text, region["endLine"], region["endColumn"], utf16_width),
                       replacement.contains("insertedContent") ? replacement["insertedContent"]["text"] : ""});
  }
  return file.substr(0, mark) + with_changes(text, std::move(changes));
}

std::string with_suggestions(const std::string& text, const Parsed& diagnostic) {
  std::vector<Change> changes;
  for (const Parsed& suggestion : diagnostic["suggestions"]) {
    const Parsed &start = suggestion["range"]["start"], &end = suggestion["range"]["end"];
    changes.push_back({offset_of(text, start["line"], start["column"], byte_width),
                       offset_of(text, end["line"], end["column"], byte_width), suggestion["text"]});
  }
  return with_changes(text, std::move(changes));
}

// --- samples

std::vector<fs::path> all_templates() {
  std::vector<fs::path> files{samples / "reports" / "templates" / "orders.yaml"};
  for (const auto& entry : fs::recursive_directory_iterator(samples)) {
    const std::string name = entry.path().filename().string();
    if (name == "template.yaml" || name == "template.json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> words_of(const fs::path& file) {
  std::istringstream words(read_whole_file(file));
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  return all;
}

// The arguments of transform that the description of a fix names.
std::vector<std::string> command_in(const Parsed& fix) {
  const std::string description = fix["description"]["text"];
  std::istringstream words(description.substr(description.find("transform")));
  std::vector<std::string> arguments;
  for (std::string word; words >> word && word != "does";) arguments.push_back(word);
  return arguments;
}

}  // namespace

TEST_SUITE("formats") {
  TEST_CASE("samples/reports holds what each format is") {
    const Scratch scratch;
    for (const auto& entry : fs::directory_iterator(samples / "reports" / "templates"))
      scratch.write(entry.path().filename().string(), read_whole_file(entry.path()));
    for (const auto& known : report_formats()) {
      const std::string name(known.first);
      CAPTURE(name);
      const Outcome outcome = run_with({"lint", "--strict", "--format", name, "."});
      CHECK(outcome.code == has_findings);
      CHECK(outcome.err.empty());
      const fs::path golden = samples / "reports" / ("report." + name);
      if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(golden, outcome.out);
      CHECK(read_whole_file(golden) == outcome.out);
    }
  }

  TEST_CASE("several reports at once, each to its file") {
    const Scratch scratch;
    scratch.write("t.yaml", unsigned_template);
    std::vector<std::string> command{"lint", "t.yaml"};
    for (const auto& [name, format] : report_formats())
      command.push_back("--output=" + std::string(name) + "=out." + std::string(name));
    const Outcome all = run_with(command);
    CHECK(all.code == has_findings);
    CHECK(all.out == run_with({"lint", "t.yaml"}).out);
    for (const auto& known : report_formats()) {
      const std::string name(known.first);
      CAPTURE(name);
      CHECK(read_whole_file("out." + name) == run_with({"lint", "--format", name, "t.yaml"}).out);
      CHECK(mentions(all.err, "written: out." + name + "\n"));
    }
    // Found in the folder, the second time, but no template.
    CHECK(run_with({"lint", "--output", "json=out.json", "."}).code == has_findings);
    CHECK(run_with({"lint", "--output", "json=out.json", "."}).code == has_findings);
  }

  TEST_CASE("an output that cannot be meant is refused") {
    const Scratch scratch;
    scratch.write("t.yaml", unsigned_template);
    const auto refused = [](const std::vector<std::string>& outputs) {
      std::vector<std::string> command{"lint", "t.yaml"};
      for (const std::string& output : outputs) command.insert(command.end(), {"--output", output});
      const Outcome outcome = run_with(command);
      CHECK(outcome.code == world_is_wrong);
      return outcome.err;
    };
    CHECK(refused({"out.json"}) ==
          "cfn-codesign: --output out.json is not FORMAT=FILE with a FORMAT of "
          "text|concise|json|sarif|github|gitlab|junit|checkstyle|rdjson\n");
    CHECK(mentions(refused({"yaml=out.yaml"}), "--output yaml=out.yaml is not FORMAT=FILE"));
    CHECK(mentions(refused({"json="}), "is not FORMAT=FILE"));
    CHECK(mentions(refused({"json=a", "sarif=./a"}), "--output names ./a for two reports"));
    CHECK(mentions(refused({"json=./t.yaml"}), "./t.yaml: is a template that was read, and is not replaced"));
    CHECK(mentions(refused({"json=no/such/folder.json"}), "no/such/folder.json: cannot be made"));
    CHECK(read_whole_file("t.yaml") == unsigned_template);
  }

  TEST_CASE("what SARIF offers as a fix is what transform does for that finding alone") {
    std::size_t fixes = 0, alone = 0;
    std::map<std::string, std::size_t> by_rule;
    for (const fs::path& file : all_templates()) {
      CAPTURE(file.string());
      const std::string text = read_whole_file(file);
      const std::vector<std::string> options = words_of(file.parent_path() / "lint-arguments");
      const Parsed run = sarif_of(text, options);
      REQUIRE(run["columnKind"] == "utf16CodeUnits");
      std::map<std::string, std::size_t> of_rule;
      for (const Parsed& result : run["results"]) ++of_rule[result["ruleId"]];
      for (const Parsed& result : run["results"]) {
        const Parsed& region = result["locations"][0]["physicalLocation"]["region"];
        const std::string in_file = text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
        const std::size_t begin = offset_of(in_file, region["startLine"], region["startColumn"], utf16_width);
        const std::size_t end = offset_of(in_file, region["endLine"], region["endColumn"], utf16_width);
        CHECK(in_file.substr(begin, end - begin) == region["snippet"]["text"]);
        if (!result.contains("fixes")) continue;
        ++fixes;
        CAPTURE(result["message"]["text"].get<std::string>());
        const std::string fixed = with_fix(text, result["fixes"][0]);
        CHECK(fixed != text);
        ++by_rule[result["ruleId"]];
        if (of_rule[result["ruleId"]] > 1) continue;
        ++alone;
        std::vector<std::string> command = command_in(result["fixes"][0]);
        command.insert(command.end(), options.begin(), options.end());
        command.emplace_back("-");
        CHECK(run_with(command, text).out == fixed);
      }
    }
    CHECK(fixes > 100);
    CHECK(alone > 50);
    for (const Rule* rule : all_rules()) {
      CAPTURE(rule->id);
      const bool can_be_offered = rule->repair != Repair::none && rule->repair != Repair::with_publisher;
      CHECK(by_rule.contains(std::string(rule->id)) == can_be_offered);
    }
  }

  TEST_CASE("fixes of SARIF that wait for no option, carried out one after the other, end where transform ends") {
    for (const fs::path& file : all_templates()) {
      CAPTURE(file.string());
      const std::vector<std::string> options = words_of(file.parent_path() / "lint-arguments");
      std::string text = read_whole_file(file);
      std::vector<std::string> command{"transform"};
      command.insert(command.end(), options.begin(), options.end());
      command.emplace_back("-");
      const std::string wanted = run_with(command, text).out;
      for (int round = 0; round < 100; ++round) {
        const Parsed results = sarif_of(text, options)["results"];
        const auto fixable = std::find_if(results.begin(), results.end(), [](const Parsed& one) {
          return one.contains("fixes") && command_in(one["fixes"][0]).size() == 3;  // transform --only RULE
        });
        if (fixable == results.end()) break;
        text = with_fix(text, (*fixable)["fixes"][0]);
      }
      CHECK(text == wanted);
    }
  }

  TEST_CASE("rdjson offers the same fixes as SARIF, in columns of bytes") {
    for (const fs::path& file : all_templates()) {
      CAPTURE(file.string());
      const std::string text = read_whole_file(file);
      const Parsed results = sarif_of(text)["results"];
      const Parsed diagnostics = Parsed::parse(run_with({"lint", "--format", "rdjson", "-"}, text).out)["diagnostics"];
      REQUIRE(results.size() == diagnostics.size());
      for (std::size_t i = 0; i < results.size(); ++i) {
        CHECK(results[i].contains("fixes") == diagnostics[i].contains("suggestions"));
        if (results[i].contains("fixes"))
          CHECK(with_fix(text, results[i]["fixes"][0]) == with_suggestions(text, diagnostics[i]));
      }
    }
  }

  TEST_CASE("with --parameters, fixes hold for all deployments all the same") {
    const std::string text =
        "Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}}\nConditions: {P: !Equals [!Ref Stage, prod]}\n"
        "Resources:\n"
        "  C:\n    Type: AWS::Lambda::CodeSigningConfig\n    Condition: P\n    Properties:\n"
        "      AllowedPublishers: {SigningProfileVersionArns: "
        "['arn:aws:signer:eu-west-1:210987654321:/signing-profiles/P/AbCdEfGh12']}\n" +
        unsigned_template.substr(unsigned_template.find("  F:"));
    const Parsed results = sarif_of(text, {"--parameters", "Stage=prod"})["results"];
    const auto finding = std::find_if(results.begin(), results.end(),
                                      [](const Parsed& one) { return one["ruleId"] == "unsigned-function"; });
    REQUIRE(finding != results.end());
    // C, which exists in prod alone, is not what F is given.
    CHECK(with_fix(text, (*finding)["fixes"][0]) ==
          run_with({"transform", "--only", "unsigned-function", "-"}, text).out);
  }

  TEST_CASE("a large template with many findings is told to have no fixes, rather than to take minutes") {
    std::string text = "Resources:\n";
    for (int i = 0; i < 400; ++i)
      text +=
          "  F" + std::to_string(i) + ": {Type: AWS::Lambda::Function, Description: '" + std::string(300, 'x') + "'}\n";
    const Outcome outcome = run_with({"lint", "--format", "sarif", "-"}, text);
    CHECK(outcome.err ==
          "<stdin>: is too large to offer a fix for each of 400 findings; cfn-codesign transform repairs them\n");
    CHECK(mentions(outcome.out, "\"ruleId\": \"unsigned-function\""));
    CHECK_FALSE(mentions(outcome.out, "\"fixes\""));
  }

  TEST_CASE("fingerprints tell findings apart, and do not know lines") {
    const std::string text = unsigned_template + "  G: {Type: AWS::Lambda::Function}\n";
    const auto names_of = [](const Parsed& run) {
      std::vector<std::string> names;
      for (const Parsed& result : run["results"]) names.push_back(result["partialFingerprints"]["pathResourceRule/v1"]);
      return names;
    };
    CHECK(names_of(sarif_of(text)) ==
          std::vector<std::string>{"%3Cstdin%3E:F:unsigned-function:1", "%3Cstdin%3E:G:unsigned-function:1"});
    CHECK(names_of(sarif_of("# a comment\n\n" + text)) == names_of(sarif_of(text)));
    for (const fs::path& file : all_templates()) {
      CAPTURE(file.string());
      const std::vector<std::string> names = names_of(sarif_of(read_whole_file(file), {"--profile", "guardrail"}));
      CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    }
    std::string published =
        "Resources:\n  C:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n"
        "      AllowedPublishers:\n        SigningProfileVersionArns:\n";
    for (int i = 0; i < 3; ++i)
      published += "          - arn:aws:signer:eu-west-1:210987654321:/signing-profiles/P/AbCdEfGh12\n";
    const std::vector<std::string> repeated = names_of(sarif_of(published, {"--strict"}));
    CHECK(std::count(repeated.begin(), repeated.end(), "%3Cstdin%3E:C:repeated-publisher:2") == 1);
  }

  TEST_CASE("what could not be read is told by SARIF, too") {
    const Scratch scratch;
    scratch.write("t.yaml", "Resources: {}\n");
    const auto invocation = [](const std::vector<std::string>& paths) {
      std::vector<std::string> command{"lint", "--format", "sarif"};
      command.insert(command.end(), paths.begin(), paths.end());
      return Parsed::parse(run_with(command).out)["runs"][0]["invocations"][0];
    };
    CHECK(invocation({"t.yaml"}) == Parsed{{"executionSuccessful", true}});
    const Parsed wrong = invocation({"t.yaml", "gone{}.yaml"});
    CHECK(wrong["executionSuccessful"] == false);
    CHECK(wrong["toolExecutionNotifications"][0]["message"]["text"] ==
          "gone{{}}.yaml: there is no such file or folder; check the spelling, and the folder you are in");
  }

  TEST_CASE("a template cannot speak to GitHub Actions") {
    const std::string hostile =
        R"({"Resources": {"F\n::error title=x::y\r\n##[add-mask]a,b:c%0A": {"Type": "AWS::Lambda::Function"}}})";
    const std::string annotations = run_with({"lint", "--format", "github", "-"}, hostile).out;
    CHECK(annotations ==
          "::error file=<stdin>,line=1,col=16,endLine=1,endColumn=63,title=unsigned-function::F%0A::error "
          "title=x::y%0D%0A"
          "##[add-mask]a,b:c%250A accepts unsigned code. Set CodeSigningConfigArn to an "
          "AWS::Lambda::CodeSigningConfig.\n");
    CHECK(without_commands("  ::error::a\n##[error]b\na ::error::\n") == "  : :error::a\n# #[error]b\na ::error::\n");

    const Scratch scratch;
    scratch.write("a,b:%/t.json", hostile);
    CHECK(mentions(run_with({"lint", "--format", "github", "."}).out, "file=a%2Cb%3A%25/t.json,line"));
    const Outcome shown = lint_in({.in_github_actions = true}, {"lint", "."});
    CHECK(mentions(shown.out, "# #[add-mask]"));
    CHECK_FALSE(mentions(shown.out, "##["));
  }

  TEST_CASE("XML holds nothing that is not allowed in it") {
    const std::string hostile = R"({"Resources": {"F<&\"'>]]>\u0001\ud800\uffff": {"Type": "AWS::Lambda::Function"}}})";
    for (const char* format : {"junit", "checkstyle"}) {
      CAPTURE(format);
      const std::string xml = run_with({"lint", "--format", format, "-"}, hostile).out;
      CHECK_FALSE(mentions(xml, "F<&"));
      CHECK(std::none_of(xml.begin(), xml.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
    }
  }

  TEST_CASE("in CI, text stays text, and lint says what else there is") {
    const Scratch scratch;
    scratch.write("t.yaml", unsigned_template);
    const Outcome plain = run_with({"lint", "t.yaml"});
    const World github{.in_github_actions = true}, gitlab{.in_gitlab_ci = true};
    const Outcome annotated = lint_in(github, {"lint", "t.yaml"});
    CHECK(annotated.out == plain.out);
    CHECK(annotated.code == plain.code);
    CHECK(
        annotated.err.starts_with("::error file=t.yaml,line=2,col=3,endLine=2,endColumn=4,title=unsigned-function::F"));
    CHECK(mentions(annotated.err, "--output sarif=FILE"));
    CHECK(lint_in(github, {"lint", "--format", "text", "t.yaml"}).err.empty());
    CHECK(lint_in(github, {"lint", "--format", "json", "t.yaml"}).err.empty());
    const Outcome chosen = lint_in(github, {"lint", "--output", "sarif=s", "t.yaml"});
    CHECK(mentions(chosen.err, "::error file=t.yaml"));
    CHECK_FALSE(mentions(chosen.err, "--output sarif=FILE"));
    const Outcome advised = lint_in(gitlab, {"lint", "t.yaml"});
    CHECK(advised.out == plain.out);
    CHECK(mentions(advised.err, "--output gitlab=FILE"));
    CHECK(plain.err.empty());
  }

  TEST_CASE("what CI systems read names files from the root of the repository") {
    const Scratch scratch;
    scratch.write("services/orders/t.yaml", unsigned_template);
    fs::create_directory(".git");
    fs::current_path("services");
    const auto printed = [](const char* format, const std::string& path = "orders/t.yaml") {
      return run_with({"lint", "--format", format, path}).out;
    };
    CHECK(mentions(printed("github"), "file=services/orders/t.yaml,"));
    CHECK(mentions(printed("github", fs::absolute("orders/t.yaml").string()), "file=services/orders/t.yaml,"));
    CHECK(mentions(printed("github", "./orders/../orders/t.yaml"), "file=services/orders/t.yaml,"));
    CHECK(mentions(printed("gitlab"), "\"path\": \"services/orders/t.yaml\""));
    CHECK(mentions(printed("sarif"), "\"uri\": \"services/orders/t.yaml\""));
    CHECK(mentions(printed("json"), "\"path\": \"orders/t.yaml\""));
    CHECK(mentions(printed("rdjson"), "\"path\": \"orders/t.yaml\""));
    CHECK(printed("concise").starts_with("orders/t.yaml:2:3: error: F accepts unsigned code [unsigned-function]\n"));
  }
}

}  // namespace codesign
