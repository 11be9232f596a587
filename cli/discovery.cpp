#include "cli/discovery.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_set>

#include <fmt/core.h>

#include "cli/git.h"
#include "cli/ignore_files.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

bool has_template_extension(std::string_view path) {
  constexpr std::array<std::string_view, 4> extensions{".yaml", ".yml", ".json", ".template"};
  return std::any_of(extensions.begin(), extensions.end(), [&](std::string_view extension) {
    return path.ends_with(extension) && path.size() > extension.size() &&
           path[path.size() - extension.size() - 1] != '/';
  });
}

bool is_never_searched(std::string_view folder_name) {
  return folder_name.starts_with('.') || folder_name == "node_modules";
}

// Calls `visit` with every folder of a relative path, by the end of its name; until it says true, which is returned.
template <typename Visit>
bool any_folder_of(std::string_view path, Visit visit) {
  for (std::size_t begin = 0, end; (end = path.find('/', begin)) != std::string_view::npos; begin = end + 1)
    if (visit(path.substr(0, end), path.substr(begin, end - begin))) return true;
  return false;
}

// Name by name, so that a folder's files stand together.
bool stands_before(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto rank = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c); };
    return rank(x) < rank(y);
  });
}

// `path` as seen from `folder`; nothing where it does not lie below it.
std::optional<std::string> path_below(const fs::path& folder, const fs::path& path) {
  std::string relative = path.lexically_relative(folder).generic_string();
  if (relative.empty() || relative == "." || relative == ".." || relative.starts_with("../")) return {};
  return relative;
}

// What is called `path` in a folder, as the user sees it.
std::string shown_path(const fs::path& folder, const std::string& path) {
  std::string name = folder == "." && !path.empty() ? path : (folder / path).string();
  if (name.starts_with("./")) name.erase(0, 2);
  return name;
}

// "services/*/template.yaml": the folder "services", and what is looked for in it.
struct Glob {
  std::string folder;
  PathPattern pattern;

  static std::optional<Glob> read(const std::string& path) {
    const std::size_t magic = path.find_first_of("*?[");
    if (magic == std::string::npos) return {};
    const std::size_t slash = path.rfind('/', magic);
    const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
    std::optional<PathPattern> pattern = PathPattern::read("/" + path.substr(begin));
    if (!pattern) return {};
    return Glob{begin == 0 ? "." : path.substr(0, begin), std::move(*pattern)};
  }

  bool finds(std::string_view path) const {
    if (pattern.matches(path, false)) return true;
    return has_template_extension(path) && any_folder_of(path, [&](std::string_view around, std::string_view) {
             return pattern.matches(around, true);
           });
  }
};

// All files below one folder that may be asked for, by their paths from there.
class FolderSearch {
 public:
  FolderSearch(const Search& search, const fs::path& shown, const fs::path& real, std::vector<std::string>& errors)
      : search_(search), shown_(shown), real_(real), errors_(errors) {}

  std::vector<std::string> run() {
    if (!search_.respects_ignore_files || !ask_git(real_, "", false)) {
      files_.clear();
      if (search_.respects_ignore_files) ignored_.emplace(real_, errors_);
      walk("");
    }
    std::sort(files_.begin(), files_.end(), stands_before);
    files_.erase(std::unique(files_.begin(), files_.end()), files_.end());
    return std::move(files_);
  }

 private:
  // The files of the repository that the folder lies in; false where git cannot tell. `path`: to it, "" or with a "/"
  // behind it.
  bool ask_git(const fs::path& folder, const std::string& path, bool is_in_other) {
    const fs::path top = repository_around(folder);
    if (top.empty() || (is_in_other && top != folder)) return false;
    // Git lists nothing of what is ignored; but this folder was asked for.
    if (top != folder && is_ignored_by_git(folder).value_or(true)) return false;
    const auto files = files_by_git(folder);
    if (!files) return false;
    for (const std::string& file : *files) {
      std::error_code error;
      if (any_folder_of(file, [](std::string_view, std::string_view name) { return is_never_searched(name); }))
        continue;
      // Another repository is listed as a folder, a submodule without a "/" behind it.
      if (fs::is_directory(fs::symlink_status(folder / file, error))) {
        const std::string name = file.ends_with('/') ? file : file + '/';
        if (is_never_searched(fs::path(name).parent_path().filename().string())) continue;
        if (!ask_git(folder / name.substr(0, name.size() - 1), path + name, true)) walk(path + name);
      } else {
        files_.push_back(path + file);
      }
    }
    return true;
  }

