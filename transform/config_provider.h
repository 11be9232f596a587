// Inside the fifth station: what CodeSigningConfigArn is to say, by where the team keeps its code signing configs. What
// that needs in the template — a config, a parameter, a condition — is added when it is first asked for.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "graph/graph.h"
#include "transform/plan.h"
#include "transform/sections.h"

namespace codesign {

class ConfigProvider {
 public:
  ConfigProvider(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes,
                 Sections& sections, Plan& plan)
      : graph_(graph),
        document_(*graph.document),
        findings_(findings),
        wishes_(wishes),
        sections_(sections),
        plan_(plan) {}

  // This config will enforce.
  void note_promotion(const SigningConfig& config) { promoted_.insert(&config); }
  bool is_promoted(const SigningConfig& config) const { return promoted_.contains(&config); }

  // What all of these functions may take; nothing, with a reason, where there can be no such thing.
  struct Answer {
    std::optional<Content> value;
    std::string reason;  // a sentence without its full stop
  };
  Answer for_functions(const std::vector<const Function*>& functions);

  // Something else gives this config to a function.
  void note_use(std::string_view config) { used_.emplace(config); }
  // True of the logical IDs that answers named, and of those.
  bool is_used(std::string_view config) const { return used_.contains(std::string(config)); }

  // The logical ID of the config that was added; empty where none was.
  const std::string& new_config() const { return new_config_; }

 private:
  const SigningConfig* existing_config(const std::vector<const Function*>& functions);
  bool is_usable(const SigningConfig& config, const Function& function);
  Answer from_template(const std::vector<const Function*>& functions);
  std::string why_no_new_config() const;
  void add_config();
  Content publishers();
  Content publishers_of_parameter();
  bool is_list_parameter(std::string_view name) const;
  bool is_text_parameter(std::string_view name) const;
  void remark_on_layers(const std::vector<const Function*>& functions);
  Answer from_parameter();
  Answer from_optional_parameter();
  std::optional<Content> optional_reference_in_use() const;
  bool has_fault(NodeId reference) const;
  bool asks_for_more_than_default(std::string_view condition, std::string_view parameter) const;
  NodeId parameter_of(std::string_view name) const;
  std::string why_no_new_parameter(std::string& name, std::string_view unfit) const;
  bool is_compared_with_another_than(std::string_view text, std::string_view parameter) const;
  bool may_be(std::string_view parameter, std::string_view value) const;
  bool takes_only_configs(std::string_view parameter) const;
  void remark(std::string sentence);

  const Graph& graph_;
  const Document& document_;
  const std::vector<Finding>& findings_;
  const SigningWishes& wishes_;
  Sections& sections_;
  Plan& plan_;
  std::unordered_set<const SigningConfig*> promoted_;
  std::unordered_map<const SigningConfig*, std::unordered_set<const Resource*>> dependencies_;
  std::string new_config_;
  std::unordered_set<std::string> used_;
  std::optional<Answer> of_parameter_;  // found once
};

}  // namespace codesign
