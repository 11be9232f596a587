// The templates of scaffolds/, held to what the program asks of others, and the command that prints them.
#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/run.h"
#include "report/scaffold.h"
#include "tests/laws.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int code;
  std::string out, err;
};

Outcome scaffold_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "scaffold");
  Outcome outcome{};
  outcome.code = run(arguments, {.out = [&](std::string_view text) { outcome.out += text; },
                                 .err = [&](std::string_view text) { outcome.err += text; },
                                 .read_input = [] { return std::string(); }});
  return outcome;
}

std::string text_of(std::string_view name) {
  const Scaffold* scaffold = find_scaffold(name);
  REQUIRE(scaffold);
  return std::string(scaffold->text);
}

nlohmann::json json_of(const std::string& text) {
  const Document document = parse({.path = "template.yaml", .bytes = text});
  REQUIRE(document.problems.empty());
  return nlohmann::json::parse(as_json(document));
}

// The template that the stack set of `central` puts into every account.
std::string inner_template() {
  return json_of(text_of("central"))["Resources"]["ConfigInEveryAccount"]["Properties"]["TemplateBody"];
}

struct Named {
  std::string name, text;
};

// The scaffolds, and the template inside of one.
std::vector<Named> all_templates() {
  std::vector<Named> templates;
  for (const Scaffold& one : scaffolds()) templates.push_back({std::string(one.name), std::string(one.text)});
  templates.push_back({"central, inside", inner_template()});
  return templates;
}

// What a template refers to: Ref, and the names in Fn::Sub.
void collect_references(const nlohmann::json& node, std::set<std::string>& into) {
  if (node.is_object())
    for (const auto& [key, value] : node.items()) {
      if (key == "Ref" && value.is_string()) into.insert(value);
      if (key == "Fn::Sub" && value.is_string()) {
        const std::string text = value;
        for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 1))
          into.insert(text.substr(at + 2, text.find('}', at) - at - 2));
      }
    }
  if (node.is_structured())
    for (const auto& item : node) collect_references(item, into);
}

// A policy as it is deployed: lists in the place of parameters.
nlohmann::json with_parameters(const nlohmann::json& node, const std::map<std::string, nlohmann::json>& values) {
  if (node.is_object() && node.size() == 1 && node.contains("Ref")) return values.at(node["Ref"]);
  nlohmann::json result = node;
  if (node.is_structured())
    for (auto& item : result) item = with_parameters(item, values);
  return result;
}

}  // namespace

