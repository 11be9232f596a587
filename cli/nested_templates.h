// Where the templates lie that others nest by a path.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace codesign {

class NestedTemplates {
 public:
  // `paths`: what the run was started on.
  explicit NestedTemplates(const std::vector<std::string>& paths);

  struct Place {
    std::filesystem::path file;  // without links and dots; empty where there is none
    bool is_outside = false;     // it lies, if it is there, beyond the folders of the run, and must not be read
  };
  // What the template at `from` means by `path`. Nothing outside the folder that the program works in is read, unless
  // that is the root; for a template outside it, nothing outside the folder that the run was started on, or else its
  // own.
  Place find(const std::string& from, const std::string& path) const;

  // Without links and dots; empty where there is no such path.
  static std::filesystem::path real_path(const std::filesystem::path& path);

 private:
  std::vector<std::filesystem::path> folders_;  // the working folder first, if it counts
};

}  // namespace codesign
