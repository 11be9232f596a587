// Layout: the file's own style, one small text at a time. Whole files stand in samples/.
#include <doctest/doctest.h>

#include "report/diff.h"
#include "tests/support.h"

namespace codesign {
namespace {

const std::string publisher = "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/P1/AbCdEfGh12";

std::string transformed(const std::string& text) {
  return transform_text(text, {.publishers = {publisher}}).text;
}

std::string left_alone(const std::string& text, bool enforce = false) {
  const Plan plan = transform_text(text, {.enforce = enforce, .publishers = {publisher}}).plan;
  return plan.left_alone.empty() ? "" : plan.left_alone.front().resource + ": " + plan.left_alone.front().reason;
}

// The inserted property alone: a template that has a config already.
std::string signed_function(const std::string& function) {
  const std::string config =
      "Resources:\n  Csc:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers:\n       "
      " SigningProfileVersionArns: [" +
      publisher + "]\n      CodeSigningPolicies: {UntrustedArtifactOnDeployment: Warn}\n";
  const std::string result = transformed(config + function);
  REQUIRE(result.starts_with(config));
  return result.substr(config.size());
}

}  // namespace

TEST_SUITE("transform") {
  TEST_CASE("the property goes next to what says what runs") {
    CHECK(signed_function("  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a.b\n      # about "
                          "the runtime\n      Runtime: x # side\n      # about Role\n      Role: r\n") ==
          "  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a.b\n      # about the runtime\n     "
          " Runtime: x # side\n      CodeSigningConfigArn: !Ref Csc\n      # about Role\n      Role: r\n");
    CHECK(signed_function("  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code:\n        S3Bucket: b\n  "
                          "      S3Key: k\n\n  # next\n") ==
          "  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code:\n        S3Bucket: b\n        S3Key: "
          "k\n      CodeSigningConfigArn: !Ref Csc\n\n  # next\n");
  }

  TEST_CASE("Properties that are missing or empty") {
    CHECK(signed_function("  F:\n    Type: AWS::Serverless::Function # side\n") ==
          "  F:\n    Type: AWS::Serverless::Function # side\n    Properties:\n      CodeSigningConfigArn: !Ref Csc\n");
    CHECK(
        signed_function("  F:\n    Type: AWS::Serverless::Function\n    Properties: # none yet\n  B:\n    Type: T\n") ==
        "  F:\n    Type: AWS::Serverless::Function\n    Properties: # none yet\n      CodeSigningConfigArn: !Ref Csc\n "
        " B:\n    Type: T\n");
    CHECK(signed_function("  F:\n    Type: AWS::Serverless::Function\n    Properties: {}\n") ==
          "  F:\n    Type: AWS::Serverless::Function\n    Properties: {CodeSigningConfigArn: !Ref Csc}\n");
  }

  TEST_CASE("flow mappings") {
    CHECK(signed_function("  F: {Type: AWS::Lambda::Function, Properties: {Handler: a, Role: b}}\n") ==
          "  F: {Type: AWS::Lambda::Function, Properties: {Handler: a, CodeSigningConfigArn: !Ref Csc, Role: b}}\n");
    CHECK(signed_function("  F: { Type: AWS::Lambda::Function, Properties: { Role: b, } }\n") ==
          "  F: { Type: AWS::Lambda::Function, Properties: { Role: b, CodeSigningConfigArn: !Ref Csc } }\n");
    CHECK(signed_function("  F:\n    Type: AWS::Lambda::Function\n    Properties: {\n      Role: b  # side\n    }\n") ==
          "  F:\n    Type: AWS::Lambda::Function\n    Properties: {\n      Role: b,  # side\n      "
          "CodeSigningConfigArn: !Ref Csc\n    }\n");
    CHECK(signed_function("  F:\n    Type: AWS::Lambda::Function\n    Properties: {\n      Handler: h, # side\n      "
                          "Role: b\n    }\n") ==
          "  F:\n    Type: AWS::Lambda::Function\n    Properties: {\n      Handler: h, # side\n      "
          "CodeSigningConfigArn: !Ref Csc,\n      Role: b\n    }\n");
  }

  TEST_CASE("JSON on one line, and over lines") {
    CHECK(
        transformed(R"({"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"Role":"r"}}}})") ==
        R"({"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"Role":"r","CodeSigningConfigArn":{"Ref":"CodeSigningConfig"}}},)"
        R"("CodeSigningConfig":{"Type":"AWS::Lambda::CodeSigningConfig","Properties":{"AllowedPublishers":{"SigningProfileVersionArns":[")" +
            publisher + R"("]},"CodeSigningPolicies":{"UntrustedArtifactOnDeployment":"Warn"}}}}})");
    const std::string spread =
        transform_text(
            "{\n\t\"Resources\": {\n\t\t\"F\": {\n\t\t\t\"Type\": \"AWS::Lambda::Function\",\n\t\t\t\"Properties\": "
            "{\n\t\t\t\t\"Runtime\": \"x\",\n\t\t\t\t\"Role\": {\n\t\t\t\t\t\"Ref\": "
            "\"R\"\n\t\t\t\t}\n\t\t\t}\n\t\t}\n\t}\n}\n")
            .text;
    CHECK(spread.starts_with(
        "{\n\t\"Parameters\": {\n\t\t\"SigningProfileVersionArns\": {\n\t\t\t\"Type\": \"CommaDelimitedList\","));
    CHECK(spread.find("\t\t\t\t\"Runtime\": \"x\",\n\t\t\t\t\"CodeSigningConfigArn\": {\n\t\t\t\t\t\"Ref\": "
                      "\"CodeSigningConfig\"\n\t\t\t\t},\n") != std::string::npos);
  }

  TEST_CASE("text at the end of the file without a line break is not changed by what follows") {
    const std::string text =
        "Resources:\n  # about F\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Role: r\n      "
        "Description: |\n        last line";
    const Transformed result = transform_text(text, {.publishers = {publisher}});
    CHECK(result.text.ends_with("        last line"));
    CHECK(result.text.starts_with("Resources:\n  CodeSigningConfig:\n"));
    CHECK(result.text.find("        UntrustedArtifactOnDeployment: Warn\n  # about F\n  F:\n") != std::string::npos);
    CHECK(is_carried_out(result.plan, *result.before.document, parse({"t", result.text})));
  }

  TEST_CASE("promotion replaces the word and nothing else") {
    const auto promoted = [](const std::string& word) {
      return transform_text(
                 "Resources:\n  C:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      "
                 "CodeSigningPolicies:\n        UntrustedArtifactOnDeployment: " +
                     word + "\n",
                 {.enforce = true})
          .text;
    };
    for (const auto& [word, wanted] :
         std::vector<std::pair<std::string, std::string>>{{"Warn", "Enforce"},
                                                          {"\"Warn\" # for now", "\"Enforce\" # for now"},
                                                          {"'Warn'", "'Enforce'"},
                                                          {">-\n          Warn", ">-\n          Enforce"}})
      CHECK(promoted(word).ends_with("UntrustedArtifactOnDeployment: " + wanted + "\n"));
    for (const char* word : {"!Ref Mode", "!Sub Warn"}) CHECK(promoted(word).ends_with(std::string(word) + "\n"));
    for (const char* policies : {"", "!Ref AWS::NoValue", "~"}) {
      const std::string text =
          "Resources:\n  C:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      CodeSigningPolicies: " +
          std::string(policies) + "\n";
      CHECK(transform_text(text, {.enforce = true}).text == text);
    }
    CHECK(transform_text("Resources:\n  C:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      "
                         "AllowedPublishers: {SigningProfileVersionArns: !Ref X}\n",
                         {.enforce = true})
              .text.ends_with("      AllowedPublishers: {SigningProfileVersionArns: !Ref X}\n      "
                              "CodeSigningPolicies:\n        UntrustedArtifactOnDeployment: Enforce\n"));
  }

  TEST_CASE("names never collide") {
    const std::string text =
        "Parameters:\n  SigningProfileVersionArns: {Type: String}\nConditions: {CodeSigningConfig2: !Equals [a, "
        "b]}\nResources:\n  CodeSigningConfig: {Type: AWS::S3::Bucket}\n  F: {Type: AWS::Lambda::Function, Properties: "
        "{Role: r}}\n";
    const std::string result = transform_text(text).text;
    CHECK(result.find("  CodeSigningConfig3:\n") != std::string::npos);
    CHECK(result.find("  SigningProfileVersionArns2:\n") != std::string::npos);
    CHECK(result.find("CodeSigningConfigArn: !Ref CodeSigningConfig3") != std::string::npos);
  }

  TEST_CASE("a config is used again only where that can be deployed") {
    const auto config_of = [&](const std::string& resources) {
      const std::string text = transformed("Conditions: {P: !Equals [!Ref AWS::Region, x]}\nResources:\n" + resources);
      const std::size_t at = text.find("CodeSigningConfigArn: !Ref ");
      return at == std::string::npos ? std::string() : text.substr(at + 27, text.find_first_of(",}\n", at) - at - 27);
    };
    const std::string allowed = "{SigningProfileVersionArns: [" + publisher + "]}";
    const std::string enforce = "CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}";
    const std::string good = "Properties: {AllowedPublishers: " + allowed + ", " + enforce + "}";
    const std::string function = "  F:\n    Type: AWS::Lambda::Function\n    Properties: {Role: r}\n";
    CHECK(config_of("  C: {Type: AWS::Lambda::CodeSigningConfig, " + good + "}\n" + function) == "C");
    // It needs the function first, directly or in turn.
    CHECK(config_of("  C: {Type: AWS::Lambda::CodeSigningConfig, DependsOn: F, " + good + "}\n" + function) ==
          "CodeSigningConfig");
    CHECK(config_of("  L: {Type: Custom::L, Properties: {ServiceToken: !GetAtt F.Arn}}\n  C: {Type: "
                    "AWS::Lambda::CodeSigningConfig, DependsOn: [L], " +
                    good + "}\n" + function) == "CodeSigningConfig");
    CHECK(config_of("  L: {Type: Custom::L, Properties: {ServiceToken: !Sub 'x${F.Arn}'}}\n  C: {Type: "
                    "AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: {SigningProfileVersionArns: "
                    "[!GetAtt L.V]}, " +
                    enforce + "}}\n" + function) == "CodeSigningConfig");
    // It does not exist when the function does.
    CHECK(config_of("  C: {Type: AWS::Lambda::CodeSigningConfig, Condition: P, " + good + "}\n" + function) ==
          "CodeSigningConfig");
    CHECK(config_of("  C: {Type: AWS::Lambda::CodeSigningConfig, Condition: P, " + good +
                    "}\n  F:\n    Condition: P\n    Type: AWS::Lambda::Function\n    Properties: {Role: r}\n") == "C");
    // It cannot be created, or a loop makes it.
    CHECK(config_of("  C: {Type: AWS::Lambda::CodeSigningConfig, Properties: {" + enforce + "}}\n" + function) ==
          "CodeSigningConfig");
    CHECK(config_of("  C: {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: "
                    "{SigningProfileVersionArns: [TODO]}}}\n" +
                    function) == "CodeSigningConfig");
    CHECK(config_of("  Fn::ForEach::X:\n  - I\n  - [a]\n  - C${I}: {Type: AWS::Lambda::CodeSigningConfig, " + good +
                    "}\n" + function) == "CodeSigningConfig");
  }

  TEST_CASE("a template with as many resources as there may be gets none more") {
    std::string text = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Role: r}\n";
    for (int i = 1; i < 500; ++i) text += "  T" + std::to_string(i) + ": {Type: AWS::SNS::Topic}\n";
    CHECK(transformed(text) == text);
    CHECK(left_alone(text) == "F: the template has as many resources as CloudFormation takes, 500");
  }

  TEST_CASE("what is left alone, and why") {
    const auto resources = [](const std::string& text) { return "Resources:\n" + text; };
    CHECK(left_alone(resources("  F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image}}\n"))
              .starts_with("F: it is a container image"));
    CHECK(left_alone(resources("  F: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}}}\n"))
              .starts_with("F: its code is inline"));
    CHECK(left_alone(resources(
              "  F: {Type: AWS::Lambda::Function, Properties: {CodeSigningConfigArn: !Ref AWS::NoValue}}\n")) ==
          "F: its CodeSigningConfigArn is written, but has no value");
    CHECK(left_alone(resources("  F: {Type: AWS::Lambda::Function, Properties: [a]}\n")) ==
          "F: its Properties are not a mapping");
    CHECK(left_alone(resources("  F: {Type: AWS::Lambda::Function, Properties: ~}\n")) == "F: its Properties are null");
    CHECK(left_alone(resources("  F: {Type: AWS::Lambda::Function, Properties: {Role: a, Role: b}}\n")) ==
          "F: the key Role is given twice");
    CHECK(left_alone(resources("  F: {Type: AWS::Lambda::Function, Properties: {Role: a}}\n  F: {Type: "
                               "AWS::Lambda::Function, Properties: {Role: b}}\n")) ==
          "F: its logical ID is given twice");
    CHECK(
        left_alone(
            resources("  F: {Type: AWS::Lambda::Function, Properties: &p {Role: a}}\n  G: {Type: T, Properties: *p}\n"))
            .starts_with("F: it stands in a YAML anchor"));
    CHECK(left_alone(resources(
              "  G: {Type: T, Properties: &p {Role: a}}\n  F: {Type: AWS::Lambda::Function, Properties: *p}\n")) ==
          "F: its Properties are a YAML alias");
    CHECK(left_alone(resources(
              "  F: {Type: AWS::Lambda::Function, Properties: {CodeSigningConfigArn: !ImportValue Central}}\n")) ==
          "F: its code signing config is not known: it is imported from Central");
    CHECK(left_alone("Parameters: {Mode: {Type: String}}\n" +
                     resources("  C: {Type: AWS::Lambda::CodeSigningConfig, Properties: {CodeSigningPolicies: "
                               "{UntrustedArtifactOnDeployment: !Ref Mode}}}\n  F: {Type: AWS::Lambda::Function, "
                               "Properties: {CodeSigningConfigArn: !Ref C}}\n")) ==
          "F: parameter Mode decides the policy of C");
  }

  TEST_CASE("a result that is not the plan is recognised") {
    const Transformed result =
        transform_text("Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {Role: r}}\n");
    const auto judged = [&](const std::string& text) {
      return is_carried_out(result.plan, *result.before.document, parse({"t", text}));
    };
    CHECK(judged(result.text));
    CHECK_FALSE(judged(result.before.document->source.bytes));
    CHECK_FALSE(judged(result.text + "Outputs: {}\n"));
    std::string other = result.text;
    other.replace(other.find("Warn"), 4, "Halt");
    CHECK_FALSE(judged(other));
    CHECK_FALSE(judged(result.text + "  : ["));
  }
}

}  // namespace codesign
