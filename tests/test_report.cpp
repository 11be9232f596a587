// Reports: what is shown, and the contract of the JSON report.
#include <doctest/doctest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <nlohmann/json.hpp>

#include "report/diff.h"
#include "report/json.h"
#include "report/text.h"
#include "tests/support.h"

namespace codesign {
namespace {

std::vector<FileResult> results_of(const std::string& text) {
  std::vector<FileResult> files;
  files.push_back(result_of(text));
  return files;
}

std::string diff_of(const std::string& text, std::vector<Edit> edits, const std::string& path = "t") {
  FileResult file = result_of(text);
  file.transformation.edits = std::move(edits);
  return unified_diff(file, path);
}

}  // namespace

TEST_SUITE("report") {
  TEST_CASE("carets stand under the span, whatever stands before it") {
    const std::string text = text_of_findings(
        result_of("Resources: {\"\xC3\xA4\": {Type: AWS::S3::Bucket},\tF: {Type: AWS::Lambda::Function}}\n"), false);
    CHECK(text ==
          "error[unsigned-function] F accepts unsigned code\n"
          " --> t.yaml:1:43\n"
          "  |\n"
          "1 | Resources: {\"\xC3\xA4\": {Type: AWS::S3::Bucket},\tF: {Type: AWS::Lambda::Function}}\n"
          "  |                                          \t^\n"
          "  = help: Set CodeSigningConfigArn to an AWS::Lambda::CodeSigningConfig.\n\n");
  }

  TEST_CASE("colour only where it is asked for") {
    const FileResult file = result_of("Resources: {F: {Type: AWS::Lambda::Function}}\n");
    CHECK(text_of_findings(file, false).find('\x1b') == std::string::npos);
    CHECK(text_of_findings(file, true).find("\x1b[1;31merror[unsigned-function]") == 0);
  }

  TEST_CASE("text from a template cannot speak to the terminal") {
    CHECK(printable("a\x1b[31mb") == "a\xE2\x90\x9B[31mb");
    // Nothing hides behind a byte that begins no character.
    CHECK(printable("\xF0\x1b[31m") == "\xEF\xBF\xBD\xE2\x90\x9B[31m");
    CHECK(printable("\x9B") == "\xEF\xBF\xBD");
    CHECK(printable("a\tb\x7F") == "a\tb\xE2\x90\xA1");
    CHECK(printable("\xC2\x9B"
                    "31m") ==
          "\xEF\xBF\xBD"
          "31m");
    CHECK(printable("\xE2\x80\xAE"
                    "x") ==
          "\xEF\xBF\xBD"
          "x");
    CHECK(printable("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80") == "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80");
    const std::string text =
        text_of_findings(result_of(R"({"Resources": {"F\u001b[31m": {"Type": "AWS::Lambda::Function"}}})"), true);
    CHECK(text.find("\x1b[31m") == std::string::npos);
  }

  TEST_CASE("the JSON report obeys its schema") {
    rapidjson::Document schema_text;
    schema_text.Parse(read_whole_file(SOURCE_FOLDER "/schemas/report.schema.json").c_str());
    REQUIRE_FALSE(schema_text.HasParseError());
    const rapidjson::SchemaDocument schema(schema_text);
    const auto obeys = [&](const std::string& report) {
      rapidjson::Document document;
      document.Parse(report.c_str());
      REQUIRE_FALSE(document.HasParseError());
      rapidjson::SchemaValidator validator(schema);
      return document.Accept(validator);
    };
    std::vector<FileResult> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SOURCE_FOLDER "/samples"))
      if (entry.path().stem() == "template" || entry.path().string().ends_with(".template.json"))
        files.push_back(result_of(read_whole_file(entry.path()), entry.path().string()));
    files.push_back(FileResult{.path = "x.json", .status = FileResult::Status::skipped, .why = "it is not a template"});
    files.push_back(
        FileResult{.path = "gone.yaml", .status = FileResult::Status::unreadable, .why = "there is no such file"});
    CHECK(obeys(json_of_findings(files)));
    CHECK(obeys(json_of_findings({})));
    nlohmann::json report = nlohmann::json::parse(json_of_findings(files));
    CHECK(report["version"] == PROGRAM_VERSION);
    report["findings"][0]["line"] = 0;
    CHECK_FALSE(obeys(report.dump()));
  }

