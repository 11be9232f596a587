#include "cli/surroundings.h"

#include <algorithm>
#include <filesystem>

#include "cli/files.h"
#include "cli/sam_config.h"
#include "template/parse.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

bool lies_below(const fs::path& path, const fs::path& folder) {
  const auto [end, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end() || (end != folder.end() && end->empty());
}

// Links in a path are followed, so that none leads out of the folder.
fs::path real_path(const fs::path& path) {
  std::error_code error;
  const fs::path result = fs::weakly_canonical(path, error);
  return error ? fs::path() : result;
}

}  // namespace

void Surroundings::complete(Graph& graph, const std::string& path, std::vector<std::string>& complaints) {
  if (!graph.is_template) return;
  try {
    graph.sam_config = sam_config_beside(path);
  } catch (const WorldError& error) {
    complaints.emplace_back(error.what());
  }
  if (graph.nested_stacks.empty()) return;
  const fs::path here = real_path("."), folder = real_path(path).parent_path();
  const fs::path& root = lies_below(folder, here) ? here : folder;
  for (NestedStack& stack : graph.nested_stacks) {
    const fs::path nested = real_path(folder / stack.path);
    std::error_code error;
    if (!nested.empty() && lies_below(nested, root) && fs::is_regular_file(nested, error)) {
      stack.unsignable = unsignable_in(nested.string());
      continue;
    }
    graph.hidden_parts.push_back({.resource = stack.resource,
                                  .where = stack.location,
                                  .what = "the template " + stack.path + " is not at hand, and may contain functions"});
  }
}

const std::vector<std::string>& Surroundings::unsignable_in(const std::string& path) {
  const auto [known, is_new] = known_.try_emplace(path);
  if (!is_new) return known->second;
  try {
    const Document document = parse({path, read_file(path, max_file_bytes)});
    const Graph graph = link(document, assumptions_);
    for (const Artifact& artifact : graph.artifacts)
      if (artifact.is_local && !artifact.path.ends_with(".zip") && !artifact.verified_for.empty())
        known->second.emplace_back(artifact.name);
  } catch (const WorldError&) {
    // It is said where that file itself is linted.
  }
  return known->second;
}

}  // namespace codesign
