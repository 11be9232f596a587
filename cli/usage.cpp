#include "cli/usage.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "lint/lint.h"
#include "report/scaffold.h"

namespace codesign {
namespace {

// Choices are written with bars between them: "json|text".
std::vector<std::string> choices_of(const std::string& value) {
  const bool are_choices =
      std::all_of(value.begin(), value.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '|'; });
  return are_choices && value.find('|') != std::string::npos ? CLI::detail::split(value, '|')
                                                             : std::vector<std::string>();
}

// All that a value may be, as its option tells, or else its name.
std::vector<std::string> words_for(const CLI::Option& option, const CLI::App& command, const std::string& value) {
  std::vector<std::string> words = choices_of(option.get_type_name());
  if (value == "RULE")
    for (const Rule* rule : all_rules()) words.emplace_back(rule->id);
  if (value == "NAME" && command.get_name() == "scaffold")
    for (const Scaffold& scaffold : scaffolds()) words.emplace_back(scaffold.name);
  return words;
}

UsageOption usage_of(const CLI::Option& option, const CLI::App& command) {
  UsageOption usage{.description = option.get_description()};
  for (const std::string& name : option.get_snames()) usage.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) usage.names.push_back("--" + name);
  if (option.get_positional())
    usage.value = option.get_name(true);
  else if (option.get_type_size() != 0)
    usage.value = option.get_type_name();
  usage.words = words_for(option, command, usage.value);
  usage.is_path = usage.value == "PATH" || usage.value.find("FILE") != std::string::npos;
  usage.is_required = option.get_required();
  usage.repeats = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll ||
                  option.get_items_expected_max() >= CLI::detail::expected_max_vector_size;
  return usage;
}

}  // namespace

Usage usage_of(const CLI::App& program) {
  Usage usage{.name = program.get_name(), .description = program.get_description(), .options = {}};
  for (const CLI::Option* option : program.get_options()) usage.options.push_back(usage_of(*option, program));
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
    usage.commands.push_back(usage_of(*command));
  return usage;
}

}  // namespace codesign
