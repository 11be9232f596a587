#include "transform/plan_builder.h"

#include "graph/globals.h"
#include "graph/intrinsic.h"

namespace codesign {
namespace {

// The resources whose logical ID is given twice.
std::unordered_set<std::string_view> repeated_ids(const Document& document, NodeId resources) {
  std::unordered_set<std::string_view> seen, repeated;
  for (const Entry& entry : entries(document, resources))
    if (const auto id = scalar_text(document, entry.key); id && !seen.insert(*id).second) repeated.insert(*id);
  return repeated;
}

}  // namespace

PlanBuilder::PlanBuilder(const Graph& graph, Plan& plan)
    : document_(*graph.document),
      plan_(plan),
      repeated_ids_(repeated_ids(document_, graph.resources_section)),
      editability_(document_, repeated_ids_) {}

std::string PlanBuilder::why_not_list(NodeId list) const {
  if (!is_plain_list(document_, list) || document_[list].kind == Node::Kind::alias)
    return "its list is not written where it is used";
  return editability_.stands_in_anchor(list) ? "its list stands in a YAML anchor" : "";
}

// --- words and values

void PlanBuilder::respell(NodeId scalar, std::string_view text) {
  if (respelled_.insert(scalar).second) plan_.replacements.push_back({scalar, std::string(text)});
}

void PlanBuilder::respell_part(NodeId scalar, Span part, std::string_view text) {
  plan_.replacements.push_back({scalar, std::string(text), part});
}

std::string PlanBuilder::substitute(NodeId value, Content content) {
  if (document_[value].kind == Node::Kind::alias || editability_.stands_in_anchor(value))
    return "it is a YAML alias, or in an anchor";
  const std::string_view bytes = document_.source[document_[value].span];
  if (bytes.find('\n') != std::string_view::npos || bytes.find('#') != std::string_view::npos)
    return "it is written in several lines";
  if (substituted_.insert(value).second) plan_.substitutions.push_back({value, std::move(content)});
  return {};
}

// --- additions

NodeId PlanBuilder::key_of(NodeId mapping, std::string_view name) const {
  const NodeId resolved = resolve(document_, mapping);
  const auto entry = find(document_, resolved, name);
  return entry && document_[entry->key].parent == resolved ? entry->key : NodeId::none;
}

void PlanBuilder::add_property(const Resource& resource, std::string_view key, Content value,
                               const std::vector<std::string_view>& neighbours) {
  const NodeId body = resolve(document_, resource.body);
  if (const auto properties = find(document_, body, "Properties"))
    return add_entry(properties->value, key, std::move(value), neighbours);
  plan_.insertions.push_back(
      {.mapping = body, .key = "Properties", .value = Content::mapping({{std::string(key), std::move(value)}})});
}

void PlanBuilder::add_entry(NodeId mapping, std::string_view key, Content value,
                            const std::vector<std::string_view>& neighbours) {
  NodeId after = NodeId::none;
  for (const std::string_view neighbour : neighbours)
    if (after == NodeId::none) after = key_of(mapping, neighbour);
  plan_.insertions.push_back({.mapping = mapping, .after = after, .key = std::string(key), .value = std::move(value)});
}

void PlanBuilder::add_item(NodeId list, Content value) {
  plan_.additions.push_back({list, std::move(value)});
}

void PlanBuilder::add_config(const Resource& function, Content config) {
  add_property(function, config_property, std::move(config), what_says_what_runs(function.properties));
}

void PlanBuilder::add_config(NodeId properties, Content config) {
  add_entry(properties, config_property, std::move(config), what_says_what_runs(properties));
}

// The key of the last of CodeUri, Handler and Runtime where they first stand together, each on one line, so that the
// new line has one neighbour above and one below.
std::vector<std::string_view> PlanBuilder::what_says_what_runs(NodeId properties) const {
  std::vector<std::string_view> found;
  for (const Entry& entry : entries(document_, properties)) {
    const auto key = scalar_text(document_, entry.key);
    const bool belongs =
        (key == "CodeUri" || key == "Handler" || key == "Runtime") && stands_on_one_line(properties, *key);
    if (belongs)
      found = {*key};
    else if (!found.empty())
      break;
  }
  return found;
}

bool PlanBuilder::stands_on_one_line(NodeId mapping, std::string_view key) const {
  const auto entry = find(document_, mapping, key);
  if (!entry || is_null(document_, entry->value)) return false;
  const std::string_view text = document_.source[{document_[entry->key].span.begin, document_[entry->value].span.end}];
  return text.find('\n') == std::string_view::npos;
}

// --- removals

// Not the only one, and none that a dash stands before: its line is another's, too.
std::string PlanBuilder::remove_entry(const Resource& resource, NodeId mapping, NodeId key) {
  if (std::string why = editability_.why_not(resource); !why.empty()) return why;
  if (document_[key].parent != mapping) return "it comes from a YAML merge";
  const auto all = entries(document_, mapping);
  if (all.size() < 2) return "nothing would be left of " + std::string(resource.id);
  const NodeId holder = document_[mapping].parent;
  if (all.front().key == key && document_[mapping].style == Node::Style::block && holder != NodeId::none &&
      is_sequence(document_, holder))
    return "it stands on the line of a dash";
  if (removed_.insert(key).second) plan_.removals.push_back({key});
  return {};
}

std::string PlanBuilder::remove_item(NodeId item) {
  const NodeId list = document_[item].parent;
  if (std::string why = why_not_list(list); !why.empty()) return why;
  if (removed_.insert(item).second) plan_.removals.push_back({item});
  return {};
}

void PlanBuilder::forget_changes_in(Span span) {
  const auto is_inside = [&](NodeId node) {
    return document_[node].span.begin >= span.begin && document_[node].span.end <= span.end;
  };
  std::erase_if(plan_.insertions, [&](const Insertion& one) { return is_inside(one.mapping); });
  std::erase_if(plan_.additions, [&](const Addition& one) { return is_inside(one.sequence); });
  std::erase_if(plan_.replacements, [&](const Replacement& one) { return is_inside(one.scalar); });
  std::erase_if(plan_.substitutions, [&](const Substitution& one) { return is_inside(one.value); });
  std::erase_if(plan_.removals, [&](const Removal& one) { return is_inside(one.member); });
}

// --- IgnoreGlobals

std::string PlanBuilder::ignore_global(const Resource& resource) {
  if (std::string why = why_cannot_ignore(resource); !why.empty()) return why;
  if (!is_first_copy(resource, "IgnoreGlobals")) return {};
  const NodeId body = resolve(document_, resource.body);
  if (const auto ignored = find(document_, body, "IgnoreGlobals"))
    add_item(ignored->value, Content::scalar(std::string(config_property)));
  else
    add_entry(body, "IgnoreGlobals", Content::sequence({Content::scalar(std::string(config_property))}), {"Type"});
  return {};
}

std::string PlanBuilder::why_cannot_ignore(const Resource& resource) const {
  if (std::string why = editability_.why_not(resource); !why.empty()) return why;
  const auto ignored = find(document_, resource.body, "IgnoreGlobals");
  return ignored ? why_not_list(ignored->value) : "";
}

bool PlanBuilder::ignores_globals(const Resource& resource) const {
  return ignores_global(document_, resource, config_property);
}

// --- loops

bool PlanBuilder::is_first_copy(const Resource& resource, std::string_view purpose) {
  return edited_.emplace(resource.key, purpose).second;
}

bool PlanBuilder::is_edited(const Resource& resource, std::string_view purpose) const {
  return edited_.contains({resource.key, purpose});
}

}  // namespace codesign
