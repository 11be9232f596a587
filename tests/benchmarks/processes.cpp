#include "tests/benchmarks/processes.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <regex>
#include <stdexcept>

extern char** environ;

namespace codesign::benchmarks {
namespace {

// `log` takes the standard error.
Run run_with(const Words& words, const char* log) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const auto start = std::chrono::steady_clock::now();
  pid_t process = 0;
  const int error = posix_spawnp(&process, arguments.front(), &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error(words.front() + " cannot be run: " + std::strerror(error));
  int status = 0;
  rusage used{};
  while (wait4(process, &status, 0, &used) < 0)
    if (errno != EINTR) throw std::runtime_error(words.front() + " was lost");
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  if (!WIFEXITED(status)) throw std::runtime_error(words.front() + " ended by a signal");
  return {.seconds = time.count(),
          .peak_mib = static_cast<double>(used.ru_maxrss) / 1024,
          .exit_code = WEXITSTATUS(status)};
}

}  // namespace

Run run(const Words& words) {
  return run_with(words, "/dev/null");
}

std::optional<double> instructions_of(const Words& words) {
  static const bool has_valgrind = is_installed("valgrind");
  if (!has_valgrind) return {};
  const std::string log = (std::filesystem::temp_directory_path() / "cfn-codesign-bench.log").string();
  Words all{"valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"};
  all.insert(all.end(), words.begin(), words.end());
  run_with(all, log.c_str());
  std::ifstream file(log);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::filesystem::remove(log);
  std::smatch found;
  if (!std::regex_search(text, found, std::regex("I +refs: +([0-9,]+)"))) return {};
  return std::stod(std::regex_replace(found[1].str(), std::regex(","), ""));
}

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (std::string folders = path ? path : ""; !folders.empty();) {
    const std::size_t colon = std::min(folders.find(':'), folders.size());
    if (::access((folders.substr(0, colon) + "/" + program).c_str(), X_OK) == 0) return true;
    folders.erase(0, colon + 1);
  }
  return false;
}

}  // namespace codesign::benchmarks
