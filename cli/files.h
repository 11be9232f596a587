// Files: reading and safe writing. What is POSIX stands in files.cpp.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace codesign {

// The world is wrong. `what()` is one sentence for the user, on one line and safe to show, whatever the names in it
// are; the program ends with exit code 2.
struct WorldError : std::runtime_error {
  explicit WorldError(std::string_view sentence);
};

// A file has its new content, but might lose it if the machine lost power now.
struct NotConfirmed : WorldError {
  using WorldError::WorldError;
};

// All bytes of a file, or the first `limit` + 1 of a larger one. Throws WorldError.
std::string read_file(const std::string& path, std::size_t limit);

// What follows writes a file as a whole: a new one, ".NAME.cfn-codesign" in the same folder, takes its place when it is
// complete and on the disk. Throws WorldError, and then nothing has changed and nothing is left behind, or
// NotConfirmed. A run that is killed may leave the new file; the next one that writes NAME removes it.

// Replaces the content of a file, which keeps its owner, mode, extended attributes and access control list. Links are
// followed to what they name. A file that no longer holds `expected`, is read-only, has other hard links or is no
// regular file is left alone.
void replace_file(const std::string& path, std::string_view expected, std::string_view bytes);

// Makes a file that does not exist yet; one that does is not touched.
void create_file(const std::string& path, std::string_view bytes);

// Makes a file, or replaces the one that is there, whatever it holds.
void write_file(const std::string& path, std::string_view bytes);

bool are_same_file(const std::string& a, const std::string& b);

// `path` as seen from the working folder, where it lies below it.
std::string path_from_here(const std::string& path);

}  // namespace codesign
