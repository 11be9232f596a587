#include "cli/signing_options.h"

#include <algorithm>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include "cli/files.h"
#include "graph/arn.h"
#include "graph/graph.h"
#include "graph/pattern.h"
#include "lint/lint.h"
#include "report/text.h"
#include "template/spelling.h"

namespace codesign {
namespace {

constexpr std::string_view sources =
    "template, arn=ARN, parameter[=NAME], optional-parameter[=NAME], import=EXPORT, ssm=PATH or "
    "stack-output=STACK.OUTPUT";

// AWS CloudFormation User Guide, template anatomy: letters and digits.
void require_logical_id(std::string_view option, std::string_view name) {
  constexpr std::size_t most = 255;
  if (name.empty() || name.size() > most || matches_pattern(name, "^[a-zA-Z0-9]+$") != true)
    throw WorldError(fmt::format("{}{}\"{}\" is not a name of CloudFormation: those are letters and digits, at most {}",
                                 option, option.ends_with('=') ? "" : " ", printable(name), most));
}

ConfigSource read_source(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string kind = text.substr(0, equals);
  ConfigSource source{.name = equals == std::string::npos ? std::string() : text.substr(equals + 1)};
  const auto need = [&](std::string_view what, std::string_view example) {
    throw WorldError(fmt::format("--config-from {} needs {}: --config-from {}={}", kind, what, kind, example));
  };
  const bool is_given = equals != std::string::npos;
  if (kind == "template") {
    if (is_given)
      throw WorldError("--config-from template takes no name: it is the config of the template, or a new one");
  } else if (kind == "arn") {
    source.kind = ConfigSource::Kind::arn;
    if (!is_code_signing_config_arn(source.name))
      need("the ARN of a code signing config",
           "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0");
  } else if (kind == "parameter" || kind == "optional-parameter") {
    source.kind = kind == "parameter" ? ConfigSource::Kind::parameter : ConfigSource::Kind::optional_parameter;
    if (is_given) require_logical_id("--config-from " + kind + "=", source.name);
  } else if (kind == "import") {
    source.kind = ConfigSource::Kind::import;
    // AWS CloudFormation User Guide, Outputs: alphanumeric characters, colons and hyphens. Others are seen in use.
    if (matches_pattern(source.name, "^[a-zA-Z0-9:._/-]+$") != true)
      need("the name of an export", "CodeSigningConfigArn");
  } else if (kind == "ssm") {
    source.kind = ConfigSource::Kind::ssm;
    // AWS CloudFormation User Guide, dynamic references: name, and a version behind a colon.
    if (matches_pattern(source.name, "^[a-zA-Z0-9_./-]+(:[0-9]+)?$") != true)
      need("the name of a parameter of Systems Manager", "/platform/code-signing-config");
  } else if (kind == "stack-output") {
    source.kind = ConfigSource::Kind::stack_output;
    const std::size_t dot = source.name.find('.');
    if (dot != std::string::npos) {
      source.output = source.name.substr(dot + 1);
      source.name.resize(dot);
    }
    if (matches_pattern(source.name, "^[a-zA-Z][a-zA-Z0-9-]*$") != true ||
        matches_pattern(source.output, "^[a-zA-Z0-9]+$") != true)
      need("a stack and one of its outputs", "CodeSigning.ConfigArn");
  } else {
    throw WorldError(fmt::format("--config-from {} is not one of {}", printable(text), sources));
  }
  return source;
}

void require_publishers_fit(const SigningOptions& options, const ConfigSource& source) {
  if (!options.publisher_parameter.empty() && (!options.publishers.empty() || !options.create_profile.empty()))
    throw WorldError(
        "--publisher-parameter is the whole list of publishers: it does not go with --publisher or "
        "--create-profile");
  const bool names_publishers = !options.publisher_parameter.empty() || !options.create_profile.empty();
  if (source.kind != ConfigSource::Kind::in_template && names_publishers)
    throw WorldError(
        fmt::format("--config-from {} takes a config that is there: --publisher-parameter and "
                    "--create-profile are for a new one",
                    printable(options.config_from.value_or(""))));
  if (!options.create_profile.empty() && options.policy.value_or("") == "enforce")
    throw WorldError(
        "--create-profile goes with --policy warn: nothing can be signed with a profile before its stack is deployed, "
        "so "
        "the first deployment would be refused; deploy, sign, and then run transform --policy enforce");
}

}  // namespace

void add_signing(CLI::App& app, SigningOptions& options) {
  app.add_option("--policy", options.policy,
                 "What new configs do with unsigned code; enforce also promotes configs that only warn (default: warn)")
      ->type_name("enforce|warn");
  app.add_option(
         "--config-from", options.config_from,
         fmt::format("Where functions take their code signing config from: {} (default: template, which uses the "
                     "config that is there, or adds one)",
                     sources))
      ->type_name("SOURCE");
  app.add_option("--place", options.place,
                 "Where SAM functions name it: each of them, or Globals once; cfn-lint from 1.54 on refuses it in "
                 "Globals (default: functions)")
      ->type_name("functions|globals");
  app.add_option("--publisher", options.publishers,
                 "Version ARN of a signing profile that a new config allows, and that a config must allow for a layer; "
                 "repeat it for more. Without one, a new config takes them from a parameter")
      ->type_name("ARN")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--publisher-parameter", options.publisher_parameter,
                 "The parameter that a new config takes its publishers from; it is added if it is not there (default: "
                 "SigningProfileVersionArns)")
      ->type_name("NAME");
  app.add_option(
         "--create-profile", options.create_profile,
         "Add a signing profile of this logical ID, whose versions a new config allows; it is retained when the "
         "stack is deleted")
      ->type_name("NAME");
  for (const char* name : {"--publisher-parameter", "--create-profile"})
    app.get_option(name)->check([](const std::string& text) { return text.empty() ? "a name is needed" : ""; });
  app.add_flag("--alarm", options.alarm,
               "Add a CloudWatch alarm on SignatureValidationErrors to templates whose configs warn");
  app.add_option("--only", options.only, "Carry out the repairs of this rule only; repeat it for more")
      ->type_name("RULE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--unsafe", options.unsafe,
               "Also carry out repairs that remove a resource, or that rest on a guess at what a word should be");
}

