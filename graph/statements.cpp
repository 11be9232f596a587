#include "graph/statements.h"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "graph/actions.h"
#include "graph/arn.h"
#include "graph/intrinsic.h"
#include "graph/within_limits.h"
#include "template/parse.h"
#include "template/text_in_string.h"

namespace codesign {
namespace {

// Far more than a stack can hold; these bound what aliases and loops multiply.
constexpr std::size_t max_statements = 4000;
constexpr std::size_t max_items = 200'000;
// Alternatives of one statement. Beyond, its conditions count as too entangled.
constexpr std::size_t max_cases = 64;

// What statements are read from: the template, or JSON text in one of its strings.
struct Source {
  const Document& document;
  NodeId string = NodeId::none;  // none: the template itself
  TextInString places = {};
  bool has_variables = false;  // of Fn::Sub

  bool is_template() const { return string == NodeId::none; }
};

class Reader {
 public:
  Reader(const Document& document, Evaluator& evaluator, Graph& graph, NodeId function_globals)
      : document_(document), evaluator_(evaluator), graph_(graph), globals_(function_globals), template_{document} {}

  void run() {
    for (const Resource& resource : graph_.resources) {
      evaluator_.bind(&resource.bindings);
      read(resource);
    }
    // A denial may stand among what is not looked at.
    if (is_beyond_limit_) return graph_.statements.clear();
    relate();
  }

 private:
  Guards& guards() { return evaluator_.guards(); }

  // --- where policies are written

  void read(const Resource& resource) {
    const std::string_view type = resource.type;
    const Guard exists = resource.exists;
    if (type == "AWS::IAM::Role" || type == "AWS::IAM::User" || type == "AWS::IAM::Group") {
      for (const Branch& item : items(template_, property(resource, "Policies"), exists))
        if (is_plain_mapping(item.node))
          read_document(value_of(document_, item.node, "PolicyDocument"), item.when, resource, &resource);
      attach_policies(property(resource, "ManagedPolicyArns"), exists, resource);
      read_boundary(resource, property(resource, "PermissionsBoundary"), exists);
    } else if (type == "AWS::IAM::Policy" || type == "AWS::IAM::ManagedPolicy" || type == "AWS::IAM::RolePolicy" ||
               type == "AWS::IAM::UserPolicy" || type == "AWS::IAM::GroupPolicy") {
      read_document(property(resource, "PolicyDocument"), exists, resource, nullptr);
      for (const std::string_view name : {"Roles", "Users", "Groups", "RoleName", "UserName", "GroupName"})
        attach_principals(property(resource, name), exists, resource);
    } else if (type == "AWS::Serverless::Function" || type == "AWS::Serverless::StateMachine") {
      // SAM makes a role of the policies only where none is given.
      // (aws/serverless-application-model, samtranslator/model/sam_resources.py and model/stepfunctions/generators.py)
      const Guard makes_role = where_absent(property(resource, "Role"), exists);
      read_sam_policies(resource, makes_role);
      const auto own = find(document_, resource.properties, "PermissionsBoundary");
      const bool inherits = !own && type == "AWS::Serverless::Function";
      read_boundary(resource,
                    own ? own->value : value_of(document_, inherits ? globals_ : NodeId::none, "PermissionsBoundary"),
                    makes_role);
    } else if (type == "AWS::Organizations::Policy") {
      read_document(property(resource, "Content"), exists, resource, nullptr, PolicyStatement::Kind::organization);
    }
  }

  NodeId property(const Resource& resource, std::string_view name) const {
    return value_of(document_, resource.properties, name);
  }

  // Names and ARNs of managed policies, SAM's policy templates and policy documents.
  void read_sam_policies(const Resource& resource, Guard within) {
    const NodeId policies = property(resource, "Policies");
    for (const Branch& item : items(template_, policies, within))
      if (is_plain_mapping(item.node) && find(document_, item.node, "Statement"))
        read_document(item.node, item.when, resource, &resource);
    attach_policies(policies, within, resource);
  }

  void attach_policies(NodeId list, Guard within, const Resource& holder) {
    for (const Branch& item : items(template_, list, within)) {
      if (is_plain_mapping(item.node)) continue;
      for (const Case& one : evaluator_.cases(item.node, item.when))
        if (one.value.resource && one.value.resource->type == "AWS::IAM::ManagedPolicy")
          attachments_.push_back({one.value.resource, &holder, one.when});
    }
  }

