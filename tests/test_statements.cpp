// Policy statements: where they are read, what they cover, and what keeps the rules about them silent.
#include <doctest/doctest.h>

#include "graph/actions.h"
#include "tests/support.h"

#include <algorithm>

namespace codesign {
namespace {

constexpr std::string_view our_rules[] = {"ineffective-condition", "misspelt-condition-key", "signing-bypass-allowed",
                                          "unconditioned-function-creation"};

Linted lint_as_guardrail(const std::string& text, const Assumptions& assumptions = {}) {
  return lint_text(text, "template.yaml", {.profile = Profile::guardrail}, assumptions);
}

// Of the rules about statements alone: "signing-bypass-allowed unconditioned-function-creation".
std::string fired(const Linted& linted) {
  REQUIRE(linted.document->problems.empty());
  std::string rules;
  for (const std::string& rule : rules_of(linted))
    if (std::find(std::begin(our_rules), std::end(our_rules), rule) != std::end(our_rules))
      rules += (rules.empty() ? "" : " ") + rule;
  return rules;
}

constexpr std::string_view head = R"(Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Name: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Signed: {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: {SigningProfileVersionArns: [!Ref Name]}}}
  Tool: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}}}
)";

std::string with(const std::string& resources) {
  return std::string(head) + resources + "\n";
}

// What the rules say of a statement in the policy of a group.
std::string fired_by(const std::string& statements) {
  return fired(lint_as_guardrail(
      with("  P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: " + statements + "}}}")));
}

std::string allow(const std::string& action, const std::string& resource = "'*'", const std::string& rest = "") {
  return "{Effect: Allow, Action: " + action + ", Resource: " + resource + (rest.empty() ? "" : ", " + rest) + "}";
}
std::string deny(const std::string& action, const std::string& rest = "Resource: '*'") {
  return "{Effect: Deny, Action: " + action + ", " + rest + "}";
}

const std::string both = "signing-bypass-allowed unconditioned-function-creation";
const std::string bypass = "signing-bypass-allowed";
const std::string creation = "unconditioned-function-creation";
const std::string ineffective = "ineffective-condition";
const std::string misspelt = "misspelt-condition-key";
const std::string key = "lambda:CodeSigningConfigArn";

}  // namespace

