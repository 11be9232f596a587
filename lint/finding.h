// What lint says: a fault, its place, and what should be so instead.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "graph/graph.h"

namespace codesign {

struct Rule;

// Of a rule in a profile, `off` means that it does not speak; a finding is never `off`.
enum class Severity : std::uint8_t { off, note, warning, error };

// A remedy says what should be so, never how it is written. Pointers belong to the graph that was linted.

// Has a code signing config.
struct SignFunction {
  const Function* function;
};
// Has one in the branches of Fn::If that take the config away.
struct SignBranch {
  const Function* function;
};
// Takes the config of Globals, which it takes away from itself.
struct InheritConfig {
  const Function* function;
};
// Has none, being a container image.
struct UnsignImage {
  const Function* function;
};
struct EnforceConfig {
  const SigningConfig* config;
};
// An alarm listens to what it warns of.
struct WatchConfig {
  const SigningConfig* config;
};
// Allows a publisher of one of these accounts.
struct AllowPublisher {
  const SigningConfig* config;
  std::vector<std::string> accounts;
};
// The policy of a config has the right spelling of its word.
struct SpellPolicy {
  const SigningConfig* config;
  NodeId word;
  std::string_view text;
};
// Words read differently.
struct Respell {
  struct Word {
    Place where;
    std::string text;
  };
  std::vector<Word> words;
  std::string to;
};
// A value is this attribute of the resource it names.
struct TakeAttribute {
  NodeId value;
  std::string resource;
  std::string attribute;
};
// Is retained when its stack is deleted, or an update replaces it.
struct RetainResource {
  const Resource* resource;
};
// Keeps versions of its objects.
struct KeepVersions {
  const Resource* bucket;
};
// An item of a list, or a resource, by its key, is not there.
struct Remove {
  NodeId member;
};
using Remedy =
    std::variant<std::monostate, SignFunction, SignBranch, InheritConfig, UnsignImage, EnforceConfig, WatchConfig,
                 AllowPublisher, SpellPolicy, Respell, TakeAttribute, RetainResource, KeepVersions, Remove>;

struct Finding {
  const Rule* rule = nullptr;           // filled in by the engine
  Severity severity = Severity::error;  // likewise, unless the check asks for less
  Span where;
  std::string resource;                  // logical ID; empty where no single resource is meant
  std::string message;                   // a sentence without its full stop
  Circumstance when;                     // one deployment in which it holds; without choices: all
  std::vector<std::string> stacks = {};  // in which alone it holds, as the message says; empty: wherever it is deployed
  Remedy remedy;
  std::string construct;   // the path of the resource in a CDK app; empty where it has none
  std::string stack_set;   // in whose TemplateBody it stands, "Outer/Inner" where that is in another; empty: in none
  std::string left_alone;  // why it has no remedy, though the same elsewhere has one: a clause about the resource

  // The resource, by the stack sets in whose TemplateBody it stands: "Outer/Inner/Function".
  std::string address() const { return stack_set.empty() ? resource : stack_set + "/" + resource; }
};

}  // namespace codesign
