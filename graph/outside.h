// Inside the third station: what lies beyond a template, as far as the run knows it. A template that is linked on its
// own knows nothing of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/guard.h"

namespace codesign {

// A value, and when. The cases of one node are disjoint and cover what was asked for.
struct Case {
  Guard when;
  Value value;
};

// How pseudo parameters are read: as "${AWS::Region}" in a text, or as what a deployment decides.
enum class Pseudo : std::uint8_t { as_written, as_variable };

// A value of another stack, as it is seen from this template.
struct Received {
  std::vector<Case> cases;     // of the deployments of `when`
  Guard when = Guard::always;  // those that supply the value; all others fail
};

// Guards are of the formulas that all templates of the run share. Everything may throw TooEntangled.
class Outside {
 public:
  virtual ~Outside() = default;

  // The deployments that have the stack of this template, and all that are told apart from them: those of the outermost
  // stack around it.
  virtual Guard exists() { return Guard::always; }
  virtual Guard background() { return Guard::always; }
  // What a parent passes for a parameter, or leaves to its default; null where a deployment decides.
  virtual const std::vector<Case>* given(std::string_view, Pseudo) { return nullptr; }
  // What a stack set passes for a parameter: its values, and those of these texts that it may have, some more than
  // once; whether any other is in `last_is_any_other` alone. Nothing where a deployment decides.
  virtual std::optional<Variable> choices(std::string_view, const std::vector<std::string>&) { return {}; }
  // The variable of a pseudo parameter that this stack shares with its parent.
  virtual std::optional<std::uint32_t> shared_variable(std::string_view) { return {}; }
  // An output of a nested stack; null where its template is not at hand.
  virtual const Received* output(const Resource&, std::string_view) { return nullptr; }
  // What is exported under a name; null where that is not known, and then `why` ends "it is imported from NAME", if
  // there is more to say.
  virtual const Received* exported(std::string_view, std::string& /*why*/) { return nullptr; }
  // Null where no template of the run has it.
  virtual const SigningConfig* config_of(const Resource&) { return nullptr; }
  virtual const SigningProfile* profile_of(const Resource&) { return nullptr; }
};

}  // namespace codesign
