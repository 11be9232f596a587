// Layout: the file's own style, one small text at a time. Whole files stand in samples/.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "cli/signing_options.h"
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

Transformed transform_as(const std::string& options, const std::string& text) {
  std::istringstream stream(options);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return transform_text(text, signing_wishes(read_signing_options(words)));
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
    for (const char* policies : {"!Ref AWS::NoValue", "~"}) {
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
      const std::string text =
          transformed("Conditions: {P: !Equals [!Ref AWS::Region, eu-west-1]}\nResources:\n" + resources);
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
    CHECK(left_alone(text) == "F: the template would have more resources than CloudFormation takes, 500");
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

  // --- how a team signs

  const std::string one_function =
      "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
      "      CodeUri: src/\n";

  // The value of CodeSigningConfigArn, and everything else that was added, a line each.
  TEST_CASE("where the config comes from") {
    const auto property = [](const std::string& options, const std::string& text = one_function) {
      const std::string result = transform_as(options, text).text;
      const std::size_t begin = result.find("      CodeSigningConfigArn: ");
      return begin == std::string::npos ? "" : result.substr(begin + 28, result.find("\n", begin) - begin - 28);
    };
    const std::string arn = "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0";
    CHECK(property("--config-from arn=" + arn) == arn);
    CHECK(property("--config-from import=platform:Csc") == "!ImportValue platform:Csc");
    CHECK(property("--config-from ssm=/platform/csc") == "\"{{resolve:ssm:/platform/csc}}\"");
    CHECK(property("--config-from stack-output=Platform.Csc") == "!GetStackOutput");
    CHECK(property("--config-from parameter") == "!Ref CodeSigningConfigArn");
    CHECK(property("--config-from parameter=Csc") == "!Ref Csc");
    CHECK(property("--config-from optional-parameter=Csc") == "!If [UseCodeSigning, !Ref Csc, !Ref \"AWS::NoValue\"]");
    CHECK(property("--publisher-parameter Signers") == "!Ref CodeSigningConfig");
    // What is there is used again, if it can only be what it should be.
    const auto with = [](const std::string& parameter) {
      return "Parameters:\n  CodeSigningConfigArn: {Type: " + parameter + "}\n" + one_function;
    };
    CHECK(property("--config-from parameter", with("String")) == "!Ref CodeSigningConfigArn");
    CHECK(property("--config-from parameter", with("String, Default: none")) == "!Ref CodeSigningConfigArn2");
    CHECK(property("--config-from parameter", with("Number")) == "!Ref CodeSigningConfigArn2");
    CHECK(property("--config-from optional-parameter", with("String, Default: ''")) ==
          "!If [UseCodeSigning, !Ref CodeSigningConfigArn, !Ref \"AWS::NoValue\"]");
    CHECK(property("--config-from optional-parameter", with("String")) ==
          "!If [UseCodeSigning, !Ref CodeSigningConfigArn2, !Ref \"AWS::NoValue\"]");
    const std::string compared = "\nConditions:\n  C: !Equals [!Ref CodeSigningConfigArn, ";
    CHECK(property("--config-from optional-parameter", with("String, Default: ''") + compared + "'']\n") ==
          "!If [UseCodeSigning, !Ref CodeSigningConfigArn, !Ref \"AWS::NoValue\"]");
    CHECK(property("--config-from optional-parameter", with("String, Default: ''") + compared + "other]\n") ==
          "!If [UseCodeSigning, !Ref CodeSigningConfigArn2, !Ref \"AWS::NoValue\"]");
    // A name that is asked for is never changed.
    CHECK(property("--config-from parameter=CodeSigningConfigArn", with("String, Default: none")) == "");
    CHECK(transform_as("--config-from parameter=F", one_function).plan.left_alone.front().reason ==
          "F is the name of something else; name the parameter differently");
    CHECK(transform_as("--create-profile F", one_function).plan.left_alone.front().reason ==
          "F is the name of something else; name the profile differently");
  }

  TEST_CASE("an optional parameter leaves functions unsigned by default, and signed where an ARN is passed") {
    const std::string result = transform_as("--config-from optional-parameter", one_function).text;
    const Linted linted = lint_text(result);
    REQUIRE(linted.graph->functions.size() == 1);
    const auto& cases = linted.graph->functions.front().signing;
    REQUIRE(cases.size() == 2);
    const std::string arn = "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0";
    CHECK(signing_of(lint_text(result, "t.yaml", {}, {{"CodeSigningConfigArn", "none"}}).graph->functions.front()) ==
          Signing::none);
    CHECK(signing_of(lint_text(result, "t.yaml", {}, {{"CodeSigningConfigArn", arn}}).graph->functions.front()) ==
          Signing::unknown);
  }

  TEST_CASE("Globals are written to where they reach what is meant, and nothing else") {
    const auto globals = [](const std::string& text) {
      const Transformed result = transform_as("--place globals --publisher-parameter Signers", text);
      const std::size_t begin = result.text.find("Globals:"),
                        end = std::min(result.text.find("\nResources:"), result.text.find("\nParameters:", begin));
      if (begin == std::string::npos) return result.plan.left_alone.front().reason;
      return result.text.substr(begin, end - begin);
    };
    const std::string sam = "Transform: AWS::Serverless-2016-10-31\n";
    const std::string body = "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: src/}}\n";
    const std::string config = "    CodeSigningConfigArn: !Ref CodeSigningConfig\n";
    CHECK(globals(sam + body) == "Globals:\n  Function:\n    CodeSigningConfigArn: !Ref CodeSigningConfig");
    CHECK(globals(sam + "Globals:\n" + body) ==
          "Globals:\n  Function:\n    CodeSigningConfigArn: !Ref CodeSigningConfig");
    CHECK(globals(sam + "Globals:\n  Function:\n    Runtime: x\n    Timeout: 3\n" + body) ==
          "Globals:\n  Function:\n    Runtime: x\n" + config + "    Timeout: 3");
    CHECK(globals(sam + "Globals:\n  Api:\n    Name: a\n" + body) ==
          "Globals:\n  Api:\n    Name: a\n  Function:\n    CodeSigningConfigArn: !Ref CodeSigningConfig");
    constexpr const char* instead = "; --place functions signs each function";
    CHECK(globals(body) ==
          std::string("Globals means nothing without Transform: AWS::Serverless-2016-10-31, which the template lacks") +
              instead);
    CHECK(globals(sam + body + "  I:\n    Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}\n") ==
          std::string("Globals would reach functions that this template does not show, and images among them") +
              instead);
    CHECK(globals("Parameters: {P: {Type: String}}\n" + sam + body +
                  "  G: {Type: AWS::Serverless::Function, Properties: {PackageType: !Ref P}}\n") ==
          std::string("G would inherit it, and may be a container image") + instead);
    CHECK(globals(sam + body +
                  "  G: {Type: AWS::Serverless::Function, Properties: {CodeUri: a, CodeSigningConfigArn: !Ref "
                  "AWS::NoValue}}\n") == std::string("G would take the config of Globals away from itself") + instead);
    // What cannot be signed is kept out.
    const std::string kept_out =
        transform_as("--place globals", sam + body +
                                            "  G:\n    Type: AWS::Serverless::Function\n    Properties:\n      "
                                            "PackageType: Image\n  H:\n    Type: AWS::Serverless::Function\n    "
                                            "IgnoreGlobals: [Timeout]\n    Properties:\n      InlineCode: x\n")
            .text;
    CHECK(kept_out.find(
              "  G:\n    Type: AWS::Serverless::Function\n    IgnoreGlobals:\n      - CodeSigningConfigArn\n") !=
          std::string::npos);
    CHECK(kept_out.find("    IgnoreGlobals: [Timeout, CodeSigningConfigArn]\n") != std::string::npos);
  }

  TEST_CASE("a function goes back to the config of Globals where that is there whenever the function is") {
    const auto result = [](const std::string& condition, const std::string& options = "") {
      return transform_as(options,
                          "Transform: AWS::Serverless-2016-10-31\n"
                          "Conditions: {InEurope: !Equals [!Ref AWS::Region, eu-west-1]}\n"
                          "Globals: {Function: {CodeSigningConfigArn: !Ref Csc}}\n"
                          "Resources:\n"
                          "  F:\n"
                          "    Type: AWS::Serverless::Function\n"
                          "    Properties:\n"
                          "      CodeUri: src/\n"
                          "      CodeSigningConfigArn: !Ref AWS::NoValue\n"
                          "  Csc:\n"
                          "    Type: AWS::Lambda::CodeSigningConfig\n" +
                              condition +
                              "    Properties:\n"
                              "      AllowedPublishers: {SigningProfileVersionArns: [" +
                              publisher + "]}\n");
    };
    CHECK(result("").text.find("AWS::NoValue") == std::string::npos);
    const Transformed missing = result("    Condition: InEurope\n");
    CHECK(missing.edits.empty());
    REQUIRE(missing.plan.left_alone.size() == 1);
    CHECK(missing.plan.left_alone.front().resource == "F");
    // It is a config that is used from now on.
    CHECK(result("", "--alarm").text.find("SignatureValidationErrors") != std::string::npos);
  }

  TEST_CASE("first warn, then enforce: the second edit touches the policy alone") {
    for (const char* options : {"", "--place globals", "--create-profile Profile --alarm", "--publisher-parameter P"}) {
      const std::string warned = transform_as(options, one_function).text;
      const Transformed enforced = transform_as("--policy enforce", warned);
      REQUIRE(enforced.edits.size() == 1);
      const Edit& edit = enforced.edits.front();
      CHECK(warned.substr(edit.where.begin, edit.where.end - edit.where.begin) == "Warn");
      CHECK(edit.text == "Enforce");
    }
  }

  TEST_CASE("a parameter's default is promoted where it decides policies and nothing else") {
    const auto policy = [](const std::string& parameter, const std::string& more = "") {
      return transform_as("--policy enforce",
                          "Parameters:\n  Mode: {Type: String, " + parameter +
                              "}\nResources:\n  Csc:\n    Type: "
                              "AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers: "
                              "{SigningProfileVersionArns: [" +
                              publisher +
                              "]}\n      CodeSigningPolicies: "
                              "{UntrustedArtifactOnDeployment: !Ref Mode}\n" +
                              more);
    };
    const Transformed promoted = policy("Default: Warn, AllowedValues: [Warn, Enforce]");
    CHECK(promoted.text.find("Default: Enforce, AllowedValues: [Warn, Enforce]") != std::string::npos);
    CHECK(std::find(promoted.plan.remarks.begin(), promoted.plan.remarks.end(),
                    "Csc is promoted as far as the template decides it: Mode=Warn at deployment still makes it warn") !=
          promoted.plan.remarks.end());
    CHECK(policy("Default: Warn, MaxLength: 4").edits.empty());
    CHECK(policy("Default: Warn, AllowedValues: [Warn]").edits.empty());
    CHECK(policy("Default: Enforce, AllowedValues: [Warn, Enforce]").edits.empty());
    CHECK(policy("Default: Warn, AllowedValues: [Warn, Enforce]", "Outputs: {Mode: {Value: !Sub 'mode ${Mode}'}}\n")
              .edits.empty());
  }

  TEST_CASE("what is there is used again only where it means the same") {
    const std::string sam = "Transform: AWS::Serverless-2016-10-31\n";
    const std::string zip = "  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: src/}}\n";
    const auto reason = [](const std::string& options, const std::string& text) {
      const Plan plan = transform_as(options, text).plan;
      return plan.left_alone.empty() ? std::string() : plan.left_alone.front().reason;
    };
    // Another condition than "it is not the default" is not copied.
    CHECK(transform_as("--config-from optional-parameter",
                       sam +
                           "Parameters: {Stage: {Type: String, Default: dev}, Arn: {Type: String, Default: ''}}\n"
                           "Conditions: {IsDev: !Equals [!Ref Stage, dev]}\nResources:\n" +
                           zip +
                           "  G: {Type: AWS::Serverless::Function, Properties: {CodeUri: g/, CodeSigningConfigArn: !If "
                           "[IsDev, !Ref Arn, !Ref 'AWS::NoValue']}}\n")
              .text.find("!If [UseCodeSigning, !Ref CodeSigningConfigArn, ") != std::string::npos);
    // Parameters that cannot hold an ARN, or mean something else.
    for (const char* parameter :
         {"Default: dev, AllowedValues: [dev, prod]", "Default: eu-west-1", "Default: none, AllowedValues: [none]",
          "Default: none, AllowedPattern: '^[a-z]+$'"}) {
      CAPTURE(parameter);
      const std::string text = sam + "Parameters: {P: {Type: String, " + parameter + "}}\nResources:\n" + zip;
      CHECK(reason("--config-from optional-parameter=P", text) ==
            "parameter P has no default that stands for no code signing config");
    }
    CHECK(reason("--config-from parameter=P",
                 sam + "Parameters: {P: {Type: String, AllowedPattern: '^https://.*$'}}\nResources:\n" + zip) ==
          "parameter P may also hold something that is no code signing config");
    CHECK(reason("--publisher-parameter P", sam + "Parameters: {P: {Type: Number}}\nResources:\n" + zip) ==
          "parameter P is of a type that holds no publishers");
    CHECK(reason("--create-profile P",
                 sam + "Conditions: {C: !Equals [!Ref AWS::Region, eu-west-1]}\nResources:\n" + zip +
                     "  P: {Type: AWS::Signer::SigningProfile, Condition: C, Properties: {PlatformId: "
                     "AWSLambda-SHA384-ECDSA}}\n") == "P is a signing profile that only some deployments have");
    // A loop is no intrinsic, even if it is all there is.
    CHECK(transform_as("", sam + "Resources:\n  Fn::ForEach::L:\n    - N\n    - [A, B]\n    - F${N}:\n        Type: "
                                 "AWS::Serverless::Function\n        Properties:\n          CodeUri: src/\n")
              .plan.left_alone.empty());
  }

  TEST_CASE("words of YAML are quoted where they are names") {
    for (const char* name : {"Yes", "No", "On", "Null", "True", "y", "123"}) {
      const std::string result = transform_as(std::string("--config-from parameter=") + name, one_function).text;
      CHECK(result.find("  \"" + std::string(name) + "\":\n    Type: String\n") != std::string::npos);
    }
  }

  TEST_CASE("what a deployment may set to Warn wants its alarm, whatever the default is promoted to") {
    const auto has_alarm = [](const std::string& allowed_values) {
      const std::string text =
          "Parameters: {Mode: {Type: String, Default: Warn, AllowedValues: " + allowed_values +
          "}}\nResources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Role: r, CodeSigningConfigArn: !Ref "
          "Csc}\n  Csc:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers: "
          "{SigningProfileVersionArns: [" +
          publisher + "]}\n      CodeSigningPolicies: {UntrustedArtifactOnDeployment: !Ref Mode}\n";
      const Transformed result =
          transform_text(text, {.enforce = true, .alarm = true}, "template.yaml", {.profile = Profile::strict});
      return result.text.find("SignatureValidationErrors") != std::string::npos;
    };
    CHECK(has_alarm("[Warn, Enforce]"));
    CHECK(has_alarm("[Warn]"));
  }

  TEST_CASE("a parameter that decides several policies promotes all or none") {
    const std::string config =
        ": {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: "
        "{SigningProfileVersionArns: [" +
        publisher + "]}, CodeSigningPolicies: {UntrustedArtifactOnDeployment: !Ref Mode}}}\n";
    const std::string both = "Parameters: {Mode: {Type: String, Default: Warn}}\nResources:\n  C1" + config + "  C2" +
                             config +
                             "  Zip: {Type: AWS::Lambda::Function, Properties: {CodeSigningConfigArn: !Ref C1}}\n";
    CHECK(transform_as("--policy enforce", both).edits.size() == 1);
    CHECK(transform_as("--policy enforce",
                       both + "  Inline: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}, "
                              "CodeSigningConfigArn: !Ref C2}}\n")
              .edits.empty());
  }

  TEST_CASE("what is removed takes its comments and its gap with it") {
    const auto without_config = [](const std::string& properties) {
      return transform_as("", "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n" + properties)
          .text.substr(68);
    };
    CHECK(without_config("      PackageType: Image\n      # our config\n      CodeSigningConfigArn: x # side\n      "
                         "# about the uri\n      ImageUri: i\n") ==
          "      PackageType: Image\n      # about the uri\n      ImageUri: i\n");
    CHECK(without_config("      PackageType: Image\n\n      CodeSigningConfigArn:\n        Ref: x\n        # of x\n\n  "
                         "    ImageUri: i\n") == "      PackageType: Image\n\n      ImageUri: i\n");
    CHECK(without_config("      PackageType: Image\n      CodeSigningConfigArn: x") == "      PackageType: Image");
    CHECK(without_config("      CodeSigningConfigArn: x\r\n      PackageType: Image\r\n") ==
          "      PackageType: Image\r\n");
    const auto in_flow = [](const std::string& properties) {
      return transform_as("", "Resources: {F: {Type: AWS::Serverless::Function, Properties: " + properties + "}}\n")
          .text.substr(61);
    };
    CHECK(in_flow("{PackageType: Image, CodeSigningConfigArn: x}") == "{PackageType: Image}}}\n");
    CHECK(in_flow("{CodeSigningConfigArn: x, PackageType: Image}") == "{PackageType: Image}}}\n");
    CHECK(in_flow("{PackageType: Image, CodeSigningConfigArn: x,}") == "{PackageType: Image,}}}\n");
    CHECK(in_flow("{\n  PackageType: Image, # an image\n  CodeSigningConfigArn: x\n}") ==
          "{\n  PackageType: Image # an image\n}}}\n");
    CHECK(in_flow("{\n  CodeSigningConfigArn: x, # ours\n  PackageType: Image\n}") == "{\n  PackageType: Image\n}}}\n");
  }

  TEST_CASE("a result that CloudFormation would not take is not written, and one it takes from S3 only is warned of") {
    const auto padded = [](std::size_t bytes) {
      return "Metadata: {Padding: " + std::string(bytes, 'x') + "}\n" + one_function;
    };
    CHECK(transform_as("", padded(50'000)).plan.remarks.empty());
    const Transformed large = transform_as("", padded(51'000));
    REQUIRE(large.plan.remarks.size() == 1);
    CHECK(large.plan.remarks.front().ends_with(
        "bytes are more than the 51,200 that a request to CloudFormation takes; upload the template to S3"));
    CHECK_FALSE(large.edits.empty());
    const Transformed too_large = transform_as("", padded(999'800));
    CHECK(too_large.edits.empty());
    REQUIRE(too_large.plan.left_alone.size() == 1);
    CHECK(too_large.plan.left_alone.front().reason.find("more than the 1,000,000 that CloudFormation takes") !=
          std::string::npos);
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
