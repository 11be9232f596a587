// Third station: what the nodes mean. Functions, layers, code signing configs, signing profiles and policy statements
// of one template, and how they refer to each other.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/guard.h"
#include "graph/known_publishers.h"
#include "template/document.h"
#include "template/text_in_string.h"

namespace codesign {

// A member of Resources, or one copy of the body of an "Fn::ForEach". If its list is not known, there is one copy,
// whose logical ID still holds "${Identifier}".
struct Resource {
  std::string_view id;
  std::string_view written_id;  // as the key says: "Handler${Name}" in a loop
  std::string_view type;
  const Document* document = nullptr;  // where it is written
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
    std::string of = {};  // the path of the template that decides it; empty: of the template itself
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
    foreign,    // the same of a resource of another template of the run; `text` is "Id of PATH"
    parameter,  // Ref to the template parameter `text`
    missing,    // a Ref or GetAtt to `text`, which the template does not define; if `resource` is a nested stack, to an
                // output that its template does not have
    unknown,    // `text` says why, as the end of a sentence: "it is imported from Exports"
  };
  Kind kind = Kind::absent;
  std::string text;
  const Resource* resource = nullptr;
  std::string attribute;                       // empty for Ref
  bool is_dotted_ref = false;                  // "!Ref Id.Attribute", which only Fn::GetAtt could read
  std::optional<std::uint32_t> variable = {};  // of a parameter: what a deployment decides
  NodeId node = NodeId::none;                  // where it is written; none where it is not
  // Of an unknown text that is put together, what it is put together of, in order; null where that is not known,
  // either.
  std::shared_ptr<const std::vector<Value>> parts = {};
  bool is_never_empty = false;  // unknown, but no empty text
};

// What becomes of a resource when it is deleted, or when an update replaces it (DeletionPolicy, UpdateReplacePolicy).
// False where that is not known.
struct Retention {
  bool is_lost_when_deleted = false;
  bool is_lost_when_replaced = false;
};

// UntrustedArtifactOnDeployment of a code signing config. AWS documents Warn as the default
// (AWS::Lambda::CodeSigningConfig, Template Reference).
enum class DeploymentPolicy : std::uint8_t { warn, enforce, defaulted, invalid, unknown };

struct SigningConfig;
struct Function;

// A policy that a config has in some deployments.
struct PolicyCase {
  Guard guard = Guard::always;
  DeploymentPolicy policy = DeploymentPolicy::defaulted;
  Value value;  // its node: the policy word, or CodeSigningPolicies where the word is missing
  Circumstance when;
};

// AWS::Signer::SigningProfile
struct SigningProfile {
  const Resource* resource = nullptr;
  Value platform;  // PlatformId
  Retention retention;

  // AWS::Signer::SigningProfile, PlatformId: of the two platforms, this one signs packages for Lambda.
  bool is_for_lambda() const { return platform.text == "AWSLambda-SHA384-ECDSA"; }
};

// One member of AllowedPublishers.SigningProfileVersionArns.
struct Publisher {
  Value value;
  const SigningConfig* config = nullptr;
  Guard guard = Guard::always;
  const SigningProfile* profile = nullptr;  // of a template of the run, if it refers to one
  std::string_view partition;               // of a literal ARN; empty where it is not known
  std::string_view other_partition;         // of one before it, in the same deployment
  bool is_repeated = false;                 // the same as one before it, in some deployment

  // A version of a profile of this template that signs for Lambda.
  bool is_own_profile_version() const {
    return value.kind == Value::Kind::resource && profile && profile->is_for_lambda() &&
           value.attribute == "ProfileVersionArn" && !value.is_dotted_ref;
  }
};

// AWS::Lambda::CodeSigningConfig
struct SigningConfig {
  const Resource* resource = nullptr;
  std::vector<PolicyCase> policies;   // at least one
  std::string obstacle;               // why what only warns cannot be made to enforce; empty where it can
  std::vector<NodeId> warning_words;  // the scalars that say Warn, and should say Enforce
  std::string may_still_warn;         // who can make it warn even then: a clause about it; empty where nobody can
  std::vector<const Publisher*> publishers;
  std::vector<const Function*> foreign_users;  // functions of other templates of the run
  Retention retention;
  NodeId exported_by = NodeId::none;  // an Output with an Export that names it
  bool is_mentioned = false;          // something else in the template names it

