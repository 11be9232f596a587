// How the program is used, as data. cli/usage.cpp reads it off the program's own options; what is written of them here,
// a manual page and completions for shells, therefore cannot drift from what the program takes.
#pragma once

#include <string>
#include <vector>

namespace codesign {

struct UsageOption {
  std::vector<std::string> names;  // "-h", "--help"; none for what is told by its place
  std::string value;               // "FILE", "json|text"; empty: a flag
  std::string description;
  std::vector<std::string> words;  // all that the value may be, where they are few; empty: anything
  bool is_path = false;            // the value can be a file
  bool is_required = false;
  bool repeats = false;
};

struct Usage {
  std::string name;
  std::string description;
  std::vector<UsageOption> options;
  std::vector<Usage> commands = {};  // of the program alone
};

std::string bash_completion(const Usage& program);
std::string fish_completion(const Usage& program);
std::string zsh_completion(const Usage& program);

// In roff, for man(1).
std::string man_page(const Usage& program, std::string_view version, std::string_view exit_codes);

}  // namespace codesign
