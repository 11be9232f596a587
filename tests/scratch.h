// The whole program, in process, in a folder of its own.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/run.h"

namespace codesign {

struct Outcome {
  int code;
  std::string out, err;
};

inline Outcome run_with(const std::vector<std::string>& arguments, const std::string& input = "", bool terminal = false,
                        bool no_color = false) {
  Outcome outcome{};
  outcome.code = run(arguments, {.out = [&](std::string_view text) { outcome.out += text; },
                                 .err = [&](std::string_view text) { outcome.err += text; },
                                 .read_input = [&] { return input; },
                                 .out_is_terminal = terminal,
                                 .no_color = no_color});
  return outcome;
}

// A folder that is the working folder while this lives.
class WorkingFolder {
 public:
  explicit WorkingFolder(const std::filesystem::path& folder) : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(folder);
  }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;
  ~WorkingFolder() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_;
};

// A folder of its own, which is the working folder while it lives.
class Scratch {
 public:
  Scratch() : folder_(std::filesystem::temp_directory_path() / ("cfn-codesign-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    working_.emplace(folder_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    working_.reset();
    std::filesystem::remove_all(folder_);
  }
  void write(const std::string& name, const std::string& text) const {
    if (const std::filesystem::path parent = std::filesystem::path(name).parent_path(); !parent.empty())
      std::filesystem::create_directories(parent);
    std::ofstream(name, std::ios::binary) << text;
  }

 private:
  std::filesystem::path folder_;
  std::optional<WorkingFolder> working_;
};

// With the first `what` replaced, which has to be there.
inline std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  if (at == std::string::npos) throw std::logic_error("there is nothing to replace");
  return text.replace(at, what.size(), with);
}

inline bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace codesign
