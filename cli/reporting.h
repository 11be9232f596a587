// Where the reports of lint go: standard output, files, and what a CI system shows by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/inputs.h"
#include "cli/run.h"
#include "report/report.h"

namespace codesign {

struct ReportOptions {
  std::optional<ReportFormat> format;  // on standard output; none: nobody has chosen one
  std::vector<std::string> outputs;    // FORMAT=FILE
};

struct ReportFile {
  ReportFormat format;
  std::string path;
};

// Throws WorldError for what is not FORMAT=FILE, and for a file that two reports go to.
std::vector<ReportFile> report_files(const std::vector<std::string>& outputs);

// A report or a picture takes the place of a file that is there, but never that of a template that was read, which is
// a WorldError.
void write_beside(const Inputs& inputs, const std::string& path, std::string_view text);

// What systems that see the whole repository call a file: its path from the folder above the working folder that has a
// ".git", or else from the working folder; absolute where the file lies elsewhere.
std::string path_from_root(const std::string& path);

// Says what there is to say of where reports could go, once for each run, on World::err.
void advise_on_reports(const ReportOptions& options, const World& world);

}  // namespace codesign
