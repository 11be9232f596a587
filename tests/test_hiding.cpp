// What somebody might write so that an unsigned function is not seen, in templates that CloudFormation takes.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/support.h"

namespace codesign {
namespace {

const std::string config =
    "  Csc: {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: {SigningProfileVersionArns: "
    "['arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Shop/AbCdEfGh12']}, CodeSigningPolicies: "
    "{UntrustedArtifactOnDeployment: Enforce}}}\n";

// A function with this value of CodeSigningConfigArn; "" for none.
std::string function(const std::string& name, const std::string& arn) {
  return "  " + name + ": {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}" +
         (arn.empty() ? "" : ", CodeSigningConfigArn: " + arn) + "}}\n";
}

// That a function of this template may be deployed unsigned.
bool is_seen(const std::string& text) {
  const Linted linted = lint_text(text);
  REQUIRE(linted.document->problems.empty());
  return std::any_of(linted.findings.begin(), linted.findings.end(), [](const Finding& finding) {
    return finding.rule->id == "unsigned-function" || finding.rule->id == "sometimes-unsigned-function";
  });
}

}  // namespace

TEST_SUITE("hiding") {
  TEST_CASE("behind a map whose keys are put together") {
    const std::string resources = "Resources:\n" + function("F", "");
    const std::string map = "Mappings: {M: {x: {k: v}, y: {k: w}}}\n";
    CHECK(is_seen("Parameters: {P: {Type: String, Default: x}, N: {Type: String, AllowedValues: [M]}}\n" + map +
                  "Conditions: {C: !Equals [!FindInMap [!Ref N, !Ref P, k], v]}\n" + resources));
    CHECK(is_seen("Parameters: {P: {Type: String, Default: x}}\n" + map +
                  "Conditions: {C: !Equals [!FindInMap [M, !Sub ['${P}', {X: y}], k], v]}\n" + resources));
    CHECK(
        is_seen("Mappings: {M: {eu-west-1: {'Fn::Transform': {Name: AWS::Include}}}}\n"
                "Conditions: {C: !Equals [!FindInMap [M, eu-west-1, k], v]}\n" +
                resources));
    CHECK(
        is_seen("Mappings: {M: {x: {k: v}}}\nConditions: {C: !Equals [!FindInMap [M, x, missing], v]}\n" + resources));
  }

  TEST_CASE("in a loop") {
    const std::string transform = "Transform: AWS::LanguageExtensions\n";
    CHECK(is_seen(transform + "Resources:\n  Fn::ForEach::L: [T, [Function], {'My${T}': {Type: 'AWS::Lambda::${T}', "
                              "Properties: {Code: {S3Bucket: b, S3Key: k}}}}]\n"));
    CHECK(is_seen(transform +
                  "Parameters: {E: {Type: String, Default: dev}}\nMappings: {M: {dev: {L: []}, prod: {L: [X]}}}\n"
                  "Resources:\n  Fn::ForEach::L: [I, !FindInMap [M, !Ref E, L], {'F${I}': {Type: "
                  "AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}}}}]\n"));
    CHECK(is_seen(transform +
                  "Parameters: {L: {Type: CommaDelimitedList, Default: A}}\nConditions: {'Fn::ForEach::C': [I, !Ref L, "
                  "{Hide: !Equals ['${I}', B]}]}\nResources:\n" +
                  config + function("F", "!If [Hide, !Ref AWS::NoValue, !Ref Csc]")));
    // The same words mean another comparison for another item.
    CHECK(
        is_seen(transform +
                "Parameters: {P: {Type: String}}\nConditions: {'Fn::ForEach::C': [I, [A, B], {'Is${I}': !Equals [!Sub "
                "'${I}-${P}', A-foo]}]}\nResources:\n" +
                config + function("F", "!If [IsA, !If [IsB, !Ref Csc, !Ref AWS::NoValue], !Ref Csc]")));
  }

  TEST_CASE("behind a value that only seems impossible") {
    const auto hides = [](const std::string& parameter, const std::string& condition) {
      return "Parameters: {P: {" + parameter + "}}\nConditions: {Hide: " + condition + "}\nResources:\n" + config +
             function("F", "!If [Hide, !Ref AWS::NoValue, !Ref Csc]");
    };
    CHECK(is_seen(hides("Type: CommaDelimitedList, AllowedValues: [a, b]", "!Equals [!Join [',', !Ref P], 'a,b']")));
    CHECK(is_seen(hides("Type: CommaDelimitedList, AllowedPattern: '[ab]'", "!Equals [!Join [',', !Ref P], 'a,b']")));
    CHECK(is_seen(hides("Type: String, MaxLength: 1", "!Equals [!Ref P, \xC3\xA9]")));
    CHECK(is_seen(hides("Type: String, AllowedPattern: '[a-c[x-z]]+'", "!Equals [!Ref P, ax]")));
    CHECK(is_seen(hides("Type: String, AllowedPattern: '[a-z&&[^b]]+'", "!Equals [!Ref P, ac]")));
    CHECK(is_seen(hides("Type: String",
                        "!And [!Equals [!Ref AWS::Region, us-iso-east-1], !Equals [!Ref AWS::Partition, aws-iso]]")));
    // What no deployment can pass stays impossible.
    CHECK_FALSE(is_seen(hides("Type: String, MaxLength: 1", "!Equals [!Ref P, ab]")));
    CHECK_FALSE(
        is_seen(hides("Type: CommaDelimitedList, AllowedPattern: '[ab]'", "!Equals [!Join [',', !Ref P], 'a,c']")));
  }

  TEST_CASE("behind a text that CloudFormation does not see") {
    const auto hides = [](const std::string& preset, const std::string& condition) {
      return "Parameters: {P: {Type: String, " + preset + "}}\nConditions: {Hide: " + condition + "}\nResources:\n" +
             config + function("F", "!If [Hide, !Ref AWS::NoValue, !Ref Csc]");
    };
    // An unquoted word of YAML 1.1 for true is "true".
    const std::string yes_or_no = "AllowedValues: [yes, no]";
    for (const char* equal : {"true", "'true'", "True", "yes", "YES", "on"})
      CHECK(is_seen(hides(yes_or_no, "!Equals [!Ref P, " + std::string(equal) + "]")));
    for (const char* other : {"'yes'", "'True'", "\"on\"", "y", "!!str yes"})
      CHECK_FALSE(is_seen(hides(yes_or_no, "!Equals [!Ref P, " + std::string(other) + "]")));
    CHECK(is_seen(hides("AllowedValues: ['yes', 'no']", "!Equals [!Ref P, 'no']")));
    CHECK_FALSE(is_seen(hides("AllowedValues: ['yes', 'no']", "!Equals [!Ref P, no]")));
    // What a number becomes is not known, unless it is written as JSON writes it.
    for (const char* number :
         {"010", "0x10", "0b11", "1_000", "1:30", "+1", "1.0", ".5", "1e3", "012345678901", ".inf"}) {
      CHECK(is_seen(hides("AllowedValues: [" + std::string(number) + "]", "!Equals [!Ref P, '8']")));
      const Linted linted = lint_text(hides("AllowedValues: [a]", "!Equals [" + std::string(number) + ", '8']"));
      CHECK(signing_of(linted.graph->functions.front()) == Signing::unknown);
      CHECK(signing_of(lint_text(hides("AllowedValues: [a]", "!Equals ['" + std::string(number) + "', '8']"))
                           .graph->functions.front()) == Signing::enforced);
    }
    for (const char* same : {"0", "8", "-8", "123456789012", "2010-09-09", "1.2.3", "0.0.0.0/0", "-", "1e"}) {
      CHECK(is_seen(hides("AllowedValues: [a]", "!Equals [" + std::string(same) + ", '" + same + "']")));
      CHECK_FALSE(is_seen(hides("AllowedValues: [" + std::string(same) + "]", "!Equals [!Ref P, other]")));
    }
    CHECK(is_seen(hides("AllowedValues: [010, 8]", "!Equals [!Ref P, '8']")));
    CHECK(is_seen(hides("AllowedValues: [010, 9]", "!Equals [!Ref P, '8']")));
    CHECK(is_seen(hides("Default: 010", "!Equals [!Ref P, '8']")));
  }

  TEST_CASE("as a resource that the text does not show") {
    const Linted nameless =
        lint_text("Resources:\n  T: {Type: AWS::SNS::Topic}\n  null: {Type: AWS::Lambda::Function}\n");
    CHECK(nameless.graph->hidden_parts.size() == 1);
    for (const char* body :
         {"!Transform {Name: AWS::Include}", "{'Fn::Transform': {Name: AWS::Include}}",
          "{Type: !Sub 'AWS::Lambda::Function'}", "{'Fn::ForEach::L': [K, [Type], {'${K}': AWS::Lambda::Function}]}",
          "{'Fn::ForEach::L': [K, [Type], {'${K}': AWS::Lambda::Function}], DependsOn: T}"}) {
      const Linted linted = lint_text("Resources:\n  T: {Type: AWS::SNS::Topic}\n  F: " + std::string(body) + "\n");
      CHECK(linted.graph->hidden_parts.size() == 1);
    }
  }
}

}  // namespace codesign