SigningOptions with_defaults(SigningOptions given, const SigningOptions& defaults) {
  if (!given.policy) given.policy = defaults.policy;
  if (!given.config_from) given.config_from = defaults.config_from;
  if (!given.place) given.place = defaults.place;
  given.alarm |= defaults.alarm;
  if (given.publishers.empty() && given.publisher_parameter.empty() && given.create_profile.empty()) {
    given.publishers = defaults.publishers;
    given.publisher_parameter = defaults.publisher_parameter;
    given.create_profile = defaults.create_profile;
  }
  return given;
}

SigningOptions read_signing_options(const std::vector<std::string>& words) {
  CLI::App app;
  SigningOptions options;
  add_signing(app, options);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    throw WorldError(error.what());
  }
  return options;
}

SigningWishes signing_wishes(const SigningOptions& options) {
  const auto require_one_of = [](std::string_view option, const std::string& word, std::string_view a,
                                 std::string_view b) {
    if (word != a && word != b)
      throw WorldError(fmt::format("{}: \"{}\" is not one of {}|{}", option, printable(word), a, b));
  };
  const std::string policy = options.policy.value_or("warn"), place = options.place.value_or("functions");
  require_one_of("--policy", policy, "enforce", "warn");
  require_one_of("--place", place, "functions", "globals");
  SigningWishes wishes{.enforce = policy == "enforce",
                       .publisher_parameter = options.publisher_parameter,
                       .new_profile = options.create_profile,
                       .source = read_source(options.config_from.value_or("template")),
                       .in_globals = place == "globals",
                       .alarm = options.alarm,
                       .unsafe = options.unsafe};
  require_publishers_fit(options, wishes.source);
  if (!wishes.publisher_parameter.empty()) require_logical_id("--publisher-parameter", wishes.publisher_parameter);
  if (!wishes.new_profile.empty()) require_logical_id("--create-profile", wishes.new_profile);
  for (const std::string& publisher : options.publishers) {
    if (!is_signing_profile_version_arn(publisher))
      throw WorldError(
          fmt::format("--publisher {} is not the version ARN of a signing profile; one looks like "
                      "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/MyProfile/AbCdEfGh12",
                      printable(publisher)));
    if (const auto account = read_arn(publisher)->account; is_example_account(account))
      throw WorldError(fmt::format("--publisher {}: {} is an account of AWS's examples; name your own signing profile",
                                   printable(publisher), account));
    if (std::find(wishes.publishers.begin(), wishes.publishers.end(), publisher) == wishes.publishers.end())
      wishes.publishers.push_back(publisher);
  }
  const std::size_t publishers = wishes.publishers.size() + !wishes.new_profile.empty();
  if (publishers > SigningConfig::most_publishers)
    throw WorldError(fmt::format("{} publishers are given; a code signing config takes at most {}", publishers,
                                 SigningConfig::most_publishers));
  for (const std::string& name : options.only) {
    const Rule* rule = find_rule(name);
    if (!rule)
      throw WorldError(fmt::format("--only {}: there is no such rule; cfn-codesign rules lists them", printable(name)));
    if (rule->repair == Repair::none)
      throw WorldError(fmt::format("--only {}: transform has no repair for it; cfn-codesign explain {} says what to do",
                                   name, name));
    wishes.only.insert(name);
  }
  // Who asks for one repair alone asks for it.
  if (wishes.only.contains("warning-without-alarm")) wishes.alarm = true;
  return wishes;
}

}  // namespace codesign
