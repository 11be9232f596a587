// Third station: what the nodes mean. Functions, layers, code signing configs, signing profiles and policy statements
// of one template, and how they refer to each other.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/guard.h"
#include "template/document.h"

namespace codesign {

// A member of Resources, or one copy of the body of an "Fn::ForEach". If its list is not known, there is one copy,
// whose logical ID still holds "${Identifier}".
struct Resource {
  std::string_view id;
  std::string_view written_id;  // as the key says: "Handler${Name}" in a loop
  std::string_view type;
  NodeId key = NodeId::none;
  NodeId body = NodeId::none;
  NodeId properties = NodeId::none;  // none where the resource has no Properties
  Guard exists = Guard::always;
  std::vector<std::pair<std::string, std::string>> bindings;  // of loop identifiers

  bool is_in_loop() const { return id != written_id || !bindings.empty(); }
};

// Parameters that are known: the answer is then for those deployments alone.
using Assumptions = std::map<std::string, std::string, std::less<>>;

// One deployment in which something holds: the choices that bring it about. Without choices it always holds.
struct Circumstance {
  struct Choice {
    std::string name;  // a parameter, a pseudo parameter, or what cannot be read, in words
    std::string value;
    bool is_default = false;
    std::vector<std::string> but_none_of;  // the value stands for any other than these
  };
  std::vector<Choice> choices;
  // It holds where all parameters that have a default keep it, or nothing can be deployed that way.
  bool with_defaults = true;
};

// What stands where a value is expected, as far as the template tells.
struct Value {
  enum class Kind : std::uint8_t {
    absent,     // not written, null, or AWS::NoValue
    literal,    // `text`; pseudo parameters stay in it as "${AWS::Region}"
    resource,   // Ref to `resource`, or its `attribute`
    parameter,  // Ref to the template parameter `text`
    missing,    // a Ref or GetAtt to `text`, which the template does not define
    unknown,    // `text` says why, as the end of a sentence: "it is imported from Exports"
  };
  Kind kind = Kind::absent;
  std::string text;
  const Resource* resource = nullptr;
  std::string attribute;       // empty for Ref
  bool is_dotted_ref = false;  // "!Ref Id.Attribute", which only Fn::GetAtt could read
  NodeId node = NodeId::none;  // where it is written; none where it is not
};

// UntrustedArtifactOnDeployment of a code signing config. AWS documents Warn as the default
// (AWS::Lambda::CodeSigningConfig, Template Reference).
enum class DeploymentPolicy : std::uint8_t { warn, enforce, defaulted, invalid, unknown };

struct SigningConfig;

// A policy that a config has in some deployments.
struct PolicyCase {
  Guard guard = Guard::always;
  DeploymentPolicy policy = DeploymentPolicy::defaulted;
  Value value;  // its node: the policy word, or CodeSigningPolicies where the word is missing
  Circumstance when;
};

// One member of AllowedPublishers.SigningProfileVersionArns.
struct Publisher {
  Value value;
  const SigningConfig* config = nullptr;
};

// AWS::Lambda::CodeSigningConfig
struct SigningConfig {
  const Resource* resource = nullptr;
  std::vector<PolicyCase> policies;       // at least one
  std::string obstacle;                   // why what only warns cannot be made to enforce; empty where it can
  std::vector<std::uint32_t> publishers;  // indices into Graph::publishers

  bool is_always(DeploymentPolicy policy) const;
  const PolicyCase* first(DeploymentPolicy policy) const;  // nothing where it never has it
};

// AWS::Signer::SigningProfile
struct SigningProfile {
  const Resource* resource = nullptr;
  Value platform;  // PlatformId
};

enum class PackageType : std::uint8_t { zip, image, inline_code, unknown };

enum class Signing : std::uint8_t { unsupported, none, warns, enforced, unknown };

std::string_view name_of(Signing state);

struct SigningCase {
  Guard guard = Guard::always;
  Signing state = Signing::none;
  PackageType package = PackageType::zip;
  const SigningConfig* config = nullptr;  // of this template
  std::string arn;                        // of a config elsewhere
  std::string reason;                     // for `unknown`: a clause about the function
  bool config_is_missing = false;         // it names a config whose condition is false then
  std::vector<NodeId> evidence;           // the values that decide; empty where nothing is written
  bool is_repairable = false;             // all evidence is AWS::NoValue in branches, and may become a config
  Circumstance when;
};

// AWS::Lambda::Function or AWS::Serverless::Function
struct Function {
  const Resource* resource = nullptr;
  PackageType package = PackageType::zip;  // unknown where it depends
  NodeId config_node = NodeId::none;       // the CodeSigningConfigArn in effect
  bool config_from_globals = false;
  NodeId opt_out = NodeId::none;     // what takes the config of Globals away: its own value, or IgnoreGlobals
  std::vector<SigningCase> signing;  // at least one, disjoint, for every deployment that has the function
  std::vector<Value> layers;         // in effect: Globals first
  std::string obstacle;              // why CodeSigningConfigArn cannot be added; empty where it can

