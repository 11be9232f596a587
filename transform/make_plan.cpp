#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "graph/arn.h"
#include "graph/editability.h"
#include "graph/intrinsic.h"
#include "lint/rule.h"
#include "transform/config_provider.h"
#include "transform/plan.h"
#include "transform/sections.h"

namespace codesign {
namespace {

constexpr std::string_view config_property = "CodeSigningConfigArn";

// The resources whose logical ID is given twice.
std::unordered_set<std::string_view> repeated_ids(const Document& document, NodeId resources) {
  std::unordered_set<std::string_view> seen, repeated;
  for (const Entry& entry : entries(document, resources))
    if (const auto id = scalar_text(document, entry.key); id && !seen.insert(*id).second) repeated.insert(*id);
  return repeated;
}

class Planner {
 public:
  Planner(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes)
      : graph_(graph),
        document_(*graph.document),
        findings_(findings),
        wishes_(wishes),
        repeated_ids_(repeated_ids(document_, graph.resources_section)),
        editability_(document_, repeated_ids_),
        sections_(graph, plan_),
        provider_(graph, wishes, sections_, plan_) {}

  Plan run() {
    for (const Finding& finding : findings_) {
      if (finding.remedy.index() == 0 || !wishes_.repairs(finding.rule->id)) continue;
      finding_ = &finding;
      if (finding.rule->repair == Repair::unsafe && !wishes_.unsafe)
        plan_.remarks.push_back(finding.message + "; --unsafe repairs it");
      else
        std::visit([&](const auto& remedy) { carry_out(remedy); }, finding.remedy);
    }
    sign_functions();
    for (const Finding* finding : unused_) remove_resource(*finding);
    add_alarm();
    if (wishes_.repairs("unsigned-function") || wishes_.repairs("sometimes-unsigned-function"))
      for (const Function& function : graph_.functions) name_if_left_alone(function);
    for (const SigningConfig& config : graph_.configs)
      if (wishes_.enforce && wishes_.only.empty() && !config.is_always(DeploymentPolicy::enforce) &&
          !config.obstacle.empty())
        plan_.remarks.push_back(std::string(config.resource->id) + " is left as it is: " + config.obstacle);
    return std::move(plan_);
  }

 private:
  // --- remedies of a finding

  void carry_out(const std::monostate&) {}
  void carry_out(const SignFunction& remedy) { functions_.push_back(remedy.function); }
  void carry_out(const SignBranch& remedy) { branches_.push_back(remedy.function); }

  void carry_out(const EnforceConfig& remedy) {
    const SigningConfig& config = *remedy.config;
    const std::string id(config.resource->id);
    if (!wishes_.enforce) {
      plan_.remarks.push_back(id + " only warns; --policy enforce promotes it");
      return;
    }
    provider_.note_promotion(config);
    for (const NodeId word : config.warning_words) replace_once(word, "Enforce");
    if (!config.may_still_warn.empty()) leave(config.may_still_warn);
    if (!config.is_always(DeploymentPolicy::defaulted) || !is_first_copy(*config.resource)) return;
    add_property(*config.resource, "CodeSigningPolicies",
                 Content::mapping({{"UntrustedArtifactOnDeployment", Content::scalar("Enforce")}}),
                 {"AllowedPublishers"});
  }

  void carry_out(const WatchConfig& remedy) {
    if (wishes_.alarm)
      watched_ = true;
    else
      plan_.remarks.push_back(std::string(remedy.config->resource->id) + " warns without an alarm; --alarm adds one");
  }

  void carry_out(const AllowPublisher& remedy) {
    const NodeId list =
        value_of(document_, value_of(document_, remedy.config->resource->properties, "AllowedPublishers"),
                 "SigningProfileVersionArns");
    for (const std::string& publisher : wishes_.publishers) {
      const auto arn = read_arn(publisher);
      const bool is_signer = std::any_of(remedy.accounts.begin(), remedy.accounts.end(),
                                         [&](const std::string& account) { return arn && arn->account == account; });
      if (!is_signer || !added_publishers_.emplace(static_cast<std::uint32_t>(list), publisher).second) continue;
      if (std::string why = why_not_list(list); !why.empty()) return leave(why);
      if (children(document_, list).size() >= SigningConfig::most_publishers)
        return leave("its config allows 20 publishers already, the most there can be");
      plan_.additions.push_back({list, Content::scalar(publisher)});
    }
  }