TEST_SUITE("statements") {
  TEST_CASE("wildcards") {
    struct Row {
      const char* pattern;
      const char* text;
      bool matches;
    };
    for (const Row& row : std::initializer_list<Row>{{"*", "lambda:CreateFunction", true},
                                                     {"", "", true},
                                                     {"", "a", false},
                                                     {"*", "", true},
                                                     {"?", "", false},
                                                     {"lambda:*", "lambda:CreateFunction", true},
                                                     {"LAMBDA:createfunction", "lambda:CreateFunction", true},
                                                     {"lambda:Create*", "lambda:CreateFunction", true},
                                                     {"lambda:*Function", "lambda:CreateFunction", true},
                                                     {"lambda:*Function", "lambda:CreateFunctionUrlConfig", false},
                                                     {"lambda:*Code*Config", "lambda:DeleteCodeSigningConfig", true},
                                                     {"lambda:CreateFunctio?", "lambda:CreateFunction", true},
                                                     {"lambda:CreateFunction?", "lambda:CreateFunction", false},
                                                     {"l*:*n", "lambda:CreateFunction", true},
                                                     {"s3:*", "lambda:CreateFunction", false},
                                                     {"**", "x", true},
                                                     {"*a*b*c", "aabbcc", true},
                                                     {"*a*b*c", "aabbccd", false}}) {
      CAPTURE(row.pattern);
      CAPTURE(row.text);
      CHECK(matches_action(row.pattern, row.text) == row.matches);
    }
    CHECK_FALSE(matches_wildcards("A", "a"));
    CHECK(matches_wildcards("arn:*", "arn:aws:*"));
    CHECK_FALSE(matches_wildcards("arn:aws:?", "arn:aws:*"));
  }

  TEST_CASE("a condition on a key that is not there") {
    const auto outcome = [](const char* operation, std::vector<std::string> values = {"x"}) {
      PolicyCondition condition{.operation = operation, .operation_place = {}, .key = key, .place = {}, .values = {}};
      for (std::string& value : values)
        condition.values.push_back({.kind = Value::Kind::literal, .text = std::move(value)});
      return without_key(condition);
    };
    for (const char* operation : {"StringEquals", "ArnLike", "ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals"})
      CHECK(outcome(operation) == WithoutKey::fails);
    for (const char* operation : {"StringNotEquals", "ArnNotLike", "stringnotlike", "StringEqualsIfExists",
                                  "ForAllValues:StringEquals", "ForAnyValue:StringEqualsIfExists"})
      CHECK(outcome(operation) == WithoutKey::holds);
    CHECK(outcome("Null", {"true"}) == WithoutKey::holds);
    CHECK(outcome("Null", {"False"}) == WithoutKey::fails);
    CHECK(outcome("Null", {"perhaps"}) == WithoutKey::unknown);
    CHECK(outcome("Null", {}) == WithoutKey::unknown);
  }

  TEST_CASE("every place of a policy") {
    const std::string document = "{Version: '2012-10-17', Statement: [" + allow("'lambda:*'") + "]}";
    const std::string inline_policies = "Policies: [{PolicyName: p, PolicyDocument: " + document + "}]";
    for (const std::string& resource : std::vector<std::string>{
             "{Type: AWS::IAM::Policy, Properties: {PolicyDocument: " + document + "}}",
             "{Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: " + document + "}}",
             "{Type: AWS::IAM::RolePolicy, Properties: {PolicyDocument: " + document + "}}",
             "{Type: AWS::IAM::UserPolicy, Properties: {PolicyDocument: " + document + "}}",
             "{Type: AWS::IAM::GroupPolicy, Properties: {PolicyDocument: " + document + "}}",
             "{Type: AWS::IAM::Role, Properties: {" + inline_policies + "}}",
             "{Type: AWS::IAM::User, Properties: {" + inline_policies + "}}",
             "{Type: AWS::IAM::Group, Properties: {" + inline_policies + "}}",
             "{Type: AWS::Serverless::Function, Properties: {Policies: [" + document + "]}}",
             "{Type: AWS::Serverless::Function, Properties: {Policies: " + document + "}}",
             "{Type: AWS::Serverless::Function, Properties: {Policies: [AWSLambdaExecute, S3ReadPolicy: {BucketName: "
             "b}, " +
                 document + "]}}",
             "{Type: AWS::Serverless::StateMachine, Properties: {Policies: [" + document + "]}}",
             "{Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: " + allow("['lambda:*']", "['*']") +
                 "}}}",
             "{Type: AWS::IAM::Policy, Properties: {PolicyDocument: '{\"Statement\": {\"Effect\": \"Allow\", "
             "\"Action\": "
             "\"lambda:*\", \"Resource\": \"*\"}}'}}",
         }) {
      CAPTURE(resource);
      CHECK(fired(lint_as_guardrail(with("  R: " + resource))) == both);
    }
    for (const std::string& resource : std::vector<std::string>{
             // Neither grants anything to anybody here.
             "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: " + document + "}}",
             "{Type: AWS::Organizations::Policy, Properties: {Content: " + document + "}}",
             "{Type: AWS::S3::BucketPolicy, Properties: {PolicyDocument: " + document + "}}",
             // With a role, SAM leaves the policies out.
             "{Type: AWS::Serverless::Function, Properties: {Role: 'arn:aws:iam::210987654321:role/r', Policies: [" +
                 document + "]}}",
         }) {
      CAPTURE(resource);
      CHECK(fired(lint_as_guardrail(with("  R: " + resource))).empty());
    }
  }

  TEST_CASE("what a statement covers") {
    struct Row {
      std::string statement, rules;
    };
    const std::string function = "'arn:aws:lambda:*:*:function:*'";
    const std::string config = "'arn:aws:lambda:eu-west-1:210987654321:code-signing-config:*'";
    for (const Row& row : std::vector<Row>{
             {allow("lambda:DeleteFunctionCodeSigningConfig"), bypass},
             {allow("LAMBDA:deletefunctioncodesigningconfig"), bypass},
             {allow("[s3:GetObject, 'lambda:Delete*']"), bypass},
             {allow("lambda:PutFunctionCodeSigningConfig"), bypass},
             {allow("'lambda:*CodeSigning*'"), bypass},
             {allow("'lambda:Create*'"), creation},
             {allow("lambda:CreateFunction"), creation},
             {allow("['lambda:Get*', 'lambda:List*', lambda:UpdateFunctionCode, 's3:*', 'signer:*']"), ""},
             {"{Effect: Allow, NotAction: ['iam:*'], Resource: '*'}", both},
             {"{Effect: Allow, NotAction: ['lambda:*'], Resource: '*'}", ""},
             {"{Effect: Allow, NotAction: ['lambda:*CodeSigning*', lambda:CreateFunction], Resource: '*'}", ""},
             {"{Effect: Allow, NotAction: ['lambda:*CodeSigning*'], Resource: '*'}", creation},
             {"{Effect: Allow, NotAction: ['iam:*', !Ref Name], Resource: '*'}", ""},
             {"{Effect: Allow, NotAction: [], Resource: '*'}", ""},
             // Resources.
             {allow("'*'", "'arn:aws:s3:::*'"), ""},
             {allow("'*'", "!GetAtt Bucket.Arn"), ""},
             {allow("'*'", "!Sub '${Bucket.Arn}/*'"), ""},
             {allow("'*'", "!Join ['', ['arn:aws:s3:::', !Ref Name, /*]]"), ""},
             {allow("'*'", "!Ref Name"), ""},
             {allow("'*'", "!Sub '${Name}'"), ""},
             {allow("'*'", "['arn:aws:s3:::*', !GetAtt Tool.Arn]"), both},
             {allow("'*'", "'arn:aws:*'"), both},
             {allow("'*'", "'arn:aws:lambda:*'"), both},
             {allow("'lambda:*'", "!Ref Name"), both},
             {allow("'lambda:*'", "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${Name}'"), both},
             {allow("'lambda:*'", "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:layer:${Name}'"), ""},
             {allow("'lambda:*'", "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:event-source-mapping:*'"), ""},
             {allow("'lambda:*'",
                    "!Join [':', ['arn:aws:lambda', !Ref AWS::Region, !Ref AWS::AccountId, function, x]]"),
              both},
             {allow("'lambda:*'", "!GetAtt Tool.Arn"), both},
             {allow("'lambda:*'", "!Ref Signed"), bypass},
             {allow("'lambda:*'", "!GetAtt Signed.CodeSigningConfigArn"), bypass},
             {allow("lambda:DeleteFunctionCodeSigningConfig", config), ""},
             {allow("lambda:UpdateCodeSigningConfig", config), bypass},
             {allow("lambda:UpdateCodeSigningConfig", function), ""},
             // It works on a function and a config at once; a config that is named is the author's choice.
             {allow("lambda:PutFunctionCodeSigningConfig", function), ""},
             {allow("lambda:PutFunctionCodeSigningConfig", "[" + function + ", " + config + "]"), bypass},
             {allow("lambda:PutFunctionCodeSigningConfig", "[" + function + ", !Ref Signed]"), ""},
             {"{Effect: Allow, Action: 'lambda:*', NotResource: 'arn:aws:s3:::*'}", both},
             {"{Effect: Allow, Action: 'lambda:*', NotResource: '*'}", ""},
             // Conditions.
             {allow("'lambda:*'", "'*'", "Condition: {StringEquals: {'aws:RequestedRegion': eu-west-1}}"), creation},
             {allow("'lambda:*'", "'*'", "Condition: {}"), both},
             {allow("'lambda:*'", "'*'", "Condition: {StringEquals: {}}"), both},
             {allow("'lambda:*'", "'*'", "Condition: !Ref Name"), ""},
             {allow("'lambda:*'", "'*'", "Condition: {StringEquals: !Ref Name}"), ""},
             {allow("'lambda:*'", "'*'", "Condition: {StringEquals: {" + key + ": x}}"), ineffective},
             {allow("lambda:CreateFunction", "'*'", "Condition: {StringEquals: {" + key + ": x}}"), ""},
             {allow("lambda:CreateFunction", "'*'",
                    "Condition: {ForAnyValue:ArnLike: {LAMBDA:CODESIGNINGCONFIGARN: x}}"),
              ""},
             {allow("lambda:CreateFunction", "'*'", "Condition: {'Null': {" + key + ": false}}"), ""},
             {allow("lambda:CreateFunction", "'*'", "Condition: {'Null': {" + key + ": true}}"), ineffective},
             {allow("lambda:CreateFunction", "'*'", "Condition: {StringNotEquals: {" + key + ": x}}"), ineffective},
             {allow("lambda:CreateFunction", "'*'", "Condition: {StringLikeIfExists: {" + key + ": x}}"), ineffective},
             {allow("lambda:CreateFunction", "'*'", "Condition: {'ForAllValues:StringEquals': {" + key + ": x}}"),
              ineffective},
             {allow("lambda:CreateFunction", "'*'",
                    "Condition: {StringLikeIfExists: {" + key + ": x}, StringLike: {" + key + ": x}}"),
              ""},
             {allow("lambda:UpdateFunctionCode", "'*'", "Condition: {StringEquals: {" + key + ": x}}"), ineffective},
             {allow("'lambda:CreateFunctio*'", "'*'", "Condition: {StringEquals: {" + key + ": x}}"), ineffective},
             {allow("!Ref Name", "'*'", "Condition: {StringEquals: {" + key + ": x}}"), ""},
             {deny("lambda:CreateFunction", "Resource: '*', Condition: {'Null': {" + key + ": true}}"), ""},
             {deny("lambda:UpdateFunctionCode", "Resource: '*', Condition: {'Null': {" + key + ": true}}"),
              ineffective},
             {allow("'lambda:*'", "'*'", "Condition: {StringEqualsIfExists: {lambda:CODESigningConfig: x}}"), misspelt},
             {allow("lambda:UpdateFunctionCode", "'*'",
                    "Condition: {StringEquals: {lambda:CodeSigningConfig: x, " + key + ": x}}"),
              misspelt},
         }) {
      CAPTURE(row.statement);
      CHECK(fired_by(row.statement) == row.rules);
    }
  }

  TEST_CASE("what is denied is not allowed") {
    struct Row {
      std::string denial, rules;
    };
    const std::string on_key = "Resource: '*', Condition: {'Null': {" + key + ": 'true'}}";
    for (const Row& row : std::vector<Row>{
             {deny("'lambda:*'"), ""},
             {deny("'*'"), ""},
             {deny("'lambda:*CodeSigningConfig'"), creation},
             {deny("['lambda:*CodeSigningConfig', lambda:CreateFunction]"), ""},
             {deny("lambda:CreateFunction", on_key), bypass},
             {deny("lambda:DeleteFunctionCodeSigningConfig"), both},
             {"{Effect: Deny, NotAction: ['s3:*'], Resource: '*'}", ""},
             {deny("'lambda:*'", "Resource: 'arn:aws:lambda:*:*:*'"), ""},
             {deny("'lambda:*'", "Resource: 'arn:aws:lambda:*:*:function:*'"), bypass},
             {deny("'lambda:*'", "Resource: 'arn:aws:s3:::*'"), both},
             {deny("'lambda:*'", "NotResource: 'arn:aws:s3:::*'"), ""},
             {deny("'lambda:*'", "NotResource: 'arn:aws:lambda:*:*:function:open-*'"), both},
             // Only its author can judge who is left over; a region is no guardrail for code signing.
             {deny("['lambda:*CodeSigning*', lambda:CreateFunction]",
                   "Resource: '*', Condition: {ArnNotLike: {'aws:PrincipalArn': x}}"),
              ""},
             {deny("'*'", "Resource: '*', Condition: {StringNotEquals: {'aws:RequestedRegion': eu-west-1}}"), both},
             {deny("[!Ref Name]"), both},
         }) {
      CAPTURE(row.denial);
      // In the same document, and in another of the same role.
      CHECK(fired_by("[" + allow("'*'") + ", " + row.denial + "]") == row.rules);
      CHECK(fired(lint_as_guardrail(with(
                "  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: " + allow("'*'") +
                "}}], ManagedPolicyArns: [!Ref D]}}\n" +
                "  D: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [" + row.denial +
                "]}}}"))) == row.rules);
    }
    // Of another role.
    const std::string two_roles =
        "  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: " + allow("'*'") + "}}]}}\n" +
        "  S: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: " + deny("'*'") + "}}]}}\n";
    CHECK(fired(lint_as_guardrail(with(two_roles))) == both);
    const std::string shared =
        "  D: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref R], PolicyDocument: {Statement: " + deny("'*'") +
        "}}}\n";
    CHECK(fired(lint_as_guardrail(with(two_roles + shared))).empty());
    // A policy of two roles, of which one is held back, or both are.
    const std::string of_both =
        "  A: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref R, !Ref S], PolicyDocument: {Statement: " +
        allow("'*'") + "}}}\n  R: {Type: AWS::IAM::Role}\n" + two_roles.substr(two_roles.find("  S:"));
    CHECK(fired(lint_as_guardrail(with(of_both))) == both);
    CHECK(fired(lint_as_guardrail(with(of_both + shared))).empty());
  }

  TEST_CASE("a permissions boundary is not judged, and grants nothing") {
    const std::string role =
        "  R: {Type: AWS::IAM::Role, Properties: {PermissionsBoundary: !Ref B, Policies: "
        "[{PolicyDocument: {Statement: " +
        allow("'*'") + "}}]}}\n";
    const std::string boundary =
        "  B: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: " + allow("'*'") + "}}}\n";
    CHECK(fired(lint_as_guardrail(with(role + boundary))).empty());
    CHECK(fired(lint_as_guardrail(with(boundary))) == both);
    const std::string sometimes =
        "  R: {Type: AWS::Serverless::Function, Properties: {PermissionsBoundary: !If [IsProd, "
        "!Ref Name, !Ref AWS::NoValue], Policies: {Statement: " +
        allow("'*'") + "}}}\n";
    const Linted linted = lint_as_guardrail(with(sometimes));
    CHECK(fired(linted) == both);
    CHECK(fired(lint_as_guardrail(with(sometimes), {{"Stage", "prod"}})).empty());
  }

  TEST_CASE("conditions of the template") {
    const auto message = [](const std::string& statements) -> std::string {
      const Linted linted = lint_text(
          with("  P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: " + statements + "}}}"));
      std::string text;
      for (const Finding& finding : linted.findings)
        if (finding.resource == "P") text += (text.empty() ? "" : " | ") + finding.message;
      return text;
    };
    const std::string all = R"("*" allows every action, lambda:DeleteFunctionCodeSigningConfig and 4 more among them)";
    const std::string in_prod = "P lets code signing be taken off functions when Stage=prod: " + all;
    const std::string in_dev = "P lets code signing be taken off functions when Stage=dev (the default): " + all;
    CHECK(message("!If [IsProd, " + allow("'*'") + ", !Ref AWS::NoValue]") == in_prod);
    CHECK(message("[!If [IsProd, " + allow("'*'") + ", " + allow("'s3:*'") + "]]") == in_prod);
    CHECK(message(allow("!If [IsProd, '*', 's3:*']")) == in_prod);
    CHECK(message(allow("['s3:*', !If [IsProd, '*', !Ref AWS::NoValue]]")) == in_prod);
    CHECK(message(allow("'*'", "!If [IsProd, '*', 'arn:aws:s3:::*']")) == in_prod);
    CHECK(message("{Effect: !If [IsProd, Allow, Deny], Action: '*', Resource: '*'}") == in_prod);
    CHECK(message(allow("'*'", "'*'",
                        "Condition: !If [IsProd, !Ref AWS::NoValue, {Bool: {'aws:MultiFactorAuthPresent': true}}]")) ==
          in_prod);
    CHECK(message("[" + allow("'*'") + ", !If [IsProd, " + deny("'*'") + ", !Ref AWS::NoValue]]") == in_dev);
    CHECK(message("[!If [IsProd, " + allow("'*'") + ", !Ref AWS::NoValue], !If [IsProd, " + deny("'*'") +
                  ", !Ref AWS::NoValue]]") == "");
    // One finding, however many alternatives.
    CHECK(message(allow("'*'", "!If [IsProd, '*', 'arn:aws:lambda:*']")).find(" | ") == std::string::npos);
    CHECK(message(allow("'lambda:${Name}'")) == "");
    CHECK(message(allow("!Sub 'lambda:${Name}'")) == "");
    CHECK(message(allow("!Sub 'lambda:Delete${Name}*'")) == "");
  }

  TEST_CASE("loops name their copies once") {
    const Linted linted = lint_text(
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Roles:\n    - Team\n    - [Red, Blue]\n"
        "    - Role${Team}:\n        Type: AWS::IAM::Role\n        Properties: {Policies: [{PolicyDocument: "
        "{Statement: " +
        allow("'lambda:*'") + "}}]}\n");
    REQUIRE(linted.findings.size() == 1);
    CHECK(linted.findings[0].message.starts_with("RoleRed lets code signing be taken off functions"));
    CHECK(linted.findings[0].message.ends_with("(in this loop also: RoleBlue)"));
  }

  TEST_CASE("nodes of the wrong kind are nothing") {
    const std::string documents[] = {"null",
                                     "1",
                                     "text",
                                     "[]",
                                     "{}",
                                     "[1, null, {}, []]",
                                     "{Statement: null}",
                                     "{Statement: 1}",
                                     "{Statement: []}",
                                     "{Statement: {}}",
                                     "{Statement: [null, 1, text, [], {}]}",
                                     "{Statement: [[{Effect: Allow, Action: '*', Resource: '*'}]]}",
                                     "'{'",
                                     "'{}'",
                                     "'{\"Statement\": 1}'",
                                     "'[1]'",
                                     "'{\"Statement\": [{\"Effect\": 1, \"Action\": {\"a\": 1}}]}'",
                                     "!Sub ''",
                                     "!Sub []",
                                     "!Sub {a: b}",
                                     "!Sub [{}]",
                                     "!If [IsProd]",
                                     "!GetAtt Tool",
                                     "{'Fn::ToJsonString': 1}",
                                     "!ToJsonString {a: b}",
                                     "{'Fn::Transform': {Name: M}}"};
    for (const std::string& document : documents) {
      CAPTURE(document);
      for (const std::string& resource :
           {"{Type: AWS::IAM::Policy, Properties: {PolicyDocument: " + document + "}}",
            "{Type: AWS::IAM::Policy, Properties: " + document + "}",
            "{Type: AWS::IAM::Policy, Properties: {Roles: " + document + ", PolicyDocument: {}}}",
            "{Type: AWS::IAM::Role, Properties: {Policies: " + document + "}}",
            "{Type: AWS::IAM::Role, Properties: {Policies: [" + document + "]}}",
            "{Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: " + document + "}]}}",
            "{Type: AWS::IAM::Role, Properties: {ManagedPolicyArns: " + document +
                ", PermissionsBoundary: " + document + "}}",
            "{Type: AWS::Serverless::Function, Properties: {Policies: " + document + "}}",
            "{Type: AWS::Serverless::Function, Properties: {Policies: [" + document + "]}}",
            "{Type: AWS::Organizations::Policy, Properties: {Content: " + document + "}}"})
        CHECK(fired(lint_as_guardrail(with("  R: " + resource))).empty());
    }
    const std::string parts[] = {"null",
                                 "1",
                                 "[]",
                                 "{}",
                                 "[1, null, {}, []]",
                                 "{a: b}",
                                 "[[lambda:CreateFunction]]",
                                 "!GetAtt Tool",
                                 "!Ref Missing",
                                 "!Sub {a: b}",
                                 "!Join [a]",
                                 "''"};
    for (const std::string& part : parts) {
      CAPTURE(part);
      CHECK(fired_by("{Effect: " + part + ", Action: '*', Resource: '*'}").empty());
      CHECK(fired_by("{Effect: Allow, Action: " + part + ", Resource: '*'}").empty());
      CHECK(fired_by("{Effect: Allow, Action: '*', Resource: " + part + "}").empty());
      CHECK(fired_by("{Effect: Allow, NotAction: " + part + ", Resource: " + part + "}").empty());
      CHECK(
          fired_by("{Effect: Allow, Action: 'lambda:*', Resource: 'arn:aws:s3:::*', Condition: " + part + "}").empty());
      CHECK(fired_by("{Effect: Deny, Action: lambda:CreateFunction, Condition: {StringEquals: " + part + "}}").empty());
      CHECK(fired_by("{Effect: Deny, Action: lambda:CreateFunction, Condition: {StringEquals: {" + key + ": " + part +
                     "}}}")
                .empty());
    }
  }

  TEST_CASE("JSON in a string, and where its faults are") {
    const std::string json =
        R"({"Statement": [{"Sid": "Only", "Effect": "Deny", "Action": "lambda:CreateFunction", "Resource": "*",)"
        R"( "Condition": {"Null": {"lambda:CodeSigningConfig": "true"}}}]})";
    const auto shown = [&](const std::string& content, const std::string& line_break = "\n") -> std::string {
      std::string text = with("  P:\n    Type: AWS::Organizations::Policy\n    Properties:\n      Content: " + content);
      if (line_break != "\n")
        for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
          text.replace(at, 1, line_break);
      const Linted linted = lint_text(text);
      CHECK(fired(linted) == misspelt);
      for (const Finding& finding : linted.findings)
        if (finding.rule->id == misspelt) return std::string(linted.document->source[finding.where]);
      return {};
    };
    const std::string exact = "\"lambda:CodeSigningConfig\"";
    const auto escaped = [&] {
      std::string text;
      for (const char c : json) text += c == '"' ? "\\\"" : std::string(1, c);
      return '"' + text + '"';
    }();
    const std::size_t half = json.find("\"Condition\"");
    const std::string in_lines = "\n\n        " + json.substr(0, half) + "\n\n          " + json.substr(half) + "\n";
    CHECK(shown("'" + json + "'") == exact);
    CHECK(shown("!Sub '" + json + "'") == exact);
    CHECK(shown("{'Fn::Sub': '" + json + "'}") == exact);
    CHECK(shown("{'Fn::Sub': ['" + json + "', {}]}") == exact);
    CHECK(shown("|" + in_lines) == exact);
    CHECK(shown("|" + in_lines, "\r\n") == exact);
    CHECK(shown("!Sub |-  # a comment" + in_lines) == exact);
    CHECK(shown("&anchor |2" + in_lines) == exact);
    CHECK(shown(">" + in_lines) == exact);
    CHECK(shown(escaped) == "\\\"lambda:CodeSigningConfig\\\"");
    CHECK(shown("!If [IsProd, '" + json + "', !Ref AWS::NoValue]") == exact);
    CHECK(shown("!Join ['', ['" + json.substr(0, half) + "', '" + json.substr(half) + "']]").starts_with("!Join"));
    CHECK(shown("!ToJsonString " + json) == exact);
    CHECK(shown(json) == exact);
    // A variable is no text that could be judged.
    const Linted open = lint_as_guardrail(with(
        R"(  P: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: !Sub '{"Statement": [{"Effect": "Allow", "Action":)"
        R"( ["lambda:Delete${Name}*"], "Resource": "*"}, {"Effect": "Allow", "Action": "*", "Resource": "${Name}/*"}]}'}})"));
    CHECK(open.graph->statements.size() == 2);
    CHECK(fired(open).empty());
  }

  TEST_CASE("a statement knows what it is") {
    const Linted linted =
        lint_text(with("  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: "
                       "{Sid: One, Effect: Deny, NotAction: ['s3:*'], NotResource: 'x', Condition: "
                       "{StringEquals: {a: [b, c]}}}}}]}}"));
    REQUIRE(linted.graph->statements.size() == 1);
    const PolicyStatement& statement = linted.graph->statements.front();
    CHECK(statement.resource->id == "R");
    CHECK(statement.sid == "One");
    CHECK(statement.kind == PolicyStatement::Kind::identity);
    REQUIRE(statement.cases.size() == 1);
    const StatementCase& only = statement.cases.front();
    CHECK(only.effect == Effect::deny);
    CHECK(only.excludes_actions);
    CHECK(only.excludes_resources);
    REQUIRE(only.conditions.size() == 1);
    CHECK(only.conditions[0].operation == "StringEquals");
    CHECK(only.conditions[0].key == "a");
    CHECK(only.conditions[0].values.size() == 2);
  }

  TEST_CASE("aliases and loops do not multiply without end") {
    std::string text =
        "Resources:\n  A:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyDocument:\n        Statement:\n"
        "          - &s {Effect: Allow, Action: &a [";
    for (int i = 0; i < 2000; ++i) text += "'s3:x', ";
    text += "'s3:y'], Resource: '*'}\n";
    for (int i = 0; i < 300; ++i) text += "          - *s\n";
    const Linted linted = lint_text(text);
    CHECK(linted.graph->statements.empty());
    CHECK(linted.graph->limits.size() == 1);
  }
}

}  // namespace codesign
