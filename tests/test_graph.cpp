// What the nodes mean.
#include <doctest/doctest.h>

#include "graph/arn.h"
#include "graph/intrinsic.h"
#include "tests/support.h"

namespace codesign {
namespace {

const Function& only_function(const Linted& linted) {
  REQUIRE(linted.graph->functions.size() == 1);
  return linted.graph->functions.front();
}

constexpr std::string_view config = R"(
  Csc:
    Type: AWS::Lambda::CodeSigningConfig
    Properties:
      AllowedPublishers: {SigningProfileVersionArns: [!Ref Profiles]}
      CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}
)";

Linted with_function(const std::string& properties, const std::string& type = "AWS::Serverless::Function",
                     const std::string& head = "") {
  return lint_text(
      "Transform: AWS::Serverless-2016-10-31\nParameters: {Profiles: {Type: CommaDelimitedList}, P: {Type: String}}\n" +
      head + "Resources:" + std::string(config) + "  F:\n    Type: " + type + "\n    Properties: " + properties + "\n");
}

Signing state_of(const std::string& value) {
  return signing_of(only_function(with_function("{CodeSigningConfigArn: " + value + "}")));
}

}  // namespace

TEST_SUITE("graph") {
  TEST_CASE("short and long intrinsics are one") {
    const Document document = parse({"t",
                                     "a: !GetAtt A.B\nb: {'Fn::GetAtt': [A, B]}\nc: !Ref X\nd: {Ref: X}\ne: !Condition "
                                     "C\nf: {a: 1}\ng: {Ref: X, y: 1}\nh: !!str x\n"});
    const auto name = [&](const char* key) {
      const auto intrinsic = read_intrinsic(document, value_of(document, document.root(), key));
      return intrinsic ? intrinsic->name : "";
    };
    CHECK(name("a") == "Fn::GetAtt");
    CHECK(name("b") == "Fn::GetAtt");
    CHECK(name("c") == "Ref");
    CHECK(name("d") == "Ref");
    CHECK(name("e") == "Condition");
    CHECK(name("f").empty());
    CHECK(name("g").empty());
    CHECK(name("h").empty());
  }

  TEST_CASE("the shapes of ARNs") {
    CHECK(
        is_code_signing_config_arn("arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0"));
    CHECK(is_code_signing_config_arn(
        "arn:aws-us-gov:lambda:us-gov-west-1:210987654321:code-signing-config:csc-0123456789abcdef0"));
    CHECK(is_code_signing_config_arn(
        "arn:aws-iso-b:lambda:us-isob-east-1:210987654321:code-signing-config:csc-0123456789abcdef0"));
    CHECK_FALSE(is_code_signing_config_arn("arn:aws:lambda:eu-west-1:210987654321:code-signing-config:my-csc"));
    CHECK_FALSE(
        is_code_signing_config_arn("arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789ABCDEF0"));
    CHECK_FALSE(is_code_signing_config_arn("arn:aws:lambda:eu-west-1:2109:code-signing-config:csc-0123456789abcdef0"));
    CHECK_FALSE(is_code_signing_config_arn("csc-0123456789abcdef0"));
    CHECK(is_signing_profile_version_arn(
        "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/My_Profile/AbCdEfGh12"));
    CHECK_FALSE(is_signing_profile_version_arn("arn:aws:signer:eu-west-1:210987654321:/signing-profiles/My_Profile"));
    CHECK_FALSE(
        is_signing_profile_version_arn("arn:aws:signer:eu-west-1:210987654321:signing-profiles/My_Profile/AbCdEfGh12"));
    CHECK_FALSE(
        is_signing_profile_version_arn("arn:aws:signer:eu-west-1:210987654321:/signing-profiles/My_Profile/short"));
    CHECK(is_placeholder_for_profile_version("MySigningProfile-profileVersionArn"));
    CHECK(is_placeholder_for_profile_version("arn:aws:signer:<region>:210987654321:/signing-profiles/P/AbCdEfGh12"));
    CHECK_FALSE(is_placeholder_for_profile_version(
        "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/TODOApp/AbCdEfGh12"));
    CHECK(with_plausible_pseudo_parameters("arn:${AWS::Partition}:x") == "arn:aws:x");
  }

  TEST_CASE("the source of a config decides the state") {
    CHECK(state_of("!Ref Csc") == Signing::enforced);
    CHECK(state_of("{Ref: Csc}") == Signing::enforced);
    CHECK(state_of("!GetAtt Csc.CodeSigningConfigArn") == Signing::enforced);
    CHECK(state_of("!GetAtt [Csc, CodeSigningConfigArn]") == Signing::enforced);
    CHECK(state_of("{'Fn::GetAtt': Csc.CodeSigningConfigArn}") == Signing::enforced);
    CHECK(state_of("!Sub '${Csc}'") == Signing::enforced);
    CHECK(state_of("!Sub '${Csc.CodeSigningConfigArn}'") == Signing::enforced);
    CHECK(state_of("!If [C, !Ref Csc, !Ref Csc]") == Signing::enforced);
    CHECK(state_of("!Ref AWS::NoValue") == Signing::none);
    CHECK(state_of("''") == Signing::none);
    CHECK(state_of("") == Signing::none);
    CHECK(state_of("~") == Signing::none);
    CHECK(state_of("!If [C, !Ref AWS::NoValue, !Ref AWS::NoValue]") == Signing::none);
    CHECK(state_of("!Ref P") == Signing::unknown);
    CHECK(state_of("!ImportValue Central") == Signing::unknown);
    CHECK(state_of("'{{resolve:ssm:/csc}}'") == Signing::unknown);
    CHECK(state_of("arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0") ==
          Signing::unknown);
    CHECK(state_of("!GetAtt Csc.CodeSigningConfigId") == Signing::unknown);
    CHECK(state_of("!Ref Csc.CodeSigningConfigArn") == Signing::unknown);
    CHECK(state_of("!If [C, !Ref Csc, !Ref AWS::NoValue]") == Signing::unknown);
  }

  TEST_CASE("what a package is") {
    const auto package = [](const std::string& properties, const std::string& type) {
      return only_function(with_function(properties, type)).package;
    };
    const std::string sam = "AWS::Serverless::Function", lambda = "AWS::Lambda::Function";
    CHECK(package("{CodeUri: src/}", sam) == PackageType::zip);
    CHECK(package("{PackageType: Image, ImageUri: x}", sam) == PackageType::image);
    CHECK(package("{PackageType: Zip, CodeUri: x}", sam) == PackageType::zip);
    CHECK(package("{InlineCode: x, CodeUri: y}", sam) == PackageType::inline_code);
    CHECK(package("{InlineCode: !Ref AWS::NoValue, CodeUri: y}", sam) == PackageType::zip);
    CHECK(package("{PackageType: !Ref P}", sam) == PackageType::unknown);
    CHECK(package("{Code: {S3Bucket: b, S3Key: k}}", lambda) == PackageType::zip);
    CHECK(package("{Code: {ZipFile: x}}", lambda) == PackageType::inline_code);
    CHECK(package("{Code: {ZipFile: !Sub 'x'}}", lambda) == PackageType::inline_code);
    CHECK(package("{PackageType: Image, Code: {ImageUri: x}}", lambda) == PackageType::image);
    CHECK(package("{Code: {ImageUri: x}}", lambda) == PackageType::image);
    CHECK(package("{Code: !If [C, {S3Bucket: a, S3Key: b}, {S3Bucket: c, S3Key: d}]}", lambda) == PackageType::zip);
    CHECK(package("{Code: !If [C, {S3Bucket: a, S3Key: b}, {ZipFile: d}]}", lambda) == PackageType::unknown);
    CHECK(package("{Code: src/}", lambda) == PackageType::zip);
  }

  TEST_CASE("Globals are merged as SAM merges them") {
    const std::string globals = "Globals: {Function: {CodeSigningConfigArn: !Ref Csc, Layers: [G]}}\n";
    const auto function = [&](const std::string& properties, const std::string& type = "AWS::Serverless::Function") {
      return with_function(properties, type, globals);
    };
    CHECK(signing_of(only_function(function("{CodeUri: x}"))) == Signing::enforced);
    CHECK(only_function(function("{CodeUri: x}")).config_from_globals);
    CHECK(signing_of(only_function(function("{CodeSigningConfigArn: !Ref AWS::NoValue}"))) == Signing::none);
    CHECK(only_function(function("{CodeSigningConfigArn: !Ref AWS::NoValue}")).opt_out != NodeId::none);
    CHECK(signing_of(only_function(function("{CodeSigningConfigArn: }"))) == Signing::none);
    CHECK(signing_of(only_function(function("{CodeUri: x}", "AWS::Lambda::Function"))) == Signing::none);
    CHECK(only_function(function("{Layers: [L]}")).layers.size() == 2);
    CHECK(only_function(function("{Layers: [L]}")).layers.front().text == "G");
    CHECK(only_function(function("{Layers: !Ref L}")).layers.size() == 1);
    CHECK(signing_of(only_function(function("{CodeUri: x}\n    IgnoreGlobals: '*'"))) == Signing::none);
    CHECK(signing_of(only_function(function("{CodeUri: x}\n    IgnoreGlobals: [CodeSigningConfigArn]"))) ==
          Signing::none);
    CHECK(signing_of(only_function(function("{CodeUri: x}\n    IgnoreGlobals: [Timeout]"))) == Signing::enforced);
    const Linted without_transform =
        lint_text("Globals: {Function: {CodeSigningConfigArn: !Ref Csc}}\nResources:" + std::string(config) +
                  "  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: x}}\n");
    CHECK(signing_of(only_function(without_transform)) == Signing::none);
    const Linted without_properties =
        lint_text("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n" + globals +
                  "Resources:" + std::string(config) + "  F: {Type: AWS::Serverless::Function}\n");
    CHECK(signing_of(only_function(without_properties)) == Signing::enforced);
  }

  TEST_CASE("policies") {
    const auto policy = [](const std::string& properties) {
      return lint_text("Resources:\n  C:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties: " + properties +
                       "\n")
          .graph->configs.front()
          .policies.front()
          .policy;
    };
    CHECK(policy("{CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}}") == DeploymentPolicy::enforce);
    CHECK(policy("{CodeSigningPolicies: {UntrustedArtifactOnDeployment: Warn}}") == DeploymentPolicy::warn);
    CHECK(policy("{CodeSigningPolicies: {UntrustedArtifactOnDeployment: enforce}}") == DeploymentPolicy::invalid);
    CHECK(policy("{CodeSigningPolicies: {}}") == DeploymentPolicy::invalid);
    CHECK(policy("{CodeSigningPolicies: !Ref AWS::NoValue}") == DeploymentPolicy::defaulted);
    CHECK(policy("{CodeSigningPolicies: {UntrustedArtifactOnDeployment: !Ref X}}") == DeploymentPolicy::unknown);
    CHECK(policy("{}") == DeploymentPolicy::defaulted);
    CHECK(policy("") == DeploymentPolicy::defaulted);
  }

  TEST_CASE("what is a template") {
    const auto is_template = [](const std::string& text) { return lint_text(text).graph->is_template; };
    CHECK(is_template("Resources: {A: {Type: AWS::S3::Bucket}}"));
    CHECK(is_template("AWSTemplateFormatVersion: 2010-09-09"));
    CHECK(is_template("Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::X': [I, [a], {}]}"));
    CHECK_FALSE(is_template("{\"name\": \"package\", \"version\": \"1.0.0\"}"));
    CHECK_FALSE(is_template("Resources: {A: 1}"));
    CHECK_FALSE(is_template("- a\n- b\n"));
    CHECK_FALSE(is_template(""));
    CHECK_FALSE(is_template("resources: {A: {Type: x}}"));
  }

  TEST_CASE("the bodies of loops are read") {
    const Linted linted = lint_text(
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Names:\n  - Name\n  - [A, B]\n  - "
        "Handler${Name}:\n      Type: AWS::Lambda::Function\n      "
        "Properties: {Code: {S3Bucket: b, S3Key: !Ref Name}}\n");
    REQUIRE(linted.graph->functions.size() == 2);
    CHECK(linted.graph->functions[0].resource->id == "HandlerA");
    CHECK(linted.graph->functions[1].resource->id == "HandlerB");
    CHECK(signing_of(linted.graph->functions[0]) == Signing::none);
    REQUIRE(linted.findings.size() == 1);
    CHECK(linted.findings[0].resource == "HandlerA");
    CHECK(linted.findings[0].message == "HandlerA accepts unsigned code (in this loop also: HandlerB)");
  }

  TEST_CASE("a nested stack of CDK is the file that its metadata names") {
    const auto linked = [](const std::string& metadata,
                           const std::string& location = "!Join ['', ['https://s3.', !Ref R]]") {
      return lint_text("Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Metadata: " + metadata +
                       "\n    Properties: {TemplateURL: " + location + "}\n");
    };
    const Linted nested = linked(
        "{'aws:asset:path': Orders.nested.template.json, 'aws:asset:property': TemplateURL, 'aws:cdk:path': A/B}");
    REQUIRE(nested.graph->nested_stacks.size() == 1);
    const NestedStack& stack = nested.graph->nested_stacks.front();
    CHECK(stack.path == "Orders.nested.template.json");
    CHECK(nested.document->source[(*nested.document)[stack.location].span].starts_with("!Join"));
    CHECK(nested.graph->hidden_parts.empty());
    // SAM CLI puts the path in the place of the property, whatever that is.
    CHECK(linked("{'aws:asset:path': a.json, 'aws:asset:property': TemplateURL}", "b.json")
              .graph->nested_stacks.at(0)
              .path == "a.json");
    for (const char* metadata : {"{'aws:asset:path': a.json}", "{'aws:asset:property': TemplateURL}", "[]", "x", "{}",
                                 "{'aws:asset:path': a.json, 'aws:asset:property': Other}",
                                 "{'aws:asset:path': [], 'aws:asset:property': TemplateURL}",
                                 "{'aws:asset:path': 'https://example.com/a', 'aws:asset:property': TemplateURL}"}) {
      CAPTURE(metadata);
      CHECK(linked(metadata).graph->nested_stacks.empty());
      CHECK(linked(metadata).graph->hidden_parts.size() == 1);
    }
  }

  TEST_CASE("what computes all resources hides them, in its long form and its short one") {
    for (const char* resources : {"{'Fn::Transform': {Name: AWS::Include}}", "!Transform {Name: AWS::Include}",
                                  "{'Fn::Select': [0, [a]]}", "!Select [0, [a]]"}) {
      CAPTURE(resources);
      const Linted linted = lint_text("Resources: " + std::string(resources) + "\n");
      CHECK(linted.graph->hidden_parts.size() == 1);
    }
  }

  TEST_CASE("a macro that is computed has no name, in whatever form") {
    for (const char* transform : {"!Select [0, [AWS::Serverless-2016-10-31]]", "{'Fn::Select': [0, [AWS::Include]]}"}) {
      CAPTURE(transform);
      const Linted linted =
          lint_text("Transform: " + std::string(transform) + "\nResources: {T: {Type: AWS::SNS::Topic}}\n");
      REQUIRE(linted.graph->hidden_parts.size() == 1);
      CHECK(linted.graph->hidden_parts.front().what == "a macro may add or change functions");
    }
  }

  TEST_CASE("a layer that is shared with other accounts is for their configs to verify") {
    const auto notes = [](const std::string& more) {
      return rules_of(
          lint_text("Resources:\n"
                    "  L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}\n"
                    "  P:\n    Type: AWS::Lambda::LayerVersionPermission\n    Properties: " +
                        more + "\n",
                    "template.yaml", {.profile = Profile::strict}));
    };
    CHECK(notes("{Action: lambda:GetLayerVersion, Principal: '210987654321', LayerVersionArn: !Ref L}").empty());
    CHECK(notes("{Action: lambda:GetLayerVersion, Principal: '210987654321', LayerVersionArn: !Ref Other}") ==
          std::vector<std::string>{"unverified-layer"});
    // What uses it here must be signed all the same.
    CHECK(notes("{Action: lambda:GetLayerVersion, Principal: '210987654321', LayerVersionArn: !Ref L}\n"
                "  F: {Type: AWS::Lambda::Function, Properties: {Layers: [!Ref L], Code: {S3Bucket: b, S3Key: k}}}") ==
          std::vector<std::string>{"unverified-layer", "unsigned-function"});
  }

  TEST_CASE("wrong node kinds everywhere") {
    for (const char* text :
         {"Resources: []", "Resources: x", "Resources: {F: {Type: [AWS::Lambda::Function]}}",
          "Resources: {F: {Type: AWS::Lambda::Function, Properties: []}}",
          "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: [], Layers: {a: b}, PackageType: {}, "
          "CodeSigningConfigArn: [x]}}}",
          "Transform: {a: b}\nGlobals: []\nResources: {F: {Type: AWS::Serverless::Function, IgnoreGlobals: {a: b}}}",
          "Resources: {C: {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: [], "
          "CodeSigningPolicies: x}}}",
          "Resources: {C: {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: "
          "{SigningProfileVersionArns: {}}}}}",
          "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {'Fn::Transform': {Name: AWS::Include}}}\n"
          "Resources: {F: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: x}}}",
          "Resources: {'Fn::ForEach::A': [1], 'Fn::ForEach::B': x, 'Fn::Transform': []}"}) {
      const Transformed result = transform_text(text, {.enforce = true});
      CHECK(result.before.document->problems.empty());
    }
  }
}

}  // namespace codesign