  // `path` to the folder, "" or with a "/" behind it.
  void walk(const std::string& path) {
    std::optional<IgnoreFiles::Entered> entered;
    const fs::path folder = path.empty() ? real_ : real_ / path.substr(0, path.size() - 1);
    if (ignored_)
      entered.emplace(*ignored_, folder, std::string_view(path).substr(0, path.empty() ? 0 : path.size() - 1));
    std::error_code error;
    fs::directory_iterator member(folder, error);
    for (; !error && member != fs::directory_iterator(); member.increment(error)) {
      std::error_code unknown;
      const std::string name = member->path().filename().string();
      const bool is_folder = fs::is_directory(member->symlink_status(unknown));
      if ((is_folder && is_never_searched(name)) || is_left_out(path + name, is_folder)) continue;
      if (is_folder)
        walk(path + name + "/");
      else
        files_.push_back(path + name);
    }
    if (error)
      errors_.push_back(fmt::format("{}: cannot be listed: {}; make it readable, or leave it out with --exclude",
                                    shown_path(shown_, path), error.message()));
  }

  bool is_left_out(const std::string& path, bool is_folder) const {
    if (ignored_ && ignored_->ignore(path, is_folder)) return true;
    return std::any_of(search_.excludes.begin(), search_.excludes.end(), [&](const Excludes& excludes) {
      const auto below = path_below(excludes.folder, real_ / path);
      return below && excludes.patterns.take_out(*below, is_folder).value_or(false);
    });
  }

  const Search& search_;
  const fs::path& shown_;
  const fs::path& real_;
  std::vector<std::string>& errors_;
  std::optional<IgnoreFiles> ignored_;
  std::vector<std::string> files_;
};

class Finder {
 public:
  Finder(const Search& search, std::vector<std::string>& errors) : search_(search), errors_(errors) {}

  std::vector<FoundFile> run() {
    for (const std::string& path : search_.paths) {
      std::error_code error;
      const fs::file_status status = fs::status(path, error);
      if (fs::is_directory(status)) {
        folder(path, nullptr);
      } else if (fs::exists(status)) {
        const bool excluded = search_.excludes_named_files && is_excluded(place_of(path), {});
        add({path, true, excluded}, fs::canonical(path, error));
      } else if (status.type() != fs::file_type::not_found) {
        errors_.push_back(
            fmt::format("{}: cannot be looked at: {}; check the permissions of the folders that lead there", path,
                        error.message()));
      } else if (const auto glob = Glob::read(path)) {
        pattern(path, *glob);
      } else {
        errors_.push_back(
            fmt::format("{}: there is no such file or folder; check the spelling, and the folder you are in", path));
      }
    }
    return std::move(files_);
  }

 private:
  void pattern(const std::string& path, const Glob& glob) {
    std::error_code error;
    if (!fs::is_directory(glob.folder, error)) {
      errors_.push_back(fmt::format("{}: there is no folder {} to look in; check the spelling", path, glob.folder));
    } else if (folder(glob.folder, &glob) == 0) {
      errors_.push_back(fmt::format(
          "{}: no file matches; what .gitignore or --exclude names, hidden folders and node_modules are not "
          "looked at",
          path));
    }
  }

  // The number of files that are found.
  std::size_t folder(const fs::path& shown, const Glob* glob) {
    std::error_code error;
    const fs::path real = fs::canonical(shown, error);
    if (error) {
      errors_.push_back(
          fmt::format("{}: cannot be listed: {}; check its permissions", shown.string(), error.message()));
      return 0;
    }
    std::size_t found = 0;
    for (const std::string& path : FolderSearch(search_, shown, real, errors_).run()) {
      if (glob ? !glob->finds(path) : !has_template_extension(path)) continue;
      const fs::path place = real / path;
      if (is_excluded(place, real)) continue;
      fs::path target = place;
      fs::file_status status = fs::symlink_status(place, error);
      if (fs::is_symlink(status)) {
        target = fs::canonical(place, error);
        if (error || !path_below(real, target)) continue;
        status = fs::status(target, error);
      }
      if (!fs::is_regular_file(status)) continue;
      ++found;
      add({shown_path(shown, path), false, false}, target);
    }
    return found;
  }

  bool is_excluded(const fs::path& file, const fs::path& searched) const {
    return std::any_of(search_.excludes.begin(), search_.excludes.end(),
                       [&](const Excludes& excludes) { return excludes.take_out_file(file, searched); });
  }

  void add(FoundFile file, const fs::path& real) {
    if (seen_.insert(real.empty() ? file.path : real.string()).second) files_.push_back(std::move(file));
  }

  const Search& search_;
  std::vector<std::string>& errors_;
  std::vector<FoundFile> files_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

bool Excludes::take_out_file(const fs::path& file, const fs::path& searched) const {
  if (patterns.empty()) return false;
  const auto path = path_below(folder, file);
  if (!path) return false;
  const auto around = searched.empty() ? std::nullopt : path_below(folder, searched);
  return patterns.take_out_file(*path, around ? around->size() : 0);
}

std::vector<FoundFile> find_files(const Search& search, std::vector<std::string>& errors) {
  return Finder(search, errors).run();
}

fs::path place_of(const fs::path& file) {
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error);
  return (fs::weakly_canonical(absolute.parent_path(), error) / absolute.filename()).lexically_normal();
}

}  // namespace codesign
