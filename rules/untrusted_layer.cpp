#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const LayerUse& use, const Graph& graph) {
  const std::string config = name_of(*use.config->resource, graph);
  const auto fault = [&](const std::string& message) {
    return Fault{.where = use.layer.node, .message = message + when(use.when), .when = use.when};
  };
  if (use.publisher && use.publisher->signs == KnownPublisher::Signs::no)
    return fault(fmt::format("{} would refuse {}: the layers of {} are not known to be signed", config,
                             names_of(use.functions, graph), use.publisher->name));
  if (use.may_be_allowed) return {};
  const std::string publisher = use.publisher         ? use.publisher->name
                                : use.account.empty() ? std::string("AWS")
                                                      : fmt::format("account {}", use.account);
  Fault refused =
      fault(fmt::format("{} allows no publisher that could sign the layer of {}, which {} {}", config, publisher,
                        names_of(use.functions, graph), use.functions.size() == 1 ? "uses" : "use"));
  std::vector<std::string> signers = use.publisher ? use.publisher->signers : std::vector<std::string>{};
  if (signers.empty() && !use.account.empty()) signers.emplace_back(use.account);
  if (!signers.empty()) refused.remedy = AllowPublisher{use.config, std::move(signers)};
  return refused;
}

extern const Rule untrusted_layer = {
    .id = "untrusted-layer",
    .levels = always(Severity::warning),
    .summary = "Layer of somebody else under a config that does not allow its publisher",
    .why =
        "All layers of a function must be signed by a profile that its config allows. An enforcing config refuses the "
        "deployment.",
    .help =
        "Add the signing profile version of the layer's publisher to the config, or publish a signed copy of the "
        "layer.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity; schemas/known-publishers.yaml",
    .check = check,
    .is_of_enforcement = true,
    .repair = Repair::with_publisher,
};

}  // namespace codesign