  // Where it has no publishers: the list that is empty, or what should hold it.
  NodeId without_publishers = NodeId::none;
  Circumstance when_without_publishers;
  NodeId surplus_publisher = NodeId::none;  // the first that is one too many

  // AWS::Lambda::CodeSigningConfig AllowedPublishers, SigningProfileVersionArns: 1 to 20 items.
  static constexpr std::size_t most_publishers = 20;

  bool is_always(DeploymentPolicy policy) const;
  const PolicyCase* first(DeploymentPolicy policy) const;  // nothing where it never has it
};

// AWS::Signer::ProfilePermission
struct ProfilePermission {
  const Resource* resource = nullptr;
  Value principal;  // "*" where some deployment has that
  Value action;
  Circumstance when;
};

enum class PackageType : std::uint8_t { zip, image, inline_code, unknown };

enum class Signing : std::uint8_t { unsupported, none, warns, enforced, unknown };

std::string_view name_of(Signing state);

struct SigningCase {
  Guard guard = Guard::always;
  Signing state = Signing::none;
  PackageType package = PackageType::zip;
  const SigningConfig* config = nullptr;  // of this template, or of another one of the run
  std::string arn;                        // of a config elsewhere
  std::string reason;                     // for `unknown`: a clause about the function
  bool config_is_missing = false;         // it names a config whose condition is false then
  bool has_own_rule = false;              // why it is `unknown` is what a more specific rule speaks of
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
  NodeId misspelt_config = NodeId::none;     // a key that should read CodeSigningConfigArn
  NodeId opt_out = NodeId::none;             // what takes the config of Globals away: its own value, or IgnoreGlobals
  bool opts_out_of_a_config = false;         // and what Globals names may well be one, wherever the function is
  std::vector<const Resource*> opts_out_of;  // what of this template Globals names
  std::vector<SigningCase> signing;          // at least one, disjoint, for every deployment that has the function
  std::vector<Value> layers;                 // in effect: Globals first
  std::string obstacle;                      // why CodeSigningConfigArn cannot be added; empty where it can

  const SigningCase* first(Signing state) const;  // nothing where it is never in that state
  bool is_always(Signing state) const;
};

// AWS::Lambda::LayerVersion or AWS::Serverless::LayerVersion
struct Layer {
  const Resource* resource = nullptr;
  std::vector<const Function*> consumers;  // also of other templates of the run
};

// AWS::Lambda::LayerVersionPermission
struct LayerPermission {
  const Resource* resource = nullptr;
  const Resource* layer = nullptr;         // whose permission it is; null where that is no resource of the template
  NodeId public_principal = NodeId::none;  // "*" without an OrganizationId; none where there is no such deployment
  Circumstance when;
};

// A layer that is named by its ARN, under an enforcing config: one place in the template, of one function or of Globals
// for many.
struct LayerUse {
  const Resource* resource = nullptr;  // the function; null where Globals names the layer
  std::vector<const Function*> functions;
  Value layer;
  const SigningConfig* config = nullptr;
  const KnownPublisher* publisher = nullptr;  // who publishes it, if that is known
  std::string_view account;                   // of the layer; empty where the ARN names none
  bool may_be_allowed = false;                // the config allows a publisher that may be the layer's
  Circumstance when;
};

// One place that names a code signing config: of a function, or Globals for many.
struct ConfigReference {
  Value value;
  bool in_globals = false;
  Guard guard = Guard::always;
  Circumstance when;
  std::vector<const Function*> functions;

  // False where it surely names something else, or nothing.
  bool may_refer_to_config() const;
};

// Something of which a template does not show the functions: a macro, a module, a stack elsewhere.
struct HiddenPart {
  const Resource* resource = nullptr;  // null where it is none
  NodeId where = NodeId::none;
  std::string what;  // "a macro may add or change functions: MyMacro"
};

// A template as a whole.
struct TemplateFacts {
  std::vector<NodeId> aliases;  // YAML aliases and "<<"
  bool has_local_code = false;  // something packages it before it is deployed
  // The first quota of CloudFormation that it exceeds; empty where there is none.
  std::string excess;
  NodeId excessive = NodeId::none;
};

