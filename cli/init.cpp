#include "cli/init.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/core.h>

#include "cli/files.h"
#include "graph/arn.h"
#include "graph/layers.h"
#include "lint/lint.h"
#include "report/text.h"

namespace codesign {
namespace {

// What the templates say, of all of them together.
struct Survey {
  std::size_t templates = 0, functions = 0;
  std::map<Signing, std::size_t> states;
  std::map<std::string_view, std::size_t> rules;
  std::set<std::string> configs, publishers, layer_accounts, test_folders, sources;
};

std::string_view words_of_state(Signing state) {
  switch (state) {
    case Signing::none: return "unsigned";
    case Signing::warns: return "signed by a config that only warns";
    case Signing::enforced: return "enforced";
    case Signing::unsupported: return "container images";
    case Signing::unknown: break;
  }
  return "unknown";
}

// "tests/" of "tests/app/template.yaml": the outermost folder whose name says that its templates are not deployed.
std::string test_folder_in(const std::string& path) {
  constexpr std::array<std::string_view, 7> names{"test",     "tests",   "testdata", "fixtures",
                                                  "examples", "samples", "docs"};
  std::filesystem::path before;
  const std::filesystem::path folder = std::filesystem::path(path).lexically_normal().parent_path();
  for (const auto& part : folder) {
    before /= part;
    if (std::find(names.begin(), names.end(), part.string()) != names.end()) return before.generic_string() + "/";
  }
  return {};
}

void look_at(const Graph& graph, Survey& survey) {
  for (const Function& function : graph.functions) {
    ++survey.functions;
    // The state that matters most: unsigned in some deployment is unsigned.
    Signing worst = function.signing.front().state;
    for (const Signing state : {Signing::unknown, Signing::warns, Signing::none})
      if (function.first(state)) worst = state;
    ++survey.states[worst];
    for (const Value& layer : function.layers)
      if (const auto arn = read_layer_arn(layer.text); layer.kind == Value::Kind::literal && arn &&
                                                       !arn->account.starts_with('$') &&
                                                       !publisher_of({}, arn->account, arn->name))
        survey.layer_accounts.emplace(arn->account);
  }
  for (const ConfigReference& reference : graph.references) {
    const Value& value = reference.value;
    if (value.kind == Value::Kind::literal && is_code_signing_config_arn(with_plausible_pseudo_parameters(value.text)))
      survey.configs.insert(value.text);
    if (value.kind == Value::Kind::parameter && value.text.find(' ') == std::string::npos)
      survey.sources.insert("parameter=" + value.text);
  }
  for (const Publisher& publisher : graph.publishers)
    if (publisher.value.kind == Value::Kind::literal &&
        is_signing_profile_version_arn(with_plausible_pseudo_parameters(publisher.value.text)))
      survey.publishers.insert(publisher.value.text);
}

// A scalar of YAML, on one line.
std::string yaml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string suggested(const std::set<std::string>& values, std::string_view indent, std::string_view otherwise) {
  constexpr std::size_t most = 20;
  std::string text;
  std::size_t count = 0;
  for (const std::string& value : values)
    if (++count <= most) text += fmt::format("#{}- {}\n", indent, yaml_string(value));
  if (values.empty()) text += fmt::format("#{}- {}\n", indent, yaml_string(otherwise));
  return text;
}

}  // namespace

std::string initial_policy(const Inputs& inputs) {
  Survey survey;
  for (const FileResult& file : inputs.files) {
    if (file.status != FileResult::Status::linted) continue;
    ++survey.templates;
    look_at(*file.graph, survey);
    for (const Finding& finding : file.findings) ++survey.rules[finding.rule->id];
    if (const std::string folder = test_folder_in(file.path); !folder.empty()) survey.test_folders.insert(folder);
  }
  std::string text =
      "# How cfn-codesign judges the templates in this folder and below. Settings that begin with # are not in\n"
      "# force; without it, they are. `cfn-codesign explain RULE` says what a rule means, and\n"
      "# `cfn-codesign rules --format config-schema` prints a JSON Schema of this file, for editors.\n\n";
  text += fmt::format("# There are {} with {} here", counted(survey.templates, "template"),
                      counted(survey.functions, "function"));
  std::string states;
  for (const Signing state : {Signing::none, Signing::warns, Signing::enforced, Signing::unsupported, Signing::unknown})
    if (const std::size_t count = survey.states[state])
      states += fmt::format("{}{} {}", states.empty() ? ": " : ", ", count, words_of_state(state));
  text += states + ".\n\n";
  text +=
      "# What to report. default: what is wrong; strict: also hints, and what a template does not tell; guardrail: "
      "also\n"
      "# IAM statements that leave a way around code signing.\nprofile: default\n\n"
      "# How loudly single rules speak: off, note, warning or error.\n";
  if (!survey.rules.empty()) {
    text += "# Today:";
    std::string said;
    std::size_t width = 8;
    for (const auto& rule : survey.rules) {
      const std::string one =
          fmt::format(" {} {}{}", rule.first, rule.second, rule.first == survey.rules.rbegin()->first ? "." : ",");
      if (width + one.size() > 118) {
        said += "\n#";
        width = 1;
      }
      said += one;
      width += one.size();
    }
    text += said + "\n";
  }
  text += "#rules:\n#  unsigned-function: error\n#  unknown-signing: warning\n\n";
  text +=
      "# Rules whose findings no comment and no Metadata of a template may allow.\n#unsuppressible:\n#  - "
      "signing-bypass-allowed\n\n"
      "# What is not searched, as lines of a .gitignore beside this file.\n#exclude:\n" +
      suggested(survey.test_folders, "  ", "tests/") +
      "\n# What the team approves of; any other config or publisher is then a finding. ARNs, in which * stands for "
      "any\n"
      "# characters, or logical IDs of resources in the templates.\n#approved:\n#  configs:\n" +
      suggested(survey.configs, "    ", "arn:aws:lambda:*:210987654321:code-signing-config:*") + "#  publishers:\n" +
      suggested(survey.publishers, "    ", "arn:aws:signer:*:210987654321:/signing-profiles/*");
  text +=
      "\n# Who publishes layers for others, and whether they are signed. It stands before what the program knows.\n"
      "#publishers:\n";
  if (survey.layer_accounts.empty()) survey.layer_accounts.insert("210987654321");
  for (const std::string& account : survey.layer_accounts)
    text += fmt::format("#  - name: account {0}\n#    accounts: [\"{0}\"]\n#    signs: unknown\n", account);
  text +=
      "\n# Values that parameters have in every deployment of these templates.\n#parameters:\n#  Environment: prod\n\n"
      "# How transform signs, where its options do not say otherwise.\n#transform:\n#  policy: warn\n";
  text += survey.sources.empty() ? "#  config-from: template\n"
                                 : fmt::format("#  config-from: {}\n", *survey.sources.begin());
  return text + "#  place: functions\n";
}

int init_command(const InputOptions& options, const World& world) {
  const std::string path(policy_name);
  std::error_code error;
  if (std::filesystem::exists(path, error))
    throw WorldError(fmt::format("{}: is there already; edit it, or remove it to begin anew", path));
  const Inputs inputs = read_inputs(options, world);
  create_file(path, initial_policy(inputs));
  world.err(fmt::format("written: {}\n", path));
  return inputs.world_was_wrong ? world_is_wrong : done;
}

}  // namespace codesign
