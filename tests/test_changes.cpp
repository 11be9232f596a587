// --changed-since: what a change touches, in real repositories.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include <nlohmann/json.hpp>

#include "cli/changes.h"
#include "tests/repository.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

std::string function(const std::string& id, const std::string& properties = "{Role: r}") {
  return "  " + id + ":\n    Type: AWS::Lambda::Function\n    Properties: " + properties + "\n";
}

// "path Resource" of each finding, or "path rule" where it speaks of none.
std::set<std::string> found(Names arguments = {}, const std::string& since = "HEAD") {
  arguments.insert(arguments.begin(), {"lint", "--format", "json", "--changed-since", since});
  const Outcome outcome = run_with(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.code != world_is_wrong);
  std::set<std::string> result;
  const auto report = nlohmann::json::parse(outcome.out);
  for (const auto& finding : report["findings"]) {
    const auto resource = finding.find("resource");
    result.insert(finding["path"].get<std::string>() + " " +
                  (resource == finding.end() || resource->is_null() ? finding["rule"] : *resource).get<std::string>());
  }
  return result;
}
using Found = std::set<std::string>;

}  // namespace

TEST_SUITE("changes") {
  TEST_CASE("functions that the diff touches, wherever it has got to") {
    const Scratch scratch;
    make_repository();
    const std::string text = "Resources:\n" + function("A") + function("B") + function("C");
    scratch.write("t.yaml", text);
    commit_all();
    CHECK(found().empty());
    CHECK(run_with({"lint", "--changed-since", "HEAD"}).code == done);
    const std::string changed = replaced(text, "  B:\n    Type: AWS::Lambda::Function\n    Properties: {Role: r}",
                                         "  B:\n    Type: AWS::Lambda::Function\n    Properties: {Role: s}");
    scratch.write("t.yaml", changed);
    CHECK(found() == Found{"t.yaml B"});
    CHECK(run_with({"lint", "--changed-since", "HEAD"}).code == has_findings);
    git({"add", "."});
    CHECK(found() == Found{"t.yaml B"});
    git({"checkout", "-q", "-b", "topic"});
    commit_all();
    CHECK(found().empty());
    CHECK(found({}, "main") == Found{"t.yaml B"});
    // What others did on main meanwhile is not ours.
    git({"checkout", "-q", "main"});
    scratch.write("t.yaml", replaced(text, "  A:\n", "  A: # theirs\n"));
    commit_all();
    git({"checkout", "-q", "topic"});
    CHECK(found({}, "main") == Found{"t.yaml B"});
    CHECK(found({"t.yaml"}, "main~1") == Found{"t.yaml B"});
    scratch.write("t.yaml", changed + "# a comment\n" + function("D"));
    CHECK(found({}, "main") == Found{"t.yaml B", "t.yaml D"});
    fs::create_directories("elsewhere");
    fs::current_path("elsewhere");
    CHECK(found({"../t.yaml"}, "main") == Found{"../t.yaml B", "../t.yaml D"});
    fs::current_path("..");
  }

  TEST_CASE("what git does not know is new; what was renamed is not") {
    const Scratch scratch;
    make_repository();
    const std::string text = "Resources:\n" + function("A") + function("B") + function("C") + function("D");
    scratch.write("old.yaml", text);
    commit_all();
    scratch.write("new.yaml", "Resources:\n" + function("N"));
    CHECK(found() == Found{"new.yaml N"});
    git({"add", "--intent-to-add", "."});
    CHECK(found() == Found{"new.yaml N"});
    fs::remove("new.yaml");
    git({"mv", "old.yaml", "moved to.yaml"});
    CHECK(found().empty());
    scratch.write("moved to.yaml", replaced(text, "  C:\n", "  C: # here\n"));
    CHECK(found() == Found{"moved to.yaml C"});
    fs::rename("moved to.yaml", "untold.yaml");
    CHECK(found().size() == 4);
  }

  TEST_CASE("names that git quotes, and settings that change what its diff looks like") {
    const Scratch scratch;
    make_repository();
    const std::string text = "Resources:\n" + function("A") + function("B");
    const Names names{"\xC3\xA4 \xE2\x82\xAC.yaml",
                      "a b.yaml",
                      "q\"uo\\te.yaml",
                      "ta\tb.yaml",
                      "li\nne.yaml",
                      "-x.yaml",
                      "b/a/t.yaml",
                      ":(top).yaml"};
    for (const std::string& name : names) scratch.write(name, text);
    scratch.write(".gitattributes", "*.yaml -diff\n");
    commit_all();
    for (const char* name : {"diff.noprefix", "diff.mnemonicPrefix", "diff.relative"}) git({"config", name, "true"});
    git({"config", "color.ui", "always"});
    git({"config", "diff.external", "false"});
    git({"config", "diff.interHunkContext", "50"});
    git({"config", "diff.context", "9"});
    Found expected;
    for (const std::string& name : names) {
      // An added line that looks like the head of a file is text.
      scratch.write(name, replaced(text, "  B:\n",
                                   "  B:\n    ++ b/other.yaml: 1\n    Description: |\n      diff --git a/x b/x\n"));
      expected.insert(name + " B");
    }
    Found seen = found();
    std::erase_if(seen, [](const std::string& one) { return !one.ends_with(" B"); });
    CHECK(seen == expected);
    CHECK(found().size() == expected.size());
  }

  TEST_CASE("a change in what decides on a function touches it") {
    const Scratch scratch;
    make_repository();
    const std::string text =
        "Transform: AWS::Serverless-2016-10-31\n"
        "Parameters:\n  Stage:\n    Type: String\n    Default: dev\n  Other:\n    Type: String\n    Default: x\n"
        "Mappings:\n  Names:\n    a:\n      b: c\n"
        "Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n  Unused: !Equals [!Ref Other, y]\n"
        "Globals:\n  Function:\n    Timeout: 3\n"
        "Resources:\n"
        "  Config:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers:\n"
        "        SigningProfileVersionArns:\n"
        "          - arn:aws:signer:eu-west-1:210987654321:/signing-profiles/One/AbCdEfGh12\n"
        "      CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}\n"
        "  Sam: {Type: AWS::Serverless::Function, Properties: {CodeUri: s/, Handler: a.b, Runtime: python3.13}}\n" +
        function("Plain") +
        function("Conditional", "{Role: r, CodeSigningConfigArn: !If [IsProd, !Ref Config, !Ref AWS::NoValue]}") +
        function("Mapped", "{Role: !Sub 'a${Sub}', FunctionName: !FindInMap [Names, a, b]}") +
        "  Optional:\n    Type: AWS::Lambda::Function\n    Condition: IsProd\n    Properties: {Role: r}\n";
    scratch.write("t.yaml", text);
    commit_all();
    const auto with = [&](const std::string& what, const std::string& instead) {
      scratch.write("t.yaml", replaced(text, what, instead));
      return found();
    };
    CHECK(with("Timeout: 3", "Timeout: 4") == Found{"t.yaml Sam"});
    CHECK(with("Default: dev", "Default: test") == Found{"t.yaml Conditional", "t.yaml Optional"});
    CHECK(with("!Ref Stage, prod", "!Ref Stage, live") == Found{"t.yaml Conditional", "t.yaml Optional"});
    CHECK(with("b: c", "b: d") == Found{"t.yaml Mapped"});
    CHECK(with("AbCdEfGh12", "AbCdEfGh13") == Found{"t.yaml Conditional"});
    CHECK(with("Default: x", "Default: z").empty());
    CHECK(with("Ref Other, y", "Ref Other, z").empty());
    // What is gone can no longer be pointed at.
    CHECK(with("Globals:\n  Function:\n    Timeout: 3\n", "") == Found{"t.yaml Sam"});
    CHECK(with("Mappings:\n  Names:\n    a:\n      b: c\n", "").contains("t.yaml Mapped"));
    CHECK(with("  IsProd: !Equals [!Ref Stage, prod]\n", "").contains("t.yaml Conditional"));
    // Under this one, Optional is never there.
    const std::string rules = "Rules:\n  R: {Assertions: [{Assert: !Equals [!Ref Stage, dev]}]}\n";
    CHECK(with("Globals:\n", rules + "Globals:\n").size() == 4);
  }

  TEST_CASE("a line that is gone counts with the one before it") {
    const Scratch scratch;
    make_repository();
    const std::string arn =
        "      CodeSigningConfigArn: arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0f6c334abcdea4d8b\n";
    const std::string text =
        "Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties:\n      Role: r\n" + arn + function("B");
    scratch.write("last.yaml", text);
    scratch.write("end.yaml", replaced(text, function("B"), ""));
    commit_all();
    scratch.write("last.yaml", replaced(text, arn, ""));
    scratch.write("end.yaml", replaced(replaced(text, function("B"), ""), arn, ""));
    CHECK(found() == Found{"end.yaml A", "last.yaml A"});
    // With a comment in between, and with a comment that says something of what follows.
    const std::string note = "      # by the platform team\n",
                      allowed = "  # cfn-codesign: allow unsigned-function - x\n";
    const std::string before = replaced(replaced(text, arn, note + arn), "  B:\n", allowed + "  B:\n");
    scratch.write("last.yaml", before);
    commit_all();
    scratch.write("last.yaml", replaced(before, arn, ""));
    CHECK(found() == Found{"last.yaml A"});
    commit_all();
    scratch.write("last.yaml", replaced(replaced(before, arn, ""), allowed, ""));
    CHECK(found() == Found{"last.yaml A", "last.yaml B"});
    commit_all();
    // What is allowed is no finding, whatever changed.
    scratch.write("last.yaml", replaced(before, arn, ""));
    CHECK(found() == Found{});
  }

  TEST_CASE("a function that comes or goes does not touch its neighbours") {
    const Scratch scratch;
    make_repository();
    const auto all = [](const Names& ids) {
      std::string text = "Resources:\n";
      for (const std::string& id : ids) text += "\n  # " + id + " is here.\n" + function(id);
      return text;
    };
    scratch.write("t.yaml", all({"A", "B", "C"}));
    commit_all();
    scratch.write("t.yaml", all({"A", "N", "B", "C"}));
    CHECK(found() == Found{"t.yaml N"});
    scratch.write("t.yaml", all({"A", "B", "C", "N"}));
    CHECK(found() == Found{"t.yaml N"});
    scratch.write("t.yaml", all({"B", "C"}));
    CHECK_FALSE(found().contains("t.yaml C"));
  }

  TEST_CASE("JSON, loops, and the template of a stack set") {
    const Scratch scratch;
    make_repository();
    const std::string json =
        "{\n  \"Resources\": {\n    \"A\": {\n      \"Type\": \"AWS::Lambda::Function\",\n      \"Properties\": {}\n   "
        " },\n"
        "    \"B\": {\n      \"Type\": \"AWS::Lambda::Function\",\n      \"Properties\": {}\n    }\n  }\n}\n";
    const std::string loop =
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Loop:\n    - Name\n    - [One, Two]\n"
        "    - F${Name}:\n        Type: AWS::Lambda::Function\n        Properties: {Role: r}\n" +
        function("Z");
    const std::string set =
        "Resources:\n  Set:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n      StackSetName: s\n"
        "      PermissionModel: SELF_MANAGED\n      TemplateBody: |\n        Resources:\n          F:\n"
        "            Type: AWS::Lambda::Function\n" +
        function("Z");
    scratch.write("a.json", json);
    scratch.write("b.yaml", loop);
    scratch.write("c.yaml", set);
    commit_all();
    CHECK(found().empty());
    scratch.write("a.json", replaced(json, "{}\n    }\n  }", "{\"Role\": \"r\"}\n    }\n  }"));
    scratch.write("b.yaml", replaced(loop, "[One, Two]", "[One, Two, Three]"));
    scratch.write("c.yaml", replaced(set, "StackSetName: s", "StackSetName: t"));
    const Found seen = found();
    CHECK(seen.contains("a.json B"));
    CHECK_FALSE(seen.contains("a.json A"));
    CHECK_FALSE(seen.contains("b.yaml Z"));
    CHECK(std::any_of(seen.begin(), seen.end(), [](const std::string& one) { return one.starts_with("b.yaml F"); }));
    CHECK(seen.contains("c.yaml F"));
    CHECK_FALSE(seen.contains("c.yaml Z"));
  }

  TEST_CASE("what a parent passes touches the templates that it nests") {
    const Scratch scratch;
    make_repository();
    const std::string parent =
        "Parameters: {Arn: {Type: String}}\nResources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    "
        "Properties:\n"
        "      TemplateURL: child.yaml\n      Parameters: {Stage: dev}\n" +
        function("P");
    scratch.write("parent.yaml", parent);
    scratch.write("child.yaml",
                  "Parameters: {Stage: {Type: String}}\nResources:\n  G: {Type: AWS::CloudFormation::Stack, "
                  "Properties: {TemplateURL: grandchild.yaml}}\n" +
                      function("C"));
    scratch.write("grandchild.yaml", "Resources:\n" + function("G"));
    scratch.write("stranger.yaml", "Resources:\n" + function("S"));
    commit_all();
    scratch.write("parent.yaml", replaced(parent, "Stage: dev", "Stage: prod"));
    CHECK(found() == Found{"child.yaml C", "grandchild.yaml G"});
    CHECK(found({"child.yaml"}).empty());
    scratch.write("parent.yaml", replaced(parent, "  P:\n", "  P: # touched\n"));
    CHECK(found() == Found{"parent.yaml P"});
  }

  TEST_CASE("what a nested stack returns touches who takes it") {
    const Scratch scratch;
    const auto signing = [](const std::string& attribute) {
      return "Resources:\n  Csc:\n    Type: AWS::Lambda::CodeSigningConfig\n    DeletionPolicy: Retain\n"
             "    Properties:\n      AllowedPublishers: {SigningProfileVersionArns: [\"arn:aws:signer:eu-west-1:"
             "210987654321:/signing-profiles/Orders/AbCdEfGh12\"]}\n"
             "      CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}\n"
             "Outputs:\n  Arn: {Value: !GetAtt Csc." +
             attribute + "}\n";
    };
    scratch.write("deep.yaml", signing("CodeSigningConfigArn"));
    scratch.write("child.yaml",
                  "Resources:\n  Deep: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: deep.yaml}}\n"
                  "Outputs:\n  Arn: {Value: !GetAtt Deep.Outputs.Arn}\n");
    scratch.write("app.yaml",
                  "Resources:\n  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}\n"
                  "  F:\n    Type: AWS::Lambda::Function\n    Properties: {Code: {S3Bucket: b, S3Key: k.zip}, "
                  "CodeSigningConfigArn: !GetAtt Child.Outputs.Arn}\n" +
                      function("G"));
    make_repository();
    commit_all();
    CHECK(found().empty());
    scratch.write("deep.yaml", signing("CodeSigningConfigId"));
    CHECK(found() == Found{"app.yaml F"});
  }

  TEST_CASE("a template that cannot be read is reported if it changed") {
    const Scratch scratch;
    make_repository();
    const std::string broken = "Resources:\n  F:\n    Type: \"AWS::Lambda::Function\n";
    scratch.write("t.yaml", broken);
    commit_all();
    CHECK(found({"t.yaml"}).empty());
    CHECK(run_with({"transform", "--changed-since", "HEAD", "t.yaml"}).code == done);
    scratch.write("t.yaml", "# a line\n" + broken);
    CHECK(found({"t.yaml"}).size() == 1);
    CHECK(run_with({"transform", "--changed-since", "HEAD", "t.yaml"}).code == has_findings);
  }

  TEST_CASE("transform edits what the diff touches, and nothing else") {
    const Scratch scratch;
    make_repository();
    const std::string text =
        "Parameters: {Stage: {Type: String}}\nResources:\n" + function("A") + function("B") + function("C");
    scratch.write("t.yaml", text);
    commit_all();
    CHECK(run_with({"transform", "--check", "--changed-since", "HEAD"}).code == done);
    scratch.write("t.yaml", replaced(text, "  B:\n", "  B: # new\n"));
    for (const Names& more : {Names{}, Names{"--parameters", "Stage=x"}}) {
      Names arguments{"transform", "--changed-since", "HEAD"};
      arguments.insert(arguments.end(), more.begin(), more.end());
      const std::string diff = run_with(arguments).out;
      const auto signs = [&](std::string_view part) {
        std::size_t count = 0;
        for (std::size_t at = diff.find(part); at != std::string::npos; at = diff.find(part, at + 1)) ++count;
        return count;
      };
      CHECK(signs("+    Properties: {CodeSigningConfigArn") +
                signs("+    Properties: {Role: r, CodeSigningConfigArn") ==
            1);
      CHECK(mentions(diff, "B: # new"));
    }
  }

  TEST_CASE("where git cannot say, a sentence tells why, and what to do") {
    const Scratch scratch;
    scratch.write("t.yaml", "Resources:\n" + function("A"));
    const auto said = [](const std::string& since, const std::string& path = "t.yaml") {
      const Outcome outcome = run_with({"lint", "--changed-since=" + since, path}, "Resources: {}");
      CHECK(outcome.code == world_is_wrong);
      CHECK(outcome.out.empty());
      CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
      return outcome.err;
    };
    CHECK(mentions(said("HEAD"), "run cfn-codesign in the repository that the templates are in"));
    make_repository();
    CHECK(mentions(said("HEAD"), "HEAD: git knows no such commit here; check the spelling"));
    commit_all();
    commit_all();
    CHECK(mentions(said("nowhere"), "nowhere: git knows no such commit here; check the spelling, or git fetch it"));
    CHECK(mentions(said("--output=x"), "\"--output=x\" is no revision"));
    CHECK(mentions(said("HEAD:t.yaml"), "git knows no such commit"));
    CHECK(mentions(said("HEAD", "-"), "name the files instead of -"));
    git({"checkout", "-q", "--orphan", "other"});
    git({"commit", "-q", "--allow-empty", "-m", "other"});
    CHECK(mentions(said("main"),
                   "main: it has no commit in common with HEAD; name a revision that this branch comes from"));
    git({"checkout", "-q", "main"});
    git({"clone", "-q", "--depth", "1", "file://" + fs::current_path().string(), "shallow"});
    fs::current_path("shallow");
    CHECK(mentions(said("HEAD~1"), "shallow clone; fetch its history, in CI with fetch-depth: 0 (GitHub)"));
    fs::current_path("..");
    const WithoutGit without_git;
    CHECK(mentions(said("HEAD"), "--changed-since asks git, which cannot be started; install it"));
  }

  TEST_CASE("no made-up change of a function goes unseen") {
    const Scratch scratch;
    make_repository();
    std::mt19937 random(11);
    const auto below = [&](std::size_t limit) {
      return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    using Block = std::vector<std::string>;
    std::vector<std::pair<std::string, Block>> functions;
    int next = 0;
    const auto make = [&] {
      Block lines{"    Type: AWS::Lambda::Function", "    Properties:", "      Role: r"};
      for (std::size_t more = below(3); more > 0; --more) lines.push_back("      # " + std::to_string(below(5)));
      lines.push_back("      Handler: h" + std::to_string(below(3)));
      return std::pair("F" + std::to_string(next++), lines);
    };
    const auto text = [&] {
      std::string all = "Resources:\n";
      for (const auto& [id, lines] : functions) {
        all += "  " + id + ":\n";
        for (const std::string& line : lines) all += line + "\n";
      }
      return all;
    };
    std::size_t seen_in_all = 0, unchanged_in_all = 0;
    for (int i = 0; i < 20; ++i) functions.push_back(make());
    for (int round = 0; round < 15; ++round) {
      scratch.write("t.yaml", text());
      commit_all();
      const std::map<std::string, Block> before(functions.begin(), functions.end());
      for (std::size_t edits = 1 + below(5); edits > 0; --edits) {
        const std::size_t at = below(functions.size());
        Block& lines = functions[at].second;
        switch (below(4)) {
          case 0: functions.insert(functions.begin() + static_cast<std::ptrdiff_t>(at), make()); break;
          case 1: functions.erase(functions.begin() + static_cast<std::ptrdiff_t>(at)); break;
          case 2: lines.insert(lines.begin() + 3, "      MemorySize: " + std::to_string(128 + below(9))); break;
          default:
            if (lines.size() > 4) lines.erase(lines.end() - 1);
        }
        if (functions.size() < 5) functions.push_back(make());
      }
      scratch.write("t.yaml", text());
      const Found seen = found();
      for (const auto& one : functions) {
        const std::string& id = one.first;
        CAPTURE(id);
        const auto old = before.find(id);
        const bool is_changed = old == before.end() || old->second != one.second;
        if (is_changed) CHECK(seen.contains("t.yaml " + id));
        seen_in_all += seen.contains("t.yaml " + id);
        unchanged_in_all += !is_changed && !seen.contains("t.yaml " + id);
      }
    }
    CHECK(seen_in_all > 20);
    CHECK(unchanged_in_all > 100);
  }
}

}  // namespace codesign
