// Files: reading and safe writing. What is POSIX stands in files.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace codesign {

// The world is wrong. `what()` is one sentence for the user; the program ends with exit code 2.
struct WorldError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// All bytes of a file, or the first `limit` + 1 of a larger one. Throws WorldError.
std::string read_file(const std::string& path, std::size_t limit);

// Replaces the content of a file as a whole: a new file in the same folder takes its place, with its mode and owner.
// Links are followed to what they name. A file that no longer holds `expected` is left alone. Throws WorldError, and
// then the file is as it was.
void replace_file(const std::string& path, std::string_view expected, std::string_view bytes);

// Makes a file that does not exist yet; one that does is not touched. Throws WorldError, and then no file is left
// behind.
void create_file(const std::string& path, std::string_view bytes);

// Makes a file, or replaces the content of the one that is there. Throws WorldError, and then nothing has changed.
void write_file(const std::string& path, std::string_view bytes);

bool are_same_file(const std::string& a, const std::string& b);

// `path` as seen from the working folder, where it lies below it.
std::string path_from_here(const std::string& path);

}  // namespace codesign
