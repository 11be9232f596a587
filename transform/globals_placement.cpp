#include "transform/globals_placement.h"

#include <algorithm>
#include <unordered_set>

#include "graph/intrinsic.h"

namespace codesign {
namespace {

bool is_unsignable(const Function& function) {
  return function.package == PackageType::image || function.package == PackageType::inline_code;
}

}  // namespace

NodeId GlobalsPlacement::config() const {
  const NodeId functions = value_of(document_, value_of(document_, document_.root(), "Globals"), "Function");
  return value_of(document_, functions, config_property);
}

bool GlobalsPlacement::would_inherit(const Function& function) const {
  const Resource& resource = *function.resource;
  const NodeId own = builder_.key_of(resource.properties, config_property);
  const bool loses_its_own = own != NodeId::none && builder_.is_removed(own);
  return resource.type == "AWS::Serverless::Function" && (function.config_node == NodeId::none || loses_its_own) &&
         !builder_.ignores_globals(resource);
}

std::string GlobalsPlacement::why_not() const {
  std::string why = why_not_there();
  // What one copy of a loop is, the others are.
  std::unordered_set<NodeId> signable, unsignable;
  for (const Function& function : graph_.functions) {
    if (function.resource->type != "AWS::Serverless::Function") continue;
    if (why.empty()) why = why_not_for(function);
    if (would_inherit(function)) (is_unsignable(function) ? unsignable : signable).insert(function.resource->key);
  }
  if (why.empty() &&
      std::any_of(signable.begin(), signable.end(), [&](NodeId key) { return unsignable.contains(key); }))
    why = "a loop makes functions that can be signed, and others that cannot";
  return why.empty() ? why : why + "; --place functions signs each function";
}

std::string GlobalsPlacement::why_not_there() const {
  if (!graph_.has_sam_transform)
    return "Globals means nothing without Transform: AWS::Serverless-2016-10-31, which the template lacks";
  const auto resources = entries(document_, graph_.resources_section);
  const bool includes = std::any_of(resources.begin(), resources.end(), [&](const Entry& resource) {
    return find(document_, resource.value, "Fn::Transform") || read_intrinsic(document_, resource.value);
  });
  if (graph_.has_hidden_resources || includes)
    return "Globals would reach functions that this template does not show, and images among them";
  if (std::string why = sections_.why_not("Globals"); !why.empty()) return why;
  const NodeId globals = value_of(document_, document_.root(), "Globals");
  const auto functions = find(document_, globals, "Function");
  if (!functions) return {};
  const NodeId value = functions->value;
  if (document_[functions->key].parent != globals || document_[value].kind == Node::Kind::alias)
    return "Globals.Function is a YAML alias";
  if (std::string why = builder_.why_not(value); !why.empty()) return "Globals.Function: " + why;
  const bool is_empty = document_[value].kind == Node::Kind::null && document_[value].span.empty();
  if (!is_empty && document_[value].kind != Node::Kind::mapping) return "Globals.Function is not a mapping";
  if (find(document_, value, config_property)) return "Globals.Function has a CodeSigningConfigArn already";
  if (find(document_, value, "Fn::Transform")) return "Globals.Function includes what cannot be seen";
  return {};
}

std::string GlobalsPlacement::why_not_for(const Function& function) const {
  const std::string id(function.resource->id);
  if (function.config_node != NodeId::none && function.is_always(Signing::none))
    return id + " would take the config of Globals away from itself";
  if (!would_inherit(function)) return {};
  if (function.package == PackageType::unknown) return id + " would inherit it, and may be a container image";
  if (!is_unsignable(function)) return {};
  std::string why = builder_.why_cannot_ignore(*function.resource);
  if (why.empty()) return why;
  return id + " would inherit it, is " +
         (function.package == PackageType::image ? "a container image" : "inline code") +
         ", and cannot be given IgnoreGlobals: " + why;
}

std::vector<const Function*> GlobalsPlacement::place(Content config) {
  std::vector<const Function*> reached;
  const NodeId globals = value_of(document_, document_.root(), "Globals");
  if (const auto functions = find(document_, globals, "Function"))
    builder_.add_config(functions->value, std::move(config));
  else
    sections_.add("Globals", "Function", Content::mapping({{std::string(config_property), std::move(config)}}));
  for (const Function& function : graph_.functions) {
    if (!would_inherit(function)) continue;
    reached.push_back(&function);
    if (is_unsignable(function)) builder_.ignore_global(*function.resource);
  }
  return reached;
}

}  // namespace codesign
