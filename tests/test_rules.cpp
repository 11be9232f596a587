// The catalogue as a whole; each rule's own behaviour stands in samples/.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "lint/config.h"
#include "report/explain.h"
#include "tests/support.h"

namespace codesign {

TEST_SUITE("rules") {
  TEST_CASE("every rule is complete, and named like its file") {
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(SOURCE_FOLDER "/rules")) {
      if (entry.path().extension() != ".cpp") continue;
      std::string id = entry.path().stem().string();
      std::replace(id.begin(), id.end(), '_', '-');
      files.insert(id);
    }
    std::set<std::string> ids;
    for (const Rule* rule : all_rules()) {
      CAPTURE(rule->id);
      ids.insert(std::string(rule->id));
      CHECK(find_rule(rule->id) == rule);
      for (const std::string_view text : {rule->summary, rule->why, rule->help, rule->source}) CHECK(text.size() > 10);
      CHECK_FALSE(rule->summary.ends_with('.'));
      CHECK(rule->help.ends_with('.'));
      CHECK(rule->why.ends_with('.'));
    }
    CHECK(ids == files);
    CHECK(find_rule("no-such-rule") == nullptr);
  }

  TEST_CASE("every rule has a bad and a good template, which `explain` shows") {
    for (const Rule* rule : all_rules()) {
      CAPTURE(rule->id);
      bool found = false;
      for (const RuleSample& sample : rule_samples()) {
        if (sample.rule != rule->id) continue;
        found = true;
        CHECK_FALSE(sample.bad.empty());
        const auto fired = rules_of(lint_text(std::string(sample.good), "template.yaml", wishes_for(*rule)));
        CHECK(std::find(fired.begin(), fired.end(), rule->id) == fired.end());
        CHECK(rules_of(lint_text(std::string(sample.good))).empty());
        const std::string text = explanation(*rule);
        for (const char* heading : {"Why\n", "Bad\n", "Good\n", "How to fix\n", "Source\n"})
          CHECK(text.find(heading) != std::string::npos);
      }
      CHECK(found);
    }
  }

