#include "report/result.h"

namespace codesign {

std::vector<std::pair<const Graph*, std::string_view>> deployments_of(const FileResult& file) {
  if (!file.graph) return {};
  if (file.stacks.empty()) return {{file.graph.get(), ""}};
  std::vector<std::pair<const Graph*, std::string_view>> deployments;
  for (const Stack* stack : file.stacks) deployments.emplace_back(&stack->graph, stack->name);
  return deployments;
}

const std::vector<Edit>& FileResult::fix_of(std::size_t finding) const {
  static const std::vector<Edit> none;
  return fixes.empty() ? none : fixes[finding];
}

std::string_view name_of(FileResult::Status status) {
  switch (status) {
    case FileResult::Status::linted: return "linted";
    case FileResult::Status::no_template:
    case FileResult::Status::skipped: return "skipped";
    case FileResult::Status::unreadable: break;
  }
  return "unreadable";
}

}  // namespace codesign
