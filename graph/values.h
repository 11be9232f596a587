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
#include "graph/outside.h"
#include "graph/scoped.h"

namespace codesign {

// Why a text is not known that has this part.
std::string why_not_known(const Value& part);

// The names a Ref may mean.
struct Names {
  std::unordered_map<std::string_view, const Resource*> resources;
  std::unordered_map<std::string_view, NodeId> parameters;  // -> their bodies
  std::unordered_set<std::string_view> loop_identifiers;
  bool complete = true;  // false: a name that is not here may still exist after macros and includes
};

// A node that is no Fn::If, and when; NodeId::none where nothing is written.
struct Branch {
  Guard when;
  NodeId node;
};

// Evaluates the intrinsics and conditions of one document. Everything may throw TooEntangled.
class Evaluator {
 public:
  // A template with more of them is not decided: TooEntangled.
  static constexpr std::size_t max_conditions = 5'000;
  // What is compared with more texts may have any value.
  static constexpr std::size_t max_compared_texts = 1'000;
  // Work that makes values, in bytes: of texts that are read, and put together.
  static constexpr std::size_t max_value_bytes = 64u << 20;
  // Conditions that ask for each other while they are decided, beyond those that are decided before.
  static constexpr std::size_t max_nested_conditions = 100;
  // Texts that comparisons mention, each as often as it is mentioned, long ones more. Beyond, no parameter's value is
  // told apart.
  static constexpr std::size_t max_mentioned_texts = 1'000'000;

  Evaluator(const Document& document, const Names& names, const Assumptions& assumptions, Guards& guards,
            Outside& outside);

  // The values at a node in the deployments of `within`.
  std::vector<Case> cases(NodeId node, Guard within, Pseudo pseudo = Pseudo::as_written);
  // The one value there; unknown where deployments differ.
  Value only_value(NodeId node, Guard within);
  // What is left when every Fn::If at a node is decided.
  std::vector<Branch> branches(NodeId node, Guard within);
  // The items of a list, each in the deployments that have it; where the list is not known, one value stands for it.
  std::vector<Case> items(NodeId list, Guard within);
  // The name of the parameter of a list type that a Ref refers to; empty where it is something else.
  std::string list_parameter(NodeId node) const;
  // The items of a list in any deployment, each once, those of the usual one first; nothing where that is not known.
  struct Items {
    std::vector<std::string> texts;
    std::size_t usual = 0;  // how many the usual list has
    bool are_all = true;    // false: a deployment may have others
  };
  std::optional<Items> all_items(NodeId node);
  // The condition of that name.
  Guard condition(std::string_view name);
  // What AllowedValues, AllowedPattern, lengths and the assertions of Rules leave over.
  Guard possible();
  // The same, and what the templates around this one leave over; also those that do not have its stack.
  Guard background();

  // Set by `possible`: the assertions of Rules contradict each other, and are not counted.
  bool rules_never_hold() const { return rules_never_hold_; }
  // Set by `possible`: in every deployment, a map lacks what is looked for; that is not counted, either.
  bool lookups_always_fail() const { return lookups_always_fail_; }

  // Null where the template has none of that logical ID.
  const Resource* resource_named(std::string_view id) const;

  Guards& guards() { return guards_; }
  std::uint32_t variable_of_pseudo_parameter(std::string_view name);
  // What a deployment decides about a pseudo parameter that is compared with these texts.
  static Variable pseudo_parameter(std::string_view name, const std::vector<std::string>& compared,
                                   const Assumptions& assumptions);

  // Not every value may be passed for it, or some value must be.
  bool is_restricted(std::string_view parameter) const;
  // False where a deployment with this value surely fails: nothing for a parameter without a default, or what
  // AllowedValues, AllowedPattern or lengths refuse.
  bool may_be_passed(std::string_view parameter, const Value& value) const;

  // False where a value that is no literal is surely not this text.
  bool may_be(const Value& value, const std::string& text) const;

  // What parameters and pseudo parameters are compared with, by name. To be added to before anything is evaluated.
  using Compared = std::map<std::string, std::vector<std::string>, std::less<>>;
  const Compared& compared() const { return compared_; }
  void compare(std::string_view name, const std::vector<std::string>& texts);
  // Some parameter is compared with more texts than are told apart.
  bool beyond_max_compared() const { return beyond_max_mentioned_ || !beyond_max_compared_.empty(); }
  // A deployment in which `guard` holds.
  Circumstance circumstance(Guard guard);

  // The identifiers of the Fn::ForEach loops around what is read next, and what they stand for.
  using Bindings = std::vector<std::pair<std::string, std::string>>;
  void bind(const Bindings* bindings) { bindings_ = bindings; }