  void attach_principals(NodeId list, Guard within, const Resource& policy) {
    for (const Branch& item : items(template_, list, within))
      for (const Case& one : evaluator_.cases(item.node, item.when))
        if (one.value.resource && one.value.resource->type.starts_with("AWS::IAM::"))
          attachments_.push_back({&policy, one.value.resource, one.when});
  }

  // What a boundary leaves over is not judged: it is mostly written elsewhere.
  void read_boundary(const Resource& holder, NodeId boundary, Guard within) {
    Guard unbounded = Guard::never;
    for (const Case& one : evaluator_.cases(boundary, within)) {
      if (one.value.kind == Value::Kind::absent) unbounded = guards().either(unbounded, one.when);
      if (one.value.resource) boundaries_.insert(one.value.resource);
    }
    unbounded_[&holder] = unbounded;
  }

  Guard where_absent(NodeId node, Guard within) {
    Guard absent = Guard::never;
    for (const Case& one : evaluator_.cases(node, within))
      if (one.value.kind == Value::Kind::absent) absent = guards().either(absent, one.when);
    return absent;
  }

  // --- nodes of either source

  bool is_plain_mapping(NodeId node) const { return codesign::is_plain_mapping(document_, node); }
  static bool is_plain_mapping(const Source& source, NodeId node) {
    return is_mapping(source.document, node) && !(source.is_template() && read_intrinsic(source.document, node));
  }
  static bool is_plain_list(const Source& source, NodeId node) {
    return is_sequence(source.document, node) && !(source.is_template() && read_intrinsic(source.document, node));
  }

  std::vector<Branch> branches(const Source& source, NodeId node, Guard within) {
    if (source.is_template()) return evaluator_.branches(node, within);
    return {{within, node}};
  }

  std::vector<Case> cases(const Source& source, NodeId node, Guard within) {
    if (source.is_template()) return evaluator_.cases(node, within);
    Value value;
    if (const auto text = scalar_text(source.document, node)) {
      const bool is_known = !source.has_variables || !has_variable(*text);
      value.kind = is_known ? Value::Kind::literal : Value::Kind::unknown;
      value.text = *text;
    } else if (!is_null(source.document, node)) {
      value.kind = Value::Kind::unknown;
    }
    return {{within, value}};
  }

  // One value, or the members of a list.
  std::vector<Branch> items(const Source& source, NodeId node, Guard within) {
    std::vector<Branch> result;
    if (node == NodeId::none) return result;
    for (const Branch& branch : branches(source, node, within)) {
      if (is_null(source.document, branch.node)) continue;
      if (!is_plain_list(source, branch.node)) {
        result.push_back(branch);
        continue;
      }
      for (const NodeId child : children(source.document, branch.node))
        for (const Branch& item : branches(source, child, branch.when)) {
          if (!spend(1)) return result;
          if (!is_null(source.document, item.node)) result.push_back(item);
        }
    }
    return result;
  }

  static Place place(const Source& source, NodeId node) {
    if (source.is_template()) return node;
    if (!source.places.is_exact()) return source.string;
    return {source.string, source.places.place(source.document[node].span)};
  }

  bool spend(std::size_t count) {
    if (spent_ + count <= max_items) {
      spent_ += count;
      return true;
    }
    is_beyond_limit_ = true;
    note_limit(graph_, graph_.resources_section,
               "this template has more policy statements than are looked at, so none is");
    return false;
  }

  // --- policy documents

  void read_document(NodeId node, Guard within, const Resource& resource, const Resource* holder,
                     PolicyStatement::Kind kind = PolicyStatement::Kind::identity) {
    if (node == NodeId::none) return;
    for (const Branch& branch : evaluator_.branches(node, within)) {
      if (branch.node == NodeId::none) continue;
      const Origin origin{resource, kind, holder};
      if (is_plain_mapping(branch.node))
        read_policy(template_, branch.node, branch.when, origin);
      else
        read_text(branch, origin);
    }
  }

  struct Origin {
    const Resource& resource;
    PolicyStatement::Kind kind;
    const Resource* holder;
  };

