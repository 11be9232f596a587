// samples/workspace: folders of templates that have to do with each other, and what only their joined view tells.
//   findings.txt     what lint prints about the folder
//   lint-arguments   options of lint, if it needs any
// A folder has a neighbour NAME-good, about which there is nothing to say. CODESIGN_ACCEPT=1 writes findings.txt.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "graph/workspace.h"
#include "lint/lint.h"
#include "template/parse.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders_of_templates() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(SOURCE_FOLDER "/samples/workspace"))
    if (entry.is_directory()) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

Outcome lint_here(std::vector<std::string> options = {}) {
  std::vector<std::string> command{"lint"};
  std::istringstream words(read_whole_file("lint-arguments"));
  for (std::string word; words >> word;) command.push_back(word);
  command.insert(command.end(), options.begin(), options.end());
  command.emplace_back(".");
  return run_with(command);
}

constexpr const char* publisher = "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12";

std::string config(const std::string& id, const std::string& policy) {
  return "  " + id +
         ":\n    Type: AWS::Lambda::CodeSigningConfig\n    DeletionPolicy: Retain\n    Properties:\n"
         "      AllowedPublishers: {SigningProfileVersionArns: [\"" +
         publisher + "\"]}\n      CodeSigningPolicies: {UntrustedArtifactOnDeployment: " + policy + "}\n";
}

std::string function(const std::string& id, const std::string& config_arn) {
  return "  " + id +
         ":\n    Type: AWS::Lambda::Function\n    Properties:\n      Code: {S3Bucket: signed, S3Key: a.zip}\n"
         "      Handler: a.b\n      Role: arn:aws:iam::210987654321:role/a\n      Runtime: python3.13\n" +
         (config_arn.empty() ? "" : "      CodeSigningConfigArn: " + config_arn + "\n");
}

std::string nested(const std::string& id, const std::string& path, const std::string& parameters = "") {
  return "  " + id + ":\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: " + path + "\n" +
         (parameters.empty() ? "" : "      Parameters: {" + parameters + "}\n");
}

constexpr const char* begins = "AWSTemplateFormatVersion: '2010-09-09'\n";

// The states of a function in every stack of its template, sorted: "F in Child of app.yaml: none when A=b".
std::vector<std::string> states(const std::string& id) {
  std::vector<std::string> result;
  const auto report = nlohmann::json::parse(run_with({"graph", "."}).out);
  for (const auto& one : report["functions"]) {
    if (one["id"] != id) continue;
    std::string text;
    for (const auto& signing : one["signing"]) {
      text += text.empty() ? "" : "; ";
      text += signing["state"].get<std::string>();
      if (signing["config"].is_string()) text += " by " + signing["config"].get<std::string>();
      if (!signing["when"].is_null()) text += " when " + signing["when"].dump();
      if (signing["reason"].is_string()) text += " (" + signing["reason"].get<std::string>() + ")";
    }
    result.push_back((one["stack"].is_null() ? "alone" : one["stack"].get<std::string>()) + ": " + text);
  }
  std::sort(result.begin(), result.end());
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace
}  // namespace codesign

namespace doctest {
template <>
struct StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : "\n") + text;
    return String(all.c_str());
  }
};
}  // namespace doctest

