#include "cli/run.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <new>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/init.h"
#include "cli/plan.h"
#include "cli/usage.h"
#include "report/report.h"
#include "report/scaffold.h"
#include "report/text.h"
#include "version.h"

namespace codesign {
namespace {

constexpr std::string_view exit_codes =
    "Exit codes: 0 nothing to report, 1 findings (or, with transform --check, something to change), 2 the world is "
    "wrong: a bad "
    "option, an unreadable file.";

enum class Shell : std::uint8_t { bash, fish, zsh };

struct Options {
  LintOptions lint;
  TransformOptions transform;
  GraphOptions graph;
  RulesOptions rules;
  PlanOptions plan;
  InputOptions init;
  std::string rule;
  ScaffoldOptions scaffold;
  Shell shell = Shell::bash;
};

void add_version(CLI::App& app) {
  app.set_version_flag("--version", "cfn-codesign " CODESIGN_VERSION, "Print the version and exit");
}

// `Target` is the Enum, or an optional of it.
template <typename Enum, typename Target>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Target& into, std::map<std::string, Enum> choices,
                        const std::string& description) {
  std::string words;
  for (const auto& [word, value] : choices) words += (words.empty() ? "" : "|") + word;
  return app
      .add_option_function<std::string>(
          name,
          [&into, choices, name, words](const std::string& word) {
            const auto found = choices.find(word);
            if (found == choices.end()) throw CLI::ValidationError(name, "\"" + word + "\" is not one of " + words);
            into = found->second;
          },
          description)
      ->type_name(words);
}

void add_profile(CLI::App& app, InputOptions& options) {
  app.add_flag("--no-suppressions", options.no_suppressions,
               "Report what comments and Metadata in the templates allow, too: for auditors");
  add_choice<Profile>(
      app, "--profile", options.profile,
      {{"default", Profile::standard}, {"strict", Profile::strict}, {"guardrail", Profile::guardrail}},
      "What to report. default: what is wrong; strict: also hints, and what a template does not tell; guardrail: "
      "also IAM statements that leave a way around code signing (default: default)");
}

void add_search(CLI::App& app, InputOptions& options) {
  app.add_option(
         "--exclude", options.exclude,
         "Leave out what is found and matches, as a line of .gitignore in the folder you are in would; repeat it "
         "for more")
      ->type_name("GLOB")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--force-exclude", options.force_exclude, "Leave it out even where it is named as a PATH");
  app.add_flag("--no-ignore", options.no_ignore, "Search what git ignores, too");
  app.add_option("--stdin-filename", options.stdin_filename,
                 "What standard input is called; its neighbours are looked for beside that path")
      ->type_name("PATH")
      ->expected(1)
      ->allow_extra_args(false);
  app.add_flag("--verbose", options.verbose, "Name the files that are passed over, and why");
  CLI::Option* list = app.add_flag("--list-files", options.list_files, "Print the templates, a line each, and exit");
  app.add_flag("-0,--null", options.null, "With --list-files: a zero byte behind each, not a line break")->needs(list);
}

void add_inputs(CLI::App& app, InputOptions& options) {
  app.add_option("--config", options.config,
                 "The configuration file of all templates, instead of the .cfn-codesign.yaml nearest to each")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false);
  app.add_option(
      "PATH", options.paths,
      "Templates; folders, which are searched; patterns, such as 'services/**/template.y*ml'; - for standard "
      "input. Without one: the folder you are in");
  add_search(app, options);
  app.add_flag("--templates-only", options.templates_only,
               "Pass over what cannot be read and does not look like a template, even where it is named: for hooks");
  app.add_option("--parameters", options.parameters,
                 "Parameters that are fixed, so that the answer is for that deployment: NAME=VALUE, a parameter file "
                 "of CloudFormation, "
                 "or samconfig.toml; repeat it for more")
      ->type_name("FILE|NAME=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_reports(CLI::App& app, ReportOptions& options) {
  std::map<std::string, ReportFormat> formats;
  for (const auto& [name, format] : report_formats()) formats.emplace(name, format);
  add_choice<ReportFormat>(app, "--format", options.format, formats,
                           "What is printed on standard output (default: text)");
  app.add_option("--output", options.outputs,
                 "Write a report to a file as well, also where there is one; FORMAT is one of --format; repeat it for "
                 "more")
      ->type_name("FORMAT=FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_changed_since(CLI::App& app, InputOptions& options) {
  app.add_option("--changed-since", options.changed_since,
                 "Only what a change since that revision touches: a branch, a tag or a commit, from where HEAD parted "
                 "from it up to the files as they are")
      ->type_name("REV")
      ->expected(1)
      ->allow_extra_args(false);
}

void add_baseline(CLI::App& app, BaselineOptions& options) {
  CLI::Option* file = app.add_option("--baseline", options.file,
                                     "An earlier report, JSON or SARIF: only findings that it does not have count")
                          ->type_name("FILE")
                          ->expected(1)
                          ->allow_extra_args(false);
  app.add_flag("--update-baseline", options.update,
               "Put what is new into the baseline, and take out what is gone; make it where there is none")
      ->needs(file);
}

// Of those commands that look at templates, `run` or the list of them.
template <typename CommandOptions>
int run_on_templates(const CommandOptions& options, const World& world,
                     int (*run)(const CommandOptions&, const World&)) {
  return options.list_files ? list_files_command(options, world) : run(options, world);
}

// --- the commands

struct Command {
  std::string_view name;
  std::string_view description;
  void (*add_options)(CLI::App& command, Options& options);
  int (*run)(const Options& options, const World& world);
};

void add_lint(CLI::App& lint, Options& all) {
  LintOptions& options = all.lint;
  add_inputs(lint, options);
  add_changed_since(lint, options);
  add_profile(lint, options);
  lint.add_flag_callback(
      "--strict", [&options] { options.profile = Profile::strict; }, "The same as --profile strict");
  add_reports(lint, options.report);
  add_baseline(lint, options.baseline);
  add_choice<FailOn>(
      lint, "--fail-on", options.fail_on,
      {{"note", FailOn::note}, {"warning", FailOn::warning}, {"error", FailOn::error}, {"never", FailOn::never}},
      "The least severity that makes the exit code 1 (default: warning)");
  add_choice<Color>(lint, "--color", options.color,
                    {{"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}},
                    "auto: on a terminal, unless NO_COLOR is set (default: auto)");
}

void add_transform(CLI::App& transform, Options& all) {
  TransformOptions& options = all.transform;
  add_inputs(transform, options);
  add_changed_since(transform, options);
  add_profile(transform, options);
  CLI::Option* write = transform.add_flag("--write", options.write, "Edit the files in place");
  transform.add_flag("--check", options.check, "Change nothing; exit 1 if something would change")->excludes(write);
  add_choice<OutputFormat>(transform, "--format", options.format,
                           {{"text", OutputFormat::text}, {"json", OutputFormat::json}},
                           "text: a diff; json: the edits (default: text)");
  add_signing(transform, options.signing);
}

void add_rules(CLI::App& rules, Options& all) {
  add_choice<RulesFormat>(
      rules, "--format", all.rules.format,
      {{"text", RulesFormat::text}, {"markdown", RulesFormat::markdown}, {"config-schema", RulesFormat::config_schema}},
      "text: a line each; markdown: the whole catalogue; config-schema: the JSON Schema of --config (default: text)");
}

void add_explain(CLI::App& explain, Options& all) {
  explain.add_option("RULE", all.rule, "The rule's name")->required();
}

void add_scaffold(CLI::App& scaffold, Options& all) {
  CLI::Option* list = scaffold.add_flag("--list", all.scaffold.list, "List the scaffolds, a line each");
  scaffold.add_option("NAME", all.scaffold.name, "Which one")->excludes(list);
  scaffold
      .add_option("--output", all.scaffold.output,
                  "Write it to a file that does not exist yet (default: standard output)")
      ->type_name("FILE")
      ->excludes(list);
  scaffold.footer(scaffold_list() + "\n" + std::string(exit_codes));
}

void add_graph(CLI::App& graph, Options& all) {
  GraphOptions& options = all.graph;
  add_inputs(graph, options);
  add_profile(graph, options);
  add_choice<GraphFormat>(graph, "--format", options.format,
                          {{"json", GraphFormat::json},
                           {"dot", GraphFormat::dot},
                           {"mermaid", GraphFormat::mermaid},
                           {"svg", GraphFormat::svg},
                           {"html", GraphFormat::html}},
                          "json: for programs; dot: for Graphviz; mermaid: for Markdown; svg: a picture; html: a page "
                          "to look around in (default: json)");
  graph
      .add_option("--output", options.output,
                  "Write it to this file, also where there is one (default: standard output)")
      ->type_name("FILE");
}

// Its --profile is a signing profile: what is linted does not matter to it.
void add_plan(CLI::App& plan, Options& all) {
  PlanOptions& options = all.plan;
  add_inputs(plan, options);
  plan.add_option("--profile", options.profiles,
                  "The signing profile, with the account that owns it if that is another; with RESOURCE= the one of "
                  "that function or layer alone; repeat it for more")
      ->type_name("[RESOURCE=]NAME[:OWNER]")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  plan.add_flag("--write", options.write, "Put the entry into samconfig.toml beside the template");
  plan.add_option("--config-env", options.environment, "The environment of samconfig.toml (default: default)")
      ->type_name("NAME")
      ->expected(1)
      ->allow_extra_args(false);
  add_choice<OutputFormat>(plan, "--format", options.format,
                           {{"text", OutputFormat::text}, {"json", OutputFormat::json}},
                           "How to show it (default: text)");
}

void add_init(CLI::App& init, Options& all) {
  init.add_option("PATH", all.init.paths, "Templates, and folders, to look at. Without one: the folder you are in");
}

void add_completion(CLI::App& completion, Options& all) {
  add_choice<Shell>(completion, "SHELL", all.shell, {{"bash", Shell::bash}, {"fish", Shell::fish}, {"zsh", Shell::zsh}},
                    "Which shell")
      ->required();
}

int completion_command(const Options& options, const World& world);
int man_command(const Options& options, const World& world);

constexpr std::array commands{
    Command{"lint", "Say which functions accept unsigned code, and why", add_lint,
            [](const Options& all, const World& world) { return run_on_templates(all.lint, world, lint_command); }},
    Command{"transform", "Sign the functions: print a diff, or edit the files", add_transform,
            [](const Options& all, const World& world) {
              return run_on_templates(all.transform, world, transform_command);
            }},
    Command{"rules", "List the rules", add_rules,
            [](const Options& all, const World& world) { return rules_command(all.rules, world); }},
    Command{"explain", "Explain a rule: why, a bad and a good template, the source", add_explain,
            [](const Options& all, const World& world) { return explain_command(all.rule, world); }},
    Command{"scaffold", "Print a complete template to begin with", add_scaffold,
            [](const Options& all, const World& world) { return scaffold_command(all.scaffold, world); }},
    Command{"graph", "Show, or draw, what is understood of templates: functions, layers, configs, profiles", add_graph,
            [](const Options& all, const World& world) { return run_on_templates(all.graph, world, graph_command); }},
    Command{"plan", "Show what must be signed, and what makes SAM CLI sign it", add_plan,
            [](const Options& all, const World& world) { return run_on_templates(all.plan, world, plan_command); }},
    Command{"init", "Write a configuration file to begin with, .cfn-codesign.yaml, from what the templates here say",
            add_init, [](const Options& all, const World& world) { return init_command(all.init, world); }},
    Command{"completion", "Print what completes words of cfn-codesign in a shell", add_completion, completion_command},
    Command{"man", "Print the manual page", [](CLI::App&, Options&) {}, man_command},
};

// With those commands: to describe all takes longer than to lint a small template. An option of the program itself that
// comes first, such as --help, may speak of them all.
template <typename Wanted>
std::unique_ptr<CLI::App> program_with(Options& options, Wanted wanted) {
  auto program = std::make_unique<CLI::App>(
      "Finds AWS Lambda functions that accept unsigned code in SAM and CloudFormation templates, and fixes them.",
      "cfn-codesign");
  program->footer(std::string(exit_codes));
  program->require_subcommand(1);
  add_version(*program);
  for (const Command& command : commands) {
    if (!wanted(command)) continue;
    CLI::App& added = *program->add_subcommand(std::string(command.name), std::string(command.description));
    added.footer(std::string(exit_codes));
    command.add_options(added, options);
    add_version(added);
  }
  return program;
}

Usage usage_of_program() {
  Options unused;
  return usage_of(*program_with(unused, [](const Command&) { return true; }));
}

int completion_command(const Options& options, const World& world) {
  const Usage usage = usage_of_program();
  switch (options.shell) {
    case Shell::bash: world.out(bash_completion(usage)); break;
    case Shell::fish: world.out(fish_completion(usage)); break;
    case Shell::zsh: world.out(zsh_completion(usage));
  }
  return done;
}

int man_command(const Options&, const World& world) {
  world.out(man_page(usage_of_program(), CODESIGN_VERSION, exit_codes));
  return done;
}

// The runner reads both streams, and names and values from templates stand in both.
World guarded(const World& world) {
  World result = world;
  result.exact = world.out;
  result.command = world.err;
  if (!world.in_github_actions) return result;
  result.out = [&world](std::string_view text) { world.out(without_commands(text)); };
  result.err = [&world](std::string_view text) { world.err(without_commands(text)); };
  return result;
}

}  // namespace

int run(const std::vector<std::string>& arguments, const World& given_world) {
  const World world = guarded(given_world);
  Options options;
  const auto is_called = [&](const Command& command) { return !arguments.empty() && arguments[0] == command.name; };
  const bool any_is_called = std::any_of(commands.begin(), commands.end(), is_called);
  const auto program =
      program_with(options, [&](const Command& command) { return !any_is_called || is_called(command); });
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    program->parse(std::move(reversed));
    const std::string parsed = program->get_subcommands().front()->get_name();
    return std::find_if(commands.begin(), commands.end(),
                        [&](const Command& command) { return command.name == parsed; })
        ->run(options, world);
  } catch (const CLI::Success& request) {  // --help, --version
    std::ostringstream out, err;
    program->exit(request, out, err);
    world.out(out.str());
    return done;
  } catch (const CLI::ParseError& error) {
    world.err("cfn-codesign: " + printable(error.what()) + "\nTry cfn-codesign --help.\n");
    return world_is_wrong;
  } catch (const WorldError& error) {
    world.err(std::string("cfn-codesign: ") + error.what() + "\n");
    return world_is_wrong;
  } catch (const std::filesystem::filesystem_error& error) {  // the working folder is gone, for example
    world.err("cfn-codesign: " + printable(error.what()) + "; check the folder you are in, and run this again\n");
    return world_is_wrong;
  } catch (const std::bad_alloc&) {
    world.err("cfn-codesign: there is not enough memory; name fewer or smaller files\n");
    return world_is_wrong;
  }
}

}  // namespace codesign
