#include "graph/layers.h"

#include <algorithm>

#include "graph/arn.h"

namespace codesign {
namespace {

constexpr std::string_view own_account = "${AWS::AccountId}";

// May a publisher of the config be the signer of such a layer? Yes wherever a publisher is not known.
bool may_allow(const SigningConfig& config, const KnownPublisher* known, std::string_view account) {
  const auto signs = [&](std::string_view signer) {
    if (!known || known->signers.empty()) return signer == account;
    return std::find(known->signers.begin(), known->signers.end(), signer) != known->signers.end();
  };
  // A config without publishers has a rule of its own.
  if (config.publishers.empty()) return true;
  const bool may_be_own = !known && !account.empty();
  return std::any_of(config.publishers.begin(), config.publishers.end(), [&](const Publisher* publisher) {
    // Of an account whose number the template does not tell: it may be the layer's, unless that is somebody else's.
    if (publisher->profile) return may_be_own;
    if (publisher->value.kind != Value::Kind::literal) return true;
    const auto arn = read_arn(publisher->value.text);
    // What is no ARN has a rule of its own.
    if (!arn) return true;
    return arn->account == own_account ? may_be_own : signs(arn->account);
  });
}

}  // namespace

std::optional<LayerArn> read_layer_arn(std::string_view text) {
  const auto arn = read_arn(text);
  if (!arn || arn->service != "lambda") return {};
  std::string_view name = arn->resource;
  const std::size_t colon = name.find(':');
  const std::string_view kind = name.substr(0, colon);
  if (colon == std::string_view::npos || (kind != "layer" && kind != "awslayer")) return {};
  name.remove_prefix(colon + 1);
  return LayerArn{arn->account, name.substr(0, name.find(':'))};
}

LayerUse* LayerUseReader::known(const Value& layer, const SigningConfig& config) const {
  const auto here = at_.find(layer.node);
  if (here == at_.end()) return nullptr;
  const auto found = std::find_if(here->second.begin(), here->second.end(), [&](const LayerUse* use) {
    return use->config == &config && use->layer.text == layer.text;
  });
  return found == here->second.end() ? nullptr : *found;
}

void LayerUseReader::read(const Function& function, const std::vector<LayerCase>& layers) {
  for (const LayerCase& one : layers) {
    if (one.layer.kind != Value::Kind::literal || one.layer.node == NodeId::none) continue;
    for (const SigningCase& signing : function.signing) {
      if (signing.state != Signing::enforced || !signing.config) continue;
      const Guard when = evaluator_.guards().both(one.guard, signing.guard);
      if (when == Guard::never) continue;
      if (LayerUse* use = known(one.layer, *signing.config)) {
        if (use->functions.back() != &function) use->functions.push_back(&function);
        continue;
      }
      LayerUse& use = graph_.layer_uses.emplace_back();
      at_[one.layer.node].push_back(&use);
      use.resource = one.in_globals ? nullptr : function.resource;
      use.functions = {&function};
      use.layer = one.layer;
      use.config = signing.config;
      use.when = evaluator_.circumstance(when);
      const auto arn = read_layer_arn(use.layer.text);
      if (!arn || arn->account == own_account) {
        use.may_be_allowed = true;
        continue;
      }
      use.account = arn->account;
      use.publisher = publisher_of(publishers_, arn->account, arn->name);
      use.may_be_allowed = may_allow(*signing.config, use.publisher, use.account);
    }
  }
}

void read_layer_permission(Graph& graph, Evaluator& evaluator, const Resource& resource) {
  LayerPermission& permission = graph.layer_permissions.emplace_back();
  permission.resource = &resource;
  const Document& document = *graph.document;
  permission.layer =
      evaluator.only_value(value_of(document, resource.properties, "LayerVersionArn"), resource.exists).resource;
  if (is_misspelt(graph, resource, "OrganizationId")) return;
  const NodeId organization = value_of(document, resource.properties, "OrganizationId");
  for (const Case& principal : evaluator.cases(value_of(document, resource.properties, "Principal"), resource.exists)) {
    if (principal.value.kind != Value::Kind::literal || principal.value.text != "*") continue;
    for (const Case& one : evaluator.cases(organization, principal.when)) {
      if (one.value.kind != Value::Kind::absent || one.when == Guard::never) continue;
      permission.public_principal = principal.value.node;
      permission.when = evaluator.circumstance(one.when);
      return;
    }
  }
}

}  // namespace codesign
