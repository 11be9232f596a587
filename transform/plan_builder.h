// Inside the fifth station: adds changes to a plan, each once, and none where it would reach further than it should.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "graph/editability.h"
#include "graph/graph.h"
#include "transform/plan.h"

namespace codesign {

constexpr std::string_view config_property = "CodeSigningConfigArn";

// Where a method returns a text, that says why nothing was added, as a clause; it is empty where the plan has it now.
class PlanBuilder {
 public:
  PlanBuilder(const Graph& graph, Plan& plan);

  // Why nothing can be added to a mapping, or to the Properties of a resource.
  std::string why_not(NodeId mapping) const { return editability_.why_not(mapping); }
  std::string why_not(const Resource& resource) const { return editability_.why_not(resource); }
  std::string why_not_list(NodeId list) const;
  bool stands_in_anchor(NodeId node) const { return editability_.stands_in_anchor(node); }

  void respell(NodeId scalar, std::string_view text);
  void respell_part(NodeId scalar, Span part, std::string_view text);
  std::string substitute(NodeId value, Content content);

  // Adds to Properties, which may be missing or empty, behind the first of `neighbours` that is there.
  void add_property(const Resource& resource, std::string_view key, Content value,
                    const std::vector<std::string_view>& neighbours);
  void add_entry(NodeId mapping, std::string_view key, Content value, const std::vector<std::string_view>& neighbours);
  void add_item(NodeId list, Content value);
  // CodeSigningConfigArn, next to what says what runs.
  void add_config(const Resource& function, Content config);
  void add_config(NodeId properties, Content config);

  // An entry of a mapping of this resource, or the resource itself.
  std::string remove_entry(const Resource& resource, NodeId mapping, NodeId key);
  std::string remove_item(NodeId item);
  bool is_removed(NodeId member) const { return removed_.contains(member); }
  // Takes back what was to change inside.
  void forget_changes_in(Span span);

  // "IgnoreGlobals: [CodeSigningConfigArn]"
  std::string ignore_global(const Resource& resource);
  std::string why_cannot_ignore(const Resource& resource) const;
  bool ignores_globals(const Resource& resource) const;

  // The copies of a loop share their text, which is edited once for each purpose.
  bool is_first_copy(const Resource& resource, std::string_view purpose);
  bool is_edited(const Resource& resource, std::string_view purpose) const;

  // The key of an entry that the mapping itself has; none otherwise.
  NodeId key_of(NodeId mapping, std::string_view name) const;

 private:
  std::vector<std::string_view> what_says_what_runs(NodeId properties) const;
  bool stands_on_one_line(NodeId mapping, std::string_view key) const;

  const Document& document_;
  Plan& plan_;
  std::unordered_set<std::string_view> repeated_ids_;
  Editability editability_;
  std::unordered_set<NodeId> respelled_, substituted_, removed_;
  std::set<std::pair<NodeId, std::string_view>> edited_;
};

}  // namespace codesign
