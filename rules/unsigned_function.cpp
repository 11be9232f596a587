#include "lint/rule.h"

namespace codesign {
static std::optional<Fault> check(const Function& function, const Graph&) {
  // Those have rules of their own.
  const bool opts_out = function.opt_out != NodeId::none && function.package == PackageType::zip;
  if (opts_out || function.misspelt_config != NodeId::none) return {};
  const SigningCase* first = nullptr;
  for (const SigningCase& signing : function.signing) {
    if (signing.package != PackageType::zip) continue;
    if (signing.state != Signing::none) return {};
    if (!first) first = &signing;
  }
  if (!first) return {};
  Fault fault{
      .where = function.resource->key,
      .message = fmt::format("{} accepts unsigned code{}", function.resource->id, when_and_by_default(first->when)),
      .when = first->when};
  if (function.config_node != NodeId::none && !function.config_from_globals) {
    fault.where = function.config_node;
    fault.message += ": its CodeSigningConfigArn has no value";
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
    .repair = Repair::safe,
};

}  // namespace codesign
