// Whole programs, run and measured.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace codesign::benchmarks {

using Words = std::vector<std::string>;

struct Run {
  double seconds = 0;   // by the clock, from the start of the process to its end
  double peak_mib = 0;  // of resident memory
  int exit_code = 0;
};

// Runs `words`, found by PATH, with all output thrown away. Throws std::runtime_error if it cannot be started, or ends
// by a signal.
Run run(const Words& words);

// The instructions that a program takes from start to end, by valgrind; nothing without valgrind.
std::optional<double> instructions_of(const Words& words);

bool is_installed(const std::string& program);

}  // namespace codesign::benchmarks
