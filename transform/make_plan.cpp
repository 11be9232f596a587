#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "graph/arn.h"
#include "graph/intrinsic.h"
#include "lint/rule.h"
#include "transform/config_provider.h"
#include "transform/globals_placement.h"
#include "transform/plan.h"
#include "transform/plan_builder.h"
#include "transform/sections.h"

namespace codesign {
namespace {

class Planner {
 public:
  Planner(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes)
      : graph_(graph),
        document_(*graph.document),
        findings_(findings),
        wishes_(wishes),
        builder_(graph, plan_),
        sections_(graph, plan_),
        globals_(graph, builder_, sections_),
        provider_(graph, findings, wishes, sections_, plan_) {}

  Plan run() {
    for (const Finding& finding : findings_) {
      if (finding.remedy.index() == 0 || !wishes_.repairs(finding.rule->id)) continue;
      finding_ = &finding;
      if (finding.rule->repair == Repair::unsafe && !wishes_.unsafe) {
        const bool removes = std::holds_alternative<Remove>(finding.remedy);
        plan_.remarks.push_back(finding.message + (finding.message.ends_with('?') ? " " : "; ") +
                                (removes ? "--unsafe removes it" : "--unsafe corrects it"));
        continue;
      }
      const std::size_t left = plan_.left_alone.size();
      std::visit([&](const auto& remedy) { carry_out(remedy); }, finding.remedy);
      if (plan_.left_alone.size() == left && decides_signing(finding.remedy))
        repaired_resources_.insert(finding.resource);
    }
    sign_functions();
    for (const Finding* finding : unused_) remove_resource(*finding);
    for (const SigningConfig* config : promotable_)
      if (!builder_.is_removed(config->resource->key))
        plan_.remarks.push_back(std::string(config->resource->id) + " only warns; --policy enforce promotes it");
    add_alarm();
    if (wishes_.repairs("unsigned-function") || wishes_.repairs("sometimes-unsigned-function"))
      for (const Function& function : graph_.functions) name_if_left_alone(function);
    name_embedded();
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
    if (!wishes_.enforce) return promotable_.push_back(&config);
    provider_.note_promotion(config);
    for (const NodeId word : config.warning_words) builder_.respell(word, "Enforce");
    if (!config.may_still_warn.empty())
      plan_.remarks.push_back(std::string(config.resource->id) +
                              " is promoted as far as the template decides it: " + config.may_still_warn);
    if (!config.is_always(DeploymentPolicy::defaulted) ||
        !builder_.is_first_copy(*config.resource, "CodeSigningPolicies"))
      return;
    if (const auto empty = find(document_, config.resource->properties, "CodeSigningPolicies"))
      builder_.add_entry(empty->value, "UntrustedArtifactOnDeployment", Content::scalar("Enforce"), {});
    else
      builder_.add_property(*config.resource, "CodeSigningPolicies",
                            Content::mapping({{"UntrustedArtifactOnDeployment", Content::scalar("Enforce")}}),
                            {"AllowedPublishers"});
  }

  void carry_out(const WatchConfig& remedy) {
    if (wishes_.alarm)
      watched_.push_back(remedy.config);
    else
      plan_.remarks.push_back(std::string(remedy.config->resource->id) + " warns without an alarm; --alarm adds one");
  }

  void carry_out(const AllowPublisher& remedy) {
    const NodeId list =
        value_of(document_, value_of(document_, remedy.config->resource->properties, "AllowedPublishers"),
                 "SigningProfileVersionArns");
    bool is_named = false;
    for (const std::string& publisher : wishes_.publishers) {
      const auto arn = read_arn(publisher);
      const bool is_signer = std::any_of(remedy.accounts.begin(), remedy.accounts.end(),
                                         [&](const std::string& account) { return arn && arn->account == account; });
      is_named |= is_signer;
      if (!is_signer || !added_publishers_.emplace(list, publisher).second) continue;
      if (std::string why = builder_.why_not_list(list); !why.empty()) return leave(why);
      if (children(document_, list).size() >= SigningConfig::most_publishers)
        return leave("its config allows 20 publishers already, the most there can be");
      builder_.add_item(list, Content::scalar(publisher));
    }
    if (!is_named)
      plan_.remarks.push_back(finding_->message + "; --publisher with a signing profile version of account " +
                              remedy.accounts.front() + " allows it");
  }