  void read_text(const Branch& branch, const Origin& origin) {
    const auto intrinsic = read_intrinsic(document_, branch.node);
    if (!intrinsic) return read_json(branch.node, branch.when, origin, false);
    if (intrinsic->name == "Fn::ToJsonString") return read_policy(template_, intrinsic->argument, branch.when, origin);
    if (intrinsic->name == "Fn::Sub") {
      const auto parts = children(document_, intrinsic->argument);
      const bool is_list = is_sequence(document_, intrinsic->argument) && !parts.empty();
      return read_json(is_list ? parts.front() : intrinsic->argument, branch.when, origin, true);
    }
    for (const Case& one : evaluator_.cases(branch.node, branch.when))
      if (one.value.kind == Value::Kind::literal)
        read_json(one.value.text, one.value.node, false, one.when, origin, false);
  }

  void read_json(NodeId string, Guard within, const Origin& origin, bool has_variables) {
    const NodeId scalar = resolve(document_, string);
    if (const auto text = scalar_text(document_, scalar)) read_json(*text, scalar, true, within, origin, has_variables);
  }

  // `is_scalar`: the text is that of a scalar, and not put together.
  void read_json(std::string_view text, NodeId string, bool is_scalar, Guard within, const Origin& origin,
                 bool has_variables) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || text[first] != '{' || !spend(text.size() / 16)) return;
    const Document inner = parse({"", std::string(text)});
    if (!inner.problems.empty() || inner.format != Format::json || inner.root() == NodeId::none) return;
    TextInString places;
    if (is_scalar) places = TextInString(document_, string);
    read_policy({inner, string, std::move(places), has_variables}, inner.root(), within, origin);
  }

  void read_policy(const Source& source, NodeId node, Guard within, const Origin& origin) {
    const auto policy = static_cast<std::uint32_t>(holders_.size());
    holders_.push_back(origin.holder);
    for (const Branch& item : items(source, value_of(source.document, node, "Statement"), within)) {
      if (!is_plain_mapping(source, item.node)) continue;
      if (graph_.statements.size() >= max_statements) spend(max_items);
      if (!spend(1)) return;
      PolicyStatement& statement = graph_.statements.emplace_back();
      statement.resource = &origin.resource;
      statement.kind = origin.kind;
      statement.policy = policy;
      statement.place = place(source, item.node);
      statement.sid = scalar_text(source.document, value_of(source.document, item.node, "Sid")).value_or("");
      statement.cases = read_statement(source, item.node, item.when);
    }
  }

  // --- one statement

  std::vector<StatementCase> read_statement(const Source& source, NodeId node, Guard within) {
    std::vector<StatementCase> alternatives(1);
    alternatives.front().guard = within;
    const auto written = [&](std::string_view key) { return find(source.document, node, key); };
    if (const auto effect = written("Effect")) {
      std::vector<StatementCase> next;
      for (const StatementCase& before : alternatives)
        for (const Case& one : cases(source, effect->value, before.guard)) {
          next.push_back(before);
          next.back().guard = one.when;
          next.back().effect = effect_of(one.value);
        }
      alternatives = std::move(next);
    }
    const auto action = written("Action"), other_actions = written("NotAction");
    if (const auto& list = action ? action : other_actions)
      split(alternatives, source, list->value, [&](StatementCase& one, NodeId branch) {
        one.excludes_actions = !action;
        one.actions_place = place(source, list->key);
        read_actions(source, branch, one);
      });
    const auto resource = written("Resource"), other_resources = written("NotResource");
    if (const auto& list = resource ? resource : other_resources)
      split(alternatives, source, list->value, [&](StatementCase& one, NodeId branch) {
        one.excludes_resources = !resource;
        read_resources(source, branch, one);
      });
    if (const auto condition = written("Condition"))
      split(alternatives, source, condition->value,
            [&](StatementCase& one, NodeId branch) { read_conditions(source, branch, one); });
    return alternatives;
  }

  template <typename Read>
  void split(std::vector<StatementCase>& alternatives, const Source& source, NodeId node, Read read) {
    std::vector<StatementCase> next;
    for (const StatementCase& before : alternatives) {
      for (const Branch& branch : branches(source, node, before.guard)) {
        if (next.size() >= max_cases) throw TooEntangled{};
        next.push_back(before);
        next.back().guard = branch.when;
        if (!is_null(source.document, branch.node)) read(next.back(), branch.node);
      }
    }
    alternatives = std::move(next);
  }

