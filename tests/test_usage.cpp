// What is written of the options, compared with what --help says: the manual page, and completion for each shell.
// tests/completion.sh tries it in the shells themselves.
#include <doctest/doctest.h>

#include <sstream>

#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

struct Help {
  std::string command;               // empty: the program
  std::vector<std::string> options;  // "--format"
};

// By the words of the help that CLI11 prints: its lines begin with "  --name" or "  -n,--name".
std::vector<std::string> options_in(const std::string& help) {
  std::vector<std::string> options;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("--");
    if (!line.starts_with("  -") || at > line.find(' ', 2)) continue;
    options.push_back(line.substr(at, line.find(' ', at) - at));
  }
  return options;
}

std::vector<Help> all_help() {
  const std::string help = run_with({"--help"}).out;
  std::vector<Help> all{{"", options_in(help)}};
  std::istringstream lines(help.substr(help.find("Subcommands:\n") + 13));
  for (std::string line; std::getline(lines, line) && line.starts_with("  ");) {
    if (line[2] == ' ') continue;
    const std::string command = line.substr(2, line.find(' ', 2) - 2);
    all.push_back({command, options_in(run_with({command, "--help"}).out)});
  }
  return all;
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  return text.substr(at, text.find(end, at + begin.size()) - at);
}

std::string all_replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

TEST_SUITE("usage") {
  TEST_CASE("every command and option of --help is in the manual page and in every completion") {
    const std::string page = all_replaced(run_with({"man"}).out, "\\-", "-"),
                      bash = run_with({"completion", "bash"}).out, fish = run_with({"completion", "fish"}).out,
                      zsh = run_with({"completion", "zsh"}).out;
    const std::vector<Help> all = all_help();
    CHECK(all.size() >= 9);
    for (const Help& help : all) {
      const std::string& command = help.command;
      CAPTURE(command);
      CHECK(help.options.size() >= 2);  // --help, --version
      const std::string in_page = command.empty()
                                      ? between(page, ".SH OPTIONS", ".SH COMMANDS")
                                      : between(page, ".SS \\fBcfn-codesign\\fR \\fB" + command + "\\fR", "\n.S");
      const std::string in_bash = between(bash, "      '" + command + " '-*)", ";;");
      const std::string in_zsh = command.empty() ? between(zsh, "_arguments -C", "'1:command")
                                                 : between(zsh, "    " + command + ") _arguments", ";;");
      for (const std::string& option : help.options) {
        CAPTURE(option);
        CHECK(mentions(in_page, "\\fB" + option + "\\fR"));
        CHECK((mentions(in_bash, option + " ") || mentions(in_bash, option + "'")));
        CHECK((mentions(in_zsh, option + "[") || mentions(in_zsh, option + "=[")));
        const std::string condition =
            command.empty() ? "'__fish_use_subcommand'" : "'__fish_seen_subcommand_from " + command + "'";
        bool is_in_fish = false;
        std::istringstream lines(fish);
        for (std::string line; std::getline(lines, line);)
          is_in_fish |= mentions(line, condition) && mentions(line, " -l " + option.substr(2) + " ");
        CHECK(is_in_fish);
      }
      if (command.empty()) continue;
      CHECK(mentions(fish, "-a " + command + " "));
      CHECK(mentions(between(zsh, "commands=(", "\n  )"), "'" + command + ":"));
    }
  }
}

}  // namespace codesign
