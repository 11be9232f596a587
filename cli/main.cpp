#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "cli/files.h"
#include "cli/run.h"
#include "template/parse.h"

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

int main(int count, char** words) {
  // A file that grows beyond what `ulimit -f` allows is an error of write like any other.
  std::signal(SIGXFSZ, SIG_IGN);
  // Every CI service sets CI; what it shows is a log, whatever it pretends to be.
  const bool shows_progress = ::isatty(STDERR_FILENO) == 1 && variable("CI").empty();
  const auto write_error = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
  const codesign::World world{
      .out = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); },
      .err = write_error,
      .read_input = [] { return codesign::read_file("/dev/stdin", codesign::max_file_bytes); },
      .progress = shows_progress ? write_error : std::function<void(std::string_view)>(),
      .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
      .no_color = !variable("NO_COLOR").empty(),
      .in_github_actions = variable("GITHUB_ACTIONS") == "true",
      .in_gitlab_ci = variable("GITLAB_CI") == "true",
  };
  const int code = codesign::run({words + 1, words + count}, world);
  // Output that did not arrive, on a full disk for example, must not look like success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("cfn-codesign: standard output cannot be written\n", stderr);
    return codesign::world_is_wrong;
  }
  return code;
}
