#include "graph/guard.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace codesign {

std::size_t Guards::Hash::operator()(const std::vector<std::uint32_t>& key) const {
  std::size_t hash = key.size();
  for (const std::uint32_t part : key) hash = (hash ^ part) * 0x9E3779B97F4A7C15ull;
  return hash ^ (hash >> 29);
}

void Guards::step() {
  if (++budget_->steps > max_steps) throw TooEntangled{};
}

std::uint32_t Guards::add(Variable variable) {
  variables_.push_back(std::move(variable));
  return static_cast<std::uint32_t>(variables_.size() - 1);
}

std::uint32_t Guards::level(Guard guard) const {
  return node(guard).variable;
}

Guard Guards::make(std::uint32_t variable, const std::vector<Guard>& children) {
  if (std::all_of(children.begin(), children.end(), [&](Guard child) { return child == children.front(); }))
    return children.front();
  std::vector<std::uint32_t> key{variable};
  for (const Guard child : children) key.push_back(static_cast<std::uint32_t>(child));
  const auto [known, is_new] = unique_.emplace(std::move(key), Guard{});
  if (is_new) {
    known->second = static_cast<Guard>(nodes_.size());
    nodes_.push_back({variable, static_cast<std::uint32_t>(children_.size())});
    children_.insert(children_.end(), children.begin(), children.end());
  }
  return known->second;
}

Guard Guards::is(std::uint32_t variable, std::uint32_t value) {
  step();
  std::vector<Guard> children(variables_[variable].values.size(), Guard::never);
  children[value] = Guard::always;
  return make(variable, children);
}

Guard Guards::combine(Guard a, Guard b, bool conjunction) {
  const Guard neutral = conjunction ? Guard::always : Guard::never,
              deciding = conjunction ? Guard::never : Guard::always;
  if (a == deciding || b == deciding) return deciding;
  if (a == neutral || a == b) return b;
  if (b == neutral) return a;
  if (a > b) std::swap(a, b);
  auto& known = conjunction ? conjunctions_ : disjunctions_;
  const std::uint64_t key = (static_cast<std::uint64_t>(a) << 32) | static_cast<std::uint64_t>(b);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  step();
  const std::uint32_t variable = std::min(level(a), level(b));
  std::vector<Guard> children;
  children.reserve(variables_[variable].values.size());
  for (std::uint32_t value = 0; value < variables_[variable].values.size(); ++value)
    children.push_back(
        combine(level(a) == variable ? child(a, value) : a, level(b) == variable ? child(b, value) : b, conjunction));
  const Guard result = make(variable, children);
  known.emplace(key, result);
  return result;
}

Guard Guards::both(Guard a, Guard b) {
  return combine(a, b, true);
}
Guard Guards::either(Guard a, Guard b) {
  return combine(a, b, false);
}

Guard Guards::negate(Guard guard) {
  if (guard == Guard::never) return Guard::always;
  if (guard == Guard::always) return Guard::never;
  if (const auto found = negations_.find(guard); found != negations_.end()) return found->second;
  step();
  std::vector<Guard> children;
  for (std::uint32_t value = 0; value < variables_[level(guard)].values.size(); ++value)
    children.push_back(negate(child(guard, value)));
  const Guard result = make(level(guard), children);
  negations_.emplace(guard, result);
  return result;
}

Guard Guards::given(Guard guard, Decision decision, std::unordered_map<Guard, Guard>& known) {
  if (guard == Guard::never || guard == Guard::always || level(guard) > decision.variable) return guard;
  if (level(guard) == decision.variable) return child(guard, decision.value);
  if (const auto found = known.find(guard); found != known.end()) return found->second;
  step();
  std::vector<Guard> children;
  for (std::uint32_t value = 0; value < variables_[level(guard)].values.size(); ++value)
    children.push_back(given(child(guard, value), decision, known));
  const Guard result = make(level(guard), children);
  known.emplace(guard, result);
  return result;
}

Guard Guards::given(Guard guard, Decision decision) {
  std::unordered_map<Guard, Guard> known;
  return given(guard, decision, known);
}

bool Guards::holds_usually(Guard guard) {
  for (std::uint32_t variable = 0; variable < variables_.size() && guard != Guard::never && guard != Guard::always;
       ++variable)
    if (variables_[variable].usual) guard = given(guard, {variable, *variables_[variable].usual});
  return guard != Guard::never;
}

// The least number of decisions against what is usual on a way to `always`.
std::uint32_t Guards::unusual_decisions(Guard guard, std::unordered_map<Guard, std::uint32_t>& known) const {
  constexpr std::uint32_t impossible = std::numeric_limits<std::uint32_t>::max();
  if (guard == Guard::always) return 0;
  if (guard == Guard::never) return impossible;
  if (const auto found = known.find(guard); found != known.end()) return found->second;
  const Variable& variable = variables_[level(guard)];
  std::uint32_t least = impossible;
  for (std::uint32_t value = 0; value < variable.values.size(); ++value) {
    const std::uint32_t rest = unusual_decisions(child(guard, value), known);
    const bool unusual = variable.usual && *variable.usual != value;
    if (rest != impossible) least = std::min(least, rest + unusual);
  }
  known.emplace(guard, least);
  return least;
}

std::vector<std::uint32_t> Guards::support(Guard guard) const {
  std::vector<std::uint32_t> variables;
  std::vector<Guard> open{guard};
  std::unordered_map<Guard, bool> seen;
  while (!open.empty()) {
    const Guard next = open.back();
    open.pop_back();
    if (next == Guard::never || next == Guard::always || !seen.emplace(next, true).second) continue;
    variables.push_back(level(next));
    for (std::uint32_t value = 0; value < variables_[level(next)].values.size(); ++value)
      open.push_back(child(next, value));
  }
  std::sort(variables.begin(), variables.end());
  variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
  return variables;
}

