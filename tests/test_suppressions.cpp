// What a template allows: in comments, in Metadata, and what is said about suppressions themselves.
#include <doctest/doctest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lint/suppressions.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

using Texts = std::vector<std::string>;

std::string function(const std::string& id, const std::string& key_comment = "", const std::string& metadata = "") {
  return "  " + id + ":" + key_comment + "\n    Type: AWS::Lambda::Function\n" + metadata +
         "    Properties: {Code: {S3Bucket: b, S3Key: k}}\n";
}

// "line rule: message" of each finding.
Texts said(const std::string& text, const LintWishes& wishes = {}) {
  const Linted linted = lint_text(text, "template.yaml", wishes);
  const LineTable lines(linted.document->source.bytes);
  Texts result;
  for (const Finding& finding : linted.findings)
    result.push_back(std::to_string(lines.position(finding.where.begin).line) + " " + std::string(finding.rule->id) +
                     (finding.rule->id == "unsigned-function" ? "" : ": " + finding.message));
  return result;
}

const std::string begins = "Resources:\n";

}  // namespace

TEST_SUITE("suppressions") {
  TEST_CASE("a comment on the line, or above it, allows what begins there") {
    CHECK(said(begins + function("F")) == Texts{"2 unsigned-function"});
    CHECK(said(begins + function("F", "  # cfn-codesign: allow unsigned-function - the vendor signs nothing")).empty());
    CHECK(said(begins + "  # cfn-codesign: allow unsigned-function - why\n" + function("F")).empty());
    // Other comments, and blank lines, may stand between.
    CHECK(said(begins + "  # cfn-codesign: allow unsigned-function - why\n\n  # The function.\n" + function("F"))
              .empty());
    CHECK(said(begins + "  #cfn-codesign:allow unsigned-function \xE2\x80\x94 why\r\n" + function("F")).empty());
    // A value that is not written stands where its resource ends.
    CHECK(said(begins + "  # cfn-codesign: allow unsigned-function - why\n  F:\n    Type: AWS::Lambda::Function\n"
                        "    Properties:\n      Code: src/\n      CodeSigningConfigArn:\n")
              .empty());
    // Only there.
    CHECK(said(begins + "  # cfn-codesign: allow unsigned-function - why\n" + function("F") + function("G")) ==
          Texts{"6 unsigned-function"});
    CHECK(said(begins + function("F") + "  # cfn-codesign: allow unsigned-function - why\n" + function("G")) ==
          Texts{"2 unsigned-function"});
  }

  TEST_CASE("several rules, and several comments, may be allowed on one line") {
    const std::string bad = "    Properties: {Code: {ZipFile: x}}\n";
    const std::string inline_code = "  F:\n    Type: AWS::Lambda::Function\n" + bad;
    CHECK(said(begins + inline_code) == Texts{"2 unsignable-inline-code: F has inline code, which cannot be signed"});
    CHECK(said(begins + "  # cfn-codesign: allow unsignable-inline-code, unsigned-function - both\n" + inline_code) ==
          Texts{"2 unused-suppression: unsigned-function does not arise here, and need not be allowed"});
    CHECK(
        said(begins +
             "  # cfn-codesign: allow unsignable-inline-code - one\n  # cfn-codesign: allow unverified-layer - two\n" +
             inline_code)
            .empty());  // unverified-layer is off, so that nobody knows whether it arises
  }

  TEST_CASE("Metadata of a resource allows what is said of it, and of the template all") {
    const std::string metadata =
        "    Metadata: {cfn-codesign: {allow: [{rule: unsigned-function, reason: The vendor signs nothing}]}}\n";
    CHECK(said(begins + function("F", "", metadata) + function("G")) == Texts{"6 unsigned-function"});
    CHECK(said("Metadata: {cfn-codesign: {allow: [{rule: unsigned-function, reason: Sandbox}]}}\n" + begins +
               function("F") + function("G"))
              .empty());
    // What Globals say of all functions is no single one's to allow.
    const std::string globals =
        "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {CodeSigningConfigArn: arn:aws:lambda:no}}\n";
    const std::string sam =
        "  F:\n    Type: AWS::Serverless::Function\n    Metadata: {cfn-codesign: {allow: [{rule: "
        "malformed-config-arn, reason: x}]}}\n    Properties: {CodeUri: a}\n";
    CHECK(said(globals + begins + sam).size() == 2);
  }

  TEST_CASE("JSON has Metadata alone") {
    CHECK(
        said(
            R"({"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "b", "S3Key": "k"}},
 "Metadata": {"cfn-codesign": {"allow": [{"rule": "unsigned-function", "reason": "why"}]}}}}})")
            .empty());
    CHECK(
        said(
            R"({"Resources": {"F": {"Type": "AWS::Lambda::Function", "Description": " # cfn-codesign: allow unsigned-function - x"}}})")
            .size() == 1);
  }

  TEST_CASE("what is misspelt, or gives no reason, allows nothing and says why") {
    const auto fault = [&](const std::string& comment) {
      const Texts all = said(begins + "  #" + comment + "\n" + function("F"));
      REQUIRE(all.size() == 2);
      CHECK(all.back() == "3 unsigned-function");
      return all.front();
    };
    const std::string form = "; write \"cfn-codesign: allow RULE - REASON\"";
    CHECK(fault(" cfn-codesign: allow unsigned-functoin - why") ==
          "2 malformed-suppression: there is no rule \"unsigned-functoin\"; did you mean unsigned-function?");
    CHECK(fault(" cfn-codesign: allow unsigned-function") == "2 malformed-suppression: no reason is given" + form);
    CHECK(fault(" cfn-codesign: allow unsigned-function -  ") == "2 malformed-suppression: no reason is given" + form);
    CHECK(fault(" cfn-codesign: allow - why") == "2 malformed-suppression: no reason is given" + form);
    CHECK(fault(" cfn-codesign: ignore unsigned-function - why") ==
          "2 malformed-suppression: \"ignore\" is not understood here" + form);
    CHECK(fault(" cfn-codesign allow unsigned-function - why") ==
          "2 malformed-suppression: this comment allows nothing" + form);
    const auto metadata_fault = [&](const std::string& value) {
      const Texts all = said(begins + function("F", "", "    Metadata: {cfn-codesign: " + value + "}\n"));
      REQUIRE(all.size() == 2);
      return all.back();
    };
    CHECK(metadata_fault("{alow: []}") ==
          "4 malformed-suppression: \"alow\" is not understood here; write allow: [{rule: RULE, reason: REASON}]");
    CHECK(metadata_fault("{allow: unsigned-function}") ==
          "4 malformed-suppression: a list is expected; write allow: [{rule: RULE, reason: REASON}]");
    CHECK(metadata_fault("{allow: [{rule: unsigned-function, reason: ''}]}") ==
          "4 malformed-suppression: no reason is given; write {rule: RULE, reason: REASON}");
    CHECK(metadata_fault("{allow: [unsigned-function]}") ==
          "4 malformed-suppression: this allows nothing; write {rule: RULE, reason: REASON}");
    CHECK(metadata_fault("[]") ==
          "4 malformed-suppression: this allows nothing; write allow: [{rule: RULE, reason: REASON}]");
  }

  TEST_CASE("what is no suppression of this program counts for nothing") {
    for (const char* comment :
         {" checkov:skip=CKV_AWS_272:why", " cfn-lint: disable=E1", " cfn-codesign finds this, of course",
          " see cfn-codesign: allow unsigned-function - why"})
      CHECK(said(begins + "  #" + comment + "\n" + function("F")) == Texts{"3 unsigned-function"});
    // Nor what only looks like a comment.
    CHECK(said("Description: |\n  # cfn-codesign: allow unsigned-function\n" + begins + function("F")) ==
          Texts{"4 unsigned-function"});
    CHECK(said("Description: 'a # cfn-codesign: allow unsigned-function - b'\n" + begins + function("F")) ==
          Texts{"3 unsigned-function"});
  }

  TEST_CASE("auditors and configurations stand above templates") {
    const std::string text = begins + "  # cfn-codesign: allow unsigned-function - why\n" + function("F");
    CHECK(said(text, {.heeds_suppressions = false}) == Texts{"3 unsigned-function"});
    CHECK(said(text, {.unsuppressible = {"unsigned-function"}}) ==
          Texts{"2 malformed-suppression: unsigned-function must not be allowed in a template, says the configuration",
                "3 unsigned-function"});
  }

  TEST_CASE("in the template of a stack set, both ways work at the lines of the file") {
    const auto outer = [](const std::string& comment, const std::string& metadata) {
      return "Resources:\n  S:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n      StackSetName: s\n"
             "      PermissionModel: SELF_MANAGED\n      TemplateBody: |\n        Resources:\n" +
             comment + "          F:\n            Type: AWS::Lambda::Function\n" + metadata +
             "            Properties: {Code: {S3Bucket: b, S3Key: k}}\n";
    };
    CHECK(said(outer("", "")).size() == 1);
    CHECK(said(outer("          # cfn-codesign: allow unsigned-function - why\n", "")).empty());
    CHECK(said(outer("", "            Metadata: {cfn-codesign: {allow: [{rule: unsigned-function, reason: w}]}}\n"))
              .empty());
  }

  TEST_CASE("what is allowed is counted, told to programs, and not repaired") {
    const Scratch scratch;
    scratch.write("t.yaml", begins + "  # cfn-codesign: allow unsigned-function - the vendor signs nothing\n" +
                                function("F") + function("G"));
    const Outcome text = run_with({"lint", "t.yaml"});
    CHECK(mentions(
        text.out,
        "1 finding (1 error) in 1 template; 1 can be fixed by cfn-codesign transform; 1 allowed by the templates\n"));
    const auto report = nlohmann::json::parse(run_with({"lint", "--format", "json", "t.yaml"}).out);
    REQUIRE(report["allowed"].size() == 1);
    CHECK(report["allowed"][0]["resource"] == "F");
    CHECK(report["allowed"][0]["reason"] == "the vendor signs nothing");
    const auto sarif = nlohmann::json::parse(run_with({"lint", "--format", "sarif", "t.yaml"}).out);
    const auto& results = sarif["runs"][0]["results"];
    REQUIRE(results.size() == 2);
    CHECK(!results[0].contains("suppressions"));
    CHECK(results[1]["suppressions"][0]["kind"] == "inSource");
    CHECK(results[1]["suppressions"][0]["justification"] == "the vendor signs nothing");
    const std::string diff = run_with({"transform", "t.yaml"}).out;
    CHECK(std::count(diff.begin(), diff.end(), '\n') > 3);
    CHECK(run_with({"transform", "--write", "--config-from", "import=csc", "t.yaml"}).code == done);
    const std::string written = read_whole_file("t.yaml");
    CHECK(written.find("CodeSigningConfigArn") == written.rfind("CodeSigningConfigArn"));
    CHECK(run_with({"lint", "--no-suppressions", "t.yaml"}).code == has_findings);
    CHECK(run_with({"lint", "t.yaml"}).code == done);
  }

  TEST_CASE("what arises in one stack alone is no unused suppression") {
    const Scratch scratch;
    scratch.write("child.yaml",
                  "Parameters: {Csc: {Type: String, Default: none}}\nConditions: {S: !Not [!Equals [!Ref Csc, none]]}\n"
                  "Resources:\n  # cfn-codesign: allow sometimes-unsigned-function, unsigned-function - a sandbox\n"
                  "  F:\n    Type: AWS::Lambda::Function\n    Properties: {Code: {S3Bucket: b, S3Key: k}, "
                  "CodeSigningConfigArn: !If [S, !Ref Csc, !Ref AWS::NoValue]}\n");
    scratch.write("app.yaml",
                  "Resources:\n  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}\n");
    const Outcome outcome = run_with({"lint", "."});
    CHECK(mentions(outcome.out, "note[unused-suppression] sometimes-unsigned-function"));
    CHECK(!mentions(outcome.out, "[unused-suppression] unsigned-function"));
    CHECK(outcome.code == done);
  }
}

}  // namespace codesign