  TEST_CASE("a finding in JSON") {
    const auto report =
        nlohmann::json::parse(json_of_findings(results_of("Resources:\n  F\xC3\xA4: {Type: AWS::Lambda::Function}\n")));
    const auto wanted = nlohmann::json::parse(
        R"({"rule": "unsigned-function", "severity": "error", "path": "t.yaml", "line": 2, "column": 3, "end_line": 2,
      "end_column": 5, "resource": "Fä", "message": "Fä accepts unsigned code", "fixable": true, "fix_option": null, "when": null,
      "construct": null, "stack_set": null, "stacks": []})");
    REQUIRE(report["findings"].size() == 1);
    CHECK(report["findings"][0] == wanted);
  }

  TEST_CASE("what CDK made is named by its construct, too") {
    const auto cdk = results_of(
        "Resources: {F1: {Type: AWS::Lambda::Function, Metadata: {'aws:cdk:path': A/F/Resource}},\n"
        "  F2: {Type: AWS::Lambda::Function, Metadata: {'aws:cdk:path': [A]}}}\n");
    const std::string text = text_of_findings(cdk.front(), false);
    CHECK(text.find("^^\n  = construct: A/F/Resource\n  = help: ") != std::string::npos);
    CHECK(text.find("construct", text.find("construct") + 1) == std::string::npos);
    const auto report = nlohmann::json::parse(json_of_findings(cdk));
    CHECK(report["findings"][0]["construct"] == "A/F/Resource");
    CHECK(report["findings"][1]["construct"] == nullptr);
  }

  TEST_CASE("the graph in JSON") {
    const auto graph = nlohmann::json::parse(json_of_graph(results_of(R"(
Parameters: {Arn: {Type: String}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {CodeSigningConfigArn: !Ref C, Layers: [!Ref L, !Ref Arn, 'arn:aws:lambda:eu-west-1:210987654321:layer:x:1']}}
  I: {Type: AWS::Lambda::Function, Properties: {PackageType: Image}}
  L: {Type: AWS::Lambda::LayerVersion}
  C: {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: {SigningProfileVersionArns: [!GetAtt P.ProfileVersionArn]}, CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}}}
  P: {Type: AWS::Signer::SigningProfile, Properties: {PlatformId: AWSLambda-SHA384-ECDSA}}
)")));
    CHECK(graph["functions"][0]["id"] == "F");
    CHECK(graph["functions"][0]["line"] == 4);
    CHECK(graph["functions"][0]["package"] == "zip");
    CHECK(graph["functions"][0]["signing"][0]["state"] == "enforced");
    CHECK(graph["functions"][0]["signing"][0]["config"] == "C");
    CHECK(graph["functions"][0]["layers"] ==
          nlohmann::json{"L", "parameter Arn", "arn:aws:lambda:eu-west-1:210987654321:layer:x:1"});
    CHECK(graph["functions"][1]["package"] == "image");
    CHECK(graph["functions"][1]["signing"][0]["state"] == "unsupported");
    CHECK(graph["layers"][0]["used_by"] == nlohmann::json{"F"});
    CHECK(graph["configs"][0]["policy"] == "Enforce");
    CHECK(graph["configs"][0]["publishers"] == nlohmann::json{"P.ProfileVersionArn"});
    CHECK(graph["profiles"][0]["platform"] == "AWSLambda-SHA384-ECDSA");
  }

  TEST_CASE("diffs") {
    CHECK(diff_of("a\nb\nc\n", {{{3, 3}, "\nnew"}}) == "--- a/t\n+++ b/t\n@@ -1,3 +1,4 @@\n a\n b\n+new\n c\n");
    CHECK(diff_of("a\nb", {{{3, 3}, "\nnew"}}) ==
          "--- a/t\n+++ b/t\n@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+new\n\\ No newline at end of "
          "file\n");
    CHECK(diff_of("a\r\nb\r\n", {{{1, 1}, "\r\nnew"}}) == "--- a/t\n+++ b/t\n@@ -1,2 +1,3 @@\n a\r\n+new\r\n b\r\n");
    CHECK(diff_of("word\n", {{{0, 4}, "other"}}) == "--- a/t\n+++ b/t\n@@ -1 +1 @@\n-word\n+other\n");
    CHECK(diff_of("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", {{{0, 1}, "one"}, {{18, 20}, "ten"}}) ==
          "--- a/t\n+++ b/t\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-10\n+ten\n");
    CHECK(diff_of("a\n", {}).empty());
    CHECK(diff_of("a\n", {{{0, 1}, "b"}}, "with blank").starts_with("--- a/with blank\t\n"));
    CHECK(diff_of("a\n", {{{0, 1}, "b"}}, "q\"uote").starts_with("--- \"a/q\\\"uote\"\n"));
  }
}

}  // namespace codesign
