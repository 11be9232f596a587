// What git knows, asked of the program git, in the environment that this one was given.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/child_process.h"

namespace codesign {

// `git WORD...`, in `folder`. Locks that git could do without are not taken. Nothing where there is no git.
std::optional<ProgramResult> run_git(const std::filesystem::path& folder, const std::vector<std::string>& words);

// The nearest folder, from this one upwards, that is the top of a repository; empty where there is none.
std::filesystem::path repository_around(const std::filesystem::path& folder);

// How far up files beside a folder count for it: the top of the repository around it; without one, the working folder,
// if that is around it, or else the folder itself. Without links and dots.
std::filesystem::path outermost_around(const std::filesystem::path& folder);

// A file that the program looks for by itself may be a link within that folder. One that leads out of it, to what whoever
// sent the file may not read, is refused: WorldError, which ends in `advice`.
void refuse_link_to_outside(const std::filesystem::path& file, std::string_view advice);

// Everything below a folder, by its path from there, that git tracks, though it be ignored, or would track if it were
// added. Of a repository in it, a submodule for example, only the folder. Nothing where git cannot tell.
std::optional<std::vector<std::string>> files_by_git(const std::filesystem::path& folder);

// Whether .gitignore and the like name the folder, or one around it. Nothing where git cannot tell.
std::optional<bool> is_ignored_by_git(const std::filesystem::path& folder);

// What stands between zero bytes.
std::vector<std::string> split_at_zeros(std::string_view text);

}  // namespace codesign
