#include "cli/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

extern char** environ;

namespace codesign {
namespace {

// What the child writes into `into`, this process reads from `from`. Both end with an exec.
struct Pipe {
  int from = -1, into = -1;

  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    from = ends[0];
    into = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(from);
    close(into);
  }
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

// Reads both to their ends, whichever has something: a program that waits for one to be read would never end.
void read_all(Pipe& out, std::string& out_text, Pipe& err, std::string& err_text) {
  std::array<char, 1 << 16> buffer;
  while (out.from >= 0 || err.from >= 0) {
    std::array<pollfd, 2> ends{{{out.from, POLLIN, 0}, {err.from, POLLIN, 0}}};
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].revents == 0) continue;
      Pipe& pipe = i == 0 ? out : err;
      const ssize_t count = ::read(pipe.from, buffer.data(), buffer.size());
      if (count > 0)
        (i == 0 ? out_text : err_text).append(buffer.data(), static_cast<std::size_t>(count));
      else if (count == 0 || errno != EINTR)
        Pipe::close(pipe.from);
    }
  }
}

}  // namespace

std::optional<ProgramResult> run_program(const std::vector<std::string>& words) {
  Pipe out, err;
  if (out.into < 0 || err.into < 0) return {};
  FileActions actions;
  ::posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(actions.get(), out.into, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(actions.get(), err.into, STDERR_FILENO);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawnp(&child, arguments.front(), actions.get(), nullptr, arguments.data(), environ) != 0) return {};
  Pipe::close(out.into);
  Pipe::close(err.into);
  ProgramResult result;
  read_all(out, result.out, err, result.err);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return {};
  constexpr int by_signal = 128;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : by_signal + WTERMSIG(status);
  return result;
}

}  // namespace codesign