  void carry_out(const InheritConfig& remedy) {
    const Resource& resource = *remedy.function->resource;
    const auto own = find(document_, resource.properties, config_property);
    if (own) return remove_entry(resource, resource.properties, own->key);
    const auto ignored = find(document_, resource.body, "IgnoreGlobals");
    const auto names = children(document_, ignored->value);
    // "*" takes more away than the config, and that stays.
    if (names.empty()) return sign_like_globals(resource);
    std::vector<NodeId> others;
    NodeId name = NodeId::none;
    for (const NodeId item : names)
      (scalar_text(document_, item) == config_property ? name : others.emplace_back()) = item;
    if (others.empty()) return remove_entry(resource, resource.body, ignored->key);
    if (others.size() + 1 < names.size()) return leave("IgnoreGlobals names CodeSigningConfigArn twice");
    remove_item(name);
  }

  void sign_like_globals(const Resource& resource) {
    const NodeId global = value_of(
        document_, value_of(document_, value_of(document_, document_.root(), "Globals"), "Function"), config_property);
    const auto reference = read_intrinsic(document_, global);
    const auto name =
        reference && reference->name == "Ref" ? scalar_text(document_, reference->argument) : std::nullopt;
    const auto text = plain_text(document_, global);
    if (!name && !text) return leave("IgnoreGlobals: \"*\" takes the config of Globals away, and that one is computed");
    if (std::string why = editability_.why_not(resource); !why.empty()) return leave(why);
    if (!is_first_copy(resource)) return;
    add_property(resource, std::string(config_property),
                 name ? Content::reference(std::string(*name)) : Content::scalar(std::string(*text)),
                 what_says_what_runs(resource.properties));
  }

  void carry_out(const UnsignImage& remedy) {
    const Resource& resource = *remedy.function->resource;
    if (const auto own = find(document_, resource.properties, config_property))
      remove_entry(resource, resource.properties, own->key);
    const NodeId global = value_of(document_, value_of(document_, document_.root(), "Globals"), "Function");
    if (find(document_, global, config_property) && resource.type == "AWS::Serverless::Function")
      ignore_global(resource);
  }

  void carry_out(const SpellPolicy& remedy) {
    const std::string now(scalar_text(document_, remedy.word).value_or(""));
    if (!wishes_.enforce) return carry_out(Respell{remedy.word, now, std::string(remedy.text)});
    for (const Function& function : graph_.functions)
      for (const SigningCase& signing : function.signing)
        if (signing.config == remedy.config && signing.package == PackageType::inline_code)
          return leave("to enforce would be to refuse the inline code of " + std::string(function.resource->id));
    carry_out(Respell{remedy.word, now, "Enforce"});
  }

  void carry_out(const Respell& remedy) {
    const NodeId scalar = remedy.where.node;
    if (document_[scalar].kind != Node::Kind::scalar || read_intrinsic(document_, scalar))
      return leave("the word is not written where it is used");
    if (editability_.stands_in_anchor(scalar)) return leave("it stands in a YAML anchor");
    if (remedy.where.part) return respell_part(scalar, *remedy.where.part, remedy);
    if (document_[scalar].text != remedy.from) return leave("the word is part of a text that only a person can change");
    // A key beside the one that it should be cannot become the same.
    const NodeId parent = document_[scalar].parent;
    if (is_mapping(document_, parent))
      for (const Entry& entry : entries(document_, parent))
        if (entry.key == scalar && find(document_, parent, remedy.to)) return leave(remedy.to + " is there, too");
    replace_once(scalar, remedy.to);
  }

  // The word once among these bytes of a text that holds JSON.
  void respell_part(NodeId text, Span part, const Respell& remedy) {
    const std::string_view bytes = document_.source[part];
    const std::size_t found = bytes.find(remedy.from);
    if (found == std::string_view::npos || bytes.find(remedy.from, found + 1) != std::string_view::npos)
      return leave("the word is part of a text that only a person can change");
    const auto begin = static_cast<std::uint32_t>(part.begin + found);
    plan_.replacements.push_back(
        {text, remedy.to, Span{begin, static_cast<std::uint32_t>(begin + remedy.from.size())}});
  }

