// Which files a run is about: named ones, and those that are found in folders.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/path_patterns.h"

namespace codesign {

// What is left out, in the words of .gitignore, below the folder that its patterns are relative to.
struct Excludes {
  std::filesystem::path folder;  // without links and dots
  PathPatterns patterns;

  // By itself, or with a folder around it. The folder `searched`, and those around that, were asked for and count as
  // not left out; "" is none. Both without links and dots.
  bool take_out_file(const std::filesystem::path& file, const std::filesystem::path& searched = {}) const;
};

struct Search {
  // Files, folders, and patterns over them, "services/*/template.y*ml".
  std::vector<std::string> paths;
  std::vector<Excludes> excludes;
  bool excludes_named_files = false;  // also those
  bool respects_ignore_files = true;  // .gitignore and the like
};

struct FoundFile {
  std::string path;
  bool is_named = false;     // by the user, not found in a folder
  bool is_excluded = false;  // named all the same
};

// Folders are searched for *.yaml, *.yml, *.json and *.template, without hidden folders and node_modules, and without
// what git ignores; a folder that is named is searched even if it is ignored. Links to folders are not followed, nor
// those to files outside the folder that is searched. A pattern finds what it matches, whatever its extension, and
// searches the folders that it matches. In the order of `paths`, then of the names; each file once. A path that cannot
// be used is reported to `errors`, and the rest goes on.
std::vector<FoundFile> find_files(const Search& search, std::vector<std::string>& errors);

// The same file, without links in the folders that lead to it, and without dots.
std::filesystem::path place_of(const std::filesystem::path& file);

}  // namespace codesign
