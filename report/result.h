// What one run found out about one file; the input of every report.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "lint/finding.h"
#include "transform/transform.h"

namespace codesign {

struct FileResult {
  enum class Status : std::uint8_t { linted, skipped, unreadable };

  std::string path;
  Status status = Status::linted;
  std::string why;                     // it was skipped or could not be read
  std::unique_ptr<Document> document;  // none where no bytes could be read
  std::unique_ptr<Graph> graph;
  std::vector<Finding> findings;
  // Of a transform:
  Transformation transformation;

  bool is_changed() const { return !transformation.edits.empty(); }
};

std::string_view name_of(FileResult::Status status);

}  // namespace codesign