  void carry_out(const TakeAttribute& remedy) {
    if (editability_.stands_in_anchor(remedy.value) || document_[remedy.value].kind == Node::Kind::alias)
      return leave("it is a YAML alias, or in an anchor");
    const auto written = read_intrinsic(document_, remedy.value);
    if (!written) return leave("it is not written where it is used");
    const std::string text = remedy.resource + "." + remedy.attribute;
    const bool is_attribute = written->name == "Fn::GetAtt";
    const auto parts = children(document_, written->argument);
    if (is_attribute && parts.size() == 2 && document_[parts[1]].kind == Node::Kind::scalar &&
        scalar_text(document_, parts[0]) == remedy.resource)
      return replace_once(parts[1], remedy.attribute);
    if (is_attribute && scalar_text(document_, written->argument) && parts.empty())
      return replace_once(written->argument, text);
    const std::string_view bytes = document_.source[document_[remedy.value].span];
    if (bytes.find('\n') != std::string_view::npos || bytes.find('#') != std::string_view::npos)
      return leave("it is written in several lines");
    if (substituted_.insert(static_cast<std::uint32_t>(remedy.value)).second)
      plan_.substitutions.push_back({remedy.value, Content::intrinsic("Fn::GetAtt", Content::scalar(text))});
  }

  void carry_out(const RetainResource& remedy) {
    const Resource& resource = *remedy.resource;
    if (std::string why = editability_.why_not(resource.body); !why.empty()) return leave(why);
    if (!is_first_copy(resource, "Retain")) return;
    NodeId after = key_of(resource.body, "Type");
    for (const std::string_view attribute : {"DeletionPolicy", "UpdateReplacePolicy"}) {
      const auto entry = find(document_, resource.body, attribute);
      if (!entry) {
        plan_.insertions.push_back({.mapping = resolve(document_, resource.body),
                                    .after = after,
                                    .key = std::string(attribute),
                                    .value = Content::scalar("Retain")});
        continue;
      }
      after = entry->key;
      if (document_[entry->value].kind != Node::Kind::scalar || read_intrinsic(document_, entry->value)) {
        leave("its " + std::string(attribute) + " is computed");
      } else if (!document_[entry->value].text.starts_with("Retain")) {
        replace_once(entry->value, "Retain");
      }
    }
  }

  void carry_out(const KeepVersions& remedy) {
    const Resource& bucket = *remedy.bucket;
    if (std::string why = editability_.why_not(bucket); !why.empty()) return leave(why);
    const auto versioning = find(document_, bucket.properties, "VersioningConfiguration");
    if (!versioning) {
      if (is_first_copy(bucket))
        add_property(bucket, "VersioningConfiguration", Content::mapping({{"Status", Content::scalar("Enabled")}}),
                     {"BucketName"});
      return;
    }
    const auto status = find(document_, versioning->value, "Status");
    if (!status || document_[status->value].kind != Node::Kind::scalar || read_intrinsic(document_, status->value))
      return leave(std::string(bucket.id) +
                   " decides its VersioningConfiguration in a way that only a person can change");
    replace_once(status->value, "Enabled");
  }

  void carry_out(const Remove& remedy) {
    const NodeId member = remedy.member, holder = document_[member].parent;
    if (is_sequence(document_, holder)) {
      if (std::string why = why_not_list(holder); !why.empty()) return leave(why);
      return remove_item(member);
    }
    // It may yet be what functions are signed with.
    unused_.push_back(finding_);
  }

  void remove_resource(const Finding& finding) {
    const NodeId key = std::get<Remove>(finding.remedy).member;
    finding_ = &finding;
    const auto resource = std::find_if(graph_.resources.begin(), graph_.resources.end(),
                                       [&](const Resource& one) { return one.key == key; });
    if (provider_.is_used(resource->id)) return;
    remove_entry(*resource, document_[key].parent, key);
    if (!removed_.contains(static_cast<std::uint32_t>(key))) return;
    // What was to change in it goes with it.
    const Span span = document_[resource->body].span;
    const auto is_inside = [&](NodeId node) {
      return document_[node].span.begin >= span.begin && document_[node].span.end <= span.end;
    };
    std::erase_if(plan_.insertions, [&](const Insertion& one) { return is_inside(one.mapping); });
    std::erase_if(plan_.additions, [&](const Addition& one) { return is_inside(one.sequence); });
    std::erase_if(plan_.replacements, [&](const Replacement& one) { return is_inside(one.scalar); });
    std::erase_if(plan_.substitutions, [&](const Substitution& one) { return is_inside(one.value); });
    std::erase_if(plan_.removals, [&](const Removal& one) { return is_inside(one.member); });
  }

