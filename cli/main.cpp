#include <unistd.h>
#include <cstdio>
#include <cstdlib>

#include "cli/files.h"
#include "cli/run.h"
#include "template/parse.h"

int main(int count, char** words) {
  const char* no_color = std::getenv("NO_COLOR");
  const codesign::World world{
      .out = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); },
      .err = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); },
      .read_input = [] { return codesign::read_file("/dev/stdin", codesign::max_file_bytes); },
      .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
      .no_color = no_color != nullptr && *no_color != '\0',
  };
  const int code = codesign::run({words + 1, words + count}, world);
  // Output that did not arrive, on a full disk for example, must not look like success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("cfn-codesign: standard output cannot be written\n", stderr);
    return codesign::world_is_wrong;
  }
  return code;
}