namespace codesign {
namespace {}  // namespace

TEST_SUITE("workspace") {
  TEST_CASE("findings of folders are those of findings.txt; neighbours have none") {
    for (const fs::path& folder : folders_of_templates()) {
      const std::string name = folder.filename().string();
      CAPTURE(name);
      const WorkingFolder working(folder);
      const Outcome outcome = lint_here();
      const std::string printed = outcome.out + outcome.err;
      if (std::getenv("CODESIGN_ACCEPT")) write_whole_file("findings.txt", printed);
      CHECK(read_whole_file("findings.txt") == printed);
      if (name.ends_with("-good")) {
        CHECK(printed.starts_with("no findings in "));
      } else {
        CHECK_FALSE(printed.starts_with("no findings in "));
        // What only the joined view gives: no file says it on its own.
        std::vector<std::string> headlines;
        std::istringstream lines(printed);
        for (std::string line; std::getline(lines, line);)
          if (line.find('[') < line.find(']') && line.find("  ") != 0) headlines.push_back(line);
        std::string alone;
        for (const auto& entry : fs::recursive_directory_iterator("."))
          if (entry.path().extension() == ".yaml" || entry.path().extension() == ".json")
            alone += run_with({"lint", "-"}, read_whole_file(entry.path())).out;
        CHECK_MESSAGE(std::any_of(headlines.begin(), headlines.end(),
                                  [&](const std::string& line) { return alone.find(line) == std::string::npos; }),
                      name << " shows nothing that its templates alone do not");
      }
    }
  }

  TEST_CASE("every folder has its neighbour") {
    std::set<std::string> names;
    for (const fs::path& folder : folders_of_templates()) names.insert(folder.filename().string());
    for (const std::string& name : names) {
      CAPTURE(name);
      CHECK(names.contains(name.ends_with("-good") ? name.substr(0, name.size() - 5) : name + "-good"));
    }
  }

  TEST_CASE("what a folder's transform writes is fixed, and stays as it is") {
    for (const fs::path& folder : folders_of_templates()) {
      CAPTURE(folder.filename().string());
      const Scratch scratch;
      fs::copy(folder, ".", fs::copy_options::recursive);
      const Outcome first = run_with({"transform", "--write", "--publisher", publisher, "."});
      CHECK(first.code == 0);
      CHECK(run_with({"transform", "--check", "--publisher", publisher, "."}).code == 0);
    }
  }

  TEST_CASE("parameters are passed down, through any number of stacks") {
    const Scratch scratch;
    scratch.write(
        "app.yaml",
        begins +
            std::string("Parameters: {Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}}\nResources:\n") +
            config("Csc", "Enforce") + nested("Child", "child.yaml", "Config: !Ref Csc, Mode: !Ref Stage"));
    scratch.write("child.yaml",
                  begins + std::string("Parameters: {Config: {Type: String}, Mode: {Type: String}}\nResources:\n") +
                      nested("Leaf", "deep/leaf.yaml", "Arn: !Ref Config, Level: !Sub 'x-${Mode}'"));
    scratch.write("deep/leaf.yaml",
                  begins +
                      std::string("Parameters: {Arn: {Type: String, Default: ''}, Level: {Type: String}}\n"
                                  "Conditions: {Signs: !Equals [!Ref Level, x-prod]}\nResources:\n") +
                      function("F", "!If [Signs, !Ref Arn, !Ref AWS::NoValue]"));
    CHECK(states("F") ==
          Texts{R"(Child/Leaf of app.yaml: enforced by Csc of app.yaml when {"Stage of app.yaml":"prod"}; none)"
                R"( when {"Stage of app.yaml":"dev"})"});
    // With that parameter given, for that deployment.
    const auto report = nlohmann::json::parse(run_with({"graph", "--parameters", "Stage=prod", "."}).out);
    CHECK(report["functions"][0]["signing"].size() == 1);
    CHECK(report["functions"][0]["signing"][0]["state"] == "enforced");
    // Who nests what.
    CHECK(report["nested_stacks"].size() == 2);
    CHECK(report["nested_stacks"][0]["file"] == "child.yaml");
    CHECK(report["nested_stacks"][1]["template"] == "deep/leaf.yaml");
    CHECK(report["nested_stacks"][1]["file"] == "deep/leaf.yaml");
    CHECK(report["nested_stacks"][1]["stack"] == "Child of app.yaml");
  }

  TEST_CASE("what is not passed keeps its default, and what has none is not known") {
    const Scratch scratch;
    scratch.write("a.yaml", begins + std::string("Resources:\n") + nested("A", "child.yaml"));
    scratch.write("b.yaml",
                  begins + std::string("Resources:\n") + nested("B", "child.yaml", "Config: !Ref AWS::NoValue"));
    scratch.write("child.yaml", begins +
                                    std::string("Parameters: {Config: {Type: String, Default: ''}}\nResources:\n") +
                                    function("F", "!Ref Config"));
    CHECK(states("F") == Texts{"A of a.yaml: none", "B of b.yaml: none"});
    scratch.write("child.yaml", begins + std::string("Parameters: {Config: {Type: String}}\nResources:\n") +
                                    function("F", "!Ref Config"));
    for (const std::string& state : states("F")) CHECK(mentions(state, "unknown"));
  }

  TEST_CASE("outputs are read up, and go down again") {
    const Scratch scratch;
    scratch.write("app.yaml", begins + std::string("Resources:\n") + nested("Signing", "signing.yaml") +
                                  nested("Child", "child.yaml", "Config: !GetAtt Signing.Outputs.Arn") +
                                  function("Own", "!GetAtt Signing.Outputs.Arn"));
    scratch.write("signing.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                      "Outputs: {Arn: {Value: !GetAtt Csc.CodeSigningConfigArn}}\n");
    scratch.write("child.yaml", begins + std::string("Parameters: {Config: {Type: String}}\nResources:\n") +
                                    function("F", "!Ref Config"));
    CHECK(states("Own") == Texts{"alone: enforced by Csc of signing.yaml"});
    CHECK(states("F") == Texts{"Child of app.yaml: enforced by Csc of signing.yaml"});
  }

  TEST_CASE("a config that goes down and comes back is the template's own") {
    const Scratch scratch;
    scratch.write("app.yaml", begins + std::string("Resources:\n") + config("Csc", "Warn") +
                                  nested("Child", "child.yaml", "Config: !Ref Csc") +
                                  function("Own", "!GetAtt Child.Outputs.Same"));
    scratch.write("child.yaml", begins + std::string("Parameters: {Config: {Type: String}}\nResources:\n") +
                                    function("F", "!Ref Config") + "Outputs: {Same: {Value: !Ref Config}}\n");
    CHECK(states("Own") == Texts{"alone: warns by Csc"});
    CHECK(states("F") == Texts{"Child of app.yaml: warns by Csc of app.yaml"});
  }

  TEST_CASE("circles end") {
    const Scratch scratch;
    scratch.write("a.yaml", begins + std::string("Resources:\n") + nested("B", "b.yaml", "P: !GetAtt B.Outputs.Q") +
                                function("F", "!GetAtt B.Outputs.Q"));
    scratch.write("b.yaml", begins + std::string("Parameters: {P: {Type: String}}\nResources:\n") +
                                nested("A", "a.yaml") + function("G", "!Ref P") + "Outputs: {Q: {Value: !Ref P}}\n");
    CHECK(mentions(states("F").front(), "unknown"));
    CHECK(mentions(states("G").front(), "unknown"));
    scratch.write("b.yaml", begins + std::string("Resources:\n") + nested("Itself", "b.yaml"));
    CHECK(mentions(lint_here().out, "nests this template in turn"));
  }

  TEST_CASE("many ways to the same template are bounded, and said") {
    const Scratch scratch;
    for (int level = 0; level < 10; ++level)
      scratch.write("t" + std::to_string(level) + ".yaml", begins + std::string("Resources:\n") +
                                                               nested("L", "t" + std::to_string(level + 1) + ".yaml") +
                                                               nested("R", "t" + std::to_string(level + 1) + ".yaml"));
    scratch.write("t10.yaml", begins + std::string("Resources:\n") + function("F", ""));
    const Outcome outcome = lint_here();
    CHECK(mentions(outcome.out, "nested in more stacks than are looked at"));
    CHECK(mentions(outcome.out, "F accepts unsigned code"));
    CHECK(states("F").size() == max_stacks_of_a_template);
  }

  TEST_CASE("stacks in stacks are followed to a depth, and the rest is said") {
    const Scratch scratch;
    for (std::size_t i = 0; i <= max_depth_of_stacks; ++i)
      scratch.write(fmt::format("t{:03}.yaml", i),
                    std::string(begins) + "Resources:\n" + nested("N", fmt::format("t{:03}.yaml", i + 1)));
    scratch.write(fmt::format("t{:03}.yaml", max_depth_of_stacks + 1),
                  std::string(begins) + "Resources:\n" + function("F", ""));
    CHECK(states("F") == std::vector<std::string>{"N of t064.yaml: none"});
    const std::string out = lint_here({"--profile", "guardrail"}).out;
    CHECK(mentions(out, "t064.yaml is nested deeper than is looked at (in the stack N/N/"));
  }

  TEST_CASE("nothing outside the folder is read") {
    const Scratch scratch;
    scratch.write("outside.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                      "Outputs: {Arn: {Value: !Ref Csc}}\n");
    scratch.write("run/app.yaml", begins + std::string("Resources:\n") + nested("Up", "../outside.yaml") +
                                      nested("Link", "link.yaml") + function("F", "!GetAtt Up.Outputs.Arn") +
                                      function("G", "!GetAtt Link.Outputs.Arn"));
    fs::create_symlink("../outside.yaml", "run/link.yaml");
    fs::current_path("run");
    CHECK(mentions(states("F").front(), "unknown"));
    CHECK(mentions(states("G").front(), "unknown"));
    CHECK(mentions(lint_here().out, "../outside.yaml lies outside the folder that this run works in, and is not read"));
    CHECK(mentions(lint_here().out, "link.yaml lies outside"));
    fs::current_path("..");
    CHECK(states("F") == Texts{"alone: enforced by Csc of outside.yaml"});
  }

  TEST_CASE("no way leads out of the folder") {
    const Scratch scratch;
    scratch.write("outside/t.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                        "Outputs: {Arn: {Value: !Ref Csc}}\n");
    scratch.write("run/below/t.yaml", read_whole_file("outside/t.yaml"));
    fs::create_directory_symlink("../outside", "run/folder");
    fs::create_directory_symlink("../..", "run/below/up");
    fs::create_symlink("../outside/t.yaml", "run/link.yaml");
    fs::create_symlink("link.yaml", "run/chain.yaml");
    fs::create_symlink(fs::absolute("outside/t.yaml"), "run/absolute.yaml");
    const std::string absolute = fs::absolute("outside/t.yaml").string();
    fs::current_path("run");
    const auto state_by = [](const std::string& path) {
      std::ofstream("app.yaml") << begins << "Resources:\n"
                                << nested("N", path) << function("F", "!GetAtt N.Outputs.Arn");
      return states("F").front();
    };
    for (const std::string& path :
         {std::string("../outside/t.yaml"), std::string("below/../../outside/t.yaml"),
          std::string("./.././/outside/t.yaml"), std::string("folder/t.yaml"), std::string("below/up/outside/t.yaml"),
          std::string("folder/../outside/t.yaml"), std::string("link.yaml"), std::string("chain.yaml"),
          std::string("absolute.yaml"), absolute}) {
      CAPTURE(path);
      CHECK(mentions(state_by(path), "unknown"));
      CHECK_FALSE(mentions(lint_here().out, "t.yaml:"));
    }
    // What comes back is inside.
    for (const char* path : {"below/t.yaml", "../run/below/t.yaml", "below/up/run/below/t.yaml"}) {
      CAPTURE(path);
      CHECK(mentions(state_by(path), "enforced"));
    }
  }

  TEST_CASE("a nested template that was not named is read for its parent, and not reported on in silence") {
    const Scratch scratch;
    scratch.write("app.yaml", begins + std::string("Resources:\n") + nested("Child", "child.yaml"));
    scratch.write("child.yaml", begins + std::string("Resources:\n") + function("F", ""));
    const Outcome outcome = run_with({"lint", "app.yaml"});
    CHECK(mentions(outcome.out, "child.yaml was not named, so its 1 finding is not shown"));
    CHECK(outcome.code == 0);
    CHECK(run_with({"lint", "app.yaml", "child.yaml"}).code == 1);
  }

  TEST_CASE("imports are found by name, for the deployment that has it") {
    const Scratch scratch;
    const std::string parameters = "Parameters: {Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}}\n";
    scratch.write("shared.yaml", begins + parameters + "Conditions: {Prod: !Equals [!Ref Env, prod]}\nResources:\n" +
                                     config("Csc", "!If [Prod, Enforce, Warn]") +
                                     "Outputs: {Arn: {Value: !Ref Csc, Export: {Name: !Sub '${Env}-csc'}}}\n");
    scratch.write("app.yaml", begins + std::string("Resources:\n") + function("Dev", "!ImportValue dev-csc") +
                                  function("Prod", "!ImportValue prod-csc") +
                                  function("Other", "!ImportValue test-csc"));
    CHECK(states("Dev") == Texts{"alone: warns by Csc of shared.yaml"});
    CHECK(states("Prod") == Texts{"alone: enforced by Csc of shared.yaml"});
    CHECK(mentions(states("Other").front(), "it is imported from test-csc"));
    scratch.write("other.yaml", begins + parameters + "Resources:\n" + config("Csc", "Enforce") +
                                    "Outputs: {Arn: {Value: !Ref Csc, Export: {Name: dev-csc}}}\n");
    CHECK(mentions(states("Dev").front(), "which other.yaml and shared.yaml export"));
    CHECK(states("Prod") == Texts{"alone: enforced by Csc of shared.yaml"});
  }

  TEST_CASE("a name with the stack's own name in it is not known") {
    const Scratch scratch;
    scratch.write("shared.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                     "Outputs: {Arn: {Value: !Ref Csc, Export: {Name: !Sub '${AWS::StackName}-csc'}},\n"
                                     "  Here: {Value: !Ref Csc, Export: {Name: !Sub '${AWS::Region}-csc'}}}\n");
    scratch.write("app.yaml", begins + std::string("Resources:\n") +
                                  function("F", "{'Fn::ImportValue': !Sub '${AWS::StackName}-csc'}") +
                                  function("G", "{'Fn::ImportValue': !Sub '${AWS::Region}-csc'}"));
    CHECK(mentions(states("F").front(), "unknown"));
    CHECK(states("G") == Texts{"alone: enforced by Csc of shared.yaml"});
  }

  TEST_CASE("stacks may import from each other") {
    const Scratch scratch;
    for (const auto& [mine, other] : {std::pair("a", "b"), std::pair("b", "a")})
      scratch.write(std::string(mine) + ".yaml",
                    begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                        function(mine == std::string("a") ? "FA" : "FB", std::string("!ImportValue csc-of-") + other) +
                        "Outputs: {Arn: {Value: !Ref Csc, Export: {Name: csc-of-" + mine + "}}}\n");
    CHECK(states("FA") == Texts{"alone: enforced by Csc of b.yaml"});
    CHECK(states("FB") == Texts{"alone: enforced by Csc of a.yaml"});
  }

  TEST_CASE("a config that another template's inline code uses is not made to enforce") {
    const Scratch scratch;
    scratch.write("shared.yaml", begins + std::string("Resources:\n") + config("Csc", "Warn") +
                                     "Outputs: {Arn: {Value: !Ref Csc, Export: {Name: csc}}}\n");
    scratch.write("app.yaml", begins + std::string("Resources:\n  F:\n    Type: AWS::Lambda::Function\n"
                                                   "    Properties:\n      Code: {ZipFile: 'x'}\n      Handler: a.b\n"
                                                   "      Role: arn:aws:iam::210987654321:role/a\n"
                                                   "      Runtime: python3.13\n"
                                                   "      CodeSigningConfigArn: !ImportValue csc\n"));
    const Outcome outcome = run_with({"transform", "--policy", "enforce", "."});
    CHECK(outcome.out.empty());
    run_with({"transform", "--write", "--policy", "enforce", "shared.yaml"});  // alone, nobody knows
    CHECK(mentions(read_whole_file("shared.yaml"), "UntrustedArtifactOnDeployment: Enforce"));
  }

  TEST_CASE("an import may be a tag on a mapping") {
    const Scratch scratch;
    scratch.write("a.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                "Outputs: {C: {Value: !Ref Csc, Export: {Name: dev-csc}}}\n");
    scratch.write(
        "b.yaml",
        begins + std::string("Parameters: {Env: {Type: String, Default: dev, AllowedValues: [dev]}}\nResources:\n") +
            function("F", "!ImportValue\n        Fn::Sub: '${Env}-csc'") +
            function("G", "!ImportValue {Fn::Join: ['-', [!Ref Env, csc]]}"));
    CHECK(states("F") == Texts{"alone: enforced by Csc of a.yaml"});
    CHECK(states("G") == Texts{"alone: enforced by Csc of a.yaml"});
  }

  TEST_CASE("what a nested stack's parameters refuse is never deployed") {
    const Scratch scratch;
    const auto parent = [&](const std::string& passed) {
      scratch.write("app.yaml",
                    begins +
                        std::string("Parameters: {Stage: {Type: String, AllowedValues: [dev, prod, test]}}\n"
                                    "Conditions: {IsProd: !Equals [!Ref Stage, prod]}\nResources:\n") +
                        config("Csc", "Enforce") + nested("Child", "child.yaml", passed));
    };
    const auto child = [&](const std::string& parameter) {
      scratch.write(
          "child.yaml",
          begins + std::string("Parameters: {Csc: {Type: String, ") + parameter +
              "}, Level: {Type: String, AllowedValues: [dev, prod], Default: dev}}\n"
              "Conditions: {Known: !Or [!Equals [!Ref Level, dev], !Equals [!Ref Level, prod]]}\nResources:\n" +
              function("F", "!If [Known, !Ref Csc, !Ref AWS::NoValue]"));
    };
    const Texts enforced{"Child of app.yaml: enforced by Csc of app.yaml"};
    child("Default: none");
    parent("Csc: !Ref Csc, Level: !Ref Stage");
    CHECK(states("F") == enforced);
    // Not passed, and no default.
    child("NoEcho: true");
    parent("Csc: !If [IsProd, !Ref Csc, !Ref AWS::NoValue], Level: prod");
    CHECK(states("F") == enforced);
    child("AllowedPattern: 'arn:.*'");
    parent("Csc: !If [IsProd, !Ref Csc, none]");
    CHECK(states("F") == enforced);
    // What no deployment gets through is no reason to be silent.
    child("Default: none");
    parent("Csc: !Ref Csc, Level: test");
    CHECK(states("F") == enforced);
  }

  TEST_CASE("who imports is where the exporter is") {
    const Scratch scratch;
    scratch.write("a.yaml", begins +
                                std::string("Conditions: {Eu: !Equals [!Ref AWS::Region, eu-west-1]}\nResources:\n") +
                                config("Csc", "!If [Eu, Enforce, Warn]") +
                                "Outputs: {C: {Value: !Ref Csc, Export: {Name: csc}}}\n");
    scratch.write("b.yaml", begins +
                                std::string("Conditions: {Eu: !Equals [!Ref AWS::Region, eu-west-1]}\nResources:\n") +
                                function("F", "!If [Eu, !ImportValue csc, !Ref AWS::NoValue]"));
    CHECK(states("F") == Texts{R"(alone: enforced by Csc of a.yaml when {"AWS::Region":"eu-west-1"}; none when )"
                               R"({"AWS::Region":"other"})"});
  }

  TEST_CASE("links of what is found by itself do not lead out of the folder of the run") {
    const Scratch scratch;
    std::filesystem::create_directories("run/shared");
    scratch.write("secret.txt", "password: hunter2\n");
    scratch.write("run/t.yaml", begins + std::string("Resources: {T: {Type: AWS::SNS::Topic}}\n"));
    std::filesystem::current_path("run");
    for (const char* name : {".cfn-codesign.yaml", "samconfig.toml"}) {
      std::filesystem::create_symlink("../secret.txt", name);
      const Outcome outcome = run_with({"lint", "t.yaml"});
      CHECK(outcome.code == 2);
      CHECK(mentions(outcome.err, std::string(name) + ": is a link that leads out of "));
      CHECK_FALSE(mentions(outcome.err + outcome.out, "password"));
      std::filesystem::remove(name);
    }
    scratch.write("run/shared/policy.yaml", "profile: strict\n");
    std::filesystem::create_symlink("shared/policy.yaml", ".cfn-codesign.yaml");
    CHECK(run_with({"lint", "t.yaml"}).code == 0);
    std::filesystem::current_path("..");
  }

  TEST_CASE("a template is not hidden by nesting it in a stack that no deployment has") {
    const Scratch scratch;
    scratch.write("app.yaml", begins + std::string("Conditions: {Never: !Equals [a, b]}\nResources:\n") +
                                  "  Child: {Type: AWS::CloudFormation::Stack, Condition: Never, Properties: "
                                  "{TemplateURL: child.yaml}}\n");
    scratch.write("child.yaml", begins + std::string("Resources:\n") + function("F", ""));
    CHECK(states("F") == Texts{"Child of app.yaml: unknown (no deployment contains it)"});
    CHECK(lint_here().code == 1);
  }

  TEST_CASE("of several values that are passed, each is judged where it is") {
    const Scratch scratch;
    for (const char* branches : {"!Ref Csc, none", "none, !Ref Csc"}) {
      scratch.write("app.yaml", begins +
                                    std::string("Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}}\n"
                                                "Conditions: {IsProd: !Equals [!Ref Stage, prod]}\nResources:\n") +
                                    config("Csc", "Enforce") +
                                    nested("Child", "child.yaml", std::string("Csc: !If [IsProd, ") + branches + "]"));
      scratch.write("child.yaml", begins + std::string("Parameters: {Csc: {Type: String}}\nResources:\n") +
                                      function("F", "!Ref Csc"));
      CHECK(mentions(lint_here().out, branches[0] == '!' ? "code signing config when Stage=dev in app.yaml"
                                                         : "code signing config when Stage=prod in app.yaml"));
    }
  }

  TEST_CASE("lists are passed down, too") {
    const Scratch scratch;
    scratch.write("app.yaml",
                  begins + std::string("Resources:\n") +
                      nested("Child", "child.yaml",
                             "Publishers: 'arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders', Layers: "
                             "'arn:aws:lambda:eu-west-1:998877665544:layer:tools:3'"));
    scratch.write("child.yaml", begins +
                                    std::string("Parameters: {Publishers: {Type: CommaDelimitedList}, Layers: {Type: "
                                                "CommaDelimitedList}}\nResources:\n") +
                                    "  Csc:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n"
                                    "      AllowedPublishers: {SigningProfileVersionArns: !Ref Publishers}\n"
                                    "      CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}\n" +
                                    function("F", "!Ref Csc") + "      Layers: !Ref Layers\n");
    const std::string out = lint_here().out;
    CHECK(mentions(out, "error[unversioned-publisher] Csc allows \"arn:aws:signer:eu-west-1:210987654321"));
    CHECK(mentions(out, "warning[untrusted-layer] Csc allows no publisher that could sign the layer of account"));
  }

  TEST_CASE("one value that is passed for a list is a list of one; what is put together is told apart") {
    const Scratch scratch;
    const std::string profile =
        "  P: {Type: AWS::Signer::SigningProfile, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: "
        "{PlatformId: "
        "AWSLambda-SHA384-ECDSA}}\n";
    scratch.write("child.yaml", begins +
                                    std::string("Parameters: {Publishers: {Type: CommaDelimitedList}}\nResources:\n"
                                                "  Csc:\n    Type: AWS::Lambda::CodeSigningConfig\n"
                                                "    Properties: {AllowedPublishers: {SigningProfileVersionArns: "
                                                "!Ref Publishers}, CodeSigningPolicies: "
                                                "{UntrustedArtifactOnDeployment: Enforce}}\n") +
                                    function("F", "!Ref Csc"));
    const auto findings = [&](const std::string& passed) {
      scratch.write("app.yaml", begins + std::string("Resources:\n") + profile +
                                    nested("Child", "child.yaml", "Publishers: " + passed));
      return lint_here().out;
    };
    const std::string none = "no findings in 2 templates\n", arn = std::string(publisher);
    CHECK(findings("!GetAtt P.ProfileVersionArn") == none);
    CHECK(findings("!Sub '${P.ProfileVersionArn}'") == none);
    CHECK(findings("!Join [',', [!GetAtt P.ProfileVersionArn, '" + arn + "']]") == none);
    CHECK(mentions(findings("!Join [', ', ['" + arn + "', !GetAtt P.Arn]]"), "allows Arn of P of app.yaml"));
    CHECK(mentions(findings("!Sub '${P.ProfileVersionArn},oops'"), "the publisher \"oops\", which is a placeholder"));
    CHECK(findings("!Sub '${P.ProfileVersionArn}${P.ProfileVersionArn}'") == none);  // not known
    // Without a parent, an attribute of a profile is no list.
    scratch.write("app.yaml",
                  begins + std::string("Resources:\n") + profile +
                      "  Csc:\n    Type: AWS::Lambda::CodeSigningConfig\n    DeletionPolicy: Retain\n"
                      "    Properties: {AllowedPublishers: {SigningProfileVersionArns: !GetAtt "
                      "P.ProfileVersionArn}, CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}}\n");
    CHECK(mentions(run_with({"lint", "app.yaml"}).out, "SigningProfileVersionArns is one value; expected a list"));
  }

  TEST_CASE("a value that is never empty, or never reads like a text, is not compared with it") {
    const Scratch scratch;
    const auto state = [&](const std::string& passed, const std::string& compared, const char* type = "String") {
      scratch.write("child.yaml", begins + std::string("Parameters: {P: {Type: ") + type +
                                      "}}\nConditions: {IsThat: !Equals [" +
                                      (type == std::string("String") ? "!Ref P" : "!Join ['', !Ref P]") + ", '" +
                                      compared + "']}\nResources:\n" + config("Csc", "Enforce") +
                                      function("F", "!If [IsThat, !Ref AWS::NoValue, !Ref Csc]"));
      scratch.write("app.yaml", begins + std::string("Resources:\n") + config("Other", "Enforce") +
                                    nested("Child", "child.yaml", "P: " + passed));
      return states("F");
    };
    const Texts enforced{"Child of app.yaml: enforced by Csc"};
    CHECK(state("!ImportValue somewhere", "") == enforced);
    CHECK(state("!Ref AWS::Region", "") == enforced);
    CHECK(state("!Ref AWS::Region", "prod") == enforced);
    CHECK(state("!Sub 'x-${AWS::Region}'", "") == enforced);
    CHECK(state("!Sub 'x-${AWS::Region}'", "y-eu-west-1") == enforced);
    CHECK(state("!Sub '${AWS::AccountId}-x'", "123456789012-y") == enforced);
    CHECK(state("!Sub '${Other},more'", "", "CommaDelimitedList") == enforced);
    CHECK(state("!ImportValue somewhere", "none") != enforced);
    CHECK(state("!Sub 'x-${AWS::Region}'", "x-eu-west-1") != enforced);
  }

  TEST_CASE("a nested stack's own condition is said, and what a deployment does not have is not") {
    const Scratch scratch;
    scratch.write("app.yaml",
                  begins + std::string("Parameters: {Stage: {Type: String, Default: dev, AllowedValues: [dev, "
                                       "prod]}}\nConditions: {IsProd: !Equals [!Ref Stage, prod]}\n"
                                       "Resources:\n  Child: {Type: AWS::CloudFormation::Stack, Condition: "
                                       "IsProd, Properties: {TemplateURL: child.yaml}}\n"));
    scratch.write("child.yaml", begins + std::string("Resources:\n") + function("F", ""));
    CHECK(mentions(lint_here().out,
                   "F accepts unsigned code when Stage=prod in app.yaml; the default deployment is not "
                   "affected (in the stack Child of app.yaml)"));
    CHECK(mentions(lint_here({"--parameters", "Stage=prod"}).out, "F accepts unsigned code\n"));
    CHECK(lint_here({"--parameters", "Stage=dev"}).out == "no findings in 2 templates\n");
  }

  TEST_CASE("what templates compare their Region with is their own, though they share it") {
    const Scratch scratch;
    const auto with_region = [](const std::string& region, const std::string& more) {
      return begins + ("Conditions: {Here: !Equals [!Ref AWS::Region, " + region + "]}\nResources:\n") +
             config("Csc", "Enforce") + function("F", "!If [Here, !Ref Csc, !Ref AWS::NoValue]") + more;
    };
    scratch.write("a.yaml", with_region("us-east-1", "Outputs: {A: {Value: x, Export: {Name: a}}}\n"));
    scratch.write("b.yaml", with_region("eu-west-1", function("G", "!ImportValue b")));
    const std::string out = lint_here({"--format", "concise"}).out;
    CHECK(mentions(out, "F accepts unsigned code when AWS::Region is not \"us-east-1\""));
    CHECK(mentions(out, "F accepts unsigned code when AWS::Region is not \"eu-west-1\""));
    // What a parent decides by it counts.
    scratch.write("app.yaml",
                  begins + std::string("Conditions: {Far: !Not [!Equals [!Ref AWS::Region, ap-south-1]]}\nResources:\n"
                                       "  A: {Type: AWS::CloudFormation::Stack, Condition: Far, Properties: "
                                       "{TemplateURL: a.yaml}}\n"));
    CHECK(mentions(
        lint_here({"--format", "concise"}).out,
        "F accepts unsigned code when AWS::Region is neither \"us-east-1\" nor \"ap-south-1\" (in the stack A"));
  }

  TEST_CASE("a stack or an output that is not there in some deployments is named") {
    const Scratch scratch;
    const std::string stage =
        "Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}}\nConditions: {IsProd: !Equals [!Ref Stage, "
        "prod]}\n";
    const std::string child =
        begins + stage + "Resources:\n" + config("Csc", "Enforce") + "Outputs:\n  Arn: {Value: !Ref Csc";
    const std::string stack =
        "  Child: {Type: AWS::CloudFormation::Stack, Condition: IsProd, Properties: {TemplateURL: "
        "child.yaml, Parameters: {Stage: !Ref Stage}}}\n";
    const auto says = [&](const std::string& output, const std::string& parent) {
      scratch.write("child.yaml", child + output + "}\n");
      scratch.write("app.yaml", begins + stage + "Resources:\n" + parent);
      return lint_here({"--format", "concise"}).out;
    };
    const std::string always = replaced(stack, " Condition: IsProd,", "");
    const std::string takes = function("F", "!GetAtt Child.Outputs.Arn");
    const std::string claim = "F is signed by the output Arn of Child, which is not there when Stage=dev";
    CHECK(mentions(says("", stack + takes), claim));
    CHECK(mentions(says(", Condition: IsProd", always + takes), claim));
    CHECK(says("", always + takes) == "no findings in 2 templates\n");
    CHECK(says("", stack + replaced(takes, "    Type: AWS::Lambda", "    Condition: IsProd\n    Type: AWS::Lambda")) ==
          "no findings in 2 templates\n");
  }

  TEST_CASE("a link inside the folder is the template that it leads to") {
    const Scratch scratch;
    scratch.write("app.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                  nested("Child", "link.yaml", "Csc: !Ref Csc"));
    scratch.write("real.yaml", begins +
                                   std::string("Parameters: {Csc: {Type: String, Default: ''}}\nConditions: {Has: !Not "
                                               "[!Equals [!Ref Csc, '']]}\nResources:\n") +
                                   function("F", "!If [Has, !Ref Csc, !Ref AWS::NoValue]"));
    fs::create_symlink("real.yaml", "link.yaml");
    for (const Texts& paths : {Texts{"."}, Texts{"app.yaml", "real.yaml"}, Texts{"app.yaml", "link.yaml"}}) {
      Texts words{"lint"};
      words.insert(words.end(), paths.begin(), paths.end());
      CHECK(run_with(words).out == "no findings in 2 templates\n");
    }
  }

  TEST_CASE("the root of the file system is no folder to begin in") {
    const Scratch scratch;
    scratch.write("run/app.yaml", begins + std::string("Resources:\n") + nested("Child", "../secret.yaml"));
    scratch.write("secret.yaml", begins + std::string("Resources:\n") + function("F", ""));
    const std::string run = fs::absolute("run").string();
    CHECK(mentions(run_with({"lint", "run"}).out, "../secret.yaml was not named"));
    const WorkingFolder root("/");
    CHECK(mentions(run_with({"lint", run}).out, "../secret.yaml lies outside the folder"));
  }

  TEST_CASE("what no deployment exports is no second exporter; what is ambiguous says who exports it") {
    const Scratch scratch;
    const std::string stage =
        "Parameters: {Stage: {Type: String, AllowedValues: [dev]}}\nConditions: {IsProd: !Equals [!Ref Stage, prod]}\n";
    const auto exporter = [&](const std::string& more) {
      return begins + stage + "Resources:\n" + config("Csc", "Enforce") +
             "Outputs: {C: {Value: !Ref Csc, Export: {Name: csc}" + more + "}}\n";
    };
    scratch.write("a.yaml", exporter(""));
    scratch.write("b.yaml", exporter(", Condition: IsProd"));
    scratch.write("f.yaml", begins + std::string("Resources:\n") + function("F", "!ImportValue csc"));
    CHECK(states("F") == Texts{"alone: enforced by Csc of a.yaml"});
    for (const char* name : {"b.yaml", "c.yaml"}) scratch.write(name, exporter(""));
    CHECK(mentions(states("F").at(0), "imported from csc, which a.yaml, b.yaml and others export"));
  }

  TEST_CASE("a nested stack is no config, its outputs may be") {
    const Scratch scratch;
    scratch.write("app.yaml", begins + std::string("Resources:\n") + nested("Child", "https://example.com/t.yaml") +
                                  function("F", "!Ref Child") + function("G", "!GetAtt Child.Outputs.Csc"));
    CHECK(mentions(lint_here().out, "Child is an AWS::CloudFormation::Stack, not a code signing config"));
    CHECK(states("G") == Texts{"alone: unknown (its code signing config is an output of Child)"});
  }

  TEST_CASE("a text that is no ARN is named, wherever it comes from") {
    const Scratch scratch;
    scratch.write("child.yaml",
                  begins + std::string("Resources: {T: {Type: AWS::SNS::Topic}}\nOutputs:\n  A: {Value: hello, "
                                       "Export: {Name: greeting}}\n  B: {Value: ' ', Export: {Name: blank}}\n"));
    scratch.write("app.yaml", begins + std::string("Resources:\n") + nested("Child", "child.yaml") +
                                  function("F", "!GetAtt Child.Outputs.A") + function("G", "!ImportValue greeting") +
                                  function("H", "!ImportValue blank"));
    const std::string out = lint_here({"--format", "concise"}).out;
    CHECK(mentions(out, "F is signed by \"hello\", which is not the ARN"));
    CHECK(mentions(out, "G is signed by \"hello\", which is not the ARN"));
    CHECK_FALSE(mentions(out, "H "));
    CHECK(states("H") ==
          Texts{"alone: unknown (its code signing config is not known: an empty text is exported as blank, "
                "which CloudFormation refuses)"});
  }

  TEST_CASE("a circle is judged the same in whatever order its templates are named") {
    const Scratch scratch;
    scratch.write("a.yaml", begins +
                                std::string("Parameters: {Csc: {Type: String, Default: ''}}\nConditions: {Has: !Not "
                                            "[!Equals [!Ref Csc, '']]}\nResources:\n") +
                                config("Own", "Enforce") + nested("B", "b.yaml", "Csc: !Ref Own") +
                                function("F", "!If [Has, !Ref Csc, !Ref AWS::NoValue]"));
    scratch.write("b.yaml", begins + std::string("Parameters: {Csc: {Type: String}}\nResources:\n") +
                                nested("A", "a.yaml", "Csc: !Ref Csc") + function("G", "!Ref Csc"));
    const auto sorted_lines = [](const std::string& text) {
      std::multiset<std::string> result;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) result.insert(line);
      return result;
    };
    CHECK(sorted_lines(run_with({"lint", "--format", "concise", "a.yaml", "b.yaml"}).out) ==
          sorted_lines(run_with({"lint", "--format", "concise", "b.yaml", "a.yaml"}).out));
  }

  TEST_CASE("a nested template that cannot be read is named") {
    const Scratch scratch;
    scratch.write("app.yaml",
                  begins + std::string("Resources:\n") + nested("A", "broken.yaml") + nested("B", "no.yaml"));
    scratch.write("broken.yaml", "Resources: {");
    scratch.write("no.yaml", "a: b\n");
    const std::string out = run_with({"lint", "app.yaml"}).out;
    CHECK(mentions(out, "note[unfollowed-template] broken.yaml cannot be read: not valid YAML"));
    CHECK(mentions(out, "note[unfollowed-template] no.yaml is no CloudFormation template"));
  }

  TEST_CASE("templates that are named are joined wherever they are") {
    const Scratch scratch;
    scratch.write("a/app.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                    nested("Child", "../b/child.yaml", "Csc: !Ref Csc"));
    scratch.write("b/child.yaml",
                  begins + std::string("Parameters: {Csc: {Type: String}}\nResources:\n") + function("F", "!Ref Csc"));
    std::filesystem::create_directory("here");
    std::filesystem::current_path("here");
    const Outcome outcome = run_with({"lint", "../a", "../b"});
    std::filesystem::current_path("..");
    CHECK(outcome.out == "no findings in 2 templates\n");
  }

  TEST_CASE("a transform says what the joined view does not know to be settled, and what parents must pass") {
    const Scratch scratch;
    scratch.write("a.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                "Outputs: {C: {Value: !Ref Csc, Export: {Name: csc}}}\n");
    scratch.write("b.yaml", begins + std::string("Resources:\n") + function("F", "!ImportValue csc"));
    CHECK(mentions(run_with({"transform", "b.yaml"}).err, "F is left alone"));
    CHECK(run_with({"transform", "."}).err.empty());
    scratch.write("app.yaml", begins + std::string("Resources:\n") + nested("Child", "child.yaml"));
    scratch.write("child.yaml", begins + std::string("Resources:\n") + function("G", ""));
    CHECK(mentions(run_with({"transform", "--config-from", "parameter", "."}).err,
                   "child.yaml: the stack Child of app.yaml must pass CodeSigningConfigArn, which has no default"));
  }

  TEST_CASE("what a template does not cross is judged as if it were alone") {
    // Each sample beside one that imports from it and nests it: everything that does not depend on a parameter stays.
    for (const auto& entry : fs::recursive_directory_iterator(SOURCE_FOLDER "/samples")) {
      if (entry.path().filename() != "template.yaml") continue;
      const Document document = parse({"t.yaml", read_whole_file(entry.path())});
      Graph alone = link(document);
      if (!alone.is_template || !document.problems.empty()) continue;
      CAPTURE(entry.path().string());
      const Document exporter = parse({"e.yaml", begins + std::string("Resources:\n") + config("Csc", "Enforce") +
                                                     "Outputs: {Arn: {Value: !Ref Csc, Export: {Name: nobody}}}\n"});
      Graph other = link(exporter);
      const Document importer = parse({"i.yaml", begins + std::string("Resources:\n") + nested("T", "t.yaml") +
                                                     function("F", "!ImportValue nobody")});
      Graph third = link(importer);
      const std::vector<Member> members{{.document = &document, .alone = &alone},
                                        {.document = &exporter, .alone = &other},
                                        {.document = &importer, .alone = &third}};
      const LintWishes wishes{.profile = Profile::strict};
      std::vector<Member> nesting = members;
      nesting[2].nested.emplace("t.yaml", 0);
      // Where it imports or exports something it is joined by itself, else only as a nested stack.
      const bool has_parameters = value_of(document, document.root(), "Parameters") != NodeId::none;
      std::vector<std::string> expected;
      for (const Finding& finding : lint(alone, wishes)) expected.push_back(finding.message);
      for (const auto& [all, is_same] : {std::pair(members, true), std::pair(nesting, !has_parameters)})
        for (const Stack& stack : join(all)) {
          if (stack.member != 0 || !is_same) continue;
          std::vector<std::string> found;
          for (const Finding& finding : lint(stack.graph, wishes)) found.push_back(finding.message);
          CHECK(found == expected);
        }
    }
  }
}

}  // namespace codesign
