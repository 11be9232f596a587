// Beside the third station: what has to be signed before a template can be deployed, and what of it SAM CLI signs.
//
// Source: aws/aws-sam-cli 1.164.0. samcli/lib/package/artifact_exporter.py and packageable_resources.py export each
// resource: AWS::Serverless::Function and AWS::Serverless::LayerVersion are signed on the way, AWS::Lambda::Function
// and AWS::Lambda::LayerVersion are uploaded without (ResourceWithS3UrlDict.do_export). samcli/cli/types.py,
// SigningProfilesOptionType, says which names can be given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace codesign {

// A signing profile as SAM CLI takes it: "NAME", or "NAME:OWNER" with the account of a profile that is another's.
struct SigningProfileName {
  std::string name, owner;

  std::string text() const { return owner.empty() ? name : name + ":" + owner; }
  bool operator==(const SigningProfileName&) const = default;
};

// "NAME[:OWNER]": 2 to 64 letters, digits and "_" (AWS::Signer::SigningProfile, ProfileName), 12 digits. Nothing for
// other text.
std::optional<SigningProfileName> read_signing_profile_name(std::string_view text);

// Code or content that SAM CLI signs when it is given a signing profile for that name.
struct ToSign {
  const Resource* resource = nullptr;
  std::string_view name;  // by which SAM CLI calls it
  bool is_layer = false;
  std::string path;                      // as written; empty where SAM CLI takes the folder of the template
  bool is_computed = false;              // the path is that of an intrinsic, which only sam build resolves
  std::vector<const Function*> used_by;  // of a layer: the signed functions
};

// What a config looks at, too, but SAM CLI does not sign.
struct NotSigned {
  enum class Why : std::uint8_t {
    inline_code,
    image,
    bucket_map,       // `what`: the object, if it is known
    uploaded,         // `what`: the URL
    zip_file,         // `what`: the path
    plain_type,       // `what`: the type of SAM that is signed
    loop,             // a copy that Fn::ForEach makes
    unfit_name,       // `what`: the name
    unknown_place,    // where the code is depends on the deployment, or is not a file
    layer_of_others,  // `what`: the layer, in words; `names`: the functions that use it
    nested_stack,     // `what`: the template; `names`: its signed functions and layers
  };
  Why why = Why::unknown_place;
  const Resource* resource = nullptr;  // null for a layer of others
  bool is_layer = false;
  NodeId where = NodeId::none;
  std::string what = {};
  std::vector<std::string> names = {};  // where nothing else is said: the logical IDs, several of a loop
};

struct SigningPlan {
  std::vector<ToSign> to_sign;  // in the order of the template; resources that share a name stand side by side
  std::vector<NotSigned> not_signed;
  // The one profile that all publishers of the configs concerned name; nothing where they differ, one is not literal,
  // or one is a placeholder.
  std::optional<SigningProfileName> proposal;

  bool is_empty() const { return to_sign.empty() && not_signed.empty(); }
};

// Every function that some deployment gives a code signing config, and every layer it uses.
SigningPlan read_signing_plan(const Graph& graph);

}  // namespace codesign