  // --- pieces of an edit

  void leave(std::string reason) { plan_.left_alone.push_back({finding_->resource, std::move(reason)}); }

  void replace_once(NodeId scalar, std::string_view text) {
    if (respelled_.insert(static_cast<std::uint32_t>(scalar)).second)
      plan_.replacements.push_back({scalar, std::string(text)});
  }

  // The copies of a loop share their text, which is edited once for each purpose.
  bool is_first_copy(const Resource& resource, std::string_view purpose = {}) {
    return edited_.emplace(static_cast<std::uint32_t>(resource.key), purpose).second;
  }
  bool is_edited(const Resource& resource) const {
    return edited_.contains({static_cast<std::uint32_t>(resource.key), std::string_view()});
  }

  NodeId key_of(NodeId mapping, std::string_view name) const {
    const NodeId resolved = resolve(document_, mapping);
    const auto entry = find(document_, resolved, name);
    return entry && document_[entry->key].parent == resolved ? entry->key : NodeId::none;
  }

  std::string why_not_list(NodeId list) const {
    if (!is_plain_list(document_, list) || document_[list].kind == Node::Kind::alias)
      return "its list is not written where it is used";
    return editability_.stands_in_anchor(list) ? "its list stands in a YAML anchor" : "";
  }

  // Not the only one, and none that a dash stands before: its line is another's, too.
  void remove_entry(const Resource& resource, NodeId mapping, NodeId key) {
    if (std::string why = editability_.why_not(resource); !why.empty()) return leave(why);
    if (document_[key].parent != mapping) return leave("it comes from a YAML merge");
    const auto all = entries(document_, mapping);
    if (all.size() < 2) return leave("nothing would be left of " + std::string(resource.id));
    const bool begins_an_item = all.front().key == key && document_[mapping].style == Node::Style::block &&
                                document_[mapping].parent != NodeId::none &&
                                is_sequence(document_, document_[mapping].parent);
    if (begins_an_item) return leave("it stands on the line of a dash");
    if (removed_.insert(static_cast<std::uint32_t>(key)).second) plan_.removals.push_back({key});
  }

  void remove_item(NodeId item) {
    if (removed_.insert(static_cast<std::uint32_t>(item)).second) plan_.removals.push_back({item});
  }

  // "IgnoreGlobals: [CodeSigningConfigArn]"
  void ignore_global(const Resource& resource) {
    if (std::string why = why_cannot_ignore(resource); !why.empty()) return leave(why);
    if (!is_first_copy(resource, "IgnoreGlobals")) return;
    const NodeId body = resolve(document_, resource.body);
    if (const auto ignored = find(document_, body, "IgnoreGlobals")) {
      plan_.additions.push_back({ignored->value, Content::scalar(std::string(config_property))});
      return;
    }
    plan_.insertions.push_back({.mapping = body,
                                .after = key_of(body, "Type"),
                                .key = "IgnoreGlobals",
                                .value = Content::sequence({Content::scalar(std::string(config_property))})});
  }

  std::string why_cannot_ignore(const Resource& resource) const {
    if (std::string why = editability_.why_not(resource); !why.empty()) return why;
    const auto ignored = find(document_, resource.body, "IgnoreGlobals");
    return ignored ? why_not_list(ignored->value) : "";
  }

  bool ignores_globals(const Resource& resource) const {
    const NodeId ignored = value_of(document_, resource.body, "IgnoreGlobals");
    const auto names = children(document_, ignored);
    return plain_text(document_, ignored) == "*" || std::any_of(names.begin(), names.end(), [&](NodeId name) {
             return scalar_text(document_, name) == config_property;
           });
  }

  // Adds to Properties, which may be missing or empty, behind the first of `neighbours` that is there.
  void add_property(const Resource& resource, std::string key, Content value,
                    const std::vector<std::string_view>& neighbours) {
    const NodeId body = resolve(document_, resource.body);
    const auto properties = find(document_, body, "Properties");
    if (!properties) {
      plan_.insertions.push_back(
          {.mapping = body, .key = "Properties", .value = Content::mapping({{std::move(key), std::move(value)}})});
      return;
    }
    add_entry(properties->value, std::move(key), std::move(value), neighbours);
  }