  // What stands close to the samples: one line fires, its neighbour does not.
  TEST_CASE("neighbours") {
    const std::string publisher = "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12";
    const std::string enforce = "CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}";
    const std::string allowed = "AllowedPublishers: {SigningProfileVersionArns: [" + publisher + "]}";
    const auto config = [&](const std::string& properties) {
      return "  C: {Type: AWS::Lambda::CodeSigningConfig, Properties: {" + properties + "}}\n";
    };
    const std::string good_config = config(allowed + ", " + enforce);
    const auto function = [](const std::string& properties) {
      return "  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: s/, CodeSigningConfigArn: !Ref C, " +
             properties + "}}\n";
    };
    const std::string plain = function("Handler: a.b");
    const auto speaks = [](std::string_view rule, const std::string& resources, const std::string& sections = "") {
      const Linted linted =
          lint_text("Transform: AWS::Serverless-2016-10-31\n" + sections + "Resources:\n" + resources);
      REQUIRE_MESSAGE(linted.document->problems.empty(), linted.document->problems.front().message << "\n"
                                                                                                   << resources);
      const Rule* found = find_rule(rule);
      REQUIRE(found);
      const auto findings = lint(*linted.graph, wishes_for(*found));
      return std::count_if(findings.begin(), findings.end(), [&](const Finding& one) { return one.rule == found; });
    };
    const auto layers = [&](const std::string& list) { return function("Layers: " + list) + good_config; };
    const std::string account = "arn:aws:lambda:eu-west-1:998877665544:layer:x:1";

    CHECK(speaks("untrusted-layer", layers("[" + account + "]")) == 1);
    CHECK(speaks("untrusted-layer", layers("['arn:aws:lambda:::awslayer:AmazonLinux1803']")) == 1);
    CHECK(speaks("untrusted-layer", layers("[!Sub 'arn:aws:lambda:${AWS::Region}:998877665544:layer:x:1']")) == 1);
    CHECK(speaks("untrusted-layer", layers("['arn:aws:lambda:eu-west-1:210987654321:layer:x:1']")) == 0);
    CHECK(speaks("untrusted-layer", layers("[!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:layer:x:1']")) == 0);
    CHECK(speaks("untrusted-layer", layers("[!Ref L]"), "Parameters: {L: {Type: String}}\n") == 0);
    // The publisher is not known, so it may be the layer's.
    const std::string open = config("AllowedPublishers: {SigningProfileVersionArns: !Ref P}, " + enforce);
    const std::string parameter = "Parameters: {P: {Type: CommaDelimitedList}}\n";
    CHECK(speaks("untrusted-layer", function("Layers: [" + account + "]") + open, parameter) == 0);
    // But who signs nothing is refused whoever is allowed.
    CHECK(speaks("untrusted-layer",
                 function("Layers: [arn:aws:lambda:eu-west-1:1:layer:SentryNodeServerlessSDK:9]") + open,
                 parameter) == 1);
    CHECK(speaks("untrusted-layer", function("Layers: [" + account + "]") + config(allowed)) == 0);
    // Never together.
    CHECK(speaks("untrusted-layer",
                 function("Layers: !If [P, [" + account + "], []]") +
                     config(allowed + ", CodeSigningPolicies: {UntrustedArtifactOnDeployment: !If [P, Warn, Enforce]}"),
                 "Conditions: {P: !Equals [!Ref AWS::Region, eu-west-1]}\n") == 0);
    // One mistake in Globals is one finding.
    CHECK(
        speaks("untrusted-layer",
               plain +
                   "  G: {Type: AWS::Serverless::Function, Properties: {CodeUri: g/, CodeSigningConfigArn: !Ref C}}\n" +
                   good_config,
               "Globals: {Function: {Layers: [" + account + "]}}\n") == 1);

    CHECK(speaks("missing-publishers", config(enforce)) == 1);
    CHECK(speaks("missing-publishers", config("AllowedPublishers: {SigningProfileVersionArns: [!Ref AWS::NoValue]}")) ==
          1);
    CHECK(speaks("missing-publishers",
                 config("AllowedPublishers: !If [P, {SigningProfileVersionArns: [a]}, !Ref AWS::NoValue]"),
                 "Conditions: {P: !Equals [!Ref AWS::Region, eu-west-1]}\n") == 1);
    CHECK(speaks("missing-publishers", config("AllowedPublishers: {SigningProfileVersionArns: !Split [',', !Ref P]}"),
                 "Parameters: {P: {Type: String}}\n") == 0);
    CHECK(speaks("missing-publishers", config("Fn::Transform: {Name: AWS::Include}")) == 0);
    CHECK(speaks("missing-publishers", config("AllowedPublishers: {SigningProfileVersionArns: !Ref P}"), parameter) ==
          0);

    CHECK(speaks("unused-config", good_config) == 1);
    CHECK(speaks("unused-config", good_config + plain) == 0);
    CHECK(speaks("unused-config",
                 good_config + "  S: {Type: AWS::SSM::Parameter, Properties: {Value: !Sub 'x${C}'}}\n") == 0);
    CHECK(speaks("unused-config", good_config + "  M: {Type: A::B::C::MODULE}\n") == 0);
    CHECK(speaks("unused-config",
                 good_config + "  F: {Type: AWS::Lambda::Function, Properties: {CodeSigningConfigArn: !Ref D}}\n") ==
          0);

    const std::string alarm =
        "  A: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: AWS/Lambda, MetricName: "
        "SignatureValidationErrors}}\n";
    CHECK(speaks("warning-without-alarm", plain + config(allowed)) == 1);
    CHECK(speaks("warning-without-alarm", plain + config(allowed) + alarm) == 0);
    CHECK(speaks("warning-without-alarm", config(allowed)) == 0);
    CHECK(speaks("warning-without-alarm", plain + good_config) == 0);

    const auto profile = [](const std::string& attributes) {
      return "  P: {Type: AWS::Signer::SigningProfile, " + attributes +
             "Properties: {PlatformId: AWSLambda-SHA384-ECDSA}}\n";
    };
    CHECK(speaks("unretained-profile", profile("")) == 1);
    CHECK(speaks("unretained-profile", profile("DeletionPolicy: Retain, ")) == 1);
    CHECK(speaks("unretained-profile",
                 profile("DeletionPolicy: RetainExceptOnCreate, UpdateReplacePolicy: Retain, ")) == 0);
    CHECK(speaks("unretained-profile", profile("DeletionPolicy: !Ref D, UpdateReplacePolicy: Retain, "),
                 "Parameters: {D: {Type: String}}\n") == 0);

    const std::string own = "AllowedPublishers: {SigningProfileVersionArns: [!GetAtt P.ProfileVersionArn]}";
    CHECK(speaks("unsignable-first-deployment", profile("") + plain + config(own + ", " + enforce)) == 1);
    CHECK(speaks("unsignable-first-deployment", profile("") + plain + config(own)) == 0);
    CHECK(speaks("unsignable-first-deployment", profile("") + config(own + ", " + enforce)) == 0);
    CHECK(speaks("unsignable-first-deployment",
                 profile("") + plain +
                     config("AllowedPublishers: {SigningProfileVersionArns: [!GetAtt P.ProfileVersionArn, " +
                            publisher + "]}, " + enforce)) == 0);

    const auto permission = [](const std::string& properties) {
      return "  L: {Type: AWS::Lambda::LayerVersionPermission, Properties: {Action: 'lambda:GetLayerVersion', "
             "LayerVersionArn: x, " +
             properties + "}}\n";
    };
    CHECK(speaks("public-layer", permission("Principal: '*'")) == 1);
    CHECK(speaks("public-layer", permission("Principal: '*', OrganizationId: !Ref AWS::NoValue")) == 1);
    CHECK(speaks("public-layer", permission("Principal: '*', OrganizationId: !Ref O"),
                 "Parameters: {O: {Type: String}}\n") == 0);
    CHECK(speaks("public-layer", permission("Principal: '998877665544'")) == 0);

    const auto profile_permission = [](const std::string& principal) {
      return "  X: {Type: AWS::Signer::ProfilePermission, Properties: {ProfileName: p, StatementId: s, Action: "
             "'signer:StartSigningJob', Principal: " +
             principal + "}}\n";
    };
    CHECK(speaks("broad-profile-permission", profile_permission("'*'")) == 1);
    CHECK(speaks("broad-profile-permission", profile_permission("!If [P, '*', '998877665544']"),
                 "Conditions: {P: !Equals [!Ref AWS::Region, eu-west-1]}\n") == 1);
    CHECK(speaks("broad-profile-permission", profile_permission("!Ref AWS::AccountId")) == 0);

    const auto coded = [&](const std::string& bucket) {
      return "  F: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: !Ref B, S3Key: k}}}\n  B: {Type: "
             "AWS::S3::Bucket" +
             bucket + "}\n";
    };
    CHECK(speaks("unversioned-artifact-bucket", coded("")) == 1);
    CHECK(speaks("unversioned-artifact-bucket",
                 coded(", Properties: {VersioningConfiguration: {Status: Suspended}}")) == 1);
    CHECK(speaks("unversioned-artifact-bucket", coded(", Properties: {VersioningConfiguration: {Status: Enabled}}")) ==
          0);
    CHECK(speaks("unversioned-artifact-bucket", coded(", Properties: {VersioningConfiguration: {Status: !Ref S}}"),
                 "Parameters: {S: {Type: String}}\n") == 0);
    CHECK(speaks("unversioned-artifact-bucket", "  B: {Type: AWS::S3::Bucket}\n" + plain) == 0);

    CHECK(speaks("wrong-config-type", plain, "Parameters: {C: {Type: Number}}\n") == 1);
    CHECK(speaks("wrong-config-type", plain, "Parameters: {C: {Type: CommaDelimitedList}}\n") == 1);
    CHECK(speaks("wrong-config-type", plain, "Parameters: {C: {Type: String}}\n") == 0);
    CHECK(speaks("wrong-config-type", plain, "Parameters: {C: {Type: 'AWS::SSM::Parameter::Value<String>'}}\n") == 0);

    CHECK(speaks("yaml-alias",
                 "  A: {Type: AWS::SQS::Queue, Metadata: &m {a: b}}\n  B: {Type: AWS::SQS::Queue, Metadata: *m}\n") ==
          1);
    CHECK(speaks("yaml-alias",
                 "  A: {Type: AWS::SQS::Queue, Metadata: &m {a: b}}\n  B: {Type: AWS::SQS::Queue, Metadata: *m}\n" +
                     plain + good_config) == 0);
  }

