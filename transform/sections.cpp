#include "transform/sections.h"

#include <algorithm>
#include <iterator>

#include "graph/dependencies.h"
#include "graph/intrinsic.h"

namespace codesign {
namespace {

// The usual order of those that may be added, as real templates have it; others stand before them, Outputs behind.
std::size_t rank_of(std::string_view section) {
  constexpr std::string_view order[] = {"Parameters", "Mappings", "Conditions", "Globals", "Resources", "Outputs"};
  const auto found = std::find(std::begin(order), std::end(order), section);
  return found == std::end(order) ? 0 : static_cast<std::size_t>(found - std::begin(order)) + 1;
}

}  // namespace

Sections::Sections(const Graph& graph, Plan& plan) : document_(*graph.document), plan_(plan) {
  for (const std::string_view name : graph.taken_names) taken_.emplace(name);
}

bool Sections::is_referred_to(std::string_view name) const {
  bool found = false;
  const auto compare = [&](std::string_view named) { found |= named == name; };
  for (std::uint32_t index = 0; index < document_.nodes.size() && !found; ++index) {
    const auto intrinsic = read_intrinsic(document_, NodeId{index});
    if (!intrinsic || (intrinsic->name != "Ref" && intrinsic->name != "Fn::GetAtt" && intrinsic->name != "Fn::Sub" &&
                       intrinsic->name != "Condition" && intrinsic->name != "Fn::If"))
      continue;
    visit_names(document_[intrinsic->argument].text, compare);
    if (const auto parts = children(document_, intrinsic->argument); !parts.empty())
      visit_names(document_[parts.front()].text, compare);
  }
  return found;
}

std::string Sections::free_name(std::string_view wanted) const {
  std::string name(wanted);
  for (int number = 2; is_taken(name) || is_referred_to(name); ++number)
    name = std::string(wanted) + std::to_string(number);
  return name;
}

std::size_t Sections::size_of(std::string_view section) const {
  const auto added = added_.find(section);
  return entries(document_, value_of(document_, document_.root(), section)).size() +
         (added == added_.end() ? 0 : added->second);
}

std::string Sections::why_not(std::string_view section, std::size_t members) const {
  const std::string name(section);
  // AWS CloudFormation User Guide, CloudFormation quotas.
  constexpr std::size_t most_resources = 500, most_parameters = 200;
  if (section == "Resources" && size_of(section) + members > most_resources)
    return "the template would have more resources than CloudFormation takes, 500";
  if (section == "Parameters" && size_of(section) + members > most_parameters)
    return "the template would have more parameters than CloudFormation takes, 200";
  const NodeId root = document_.root();
  if (duplicate_key(document_, root) == section) return name + " is given twice";
  const auto entry = find(document_, root, section);
  if (!entry)
    return section == "Resources" ? "Resources is not a mapping that something could be added to" : std::string();
  const Node& node = document_[entry->value];
  if (document_[entry->key].parent != root || node.kind == Node::Kind::alias) return name + " is a YAML alias";
  const bool in_flow = document_[root].style == Node::Style::flow;
  if (node.kind == Node::Kind::null && node.span.empty() && section != "Resources" && !in_flow) return {};
  if (node.anchored || !node.tag.empty()) return name + " is a YAML anchor or has a tag";
  const auto intrinsic = read_intrinsic(document_, entry->value);
  const bool is_computed = intrinsic && !intrinsic->name.starts_with("Fn::ForEach::");
  if (node.kind != Node::Kind::mapping || is_computed || (section == "Resources" && node.first_child == NodeId::none))
    return name + " is not a mapping that something could be added to";
  return {};
}

void Sections::add(std::string_view section, std::string name, Content value) {
  taken_.insert(name);
  ++added_[std::string(section)];
  const NodeId root = document_.root();
  if (const auto there = find(document_, root, section)) {
    // Two entries of a section that is written without a value are one insertion each, in their order.
    plan_.insertions.push_back(
        {.mapping = there->value, .key = std::move(name), .value = std::move(value), .is_block_of_its_own = true});
    return;
  }
  if (const auto known = new_sections_.find(section); known != new_sections_.end()) {
    plan_.insertions[known->second].value.members.push_back({std::move(name), std::move(value)});
    return;
  }
  NodeId after = NodeId::none;
  for (const Entry& entry : entries(document_, root)) {
    if (rank_of(scalar_text(document_, entry.key).value_or("")) > rank_of(section)) break;
    after = entry.key;
  }
  new_sections_.emplace(section, plan_.insertions.size());
  plan_.insertions.push_back({.mapping = root,
                              .after = after,
                              .at_start = after == NodeId::none,
                              .key = std::string(section),
                              .value = Content::mapping({{std::move(name), std::move(value)}}),
                              .is_block_of_its_own = true});
}

}  // namespace codesign