// One place where the properties of a resource break the schema of its type (schemas/resources).
struct Violation {
  const Resource* resource = nullptr;
  NodeId where = NodeId::none;  // a value; the key of an unknown property; the mapping that lacks a member
  std::string message;
  std::string_view meant;      // the property of the resource that a misspelt one should be; empty where none is
  std::string_view judged_by;  // the rule that speaks of this fault, where there is a more specific one
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

// The code of a function or the content of a layer: a file or folder beside the template, or an object in a bucket.
struct Artifact {
  const Resource* resource = nullptr;  // the function or layer
  NodeId node = NodeId::none;
  bool is_local = false;
  std::string path;                           // of what is local
  Value bucket, key;                          // of what is not
  bool bucket_is_unversioned = false;         // it is a bucket of this template that does not keep versions
  const Layer* layer = nullptr;               // whose content it is; null for code
  std::vector<const Function*> verified_for;  // the signed functions that run it
  bool is_enforced = false;                   // for one of them

  // By what SAM CLI calls it (sam_resource_id).
  std::string_view name;
};

struct Graph;

// AWS::CloudFormation::Stack or AWS::Serverless::Application whose template is a file beside this one.
struct NestedStack {
  const Resource* resource = nullptr;
  NodeId location = NodeId::none;
  std::string path;  // as written
  // Functions of that template that are signed, and whose code is local; filled in when it is read.
  std::vector<std::string> unsignable;
  const Graph* graph = nullptr;  // of that template, in this stack; null where the templates are not joined
  std::string unfollowed;        // why the report does not cover that template; a clause about it
};

struct Graph;
struct Approved;

// The template in the TemplateBody of a stack set, whether it can be read or not.
struct EmbeddedTemplate {
  const Resource* stack_set = nullptr;
  NodeId string = NodeId::none;        // where its text is written, or what puts it together
  std::unique_ptr<Document> document;  // of the text alone: its spans begin at 0
  std::unique_ptr<Graph> graph;
  TextInString places = {};

  // Where this part of its text stands in the document around it.
  Span place(const Document& outer, Span part) const;
};

// A clause about what stands in it: why it is left as it is.
std::string why_not_edited(const EmbeddedTemplate&);

// samconfig.toml beside the template: who deploys it with which signing profiles.
struct SamConfig {
  std::string path;
  // In signing_profiles of any environment: who is signed, and with which profiles, "NAME" or "NAME:OWNER".
  std::map<std::string, std::set<std::string>, std::less<>> signed_names;
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
  std::deque<ProfilePermission> profile_permissions;
  std::deque<Function> functions;
  std::deque<Layer> layers;
  std::deque<LayerPermission> layer_permissions;
  std::deque<LayerUse> layer_uses;
  std::deque<Artifact> artifacts;
  std::deque<NestedStack> nested_stacks;
  std::deque<HiddenPart> hidden_parts;
  std::deque<EmbeddedTemplate> embedded;
  std::deque<TemplateFacts> facts;  // one, of a template
  std::vector<ConfigReference> references;
  std::unordered_map<std::string_view, std::string_view> parameter_types;
  NodeId contradictory_rules = NodeId::none;  // Rules that no deployment fulfils; they are not counted
  bool has_signature_alarm = false;           // something watches the metric SignatureValidationErrors
  std::vector<Violation> violations;
  std::deque<PolicyStatement> statements;
  std::vector<Limit> limits;
  std::shared_ptr<const Approved> approved;  // filled in by who reads the configuration; null where all is approved
  std::optional<SamConfig> sam_config;  // filled in by who reads files; nothing where there is none for this template
  std::deque<std::string> strings;      // of logical IDs that are not written

  Graph() = default;
  Graph(Graph&&) = default;
  Graph& operator=(Graph&&) = default;
};

// nodes -> graph. `publishers` stand before those that are compiled in. They and the document must outlive the graph.
Graph link(const Document& document, const Assumptions& assumptions = {},
           const std::vector<KnownPublisher>& publishers = {});

// "Config of shared.yaml"
std::string full_name_of(const Resource& resource);

// What a nested template is to its parent where it is not at hand.
HiddenPart hidden_template(const NestedStack& stack);

// Whether a property of the resource is there, at any depth, but under a misspelt name: that is a violation, and not
// the fault of a property that is missing.
bool is_misspelt(const Graph&, const Resource&, std::string_view property);

// Outputs of stacks, custom resources, modules, stored parameters and types that are not AWS's own may be any text. The
// attribute is empty for Ref.
bool may_return_any_text(const Resource& resource, std::string_view attribute);

// The functions whose signing, in some case, is this config's; those of other templates of the run come last.
std::vector<const Function*> users_of(const Graph&, const SigningConfig&);

}  // namespace codesign