TEST_SUITE("scaffolds") {
  TEST_CASE("there are four, and the folder holds no other file") {
    std::set<std::string> files, names;
    for (const auto& entry : fs::directory_iterator(SOURCE_FOLDER "/scaffolds")) {
      CHECK(entry.path().extension() == ".yaml");
      files.insert(entry.path().stem().string());
    }
    for (const Scaffold& one : scaffolds()) {
      names.emplace(one.name);
      CHECK(one.text == read_whole_file(fs::path(SOURCE_FOLDER) / "scaffolds" / (std::string(one.name) + ".yaml")));
    }
    CHECK(names == std::set<std::string>{"central", "guardrail", "layer-consumer", "layer-publisher"});
    CHECK(files == names);
  }

  TEST_CASE("each has nothing that this program would report or change, in any profile") {
    for (const Named& one : all_templates()) {
      CAPTURE(one.name);
      for (const Profile profile : {Profile::standard, Profile::strict, Profile::guardrail}) {
        const Linted linted = lint_text(one.text, "template.yaml", {.profile = profile});
        CHECK(linted.document->problems.empty());
        CHECK_FALSE(linted.graph->resources.empty());
        for (const Finding& finding : linted.findings) FAIL_CHECK(finding.message);
      }
      for (const bool enforce : {false, true}) {
        const Transformed result = transform_text(one.text, {.enforce = enforce});
        CHECK(result.text == one.text);
        CHECK(result.plan.left_alone.empty());
        for (const std::string& broken : check_laws(one.text, {.enforce = enforce}).broken) FAIL_CHECK(broken);
      }
    }
  }

  TEST_CASE("each fits into a request to CloudFormation") {
    for (const Named& one : all_templates()) {
      CAPTURE(one.name);
      CHECK(one.text.size() < 51'200);
    }
  }

  TEST_CASE("every parameter says what it is for and what it takes, and is used") {
    for (const Named& one : all_templates()) {
      CAPTURE(one.name);
      const nlohmann::json root = json_of(one.text);
      std::set<std::string> references;
      for (const auto& [section, content] : root.items()) collect_references(content, references);
      CHECK_FALSE(root["Parameters"].empty());
      for (const auto& entry : root["Parameters"].items()) {
        const std::string id = entry.key();
        const nlohmann::json& parameter = entry.value();
        CAPTURE(id);
        CHECK(parameter.value("Description", "").size() > 20);
        CHECK(parameter.value("ConstraintDescription", "").starts_with("must be "));
        CHECK((parameter.contains("AllowedPattern") || parameter.contains("AllowedValues")));
        CHECK(references.contains(id));
      }
      CHECK_FALSE(root["Outputs"].empty());
      for (const auto& [id, output] : root["Outputs"].items()) CHECK(output.contains("Description"));
    }
  }

  TEST_CASE("profiles, configs and layers outlive their stacks") {
    for (const Named& one : all_templates()) {
      CAPTURE(one.name);
      const nlohmann::json root = json_of(one.text);
      for (const auto& entry : root["Resources"].items()) {
        const std::string id = entry.key();
        const nlohmann::json& resource = entry.value();
        const std::set<std::string> kept{"AWS::Signer::SigningProfile", "AWS::Lambda::CodeSigningConfig",
                                         "AWS::Lambda::LayerVersion", "AWS::Lambda::LayerVersionPermission",
                                         "AWS::Organizations::Policy"};
        if (!kept.contains(resource["Type"])) continue;
        CAPTURE(id);
        CHECK(resource.value("DeletionPolicy", "") == "Retain");
        CHECK(resource.value("UpdateReplacePolicy", "") == "Retain");
      }
    }
  }

  TEST_CASE("every config enforces") {
    std::size_t configs = 0;
    for (const Named& one : all_templates()) {
      const Linted linted = lint_text(one.text);
      for (const SigningConfig& config : linted.graph->configs) {
        ++configs;
        CHECK(config.first(DeploymentPolicy::enforce));
        CHECK_FALSE(config.first(DeploymentPolicy::warn));
      }
    }
    CHECK(configs == 3);
  }

  TEST_CASE("no account and no ARN is made up") {
    for (const Named& one : all_templates()) {
      CAPTURE(one.name);
      std::size_t digits = 0;
      for (const char c : one.text) {
        digits = c >= '0' && c <= '9' ? digits + 1 : 0;
        CHECK(digits < 12);
      }
      CHECK(one.text.find("arn:aws:") == std::string::npos);
    }
  }

  TEST_CASE("the stack set gives its template the parameters that it asks for") {
    std::set<std::string> given, asked;
    const nlohmann::json root = json_of(text_of("central")), inside = json_of(inner_template());
    for (const auto& parameter : root["Resources"]["ConfigInEveryAccount"]["Properties"]["Parameters"])
      given.insert(parameter["ParameterKey"]);
    for (const auto& [id, parameter] : inside["Parameters"].items()) asked.insert(id);
    CHECK(given == asked);
  }

  TEST_CASE("the policies of guardrail have room for the twenty-five configs that it speaks of") {
    std::vector<std::string> arns;
    for (int i = 10; i < 35; ++i)
      arns.push_back("arn:aws:lambda:ap-southeast-1:2109876543" + std::to_string(i) +
                     ":code-signing-config:csc-0123456789abcdef0");
    const std::map<std::string, nlohmann::json> values{
        {"ApprovedConfigArns", arns},
        {"ExemptRoleArns",
         {"arn:aws:iam::*:role/security/CodeSigningAdministrators", "arn:aws:iam::*:role/stacksets-exec-*"}}};
    const nlohmann::json resources = json_of(text_of("guardrail"))["Resources"];
    const nlohmann::json organization =
        with_parameters(resources["OrganizationPolicy"]["Properties"]["Content"], values);
    const nlohmann::json developer =
        with_parameters(resources["DeveloperPolicy"]["Properties"]["PolicyDocument"], values);
    CHECK(organization.dump().size() <= 5'120);
    CHECK(developer.dump().size() <= 6'144);
    // An organization policy denies to everybody but the exempt, and names nobody.
    for (const nlohmann::json& statement : organization["Statement"]) {
      CHECK(statement["Effect"] == "Deny");
      CHECK_FALSE(statement.contains("Principal"));
      CHECK(statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"] == values.at("ExemptRoleArns"));
    }
  }

  TEST_CASE("a scaffold is printed, and --list and --help have a line for each") {
    const std::string list = scaffold_with({"--list"}).out, help = scaffold_with({"--help"}).out;
    CHECK(std::count(list.begin(), list.end(), '\n') == 4);
    CHECK(help.find(list) != std::string::npos);
    for (const Scaffold& one : scaffolds()) {
      const Outcome printed = scaffold_with({std::string(one.name)});
      CHECK(printed.code == done);
      CHECK(printed.out == one.text);
      CHECK(printed.err.empty());
      CHECK(one.text.starts_with("# " + std::string(summary_of(one)) + "\n"));
      CHECK(list.find("  " + std::string(summary_of(one)) + "\n") != std::string::npos);
    }
  }

  TEST_CASE("without a name, or with a wrong one, a sentence names all of them") {
    const std::string all = "there are central, guardrail, layer-consumer and layer-publisher\n";
    const auto refuses = [](const std::vector<std::string>& arguments, const std::string& sentence) {
      const Outcome outcome = scaffold_with(arguments);
      CHECK(outcome.code == world_is_wrong);
      CHECK(outcome.out.empty());
      CHECK(outcome.err == "cfn-codesign: " + sentence);
    };
    refuses({}, "scaffold needs a name: " + all);
    refuses({""}, "scaffold needs a name: " + all);
    refuses({"Guardrails"}, "there is no scaffold \"Guardrails\" (did you mean guardrail?); " + all);
    refuses({"bucket"}, "there is no scaffold \"bucket\"; " + all);
    CHECK(scaffold_with({"--list", "central"}).code == world_is_wrong);
    CHECK(scaffold_with({"central", "guardrail"}).code == world_is_wrong);
  }

  TEST_CASE("--output makes a file, and leaves one that exists as it is") {
    const fs::path folder = fs::temp_directory_path() / ("cfn-codesign-scaffolds-" + std::to_string(::getpid()));
    fs::remove_all(folder);
    fs::create_directories(folder);
    const std::string file = (folder / "central.yaml").string();
    const Outcome first = scaffold_with({"central", "--output", file});
    CHECK(first.code == done);
    CHECK(first.out.empty());
    CHECK(read_whole_file(file) == text_of("central"));
    const Outcome second = scaffold_with({"guardrail", "--output", file});
    CHECK(second.code == world_is_wrong);
    CHECK(second.err ==
          "cfn-codesign: " + file + ": exists already, and is left as it is; name another file, or remove it\n");
    CHECK(read_whole_file(file) == text_of("central"));
    // A link that names nothing yet is not followed, and a wrong name makes no file.
    fs::create_symlink(folder / "elsewhere.yaml", folder / "link.yaml");
    CHECK(scaffold_with({"central", "--output", (folder / "link.yaml").string()}).code == world_is_wrong);
    CHECK_FALSE(fs::exists(folder / "elsewhere.yaml"));
    CHECK(scaffold_with({"centre", "--output", (folder / "new.yaml").string()}).code == world_is_wrong);
    CHECK_FALSE(fs::exists(folder / "new.yaml"));
    for (const std::string& wrong : {(folder / "none" / "a.yaml").string(), std::string()})
      CHECK(scaffold_with({"central", "--output", wrong}).code == world_is_wrong);
    fs::remove_all(folder);
  }
}

}  // namespace codesign
