// samconfig.toml, as SAM CLI reads it.
#pragma once

#include <optional>
#include <string>

#include "graph/graph.h"

namespace codesign {

// The parameter_overrides of its default environment. Throws WorldError where there are none, or it cannot be read.
Assumptions parameter_overrides(const std::string& path);

// What samconfig.toml beside the template says of signing; nothing where there is no such file, or it deploys another
// template. Throws WorldError where it cannot be read.
std::optional<SamConfig> sam_config_beside(const std::string& template_path);

}  // namespace codesign
