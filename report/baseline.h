// An earlier report as a baseline: what it has is known, and only what is new counts.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"
#include "template/document.h"

namespace codesign {

struct Baseline {
  bool is_sarif = false;
  std::vector<KnownFinding> findings;
  std::vector<Problem> problems;  // not empty: it is no report of lint
};

// Reads a report of `lint --format json` or `--format sarif`. In SARIF, runs of other tools do not count, nor results
// that were absent already.
Baseline read_baseline(const Document& document);

// A report without findings, to begin with.
std::string empty_baseline(bool is_sarif);

// The report that `baseline` was read from, without the findings that `is_gone` (by their number in it), and with the
// findings of `files`, which it calls by `paths`. All else stays. Empty for what is not built as lint does it.
std::string updated_baseline(const std::string& bytes, const Baseline& baseline, const std::vector<bool>& is_gone,
                             const std::vector<FileResult>& files, const std::vector<std::string>& paths);

}  // namespace codesign
