#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph&) {
  if (function.opt_out == NodeId::none || function.package != PackageType::zip) return {};
  const bool by_value = function.opt_out == function.config_node;
  Fault fault{
      .where = function.opt_out,
      .message = fmt::format("{} accepts unsigned code: {} takes the config of Globals away", function.resource->id,
                             by_value ? "its own CodeSigningConfigArn" : "IgnoreGlobals")};
  if (function.opts_out_of_a_config) fault.remedy = InheritConfig{&function};
  return fault;
}

extern const Rule opted_out_function = {
    .id = "opted-out-function",
    .levels = always(Severity::error),
    .summary = "Function that takes the code signing config of Globals away from itself",
    .why = "Everything around it is signed, and this one function is not: Lambda verifies nothing when it is deployed.",
    .help = "Remove the CodeSigningConfigArn without a value, or CodeSigningConfigArn from IgnoreGlobals.",
    .source = "aws/serverless-application-model, samtranslator/plugins/globals/globals.py",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
