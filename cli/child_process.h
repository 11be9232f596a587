// Other programs, run without a shell. What is POSIX stands in child_process.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace codesign {

struct ProgramResult {
  int exit_code = 0;  // of a program that a signal ended: 128 and the signal
  std::string out, err;
};

// Runs a program of PATH with these words, the first its name, in the environment of this one, with nothing to read,
// and waits for it. Nothing where it cannot be started.
std::optional<ProgramResult> run_program(const std::vector<std::string>& words);

}  // namespace codesign
