// Templates in templates: the TemplateBody of a stack set.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/json.h"
#include "report/text.h"
#include "tests/laws.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

// A template with one stack set, whose Properties are these lines.
std::string with_stack_set(const std::string& properties) {
  return "Resources:\n  Fleet:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n" + properties;
}

// `body` as a value of TemplateBody.
Linted with_body(const std::string& body, const LintWishes& wishes = {}) {
  return lint_text(with_stack_set("      TemplateBody: " + body + "\n"), "template.yaml", wishes);
}

const LintWishes strict{.profile = Profile::strict};

// "MESSAGE @ WHAT IS SHOWN" of each finding.
std::vector<std::string> shown(const Linted& linted) {
  std::vector<std::string> result;
  for (const Finding& finding : linted.findings)
    result.push_back(finding.message + " @ " + std::string(linted.document->source[finding.where]));
  return result;
}
using Lines = std::vector<std::string>;

const std::string accepts = "F accepts unsigned code (in the TemplateBody of Fleet) @ ";

}  // namespace

TEST_SUITE("embedded") {
  TEST_CASE("the template of a stack set is linted in place, however it is written") {
    const std::string json = R"({"Resources": {"F": {"Type": "AWS::Lambda::Function"}}})";
    const auto escaped = [&] {
      std::string text;
      for (const char c : json) text += c == '"' ? "\\\"" : std::string(1, c);
      return text;
    }();
    const std::string yaml = "\n        Resources:\n          F:\n            Type: AWS::Lambda::Function\n";
    const std::string flow = "Resources: {F: {Type: AWS::Lambda::Function}}";
    for (const std::string& body : Lines{"|" + yaml, "|2-  # note" + yaml, "!Sub |" + yaml, "'" + flow + "'",
                                         "{'Fn::Sub': '" + flow + "'}", "!Sub ['" + flow + "', {}]"}) {
      CAPTURE(body);
      CHECK(shown(with_body(body)) == Lines{accepts + "F"});
    }
    CHECK(with_body("!Ref AWS::NoValue").findings.empty());
    CHECK(shown(with_body("'" + json + "'")) == Lines{accepts + "\"F\""});
    CHECK(shown(with_body("|\n        " + json)) == Lines{accepts + "\"F\""});
    CHECK(shown(with_body(">\n        {\"Resources\":\n          " + json.substr(14))) == Lines{accepts + "\"F\""});
    CHECK(shown(with_body('"' + escaped + '"')) == Lines{accepts + "\\\"F\\\""});
    const Linted outer = lint_text(R"({"Resources": {"Fleet": {"Type": "AWS::CloudFormation::StackSet", "Properties": )"
                                   R"({"TemplateBody": ")" +
                                   escaped + "\"}}}}");
    CHECK(shown(outer) == Lines{accepts + "\\\"F\\\""});
    // Put together, it has the place of what puts it together.
    const std::string joined = "!Join ['', ['Resources: {F: ', '{Type: AWS::Lambda::Function}}']]";
    CHECK(shown(with_body(joined)) == Lines{accepts + joined});
  }

  TEST_CASE("line ends, a byte order mark and literals do not move a place") {
    std::string text = with_stack_set(
        "      TemplateBody: !Sub |\n        # ${!Not} a variable\n        Description: ${!Neither}\n        "
        "Resources:\n"
        "          F:\n            Type: AWS::Lambda::Function\n");
    for (const bool has_carriage_returns : {false, true}) {
      if (has_carriage_returns)
        for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
          text.replace(at, 1, "\r\n");
      const Linted linted = lint_text("\xEF\xBB\xBF" + text);
      CHECK(shown(linted) == Lines{accepts + "F"});
      const Position at = LineTable(linted.document->source.bytes).position(linted.findings.at(0).where.begin);
      CHECK(at == Position{9, 11});
    }
  }

  TEST_CASE("findings of both templates are in the order of their places") {
    const Linted linted = lint_text(
        "Resources:\n  A: {Type: AWS::Lambda::Function}\n  Fleet:\n    Type: AWS::CloudFormation::StackSet\n"
        "    Properties:\n      TemplateBody: 'Resources: {F: {Type: AWS::Lambda::Function}}'\n"
        "  Z: {Type: AWS::Lambda::Function}\n");
    CHECK(shown(linted) == Lines{"A accepts unsigned code @ A", accepts + "F", "Z accepts unsigned code @ Z"});
    CHECK(linted.findings[0].stack_set.empty());
    CHECK(linted.findings[1].stack_set == "Fleet");
    CHECK(linted.findings[1].resource == "F");
  }

  TEST_CASE("a body that is signed is silent, and hides nothing") {
    const std::string body =
        "'Resources: {F: {Type: AWS::Lambda::Function, Properties: {CodeSigningConfigArn: "
        "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0}}}'";
    CHECK(with_body(body).findings.empty());
    CHECK(with_body(body).graph->hidden_parts.empty());
    CHECK(with_body("'Resources: {T: {Type: AWS::SNS::Topic}}'", strict).findings.empty());
  }

  TEST_CASE("a stack set whose template is not at hand hides functions") {
    const auto hides = [](const std::string& properties) {
      const Linted linted = lint_text(with_stack_set("      " + properties + "\n"));
      return linted.graph->hidden_parts.size() == 1 && linted.graph->embedded.empty();
    };
    for (const char* properties :
         {"TemplateURL: 'https://example.com/a.yaml'", "TemplateBody: !Ref Text",
          "TemplateBody: !Sub 'Resources: ${A}'", "TemplateBody: !Join ['', ['Resources: ', !Ref A]]",
          "TemplateBody: ''", "TemplateBody: x", "TemplateBody: 'Resources: {}'", "TemplateBody: {Resources: {}}",
          "TemplateBody:", "TemplateBody: []", "TemplateBody: '{{resolve:ssm:/template}}'",
          "TemplateBody: ['Resources: {F: {Type: AWS::Lambda::Function}}']",
          "TemplateBody: !If [C, 'Resources: {T: {Type: AWS::SNS::Topic}}', x]"}) {
      CAPTURE(properties);
      CHECK(hides(properties));
    }
  }

  TEST_CASE("a body that cannot be read is a finding at its place") {
    const std::string never_closed = "this quote is never closed (in the TemplateBody of Fleet) @ ";
    const Linted yaml = with_body("|\n        Resources:\n          F: \"x\n");
    CHECK(rules_of(yaml) == Lines{"unreadable-template"});
    CHECK(shown(yaml) == Lines{never_closed + "\""});
    CHECK(LineTable(yaml.document->source.bytes).position(yaml.findings[0].where.begin) == Position{7, 14});
    CHECK(yaml.graph->hidden_parts.empty());
    const Linted json = with_body("'{\"Resources\": {]}'");
    CHECK(rules_of(json) == Lines{"unreadable-template"});
    CHECK(json.document->source.bytes.substr(json.findings.at(0).where.begin, 2) == "]}");
  }

  TEST_CASE("what the inner template hides is said of it") {
    const auto hidden = [](const std::string& resources) { return shown(with_body("'" + resources + "'", strict)); };
    CHECK(hidden("{Transform: OurMacro, Resources: {T: {Type: AWS::SNS::Topic}}}") ==
          Lines{"the macro OurMacro may add or change functions (in the TemplateBody of Fleet) @ OurMacro"});
    // There is no folder beside a template in a string.
    CHECK(
        hidden("Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: a.yaml}}}") ==
        Lines{"the template a.yaml is not at hand, and may contain functions (in the TemplateBody of Fleet) @ a.yaml"});
  }

  TEST_CASE("parameters of the stack set are those of its template, unless a group of stacks has its own") {
    const auto messages = [](const std::string& more) {
      Lines result;
      for (const Finding& finding :
           lint_text(with_stack_set(
                         more +
                         "      TemplateBody: |\n        Parameters:\n          Stage: {Type: String, Default: dev}\n"
                         "        Conditions: {IsProd: !Equals [!Ref Stage, prod]}\n        Resources:\n          F:\n"
                         "            Type: AWS::Lambda::Function\n            Properties:\n"
                         "              CodeSigningConfigArn: !If [IsProd, 'arn:aws:lambda:eu-west-1:210987654321:"
                         "code-signing-config:csc-0123456789abcdef0', !Ref AWS::NoValue]\n"))
               .findings)
        result.push_back(finding.message);
      return result;
    };
    const Lines sometimes{"F accepts unsigned code when Stage=dev (the default) (in the TemplateBody of Fleet)"};
    const auto given = [](const std::string& value) {
      return "      Parameters: [{ParameterKey: Stage, ParameterValue: " + value + "}]\n";
    };
    CHECK(messages("") == sometimes);
    CHECK(messages(given("prod")).empty());
    CHECK(messages(given("dev")).size() == 1);
    const Lines if_not{"F accepts unsigned code when Stage is not \"prod\" (in the TemplateBody of Fleet)"};
    const Lines always{"F accepts unsigned code: its CodeSigningConfigArn has no value (in the TemplateBody of Fleet)"};
    CHECK(messages(given("!Ref Other")) == if_not);
    CHECK(messages(given("!Sub '${AWS::Region}'")) == always);
    CHECK(messages(given("!Sub 'prod-${AWS::Region}'")) == always);
    CHECK(messages(given("!Sub '${Other}'")) == if_not);
    CHECK(messages(given("!If [Any, prod, prod]")).empty());
    CHECK(messages(given("!Ref Fleet")) == if_not);
    CHECK(messages("      Parameters: prod\n") == sometimes);
    const auto groups = [&](const std::string& text) {
      return given("prod") + "      StackInstancesGroup: " + text + "\n";
    };
    CHECK(messages(groups("[{Regions: [eu-west-1]}]")).empty());
    CHECK(messages(groups("[{ParameterOverrides: [{ParameterKey: Other, ParameterValue: x}]}]")).empty());
    CHECK(messages(groups("[{ParameterOverrides: [{ParameterKey: Stage, ParameterValue: dev}]}]")) ==
          Lines{"F accepts unsigned code when Stage=dev (in the TemplateBody of Fleet)"});
    CHECK(messages(groups("[{ParameterOverrides: [{ParameterKey: Stage, ParameterValue: prod}]}]")).empty());
    CHECK(messages(groups("[{ParameterOverrides: !Ref Other}]")) == if_not);
    CHECK(messages(groups("!Ref Other")) == if_not);
  }

  TEST_CASE("a body of a loop is judged for all that its stack sets are passed") {
    const auto messages = [](const std::string& names) {
      Lines result;
      for (const Finding& finding :
           lint_text("Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Sets:\n    - Name\n    - [" +
                     names +
                     "]\n    - \"S${Name}\":\n        Type: AWS::CloudFormation::StackSet\n        Properties:\n"
                     "          Parameters: [{ParameterKey: Stage, ParameterValue: !Ref Name}]\n"
                     "          TemplateBody: |\n            Parameters: {Stage: {Type: String}}\n"
                     "            Conditions: {IsProd: !Equals [!Ref Stage, prod]}\n            Resources:\n"
                     "              F:\n                Type: AWS::Lambda::Function\n                Properties:\n"
                     "                  CodeSigningConfigArn: !If [IsProd, 'arn:aws:lambda:eu-west-1:210987654321:"
                     "code-signing-config:csc-0123456789abcdef0', !Ref AWS::NoValue]\n")
               .findings)
        result.push_back(finding.message);
      return result;
    };
    const std::string claim = "F accepts unsigned code: its CodeSigningConfigArn has no value (in the TemplateBody of ";
    CHECK(messages("prod").empty());
    CHECK(messages("prod, dev") == Lines{claim + "Sdev)"});
    CHECK(messages("dev, prod") == Lines{claim + "Sdev)"});
    CHECK(messages("a, b, prod, c, d") == Lines{claim + "Sa, Sb, Sc and 1 more)"});
  }

  TEST_CASE("stack sets in stack sets are followed three deep") {
    std::string text = "Resources: {F: {Type: AWS::Lambda::Function}}";
    for (int depth = 1; depth <= 4; ++depth) {
      text = with_stack_set("      TemplateBody: " + json_string(text) + "\n");
      const Linted linted = lint_text(text, "template.yaml", strict);
      REQUIRE(linted.findings.size() == 1);
      const std::string path = depth == 1 ? "Fleet" : depth == 2 ? "Fleet/Fleet" : "Fleet/Fleet/Fleet";
      CHECK(linted.findings[0].stack_set == path);
      CHECK(rules_of(linted)[0] == (depth <= 3 ? "unsigned-function" : "hidden-functions"));
      const std::string_view place = linted.document->source[linted.findings[0].where];
      CHECK(place.find(depth <= 3 ? "F" : "Fleet") != std::string_view::npos);
      CHECK(place.size() < 32);
    }
  }

  TEST_CASE("aliases and loops do not multiply without end") {
    std::string aliases = "Resources:\n  A: {Type: AWS::CloudFormation::StackSet, Properties: {TemplateBody: &body '#" +
                          std::string(100'000, 'x') + "\n\n\n    Resources: {F: {Type: AWS::Lambda::Function}}'}}\n";
    for (int i = 0; i < 100; ++i)
      aliases +=
          "  A" + std::to_string(i) + ": {Type: AWS::CloudFormation::StackSet, Properties: {TemplateBody: *body}}\n";
    const Linted linted = lint_text(aliases);
    CHECK(linted.graph->embedded.size() > 30);
    CHECK(linted.graph->embedded.size() + linted.graph->hidden_parts.size() == 101);
    CHECK(linted.graph->hidden_parts.size() > 50);
    // Copies of one text are one.
    const Linted loop = lint_text(
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Sets:\n    - Name\n    - [A, B, C]\n"
        "    - Set${Name}:\n        Type: AWS::CloudFormation::StackSet\n        Properties:\n"
        "          TemplateBody: 'Resources: {F: {Type: AWS::Lambda::Function}}'\n");
    CHECK(shown(loop) == Lines{"F accepts unsigned code (in the TemplateBody of SetA) @ F"});
  }

  TEST_CASE("a template in a string has the findings that it has by itself") {
    std::size_t templates = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SOURCE_FOLDER "/samples")) {
      if (entry.path().stem() != "template") continue;
      CAPTURE(entry.path().string());
      ++templates;
      CHECK(difference_when_embedded(read_whole_file(entry.path())) == "");
    }
    CHECK(templates > 100);
  }

  TEST_CASE("nothing in it is edited, and everything that would be is named") {
    const std::string config =
        "        Resources:\n          F: {Type: AWS::Lambda::Function, Properties: {CodeSigningConfigArn: !Ref C}}\n"
        "          C:\n            Type: AWS::Lambda::CodeSigningConfig\n            DeletionPolicy: Retain\n"
        "            UpdateReplacePolicy: Retain\n            Properties:\n              AllowedPublishers:\n"
        "                SigningProfileVersionArns: "
        "['arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12']\n"
        "              CodeSigningPolicies: {UntrustedArtifactOnDeployment: Warn}\n";
    const auto left = [&](const std::string& body, const SigningWishes& wishes = {}) {
      const Transformed result = transform_text(with_stack_set("      TemplateBody: |\n" + body), wishes);
      CHECK(result.edits.empty());
      Lines names;
      for (const LeftAlone& one : result.plan.left_alone) {
        CHECK(one.reason == "it stands in the TemplateBody of Fleet, which is not edited");
        names.push_back(one.resource);
      }
      return names;
    };
    const std::string unsigned_body = "        Resources: {F: {Type: AWS::Lambda::Function}}\n";
    CHECK(left(unsigned_body) == Lines{"F"});
    SigningWishes others;
    others.only.insert("unused-config");
    CHECK(left(unsigned_body, others).empty());
    CHECK(left(config).empty());
    CHECK(left(config, {.enforce = true}) == Lines{"C", "F"});
    CHECK(left("        Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}}}}\n") ==
          Lines{"F"});
    const Transformed unreadable = transform_text(with_stack_set("      TemplateBody: '{\"Resources\": \"'\n"));
    REQUIRE(unreadable.plan.left_alone.size() == 1);
    CHECK(unreadable.plan.left_alone[0].resource == "Fleet");
    CHECK(unreadable.plan.left_alone[0].reason.starts_with("its TemplateBody cannot be read: not valid JSON"));
    // What stands beside it is.
    const Transformed both = transform_text(
        "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n"
        "      Runtime: x\n" +
        with_stack_set("      TemplateBody: |\n" + unsigned_body).substr(11));
    CHECK_FALSE(both.edits.empty());
    CHECK(both.plan.left_alone.size() == 1);
  }

  TEST_CASE("reports of it") {
    const Scratch scratch;
    scratch.write(
        "t.yaml",
        with_stack_set(
            "      TemplateBody: |\n        Resources:\n          F: {Type: AWS::Lambda::Function}\n"
            "          L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}\n"));
    const Outcome text = run_with({"lint", "t.yaml"});
    CHECK(text.code == has_findings);
    CHECK(mentions(text.out,
                   "error[unsigned-function] F accepts unsigned code (in the TemplateBody of Fleet)\n"
                   " --> t.yaml:7:11\n"));
    CHECK(mentions(text.out, "\n1 finding (1 error) in 1 template\n"));
    const auto findings = nlohmann::json::parse(run_with({"lint", "--format", "json", "t.yaml"}).out)["findings"];
    CHECK(findings[0]["stack_set"] == "Fleet");
    CHECK(findings[0]["fixable"] == false);
    CHECK(findings[0]["line"] == 7);
    const auto graph = nlohmann::json::parse(run_with({"graph", "t.yaml"}).out);
    CHECK(graph["functions"][0]["stack_set"] == "Fleet");
    CHECK(graph["functions"][0]["line"] == 7);
    CHECK(graph["functions"][0]["path"] == "t.yaml");
    CHECK(graph["layers"][0]["stack_set"] == "Fleet");
    const Outcome transform = run_with({"transform", "t.yaml"});
    CHECK(transform.err == "t.yaml: F is left alone: it stands in the TemplateBody of Fleet, which is not edited\n");
    const auto edits = nlohmann::json::parse(run_with({"transform", "--format", "json", "t.yaml"}).out);
    CHECK(edits["files"][0]["left_alone"][0]["resource"] == "F");
    // A parameter of the run is not one of the stack set's.
    CHECK(run_with({"transform", "--parameters", "Stage=prod", "t.yaml"}).err.find("F is left alone") !=
          std::string::npos);
    // The configuration holds for it as for any other.
    scratch.write("config.yaml", "rules: {unsigned-function: off}\n");
    CHECK(run_with({"lint", "--config", "config.yaml", "t.yaml"}).code == done);
  }
}

}  // namespace codesign
