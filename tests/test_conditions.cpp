// When: every intrinsic in a table, and random condition systems against brute force.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <random>
#include <set>

#include "cli/files.h"
#include "cli/parameters.h"
#include "lint/rule.h"
#include "tests/support.h"

namespace codesign {
namespace {

// The cases of one function, each as "state [config] [when]", separated by "; ".
std::string cases_of(const Linted& linted) {
  REQUIRE(linted.graph->functions.size() == 1);
  std::string text;
  for (const SigningCase& signing : linted.graph->functions.front().signing) {
    text += (text.empty() ? "" : "; ") + std::string(name_of(signing.state));
    if (signing.config)
      text += " " + std::string(signing.config->resource->id);
    else if (!signing.arn.empty())
      text += " " + signing.arn;
    else if (signing.state == Signing::unknown)
      text += " (" + signing.reason + ")";
    text += when(signing.when);
  }
  return text;
}

const std::string head = R"(
Parameters:
  Stage: {Type: String, AllowedValues: [dev, test, prod], Default: dev}
  Arn: {Type: String, Default: none}
  Free: {Type: String}
  Many: {Type: CommaDelimitedList, Default: 'a, b,c'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /signing/arn}
  Narrow: {Type: String, AllowedPattern: '^(on|off)$', Default: 'on'}
  Long: {Type: String, MinLength: 1}
Mappings:
  Map:
    dev: {Arn: dev-arn}
    test: {Arn: test-arn}
    prod: {Arn: prod-arn, List: [p, q]}
    eu-west-1: {Arn: eu}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Equals [dev, !Ref Stage]
  NotProd: !Not [!Condition IsProd]
  Never: !And [!Condition IsProd, !Condition IsDev]
  Always: !Or [!Condition IsProd, !Condition NotProd]
  HasArn: !Not [!Equals [!Ref Arn, none]]
  FreeIsX: !Equals [!Ref Free, x]
  Odd: !Equals [!ImportValue Something, 'yes']
  OddToo: !Equals ['yes', !ImportValue Something]
  Joined: !Equals [!Join ['-', [!Ref Stage, x]], prod-x]
  Subbed: !Equals [!Sub '${Stage}/y', prod/y]
  Mapped: !Equals [!FindInMap [Map, !Ref Stage, Arn], test-arn]
  Selected: !Equals [!Select [1, !Ref Many], b]
  SplitUp: !Equals [!Select [0, !Split ['/', 'prod/x']], !Ref Stage]
  InEurope: !Equals [!Ref AWS::Region, eu-west-1]
  InChina: !And [!Equals [!Ref AWS::Region, cn-north-1], !Equals [!Ref AWS::Partition, aws]]
  Cycle: !Not [!Condition Cycle]
  NarrowIsX: !Equals [!Ref Narrow, x]
  LongIsEmpty: !Equals [!Ref Long, '']
  SameAsFree: !Equals [!Ref Stage, !Ref Free]
  StoredIsNone: !Equals [!Ref Stored, none]
Resources:
  Csc:
    Type: AWS::Lambda::CodeSigningConfig
    Properties: {AllowedPublishers: {SigningProfileVersionArns: !Ref Many}, CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}}
  ProdCsc:
    Type: AWS::Lambda::CodeSigningConfig
    Condition: IsProd
    Properties: {AllowedPublishers: {SigningProfileVersionArns: !Ref Many}, CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}}
  F:
    Type: AWS::Lambda::Function
)";

std::string value(const std::string& expression, const Assumptions& assumptions = {}) {
  return cases_of(
      lint_text(head + "    Properties: {CodeSigningConfigArn: " + expression + "}\n", "t", {}, assumptions));
}
// Whether a condition holds, and when.
std::string condition(const std::string& name) {
  return value("!If [" + name + ", !Ref Csc, !Ref AWS::NoValue]");
}

}  // namespace

