// A real git repository in a scratch folder.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "cli/child_process.h"

namespace codesign {

using Names = std::vector<std::string>;

// What git prints; it must work.
inline std::string git(const Names& words) {
  Names all{"git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"};
  all.insert(all.end(), words.begin(), words.end());
  const auto result = run_program(all);
  REQUIRE(result);
  CAPTURE(result->err);
  REQUIRE(result->exit_code == 0);
  return result->out;
}

// In the working folder.
inline void make_repository() {
  git({"init", "-q", "-b", "main"});
}

inline void commit_all() {
  git({"add", "--all"});
  git({"commit", "-q", "--allow-empty", "-m", "a step"});
}

// While it lives, no git is found.
class WithoutGit {
 public:
  WithoutGit() : path_(std::getenv("PATH")) { ::setenv("PATH", "/nowhere", 1); }
  WithoutGit(const WithoutGit&) = delete;
  WithoutGit& operator=(const WithoutGit&) = delete;
  ~WithoutGit() { ::setenv("PATH", path_.c_str(), 1); }

 private:
  std::string path_;
};

}  // namespace codesign
