// Edits for `git apply`, `patch -p1` and people.
#pragma once

#include <string>

#include "report/result.h"

namespace codesign {

// Unified, three lines of context, "a/" and "b/" before `path` without its leading "/"; empty where nothing changes.
std::string unified_diff(const FileResult& file, std::string_view path);

}  // namespace codesign