  const SigningCase* first(Signing state) const;  // nothing where it is never in that state
  bool is_always(Signing state) const;
};

// AWS::Lambda::LayerVersion or AWS::Serverless::LayerVersion
struct Layer {
  const Resource* resource = nullptr;
  std::vector<const Function*> consumers;
};

// One place that names a code signing config: of a function, or Globals for many.
struct ConfigReference {
  Value value;
  bool in_globals = false;
  Guard guard = Guard::always;
  Circumstance when;
  std::vector<const Function*> functions;
};

// Where something is written: a node, or, in a policy that is JSON text inside a string, these bytes of it.
struct Place {
  NodeId node = NodeId::none;
  std::optional<Span> part = {};

  Place() = default;
  Place(NodeId whole) : node(whole) {}
  Place(NodeId whole, std::optional<Span> bytes) : node(whole), part(bytes) {}
};

// A member of Action or NotAction.
struct PolicyAction {
  Value value;
  Place place;
  Guard guard = Guard::always;
  bool is_certain = true;  // it stands there in every deployment of its case
  Circumstance when;
};

// A member of Resource or NotResource, with "*" in `pattern` for what is not known. A pattern that is empty is no ARN
// of Lambda's, whatever it is.
struct PolicyResource {
  std::string pattern;
  bool is_exact = true;    // nothing of it is unknown
  bool is_certain = true;  // as above
};

// One key under one operator of Condition.
struct PolicyCondition {
  std::string operation;  // "StringEquals"
  Place operation_place;
  std::string key;  // "lambda:CodeSigningConfigArn"
  Place place;
  std::vector<Value> values;
};

enum class Effect : std::uint8_t { allow, deny, unknown };

// What a statement is in some deployments.
struct StatementCase {
  Guard guard = Guard::always;
  Effect effect = Effect::unknown;
  bool excludes_actions = false;  // NotAction
  std::vector<PolicyAction> actions;
  Place actions_place;
  bool excludes_resources = false;  // NotResource
  std::vector<PolicyResource> resources;
  std::vector<PolicyCondition> conditions;
  bool conditions_are_known = true;
  // Of an Allow, what denies something wherever this holds: a list for each principal that the template gives it to, or
  // one, if it names none.
  std::vector<std::vector<std::shared_ptr<const StatementCase>>> denials;
  Circumstance when;
};

// One member of the Statement of a policy document. Trust policies are not read.
struct PolicyStatement {
  // What it can do: grant to an identity; bound what others grant it; bound a part of an organization.
  enum class Kind : std::uint8_t { identity, boundary, organization };
  const Resource* resource = nullptr;  // that holds the document
  Kind kind = Kind::identity;
  std::uint32_t policy = 0;  // statements of one document have the same
  std::string sid;
  Place place;
  std::vector<StatementCase> cases;  // disjoint
};

// A limit of the analysis that this template goes beyond.
struct Limit {
  NodeId where;
  std::string message;
};

// Pointers point into the graph's own deques; the graph may be moved, and outlives none of its document.
struct Graph {
  const Document* document = nullptr;
  bool is_template = false;
  bool has_sam_transform = false;
  // Macros, included snippets or modules add resources that the text does not show.
  bool has_hidden_resources = false;
  NodeId resources_section = NodeId::none;
  std::vector<std::string_view> taken_names;  // logical IDs, parameters, conditions
  std::deque<Resource> resources;
  std::deque<SigningConfig> configs;
  std::deque<Publisher> publishers;
  std::deque<SigningProfile> profiles;
  std::deque<Function> functions;
  std::deque<Layer> layers;
  std::vector<ConfigReference> references;
  std::deque<PolicyStatement> statements;
  std::vector<Limit> limits;
  std::deque<std::string> strings;  // of logical IDs that are not written

  Graph() = default;
  Graph(Graph&&) = default;
  Graph& operator=(Graph&&) = default;
};

// nodes -> graph. The document must outlive the graph.
Graph link(const Document& document, const Assumptions& assumptions = {});

// Outputs of stacks, custom resources, modules, stored parameters and types that are not AWS's own: a GetAtt of them
// may return any text.
bool may_return_any_text(const Resource& resource);

// The functions whose signing, in some case, is this config's.
std::vector<const Function*> users_of(const Graph&, const SigningConfig&);

}  // namespace codesign
