#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const Publisher& publisher, const Graph&) {
  const Value& value = publisher.value;
  const std::string_view config = publisher.config->resource->id;
  const auto fault = [&](std::string message) { return Fault{.where = value.node, .message = std::move(message)}; };
  switch (value.kind) {
    case Value::Kind::missing:
      return fault(fmt::format("{} allows {}, which {}", config, value.text,
                               value.resource ? "is not there" : "this template does not define"));
    case Value::Kind::literal: {
      const std::string text = with_plausible_pseudo_parameters(value.text);
      // A placeholder has a rule of its own.
      if (is_placeholder_for_profile_version(text) || is_signing_profile_version_arn(text)) return {};
      return fault(
          fmt::format("{} allows \"{}\", which is not the ARN of a signing profile version", config, value.text));
    }
    case Value::Kind::resource:
    case Value::Kind::foreign: break;
    default: return {};
  }
  const std::string name = value.attribute.empty()              ? value.text
                           : value.kind == Value::Kind::foreign ? value.attribute + " of " + value.text
                                                                : value.text + "." + value.attribute;
  if (value.resource->type == "AWS::Signer::SigningProfile") {
    if (value.attribute == "ProfileVersionArn" && !value.is_dotted_ref) return {};
    if (value.kind == Value::Kind::foreign)
      return fault(fmt::format("{} allows {}{}, which names no version of the profile; its ProfileVersionArn does",
                               config, value.attribute.empty() ? "the Ref of " : "", name));
    Fault unversioned =
        fault(fmt::format("{} allows {}{}, which names no version of the profile; {}.ProfileVersionArn does", config,
                          value.attribute.empty() ? "the Ref of " : "", name, value.text));
    unversioned.remedy = TakeAttribute{value.node, value.text, "ProfileVersionArn"};
    return unversioned;
  }
  if (may_return_any_text(*value.resource, value.attribute)) return {};
  return fault(fmt::format("{} allows {}, an {}, not a signing profile version", config, name, value.resource->type));
}

extern const Rule unversioned_publisher = {
    .id = "unversioned-publisher",
    .levels = always(Severity::error),
    .summary = "Publisher that is not a signing profile version",
    .why =
        "A config trusts versions of signing profiles. The ARN of a profile, which is what Ref and Arn return, names "
        "no version: the config cannot be created, or matches no signature.",
    .help = "Write !GetAtt Profile.ProfileVersionArn, or the ARN with /VERSION at its end.",
    .source = "AWS CloudFormation Template Reference, AWS::Signer::SigningProfile return values",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
