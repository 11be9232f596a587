// What differs between a revision and the working tree: --changed-since.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "report/result.h"
#include "template/document.h"

namespace codesign {

// Of one file, as it is now.
struct ChangedLines {
  struct Run {
    std::uint32_t first, last;  // lines; of what is gone, twice the line before it, 0 at the beginning of the file
    bool is_gone = false;
    bool took_a_comment = false;  // of YAML
  };
  bool all = false;  // git does not know the file
  std::vector<Run> runs;
  std::vector<std::string> gone;  // the text of lines that are no longer there

  bool empty() const { return !all && runs.empty(); }
  // Whether they touch a part of the file: its lines, or the comments before it. What is gone behind it may have been
  // its end.
  bool touch(const Document& document, const LineTable& lines, Span part) const;
  // A line that is gone gave this key, in YAML or JSON.
  bool took_away(const std::string& key) const;
};

class Changes {
 public:
  // Since the last commit that `revision` and HEAD have in common, whether it is committed, staged or neither. Throws
  // WorldError where git cannot say.
  explicit Changes(const std::string& revision);

  // What git does not track, or lies outside the repository, is changed as a whole. So is what lies in a submodule.
  ChangedLines of(const std::string& path) const;

 private:
  void read_diff(std::string_view diff);

  std::filesystem::path top_;
  std::unordered_set<std::string> tracked_;
  std::unordered_map<std::string, ChangedLines> files_;
};

// Whether a change touches that resource, what decides on it (graph/deciding.h), or brought a fault there.
bool touches(const ChangedLines& changes, const FileResult& file, std::string_view resource);

// Whether a finding speaks of what a change touches: its place, or its resource.
bool touches(const ChangedLines& changes, const FileResult& file, const Finding& finding);

}  // namespace codesign