TEST_SUITE("conditions") {
  TEST_CASE("conditions") {
    CHECK(condition("IsProd") == "enforced Csc when Stage=prod; none when Stage=dev (the default)");
    CHECK(condition("IsDev") == "enforced Csc when Stage=dev (the default); none when Stage=test");
    CHECK(condition("NotProd") == "enforced Csc when Stage=dev (the default); none when Stage=prod");
    CHECK(condition("Never") == "none");
    CHECK(condition("Always") == "enforced Csc");
    CHECK(condition("HasArn") == "enforced Csc when Arn is not \"none\"; none when Arn=none (the default)");
    CHECK(condition("FreeIsX") == "enforced Csc when Free=x; none when Free=prod");
    CHECK(condition("Odd") == "enforced Csc when condition Odd is true; none when condition Odd is false");
    CHECK(condition("Joined") == "enforced Csc when Stage=prod; none when Stage=dev (the default)");
    CHECK(condition("Subbed") == "enforced Csc when Stage=prod; none when Stage=dev (the default)");
    CHECK(condition("Mapped") == "enforced Csc when Stage=test; none when Stage=dev (the default)");
    CHECK(condition("SplitUp") == "enforced Csc when Stage=prod; none when Stage=dev (the default)");
    CHECK(condition("InEurope").starts_with("enforced Csc when AWS::Region=eu-west-1; none when AWS::"));
    CHECK(condition("InChina") == "none");
    CHECK(condition("Cycle") == "enforced Csc when condition Cycle is true; none when condition Cycle is false");
    CHECK(condition("NarrowIsX") == "none");
    CHECK(condition("LongIsEmpty") == "none");
    CHECK(condition("SameAsFree") == "enforced Csc when Stage=dev (the default) and Free=dev; none when Free=x");
    CHECK(condition("Undefined") ==
          "enforced Csc when condition Undefined is true; none when condition Undefined is false");
    CHECK(value("!If [Odd, !If [OddToo, !Ref Csc, !Ref AWS::NoValue], !Ref Csc]") == "enforced Csc");
    CHECK(value("!If [IsProd, !Ref Csc, !If [IsDev, !Ref Csc, !Ref AWS::NoValue]]") ==
          "enforced Csc when Stage=dev (the default); none when Stage=test");
    CHECK(value("!If [IsProd, !If [IsDev, !Ref AWS::NoValue, !Ref Csc], !Ref Csc]") == "enforced Csc");
  }

  TEST_CASE("values") {
    CHECK(value("!Ref Arn") ==
          "unknown none when Arn=none (the default); unknown (parameter Arn decides its code signing config) when Arn "
          "is not \"none\"");
    CHECK(value("!Sub 'a-${Stage}-b'") ==
          "unknown a-dev-b when Stage=dev (the default); unknown a-test-b when Stage=test; unknown a-prod-b when "
          "Stage=prod");
    CHECK(value("!Sub ['a-${X}', {X: !Ref Stage}]") ==
          "unknown a-dev when Stage=dev (the default); unknown a-test when Stage=test; unknown a-prod when Stage=prod");
    CHECK(value("!Sub '${!Literal}'") == "unknown ${Literal}");
    CHECK(value("!Sub 'arn:${AWS::Partition}:x'") == "unknown arn:${AWS::Partition}:x");
    CHECK(value("!Join ['', [a, !Ref Stage]]") ==
          "unknown adev when Stage=dev (the default); unknown atest when Stage=test; unknown aprod when Stage=prod");
    CHECK(value("!Join [':', [a, b]]") == "unknown a:b");
    CHECK(value("!Select [1, [x, y]]") == "unknown y");
    CHECK(value("!Select [2, !Ref Many]") ==
          "unknown c when Many=a, b,c (the default); unknown (its code signing config is not known: Fn::Select goes "
          "beyond the end "
          "of its list) when Many=b; unknown (its code signing config is not known: it is an item of parameter Many) "
          "when "
          "Many is neither \"a, b,c\" nor \"b\"");
    CHECK(value("!Select [1, !Split [',', 'p,q']]") == "unknown q");
    CHECK(value("!Select [5, [x]]") ==
          "unknown (its code signing config is not known: Fn::Select goes beyond the end of its list)");
    CHECK(value("!FindInMap [Map, !Ref Stage, Arn]") ==
          "unknown dev-arn when Stage=dev (the default); unknown test-arn when Stage=test; unknown prod-arn when "
          "Stage=prod");
    CHECK(value("!FindInMap [Map, nowhere, Arn, {DefaultValue: fallback}]") == "unknown fallback");
    CHECK(value("!Join ['+', !FindInMap [Map, prod, List]]")
              .starts_with("unknown (its code signing config is not known:"));
    CHECK(value("!ImportValue Central") ==
          "unknown (its code signing config is not known: it is imported from Central)");
    CHECK(value("{'Fn::ImportValue': !Sub '${AWS::StackName}-csc'}") ==
          "unknown (its code signing config is not known: it is imported from ${AWS::StackName}-csc)");
    CHECK(value("{'Fn::GetStackOutput': {StackName: s, OutputName: o}}") ==
          "unknown (its code signing config is not known: it is read from the output of another stack)");
    CHECK(value("!Base64 x") == "unknown (its code signing config is not known: Fn::Base64 makes another text of it)");
    CHECK(value("{'Fn::ToJsonString': {a: b}}") ==
          "unknown (its code signing config is not known: Fn::ToJsonString makes another text of it)");
    CHECK(value("{'Fn::Transform': {Name: 'AWS::Include'}}") ==
          "unknown (its code signing config is not known: Fn::Transform computes it at deployment)");
    CHECK(value("'{{resolve:ssm:/a}}'") ==
          "unknown (its code signing config is not known: a dynamic reference is resolved at deployment)");
    CHECK(value("!Sub '{{resolve:ssm:/${AWS::Region}/a}}'") ==
          "unknown (its code signing config is not known: a dynamic reference is resolved at deployment)");
    CHECK(value("!Ref Stored").find("/signing/arn") == std::string::npos);
    CHECK(value("!If [StoredIsNone, !Ref AWS::NoValue, !Ref Stored]") ==
          "none when Stored=none; unknown (its code signing config is not known: the parameter store holds it, under "
          "the name that parameter Stored gives) when Stored is not \"none\"");
    CHECK(value("!Ref ProdCsc") == "unknown ProdCsc when Stage=dev (the default); enforced ProdCsc when Stage=prod");
    CHECK(value("!If [IsProd, !Ref ProdCsc, !Ref Csc]") ==
          "enforced ProdCsc when Stage=prod; enforced Csc when Stage=dev (the default)");
  }

  TEST_CASE("a parameter's values are looked for in the long form of an intrinsic as in the short one") {
    for (const char* policy : {"!If [IsProd, Enforce, !Ref Free]", "{'Fn::If': [IsProd, Enforce, {Ref: Free}]}"}) {
      CAPTURE(policy);
      const Linted linted = lint_text(head +
                                      "    Properties: {CodeSigningConfigArn: !Ref Doubtful}\n"
                                      "  Doubtful:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n"
                                      "      AllowedPublishers: {SigningProfileVersionArns: !Ref Many}\n"
                                      "      CodeSigningPolicies: {UntrustedArtifactOnDeployment: " +
                                      std::string(policy) + "}\n");
      CHECK(cases_of(linted).find("warns Doubtful when Stage=dev (the default) and Free=Warn") != std::string::npos);
    }
  }

  TEST_CASE("--parameters decides") {
    CHECK(value("!If [IsProd, !Ref Csc, !Ref AWS::NoValue]", {{"Stage", "prod"}}) == "enforced Csc");
    CHECK(value("!If [IsProd, !Ref Csc, !Ref AWS::NoValue]", {{"Stage", "dev"}}) == "none");
    CHECK(value("!If [InEurope, !Ref Csc, !Ref AWS::NoValue]", {{"AWS::Region", "eu-west-1"}}) == "enforced Csc");
    CHECK(value("!Ref Arn", {{"Arn", ""}}) == "none");
  }

  TEST_CASE("--parameters reads files and words") {
    const auto folder = std::filesystem::temp_directory_path() / "cfn-codesign-parameters";
    std::filesystem::create_directories(folder);
    const auto file = [&](const std::string& name, const std::string& text) {
      write_whole_file(folder / name, text);
      return (folder / name).string();
    };
    const Assumptions wanted{{"A", "1"}, {"B", "two words"}};
    CHECK(read_parameters({"A=1", "B=two words"}) == wanted);
    CHECK(
        read_parameters({file(
            "cfn.json",
            R"([{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "ParameterValue": "two words"}, {"ParameterKey": "C", "UsePreviousValue": true}])")}) ==
        wanted);
    CHECK(read_parameters({file("pipeline.json", R"({"Parameters": {"A": "1", "B": "two words"}})")}) == wanted);
    CHECK(read_parameters({file("plain.yaml", "A: 1\nB: two words\n")}) == wanted);
    CHECK(read_parameters(
              {file("one.toml", "[default.deploy.parameters]\nparameter_overrides = \"A=1 B=\\\"two words\\\"\"\n")}) ==
          wanted);
    CHECK(read_parameters(
              {file("two.toml", "[default.global.parameters]\nparameter_overrides = ['A=1', 'B=\"two words\"']\n")}) ==
          wanted);
    CHECK(read_parameters({file("three.toml",
                                "[default.deploy.parameters]\nparameter_overrides = 'ParameterKey=A,ParameterValue=1 "
                                "ParameterKey=B,ParameterValue=\"two words\"'\n")}) == wanted);
    CHECK(read_parameters({"A=0", folder / "plain.yaml", "B=x"}) == Assumptions{{"A", "1"}, {"B", "x"}});
    for (const std::string& wrong : {file("bad.toml", "a = ["), file("none.toml", "a = 1\n"), file("list.json", "[1]"),
                                     file("text.json", "\"x\""), std::string("/nowhere/p.json")})
      CHECK_THROWS_AS(read_parameters({wrong}), WorldError);
    std::filesystem::remove_all(folder);
  }

  TEST_CASE("assertions of Rules forbid deployments") {
    const auto with_rules = [&](const std::string& rules) {
      return cases_of(lint_text(rules + head +
                                "    Properties: {CodeSigningConfigArn: !If [IsProd, !Ref Csc, !Ref AWS::NoValue]}\n"));
    };
    CHECK(with_rules("Rules: {R: {Assertions: [{Assert: !Equals [!Ref Stage, prod]}]}}") == "enforced Csc");
    CHECK(with_rules("Rules: {R: {Assertions: [{Assert: {'Fn::Contains': [[prod, test], !Ref Stage]}}]}}") ==
          "enforced Csc when Stage=prod; none when Stage=test");
    CHECK(with_rules(
              "Rules: {R: {RuleCondition: !Equals [!Ref Free, x], Assertions: [{Assert: !Equals [!Ref Stage, prod]}]}}")
              .starts_with("enforced Csc when"));
    CHECK(with_rules("Rules: {R: {Assertions: [{Assert: !Equals [!Ref Unknown, prod]}]}}") ==
          "enforced Csc when Stage=prod; none when Stage=dev (the default)");
  }

  TEST_CASE("AllowedPattern takes linear time, and what it forbids is not possible") {
    const std::string letters(30, 'a');
    const auto with_pattern = [&](const std::string& pattern) {
      return cases_of(lint_text("Parameters: {P: {Type: String, AllowedPattern: '" + pattern +
                                "'}}\nConditions: {C: !Equals [!Ref P, " + letters +
                                "b]}\nResources:\n  Csc: {Type: AWS::Lambda::CodeSigningConfig}\n  F: {Type: "
                                "AWS::Lambda::Function, Properties: "
                                "{CodeSigningConfigArn: !If [C, !Ref Csc, !Ref AWS::NoValue]}}\n"));
    };
    CHECK(with_pattern("^(a+)+$") == "none");
    CHECK(with_pattern("[a-z]+").starts_with("warns Csc when P=aaa"));
    CHECK(with_pattern("(?=x)").starts_with("warns Csc when P=aaa"));
  }

  TEST_CASE("a function's own condition limits its cases") {
    CHECK(cases_of(lint_text(head + "    Condition: IsProd\n    Properties: {CodeSigningConfigArn: !If [IsProd, !Ref "
                                    "Csc, !Ref AWS::NoValue]}\n")) == "enforced Csc when Stage=prod");
    CHECK(cases_of(lint_text(head + "    Condition: Never\n    Properties: {CodeSigningConfigArn: !Ref Csc}\n")) ==
          "unknown (no deployment contains it)");
    CHECK(cases_of(lint_text(head + "    Condition: IsProd\n    Properties: {CodeSigningConfigArn: !Ref ProdCsc}\n")) ==
          "enforced ProdCsc when Stage=prod");
  }

  TEST_CASE("loops: known lists make copies, unknown ones one body") {
    const auto ids = [](const std::string& collection) {
      const Linted linted = lint_text(
          "Transform: AWS::LanguageExtensions\nParameters: {Names: {Type: CommaDelimitedList, Default: 'A,B'}, Open: "
          "{Type: CommaDelimitedList}}\n"
          "Mappings: {M: {k: {l: [X, Y, Z]}}}\nResources:\n  Fn::ForEach::L:\n  - Name\n  - " +
          collection +
          "\n  - F${Name}: {Type: AWS::Lambda::Function, Properties: {CodeSigningConfigArn: !Ref 'C${Name}'}}\n"
          "    C${Name}: {Type: AWS::Lambda::CodeSigningConfig, Properties: {CodeSigningPolicies: "
          "{UntrustedArtifactOnDeployment: !If [a, Enforce, Enforce]}}}\n");
      std::string text;
      for (const Function& function : linted.graph->functions)
        text += std::string(function.resource->id) + ":" + std::string(name_of(function.signing.front().state)) + " ";
      return text;
    };
    CHECK(ids("[A, B]") == "FA:enforced FB:enforced ");
    CHECK(ids("!Ref Names") == "FA:enforced FB:enforced ");
    CHECK(ids("!FindInMap [M, k, l]") == "FX:enforced FY:enforced FZ:enforced ");
    CHECK(ids("!Ref Open") == "F${Name}:enforced ");
    CHECK(ids("[]") == "");
    CHECK(ids("x") == "F${Name}:enforced ");
  }

  TEST_CASE("a loop among the properties") {
    const auto looped = [](const std::string& items) {
      return cases_of(
          lint_text("Transform: AWS::LanguageExtensions\nResources:\n  Csc: {Type: AWS::Lambda::CodeSigningConfig, "
                    "Properties: {CodeSigningPolicies: "
                    "{UntrustedArtifactOnDeployment: Enforce}}}\n  F:\n    Type: AWS::Lambda::Function\n    "
                    "Properties:\n      Handler: h\n"
                    "      Fn::ForEach::P:\n      - Name\n      - " +
                    items + "\n      - ${Name}Arn: !Ref Csc\n"));
    };
    CHECK(looped("[Role, CodeSigningConfig]") == "enforced Csc");
    CHECK(looped("[Role]") == "none");
  }

  TEST_CASE("sixty nested branches are one way through") {
    std::string text = "Conditions:\n", expression = "!Ref AWS::NoValue";
    std::string parameters = "Parameters:\n";
    for (int i = 0; i < 60; ++i) {
      parameters += fmt::format("  P{}: {{Type: String, AllowedValues: [x, y], Default: y}}\n", i);
      text += fmt::format("  C{}: !Equals [!Ref P{}, x]\n", i, i);
      expression = fmt::format("!If [C{}, !Ref Csc, {}]", i, expression);
    }
    const Linted linted =
        lint_text(parameters + text +
                  "Resources:\n  Csc: {Type: AWS::Lambda::CodeSigningConfig, Properties: {CodeSigningPolicies: "
                  "{UntrustedArtifactOnDeployment: Enforce}}}\n"
                  "  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      CodeSigningConfigArn: " +
                  expression + "\n");
    CHECK(linted.graph->limits.empty());
    REQUIRE(linted.graph->functions.front().signing.size() == 2);
    CHECK(linted.graph->functions.front().first(Signing::none)->when.choices.size() == 60);
    CHECK(linted.graph->functions.front().first(Signing::enforced)->when.choices.size() == 1);
  }

  TEST_CASE("entangled conditions are undecided, and said to be") {
    const Linted linted = lint_text(read_whole_file(SOURCE_FOLDER "/samples/undecided-conditions/template.yaml"));
    CHECK(cases_of(linted).starts_with("unknown (the conditions of this template are too many or too entangled"));
    CHECK(rules_of(linted) == std::vector<std::string>{"undecided-conditions"});
  }
}

