// A rule is a value. One file in rules/ defines one; the file's name with "-" for "_" is its id, its name with "_" the
// variable's. CMake collects them (cmake/generate.cmake), so adding a rule is adding a file and a sample folder.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include <fmt/core.h>

#include "graph/actions.h"
#include "graph/approved.h"
#include "graph/arn.h"
#include "graph/graph.h"
#include "graph/signing_plan.h"
#include "lint/finding.h"
#include "lint/suppressions.h"

namespace codesign {

// What a check returns: the place and the words. The engine adds the rule, the severity and the resource.
struct Fault {
  Place where = {};
  std::string message;
  Remedy remedy = {};
  std::optional<Severity> severity = {};  // at most this loud, where the rule's own level is too much
  Circumstance when = {};                 // one deployment in which it holds
};

template <typename Subject>
using CheckOf = std::optional<Fault> (*)(const Subject&, const Graph&);

// The type of a check's parameter is its subscription: the engine calls it for every such subject of a template.
using Check = std::variant<CheckOf<Function>, CheckOf<SigningConfig>, CheckOf<Publisher>, CheckOf<ConfigReference>,
                           CheckOf<Layer>, CheckOf<LayerUse>, CheckOf<LayerPermission>, CheckOf<SigningProfile>,
                           CheckOf<ProfilePermission>, CheckOf<PolicyStatement>, CheckOf<Artifact>,
                           CheckOf<NestedStack>, CheckOf<Violation>, CheckOf<HiddenPart>, CheckOf<TemplateFacts>,
                           CheckOf<Limit>, CheckOf<Suppression>, CheckOf<Problem>>;

// Who asks. `standard` says what is wrong. `strict` adds hints, and what a template does not tell. `guardrail` is for
// those who write the permissions of others: it adds what leaves a way around code signing.
enum class Profile : std::uint8_t { standard, strict, guardrail };

// How loudly a rule speaks in each profile.
struct Levels {
  Severity standard = Severity::off;
  Severity strict = Severity::off;
  Severity guardrail = Severity::off;

  constexpr Severity in(Profile profile) const {
    return profile == Profile::strict ? strict : profile == Profile::guardrail ? guardrail : standard;
  }
};
constexpr Levels always(Severity severity) {
  return {severity, severity, severity};
}
// Worth knowing, but nothing is wrong.
constexpr Levels hint{.strict = Severity::note};

// Whether a rule's findings can carry a remedy, and what it takes to carry that out. `unsafe`: it takes something away
// that somebody may have meant, or guesses.
enum class Repair : std::uint8_t { none, safe, unsafe, with_enforcement, with_alarm, with_publisher };

struct Rule {
  std::string_view id;  // named for the fault: "allow unsigned-function" reads as a sentence
  Levels levels;
  std::string_view summary;  // one line, no full stop
  std::string_view why;      // what can happen
  std::string_view help;     // what to do, one line
  std::string_view source;   // where the fact behind it is documented
  Check check;
  // It speaks of what an enforcing config refuses: to promote a config may bring it to light.
  bool is_of_enforcement = false;
  Repair repair = Repair::none;
};

// " when Stage=prod and Region=eu-west-1 (the default)"; empty for what always holds.
std::string when(const Circumstance& circumstance);
// The same, and whether the default deployment is affected where the choices do not tell.
std::string when_and_by_default(const Circumstance& circumstance);

// "A", "A and B", "A, B and C", "A, B, C and 3 more".
std::string in_words(const std::vector<std::string>& names);
// "Config", or "Config of shared.yaml" where it is not a resource of the graph's own template.
std::string name_of(const Resource& resource, const Graph& graph);
// "HelloWorld", or "HelloWorld, Other and 3 more".
std::string names_of(const std::vector<const Function*>& functions, const Graph& graph);
// The same, and "is" or "are".
std::string names_are(const std::vector<const Function*>& functions, const Graph& graph);

}  // namespace codesign
