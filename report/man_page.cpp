#include <fmt/core.h>

#include "report/usage.h"

namespace codesign {
namespace {

// Text as roff reads it back: no character commands anything.
std::string plain(std::string_view text) {
  std::string result;
  if (text.starts_with('.') || text.starts_with('\'')) result = "\\&";
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else
      result += c;
  }
  return result;
}

std::string_view without_full_stop(std::string_view text) {
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

std::string bold(std::string_view text) {
  return "\\fB" + plain(text) + "\\fR";
}
std::string italic(std::string_view text) {
  return "\\fI" + plain(text) + "\\fR";
}

// "[PATH]..."
std::string placed(const UsageOption& option) {
  std::string text = italic(option.value);
  if (!option.is_required) text = "[" + text + "]";
  return option.repeats ? text + "..." : text;
}

std::string synopsis(const Usage& program, const Usage& command) {
  std::string line = bold(program.name) + " " + bold(command.name) + " [" + italic("OPTION") + "]...";
  for (const UsageOption& option : command.options)
    if (option.names.empty()) line += " " + placed(option);
  return line;
}

std::string entry(const UsageOption& option) {
  std::string term;
  for (const std::string& name : option.names) term += (term.empty() ? "" : ", ") + bold(name);
  if (term.empty())
    term = placed(option);
  else if (!option.value.empty())
    term += " " + italic(option.value);
  std::string words;
  if (option.words.size() > 1 && option.value.find('|') == std::string::npos) {
    for (const std::string& word : option.words) words += (words.empty() ? "One of " : ", ") + word;
    words = ".br\n" + plain(words) + "\n";
  }
  return fmt::format(".TP\n{}\n{}\n{}", term, plain(option.description), words);
}

}  // namespace

std::string man_page(const Usage& program, std::string_view version, std::string_view exit_codes) {
  std::string page = fmt::format(
      ".\\\" Written by: {0} man\n.TH {1} 1 \"\" \"{0} {2}\" \"User Commands\"\n.SH NAME\n{1} \\- {3}\n.SH SYNOPSIS\n",
      program.name, plain(program.name), version, plain(without_full_stop(program.description)));
  for (const Usage& command : program.commands)
    page += (&command == &program.commands.front() ? "" : ".br\n") + synopsis(program, command) + "\n";
  page += ".SH OPTIONS\n";
  for (const UsageOption& option : program.options) page += entry(option);
  page += ".SH COMMANDS\n";
  for (const Usage& command : program.commands) {
    page += fmt::format(".SS {}\n{}.\n", synopsis(program, command), plain(command.description));
    for (const UsageOption& option : command.options) page += entry(option);
  }
  page += fmt::format(".SH EXIT STATUS\n{}\n", plain(exit_codes));
  page += ".SH ENVIRONMENT\n.TP\n" + bold("NO_COLOR") + "\nIf set and not empty, nothing is coloured.\n";
  return page;
}

}  // namespace codesign
