// What is too much is refused in one sentence, or looked at as far as the limit; never is it read for ever.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "cli/files.h"
#include "template/parse.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  while (count-- > 0) result += text;
  return result;
}

}  // namespace

TEST_SUITE("limits") {
  TEST_CASE("a file that is too large is read no further than to know it") {
    const Scratch scratch;
    scratch.write("huge.yaml", "Resources: {}\n");
    std::filesystem::resize_file("huge.yaml", std::uintmax_t{100} << 30);  // most of it a hole
    CHECK(read_file("huge.yaml", max_file_bytes).size() == max_file_bytes + 1);
    const Outcome outcome = run_with({"lint", "--format", "concise", "huge.yaml"});
    CHECK(outcome.code == 1);
    CHECK(mentions(outcome.out,
                   "huge.yaml:1:1: error: the file is larger than 16 MB; a CloudFormation template has at "
                   "most 1 MB [unreadable-template]\n"));
    CHECK(run_with({"transform", "--write", "huge.yaml"}).code == 1);
    CHECK(std::filesystem::file_size("huge.yaml") == std::uintmax_t{100} << 30);
  }

  TEST_CASE("what stands beside templates is no larger either") {
    const Scratch scratch;
    scratch.write("template.yaml", "Resources: {F: {Type: AWS::SNS::Topic}}\n");
    for (const char* name : {"huge.json", "huge.toml", "samconfig.toml"}) {
      scratch.write(name, "");
      std::filesystem::resize_file(name, std::uintmax_t{100} << 30);
    }
    const auto is_refused = [](const std::vector<std::string>& arguments) {
      const Outcome outcome = run_with(arguments);
      CAPTURE(outcome.err);
      CHECK(outcome.code == 2);
      CHECK(mentions(outcome.err, "larger than 16 MB"));
    };
    is_refused({"lint", "template.yaml"});
    is_refused({"plan", "--write", "--profile", "Orders", "template.yaml"});
    std::filesystem::remove("samconfig.toml");
    is_refused({"lint", "--parameters", "huge.json", "template.yaml"});
    is_refused({"lint", "--parameters", "huge.toml", "template.yaml"});
    is_refused({"lint", "--config", "huge.json", "template.yaml"});
    is_refused({"lint", "--baseline", "huge.json", "template.yaml"});
  }

  TEST_CASE("depth and number of values") {
    const Scratch scratch;
    const auto is_refused = [&](const std::string& text, std::string_view sentence) {
      scratch.write("template.yaml", text);
      const Outcome outcome = run_with({"lint", "--format", "concise", "template.yaml"});
      CHECK(outcome.code == 1);
      CAPTURE(outcome.out.substr(0, 300));
      CHECK(mentions(outcome.out, std::string("error: ") + std::string(sentence)));
      CHECK(mentions(outcome.out, "1 finding (1 error)"));
    };
    const std::size_t deep = 2 * max_nesting, wide = max_nodes + 1;
    constexpr std::string_view too_deep = "the template is nested more than 500 levels deep [unreadable-template]";
    constexpr std::string_view too_many = "the template has more than a million values [unreadable-template]";
    is_refused("Resources: " + repeated("[", deep) + repeated("]", deep), too_deep);
    is_refused("{\"Resources\": " + repeated("[", deep) + repeated("]", deep) + "}", too_deep);
    is_refused(repeated("- ", deep) + "a\n", too_deep);
    is_refused(repeated("[", max_file_bytes / 2), too_deep);
    is_refused("Resources:\n" + repeated("- a\n", wide), too_many);
    is_refused("[" + repeated("1,", wide) + "1]", too_many);
  }

  TEST_CASE("as many values as there may be are read") {
    const Document document = parse({"t.json", "[" + repeated("1,", max_nodes - 2) + "1]"});
    CHECK(document.problems.empty());
    CHECK(document.nodes.size() == max_nodes);
  }

  TEST_CASE("one text may be as long as a file") {
    const std::string text(max_file_bytes - 100, 'x');
    for (const std::string& written :
         {"Description: " + text + "\n", "Description: |\n  " + text + "\n", "{\"Description\": \"" + text + "\"}"}) {
      const Document document = parse({"t.yaml", written});
      REQUIRE(document.problems.empty());
      const std::string_view read = *scalar_text(document, value_of(document, document.root(), "Description"));
      CHECK(read.substr(0, text.size()).compare(text) == 0);
    }
  }

  TEST_CASE("aliases of aliases cost what their text costs, wherever they stand") {
    std::string bomb = "Metadata:\n  - &a0 [Ref, a, {Ref: a}]\n";
    for (int i = 1; i < 60; ++i) bomb += fmt::format("  - &a{} [*a{}, *a{}, *a{}]\n", i, i - 1, i - 1, i - 1);
    const auto lint = [&](const std::string& resource) {
      const std::string text = bomb + "Conditions:\n  C: {Fn::Or: *a59}\nResources:\n  F:\n" + resource;
      const Linted linted = lint_text(text, "t.yaml", {.profile = Profile::guardrail});
      REQUIRE(linted.document->problems.empty());
      CHECK(linted.findings.size() < 20);
    };
    lint("    Type: AWS::Serverless::Function\n    Properties: {Layers: *a59, Policies: *a59, CodeUri: *a59}\n");
    lint("    Type: AWS::Lambda::Function\n    Properties: {CodeSigningConfigArn: *a59, Code: *a59, Layers: *a59}\n");
    lint("    Type: AWS::IAM::Policy\n    Properties: {PolicyDocument: {Statement: *a59}, Users: *a59}\n");
    lint(
        "    Type: AWS::Lambda::CodeSigningConfig\n    Properties: {AllowedPublishers: *a59, CodeSigningPolicies: "
        "*a59}\n");
    lint("    Type: AWS::CloudFormation::StackSet\n    Properties: {TemplateBody: *a59, Parameters: *a59}\n");
    lint("    Type: *a59\n    Properties: *a59\n");
  }
}

}  // namespace codesign
