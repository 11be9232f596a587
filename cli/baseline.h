// --baseline: what is known already, and the file that says so.
#pragma once

#include <string>
#include <vector>

#include "cli/inputs.h"
#include "report/report.h"

namespace codesign {

struct BaselineOptions {
  std::string file;  // a report of lint, JSON or SARIF; empty: none
  bool update = false;
};

struct Comparison {
  std::vector<KnownFinding> gone;    // that this run would have found, or of files that are no longer there
  std::vector<std::string> remarks;  // sentences
};

// Moves the findings that the baseline has from `findings` to `known`. Findings are the same where path, resource and
// rule are; of several that are, as many are known as the baseline has. Its paths are seen from the folder that it lies
// in, so lint may run in any.
//
// What this run could not find is neither: that of files that it did not read, or not as a whole, and of rules that do
// not speak in it.
//
// With `update`, the file is written: it loses what is gone, and gains what is new, which is known then. It is made
// where there is none, as SARIF where its name ends in ".sarif" or ".sarif.json".
//
// Throws WorldError where the file cannot be read or written, is no report of lint, or names no file that is there.
Comparison compare_with_baseline(Inputs& inputs, const BaselineOptions& options);

}  // namespace codesign
