#include "lint/rule.h"

namespace codesign {
static std::string_view circumstance(const Function& function, bool written) {
  if (function.opts_out_of_globals)
    return written ? ": its own value takes the config of Globals away"
                   : ": IgnoreGlobals takes the config of Globals away";
  return written ? ": its CodeSigningConfigArn has no value" : "";
}

static std::optional<Fault> check(const Function& function, const Graph&) {
  if (function.package != PackageType::zip || signing_of(function) != Signing::none) return {};
  const bool written = function.config.node != NodeId::none && !function.config_from_globals;
  Fault fault{
      .where = written ? function.config.node : function.resource->key,
      .message = fmt::format("{} accepts unsigned code{}", function.resource->id, circumstance(function, written))};
  if (function.obstacle.empty()) fault.remedy = SignFunction{&function};
  return fault;
}

extern const Rule unsigned_function = {
    .id = "unsigned-function",
    .severity = Severity::error,
    .summary = "Function without an effective CodeSigningConfigArn",
    .why =
        "Lambda verifies nothing when such a function is deployed: whoever may call lambda:UpdateFunctionCode runs any "
        "code with its role.",
    .help = "Set CodeSigningConfigArn to an AWS::Lambda::CodeSigningConfig.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity",
    .check = check,
};

}  // namespace codesign