// --- against brute force

namespace {

struct Formula {
  enum { equals, equals_parameter, conjunction, disjunction, negation, named } kind = equals;
  std::size_t left = 0, right = 0;  // parameters; of `named`: the condition
  std::string text;
  std::vector<Formula> parts;
};

struct System {
  struct Parameter {
    std::vector<std::string> allowed;  // empty: any
    std::optional<std::string> usual;
  };
  struct Leaf {
    std::size_t condition;  // of Fn::If
    bool is_leaf;
    int state;  // 0 none, 1 enforced, 2 warns
    std::vector<Leaf> branches;
  };
  std::vector<Parameter> parameters;
  std::vector<Formula> conditions;
  std::optional<Formula> rule;
  std::optional<std::size_t> exists;
  Leaf config;
};

using Assignment = std::vector<std::string>;

class Maker {
 public:
  explicit Maker(std::uint32_t seed) : engine_(seed) {}

  System make() {
    System system;
    const std::size_t count = 1 + below(4);
    for (std::size_t i = 0; i < count; ++i) {
      System::Parameter parameter;
      const std::vector<std::string> words{"a", "b", "c"};
      if (below(3) != 0)
        parameter.allowed.assign(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(2 + below(2)));
      if (below(2) == 0)
        parameter.usual =
            parameter.allowed.empty() ? words[below(3)] : parameter.allowed[below(parameter.allowed.size())];
      system.parameters.push_back(parameter);
    }
    const std::size_t conditions = 1 + below(5);
    for (std::size_t i = 0; i < conditions; ++i) system.conditions.push_back(formula(system, 0));
    if (below(4) == 0) system.rule = formula(system, 1);
    if (below(3) == 0) system.exists = below(conditions);
    system.config = leaf(system, 0);
    return system;
  }

