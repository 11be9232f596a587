#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Function& function, const Graph&) {
  if (!function.is_always(Signing::unsupported) || !function.signing.front().evidence.empty()) return {};
  return Fault{.where = function.resource->key,
               .message = fmt::format("{} is a container image, which code signing of Lambda does not cover",
                                      function.resource->id)};
}

extern const Rule unverified_image_function = {
    .id = "unverified-image-function",
    .levels = hint,
    .summary = "Container image, which code signing does not cover",
    .why = "Lambda verifies signatures of packages only. Nothing here says that the image is verified elsewhere.",
    .help = "Sign images in Amazon ECR and verify them before they are deployed, or deploy a package.",
    .source = "AWS Lambda Developer Guide, Using code signing to verify code integrity",
    .check = check,
};

}  // namespace codesign