  void carry_out(const InheritConfig& remedy) {
    const Resource& resource = *remedy.function->resource;
    for (const Resource* config : remedy.function->opts_out_of) provider_.note_use(config->id);
    const auto ignored = find(document_, resource.body, "IgnoreGlobals");
    const auto names = ignored ? children(document_, ignored->value) : std::vector<NodeId>{};
    if (const auto own = find(document_, resource.properties, config_property)) {
      if (builder_.ignores_globals(resource) && names.empty())
        return leave("IgnoreGlobals: \"*\" and its own CodeSigningConfigArn take the config of Globals away");
      leave(builder_.remove_entry(resource, resource.properties, own->key));
      if (!builder_.ignores_globals(resource)) return;
    }
    // "*" takes more away than the config, and that stays.
    if (names.empty()) return sign_like_globals(resource);
    NodeId name = NodeId::none;
    std::size_t others = 0;
    for (const NodeId item : names) {
      const bool is_config = scalar_text(document_, item) == config_property;
      others += !is_config;
      if (is_config) name = item;
    }
    if (others == 0) return leave(builder_.remove_entry(resource, resource.body, ignored->key));
    if (others + 1 < names.size()) return leave("IgnoreGlobals names CodeSigningConfigArn twice");
    leave(builder_.remove_item(name));
  }

  void sign_like_globals(const Resource& resource) {
    const NodeId global = globals_.config();
    const auto reference = read_intrinsic(document_, global);
    const auto name =
        reference && reference->name == "Ref" ? scalar_text(document_, reference->argument) : std::nullopt;
    const auto text = plain_text(document_, global);
    if (!name && !text) return leave("IgnoreGlobals: \"*\" takes the config of Globals away, and that one is computed");
    if (std::string why = builder_.why_not(resource); !why.empty()) return leave(why);
    if (builder_.is_first_copy(resource, config_property))
      builder_.add_config(resource,
                          name ? Content::reference(std::string(*name)) : Content::scalar(std::string(*text)));
  }

  void carry_out(const UnsignImage& remedy) {
    const Resource& resource = *remedy.function->resource;
    if (const auto own = find(document_, resource.properties, config_property))
      leave(builder_.remove_entry(resource, resource.properties, own->key));
    if (globals_.config() != NodeId::none && resource.type == "AWS::Serverless::Function" &&
        !builder_.ignores_globals(resource))
      leave(builder_.ignore_global(resource));
  }

  void carry_out(const SpellPolicy& remedy) {
    const std::string now(scalar_text(document_, remedy.word).value_or(""));
    if (!wishes_.enforce) return carry_out(Respell{{{remedy.word, now}}, std::string(remedy.text)});
    for (const Function& function : graph_.functions)
      for (const SigningCase& signing : function.signing)
        if (signing.config == remedy.config && signing.package == PackageType::inline_code)
          return leave("to enforce would be to refuse the inline code of " + std::string(function.resource->id));
    carry_out(Respell{{{remedy.word, now}}, "Enforce"});
  }

  void carry_out(const Respell& remedy) {
    for (const Respell::Word& word : remedy.words) leave(respell(word, remedy.to));
  }

  // Why not, or nothing.
  std::string respell(const Respell::Word& word, const std::string& to) {
    const NodeId scalar = word.where.node;
    if (document_[scalar].kind != Node::Kind::scalar || read_intrinsic(document_, scalar))
      return "the word is not written where it is used";
    if (builder_.stands_in_anchor(scalar)) return "it stands in a YAML anchor";
    if (word.where.part) return respell_part(scalar, *word.where.part, word.text, to);
    if (document_[scalar].text != word.text) return "the word is part of a text that only a person can change";
    // A key beside the one that it should be cannot become the same.
    const NodeId parent = document_[scalar].parent;
    if (is_mapping(document_, parent))
      for (const Entry& entry : entries(document_, parent))
        if (entry.key == scalar && find(document_, parent, to)) return to + " is there, too";
    builder_.respell(scalar, to);
    return {};
  }

  // The word once among these bytes of a text that holds JSON.
  std::string respell_part(NodeId text, Span part, const std::string& from, const std::string& to) {
    const std::string_view bytes = document_.source[part];
    const std::size_t found = bytes.find(from);
    if (found == std::string_view::npos || bytes.find(from, found + 1) != std::string_view::npos)
      return "the word is part of a text that only a person can change";
    const auto begin = static_cast<std::uint32_t>(part.begin + found);
    builder_.respell_part(text, {begin, static_cast<std::uint32_t>(begin + from.size())}, to);
    return {};
  }