// Adds exactly `size` decisions, at most `unusual` of them against what is usual, so that `goal` always holds and
// something stays reachable.
bool Guards::search(Guard goal, Guard reachable, const std::vector<std::uint32_t>& support_, std::size_t from,
                    std::size_t size, std::size_t unusual, std::vector<Decision>& taken, std::size_t& steps_left) {
  if (size == 0) return goal == Guard::always && reachable != Guard::never;
  for (std::size_t i = from; i + size <= support_.size(); ++i) {
    const Variable& variable = variables_[support_[i]];
    std::vector<std::uint32_t> order;
    if (variable.usual) order.push_back(*variable.usual);
    for (std::uint32_t value = 0; value < variable.values.size(); ++value)
      if (value != variable.usual) order.push_back(value);
    for (const std::uint32_t value : order) {
      const bool is_unusual = variable.usual && *variable.usual != value;
      if (is_unusual && unusual == 0) continue;
      if (steps_left == 0) return false;
      --steps_left;
      const Decision decision{support_[i], value};
      const Guard rest = given(reachable, decision);
      if (rest == Guard::never) continue;
      taken.push_back(decision);
      if (search(given(goal, decision), rest, support_, i + 1, size - 1, unusual - is_unusual, taken, steps_left))
        return true;
      taken.pop_back();
    }
  }
  return false;
}

std::optional<std::vector<Decision>> Guards::witness(Guard guard, Guard possible) {
  const Guard reachable = both(guard, possible);
  if (reachable == Guard::never) return {};
  const Guard goal = either(guard, negate(possible));
  std::vector<Decision> taken;
  if (goal == Guard::always) return taken;
  // What follows has bounds of its own, and does not use up what conditions may need.
  const std::size_t steps_before = std::exchange(budget_->steps, 0);
  try {
    taken = smallest_decisions(goal, reachable);
  } catch (const TooEntangled&) {
    taken = path(reachable);
  }
  budget_->steps = steps_before;
  return taken;
}

// A way through the diagram with the fewest unusual decisions.
std::vector<Decision> Guards::path(Guard reachable) const {
  std::unordered_map<Guard, std::uint32_t> known;
  unusual_decisions(reachable, known);
  std::vector<Decision> taken;
  for (Guard at = reachable; at != Guard::always;) {
    const Variable& variable = variables_[level(at)];
    std::uint32_t best = 0, best_cost = std::numeric_limits<std::uint32_t>::max();
    for (std::uint32_t value = 0; value < variable.values.size(); ++value) {
      const std::uint32_t rest = unusual_decisions(child(at, value), known);
      if (rest == std::numeric_limits<std::uint32_t>::max()) continue;
      const std::uint32_t cost = rest + (variable.usual && *variable.usual != value);
      const bool is_better = cost < best_cost || (cost == best_cost && variable.usual == value);
      if (is_better) best = value, best_cost = cost;
    }
    taken.push_back({level(at), best});
    at = child(at, best);
  }
  return taken;
}

// How many decisions every way to `always` begins with.
std::size_t Guards::forced_decisions(Guard guard) const {
  std::size_t count = 0;
  while (guard != Guard::never && guard != Guard::always) {
    Guard only = Guard::never;
    for (std::uint32_t value = 0; value < variables_[level(guard)].values.size(); ++value) {
      const Guard next = child(guard, value);
      if (next == Guard::never) continue;
      if (only != Guard::never) return count;
      only = next;
    }
    guard = only;
    ++count;
  }
  return count;
}

std::vector<Decision> Guards::smallest_decisions(Guard goal, Guard reachable) {
  std::unordered_map<Guard, std::uint32_t> known;
  const std::uint32_t unusual = unusual_decisions(reachable, known);
  std::vector<Decision> taken = path(reachable);
  const std::size_t forced = forced_decisions(goal);
  if (forced >= taken.size()) return taken;
  drop_needless(goal, taken);
  // A smaller one along another way, if it is found soon.
  constexpr std::size_t largest_tried = 3, tries = 512;
  std::vector<std::uint32_t> variables = support(goal);
  // A variable that only decides what is reachable may have to be named, too.
  for (const std::uint32_t variable : support(reachable)) variables.push_back(variable);
  std::sort(variables.begin(), variables.end());
  variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
  std::size_t tries_left = tries;
  std::vector<Decision> smaller;
  for (std::size_t size = std::max<std::size_t>(forced, 1);
       size < taken.size() && size <= largest_tried && tries_left > 0; ++size)
    if (search(goal, reachable, variables, 0, size, unusual, smaller, tries_left)) return smaller;
  return taken;
}

// Front to back: what stays is known to be needed by all that is kept behind it.
void Guards::drop_needless(Guard goal, std::vector<Decision>& taken) {
  // behind[i]: the goal given all decisions from i on.
  std::vector<Guard> behind(taken.size() + 1, goal);
  for (std::size_t i = taken.size(); i-- > 0;) behind[i] = given(behind[i + 1], taken[i]);
  std::vector<Decision> needed;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    Guard without = behind[i + 1];
    for (const Decision& decision : needed) without = given(without, decision);
    if (without != Guard::always) needed.push_back(taken[i]);
  }
  taken = std::move(needed);
}

}  // namespace codesign
