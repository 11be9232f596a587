// The configuration files of a run: which counts for a template, what they decide, and the one that init writes.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "graph/approved.h"
#include "lint/config.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

const std::string unsigned_function =
    "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Code: {S3Bucket: b, S3Key: k}}\n";

Outcome lint_here(std::vector<std::string> options = {}) {
  options.insert(options.begin(), "lint");
  return run_with(options);
}

// "LINE:COLUMN: sentence" of a configuration that is not understood.
std::string refusal(const Scratch& scratch, const std::string& text) {
  scratch.write(".cfn-codesign.yaml", text);
  const Outcome outcome = lint_here({"."});
  CHECK(outcome.code == world_is_wrong);
  const std::string lead = "cfn-codesign: .cfn-codesign.yaml:";
  REQUIRE_MESSAGE(outcome.err.starts_with(lead), outcome.err);
  return outcome.err.substr(lead.size(), outcome.err.size() - lead.size() - 1);
}

}  // namespace

TEST_SUITE("policies") {
  TEST_CASE("the nearest file counts, up to the root of the repository") {
    const Scratch scratch;
    scratch.write(".cfn-codesign.yaml", "rules: {unsigned-function: off}\n");
    scratch.write("repo/a/t.yaml", unsigned_function);
    CHECK(lint_here({"repo"}).code == done);
    // A repository of its own is not judged by what lies around it.
    scratch.write("repo/.git/HEAD", "");
    CHECK(lint_here({"repo"}).code == has_findings);
    scratch.write("repo/.cfn-codesign.yaml", "rules: {unsigned-function: note}\n");
    CHECK(lint_here({"repo"}).code == done);
    CHECK(mentions(lint_here({"repo"}).out, "note[unsigned-function]"));
    scratch.write("repo/a/.cfn-codesign.yaml", "profile: default\n");
    CHECK(mentions(lint_here({"repo"}).out, "error[unsigned-function]"));
    // One that is named is that of all; options stand before it.
    CHECK(lint_here({"--config", ".cfn-codesign.yaml", "repo"}).code == done);
    scratch.write("repo/a/.cfn-codesign.yaml", "profile: guardrail\n");
    scratch.write(
        "repo/a/image.yaml",
        "Resources: {I: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Code: {ImageUri: i}}}}\n");
    CHECK(!mentions(lint_here({"repo/a/image.yaml"}).out, "unverified-image-function"));
    CHECK(mentions(lint_here({"--strict", "repo/a/image.yaml"}).out, "unverified-image-function"));
  }

  TEST_CASE("outside of a repository, what lies around the working folder does not count") {
    const Scratch scratch;
    scratch.write(".cfn-codesign.yaml", "rules: {unsigned-function: off}\n");
    scratch.write("here/t.yaml", unsigned_function);
    std::filesystem::current_path("here");
    CHECK(lint_here({"t.yaml"}).code == has_findings);
    CHECK(run_with({"lint", "-"}, unsigned_function).code == has_findings);
    std::filesystem::current_path("..");
    CHECK(run_with({"lint", "-"}, unsigned_function).code == done);
    CHECK(run_with({"lint", "--stdin-filename", "here/x.yaml", "-"}, unsigned_function).code == done);
  }

  TEST_CASE("templates of one run may have different configurations") {
    const Scratch scratch;
    scratch.write("a/t.yaml", unsigned_function);
    scratch.write("b/t.yaml", unsigned_function);
    scratch.write("b/.cfn-codesign.yaml", "rules: {unsigned-function: off}\n");
    CHECK(mentions(lint_here({"."}).out, "1 finding (1 error) in 2 templates"));
  }

  TEST_CASE("what is excluded is not searched, and still linted where it is named") {
    const Scratch scratch;
    scratch.write("app/t.yaml", unsigned_function);
    scratch.write("app/old/t.yaml", unsigned_function);
    scratch.write("app/.cfn-codesign.yaml", "exclude: [/old/]\n");
    CHECK(mentions(lint_here({"."}).out, "in 1 template;"));
    CHECK(lint_here({"app/old/t.yaml"}).code == has_findings);
    CHECK(lint_here({"--force-exclude", "app/old/t.yaml"}).code == done);
    CHECK(run_with({"lint", "--force-exclude", "--stdin-filename", "app/old/t.yaml", "-"}, unsigned_function).code ==
          done);
  }

  TEST_CASE("parameters are assumed, unless others are given") {
    const Scratch scratch;
    scratch.write(
        "t.yaml",
        "Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}}\n"
        "Conditions: {P: !Equals [!Ref Stage, prod]}\nResources:\n  F:\n    Type: AWS::Lambda::Function\n"
        "    Properties:\n      Code: {S3Bucket: b, S3Key: k}\n      CodeSigningConfigArn: !If [P, !ImportValue csc, "
        "!Ref AWS::NoValue]\n");
    CHECK(lint_here({"t.yaml"}).code == has_findings);
    scratch.write(".cfn-codesign.yaml", "parameters: {Stage: prod}\n");
    CHECK(lint_here({"t.yaml"}).code == done);
    CHECK(lint_here({"--parameters", "Stage=dev", "t.yaml"}).code == has_findings);
    CHECK(run_with({"transform", "t.yaml"}).out.empty());
  }

  TEST_CASE("anything but what is approved is a finding") {
    const Scratch scratch;
    const auto rules_said = [&](const std::string& config_arn, const std::string& publisher) {
      scratch.write(
          "t.yaml",
          "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Code: {S3Bucket: b, S3Key: k}, "
          "CodeSigningConfigArn: " +
              config_arn + "}\n" +
              "  Csc:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers: "
              "{SigningProfileVersionArns: [" +
              publisher +
              "]}\n      CodeSigningPolicies: "
              "{UntrustedArtifactOnDeployment: Enforce}\n");
      const std::string out = lint_here({"t.yaml"}).out;
      return std::string(mentions(out, "[unapproved-config]") ? "config " : "") +
             (mentions(out, "[unapproved-publisher]") ? "publisher" : "");
    };
    const std::string ours = "'arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12'";
    const std::string theirs = "'arn:aws:signer:eu-west-1:998877665544:/signing-profiles/Orders/AbCdEfGh12'";
    scratch.write(".cfn-codesign.yaml",
                  "approved:\n  configs: ['arn:aws:lambda:*:210987654321:code-signing-config:*']\n"
                  "  publishers: ['arn:aws:signer:eu-*:210987654321:/signing-profiles/*']\n");
    const std::string csc = ":code-signing-config:csc-0123456789abcdef0'";
    CHECK(rules_said("'arn:aws:lambda:eu-west-1:210987654321" + csc, ours).empty());
    CHECK(rules_said("'arn:aws:lambda:eu-west-1:998877665544" + csc, theirs) == "config publisher");
    CHECK(rules_said("!Ref Csc", ours) == "config ");
    // What a deployment puts in may be right.
    CHECK(rules_said("!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}" + csc, ours).empty());
    CHECK(rules_said("!Sub 'arn:aws:lambda:${AWS::Region}:998877665544" + csc, ours) == "config ");
    CHECK(rules_said("!ImportValue csc", ours).empty());
    scratch.write(".cfn-codesign.yaml", "approved:\n  configs: [Csc]\n");
    CHECK(rules_said("!Ref Csc", theirs).empty());
  }

  TEST_CASE("what no comment may allow stays a finding") {
    const Scratch scratch;
    scratch.write("t.yaml", "# cfn-codesign: allow unsigned-function - no\n" + unsigned_function);
    scratch.write(
        "t.yaml",
        "Resources:\n  # cfn-codesign: allow unsigned-function - a sandbox\n  F: {Type: AWS::Lambda::Function}\n");
    CHECK(lint_here({"t.yaml"}).code == done);
    scratch.write(".cfn-codesign.yaml", "unsuppressible: [unsigned-function]\n");
    CHECK(lint_here({"t.yaml"}).code == has_findings);
  }

  TEST_CASE("transform takes what its options do not say") {
    const Scratch scratch;
    scratch.write("t.yaml", unsigned_function);
    scratch.write(".cfn-codesign.yaml", "transform: {config-from: import=platform-csc}\n");
    CHECK(mentions(run_with({"transform", "t.yaml"}).out, "!ImportValue platform-csc"));
    CHECK(mentions(run_with({"transform", "--config-from", "ssm=/csc", "t.yaml"}).out, "resolve:ssm:/csc"));
    scratch.write(".cfn-codesign.yaml",
                  "transform:\n  policy: enforce\n  publishers: "
                  "['arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12']\n");
    CHECK(mentions(run_with({"transform", "t.yaml"}).out, "UntrustedArtifactOnDeployment: Enforce"));
    CHECK(mentions(run_with({"transform", "--policy", "warn", "t.yaml"}).out, "UntrustedArtifactOnDeployment: Warn"));
    CHECK(mentions(run_with({"transform", "t.yaml"}).out, "/signing-profiles/Orders/AbCdEfGh12"));
    CHECK(!mentions(run_with({"transform", "--publisher-parameter", "Arns", "t.yaml"}).out, "/Orders/"));
  }

  TEST_CASE("what is not understood is named, with its place and what was meant") {
    const Scratch scratch;
    scratch.write("t.yaml", unsigned_function);
    CHECK(refusal(scratch, "profil: strict\n") == "1:1: there is no setting \"profil\"; did you mean profile?");
    CHECK(refusal(scratch, "rules: {unsigned-functions: off}\n") ==
          "1:9: there is no rule \"unsigned-functions\"; did you mean unsigned-function?");
    CHECK(refusal(scratch, "exclude: tests/\n") == "1:10: expected a list of patterns, as lines of .gitignore");
    CHECK(refusal(scratch, "unsuppressible:\n  - warn-only\n").starts_with("2:5: there is no rule \"warn-only\""));
    CHECK(refusal(scratch, "approved:\n  config: []\n") ==
          "2:3: nothing is approved under \"config\"; did you mean configs?");
    CHECK(refusal(scratch, "parameters: [a]\n") == "1:13: expected names of parameters, and a value for each");
    CHECK(refusal(scratch, "transform:\n  polcy: warn\n") ==
          "2:3: there is no setting \"polcy\" of transform; did you mean policy?");
    CHECK(refusal(scratch, "transform:\n  place: globals\n  policy: both\n") ==
          "3:11: --policy: \"both\" is not one of enforce|warn");
    CHECK(refusal(scratch, "transform:\n  config-from: arn=x\n").starts_with("2:16: --config-from arn needs the ARN"));
    CHECK(refusal(scratch, "profile: strict\nprofile: default\n") == "1:1: \"profile\" is given twice");
    CHECK(refusal(scratch, "rules: {\n").starts_with("2:1: not valid YAML"));
  }

  TEST_CASE("init writes what changes nothing, and what can be taken into use line by line") {
    const Scratch scratch;
    scratch.write("app/t.yaml",
                  unsigned_function +
                      "  G:\n    Type: AWS::Lambda::Function\n    Properties: {Code: {S3Bucket: b, S3Key: k}, "
                      "Layers: ['arn:aws:lambda:eu-west-1:998877665544:layer:tools:3'], CodeSigningConfigArn: "
                      "'arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0'}\n");
    scratch.write("tests/t.yaml", unsigned_function);
    const std::string before = lint_here({"."}).out;
    CHECK(run_with({"init"}).code == done);
    const std::string written = read_whole_file(".cfn-codesign.yaml");
    CHECK(lint_here({"."}).out == before);
    for (const char* part : {"There are 2 templates with 3 functions", "2 unsigned", "#  - \"tests/\"",
                             "account 998877665544", "csc-0123456789abcdef0", "Today: hardcoded-config-arn"})
      CHECK_MESSAGE(mentions(written, part == std::string_view("Today: hardcoded-config-arn") ? "Today:" : part), part);
    CHECK(run_with({"init"}).code == world_is_wrong);
    std::istringstream lines(written);
    std::string in_use;
    for (std::string line; std::getline(lines, line);) {
      const bool is_setting =
          line.starts_with('#') && !(line.starts_with("# ") && !line.starts_with("#  ")) && line != "#";
      in_use += (is_setting ? line.substr(1) : line) + "\n";
    }
    CHECK(in_use != written);
    const Config config = read_config(parse({"policy", in_use}));
    CHECK_MESSAGE(config.problems.empty(), (config.problems.empty() ? in_use : config.problems.front().message));
    CHECK(config.exclude.size() == 1);
    CHECK(config.approved.configs.size() == 1);
    CHECK(!config.transform.empty());
    scratch.write(".cfn-codesign.yaml", in_use);
    CHECK(lint_here({"."}).code == has_findings);
  }
}

}  // namespace codesign