  // Templates that were judged wrongly once.
  TEST_CASE("right templates are silent, and one cause is one finding") {
    const std::string signer = "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12";
    const std::string china = "arn:aws-cn:signer:cn-north-1:210987654321:/signing-profiles/Orders/AbCdEfGh12";
    const std::string enforce = "CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}";
    const auto config = [&](const std::string& properties, const std::string& id = "C") {
      return "  " + id + ": {Type: AWS::Lambda::CodeSigningConfig, Properties: {" + properties + "}}\n";
    };
    const auto list = [](const std::string& items) {
      return "AllowedPublishers: {SigningProfileVersionArns: " + items + "}";
    };
    const std::string good = config(list("[" + signer + "]") + ", " + enforce);
    const auto function = [](const std::string& arn, const std::string& more = "") {
      return "  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: s/, CodeSigningConfigArn: " + arn + more +
             "}}\n";
    };
    const std::string uses = function("!Ref C");
    const auto said = [](const std::string& resources, const std::string& sections = "") {
      const Linted linted = lint_text("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n" + sections +
                                      "Resources:\n" + resources);
      REQUIRE_MESSAGE(linted.document->problems.empty(), linted.document->problems.front().message << "\n"
                                                                                                   << resources);
      std::string rules;
      for (const std::string& rule : rules_of(linted)) rules += (rules.empty() ? "" : " ") + rule;
      return rules;
    };
    CHECK(said(uses + good).empty());
    // An item of a list is a text.
    CHECK(said(function("!Select [0, !Ref A]"), "Parameters: {A: {Type: CommaDelimitedList}}\n").empty());
    // Publishers of several partitions that are never allowed together.
    const std::string in_china = "Conditions: {P: !Equals [!Ref AWS::Partition, aws-cn]}\n";
    CHECK(said(uses + config(list("[!If [P, '" + china + "', '" + signer + "']]") + ", " + enforce), in_china).empty());
    CHECK(
        said(uses + config(list("!If [P, ['" + china + "'], ['" + signer + "']]") + ", " + enforce), in_china).empty());
    CHECK(said(uses + config(list("[!FindInMap [M, !Ref AWS::Partition, P]]") + ", " + enforce),
               "Mappings: {M: {aws: {P: '" + signer + "'}, aws-cn: {P: '" + china + "'}}}\n")
              .empty());
    // What an include may bring is not known.
    CHECK(said("  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: s/}}\n",
               "Globals: {'Fn::Transform': {Name: AWS::Include}}\n")
              .empty());
    CHECK(said("  F: {Type: AWS::Lambda::Function, 'Fn::Transform': {Name: AWS::Include}, Properties: {Code: s/}}\n")
              .empty());
    // A loop names configs by parts of their names.
    CHECK(
        said(
            config(list("[" + signer + "]") + ", " + enforce, "CA") +
            config(list("[" + signer + "]") + ", " + enforce, "CB") +
            "  'Fn::ForEach::L':\n  - N\n  - [A, B]\n  - 'G${N}': {Type: AWS::Lambda::Function, Properties: {Code: s/, "
            "CodeSigningConfigArn: !Ref 'C${N}'}}\n")
            .empty());
    // A condition that a loop makes.
    CHECK(said(good + function("!If [Isdev, !Ref C, !If [Isprod, !Ref C, !Ref AWS::NoValue]]"),
               "Parameters: {E: {Type: String, AllowedValues: [dev, prod]}}\nConditions:\n  'Fn::ForEach::C':\n  - N\n "
               " - [dev, "
               "prod]\n  - 'Is${N}': !Equals [!Ref E, !Ref N]\n")
              .empty());
    // The parameter store holds the word.
    CHECK(
        said(uses + config(list("[" + signer + "]") + ", CodeSigningPolicies: {UntrustedArtifactOnDeployment: !Ref M}"),
             "Parameters: {M: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /signing/mode}}\n")
            .empty());
    // Warn until the first signed deployment.
    const std::string profile =
        "  P: {Type: AWS::Signer::SigningProfile, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: "
        "{PlatformId: "
        "AWSLambda-SHA384-ECDSA}}\n";
    CHECK(said(profile + uses +
                   config(list("[!GetAtt P.ProfileVersionArn]") +
                          ", CodeSigningPolicies: {UntrustedArtifactOnDeployment: !Ref M}"),
               "Parameters: {M: {Type: String, Default: Warn, AllowedValues: [Warn, Enforce]}}\n") ==
          "sometimes-warning-config");
    // The account of the deployment may be the layer's.
    CHECK(
        said(function("!Ref C", ", Layers: ['arn:aws:lambda:eu-west-1:998877665544:layer:x:1']") +
             config(
                 list("[!Sub 'arn:aws:signer:${AWS::Region}:${AWS::AccountId}:/signing-profiles/Orders/AbCdEfGh12']") +
                 ", " + enforce))
            .empty());
    // One slip of the pen.
    CHECK(said(uses + config(list("[" + signer + "]") +
                             ", CodeSigningPolicy: {UntrustedArtifactOnDeployment: Enforce}")) == "malformed-property");
    CHECK(said(uses +
               config(list("[" + signer + "]") + ", CodeSigningPolicies: {UntrustedArtefactOnDeployment: Enforce}")) ==
          "malformed-property");
    CHECK(said(uses + config("AllowedPublisher: {SigningProfileVersionArns: [" + signer + "]}, " + enforce)) ==
          "malformed-property");
    CHECK(said(uses + config("AllowedPublishers: {SigningProfileVersionARNs: [" + signer + "]}, " + enforce)) ==
          "malformed-property");
    CHECK(
        said(
            "  P: {Type: AWS::Signer::SigningProfile, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: "
            "{PlatformID: AWSLambda-SHA384-ECDSA}}\n") == "malformed-property");
    CHECK(said("  L: {Type: AWS::Lambda::LayerVersionPermission, Properties: {Action: 'lambda:GetLayerVersion', "
               "LayerVersionArn: x, "
               "Principal: '*', OrganisationId: o-a1b2c3d4e5}}\n") == "malformed-property");
    CHECK(said(profile + uses + config(list("!GetAtt P.ProfileVersionArn") + ", " + enforce)) ==
          "malformed-property unsignable-first-deployment");
    // One mistake in Globals.
    CHECK(said("  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: s/}}\n"
               "  G: {Type: AWS::Serverless::Function, Properties: {CodeUri: s/}}\n"
               "  C: {Type: AWS::Lambda::CodeSigningConfig, Condition: P, Properties: {" +
                   list("[" + signer + "]") + ", " + enforce + "}}\n",
               in_china + "Globals: {Function: {CodeSigningConfigArn: !Ref C}}\n") == "absent-config");
    // A publisher that is wrong is not also the only one.
    CHECK(said(profile + uses + config(list("[!Ref P]") + ", " + enforce)) == "unversioned-publisher");
    CHECK(said(function("!Ref C", ", Layers: ['arn:aws:lambda:eu-west-1:998877665544:layer:x:1']") +
               config(list("[]") + ", " + enforce)) == "missing-publishers");
    CHECK(said("  F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Code: {ImageUri: x}, "
               "CodeSigningConfigArn: !Ref "
               "Nowhere}}\n") == "image-function-with-config");
    // A default that is no ARN.
    CHECK(said(function("!Ref A"), "Parameters: {A: {Type: String, Default: CHANGE_ME}}\n") == "malformed-config-arn");
    CHECK(said(function("!If [H, !Ref A, !Ref AWS::NoValue]"),
               "Parameters: {A: {Type: String, Default: none}}\nConditions: {H: !Not [!Equals [!Ref A, none]]}\n") ==
          "sometimes-unsigned-function");
  }

