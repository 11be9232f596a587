#include "cli/git.h"

#include <fmt/core.h>

#include "cli/files.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

// Both without links and dots; a folder lies in itself.
bool lies_in(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// Where a command on `folder` is run, and what the folder is called there. A hook of git may say with GIT_DIR alone
// which repository it means; git then takes the folder it is run in for the top, so that it must not be changed, except
// for another repository.
struct Viewpoint {
  fs::path from;
  std::string path;

  explicit Viewpoint(const fs::path& folder) : from(folder), path(".") {
    std::error_code error;
    const fs::path here = fs::current_path(error);
    if (error || !lies_in(folder, here) || repository_around(here) != repository_around(folder)) return;
    from = here;
    path = folder.lexically_relative(here).string();
  }
};

}  // namespace

std::optional<ProgramResult> run_git(const fs::path& folder, const std::vector<std::string>& words) {
  std::vector<std::string> all{"git", "--no-optional-locks"};
  std::error_code error;
  if (folder != fs::current_path(error)) all.insert(all.end(), {"-C", folder.string()});
  all.insert(all.end(), words.begin(), words.end());
  return run_program(all);
}

fs::path repository_around(const fs::path& folder) {
  for (fs::path at = folder;; at = at.parent_path()) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(at / ".git", error))) return at;
    if (at == at.parent_path()) return {};
  }
}

fs::path outermost_around(const fs::path& folder) {
  if (const fs::path top = repository_around(folder); !top.empty()) return top;
  std::error_code error;
  const fs::path here = fs::current_path(error);
  return error || !lies_in(folder, here) ? folder : here;
}

void refuse_link_to_outside(const fs::path& file, std::string_view advice) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(file, error))) return;
  const fs::path folder = fs::canonical(file.parent_path(), error), outermost = outermost_around(folder);
  const fs::path target = fs::canonical(file, error);
  if (error || !lies_in(target, outermost))
    throw WorldError(fmt::format("{}: is a link that leads out of {}, and is not read; {}", file.string(),
                                 outermost.string(), advice));
}

std::optional<std::vector<std::string>> files_by_git(const fs::path& folder) {
  const Viewpoint view(folder);
  const auto listed = run_git(view.from, {"--literal-pathspecs", "ls-files", "-z", "--cached", "--others",
                                          "--exclude-standard", "--", view.path});
  // A folder that cannot be read is a mere warning to git.
  if (!listed || listed->exit_code != 0 || !listed->err.empty()) return {};
  std::vector<std::string> files = split_at_zeros(listed->out);
  const std::size_t prefix = view.path == "." ? 0 : view.path.size() + 1;
  for (std::string& file : files) file.erase(0, prefix);
  return files;
}

std::optional<bool> is_ignored_by_git(const fs::path& folder) {
  const Viewpoint view(folder);
  // It takes no literal pathspecs, but behind "./" there is no magic. Without --no-index, a folder with a single file
  // that is tracked would count as not ignored.
  const auto result = run_git(view.from, {"check-ignore", "--quiet", "--no-index", "--", "./" + view.path});
  if (!result || result->exit_code > 1) return {};
  return result->exit_code == 0;
}

std::vector<std::string> split_at_zeros(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t end; (end = text.find('\0')) != std::string_view::npos; text.remove_prefix(end + 1))
    parts.emplace_back(text.substr(0, end));
  return parts;
}

}  // namespace codesign