  // While it lives, the evaluator answers another template, in the middle of whatever it was doing.
  class Visit {
   public:
    Visit(Evaluator& evaluator, const Bindings* bindings)
        : evaluator_(evaluator),
          bindings_(evaluator.bindings_, bindings),
          condition_(evaluator.condition_, {}),
          met_unreadable_(evaluator.met_unreadable_) {}
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { evaluator_.met_unreadable_ |= met_unreadable_; }

   private:
    Evaluator& evaluator_;
    const Scoped<const Bindings*> bindings_;
    const Scoped<std::string> condition_;
    const bool met_unreadable_;
  };
  // `text` with "${Identifier}" and "&{Identifier}" replaced.
  std::string bound(std::string_view text) const;

 private:
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
  void read_named(NodeId written, std::string_view name, std::string_view attribute, Guard within,
                  std::vector<Case>& into);
  void read_dotted(NodeId written, std::string_view text, Guard within, std::vector<Case>& into);
  void read_texts_of_parameter(NodeId written, std::string_view name, Guard within, Pseudo, std::vector<Case>& into);
  void receive(NodeId written, const Received& received, Guard within, std::vector<Case>& into);
  Value named(NodeId written, std::string_view name, std::string_view attribute) const;
  std::vector<Case> concatenated(NodeId written, const std::vector<std::vector<Case>>& parts, Guard within);
  // The items of a list; the lists are in `items`, by the index that the literal of a case holds.
  std::vector<Case> list_cases(NodeId node, Guard within, Pseudo, int nesting, std::vector<std::vector<Value>>& items);

  // A condition as it is written, or as a loop makes it.
  struct WrittenCondition {
    NodeId body = NodeId::none;
    Bindings made_with;
  };
  void collect_conditions();
  void spend(std::size_t bytes);
  bool knows_all_keys(NodeId map, const Value& key);
  std::vector<std::string> conditions_within(const WrittenCondition&);
  Guard formula(NodeId node, int nesting);
  Guard equals(const std::vector<Case>& left, const std::vector<Case>& right);
  Guard unreadable(std::string key);

  void collect_compared_values();
  void compare(const std::string& name, const std::string& text);
  bool is_beyond_max_compared(std::string_view name) const {
    return (beyond_max_mentioned_ || beyond_max_compared_.contains(name)) && !assumptions_.contains(name);
  }
  std::uint32_t variable_of_parameter(std::string_view name);
  bool is_list_type(std::string_view parameter) const;
  bool is_stored_elsewhere(std::string_view parameter) const;
  std::optional<std::string_view> default_of(std::string_view parameter) const;
  bool is_compared(std::string_view name, const std::string& text) const;
  void choose_own(Decision& decision, Guard guard, Circumstance::Choice& choice);
  bool may_have(std::string_view parameter, const std::string& value) const;

  const Document& document_;
  const Names& names_;
  const Assumptions& assumptions_;
  Guards& guards_;
  Outside& outside_;
  std::unordered_map<std::string, std::uint32_t> variables_;
  std::unordered_map<std::string, Guard> unreadable_;
  std::optional<std::unordered_map<std::string, WrittenCondition>> written_conditions_;
  std::unordered_map<std::string, Guard> conditions_;
  std::set<std::string, std::less<>> open_conditions_;  // being evaluated: a cycle ends at them
  std::string condition_;                               // the innermost of them
  bool is_whole_condition_ = false;                     // what is compared is all that it says
  Compared compared_;
  std::map<std::string, std::unordered_set<std::string>, std::less<>> compared_set_;  // the same texts
  std::set<std::string, std::less<>> beyond_max_compared_;
  std::size_t mentioned_ = 0;
  bool beyond_max_mentioned_ = false;
  std::set<std::string, std::less<>> passed_by_stack_set_;  // parameters
  std::optional<Guard> possible_, background_;
  Guard allowed_ = Guard::always;  // by parameters, Rules and maps of this template
  bool met_unreadable_ = false;
  bool rules_never_hold_ = false;
  bool lookups_always_fail_ = false;
  std::size_t value_bytes_ = 0;
  std::size_t nested_conditions_ = 0;
  std::map<std::pair<NodeId, std::uint32_t>, bool> has_all_keys_;  // of a map: a variable
  Guard failing_ = Guard::never;    // deployments that fail because a map has no such entry
  Guard supplied_ = Guard::always;  // those in which all that comes from other stacks is there
  std::unordered_map<Guard, Circumstance> circumstances_;
  const Bindings* bindings_ = nullptr;
};

}  // namespace codesign
