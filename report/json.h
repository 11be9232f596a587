// Findings, edits and the graph for programs. The shape of the first is fixed by schemas/report.schema.json.
#pragma once

#include <string>
#include <vector>

#include "report/result.h"
#include "report/signing_plan.h"

namespace codesign {

std::string json_of_findings(const std::vector<FileResult>& files);
std::string json_of_edits(const std::vector<FileResult>& files);
std::string json_of_graph(const std::vector<FileResult>& files);
std::string json_of_plans(const std::vector<TemplatePlan>& plans);

// The JSON Schema of a configuration file: schemas/config.schema.json.
std::string config_schema();

}  // namespace codesign
