// The whole program, in process: options, discovery, exit codes, streams. tests/end_to_end.sh runs the built one.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

const std::string unsigned_template =
    "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Role: r\n";
const std::string clean_template = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n";

}  // namespace

TEST_SUITE("command-line") {
  TEST_CASE("exit codes of lint, and what --fail-on makes of them") {
    const Scratch scratch;
    scratch.write("f.yaml", unsigned_template);
    scratch.write(
        "layer.yaml",
        "Resources: {L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}}\n");
    scratch.write("clean.yaml", clean_template);
    CHECK(run_with({"lint", "clean.yaml"}).code == done);
    CHECK(run_with({"lint", "clean.yaml"}).out == "no findings in 1 template\n");
    CHECK(run_with({"lint", "f.yaml"}).code == has_findings);
    CHECK(run_with({"lint", "layer.yaml"}).code == done);
    CHECK(run_with({"lint", "--strict", "--fail-on", "note", "layer.yaml"}).code == has_findings);
    CHECK(run_with({"lint", "--fail-on=error", "f.yaml"}).code == has_findings);
    CHECK(run_with({"lint", "--fail-on", "never", "f.yaml"}).code == done);
    CHECK(run_with({"lint"}).code == has_findings);
  }

  TEST_CASE("a wrong world: one sentence each, exit code 2, and the rest goes on") {
    const Scratch scratch;
    scratch.write("f.yaml", unsigned_template);
    CHECK(
        run_with({"lint", "nothing.yaml"}).err ==
        "cfn-codesign: nothing.yaml: there is no such file or folder; check the spelling, and the folder you are in\n");
    const Outcome both = run_with({"lint", "nothing.yaml", "f.yaml"});
    CHECK(both.code == world_is_wrong);
    CHECK(mentions(both.out, "unsigned-function"));
    CHECK(run_with({"lint", "--format", "yaml"}).code == world_is_wrong);
    CHECK(mentions(run_with({"lint", "--format", "yaml"}).err,
                   "\"yaml\" is not one of checkstyle|concise|github|gitlab|json|junit|rdjson|sarif|text"));
    CHECK(run_with({"lint", "--nonsense"}).code == world_is_wrong);
    CHECK(run_with({}).code == world_is_wrong);
    CHECK(run_with({"explain", "nothing"}).code == world_is_wrong);
    CHECK(run_with({"explain"}).code == world_is_wrong);
    CHECK(run_with({"lint", "-", "f.yaml"}).code == world_is_wrong);
    CHECK(run_with({"transform", "--write", "-"}, unsigned_template).code == world_is_wrong);
    CHECK(run_with({"transform", "--write", "--check", "f.yaml"}).code == world_is_wrong);
    CHECK(mentions(run_with({"transform", "--publisher", "me", "f.yaml"}).err,
                   "--publisher me is not the version ARN of a signing profile"));
  }

  TEST_CASE("folders are walked; what is no template is passed over silently, but named when it was named") {
    const Scratch scratch;
    scratch.write("b/t.yml", unsigned_template);
    scratch.write("a/t.template", unsigned_template);
    scratch.write("a/t.json", R"({"Resources": {"G": {"Type": "AWS::Lambda::Function"}}})");
    scratch.write("a/notes.txt", unsigned_template);
    scratch.write("a/values.yaml", "{{ broken helm }}: [\n");
    scratch.write("a/package.json", "{\"name\": \"x\"}");
    scratch.write(".hidden/t.yaml", unsigned_template);
    scratch.write(".aws-sam/t.yaml", unsigned_template);
    scratch.write("node_modules/t.yaml", unsigned_template);
    fs::create_directory_symlink(".", "loop");
    const Outcome walk = run_with({"lint", "--format", "json", "."});
    CHECK(walk.err.empty());
    const auto report = nlohmann::json::parse(walk.out);
    std::vector<std::string> linted;
    for (const auto& file : report["files"])
      if (file["status"] == "linted") linted.push_back(file["path"]);
    CHECK(linted == std::vector<std::string>{"a/t.json", "a/t.template", "b/t.yml"});
    const Outcome named = run_with({"lint", "a/package.json"});
    CHECK(named.err ==
          "cfn-codesign: there is no template: a/package.json: it is not a CloudFormation template: it has no "
          "Resources\n");
    CHECK(named.code == done);
    CHECK(run_with({"lint", "a/notes.txt"}).code == has_findings);
    CHECK(run_with({"lint", "a/values.yaml"}).code == has_findings);
    const Outcome only = run_with({"lint", "--templates-only", "a/package.json", "a/values.yaml"});
    CHECK(only.err.empty());
    CHECK(only.code == done);
    CHECK(run_with({"lint", "--templates-only", "a/package.json", "a/notes.txt"}).code == has_findings);
    CHECK(nlohmann::json::parse(run_with({"lint", "--format", "json", "b", "b/t.yml", "./b"}).out)["files"].size() ==
          1);
  }

  TEST_CASE("of the output of CDK, the templates are linted, and the rest is passed over silently") {
    const Scratch scratch;
    const std::string function = R"({"Resources": {"F": {"Type": "AWS::Lambda::Function"}}})";
    scratch.write(
        "cdk.out/Orders.template.json",
        R"({"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": )"
        R"(["", ["https://s3.", {"Ref": "AWS::Region"}, "/x.json"]]}}, "Metadata": {"aws:asset:path": )"
        R"("OrdersN.nested.template.json", "aws:asset:property": "TemplateURL"}}}})");
    scratch.write("cdk.out/OrdersN.nested.template.json", function);
    scratch.write("cdk.out/Orders.assets.json", R"({"version": "36.0.0", "files": {}, "dockerImages": {}})");
    scratch.write("cdk.out/manifest.json",
                  R"({"version": "36.0.0", "artifacts": {"Orders": {"type": "aws:cloudformation:stack"}}})");
    scratch.write(
        "cdk.out/tree.json",
        R"({"version": "tree-0.1", "tree": {"attributes": {"aws:cdk:cloudformation:type": "AWS::Lambda::Function"}}})");
    scratch.write("cdk.out/cdk.out", R"({"version": "36.0.0"})");
    const Outcome walk = run_with({"lint", "--strict", "--format", "json", "."});
    CHECK(walk.err.empty());
    const auto report = nlohmann::json::parse(walk.out);
    std::vector<std::string> linted;
    for (const auto& file : report["files"])
      if (file["status"] == "linted") linted.push_back(file["path"]);
    CHECK(linted == std::vector<std::string>{"cdk.out/Orders.template.json", "cdk.out/OrdersN.nested.template.json"});
    // The nested stack is at hand, so it hides nothing.
    CHECK(report["findings"].size() == 1);
    CHECK(report["findings"][0]["rule"] == "unsigned-function");
    fs::remove("cdk.out/OrdersN.nested.template.json");
    CHECK(mentions(run_with({"lint", "--strict", "."}).out, "OrdersN.nested.template.json is not at hand"));
  }

  TEST_CASE("a template that cannot be read is a finding, not a wrong world") {
    const Scratch scratch;
    scratch.write("t.yaml", "Resources:\n  F:\n    Type: \"AWS::Lambda::Function\n");
    const Outcome outcome = run_with({"lint", "."});
    CHECK(outcome.code == has_findings);
    CHECK(mentions(outcome.out, "error[unreadable-template] this quote is never closed\n --> t.yaml:3:11"));
    CHECK(nlohmann::json::parse(run_with({"lint", "--format", "json", "."}).out)["files"][0]["status"] == "unreadable");
    const Outcome transform = run_with({"transform", "t.yaml"});
    CHECK(transform.code == has_findings);
    CHECK(transform.out.empty());
    CHECK(mentions(transform.err, "t.yaml: left alone: this quote is never closed"));
  }

  TEST_CASE("colour: on a terminal, unless NO_COLOR; --color decides") {
    const auto colored = [](const std::vector<std::string>& arguments, bool terminal, bool no_color) {
      return mentions(run_with(arguments, unsigned_template, terminal, no_color).out, "\x1b[");
    };
    CHECK_FALSE(colored({"lint", "-"}, false, false));
    CHECK(colored({"lint", "-"}, true, false));
    CHECK_FALSE(colored({"lint", "-"}, true, true));
    CHECK(colored({"lint", "--color", "always", "-"}, false, true));
    CHECK_FALSE(colored({"lint", "--color", "never", "-"}, true, false));
  }

  TEST_CASE("progress is drawn on a line of its own, which is gone before anything else is said") {
    const Scratch scratch;
    for (int i = 0; i < 50; ++i)
      scratch.write(std::to_string(i) + ".yaml", i == 30 ? "Resources: [\nAWS::" : clean_template);
    std::string seen;
    std::size_t drawn = 0;
    const auto run_and_draw = [&](std::chrono::milliseconds after) {
      seen.clear();
      drawn = 0;
      const auto say = [&](std::string_view text) { seen += text; };
      const auto draw = [&](std::string_view text) {
        CHECK(text.starts_with("\r\x1b[K"));
        ++drawn;
        seen += text;
      };
      return run({"lint", ".", "nothing.yaml"},
                 {.out = say, .err = say, .read_input = {}, .progress = draw, .progress_after = after});
    };
    CHECK(run_and_draw(std::chrono::milliseconds(0)) == world_is_wrong);
    CHECK(drawn > 2);
    CHECK(mentions(seen, "\r\x1b[Kreading 1 of 50 files"));
    CHECK(mentions(seen, "\r\x1b[Kjudging 1 of 50 files"));
    // Every line that is said begins where the drawn one was cleared.
    for (std::size_t at = seen.find(" files"); at != std::string::npos; at = seen.find(" files", at + 1))
      CHECK(seen.substr(at + 6).starts_with("\r\x1b[K"));
    CHECK(run_and_draw(std::chrono::hours(1)) == world_is_wrong);
    CHECK(drawn == 0);
  }

  TEST_CASE("standard input is linted, and transformed as a filter") {
    CHECK(mentions(run_with({"lint", "-"}, unsigned_template).out, " --> <stdin>:2:3"));
    const Outcome filter = run_with({"transform", "-"}, unsigned_template);
    CHECK(mentions(filter.out, "CodeSigningConfigArn: !Ref CodeSigningConfig\n"));
    CHECK(filter.code == done);
    CHECK(run_with({"transform", "-"}, filter.out).out == filter.out);
    CHECK(run_with({"transform", "-"}, "no template").out == "no template");
    CHECK(run_with({"transform", "-"}, "Resources: \"broken").out == "Resources: \"broken");
    CHECK(mentions(run_with({"transform", "-"}, unsigned_template).err, "--policy enforce"));
    CHECK(run_with({"transform", "--check", "-"}, unsigned_template).code == has_findings);
  }

  TEST_CASE("options that may be repeated take one value each, wherever the path stands") {
    const Scratch scratch;
    scratch.write("t.yaml", "Parameters: {Stage: {Type: String, AllowedValues: [a, b]}}\n" + unsigned_template);
    const std::string one = "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/One/AbCdEfGh12",
                      two = "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Two/AbCdEfGh12";
    const Outcome before =
        run_with({"transform", "--publisher", one, "--publisher", two, "--publisher", one, "t.yaml"});
    CHECK(before.code == done);
    CHECK(mentions(before.out, "+          - " + one + "\n+          - " + two + "\n+      CodeSigningPolicies"));
    CHECK(run_with({"transform", "t.yaml", "--publisher=" + one, "--publisher=" + two}).out == before.out);
    CHECK(run_with({"lint", "--parameters", "Stage=a", "t.yaml"}).code == has_findings);
    CHECK(run_with({"lint", "--parameters", "Stage=a", "t.yaml"}).err.empty());
    CHECK(mentions(run_with({"lint", "--parameters", "Stag=a", "t.yaml"}).err, "no template has a parameter Stag"));
    CHECK(mentions(run_with({"lint", "--parameters", "Stage=c", "t.yaml"}).err,
                   "Stage=c is not one of the AllowedValues"));
    std::vector<std::string> many{"transform", "t.yaml"};
    for (int i = 0; i < 21; ++i)
      many.insert(many.end(), {"--publisher", "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/P" +
                                                  std::to_string(i) + "/AbCdEfGh12"});
    CHECK(mentions(run_with(many).err, "21 publishers are given; a code signing config takes at most 20"));
  }

  TEST_CASE("transform: diff, check, write, JSON") {
    const Scratch scratch;
    scratch.write("d/f.yaml", unsigned_template);
    scratch.write("d/i.yaml", "Resources: {I: {Type: AWS::Lambda::Function, Properties: {PackageType: Image}}}\n");
    CHECK(mentions(run_with({"transform", "d"}).out, "--- a/d/f.yaml\n+++ b/d/f.yaml\n@@ -1,5 +1,17 @@\n"));
    CHECK(mentions(run_with({"transform", (fs::current_path() / "d").string()}).out, "--- a/d/f.yaml\n"));
    CHECK(read_whole_file("d/f.yaml") == unsigned_template);
    CHECK(run_with({"transform", "--check", "d"}).out == "would change d/f.yaml\n");
    CHECK(run_with({"transform", "--check", "d"}).code == has_findings);
    CHECK(mentions(run_with({"transform", "d"}).err, "d/i.yaml: I is left alone: it is a container image"));

    const Outcome written = run_with({"transform", "--write", "--format", "json", "d"});
    CHECK(written.code == done);
    const auto report = nlohmann::json::parse(written.out);
    REQUIRE(report["files"].size() == 2);
    CHECK(report["files"][0]["changed"] == true);
    CHECK(report["files"][1]["changed"] == false);
    CHECK(report["files"][1]["left_alone"][0]["resource"] == "I");
    std::string patched;
    std::size_t at = 0;
    for (const auto& edit : report["files"][0]["edits"]) {
      patched += unsigned_template.substr(at, edit["start"].get<std::size_t>() - at) + edit["text"].get<std::string>();
      at = edit["end"];
    }
    CHECK(read_whole_file("d/f.yaml") == patched + unsigned_template.substr(at));
    CHECK(run_with({"transform", "--check", "d"}).code == done);
    CHECK(run_with({"transform", "--write", "d"}).out.empty());
  }

  TEST_CASE("what stands beside a template: samconfig.toml, and nested stacks") {
    const Scratch scratch;
    const std::string signed_template =
        "Transform: AWS::Serverless-2016-10-31\nParameters: {C: {Type: String}}\nResources:\n"
        "  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: s/, CodeSigningConfigArn: !Ref C, Layers: [!Ref "
        "L]}}\n"
        "  L: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: l/}}\n";
    const auto said = [](const std::string& path = "template.yaml") { return run_with({"lint", path}).out; };
    scratch.write("template.yaml", signed_template);
    scratch.write("other.yaml", signed_template);
    CHECK(said() == "no findings in 1 template\n");
    scratch.write("samconfig.toml", "[default.deploy.parameters]\nstack_name = \"s\"\n");
    CHECK(mentions(said(), "samconfig.toml has no signing profile for F: sam deploy uploads it unsigned"));
    CHECK(mentions(said(), "samconfig.toml has no signing profile for L"));
    // Nothing says that it deploys that one.
    CHECK(said("other.yaml") == "no findings in 1 template\n");
    for (const char* profiles : {R"("F=\"P\" L=\"P:210987654321\"")", R"(["F=P", "L=P"])", R"({F = "P", L = "P"})"}) {
      scratch.write("samconfig.toml",
                    std::string("[default.deploy.parameters]\nsigning_profiles = ") + profiles + "\n");
      CHECK(said() == "no findings in 1 template\n");
    }
    scratch.write("samconfig.toml", "[default.build.parameters]\ncached = true\n");
    CHECK(said() == "no findings in 1 template\n");
    scratch.write("samconfig.toml", "[prod.deploy.parameters]\ntemplate_file = \"other.yaml\"\n");
    CHECK(said() == "no findings in 1 template\n");
    CHECK(mentions(said("other.yaml"), "samconfig.toml has no signing profile for F"));
    scratch.write("samconfig.toml", "[default\n");
    CHECK(mentions(run_with({"lint", "template.yaml"}).err, "samconfig.toml:1:9: not valid TOML"));
    CHECK(run_with({"lint", "template.yaml"}).code == world_is_wrong);
    fs::remove("samconfig.toml");

    scratch.write("app/child.yaml", signed_template);
    scratch.write("secret/child.yaml", signed_template);
    const auto parent = [&](const std::string& url) {
      scratch.write("app/parent.yaml",
                    "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: " + url + "}}}\n");
      return said("app/parent.yaml");
    };
    CHECK(mentions(parent("child.yaml"), "SAM CLI cannot sign F and 1 more of child.yaml"));
    CHECK(mentions(parent("./child.yaml"), "SAM CLI cannot sign F"));
    CHECK(mentions(parent("../secret/child.yaml"), "SAM CLI cannot sign F"));
    CHECK(parent("https://bucket.s3.amazonaws.com/child.yaml") == "no findings in 1 template\n");
    CHECK(parent("missing.yaml") == "no findings in 1 template\n");
    CHECK(mentions(parent("parent.yaml"), "parent.yaml nests this template in turn"));
    // Nothing outside the folder that the program works in.
    parent("../secret/child.yaml");
    fs::create_directory("elsewhere");
    const fs::path here = fs::current_path();
    fs::current_path("elsewhere");
    constexpr const char* outside = "lies outside the folder that this run works in, and is not read";
    CHECK(mentions(said("../app/parent.yaml"), outside));
    fs::current_path(here / "app");
    CHECK(mentions(said("parent.yaml"), outside));
    fs::create_symlink("../secret", "inside");
    scratch.write("parent.yaml",
                  "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inside/child.yaml}}}\n");
    CHECK(mentions(said("parent.yaml"), outside));
    fs::current_path(here);
  }

  TEST_CASE("a configuration decides what is said, and --profile stands before it") {
    const Scratch scratch;
    scratch.write("f.yaml", unsigned_template);
    scratch.write("c.yaml", "rules:\n  unsigned-function: off\n");
    CHECK(run_with({"lint", "--config", "c.yaml", "f.yaml"}).out == "no findings in 1 template\n");
    CHECK(run_with({"transform", "--config", "c.yaml", "--check", "f.yaml"}).code == done);
    scratch.write("c.yaml", "rules:\n  unsigned-function: note\n");
    CHECK(mentions(run_with({"lint", "--config", "c.yaml", "f.yaml"}).out, "note[unsigned-function]"));
    scratch.write(
        "i.yaml",
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Code: {ImageUri: x}}}}\n");
    scratch.write("c.yaml", "profile: strict\n");
    CHECK(mentions(run_with({"lint", "--config", "c.yaml", "i.yaml"}).out, "unverified-image-function"));
    CHECK(run_with({"lint", "--config", "c.yaml", "--profile", "default", "i.yaml"}).out ==
          "no findings in 1 template\n");
    scratch.write("c.yaml", "rules:\n  unsigned-functions: off\n");
    const Outcome wrong = run_with({"lint", "--config", "c.yaml", "f.yaml"});
    CHECK(wrong.code == world_is_wrong);
    CHECK(wrong.err ==
          "cfn-codesign: c.yaml:2:3: there is no rule \"unsigned-functions\"; did you mean unsigned-function?\n");
    CHECK(run_with({"lint", "--config", "missing.yaml", "f.yaml"}).code == world_is_wrong);
    CHECK(run_with({"lint", "--profile", "loud", "f.yaml"}).code == world_is_wrong);
  }

  TEST_CASE("help, version, catalogue") {
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {}, {"lint"}, {"transform"}, {"rules"}, {"explain"}, {"graph"}, {"scaffold"}, {"plan"}}) {
      auto help = command, version = command;
      help.emplace_back("--help");
      version.emplace_back("--version");
      CHECK(run_with(help).code == done);
      CHECK(mentions(run_with(help).out, "Exit codes: 0"));
      CHECK(run_with(version).out == "cfn-codesign " PROGRAM_VERSION "\n");
    }
    const std::string rules = run_with({"rules"}).out;
    for (const Rule* rule : all_rules()) {
      CHECK(mentions(rules, rule->id));
      CHECK(run_with({"explain", std::string(rule->id)}).code == done);
    }
  }
}

}  // namespace codesign