  void add_entry(NodeId mapping, std::string key, Content value, const std::vector<std::string_view>& neighbours) {
    NodeId after = NodeId::none;
    for (const std::string_view neighbour : neighbours)
      if (after == NodeId::none) after = key_of(mapping, neighbour);
    plan_.insertions.push_back({.mapping = mapping, .after = after, .key = std::move(key), .value = std::move(value)});
  }

  // The key of the last of CodeUri, Handler and Runtime where they first stand together, each on one line, so that the
  // new line has one neighbour above and one below.
  std::vector<std::string_view> what_says_what_runs(NodeId properties) const {
    std::vector<std::string_view> found;
    for (const Entry& entry : entries(document_, properties)) {
      const auto key = scalar_text(document_, entry.key);
      const bool belongs =
          (key == "CodeUri" || key == "Handler" || key == "Runtime") && stands_on_one_line(properties, *key);
      if (belongs)
        found = {*key};
      else if (!found.empty())
        break;
    }
    return found;
  }

  bool stands_on_one_line(NodeId mapping, std::string_view key) const {
    const auto entry = find(document_, mapping, key);
    if (!entry || is_null(document_, entry->value)) return false;
    const std::string_view text =
        document_.source[{document_[entry->key].span.begin, document_[entry->value].span.end}];
    return text.find('\n') == std::string_view::npos;
  }

  // --- signing

  void sign_functions() {
    for (const Function* function : branches_) sign_branches(*function);
    if (wishes_.in_globals) sign_in_globals();
    for (const Function* function : functions_) {
      if (inheriting_.contains(function) || refused_.contains(function)) continue;
      const auto config = provider_.for_functions({function});
      if (!config.value) {
        refused_.emplace(function, config.reason);
      } else if (is_first_copy(*function->resource)) {
        add_property(*function->resource, std::string(config_property), *config.value,
                     what_says_what_runs(function->resource->properties));
      }
    }
  }

  void sign_branches(const Function& function) {
    // A parameter is what such a function has, and what decides.
    if (wishes_.source.kind == ConfigSource::Kind::optional_parameter ||
        wishes_.source.kind == ConfigSource::Kind::parameter)
      return;
    const auto config = provider_.for_functions({&function});
    if (!config.value) {
      refused_.emplace(&function, config.reason);
      return;
    }
    for (const SigningCase& signing : function.signing) {
      if (signing.state != Signing::none || !signing.is_repairable) continue;
      for (const NodeId evidence : signing.evidence) {
        if (!repaired_.insert(static_cast<std::uint32_t>(evidence)).second) continue;
        // From Ref to Ref, the name alone changes.
        if (config.value->kind == Content::Kind::intrinsic && config.value->text == "Ref")
          replace_once(read_intrinsic(document_, evidence)->argument, config.value->items.front().text);
        else
          plan_.substitutions.push_back({evidence, *config.value});
      }
    }
  }

  // Those of functions_ that can take it from there.
  void sign_in_globals() {
    std::vector<const Function*> heirs;
    for (const Function* function : functions_)
      if (function->resource->type == "AWS::Serverless::Function" && !ignores_globals(*function->resource))
        heirs.push_back(function);
    if (heirs.empty()) return;
    std::string reason = why_not_in_globals();
    if (reason.empty()) {
      const auto config = provider_.for_functions(heirs);
      if (config.value)
        add_to_globals(*config.value);
      else
        reason = config.reason;
    }
    for (const Function* function : heirs) {
      if (reason.empty())
        inheriting_.insert(function);
      else
        refused_.emplace(function, reason);
    }
    if (!reason.empty()) return;
    for (const Function& function : graph_.functions) {
      if (!would_inherit(function)) continue;
      inheriting_.insert(&function);
      if (is_unsignable(function)) ignore_global(*function.resource);
    }
  }

  bool would_inherit(const Function& function) const {
    const Resource& resource = *function.resource;
    const NodeId own = key_of(resource.properties, config_property);
    const bool loses_its_own = own != NodeId::none && removed_.contains(static_cast<std::uint32_t>(own));
    return resource.type == "AWS::Serverless::Function" && (function.config_node == NodeId::none || loses_its_own) &&
           !ignores_globals(resource);
  }
  static bool is_unsignable(const Function& function) {
    return function.package == PackageType::image || function.package == PackageType::inline_code;
  }

