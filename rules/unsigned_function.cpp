#include "lint/rule.h"

namespace codesign {
static std::optional<Fault> check(const Function& function, const Graph&) {
  const SigningCase* first = nullptr;
  for (const SigningCase& signing : function.signing) {
    if (signing.package != PackageType::zip) continue;
    if (signing.state != Signing::none) return {};
    if (!first) first = &signing;
  }
  if (!first) return {};
  const NodeId own_value = function.config_from_globals ? NodeId::none : function.config_node;
  Fault fault{
      .where = function.resource->key,
      .message = fmt::format("{} accepts unsigned code{}", function.resource->id, when_and_by_default(first->when)),
      .when = first->when};
  if (own_value != NodeId::none) {
    fault.where = own_value;
    fault.message += function.opt_out == NodeId::none ? ": its CodeSigningConfigArn has no value"
                                                      : ": its own CodeSigningConfigArn takes the one of Globals away";
  } else if (function.opt_out != NodeId::none) {
    fault.where = function.opt_out;
    fault.message += ": IgnoreGlobals takes the config of Globals away";
  }
  if (function.obstacle.empty() && function.package == PackageType::zip) fault.remedy = SignFunction{&function};
  return fault;
}

extern const Rule unsigned_function = {
    .id = "unsigned-function",
    .levels = always(Severity::error),
    .summary = "Function without an effective CodeSigningConfigArn",
    .why =
        "Lambda verifies nothing when such a function is deployed: whoever may call lambda:UpdateFunctionCode runs any "
        "code with its role.",
    .help = "Set CodeSigningConfigArn to an AWS::Lambda::CodeSigningConfig.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity",
    .check = check,
};

}  // namespace codesign
