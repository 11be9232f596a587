#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph& graph) {
  const bool warns = config.first(DeploymentPolicy::warn) || config.first(DeploymentPolicy::defaulted);
  const auto users = users_of(graph, config);
  if (!warns || users.empty() || graph.has_signature_alarm) return {};
  return Fault{
      .where = config.resource->key,
      .message = fmt::format("{} warns, and no alarm of this template listens: unsigned code of {} shows in the metric "
                             "SignatureValidationErrors only",
                             config.resource->id, names_of(users, graph)),
      .remedy = WatchConfig{&config}};
}

extern const Rule warning_without_alarm = {
    .id = "warning-without-alarm",
    .levels = hint,
    .summary = "Warning config without an alarm",
    .why = "A warning that nobody sees protects nothing: unsigned code is deployed, and counted in a metric.",
    .help = "Add an AWS::CloudWatch::Alarm on SignatureValidationErrors of AWS/Lambda, Sum above 0.",
    .source = "AWS Lambda Developer Guide, Types of metrics for Lambda functions",
    .check = check,
    .repair = Repair::with_alarm,
};

}  // namespace codesign