  void carry_out(const TakeAttribute& remedy) {
    const auto written = read_intrinsic(document_, remedy.value);
    if (!written) return leave("it is not written where it is used");
    const std::string text = remedy.resource + "." + remedy.attribute;
    const bool may_be_respelled = written->name == "Fn::GetAtt" && document_[remedy.value].kind != Node::Kind::alias &&
                                  !builder_.stands_in_anchor(remedy.value);
    const auto parts = children(document_, written->argument);
    if (may_be_respelled && parts.size() == 2 && document_[parts[1]].kind == Node::Kind::scalar &&
        scalar_text(document_, parts[0]) == remedy.resource)
      return builder_.respell(parts[1], remedy.attribute);
    if (may_be_respelled && parts.empty() && scalar_text(document_, written->argument))
      return builder_.respell(written->argument, text);
    leave(builder_.substitute(remedy.value, Content::intrinsic("Fn::GetAtt", Content::scalar(text))));
  }

  void carry_out(const RetainResource& remedy) {
    const Resource& resource = *remedy.resource;
    if (std::string why = builder_.why_not(resource.body); !why.empty()) return leave(why);
    if (!builder_.is_first_copy(resource, "DeletionPolicy")) return;
    for (const std::string_view attribute : {"DeletionPolicy", "UpdateReplacePolicy"}) {
      const auto entry = find(document_, resource.body, attribute);
      if (!entry)
        builder_.add_entry(resolve(document_, resource.body), attribute, Content::scalar("Retain"),
                           {"DeletionPolicy", "Type"});
      else if (document_[entry->value].kind != Node::Kind::scalar || read_intrinsic(document_, entry->value))
        leave("its " + std::string(attribute) + " is computed");
      else if (!document_[entry->value].text.starts_with("Retain"))
        builder_.respell(entry->value, "Retain");
    }
  }

  void carry_out(const KeepVersions& remedy) {
    const Resource& bucket = *remedy.bucket;
    if (std::string why = builder_.why_not(bucket); !why.empty()) return leave(why);
    const auto versioning = find(document_, bucket.properties, "VersioningConfiguration");
    if (!versioning) {
      if (builder_.is_first_copy(bucket, "VersioningConfiguration"))
        builder_.add_property(bucket, "VersioningConfiguration",
                              Content::mapping({{"Status", Content::scalar("Enabled")}}), {"BucketName"});
      return;
    }
    const auto status = find(document_, versioning->value, "Status");
    if (!status || document_[status->value].kind != Node::Kind::scalar || read_intrinsic(document_, status->value))
      return leave(std::string(bucket.id) +
                   " decides its VersioningConfiguration in a way that only a person can change");
    builder_.respell(status->value, "Enabled");
  }

  void carry_out(const Remove& remedy) {
    const NodeId member = remedy.member, holder = document_[member].parent;
    // A resource may yet be what functions are signed with.
    if (!is_sequence(document_, holder)) return unused_.push_back(finding_);
    // In another deployment, it may not stand there twice.
    for (const NodeId item : children(document_, holder)) {
      if (item == member) return leave("only some deployments have it twice");
      if (document_.source[document_[item].span] == document_.source[document_[member].span]) break;
    }
    leave(builder_.remove_item(member));
  }

  void remove_resource(const Finding& finding) {
    finding_ = &finding;
    const NodeId key = std::get<Remove>(finding.remedy).member;
    const auto resource = std::find_if(graph_.resources.begin(), graph_.resources.end(),
                                       [&](const Resource& one) { return one.key == key; });
    if (provider_.is_used(resource->id)) return;
    leave(builder_.remove_entry(*resource, document_[key].parent, key));
    if (builder_.is_removed(key)) builder_.forget_changes_in(document_[resource->body].span);
  }

  // Remedies after which the state of a function is another than the one that was read.
  static bool decides_signing(const Remedy& remedy) {
    return std::holds_alternative<InheritConfig>(remedy) || std::holds_alternative<UnsignImage>(remedy) ||
           std::holds_alternative<Respell>(remedy) || std::holds_alternative<TakeAttribute>(remedy) ||
           std::holds_alternative<SpellPolicy>(remedy);
  }

