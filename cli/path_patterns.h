// Patterns over paths, as .gitignore writes them (gitignore(5)): which files and folders they take out.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace codesign {

// One pattern. Paths are relative to the folder that it stands in, with "/" between names, and neither begin nor end
// with one.
class PathPattern {
 public:
  // A line of .gitignore without its line break; nothing for a blank line and a comment. A pattern that git cannot
  // read, such as "[a", matches nothing.
  static std::optional<PathPattern> read(std::string_view line);

  bool matches(std::string_view path, bool is_folder) const;
  bool takes_back() const { return takes_back_; }  // "!pattern"

 private:
  // One byte of a name, or, of `many`, any number of them.
  struct Piece {
    std::bitset<256> bytes;
    bool many = false;
  };
  // What stands between slashes.
  struct Segment {
    std::vector<Piece> pieces;
    bool is_any_folders = false;  // "**"
  };
  class Reader;

  static bool name_matches(const std::vector<Piece>& pieces, std::string_view name);
  bool all_match(const std::vector<std::string_view>& names) const;

  std::vector<Segment> segments_;
  bool takes_back_ = false;
  bool is_for_folders_ = false;
  bool is_for_any_depth_ = false;  // one segment, compared with the last name of a path
};

// Several of them: the last that matches decides.
class PathPatterns {
 public:
  PathPatterns() = default;
  explicit PathPatterns(const std::vector<std::string>& lines);
  // The text of a .gitignore.
  static PathPatterns read(std::string_view text);

  // Whether that very path is taken out, whatever becomes of the folders around it; nothing where no pattern matches.
  std::optional<bool> take_out(std::string_view path, bool is_folder) const;
  // Whether the file is taken out, by itself or with a folder around it: then nothing in that folder can be taken back.
  // Folders that end within the first `searched` bytes do not count.
  bool take_out_file(std::string_view path, std::size_t searched = 0) const;
  bool empty() const { return patterns_.empty(); }

 private:
  void add(std::string_view line);
  std::vector<PathPattern> patterns_;
};

}  // namespace codesign