 private:
  std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(engine_); }

  Formula formula(const System& system, int depth) {
    Formula result;
    switch (below(depth > 2 ? 2 : 6)) {
      case 0:
        result = {.kind = Formula::equals,
                  .left = below(system.parameters.size()),
                  .text = std::vector<std::string>{"a", "b", "c", "d"}[below(4)]};
        break;
      case 1:
        result = {.kind = Formula::equals_parameter,
                  .left = below(system.parameters.size()),
                  .right = below(system.parameters.size())};
        break;
      case 2:
        result = {.kind = Formula::conjunction, .parts = {formula(system, depth + 1), formula(system, depth + 1)}};
        break;
      case 3:
        result = {.kind = Formula::disjunction, .parts = {formula(system, depth + 1), formula(system, depth + 1)}};
        break;
      case 4: result = {.kind = Formula::negation, .parts = {formula(system, depth + 1)}}; break;
      default:
        if (system.conditions.empty()) return formula(system, 3);
        result = {.kind = Formula::named, .left = below(system.conditions.size())};
    }
    // Two parameters that may both be anything are equal or not for reasons no list of values tells.
    if (result.kind == Formula::equals_parameter && result.left != result.right &&
        system.parameters[result.left].allowed.empty() && system.parameters[result.right].allowed.empty())
      return formula(system, 3);
    return result;
  }

