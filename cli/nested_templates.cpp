#include "cli/nested_templates.h"

#include <algorithm>

namespace codesign {
namespace {

namespace fs = std::filesystem;

bool lies_below(const fs::path& path, const fs::path& folder) {
  const auto [end, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end() || (end != folder.end() && end->empty());
}

}  // namespace

NestedTemplates::NestedTemplates(const std::vector<std::string>& paths) {
  // To begin at the root of the file system is to begin nowhere.
  if (const fs::path here = real_path("."); here != here.root_path()) folders_.push_back(here);
  std::error_code error;
  for (const std::string& path : paths)
    if (fs::is_directory(path, error)) folders_.push_back(real_path(path));
}

// Links in a path are followed, so that none leads out of the folder.
fs::path NestedTemplates::real_path(const fs::path& path) {
  std::error_code error;
  const fs::path result = fs::weakly_canonical(path, error);
  return error ? fs::path() : result;
}

NestedTemplates::Place NestedTemplates::find(const std::string& from, const std::string& path) const {
  const fs::path own = real_path(from).parent_path();
  const auto around =
      std::find_if(folders_.begin(), folders_.end(), [&](const fs::path& folder) { return lies_below(own, folder); });
  const fs::path file = real_path(own / path);
  if (file.empty()) return {};
  if (!lies_below(file, around == folders_.end() ? own : *around)) return {.file = file, .is_outside = true};
  std::error_code error;
  return fs::is_regular_file(file, error) ? Place{.file = file} : Place{};
}

}  // namespace codesign