  // Says why a remedy is not carried out; nothing where it is.
  void leave(std::string why) {
    if (!why.empty()) plan_.left_alone.push_back({finding_->resource, std::move(why)});
  }

  // --- signing

  void sign_functions() {
    for (const Function* function : branches_) sign_branches(*function);
    if (wishes_.in_globals) sign_in_globals();
    for (const Function* function : functions_) {
      if (inheriting_.contains(function) || refused_.contains(function->resource->key)) continue;
      const auto config = provider_.for_functions({function});
      if (!config.value) {
        refused_.emplace(function->resource->key, config.reason);
      } else if (builder_.is_first_copy(*function->resource, config_property)) {
        builder_.add_config(*function->resource, *config.value);
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
      refused_.emplace(function.resource->key, config.reason);
      return;
    }
    for (const SigningCase& signing : function.signing) {
      if (signing.state != Signing::none || !signing.is_repairable) continue;
      for (const NodeId evidence : signing.evidence) {
        if (!repaired_.insert(evidence).second) continue;
        // From Ref to Ref, the name alone changes.
        if (config.value->kind == Content::Kind::intrinsic && config.value->text == "Ref")
          builder_.respell(read_intrinsic(document_, evidence)->argument, config.value->items.front().text);
        else
          leave_branch(function, evidence, builder_.substitute(evidence, *config.value));
      }
    }
  }

  void leave_branch(const Function& function, NodeId evidence, std::string why) {
    if (why.empty()) return;
    repaired_.erase(evidence);
    refused_.emplace(function.resource->key, "the branch without a config cannot be edited: " + std::move(why));
  }

  // Those of functions_ that can take it from there.
  void sign_in_globals() {
    std::vector<const Function*> heirs;
    for (const Function* function : functions_)
      if (function->resource->type == "AWS::Serverless::Function" && !builder_.ignores_globals(*function->resource))
        heirs.push_back(function);
    if (heirs.empty()) return;
    std::string reason = globals_.why_not();
    if (reason.empty()) {
      auto config = provider_.for_functions(heirs);
      reason = std::move(config.reason);
      if (config.value) {
        for (const Function* function : globals_.place(std::move(*config.value))) inheriting_.insert(function);
        plan_.remarks.push_back(
            "cfn-lint reports E3724 for CodeSigningConfigArn in Globals from 1.54 on, although SAM takes it");
      }
    }
    if (reason.empty()) return;
    for (const Function* function : heirs) refused_.emplace(function->resource->key, reason);
  }

  // --- alarms

  // The metric has no dimension for a config, and none is documented for a function: one alarm listens to all of this
  // account and Region. (AWS Lambda Developer Guide, Types of metrics for Lambda functions)
  void add_alarm() {
    if (!wishes_.alarm || graph_.has_signature_alarm) return;
    bool warns = !provider_.new_config().empty() && !wishes_.enforce;
    // The default of a parameter is promoted, and its value at deployment may be another.
    const auto may_warn = [&](const SigningConfig& config) {
      return !provider_.is_promoted(config) || !config.may_still_warn.empty();
    };
    for (const SigningConfig* config : watched_)
      warns |= may_warn(*config) && !builder_.is_removed(config->resource->key);
    for (const SigningConfig& config : graph_.configs)
      warns |= provider_.is_used(config.resource->id) && may_warn(config) &&
               (config.first(DeploymentPolicy::warn) || config.first(DeploymentPolicy::defaulted));
    if (!warns) return;
    if (std::string why = sections_.why_not("Resources"); !why.empty()) {
      why = "no alarm is added: " + why;
      if (watched_.empty()) plan_.remarks.push_back(why);
      for (const SigningConfig* config : watched_)
        plan_.left_alone.push_back({std::string(config->resource->id), why});
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

  // Nothing in a string of the template is edited. What would be elsewhere is named, and so are functions that are not
  // at the wanted policy.
  void name_embedded() {
    std::set<std::pair<std::string, std::string>> named;
    const auto name = [&](const std::string& resource, const std::string& reason) {
      if (named.emplace(resource, reason).second) plan_.left_alone.push_back({resource, reason});
    };
    for (const Finding& finding : findings_)
      if (!finding.left_alone.empty() && are_wanted(*finding.rule)) name(finding.resource, finding.left_alone);
    const auto name_functions = [&](auto&& self, const Graph& graph) -> void {
      for (const EmbeddedTemplate& embedded : graph.embedded) {
        for (const Problem& problem : embedded.document->problems)
          name(std::string(embedded.stack_set->id), "its TemplateBody cannot be read: " + problem.message);
        for (const Function& function : embedded.graph->functions)
          if (std::any_of(function.signing.begin(), function.signing.end(), [&](const SigningCase& signing) {
                return signing.state != Signing::enforced && (signing.state != Signing::warns || wishes_.enforce);
              }))
            name(std::string(function.resource->id), why_not_edited(embedded));
        self(self, *embedded.graph);
      }
    };
    if (wishes_.repairs("unsigned-function") || wishes_.repairs("sometimes-unsigned-function"))
      name_functions(name_functions, graph_);
  }

  // The repairs of a rule, as far as the wishes alone decide that.
  bool are_wanted(const Rule& rule) const {
    if (!wishes_.repairs(rule.id)) return false;
    switch (rule.repair) {
      case Repair::none: return false;
      case Repair::safe: return true;
      case Repair::unsafe: return wishes_.unsafe;
      case Repair::with_enforcement: return wishes_.enforce;
      case Repair::with_alarm: return wishes_.alarm;
      case Repair::with_publisher: return !wishes_.publishers.empty();
    }
    return false;
  }

  // The first case that is not at the wanted policy when the plan is carried out; nothing where there is none.
  const SigningCase* first_unwanted(const Function& function) const {
    const SigningCase* first = nullptr;
    for (const SigningCase& signing : function.signing) {
      const bool promoted = signing.config && provider_.is_promoted(*signing.config);
      const bool repaired =
          signing.state == Signing::none && signing.is_repairable && repaired_.contains(signing.evidence.front());
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
    if (!unwanted || repaired_resources_.contains(std::string(function.resource->id)) ||
        (unwanted->config && repaired_resources_.contains(std::string(unwanted->config->resource->id))))
      return {};
    if (unwanted->package == PackageType::image) return "it is a container image, for which Lambda has no code signing";
    if (unwanted->package == PackageType::inline_code)
      return "its code is inline, which cannot be signed; move the code into a package";
    if (const auto refusal = refused_.find(function.resource->key); refusal != refused_.end()) return refusal->second;
    if (builder_.is_edited(*function.resource, config_property) || inheriting_.contains(&function)) return {};
    switch (unwanted->state) {
      case Signing::warns:
        return "its config " + std::string(unwanted->config->resource->id) +
               (unwanted->config->obstacle.empty()
                    ? " only warns"
                    : " only warns, and is left as it is: " + unwanted->config->obstacle);
      case Signing::none:
        if (function.is_always(Signing::none) && !function.obstacle.empty()) return function.obstacle;
        if (unwanted->package == PackageType::unknown) return "its package type is not known";
        return "it accepts unsigned code" + when(unwanted->when) + ", which only a person can change";
      default: {
        // It is signed by something that was there before, or that this run has added to.
        const bool is_wanted =
            (wishes_.source.kind != ConfigSource::Kind::in_template && !unwanted->evidence.empty()) ||
            std::any_of(function.signing.begin(), function.signing.end(), [&](const SigningCase& one) {
              return !one.evidence.empty() && repaired_.contains(one.evidence.front());
            });
        return is_wanted && unwanted->state == Signing::unknown ? std::string() : unwanted->reason;
      }
    }
  }

  const Graph& graph_;
  const Document& document_;
  const std::vector<Finding>& findings_;
  const SigningWishes& wishes_;
  Plan plan_;
  PlanBuilder builder_;
  Sections sections_;
  GlobalsPlacement globals_;
  ConfigProvider provider_;
  const Finding* finding_ = nullptr;  // whose remedy is carried out
  std::vector<const Function*> functions_, branches_;
  std::vector<const Finding*> unused_;  // whose resources may go
  std::unordered_set<const Function*> inheriting_;
  std::unordered_map<NodeId, std::string> refused_;  // by the key of the resource
  std::unordered_set<std::string> repaired_resources_;
  std::vector<const SigningConfig*> promotable_;
  std::vector<const SigningConfig*> watched_;  // that warn and have no alarm
  std::unordered_set<NodeId> repaired_;        // evidence
  std::set<std::pair<NodeId, std::string>> added_publishers_;
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
