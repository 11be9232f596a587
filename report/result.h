// What one run found out about one file; the input of every report.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/workspace.h"
#include "lint/lint.h"
#include "lint/suppressions.h"
#include "transform/transform.h"

namespace codesign {

struct FileResult {
  enum class Status : std::uint8_t { linted, no_template, skipped, unreadable };

  std::string path;
  Status status = Status::linted;
  std::string why;                      // it was not linted
  std::unique_ptr<Document> document;   // of a file that was read and may be a template
  std::unique_ptr<Graph> graph;         // of the template alone, which is what is edited
  std::vector<const Stack*> stacks;     // where it is deployed, if it has to do with other templates of the run
  std::vector<Finding> findings;        // their remedies are for `graph`
  std::vector<AllowedFinding> allowed;  // by the template: they are not reported as findings
  // Of a transform:
  Transformation transformation;
  // Of a lint:
  LintWishes wishes = {};                // by which it was judged
  std::string from_root;                 // the path from the root of the sources; empty: as `path`
  std::vector<std::vector<Edit>> fixes;  // of each finding (transform/fix.h); empty where nobody asked
  std::vector<Finding> known;            // findings that the baseline has: not shown
  std::vector<Finding> untouched;        // findings that --changed-since leaves out: not shown

  bool is_passed_over() const { return status == Status::no_template || status == Status::skipped; }
  bool is_changed() const { return !transformation.edits.empty(); }
  // What systems that see the whole repository call the file.
  std::string_view source_path() const { return from_root.empty() ? path : from_root; }
  const std::vector<Edit>& fix_of(std::size_t finding) const;
};

// The template where it is deployed: once, as it is alone, or in each stack, by the stack's name.
std::vector<std::pair<const Graph*, std::string_view>> deployments_of(const FileResult& file);

std::string_view name_of(FileResult::Status status);

}  // namespace codesign
