// What the reports that are JSON have in common. The only file that names nlohmann/json.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "graph/graph.h"

namespace codesign {

using Json = nlohmann::ordered_json;

// With two blanks of indentation, and a line break at the end. What is no UTF-8 becomes U+FFFD; what `is_control`, and
// what GitHub Actions would take for a command, is written as an escape, so that the text is safe to show.
std::string written(const Json& json);

Json text_or_null(std::string_view text);

// One deployment: names and values. Null for what always holds.
Json when_json(const Circumstance& circumstance);

// SARIF's artifactLocation: relative to %SRCROOT%, or absolute where the path is.
Json artifact_location(std::string_view path);

}  // namespace codesign
