#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph&) {
  for (const SigningCase& signing : function.signing) {
    if (signing.package != PackageType::image || signing.evidence.empty()) continue;
    const std::string_view name = function.resource->id;
    Fault fault{.where = signing.evidence.front(),
                .message = fmt::format("{} is a container image, for which Lambda refuses a code signing config{}",
                                       name, when(signing.when)),
                .when = signing.when};
    if (function.config_from_globals) {
      fault.where = function.resource->key;
      fault.message = fmt::format(
          "{} is a container image, and inherits a code signing config from Globals, which Lambda refuses{}", name,
          when(signing.when));
    }
    if (function.package == PackageType::image) fault.remedy = UnsignImage{&function};
    return fault;
  }
  return {};
}

extern const Rule image_function_with_config = {
    .id = "image-function-with-config",
    .levels = always(Severity::error),
    .summary = "Image function with a code signing config",
    .why = "Lambda does not support code signing for container images and refuses to create such a function.",
    .help =
        "Remove CodeSigningConfigArn from the function; where it comes from Globals, add IgnoreGlobals: "
        "[CodeSigningConfigArn]. Sign images in Amazon ECR.",
    .source =
        "AWS Lambda Developer Guide, Using code signing to verify code integrity; aws-controllers-k8s/community#1117",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
