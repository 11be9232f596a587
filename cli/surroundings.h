// What stands beside a template: samconfig.toml, and the templates of its nested stacks.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace codesign {

class Surroundings {
 public:
  explicit Surroundings(const Assumptions& assumptions) : assumptions_(assumptions) {}

  // Fills in what the graph of the template at `path` cannot know by itself: sam_config, and what its nested stacks
  // hold. Nothing outside the folder that the program works in is read; for a template outside it, nothing outside the
  // template's own folder. What cannot be read is a sentence in `complaints`, or, if it is a nested template, left
  // open.
  void complete(Graph& graph, const std::string& path, std::vector<std::string>& complaints);

 private:
  // The signed functions and layers of a template whose code is local.
  const std::vector<std::string>& unsignable_in(const std::string& path);

  const Assumptions& assumptions_;
  std::map<std::string, std::vector<std::string>> known_;  // by path
};

}  // namespace codesign
