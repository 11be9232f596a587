// The commands, once their options are read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/baseline.h"
#include "cli/inputs.h"
#include "cli/reporting.h"
#include "cli/run.h"
#include "cli/signing_options.h"

namespace codesign {

enum class OutputFormat : std::uint8_t { text, json };
enum class FailOn : std::uint8_t { note = 1, warning, error, never };  // as Severity
enum class Color : std::uint8_t { automatic, always, never };

struct LintOptions : InputOptions {
  ReportOptions report;
  BaselineOptions baseline;
  FailOn fail_on = FailOn::warning;
  Color color = Color::automatic;
};

struct TransformOptions : InputOptions {
  OutputFormat format = OutputFormat::text;
  SigningOptions signing;
  bool write = false;
  bool check = false;
};

enum class RulesFormat : std::uint8_t { text, markdown, config_schema };

struct RulesOptions {
  RulesFormat format = RulesFormat::text;
};

struct ScaffoldOptions {
  std::string name;                   // empty: none is given
  std::optional<std::string> output;  // a file to be made; without one: standard output
  bool list = false;
};

enum class GraphFormat : std::uint8_t { json, dot, mermaid, svg, html };

struct GraphOptions : InputOptions {
  GraphFormat format = GraphFormat::json;
  std::optional<std::string> output;  // a file, replaced where there is one; without: standard output
};

// Each returns an ExitCode.
int lint_command(const LintOptions& options, const World& world);
int transform_command(const TransformOptions& options, const World& world);
int graph_command(const GraphOptions& options, const World& world);
int list_files_command(const InputOptions& options, const World& world);
int rules_command(const RulesOptions& options, const World& world);
int explain_command(const std::string& rule, const World& world);
int scaffold_command(const ScaffoldOptions& options, const World& world);

}  // namespace codesign