  TEST_CASE("a rule says whether its findings can be repaired, and its sample shows it") {
    for (const Rule* rule : all_rules()) {
      CAPTURE(rule->id);
      const std::string folder = SOURCE_FOLDER "/samples/" + std::string(rule->id);
      const Linted linted = lint_text(read_whole_file(folder + "/template.yaml"), "template.yaml", wishes_for(*rule));
      const bool has_remedy = std::any_of(linted.findings.begin(), linted.findings.end(), [&](const Finding& finding) {
        return finding.rule == rule && finding.remedy.index() != 0;
      });
      CHECK(has_remedy == (rule->repair != Repair::none));
      if (has_remedy) CHECK_FALSE(read_whole_file(folder + "/fixed.yaml").empty());
    }
  }

  TEST_CASE("the data about publishers is read, and what is no such data is said") {
    CHECK(known_publishers().size() >= 4);
    CHECK(publisher_of(known_publishers(), "464622532012", "Datadog-Python313")->name == "Datadog");
    CHECK(publisher_of(known_publishers(), "998877665544", "x") == nullptr);
    const auto problem_in = [](const std::string& text) {
      const Document document = parse({"t", text});
      const Config config = read_config(document);
      return config.problems.empty() ? std::string() : config.problems.front().message;
    };
    CHECK(problem_in("").empty());
    CHECK(problem_in("profile: strict\nrules: {yaml-alias: off}\npublishers: [{name: A, accounts: ['998877665544'], "
                     "signs: yes}]\n")
              .empty());
    CHECK(problem_in("profil: strict\n") == "there is no setting \"profil\"; did you mean profile?");
    CHECK(problem_in("profile: loud\n") == "\"loud\" is no profile; expected default, strict or guardrail");
    CHECK(problem_in("rules: {yaml-aliases: off}\n") == "there is no rule \"yaml-aliases\"; did you mean yaml-alias?");
    CHECK(problem_in("rules: {yaml-alias: fatal}\n") ==
          "\"fatal\" is no level of a rule; expected off, note, warning or error");
    CHECK(problem_in("rules: [yaml-alias]\n") == "expected names of rules, and off, note, warning or error for each");
    CHECK(problem_in("publishers: {a: b}\n") == "expected a list of publishers");
    CHECK(problem_in("publishers: [{name: A}]\n") == "a publisher needs accounts, or names of layers");
    CHECK(problem_in("publishers: [{name: A, accounts: ['998877665544'], signs: maybe}]\n") ==
          "expected yes, no or unknown");
    CHECK(problem_in("publishers: [{name: A, accounts: ['12'], signs: yes}]\n") ==
          "\"12\" is no account; expected 12 digits");
    CHECK(problem_in("publishers: [{name: A, layers: [x], signs: true}]\n").empty());
    CHECK(problem_in("profile: [strict]\n") == "this is no profile; expected default, strict or guardrail");
    CHECK(problem_in("rules: {yaml-alias: off, yaml-alias: note}\n") == "\"yaml-alias\" is given twice");
    CHECK(problem_in("- a\n") == "expected settings, such as profile, rules and exclude");
    CHECK_FALSE(problem_in("a: [\n").empty());
  }
}

}  // namespace codesign