  System::Leaf leaf(const System& system, int depth) {
    if (depth > 3 || (depth > 0 && below(3) == 0)) return {0, true, static_cast<int>(below(3)), {}};
    return {below(system.conditions.size()), false, 0, {leaf(system, depth + 1), leaf(system, depth + 1)}};
  }

  std::mt19937 engine_;
};

std::string written(const Formula& f) {
  switch (f.kind) {
    case Formula::equals: return fmt::format("!Equals [!Ref P{}, {}]", f.left, f.text);
    case Formula::equals_parameter: return fmt::format("!Equals [!Ref P{}, !Ref P{}]", f.left, f.right);
    case Formula::conjunction: return fmt::format("!And [{}, {}]", written(f.parts[0]), written(f.parts[1]));
    case Formula::disjunction: return fmt::format("!Or [{}, {}]", written(f.parts[0]), written(f.parts[1]));
    case Formula::negation: return fmt::format("!Not [{}]", written(f.parts[0]));
    default: return fmt::format("!Condition C{}", f.left);
  }
}

std::string written(const System::Leaf& leaf) {
  if (leaf.is_leaf) return leaf.state == 0 ? "!Ref AWS::NoValue" : leaf.state == 1 ? "!Ref Enforcing" : "!Ref Warning";
  return fmt::format("!If [C{}, {}, {}]", leaf.condition, written(leaf.branches[0]), written(leaf.branches[1]));
}

