// What lint says: a fault, its place, and what should be so instead.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "graph/graph.h"

namespace codesign {

struct Rule;

// Of a rule in a profile, `off` means that it does not speak; a finding is never `off`.
enum class Severity : std::uint8_t { off, note, warning, error };

// A remedy says what should be so, never how it is written. Pointers belong to the graph that was linted.
struct SignFunction {
  const Function* function;
};
// In the branches of Fn::If that take the config away.
struct SignBranch {
  const Function* function;
};
struct EnforceConfig {
  const SigningConfig* config;
};
using Remedy = std::variant<std::monostate, SignFunction, SignBranch, EnforceConfig>;

struct Finding {
  const Rule* rule = nullptr;           // filled in by the engine
  Severity severity = Severity::error;  // likewise, unless the check asks for less
  Span where;
  std::string resource;  // logical ID; empty where no single resource is meant
  std::string message;   // a sentence without its full stop
  Circumstance when;     // one deployment in which it holds; without choices: all
  Remedy remedy;
};

}  // namespace codesign
