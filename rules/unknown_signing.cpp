#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph&) {
  const SigningCase* signing = function.first(Signing::unknown);
  if (!signing || signing->guard == Guard::never || signing->has_own_rule || signing->package == PackageType::image)
    return {};
  return Fault{.where = signing->evidence.empty() ? function.resource->key : signing->evidence.front(),
               .message = fmt::format("what {} accepts is not known{}: {}", function.resource->id, when(signing->when),
                                      signing->reason),
               .when = signing->when};
}

extern const Rule unknown_signing = {
    .id = "unknown-signing",
    .levels = {.strict = Severity::warning},
    .summary = "Function of which this template does not tell what it accepts",
    .why = "A config that arrives through a parameter, an import or a literal ARN may only warn, or be gone.",
    .help = "Refer to a config of this template, give --parameters, or lint with another --profile.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity",
    .check = check,
};

}  // namespace codesign
