// Inside the third station: what stands where a value is expected, in every deployment.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "graph/guard.h"
#include "graph/intrinsic.h"

namespace codesign {

// The names a Ref may mean.
struct Names {
  std::unordered_map<std::string_view, const Resource*> resources;
  std::unordered_map<std::string_view, NodeId> parameters;  // -> their bodies
  std::unordered_set<std::string_view> loop_identifiers;
  bool complete = true;  // false: a name that is not here may still exist after macros and includes
};

// A value, and when. The cases of one node are disjoint and cover what was asked for.
struct Case {
  Guard when;
  Value value;
};
// A node that is no Fn::If, and when; NodeId::none where nothing is written.
struct Branch {
  Guard when;
  NodeId node;
};

// Evaluates the intrinsics and conditions of one document. Everything may throw TooEntangled.
class Evaluator {
 public:
  Evaluator(const Document& document, const Names& names, const Assumptions& assumptions);

  // The values at a node in the deployments of `within`.
  std::vector<Case> cases(NodeId node, Guard within);
  // The one value there; unknown where deployments differ.
  Value only_value(NodeId node, Guard within);
  // What is left when every Fn::If at a node is decided.
  std::vector<Branch> branches(NodeId node, Guard within);
  // The items of a list, where they are known for parameters that have their defaults.
  std::optional<std::vector<std::string>> known_list(NodeId node);
  // The condition of that name.
  Guard condition(std::string_view name);
  // What AllowedValues, AllowedPattern, lengths and the assertions of Rules leave over.
  Guard possible();

  // Set by `possible`: the assertions of Rules contradict each other, and are not counted.
  bool rules_never_hold() const { return rules_never_hold_; }

  // Null where the template has none of that logical ID.
  const Resource* resource_named(std::string_view id) const;

  Guards& guards() { return guards_; }
  // A deployment in which `guard` holds.
  Circumstance circumstance(Guard guard);

  // The identifiers of the Fn::ForEach loops around what is read next, and what they stand for.
  void bind(const std::vector<std::pair<std::string, std::string>>* bindings) { bindings_ = bindings; }
  // `text` with "${Identifier}" and "&{Identifier}" replaced.
  std::string bound(std::string_view text) const;

 private:
  enum class Pseudo : std::uint8_t { as_written, as_variable };
  struct ParameterFacts;

  void read(NodeId written, bool ignore_tag, Guard within, Pseudo pseudo, int nesting, std::vector<Case>& into);
  void read_function(const Intrinsic&, NodeId written, Guard within, Pseudo, int nesting, std::vector<Case>& into);
  void read_reference(NodeId written, std::string_view name, Guard within, Pseudo, std::vector<Case>& into);
  void read_parameter(NodeId written, std::string_view name, Guard within, Pseudo, std::vector<Case>& into);
  void read_variable(NodeId written, std::uint32_t variable, std::string_view name, Guard within,
                     std::vector<Case>& into);
  void read_sub(NodeId written, NodeId argument, Guard within, Pseudo, int nesting, std::vector<Case>& into);
  void read_join(NodeId written, NodeId argument, Guard within, Pseudo, int nesting, std::vector<Case>& into);
  void read_select(NodeId written, NodeId argument, Guard within, Pseudo, int nesting, std::vector<Case>& into);
  void read_find_in_map(NodeId written, NodeId argument, Guard within, int nesting, std::vector<Case>& into);
  Value named(NodeId written, std::string_view name, std::string_view attribute) const;
  Value dotted(NodeId written, std::string_view text) const;
  std::vector<Case> concatenated(NodeId written, const std::vector<std::vector<Case>>& parts, Guard within);
  // The items of a list; the lists are in `items`, by the index that the literal of a case holds.
  std::vector<Case> list_cases(NodeId node, Guard within, Pseudo, int nesting, std::vector<std::vector<Value>>& items);

  // The body of a condition that a loop makes, and what it makes it with.
  NodeId looped_condition(std::string_view name, std::vector<std::pair<std::string, std::string>>& made_with);
  Guard formula(NodeId node, int nesting);
  Guard equals(const std::vector<Case>& left, const std::vector<Case>& right);
  Guard unreadable(std::string key);

  void collect_compared_values();
  std::uint32_t variable_of_parameter(std::string_view name);
  std::uint32_t variable_of_pseudo_parameter(std::string_view name);
  bool is_list_type(std::string_view parameter) const;
  bool is_stored_elsewhere(std::string_view parameter) const;
  std::optional<std::string> default_of(std::string_view parameter) const;
  bool may_have(NodeId parameter, const std::string& value) const;

  const Document& document_;
  const Names& names_;
  const Assumptions& assumptions_;
  Guards guards_;
  std::unordered_map<std::string, std::uint32_t> variables_;
  std::unordered_map<std::string, Guard> unreadable_;
  std::unordered_map<std::string, Guard> conditions_;
  std::set<std::string, std::less<>> open_conditions_;  // being evaluated: a cycle ends at them
  std::string condition_;                               // the outermost of them
  std::map<std::string, std::vector<std::string>, std::less<>> compared_;
  std::optional<Guard> possible_;
  bool met_unreadable_ = false;
  bool rules_never_hold_ = false;
  Guard failing_ = Guard::never;  // deployments that fail because a map has no such entry
  std::unordered_map<Guard, Circumstance> circumstances_;
  const std::vector<std::pair<std::string, std::string>>* bindings_ = nullptr;
};

}  // namespace codesign
