// The program: options in, texts and an exit code out. Everything it does to the world goes through World, so that
// tests can run it whole.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace codesign {

struct World {
  // Whole lines. In GitHub Actions `run` breaks in them what would be a command.
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> err;
  std::function<std::string()> read_input;  // all of standard input
  // Draws on the line that the user looks at, from any thread, but one at a time; empty: nobody looks. Nothing is drawn
  // in runs that are shorter.
  std::function<void(std::string_view)> progress = {};
  std::chrono::milliseconds progress_after{1000};
  // Set by `run`: `out` for what another program reads to the byte, and `err` for commands to GitHub Actions.
  std::function<void(std::string_view)> exact = {}, command = {};
  bool out_is_terminal = false;
  bool no_color = false;           // NO_COLOR is set and not empty
  bool in_github_actions = false;  // GITHUB_ACTIONS is true
  bool in_gitlab_ci = false;       // GITLAB_CI is true
};

enum ExitCode : int { done = 0, has_findings = 1, world_is_wrong = 2 };

// `arguments` without the program's name.
int run(const std::vector<std::string>& arguments, const World& world);

}  // namespace codesign
