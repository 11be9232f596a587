// When something holds: formulas over variables with few values each, kept as shared decision diagrams, so that equal
// formulas are the same number and "never" is decided, not guessed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace codesign {

// A formula. Belongs to the Guards that made it.
enum class Guard : std::uint32_t { never = 0, always = 1 };

// Something a deployment decides.
struct Variable {
  std::string name;                    // a parameter, or what cannot be read, in words
  std::vector<std::string> values;     // at least one; a deployment has exactly one of them
  std::optional<std::uint32_t> usual;  // the default, as an index of `values`
  bool last_is_any_other = false;      // the last value stands for every one that is not listed
  std::string of;                      // the path of the template that it belongs to
};

// One decision of a witness.
struct Decision {
  std::uint32_t variable;
  std::uint32_t value;

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Formulas grew beyond the limit. Thrown by every operation below that makes a Guard; those that exist stay valid.
struct TooEntangled {};

class Guards {
 public:
  // Steps of work for all formulas of one template, so that no input makes it exponential. A step is a node visited.
  static constexpr std::size_t max_steps = 100'000;
  // Steps that one template has taken. Templates that are joined share their formulas, but not their budgets.
  struct Budget {
    std::size_t steps = 0;
  };

  Guards() = default;
  Guards(const Guards&) = delete;
  Guards& operator=(const Guards&) = delete;

  // Counts what follows there, until the next call.
  void charge(Budget& budget) { budget_ = &budget; }

  std::uint32_t add(Variable variable);
  const Variable& variable(std::uint32_t index) const { return variables_[index]; }

  Guard is(std::uint32_t variable, std::uint32_t value);
  Guard both(Guard, Guard);
  Guard either(Guard, Guard);
  Guard negate(Guard);
  Guard but_not(Guard a, Guard b) { return both(a, negate(b)); }
  // `guard` where the variable has that value.
  Guard given(Guard guard, Decision decision);

  // Decisions such that `guard` holds in every deployment that is `possible` and takes them, of which there is one:
  // as few as can be that differ from what is usual, then as few as can be at all. Nothing where `guard` is never
  // possible; empty where it always holds.
  std::optional<std::vector<Decision>> witness(Guard guard, Guard possible);

  // Does it hold where every variable with a usual value has it, for some values of the others?
  bool holds_usually(Guard guard);

 private:
  struct Node {
    std::uint32_t variable;
    std::uint32_t children;  // index of the first; one for each value
  };

  const Node& node(Guard guard) const { return nodes_[static_cast<std::uint32_t>(guard)]; }
  Guard child(Guard guard, std::uint32_t value) const { return children_[node(guard).children + value]; }
  std::uint32_t level(Guard guard) const;
  Guard make(std::uint32_t variable, const std::vector<Guard>& children);
  Guard combine(Guard, Guard, bool conjunction);
  Guard given(Guard guard, Decision decision, std::unordered_map<Guard, Guard>& known);
  void step();
  std::uint32_t unusual_decisions(Guard guard, std::unordered_map<Guard, std::uint32_t>& known) const;
  std::vector<std::uint32_t> support(Guard guard) const;
  std::vector<Decision> path(Guard reachable) const;
  std::size_t forced_decisions(Guard guard) const;
  std::vector<Decision> smallest_decisions(Guard goal, Guard reachable);
  void drop_needless(Guard goal, std::vector<Decision>& taken);
  bool search(Guard goal, Guard reachable, const std::vector<std::uint32_t>& support, std::size_t from,
              std::size_t size, std::size_t unusual, std::vector<Decision>& taken, std::size_t& steps_left);

  struct Hash {
    std::size_t operator()(const std::vector<std::uint32_t>& key) const;
  };
  std::vector<Variable> variables_;
  std::vector<Node> nodes_ = {{0xFFFFFFFF, 0}, {0xFFFFFFFF, 0}};
  std::vector<Guard> children_;
  std::unordered_map<std::vector<std::uint32_t>, Guard, Hash> unique_;
  std::unordered_map<std::uint64_t, Guard> conjunctions_, disjunctions_;
  std::unordered_map<Guard, Guard> negations_;
  Budget own_budget_;
  Budget* budget_ = &own_budget_;
};

}  // namespace codesign