  std::string why_not_in_globals() const {
    constexpr std::string_view instead = "; --place functions signs each function";
    const auto refuse = [&](std::string_view why) { return std::string(why) + std::string(instead); };
    if (!graph_.has_sam_transform)
      return refuse("Globals means nothing without Transform: AWS::Serverless-2016-10-31, which the template lacks");
    const auto resources = entries(document_, graph_.resources_section);
    const bool includes = std::any_of(resources.begin(), resources.end(), [&](const Entry& resource) {
      return find(document_, resource.value, "Fn::Transform") || read_intrinsic(document_, resource.value);
    });
    if (graph_.has_hidden_resources || includes)
      return refuse("Globals would reach functions that this template does not show, and images among them");
    if (std::string why = sections_.why_not("Globals"); !why.empty()) return refuse(why);
    const NodeId globals = value_of(document_, document_.root(), "Globals");
    if (const auto functions = find(document_, globals, "Function")) {
      const NodeId value = functions->value;
      if (document_[functions->key].parent != globals || document_[value].kind == Node::Kind::alias)
        return refuse("Globals.Function is a YAML alias");
      if (std::string why = editability_.why_not(value); !why.empty()) return refuse("Globals.Function: " + why);
      const bool is_empty = document_[value].kind == Node::Kind::null && document_[value].span.empty();
      if (!is_empty && document_[value].kind != Node::Kind::mapping) return refuse("Globals.Function is not a mapping");
      if (find(document_, value, config_property)) return refuse("Globals.Function has a CodeSigningConfigArn already");
      if (find(document_, value, "Fn::Transform")) return refuse("Globals.Function includes what cannot be seen");
    }
    // What one copy of a loop does, the others do.
    std::unordered_set<std::uint32_t> signable, unsignable;
    for (const Function& function : graph_.functions) {
      if (function.resource->type != "AWS::Serverless::Function") continue;
      const std::string id(function.resource->id);
      if (function.config_node != NodeId::none && function.is_always(Signing::none))
        return refuse(id + " would take the config of Globals away from itself");
      if (!would_inherit(function)) continue;
      if (function.package == PackageType::unknown)
        return refuse(id + " would inherit it, and may be a container image");
      (is_unsignable(function) ? unsignable : signable).insert(static_cast<std::uint32_t>(function.resource->key));
      if (!is_unsignable(function)) continue;
      if (std::string why = why_cannot_ignore(*function.resource); !why.empty())
        return refuse(id + " would inherit it, is " +
                      (function.package == PackageType::image ? "a container image" : "inline code") +
                      ", and cannot be given IgnoreGlobals: " + why);
    }
    if (std::any_of(signable.begin(), signable.end(), [&](std::uint32_t key) { return unsignable.contains(key); }))
      return refuse("a loop makes functions that can be signed, and others that cannot");
    return {};
  }

  void add_to_globals(Content config) {
    const NodeId globals = value_of(document_, document_.root(), "Globals");
    const auto functions = find(document_, globals, "Function");
    plan_.remarks.push_back(
        "cfn-lint reports E3724 for CodeSigningConfigArn in Globals from 1.54 on, although SAM takes it");
    if (functions)
      return add_entry(functions->value, std::string(config_property), std::move(config),
                       what_says_what_runs(functions->value));
    sections_.add("Globals", "Function", Content::mapping({{std::string(config_property), std::move(config)}}));
  }

  // --- alarms

  // The metric has no dimension for a config, and none is documented for a function: one alarm listens to all of this
  // account and Region. (AWS Lambda Developer Guide, Types of metrics for Lambda functions)
  void add_alarm() {
    bool warns_anew = !provider_.new_config().empty() && !wishes_.enforce;
    for (const SigningConfig& config : graph_.configs)
      warns_anew |= provider_.is_used(config.resource->id) && !provider_.is_promoted(config) &&
                    (config.first(DeploymentPolicy::warn) || config.first(DeploymentPolicy::defaulted));
    if (!wishes_.alarm || graph_.has_signature_alarm || (!watched_ && !warns_anew)) return;
    if (std::string why = sections_.why_not("Resources"); !why.empty()) {
      plan_.remarks.push_back("no alarm is added: " + why);
      return;
    }
    sections_.add(
        "Resources", sections_.free_name("SignatureValidationErrorsAlarm"),
        Content::mapping(
            {{"Type", Content::scalar("AWS::CloudWatch::Alarm")},
             {"Properties",
              Content::mapping({{"AlarmDescription", Content::scalar("Code without a trusted signature was deployed")},
                                {"Namespace", Content::scalar("AWS/Lambda")},
                                {"MetricName", Content::scalar("SignatureValidationErrors")},
                                {"Statistic", Content::scalar("Sum")},
                                {"Period", Content::number(300)},
                                {"EvaluationPeriods", Content::number(1)},
                                {"Threshold", Content::number(0)},
                                {"ComparisonOperator", Content::scalar("GreaterThanThreshold")},
                                {"TreatMissingData", Content::scalar("notBreaching")}})}}));
    plan_.remarks.push_back("the alarm has no AlarmActions yet: nobody is told until it names, say, an SNS topic");
  }

