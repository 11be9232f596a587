#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const ProfilePermission& permission, const Graph&) {
  const Value &principal = permission.principal, &action = permission.action;
  if (principal.kind != Value::Kind::literal) return {};
  if (principal.text == "*")
    return Fault{.where = principal.node,
                 .message = fmt::format("{} lets every AWS account use the signing profile{}", permission.resource->id,
                                        when(permission.when)),
                 .when = permission.when};
  const bool is_account =
      principal.text.size() == 12 && principal.text.find_first_not_of("0123456789") == std::string::npos;
  if (!is_account || action.kind != Value::Kind::literal || action.text != "signer:RevokeSignature") return {};
  return Fault{.where = principal.node,
               .message = fmt::format("{} lets account {} revoke signatures of the profile", permission.resource->id,
                                      principal.text)};
}

extern const Rule broad_profile_permission = {
    .id = "broad-profile-permission",
    .levels = always(Severity::warning),
    .summary = "Signing profile that too many may use",
    .why =
        "Whoever may use the profile signs what every config that trusts it accepts; whoever may revoke signatures "
        "stops deployments.",
    .help = "Name the account or the role that signs, and keep signer:RevokeSignature in the profile's own account.",
    .source = "AWS Signer API Reference, AddProfilePermission",
    .check = check,
};

}  // namespace codesign
