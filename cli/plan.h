// The command plan, once its options are read.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"

namespace codesign {

struct PlanOptions : InputOptions {
  OutputFormat format = OutputFormat::text;
  std::vector<std::string> profiles;  // [RESOURCE=]NAME[:OWNER]
  std::string environment = "default";
  bool write = false;
};

// Returns an ExitCode. Throws WorldError.
int plan_command(const PlanOptions& options, const World& world);

}  // namespace codesign