  // --- what stays

  void name_if_left_alone(const Function& function) {
    if (std::string reason = why_left_alone(function); !reason.empty())
      plan_.left_alone.push_back({std::string(function.resource->id), std::move(reason)});
  }

  // The first case that is not at the wanted policy when the plan is carried out; nothing where there is none.
  const SigningCase* first_unwanted(const Function& function) const {
    const SigningCase* first = nullptr;
    for (const SigningCase& signing : function.signing) {
      const bool promoted = signing.config && provider_.is_promoted(*signing.config);
      const bool repaired = signing.state == Signing::none && signing.is_repairable &&
                            repaired_.contains(static_cast<std::uint32_t>(signing.evidence.front()));
      const bool wanted = signing.state == Signing::enforced || repaired ||
                          (signing.state == Signing::warns && (!wishes_.enforce || promoted));
      // Of several, what could be signed says more than what never can.
      if (!wanted && (!first || (first->package != PackageType::zip && signing.package == PackageType::zip)))
        first = &signing;
    }
    return first;
  }

  std::string why_left_alone(const Function& function) const {
    const SigningCase* unwanted = first_unwanted(function);
    if (!unwanted) return {};
    if (unwanted->package == PackageType::image) return "it is a container image, for which Lambda has no code signing";
    if (unwanted->package == PackageType::inline_code)
      return "its code is inline, which cannot be signed; move the code into a package";
    if (const auto refusal = refused_.find(&function); refusal != refused_.end()) return refusal->second;
    if (is_edited(*function.resource) || inheriting_.contains(&function)) return {};
    switch (unwanted->state) {
      case Signing::warns:
        return "its config " + std::string(unwanted->config->resource->id) +
               " only warns, and is left as it is: " + unwanted->config->obstacle;
      case Signing::none:
        if (function.is_always(Signing::none) && !function.obstacle.empty()) return function.obstacle;
        if (unwanted->package == PackageType::unknown) return "its package type is not known";
        return "it accepts unsigned code" + when(unwanted->when) + ", which only a person can change";
      default: return unwanted->reason;
    }
  }

  const Graph& graph_;
  const Document& document_;
  const std::vector<Finding>& findings_;
  const SigningWishes& wishes_;
  Plan plan_;
  std::unordered_set<std::string_view> repeated_ids_;
  Editability editability_;
  Sections sections_;
  ConfigProvider provider_;
  const Finding* finding_ = nullptr;  // whose remedy is carried out
  std::vector<const Function*> functions_, branches_;
  std::vector<const Finding*> unused_;  // whose resources may go
  std::unordered_set<const Function*> inheriting_;
  std::unordered_map<const Function*, std::string> refused_;
  bool watched_ = false;
  // What has been done already, by node:
  std::unordered_set<std::uint32_t> repaired_, respelled_, substituted_, removed_;
  std::set<std::pair<std::uint32_t, std::string>> added_publishers_;
  std::set<std::pair<std::uint32_t, std::string_view>> edited_;
};

}  // namespace

Content Content::scalar(std::string text) {
  return {.kind = Kind::text, .text = std::move(text)};
}
Content Content::number(int value) {
  return {.kind = Kind::number, .text = std::to_string(value)};
}
Content Content::intrinsic(std::string name, Content argument) {
  return {.kind = Kind::intrinsic, .text = std::move(name), .items = {std::move(argument)}};
}
Content Content::reference(std::string name) {
  return intrinsic("Ref", scalar(std::move(name)));
}
Content Content::mapping(std::vector<Member> members) {
  return {.kind = Kind::mapping, .members = std::move(members)};
}
Content Content::sequence(std::vector<Content> items) {
  return {.kind = Kind::sequence, .items = std::move(items)};
}

Plan make_plan(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes) {
  return Planner(graph, findings, wishes).run();
}

}  // namespace codesign
