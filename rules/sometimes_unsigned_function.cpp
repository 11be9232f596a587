#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph&) {
  const SigningCase* unsigned_case = nullptr;
  bool has_others = false, all_repairable = true;
  for (const SigningCase& signing : function.signing) {
    if (signing.package != PackageType::zip) continue;
    has_others |= signing.state != Signing::none;
    if (signing.state != Signing::none) continue;
    all_repairable &= signing.is_repairable;
    if (!unsigned_case) unsigned_case = &signing;
  }
  if (!unsigned_case || !has_others) return {};
  Fault fault{.where = function.resource->key,
              .message = fmt::format("{} accepts unsigned code{}", function.resource->id,
                                     when_and_by_default(unsigned_case->when)),
              .when = unsigned_case->when};
  if (all_repairable) fault.remedy = SignBranch{&function};
  return fault;
}

extern const Rule sometimes_unsigned_function = {
    .id = "sometimes-unsigned-function",
    .levels = always(Severity::warning),
    .summary = "Function whose code signing config depends on a parameter or a condition",
    .why =
        "In the deployments where the condition takes the config away, Lambda verifies nothing: whoever can choose the "
        "parameters, or deploy with the defaults, can deploy any code.",
    .help = "Give every branch a config; --parameters judges one deployment.",
    .source = "AWS CloudFormation User Guide, Fn::If with AWS::NoValue",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
