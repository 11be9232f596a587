// The last two stations: edits, and the new text.
#pragma once

#include <string>
#include <vector>

#include "template/document.h"
#include "transform/plan.h"

namespace codesign {

// An empty span inserts, an empty text deletes.
struct Edit {
  Span where;
  std::string text;

  friend bool operator==(const Edit&, const Edit&) = default;
};

// The fifth verb: plan -> edits, in the file's own style. Sorted by place, disjoint; edits at one place stand in the
// order in which they are to be written.
std::vector<Edit> lay_out(const Plan& plan, const Document& document);

// The last verb: edits -> text.
std::string patch(const SourceText& source, const std::vector<Edit>& edits);

// True where `after` is the tree of `before` with exactly the plan carried out: same order, same tags, same texts.
bool is_carried_out(const Plan& plan, const Document& before, const Document& after);

}  // namespace codesign
