#include <fmt/core.h>

#include "report/usage.h"

namespace codesign {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view separator = " ") {
  std::string result;
  for (const std::string& word : words) result += (result.empty() ? "" : std::string(separator)) + word;
  return result;
}

// In single quotes, which every one of the shells reads as it stands but for the quote itself.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string escaped(std::string_view text, std::string_view characters) {
  std::string result;
  for (const char c : text) {
    if (characters.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::vector<std::string> names_of(const std::vector<UsageOption>& options) {
  std::vector<std::string> names;
  for (const UsageOption& option : options) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> names_of(const std::vector<Usage>& commands) {
  std::vector<std::string> names;
  for (const Usage& command : commands) names.push_back(command.name);
  return names;
}

// --- bash

// What comes after an option of `command`; nothing for flags, which take no value.
std::string values_for_bash(const Usage& command) {
  std::string cases;
  for (const UsageOption& option : command.options) {
    if (option.value.empty() || option.names.empty()) continue;
    cases += fmt::format("    {})", quoted(command.name + " " + option.names.back()));
    if (!option.words.empty()) cases += " words=" + quoted(joined(option.words));
    if (option.is_path) cases += " files=yes";
    cases += " ;;\n";
  }
  return cases;
}

// What else a command takes: its options where a word begins with "-", its arguments elsewhere.
std::string arguments_for_bash(const Usage& command, const std::string& name) {
  std::vector<std::string> words = names_of(command.commands);
  bool takes_files = false;
  for (const UsageOption& option : command.options) {
    if (!option.names.empty()) continue;
    words.insert(words.end(), option.words.begin(), option.words.end());
    takes_files |= option.is_path;
  }
  return fmt::format("      {}-*) words={} ;;\n      {}*) words={}{} ;;\n", quoted(name + " "),
                     quoted(joined(names_of(command.options))), quoted(name + " "), quoted(joined(words)),
                     takes_files ? " files=yes" : "");
}

// --- fish

std::string option_for_fish(const std::string& program, const std::string& condition, const UsageOption& option) {
  std::string line = fmt::format("complete -c {} -n {}", program, quoted(condition));
  for (const std::string& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.words.empty()) line += " -a " + quoted(joined(option.words));
  if (!option.names.empty() && !option.value.empty()) line += option.is_path ? " -r -F" : " -x";
  if (option.names.empty() && option.is_path) line += " -F";
  return line + " -d " + quoted(escaped(option.description, "\\")) + "\n";
}

// --- zsh

std::string value_for_zsh(const UsageOption& option) {
  std::string action = option.is_path ? "_files" : " ";
  if (!option.words.empty()) action = "(" + joined(option.words) + ")";
  return ":" + escaped(option.value, ":\\") + ":" + action;
}

std::string option_for_zsh(const UsageOption& option) {
  if (option.names.empty())
    return quoted((option.repeats ? "*" : "") + std::string(":") + value_for_zsh(option).substr(1));
  std::string specs;
  for (const std::string& name : option.names) {
    std::string spec = option.repeats ? "*" + name : name;
    if (!option.value.empty() && name.starts_with("--")) spec += "=";
    spec += "[" + escaped(option.description, "[]:\\") + "]";
    if (!option.value.empty()) spec += value_for_zsh(option);
    specs += (specs.empty() ? "" : " ") + quoted(spec);
  }
  return specs;
}

std::string options_for_zsh(const Usage& command, std::string_view indentation) {
  std::string lines;
  for (const UsageOption& option : command.options)
    lines += fmt::format(" \\\n{}{}", indentation, option_for_zsh(option));
  return lines;
}

}  // namespace

std::string bash_completion(const Usage& program) {
  std::string values, arguments;
  for (const Usage& command : program.commands) {
    values += values_for_bash(command);
    arguments += arguments_for_bash(command, command.name);
  }
  return fmt::format(R"bash(# Completion of {0} for bash. Written by: {0} completion bash
_cfn_codesign() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} command='' words='' files='' word
  # Bash takes --option=value for three words.
  if [[ $before == = ]]; then before=${{COMP_WORDS[COMP_CWORD - 2]}}; fi
  if [[ $current == = ]]; then current=''; fi
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD - 1}}"; do
    case $word in {1}) command=$word; break ;; esac
  done
  case "$command $before" in
{2}    *) case "$command $current" in
{3}{4}    esac ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -f -- "$current")
  fi
}}
complete -F _cfn_codesign {0}
)bash",
                     program.name, joined(names_of(program.commands), "|"), values, arguments_for_bash(program, ""),
                     arguments);
}

std::string fish_completion(const Usage& program) {
  std::string text =
      fmt::format("# Completion of {0} for fish. Written by: {0} completion fish\ncomplete -c {0} -f\n", program.name);
  for (const UsageOption& option : program.options)
    text += option_for_fish(program.name, "__fish_use_subcommand", option);
  for (const Usage& command : program.commands)
    text += fmt::format("complete -c {} -n __fish_use_subcommand -a {} -d {}\n", program.name, command.name,
                        quoted(escaped(command.description, "\\")));
  for (const Usage& command : program.commands)
    for (const UsageOption& option : command.options)
      text += option_for_fish(program.name, "__fish_seen_subcommand_from " + command.name, option);
  return text;
}

std::string zsh_completion(const Usage& program) {
  std::string commands, arguments;
  for (const Usage& command : program.commands) {
    commands += fmt::format("    {}\n", quoted(command.name + ":" + escaped(command.description, ":\\")));
    arguments += fmt::format("    {}) _arguments -s{} ;;\n", command.name, options_for_zsh(command, "      "));
  }
  return fmt::format(R"zsh(#compdef {0}
# Completion of {0} for zsh. Written by: {0} completion zsh
_cfn-codesign() {{
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
{1}  )
  _arguments -C{2} \
    '1:command:->command' \
    '*::argument:->argument'
  if [[ $state == command ]]; then
    _describe command commands
    return
  fi
  [[ $state == argument ]] || return
  case $line[1] in
{3}  esac
}}
if [[ $funcstack[1] == _cfn-codesign ]]; then
  _cfn-codesign "$@"
else
  compdef _cfn-codesign {0}
fi
)zsh",
                     program.name, commands, options_for_zsh(program, "    "), arguments);
}

}  // namespace codesign
