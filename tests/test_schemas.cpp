// schemas/resources, and what they find: everything at its exact place, and nothing that a deployment decides.
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "graph/arn.h"
#include "graph/schema.h"
#include "tests/support.h"

namespace codesign {
namespace {

using Json = nlohmann::json;

// Properties that use everything their schema names.
struct GoodProperties {
  std::string_view type;
  std::string_view properties;
};
constexpr GoodProperties good_properties[] = {
    {"AWS::Lambda::CodeSigningConfig",
     "{AllowedPublishers: {SigningProfileVersionArns: "
     "[arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12]}, CodeSigningPolicies: "
     "{UntrustedArtifactOnDeployment: Enforce}, Description: about, Tags: [{Key: team, Value: orders}, {Key: x}]}"},
    {"AWS::Lambda::Function",
     "{Handler: a.b, Code: {S3Bucket: b, S3Key: k, S3ObjectVersion: 3, SourceKMSKeyArn: k}, PackageType: Zip, Layers: "
     "[layer1, layer2, layer3, layer4, layer5], Role: r, CodeSigningConfigArn: "
     "arn:aws-us-gov:lambda:us-gov-west-1:210987654321:code-signing-config:csc-0123456789abcdef0}"},
    {"AWS::Serverless::Function",
     "{Handler: a.b, CodeUri: {Bucket: b, Key: k, Version: 3}, PackageType: Zip, Layers: [layer], Events: {E: {Type: "
     "Api}}, CodeSigningConfigArn: "
     "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0}"},
    {"AWS::Lambda::LayerVersion",
     "{Content: {S3Bucket: b, S3Key: k, S3ObjectVersion: 3}, CompatibleArchitectures: [arm64], CompatibleRuntimes: "
     "[python3.13], Description: about, LayerName: shared, LicenseInfo: MIT}"},
    {"AWS::Serverless::LayerVersion",
     "{ContentUri: {Bucket: b, Key: k, Version: 3}, CompatibleArchitectures: [arm64], CompatibleRuntimes: "
     "[python3.13], "
     "Description: about, LayerName: shared, LicenseInfo: MIT, PublishLambdaVersion: true, RetentionPolicy: Retain}"},
    {"AWS::Lambda::LayerVersionPermission",
     "{Action: 'lambda:GetLayerVersion', LayerVersionArn: a, Principal: '*', OrganizationId: o-abcd123456}"},
    {"AWS::Signer::SigningProfile",
     "{PlatformId: AWSLambda-SHA384-ECDSA, ProfileName: orders_1, SignatureValidityPeriod: {Type: DAYS, Value: 24}, "
     "Tags: "
     "[{Key: team, Value: orders}]}"},
    {"AWS::Signer::ProfilePermission",
     "{Action: 'signer:StartSigningJob', Principal: 012345678901, ProfileName: orders, ProfileVersion: AbCdEfGh12, "
     "StatementId: s}"},
};

std::string template_of(std::string_view type, std::string_view properties) {
  return fmt::format("Resources:\n  R:\n    Type: {}\n    Properties: {}\n", type, properties);
}

// "line:column message", in the order of the places; those that another rule judges with its name in front.
std::vector<std::string> violations_in(const Linted& linted) {
  REQUIRE(linted.document->problems.empty());
  const LineTable lines(linted.document->source.bytes);
  std::vector<std::string> result;
  for (const Violation& violation : linted.graph->violations) {
    const Position at = lines.position((*linted.document)[violation.where].span.begin);
    result.push_back(fmt::format("{}:{} {}{}", at.line, at.column,
                                 violation.judged_by.empty() ? "" : "(" + std::string(violation.judged_by) + ") ",
                                 violation.message));
  }
  std::sort(result.begin(), result.end());
  return result;
}
std::vector<std::string> violations_in(const std::string& text) {
  return violations_in(lint_text(text));
}

// Those of the properties, which begin at 4:17.
std::vector<std::string> violations_of_properties(std::string_view type, std::string_view properties) {
  return violations_in(template_of(type, properties));
}

bool accepts(const Json& schema, const Json& value) {
  rapidjson::Document schema_text, document;
  REQUIRE_FALSE(schema_text.Parse(schema.dump().c_str()).HasParseError());
  REQUIRE_FALSE(document.Parse(value.dump().c_str()).HasParseError());
  const rapidjson::SchemaDocument compiled(schema_text);
  rapidjson::SchemaValidator validator(compiled);
  return document.Accept(validator);
}

// Calls `visit` for a schema and every schema in it.
template <typename Visit>
void for_each_schema(const Json& schema, Visit visit) {
  visit(schema);
  for (const char* keyword : {"properties", "patternProperties"})
    if (schema.contains(keyword))
      for (const Json& inner : schema[keyword]) for_each_schema(inner, visit);
  if (schema.contains("items")) for_each_schema(schema["items"], visit);
}

std::vector<NodeId> values_below(const Document& document, NodeId node) {
  std::vector<NodeId> result{node};
  const auto add = [&](NodeId child) {
    const auto below = values_below(document, child);
    result.insert(result.end(), below.begin(), below.end());
  };
  if (document[node].kind == Node::Kind::sequence)
    for (const NodeId item : children(document, node)) add(item);
  for (const Entry& entry : entries(document, node)) add(entry.value);
  return result;
}

// The properties of R, and everything in them.
std::vector<NodeId> values_in_properties(const Document& document) {
  const NodeId body = value_of(document, value_of(document, document.root(), "Resources"), "R");
  return values_below(document, value_of(document, body, "Properties"));
}

std::string replaced(const Document& document, NodeId node, std::string_view by) {
  std::string text = document.source.bytes;
  const Span span = document[node].span;
  return text.replace(span.begin, span.end - span.begin, by);
}

}  // namespace

TEST_SUITE("schemas") {
  TEST_CASE("every schema compiles, names its source, and uses only words that are understood") {
    const std::set<std::string> understood{
        "$schema",   "title",   "description", "type",     "properties", "patternProperties",
        "required",  "items",   "minItems",    "maxItems", "minLength",  "additionalProperties",
        "maxLength", "pattern", "minimum",     "enum",     "examples",   "not",
        "judgedBy"};
    CHECK(schema_texts().size() == std::size(good_properties));
    for (const SchemaText& source : schema_texts()) {
      CAPTURE(source.type);
      const Json schema = Json::parse(source.text);
      CHECK(schema["$schema"] == "http://json-schema.org/draft-04/schema#");
      CHECK(schema["description"].get<std::string>().starts_with("Source: "));
      for_each_schema(schema, [&](const Json& inner) {
        for (const auto& item : inner.items()) {
          CAPTURE(item.key());
          CHECK(understood.contains(item.key()));
        }
        CHECK(inner.contains("title"));
        for (const std::string& name : inner.value("required", std::vector<std::string>()))
          CHECK(inner["properties"].contains(name));
        // RapidJSON passes over an expression that it cannot read: it must refuse something.
        if (inner.contains("pattern")) CHECK_FALSE(accepts({{"pattern", inner["pattern"]}}, "\x01"));
      });
      CHECK(std::count_if(std::begin(good_properties), std::end(good_properties),
                          [&](const GoodProperties& good) { return good.type == source.type; }) == 1);
    }
  }

  TEST_CASE("every leaf has examples, and they are valid") {
    for (const SchemaText& source : schema_texts()) {
      for_each_schema(Json::parse(source.text), [&](const Json& schema) {
        if (schema.contains("not")) return;
        const std::string text = schema.dump();
        CAPTURE(text);
        if (schema.value("type", Json()) != "object" && schema.value("type", Json()) != "array")
          CHECK(schema.contains("examples"));
        const Json examples = schema.value("examples", Json::array());
        for (const Json& example : examples) CHECK(accepts(schema, example));
      });
    }
  }

  TEST_CASE("what a schema leaves to a rule, a rule of the program judges") {
    for (const SchemaText& source : schema_texts()) {
      for_each_schema(Json::parse(source.text), [&](const Json& schema) {
        const Json judges = schema.value("judgedBy", Json::object());
        for (const auto& item : judges.items()) {
          const std::string judge = item.value();
          CAPTURE(judge);
          CHECK(schema.contains(item.key()));
          CHECK(find_rule(judge));
        }
      });
    }
  }

  TEST_CASE("and that rule does speak, alone") {
    const std::string publishers = "AllowedPublishers: {SigningProfileVersionArns: [!Ref P]}";
    const std::vector<std::pair<std::string, std::string>> left{
        {publishers + ", CodeSigningPolicies: {UntrustedArtifactOnDeployment: ENFORCE}", "invalid-policy"},
        {publishers + ", CodeSigningPolicies: {}", "invalid-policy"},
        {publishers + ", CodeSigningPolicies: Enforce", "invalid-policy"},
        {publishers + ", CodeSigningPolicies: [Enforce]", "invalid-policy"},
        {"AllowedPublishers: {SigningProfileVersionArns: [TODO]}", "placeholder-publisher"},
        {"AllowedPublishers: {SigningProfileVersionArns: ['arn:aws:signer:eu-west-1:1:/signing-profiles/P']}",
         "unversioned-publisher"},
        {"AllowedPublishers: {SigningProfileVersionArns: ['arn:aws:signer:eu-west-1:210987654321:/signing-profiles/" +
             std::string(1024, 'P') + "']}",
         "unversioned-publisher"},
    };
    for (const auto& one : left) {
      const std::string &properties = one.first, &rule = one.second;
      CAPTURE(properties);
      const Linted linted = lint_text(template_of("AWS::Lambda::CodeSigningConfig", "{" + properties + "}"));
      CHECK(linted.graph->violations.size() == 1);
      const auto fired = rules_of(linted);
      CHECK(std::find(fired.begin(), fired.end(), rule) != fired.end());
      CHECK(std::find(fired.begin(), fired.end(), "malformed-property") == fired.end());
    }
    for (const std::string_view type : {"AWS::Lambda::Function", "AWS::Serverless::Function"})
      for (const std::string& arn : {std::string("csc-1"), "arn:aws:lambda:" + std::string(250, 'r')}) {
        const Linted linted = lint_text(template_of(type, "{CodeSigningConfigArn: '" + arn + "'}"));
        CHECK(linted.graph->violations.size() == 1);
        CHECK(rules_of(linted) == std::vector<std::string>{"malformed-config-arn"});
      }
  }

  TEST_CASE("the schema's ARN of a code signing config is the program's") {
    for (const SchemaText& source : schema_texts()) {
      const Json schema = Json::parse(source.text)["properties"];
      if (!schema.contains("CodeSigningConfigArn")) continue;
      for (const std::string arn :
           {"arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0",
            "arn:aws-cn:lambda:cn-north-1:210987654321:code-signing-config:csc-0123456789abcdef0",
            "arn:aws-iso-b:lambda:us-isob-east-1:210987654321:code-signing-config:csc-0123456789abcdef0",
            "arn:aws-eusc:lambda:eusc-de-east-1:210987654321:code-signing-config:csc-0123456789abcdef0",
            "arn:aws:lambda:eu-west-1:21098765432:code-signing-config:csc-0123456789abcdef0",
            "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef",
            "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789ABCDEF0",
            "arn:aws:signer:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0", ""}) {
        CAPTURE(arn);
        CHECK(accepts(schema["CodeSigningConfigArn"], arn) == is_code_signing_config_arn(arn));
      }
    }
  }

  TEST_CASE("good properties break nothing") {
    for (const auto& [type, properties] : good_properties)
      CHECK(violations_of_properties(type, properties) == std::vector<std::string>{});
    for (const std::string_view path : {"src/", "s3://bucket/key"}) {
      const auto silent = [&](std::string_view type, const std::string& properties) {
        CHECK(violations_of_properties(type, "{" + properties + "}") == std::vector<std::string>{});
      };
      silent("AWS::Serverless::Function", fmt::format("CodeUri: {}", path));
      silent("AWS::Serverless::LayerVersion", fmt::format("ContentUri: {}", path));
      silent("AWS::Lambda::Function", fmt::format("Code: {}", path));
      silent("AWS::Lambda::LayerVersion", fmt::format("Content: {}", path));
    }
  }

  TEST_CASE("violations, and where they are") {
    struct Row {
      std::string_view type;
      std::string properties;
      std::vector<std::string> expected;
    };
    const std::string config = "AWS::Lambda::CodeSigningConfig", profile = "AWS::Signer::SigningProfile";
    const std::string good_publishers = "{SigningProfileVersionArns: [!Ref P]}";
    const std::string publisher = "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/P/AbCdEfGh12";
    const std::string umlaut = "\xC3\xA4";
    const auto times = [](std::size_t count, const std::string& text) {
      std::string result;
      for (std::size_t i = 0; i < count; ++i) result += text;
      return result;
    };
    const std::vector<Row> rows{
        // Unknown names, with and without a neighbour.
        {config,
         "{AllowedPublisher: 1, AllowedPublishers: " + good_publishers + "}",
         {"4:18 AllowedPublisher is no property of AWS::Lambda::CodeSigningConfig; did you mean AllowedPublishers?"}},
        {config,
         "{Name: x, AllowedPublishers: {Arns: [a], SigningProfileVersionArns: [!Ref P]}}",
         {"4:18 Name is no property of AWS::Lambda::CodeSigningConfig; there are AllowedPublishers, "
          "CodeSigningPolicies, "
          "Description and Tags",
          "4:47 Arns is no property of AllowedPublishers; there is SigningProfileVersionArns"}},
        {config,
         "{AllowedPublishers: " + good_publishers +
             ", CodeSigningPolicies: {UntrustedArtefactOnDeployment: Warn, UntrustedArtifactOnDeployment: Warn}}",
         {"4:98 UntrustedArtefactOnDeployment is no property of CodeSigningPolicies; did you mean "
          "UntrustedArtifactOnDeployment?"}},
        // Missing members.
        {config,
         "{}",
         {"4:17 (missing-publishers) R has no AllowedPublishers, which AWS::Lambda::CodeSigningConfig needs"}},
        {config,
         "{AllowedPublishers: {}}",
         {"4:37 (missing-publishers) AllowedPublishers has no SigningProfileVersionArns"}},
        {"AWS::Signer::ProfilePermission",
         "{ProfileName: P}",
         {"4:17 R has no Action, Principal and no StatementId, which AWS::Signer::ProfilePermission needs"}},
        {"AWS::Lambda::LayerVersion",
         "{Content: {S3Key: k}, Tags: []}",
         {"4:27 Content has no S3Bucket",
          "4:39 Tags is no property of AWS::Lambda::LayerVersion; there are CompatibleArchitectures, "
          "CompatibleRuntimes, "
          "Content, Description, LayerName and LicenseInfo"}},
        {"AWS::Serverless::Function", "{CodeUri: {S3Bucket: b, S3Key: k}}", {"4:27 CodeUri has no Bucket and no Key"}},
        // Kinds.
        {config, "[a]", {"4:17 Properties of R is a list; expected the properties of a code signing config"}},
        {config, "text", {"4:17 Properties of R is \"text\"; expected the properties of a code signing config"}},
        {config,
         "{AllowedPublishers: [a], Description: {a: b}, Tags: {a: b}}",
         {"4:37 AllowedPublishers is a list; expected a mapping with SigningProfileVersionArns",
          "4:55 Description is a mapping; expected a text of at most 256 characters",
          "4:69 Tags is a mapping; expected a list of tags"}},
        {config,
         "{AllowedPublishers: {SigningProfileVersionArns: '" + publisher + "'}, Tags: [a, {Value: v}]}",
         {"4:145 member 1 of Tags is \"a\"; expected a mapping with Key and Value", "4:148 member 2 of Tags has no Key",
          "4:65 SigningProfileVersionArns of AllowedPublishers is "
          "\"arn:aws:signer:eu-west-1:210987654321:/signing-profiles/P/Ab...\"; expected a list of signing profile "
          "versions"}},
        {"AWS::Lambda::Function",
         "{CodeSigningConfigArn: [a], Code: [a], Layers: layer}",
         {"4:40 CodeSigningConfigArn is a list; expected the ARN of a code signing config",
          "4:51 Code is a list; expected a mapping with S3Bucket and S3Key, ZipFile or ImageUri, or a path",
          "4:64 Layers is \"layer\"; expected a list of layer versions"}},
        {"AWS::Serverless::Function",
         "{CodeSigningConfigArn: {Arn: a}, Layers: [a, [b], c, {d: e}]}",
         {"4:40 CodeSigningConfigArn is a mapping; expected the ARN of a code signing config",
          "4:62 member 2 of Layers is a list; expected the ARN of a layer version",
          "4:70 member 4 of Layers is a mapping; expected the ARN of a layer version"}},
        {"AWS::Lambda::Function",
         "{Code: {S3Bucket: [b], S3Key: {k: k}, ZipFile: text}}",
         {"4:35 S3Bucket of Code is a list; expected a text", "4:47 S3Key of Code is a mapping; expected a text"}},
        // Values.
        {profile,
         "{PlatformId: AWSLambda-SHA384-ECDSA, SignatureValidityPeriod: {Type: days, Value: abc, Unit: 1}, "
         "ProfileName: "
         "a-b, Tags: [{Value: v}]}",
         {"4:104 Unit is no property of SignatureValidityPeriod; there are Type and Value",
          "4:127 ProfileName is \"a-b\"; expected 2 to 64 letters, digits and underscores",
          "4:139 member 1 of Tags has no Key",
          "4:86 Type of SignatureValidityPeriod is \"days\"; expected DAYS, MONTHS or YEARS",
          "4:99 Value of SignatureValidityPeriod is \"abc\"; expected a whole number from 1 on"}},
        {profile,
         "{PlatformId: AWSLambda-SHA256, SignatureValidityPeriod: {Value: 0}}",
         {"4:30 PlatformId is \"AWSLambda-SHA256\"; expected AWSLambda-SHA384-ECDSA or Notation-OCI-SHA384-ECDSA",
          "4:81 Value of SignatureValidityPeriod is \"0\"; expected a whole number from 1 on"}},
        {profile,
         "{PlatformId: AWSLambda-SHA384-ECDSA, SignatureValidityPeriod: {Value: 1.5}}",
         {"4:87 Value of SignatureValidityPeriod is \"1.5\"; expected a whole number from 1 on"}},
        {profile,
         "{PlatformId: AWSLambda-SHA384-ECDSA, SignatureValidityPeriod: {Value: ''}}",
         {"4:87 Value of SignatureValidityPeriod is \"\"; expected a whole number from 1 on"}},
        {profile, "{PlatformId: AWSLambda-SHA384-ECDSA, SignatureValidityPeriod: {Value: '24'}}", {}},
        {profile, "{PlatformId: AWSLambda-SHA384-ECDSA, SignatureValidityPeriod: {Value: 24.0}}", {}},
        {config,
         "{AllowedPublishers: " + good_publishers + ", Description: " + times(257, umlaut) + "}",
         {"4:89 Description is longer than 256 characters"}},
        {config, "{AllowedPublishers: " + good_publishers + ", Description: " + times(256, umlaut) + "}", {}},
        {config, "{AllowedPublishers: " + good_publishers + ", Description: 17, Tags: [{Key: true, Value: 1.0}]}", {}},
        {"AWS::Lambda::LayerVersionPermission",
         "{Action: 'lambda:*', LayerVersionArn: a, Principal: 210987654321}",
         {"4:26 Action is \"lambda:*\"; expected lambda:GetLayerVersion"}},
        {"AWS::Signer::ProfilePermission",
         "{ProfileName: P, Action: 'signer:Sign', Principal: 210987654321, StatementId: s, ProfileVersion: short}",
         {"4:114 ProfileVersion is \"short\"; expected 10 letters and digits",
          "4:42 Action is \"signer:Sign\"; expected signer:GetSigningProfile, signer:RevokeSignature, "
          "signer:SignPayload or "
          "signer:StartSigningJob"}},
        {"AWS::Serverless::Function",
         "{PackageType: Docker}",
         {"4:31 PackageType is \"Docker\"; expected Zip or Image"}},
        // Counts.
        {config,
         "{AllowedPublishers: {SigningProfileVersionArns: []}}",
         {"4:65 (missing-publishers) SigningProfileVersionArns of AllowedPublishers is empty"}},
        {config,
         "{AllowedPublishers: {SigningProfileVersionArns: [" + times(21, publisher + ", ") + "]}}",
         {"4:65 (too-many-publishers) SigningProfileVersionArns of AllowedPublishers has more than 20 members"}},
        {config,
         "{AllowedPublishers: {SigningProfileVersionArns: [" + times(20, publisher + ", ") + times(9, "!Ref P, ") +
             "]}}",
         {}},
        {"AWS::Lambda::Function", "{Layers: [1, 2, 3, 4, 5, 6]}", {"4:26 Layers has more than 5 members"}},
        // A key that is given twice: the last one counts.
        {profile,
         "{PlatformId: [a], PlatformId: AWSLambda-SHA384-ECDSA, X: 1, X: 2}",
         {"4:77 X is no property of AWS::Signer::SigningProfile; there are PlatformId, ProfileName, "
          "SignatureValidityPeriod and Tags"}},
    };
    for (const Row& row : rows) {
      CAPTURE(row.properties);
      CHECK(fmt::format("{}", fmt::join(violations_of_properties(row.type, row.properties), "\n")) ==
            fmt::format("{}", fmt::join(row.expected, "\n")));
      // Law 6.
      const Linted yaml = lint_text(template_of(row.type, row.properties));
      const std::string json = as_json(*yaml.document);
      if (json.empty()) continue;
      const Linted twin = lint_text(json);
      const auto words = [](const Linted& linted) {
        std::multiset<std::string> result;
        for (const Violation& violation : linted.graph->violations) result.insert(violation.message);
        return result;
      };
      CHECK(words(yaml) == words(twin));
    }
  }

  TEST_CASE("a resource that lacks its Properties") {
    CHECK(violations_in("Resources:\n  P:\n    Type: AWS::Signer::SigningProfile\n") ==
          std::vector<std::string>{"2:3 P has no PlatformId, which AWS::Signer::SigningProfile needs"});
    CHECK(violations_in("Resources:\n  P:\n    Type: AWS::Signer::SigningProfile\n    Properties:\n") ==
          std::vector<std::string>{});
    CHECK(violations_in("Resources:\n  P:\n    Type: AWS::Signer::SigningProfile\n    Fn::Transform: {Name: "
                        "AWS::Include}\n") == std::vector<std::string>{});
    CHECK(violations_in("Resources:\n  F:\n    Type: AWS::Lambda::Function\n") == std::vector<std::string>{});
  }

  TEST_CASE("misspellings of CodeSigningConfigArn") {
    for (const std::string_view type : {"AWS::Lambda::Function", "AWS::Serverless::Function"}) {
      for (const std::string_view key :
           {"CodeSigningConfig", "CodeSigningConfigARN", "CodesigningConfigArn", "codeSigningConfigArn", "CodeSigning",
            "CodeSigningConfiguration", "CodeSigningConfigurationArn", "CodeSigningConfigId", "CodeSigningArn",
            "SigningConfigArn", "SigningConfig", "CodeSignConfigArn", "CodeSigningconfigArn", "CodeSigningConfigArns",
            "codesigningconfigArn", "CodeSigningConfigName"})
        CHECK(violations_of_properties(type, fmt::format("{{{}: !Ref Csc, Handler: a.b}}", key)) ==
              std::vector<std::string>{
                  fmt::format("4:18 {} is no property of {}; did you mean CodeSigningConfigArn?", key, type)});
      for (const std::string_view key : {"CodeUri", "CodeSigningConfigArn", "Signature", "Sign_x", "Code", "Design"})
        CHECK(violations_of_properties(type, fmt::format("{{{}: !Ref Csc, Handler: a.b}}", key)).empty());
    }
  }

  TEST_CASE("a profile's platform is judged by the rule about publishers where it is one") {
    const std::string text =
        "Resources:\n  P: {Type: AWS::Signer::SigningProfile, Properties: {PlatformId: Word}}\n  C: {Type: "
        "AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: {SigningProfileVersionArns: [!GetAtt "
        "P.ProfileVersionArn]}}}\n";
    CHECK(violations_in(text).at(0).starts_with("2:67 (wrong-profile-platform) PlatformId is \"Word\""));
  }

  TEST_CASE("what a deployment decides breaks nothing, wherever it stands") {
    const std::string anchors =
        "Metadata: {A: &intrinsic {Ref: P}, B: &tagged !Sub '${P}', C: &null ~, D: &mapping {a: b}}\n";
    for (const GoodProperties& good : good_properties) {
      const Document document = parse({"t", anchors + template_of(good.type, good.properties)});
      REQUIRE(document.problems.empty());
      for (const NodeId node : values_in_properties(document)) {
        const std::string own(document.source[document[node].span]);
        std::vector<std::string> stand_ins{"!Ref P",
                                           "!If [C, [wrong], {wrong: wrong}]",
                                           "!Sub '${P}'",
                                           "!Anything {a: b}",
                                           "!GetAtt A.B",
                                           "{Ref: P}",
                                           "{'Fn::If': [C, [wrong], {wrong: wrong}]}",
                                           "{'Fn::Split': [',', x]}",
                                           "{'Fn::Transform': {Name: AWS::Include}}",
                                           "{'Fn::Transform': {Name: Macro}, Wrong: wrong}",
                                           "{'Rain::Embed': file}",
                                           "{Ref: P, Wrong: wrong}",
                                           "~",
                                           "'{{resolve:ssm:/a/b}}'",
                                           "*intrinsic",
                                           "*tagged",
                                           "*null"};
        if (document[node].kind == Node::Kind::mapping)
          stand_ins.insert(stand_ins.end(),
                           {"{'Fn::ForEach::L': [I, [a], {'${I}': b}]}",
                            "{'Fn::ForEach::L': [I, [a], {'${I}': b}], 'Fn::Transform': {Name: AWS::Include}}",
                            "{<<: *mapping}", "{<<: *mapping, <<: *mapping}"});
        if (document[node].kind == Node::Kind::sequence)
          stand_ins.insert(stand_ins.end(),
                           {"[!Ref AWS::NoValue]", "[~]", "[*null]", "[*tagged, *tagged]",
                            "[!Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref "
                            "P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, "
                            "!Ref P, !Ref P, !Ref P, !Ref P]"});
        for (const std::string& by : stand_ins) {
          CAPTURE(good.type);
          CAPTURE(own);
          CAPTURE(by);
          CHECK(violations_in(replaced(document, node, by)) == std::vector<std::string>{});
        }
        // What an alias stands for is judged like what it replaces.
        CHECK(violations_in("X: &own " + own + "\n" + replaced(document, node, "*own")) == std::vector<std::string>{});
      }
    }
  }

  TEST_CASE("behind an alias the place is the alias, or what is wrong in its target") {
    CHECK(violations_in(
              "X: &x [1]\nResources: {P: {Type: AWS::Signer::SigningProfile, Properties: {PlatformId: *x}}}\n") ==
          std::vector<std::string>{
              "2:77 PlatformId is a list; expected AWSLambda-SHA384-ECDSA or Notation-OCI-SHA384-ECDSA"});
    CHECK(violations_in("X: &x {Type: [1], Value: 3}\nResources: {P: {Type: AWS::Signer::SigningProfile, Properties: "
                        "{PlatformId: AWSLambda-SHA384-ECDSA, SignatureValidityPeriod: *x}}}\n") ==
          std::vector<std::string>{"1:14 Type of SignatureValidityPeriod is a list; expected DAYS, MONTHS or YEARS"});
  }

  TEST_CASE("macros may take what they like; those of AWS do not") {
    const std::string resources = "Resources: {P: {Type: AWS::Signer::SigningProfile, Properties: {Shorthand: x}}}\n";
    CHECK(violations_in("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n" + resources).size() == 2);
    CHECK(violations_in("Transform: AWS::CodeDeployBlueGreen\n" + resources).size() == 2);
    CHECK(violations_in("Transform: [AWS::Serverless-2016-10-31, MyMacro]\n" + resources).empty());
    CHECK(violations_in("Fn::Transform: {Name: MyMacro}\n" + resources).empty());
    CHECK(violations_in("Fn::Transform: [{Name: AWS::Include}, {Name: MyMacro}]\n" + resources).empty());
    CHECK(violations_in("Resources: {'Fn::Transform': {Name: MyMacro}, P: {Type: AWS::Signer::SigningProfile, "
                        "Properties: {Shorthand: x}}}\n")
              .empty());
    CHECK(violations_in("Resources: {P: {Type: AWS::Signer::SigningProfile, 'Fn::Transform': {Name: MyMacro}, "
                        "Properties: {Shorthand: x}}}\n")
              .empty());
  }

  TEST_CASE("the item of a loop may be anything; the rest of its body is judged once for all copies") {
    const Linted linted = lint_text(
        "Transform: AWS::LanguageExtensions\n"
        "Resources:\n"
        "  Fn::ForEach::Loop:\n"
        "    - Name\n"
        "    - [A, B]\n"
        "    - Profile${Name}:\n"
        "        Type: AWS::Signer::SigningProfile\n"
        "        DeletionPolicy: Retain\n"
        "        UpdateReplacePolicy: Retain\n"
        "        Properties:\n"
        "          PlatformId: AWSLambda-SHA384-ECDSA\n"
        "          ProfileName: ${Name}\n"
        "          ${Name}: x\n"
        "          SignatureValidityPeriod: {Type: '&{Name}', Value: x}\n");
    REQUIRE(linted.findings.size() == 1);
    CHECK(linted.findings[0].message ==
          "Value of SignatureValidityPeriod is \"x\"; expected a whole number from 1 on (in this loop also: ProfileB)");
    // Elsewhere nothing replaces it.
    CHECK(violations_of_properties("AWS::Signer::SigningProfile",
                                   "{PlatformId: AWSLambda-SHA384-ECDSA, ProfileName: 'P${Name}'}")
              .size() == 1);
  }

  TEST_CASE("all violations are found, up to a hundred of a resource") {
    std::string tags;
    for (int i = 0; i < 90; ++i) tags += "{Value: v}, ";
    CHECK(violations_of_properties("AWS::Signer::SigningProfile",
                                   "{PlatformId: AWSLambda-SHA384-ECDSA, Tags: [" + tags + "]}")
              .size() == 90);
    CHECK(violations_of_properties("AWS::Signer::SigningProfile",
                                   "{PlatformId: AWSLambda-SHA384-ECDSA, Tags: [" + tags + tags + "]}")
              .size() == 100);
  }

  TEST_CASE("depth and bombs end") {
    const std::string type = "AWS::Lambda::CodeSigningConfig";
    std::string deep;
    for (int i = 0; i < 400; ++i) deep += "[";
    deep += std::string(400, ']');
    for (const auto& [name, properties] : good_properties) {
      const Document document = parse({"t", template_of(name, properties)});
      for (const NodeId node : values_in_properties(document)) {
        lint_text(replaced(document, node, deep));
      }
    }
    std::string bomb = "Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::L': [X, [";
    for (int i = 0; i < 400; ++i) bomb += fmt::format("{}, ", i);
    bomb += "], {'C${X}': {Type: " + type + ", Properties: {Tags: [{Key: [1]";
    for (int i = 0; i < 3000; ++i) bomb += fmt::format(", k{}: v", i);
    const Linted linted = lint_text(bomb + "}]}}}]}\n");
    REQUIRE(linted.graph->limits.size() == 1);
    CHECK(linted.graph->limits[0].message == "this template has more properties than are compared with their schemas");
  }

  TEST_CASE("whatever stands where something else should, nothing crashes, and the JSON twin says the same") {
    std::mt19937 engine(20260813);
    const auto below = [&](std::size_t count) {
      return std::uniform_int_distribution<std::size_t>(0, count - 1)(engine);
    };
    constexpr std::string_view values[] = {
        "[]",           "{}",   "~",      "''",         "0",       "-1",          "1e400",  "0x18",
        "true",         "text", "[a, b]", "{a: b}",     "[[a]]",   "{a: {b: c}}", "!Ref P", "{'Fn::If': x}",
        "\"\\x01\\0\"", ".inf", "[~]",    "{Key: [a]}", "{'': a}", "{1: a, 2: b}"};
    std::size_t broken = 0;
    for (std::size_t round = 0; round < 1500; ++round) {
      const auto& [type, properties] = good_properties[below(std::size(good_properties))];
      std::string text = template_of(type, properties);
      for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
        const Document document = parse({"t", text});
        REQUIRE(document.problems.empty());
        const auto nodes = values_in_properties(document);
        text = replaced(document, nodes[below(nodes.size())], values[below(std::size(values))]);
      }
      CAPTURE(text);
      const Linted yaml = lint_text(text);
      REQUIRE(yaml.document->problems.empty());
      broken += !yaml.graph->violations.empty();
      const std::string json = as_json(*yaml.document);
      if (json.empty()) continue;
      const Linted twin = lint_text(json);
      REQUIRE(yaml.graph->violations.size() == twin.graph->violations.size());
      for (std::size_t i = 0; i < yaml.graph->violations.size(); ++i)
        CHECK(yaml.graph->violations[i].message == twin.graph->violations[i].message);
    }
    CHECK(broken > 500);
  }

  TEST_CASE("several threads may ask at once") {
    std::vector<std::string> found(4);
    std::vector<std::thread> threads;
    for (std::string& mine : found)
      threads.emplace_back([&mine] {
        for (int i = 0; i < 50; ++i)
          for (const auto& [type, properties] : good_properties) {
            const Document document =
                parse({"t", template_of(type, std::string(properties).insert(1, "Wrong-Name: 1, "))});
            const Graph graph = link(document);
            if (i == 0)
              for (const Violation& violation : graph.violations) mine += violation.message + "\n";
          }
      });
    for (std::thread& thread : threads) thread.join();
    CHECK_FALSE(found[0].empty());
    for (const std::string& one : found) CHECK(one == found[0]);
  }
}

}  // namespace codesign