  static Effect effect_of(const Value& word) {
    if (word.kind != Value::Kind::literal) return Effect::unknown;
    return word.text == "Allow" ? Effect::allow : word.text == "Deny" ? Effect::deny : Effect::unknown;
  }

  void read_actions(const Source& source, NodeId list, StatementCase& into) {
    for (const Branch& item : items(source, list, into.guard))
      for (Case& one : cases(source, item.node, item.when))
        if (one.value.kind != Value::Kind::absent)
          into.actions.push_back({.value = std::move(one.value),
                                  .place = place(source, item.node),
                                  .guard = one.when,
                                  .is_certain = one.when == into.guard});
  }

  void read_resources(const Source& source, NodeId list, StatementCase& into) {
    for (const Branch& item : items(source, list, into.guard)) {
      if (is_plain_mapping(source, item.node) || is_plain_list(source, item.node)) continue;
      for (const Case& one : cases(source, item.node, item.when)) {
        if (one.value.kind == Value::Kind::absent) continue;
        PolicyResource resource = pattern_of(source, one.value, item.node);
        resource.is_certain = one.when == into.guard;
        into.resources.push_back(std::move(resource));
      }
    }
  }

  void read_conditions(const Source& source, NodeId block, StatementCase& into) {
    if (!is_plain_mapping(source, block)) {
      into.conditions_are_known = false;
      return;
    }
    for (const Entry& operation : entries(source.document, block)) {
      const auto name = scalar_text(source.document, operation.key);
      const std::vector<Branch> tests = branches(source, operation.value, into.guard);
      into.conditions_are_known &= name && tests.size() == 1;
      for (const Branch& test : tests) {
        if (!name || is_null(source.document, test.node)) continue;
        into.conditions_are_known &= is_plain_mapping(source, test.node);
        if (!is_plain_mapping(source, test.node)) continue;
        for (const Entry& entry : entries(source.document, test.node)) {
          const auto key = scalar_text(source.document, entry.key);
          into.conditions_are_known &= key.has_value();
          if (!key || !spend(1)) continue;
          PolicyCondition condition{.operation = std::string(*name),
                                    .operation_place = place(source, operation.key),
                                    .key = std::string(*key),
                                    .place = place(source, entry.key),
                                    .values = {}};
          for (const Branch& item : items(source, entry.value, test.when))
            for (Case& one : cases(source, item.node, item.when)) condition.values.push_back(std::move(one.value));
          into.conditions.push_back(std::move(condition));
        }
      }
    }
  }

  // --- resources as patterns