std::string written(const System& system) {
  std::string text = "Parameters:\n";
  for (std::size_t i = 0; i < system.parameters.size(); ++i) {
    text += fmt::format("  P{}: {{Type: String", i);
    if (!system.parameters[i].allowed.empty()) {
      text += ", AllowedValues: [";
      for (const std::string& value : system.parameters[i].allowed) text += value + ", ";
      text += "]";
    }
    if (system.parameters[i].usual) text += ", Default: " + *system.parameters[i].usual;
    text += "}\n";
  }
  text += "Conditions:\n";
  for (std::size_t i = 0; i < system.conditions.size(); ++i)
    text += fmt::format("  C{}: {}\n", i, written(system.conditions[i]));
  if (system.rule) text += "Rules: {R: {Assertions: [{Assert: " + written(*system.rule) + "}]}}\n";
  text += "Resources:\n";
  for (const auto& [name, policy] : {std::pair("Enforcing", "Enforce"), std::pair("Warning", "Warn")})
    text += fmt::format(
        "  {}: {{Type: AWS::Lambda::CodeSigningConfig, Properties: {{CodeSigningPolicies: "
        "{{UntrustedArtifactOnDeployment: {}}}}}}}\n",
        name, policy);
  text += "  F:\n    Type: AWS::Lambda::Function\n";
  if (system.exists) text += fmt::format("    Condition: C{}\n", *system.exists);
  return text + "    Properties:\n      CodeSigningConfigArn: " + written(system.config) + "\n";
}

