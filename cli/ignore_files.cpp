#include "cli/ignore_files.h"

#include "cli/files.h"
#include "cli/git.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_ignore_file_bytes = 1 << 20;

}  // namespace

IgnoreFiles::IgnoreFiles(const fs::path& folder, std::vector<std::string>& errors) : errors_(errors) {
  fs::path at = outermost_around(folder);
  add(at / ".git" / "info" / "exclude", 0);
  const fs::path relative = folder.lexically_relative(at);
  if (relative == ".") return;
  for (const fs::path& name : relative) {
    add(at / ".gitignore", prefix_.size());
    prefix_ += name.string();
    if (takes_out(prefix_, true)) {
      prefix_.clear();
      levels_.clear();
      return;
    }
    prefix_ += '/';
    at /= name;
  }
}

void IgnoreFiles::add(const fs::path& file, std::size_t skipped) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return;
  try {
    const std::string text = read_file(file.string(), max_ignore_file_bytes);
    if (text.size() > max_ignore_file_bytes)
      return errors_.push_back(file.string() +
                               ": is larger than 1 MB, so nothing is left out by it; shorten it, or give --no-ignore");
    PathPatterns patterns = PathPatterns::read(text);
    if (!patterns.empty()) levels_.push_back({std::move(patterns), skipped});
  } catch (const WorldError&) {
    // What it would leave out is linted.
  }
}

bool IgnoreFiles::takes_out(std::string_view path, bool is_folder) const {
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level)
    if (const auto decision = level->patterns.take_out(path.substr(level->skipped), is_folder)) return *decision;
  return false;
}

bool IgnoreFiles::ignore(std::string_view path, bool is_folder) const {
  return !levels_.empty() && takes_out(prefix_ + std::string(path), is_folder);
}

IgnoreFiles::Entered::Entered(IgnoreFiles& files, const fs::path& folder, std::string_view path)
    : files_(files), before_(files.levels_.size()) {
  files.add(folder / ".gitignore", files.prefix_.size() + path.size() + (path.empty() ? 0 : 1));
}

IgnoreFiles::Entered::~Entered() {
  files_.levels_.resize(before_);
}

}  // namespace codesign