  static bool has_variable(std::string_view text) {
    for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2))
      if (!text.substr(at).starts_with("${AWS::")) return true;
    return false;
  }

  PolicyResource pattern_of(const Source& source, const Value& value, NodeId node) const {
    if (value.kind == Value::Kind::literal) return with_variables(value.text, false);
    if (!source.is_template()) return with_variables(value.text, true);
    if (value.kind == Value::Kind::resource) return pattern_of_resource(value);
    if (value.kind == Value::Kind::missing) return {};
    const auto intrinsic = read_intrinsic(document_, node);
    if (intrinsic && intrinsic->name == "Fn::Sub") {
      const auto parts = children(document_, intrinsic->argument);
      const bool is_list = is_sequence(document_, intrinsic->argument) && !parts.empty();
      if (const auto text = scalar_text(document_, is_list ? parts.front() : intrinsic->argument))
        return with_variables(evaluator_.bound(*text), !is_list);
    } else if (intrinsic && intrinsic->name == "Fn::Join") {
      const auto parts = children(document_, intrinsic->argument);
      const auto separator = parts.size() == 2 ? plain_text(document_, parts[0]) : std::nullopt;
      if (separator && codesign::is_plain_list(document_, parts[1]))
        return joined(*separator, children(document_, parts[1]));
    }
    return {.pattern = "*", .is_exact = false};
  }

  PolicyResource joined(std::string_view separator, const std::vector<NodeId>& parts) const {
    std::string text;
    for (const NodeId part : parts) {
      if (part != parts.front()) text += separator;
      const auto intrinsic = read_intrinsic(document_, part);
      const auto name = intrinsic ? scalar_text(document_, intrinsic->argument) : std::nullopt;
      const auto plain = plain_text(document_, part);
      if (plain)
        text += *plain;
      else if (name && (intrinsic->name == "Ref" || intrinsic->name == "Fn::GetAtt"))
        text += "${" + std::string(*name) + "}";
      else if (const auto path = intrinsic ? children(document_, intrinsic->argument) : std::vector<NodeId>{};
               path.size() == 2 && intrinsic->name == "Fn::GetAtt")
        text += "${" + std::string(scalar_text(document_, path[0]).value_or("")) + "." +
                std::string(scalar_text(document_, path[1]).value_or("")) + "}";
      else
        text += "${?}";
    }
    return with_variables(text, true);
  }

  // "${Bucket.Arn}/*": what begins with the ARN of a resource is of its kind, if `names_resources`. Other variables may
  // be anything.
  PolicyResource with_variables(std::string_view text, bool names_resources) const {
    const std::string plausible = with_plausible_pseudo_parameters(text);
    PolicyResource result;
    for (std::size_t at = 0; at < plausible.size();) {
      const std::size_t open = plausible.find("${", at);
      const std::size_t close = open == std::string::npos ? open : plausible.find('}', open);
      if (close == std::string::npos) {
        result.pattern += plausible.substr(at);
        break;
      }
      result.pattern += plausible.substr(at, open - at);
      const std::string_view name = std::string_view(plausible).substr(open + 2, close - open - 2);
      at = close + 1;
      const std::string_view id = name.substr(0, name.find('.'));
      const Resource* named = evaluator_.resource_named(id);
      if (named && result.pattern.empty() && names_resources) {
        const PolicyResource own =
            pattern_of_resource({.kind = Value::Kind::resource,
                                 .resource = named,
                                 .attribute = std::string(id.size() == name.size() ? "" : name.substr(id.size() + 1))});
        if (own.is_exact && own.pattern.empty()) return own;
        result.pattern = own.pattern;
        result.is_exact &= own.is_exact;
      } else {
        result.pattern += '*';
        result.is_exact = false;
      }
    }
    return result;
  }

  static PolicyResource pattern_of_resource(const Value& value) {
    const Resource& resource = *value.resource;
    const bool is_function = resource.type == "AWS::Lambda::Function" || resource.type == "AWS::Serverless::Function";
    const std::string prefix = "arn:aws:lambda:us-east-1:210987654321:";
    if (is_function && value.attribute == "Arn" && !value.is_dotted_ref)
      return {.pattern = prefix + "function:" + std::string(resource.id)};
    if (resource.type == "AWS::Lambda::CodeSigningConfig" && !value.is_dotted_ref &&
        (value.attribute.empty() || value.attribute == "CodeSigningConfigArn"))
      return {.pattern = prefix + "code-signing-config:" + std::string(resource.id)};
    if (may_return_any_text(resource, value.attribute)) return {.pattern = "*", .is_exact = false};
    return {};
  }

  // --- which statements speak for the same principal

  struct Attachment {
    const Resource* policy;
    const Resource* holder;
    Guard when;
  };
  struct Holding {
    const Resource* holder;
    Guard when;
  };
  struct Denial {
    Guard when;
    std::shared_ptr<const StatementCase> statement;
  };

  std::vector<Holding> holders_of(const PolicyStatement& statement) {
    if (holders_[statement.policy]) return {{holders_[statement.policy], Guard::always}};
    std::vector<Holding> result;
    for (const Attachment& attachment : attachments_) {
      if (attachment.policy != statement.resource) continue;
      const auto known = std::find_if(result.begin(), result.end(),
                                      [&](const Holding& holding) { return holding.holder == attachment.holder; });
      if (known == result.end())
        result.push_back({attachment.holder, attachment.when});
      else
        known->when = guards().either(known->when, attachment.when);
    }
    return result;
  }

  static bool is_about_signing(const StatementCase& statement) {
    return grant_of(statement, create_function) ||
           std::any_of(std::begin(signing_bypasses), std::end(signing_bypasses),
                       [&](const LambdaAction& action) { return grant_of(statement, action).has_value(); });
  }
  static bool is_denied_something(const StatementCase& statement) {
    return is_denied(statement, create_function) ||
           std::any_of(std::begin(signing_bypasses), std::end(signing_bypasses),
                       [&](const LambdaAction& action) { return is_denied(statement, action); });
  }

  void relate() {
    std::unordered_map<std::uint32_t, std::vector<Denial>> of_policy;
    std::unordered_map<const Resource*, std::vector<Denial>> of_holder;
    for (PolicyStatement& statement : graph_.statements) {
      const auto holders = holders_of(statement);
      if (holders.empty() && boundaries_.contains(statement.resource)) statement.kind = PolicyStatement::Kind::boundary;
      for (const StatementCase& one : statement.cases) {
        if (one.effect != Effect::deny || statement.kind != PolicyStatement::Kind::identity) continue;
        const auto denial = std::make_shared<const StatementCase>(one);
        of_policy[statement.policy].push_back({one.guard, denial});
        for (const Holding& holding : holders)
          of_holder[holding.holder].push_back({guards().both(one.guard, holding.when), denial});
      }
    }
    for (PolicyStatement& statement : graph_.statements) {
      if (statement.kind == PolicyStatement::Kind::identity) {
        const auto holders = holders_of(statement);
        std::vector<std::vector<Denial>> denials(std::max<std::size_t>(holders.size(), 1), of_policy[statement.policy]);
        for (std::size_t i = 0; i < holders.size(); ++i) {
          const std::vector<Denial>& others = of_holder[holders[i].holder];
          denials[i].insert(denials[i].end(), others.begin(), others.end());
        }
        std::vector<StatementCase> cases;
        for (const StatementCase& one : statement.cases) {
          if (one.effect == Effect::allow && is_about_signing(one))
            restrict(one, unbounded_of(holders), denials, cases);
          else
            cases.push_back(one);
        }
        statement.cases = std::move(cases);
      }
      for (StatementCase& one : statement.cases) {
        one.when = evaluator_.circumstance(one.guard);
        std::erase_if(one.actions, [&](PolicyAction& action) {
          action.guard = guards().both(action.guard, one.guard);
          return action.guard == Guard::never;
        });
        for (PolicyAction& action : one.actions) action.when = evaluator_.circumstance(action.guard);
      }
    }
  }

  Guard unbounded_of(const std::vector<Holding>& holders) {
    if (holders.empty()) return Guard::always;
    Guard result = Guard::never;
    for (const Holding& holding : holders) {
      const auto known = unbounded_.find(holding.holder);
      result = guards().either(result, known == unbounded_.end() ? Guard::always : known->second);
    }
    return result;
  }

  // Adds `allowed` to `into`, in one piece for each set of denials that holds.
  void restrict(StatementCase allowed, Guard within, const std::vector<std::vector<Denial>>& denials,
                std::vector<StatementCase>& into) {
    allowed.guard = guards().both(allowed.guard, within);
    if (allowed.guard == Guard::never) return;
    StatementCase alone = allowed;
    allowed.denials.resize(denials.size());
    const std::size_t first = into.size();
    into.push_back(std::move(allowed));
    for (std::size_t principal = 0; principal < denials.size(); ++principal) {
      for (const Denial& denial : denials[principal]) {
        alone.denials = {{denial.statement}};
        if (!is_denied_something(alone)) continue;
        for (std::size_t i = first, end = into.size(); i < end; ++i) {
          const Guard with = guards().both(into[i].guard, denial.when);
          const Guard without = guards().but_not(into[i].guard, denial.when);
          if (with == Guard::never) continue;
          if (without != Guard::never) {
            if (into.size() >= max_cases) throw TooEntangled{};
            into.push_back(into[i]);
            into.back().guard = without;
          }
          into[i].guard = with;
          into[i].denials[principal].push_back(denial.statement);
        }
      }
    }
  }

  const Document& document_;
  Evaluator& evaluator_;
  Graph& graph_;
  NodeId globals_;
  Source template_;
  std::vector<const Resource*> holders_;  // of a policy that is written in its holder; null for others
  std::vector<Attachment> attachments_;
  std::unordered_set<const Resource*> boundaries_;
  std::unordered_map<const Resource*, Guard> unbounded_;
  std::size_t spent_ = 0;
  bool is_beyond_limit_ = false;
};

}  // namespace

void read_statements(const Document& document, Evaluator& evaluator, Graph& graph, NodeId function_globals) {
  Reader(document, evaluator, graph, function_globals).run();
}

}  // namespace codesign
