// The .gitignore files around a place in a walk, where git itself is not at hand.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/path_patterns.h"

namespace codesign {

class IgnoreFiles {
 public:
  // Begins at a folder, without links and dots, with what stands in the folders around it: as far as its repository
  // reaches, or, without one, the working folder. A folder that they ignore was named all the same: then they do not
  // count. What cannot be used is reported to `errors`.
  IgnoreFiles(const std::filesystem::path& folder, std::vector<std::string>& errors);

  // While it lives, the .gitignore of `folder` counts, which lies at `path` from the first folder, "" for itself.
  class Entered {
   public:
    Entered(IgnoreFiles& files, const std::filesystem::path& folder, std::string_view path);
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    ~Entered();

   private:
    IgnoreFiles& files_;
    std::size_t before_;
  };

  // `path` from the first folder, whose folders have been entered.
  bool ignore(std::string_view path, bool is_folder) const;

 private:
  struct Level {
    PathPatterns patterns;
    std::size_t skipped;  // of a path, in bytes, up to the folder of the patterns
  };
  void add(const std::filesystem::path& file, std::size_t skipped);
  bool takes_out(std::string_view path, bool is_folder) const;

  std::vector<std::string>& errors_;
  std::string prefix_;  // of every path: from the outermost folder to the first one, "" or with a "/" behind it
  std::vector<Level> levels_;
};

}  // namespace codesign