bool holds(const System& system, const Formula& f, const Assignment& values) {
  switch (f.kind) {
    case Formula::equals: return values[f.left] == f.text;
    case Formula::equals_parameter: return values[f.left] == values[f.right];
    case Formula::conjunction: return holds(system, f.parts[0], values) && holds(system, f.parts[1], values);
    case Formula::disjunction: return holds(system, f.parts[0], values) || holds(system, f.parts[1], values);
    case Formula::negation: return !holds(system, f.parts[0], values);
    default: return holds(system, system.conditions[f.left], values);
  }
}

int state_of(const System& system, const System::Leaf& leaf, const Assignment& values) {
  if (leaf.is_leaf) return leaf.state;
  return state_of(system, leaf.branches[holds(system, system.conditions[leaf.condition], values) ? 0 : 1], values);
}

}  // namespace

TEST_SUITE("conditions") {
  TEST_CASE("random systems: the states are those of all deployments tried, and every witness is valid and smallest") {
    Maker maker(19);
    std::size_t with_witness = 0;
    for (int round = 0; round < 10'000; ++round) {
      const System system = maker.make();
      const std::string text = written(system);
      CAPTURE(text);
      // Every deployment, with one value that nothing names for parameters that may be anything.
      std::vector<Assignment> deployments{{}};
      for (const System::Parameter& parameter : system.parameters) {
        std::vector<Assignment> longer;
        for (const Assignment& some : deployments)
          for (const std::string& value :
               parameter.allowed.empty() ? std::vector<std::string>{"a", "b", "c", "d", "zzz"} : parameter.allowed) {
            longer.push_back(some);
            longer.back().push_back(value);
          }
        deployments = std::move(longer);
      }
      std::erase_if(deployments,
                    [&](const Assignment& values) { return system.rule && !holds(system, *system.rule, values); });
      std::vector<std::pair<Assignment, int>> states;  // -1: the function does not exist
      for (const Assignment& values : deployments)
        states.emplace_back(values, system.exists && !holds(system, system.conditions[*system.exists], values)
                                        ? -1
                                        : state_of(system, system.config, values));

      const Linted linted = lint_text(text);
      REQUIRE(linted.document->problems.empty());
      const Function& function = linted.graph->functions.front();
      std::set<int> wanted, found;
      for (const auto& [values, state] : states)
        if (state >= 0) wanted.insert(state);
      if (deployments.empty()) {
        CHECK(linted.graph->contradictory_rules != NodeId::none);
        continue;
      }
      if (wanted.empty()) {
        CHECK(function.signing.front().guard == Guard::never);
        continue;
      }
      const auto unusual = [&](const Assignment& values) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < values.size(); ++i)
          count += system.parameters[i].usual && *system.parameters[i].usual != values[i];
        return count;
      };
      for (const SigningCase& signing : function.signing) {
        const int state = signing.state == Signing::none       ? 0
                          : signing.state == Signing::enforced ? 1
                          : signing.state == Signing::warns    ? 2
                                                               : 9;
        found.insert(state);
        const auto& choices = signing.when.choices;
        with_witness += !choices.empty();
        // Does taking these choices, of which `without` is left out, always lead to this state, and ever?
        const auto proves = [&](std::size_t without) {
          bool ever = false;
          for (const auto& [values, actual] : states) {
            bool taken = true;
            for (std::size_t c = 0; c < choices.size(); ++c) {
              if (c == without) continue;
              const std::string& value = values[static_cast<std::size_t>(std::stoi(choices[c].name.substr(1)))];
              taken &= choices[c].but_none_of.empty()
                           ? value == choices[c].value
                           : std::find(choices[c].but_none_of.begin(), choices[c].but_none_of.end(), value) ==
                                 choices[c].but_none_of.end();
            }
            if (!taken) continue;
            if (actual != state) return false;
            ever = true;
          }
          return ever;
        };
        // Cases of one state that different values lead to are witnessed one by one, so a smaller set may prove the
        // state.
        CHECK(proves(choices.size()));
        const bool only_case =
            std::count_if(function.signing.begin(), function.signing.end(),
                          [&](const SigningCase& other) { return other.state == signing.state; }) == 1;
        if (!only_case) continue;
        for (std::size_t c = 0; c < choices.size(); ++c) CHECK_FALSE(proves(c));
        std::size_t least = 99, named = 0;
        for (const auto& [values, actual] : states)
          if (actual == state) least = std::min(least, unusual(values));
        for (const Circumstance::Choice& choice : choices)
          named +=
              system.parameters[static_cast<std::size_t>(std::stoi(choice.name.substr(1)))].usual && !choice.is_default;
        CHECK(named <= least);  // what Rules force need not be named
        const bool any_default =
            std::any_of(states.begin(), states.end(), [&](const auto& one) { return unusual(one.first) == 0; });
        const bool by_default = least == 0 || !any_default;
        CHECK(signing.when.with_defaults == by_default);
      }
      CHECK(found == wanted);
    }
    CHECK(with_witness > 5'000);
  }
}

}  // namespace codesign
