#include "graph/workspace.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "graph/artifacts.h"
#include "graph/dependencies.h"
#include "graph/linking.h"
#include "graph/passed_text.h"
#include "graph/within_limits.h"

namespace codesign {
namespace {

constexpr std::string_view outputs_section = "Outputs";

bool names_other_stacks(const Document& document) {
  return std::any_of(document.nodes.begin(), document.nodes.end(), [](const Node& node) {
    return node.tag == "!ImportValue" || (node.kind == Node::Kind::scalar && node.text == "Fn::ImportValue");
  });
}

bool has_exports(const Document& document) {
  const auto outputs = entries(document, value_of(document, document.root(), outputs_section));
  return std::any_of(outputs.begin(), outputs.end(),
                     [&](const Entry& output) { return find(document, output.value, "Export").has_value(); });
}

// All texts below a node.
template <typename Visit>
void visit_texts(const Document& document, NodeId top, Visit visit) {
  if (top == NodeId::none) return;
  const Span span = document[top].span;
  for (auto index = static_cast<std::uint32_t>(top); index < document.nodes.size(); ++index) {
    const Node& node = document.nodes[index];
    if (node.span.begin >= span.end && NodeId{index} != top) break;
    if (node.kind == Node::Kind::scalar) visit(node.text);
  }
}

// Two stacks of one account and region agree on these.
bool is_of_place(std::string_view pseudo) {
  return pseudo == "AWS::Region" || pseudo == "AWS::AccountId" || pseudo == "AWS::Partition" ||
         pseudo == "AWS::URLSuffix";
}

// "${AWS::StackName}" means another name in another stack.
bool is_of_stack(std::string_view text) {
  return text.find("${AWS::Stack") != std::string_view::npos ||
         text.find("${AWS::Notification") != std::string_view::npos;
}

Value unknown(std::string why) {
  return {.kind = Value::Kind::unknown, .text = std::move(why)};
}

class Joiner;

// A stack while it is linked, and what it can ask of others.
class Site : public Outside {
 public:
  Site(Joiner& joiner, std::size_t member, Site* parent, const Resource* resource);

  Guard exists() override;
  Guard background() override;
  const std::vector<Case>* given(std::string_view parameter, Pseudo) override;
  std::optional<std::uint32_t> shared_variable(std::string_view pseudo) override;
  const Received* output(const Resource& stack, std::string_view name) override;
  const Received* exported(std::string_view name, std::string& why) override;
  const SigningConfig* config_of(const Resource&) override;
  const SigningProfile* profile_of(const Resource&) override;

  // The deployments that have the stack and this output of it.
  Guard when_supplied(const Entry& output);
  // An output of this stack, as its own template sees it.
  const Received& own_output(const Entry& output);
  std::optional<Entry> find_output(std::string_view name) const;
  bool may_have_more_outputs();
  bool is_within(std::size_t member) const;
  std::size_t depth() const;  // 1: nested in none
  const Site& outermost() const { return parent ? parent->outermost() : *this; }
  std::string name() const;
  // The values that another stack supplies, as this one sees them.
  std::vector<Case> seen_from_here(std::vector<Case> cases, const Site& supplier);
  Value seen_from_here(Value value, const Site& supplier);

  Joiner& joiner;
  std::size_t member;
  Site* parent;
  const Resource* resource;  // of the parent; null of a template that is deployed by itself
  Guards::Budget budget;
  EmbeddingLimits embedding;
  Linking linking;
  std::map<const Resource*, Site*> children;

 private:
  std::vector<Case> passed(std::string_view parameter, Pseudo);
  NodeId default_of(std::string_view parameter) const;

  std::map<std::pair<std::string, Pseudo>, std::optional<std::vector<Case>>> given_;
  Guard refused_ = Guard::never;  // the deployments that pass what a parameter does not take
  std::map<NodeId, Received> own_outputs_;
  std::map<std::pair<const Resource*, std::string>, Received> outputs_;
  std::map<std::string, Received, std::less<>> imports_;
};

class Joiner {
 public:
  explicit Joiner(const std::vector<Member>& of_run) : members(of_run) {}

  std::deque<Stack> run() {
    const std::vector<bool> concerned = find_concerned();
    for (std::size_t i = 0; i < members.size(); ++i) max_bytes_ += 4 * bytes_of(i);
    std::vector<bool> is_nested(members.size());
    for (const Member& member : members)
      for (const auto& [path, child] : member.nested) is_nested[child] = true;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (concerned[i] && !is_nested[i]) settle(i, nullptr, nullptr);
    // What is left nests itself, in a circle, or is nested too deep: in an order that is that of the run in no way.
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (concerned[i] && stacks_of_[i] == 0) rest.push_back(i);
    std::sort(rest.begin(), rest.end(), [&](std::size_t a, std::size_t b) {
      return members[a].document->source.path < members[b].document->source.path;
    });
    for (const std::size_t i : rest)
      if (stacks_of_[i] == 0) settle(i, nullptr, nullptr);
    for (auto site = sites_.rbegin(); site != sites_.rend(); ++site) share_compared_values(*site);
    for_each_site([](Site& site) { site.linking.decide_existence(); });
    for_each_site([](Site& site) { site.linking.read_profiles(); });
    index_exports();
    for_each_site([](Site& site) { site.linking.read_configs(); });
    index_configs();
    for_each_site([](Site& site) { site.linking.read_functions(); });
    tell_each_other();
    return take();
  }

  // Whatever imports from each other, or nests, is in one account and Region.
  std::uint32_t variable_of_place(std::string_view pseudo) {
    const auto [known, is_new] = places_.try_emplace(std::string(pseudo));
    if (!is_new) return known->second;
    const Assumptions* assumed = &no_assumptions;
    for (std::size_t i = 0; i < members.size() && assumed == &no_assumptions; ++i)
      if (assumptions_of(i).contains(pseudo)) assumed = &assumptions_of(i);
    known->second = guards.add(Evaluator::pseudo_parameter(pseudo, compared_places_[known->first], *assumed));
    return known->second;
  }

  struct Exported {
    Site* site;
    Entry output;
    Guard when;
  };

  std::size_t bytes_of(std::size_t member) const { return members[member].document->source.bytes.size(); }
  const Assumptions& assumptions_of(std::size_t member) const {
    return members[member].assumptions ? *members[member].assumptions : no_assumptions;
  }
  const std::vector<KnownPublisher>& publishers_of(std::size_t member) const {
    return members[member].publishers ? *members[member].publishers : no_publishers;
  }

  const std::vector<Member>& members;
  const Assumptions no_assumptions;
  const std::vector<KnownPublisher> no_publishers;
  Guards guards;
  std::unordered_map<const Resource*, SigningConfig*> configs;
  std::unordered_map<const Resource*, SigningProfile*> profiles;
  std::map<std::string, std::vector<Exported>, std::less<>> exports;
  std::map<std::string, std::string, std::less<>> ambiguous;  // exports, and why

 private:
  // Those that nest or are nested, and, where something is exported and something may be imported, all that do either.
  std::vector<bool> find_concerned() const {
    std::vector<bool> concerned(members.size()), exports_something(members.size()), imports(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
      exports_something[i] = has_exports(*members[i].document);
      for (const auto& [path, child] : members[i].nested) concerned[i] = concerned[child] = true;
    }
    const auto is_any = [](const std::vector<bool>& flags) {
      return std::find(flags.begin(), flags.end(), true) != flags.end();
    };
    // To look for imports is to read whole documents.
    if (!is_any(exports_something)) return concerned;
    for (std::size_t i = 0; i < members.size(); ++i) imports[i] = names_other_stacks(*members[i].document);
    if (!is_any(imports)) return concerned;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (imports[i] || exports_something[i]) concerned[i] = true;
    return concerned;
  }

  // A stack, and those it nests.
  void settle(std::size_t member, Site* parent, const Resource* resource) {
    ++stacks_of_[member];
    bytes_of_stacks_ += bytes_of(member);
    Site& site = sites_.emplace_back(*this, member, parent, resource);
    if (parent) parent->children.emplace(resource, &site);
    guards.charge(site.budget);
    site.linking.find_resources();
    for (const NestedStack& nested : members[member].alone->nested_stacks) {
      const auto child = members[member].nested.find(nested.path);
      const Resource* deploys = site.linking.evaluator().resource_named(nested.resource->id);
      if (child == members[member].nested.end() || !deploys) continue;
      if (site.is_within(child->second))
        circles_.insert({member, nested.path});
      else if (stacks_of_[child->second] >= max_stacks_of_a_template || bytes_of_stacks_ > max_bytes_)
        site.linking.graph().limits.push_back(
            {deploys->key, nested.path + " is nested in more stacks than are looked at, here among others"});
      else if (site.depth() >= max_depth_of_stacks)
        site.linking.graph().limits.push_back({deploys->key, nested.path + " is nested deeper than is looked at"});
      else
        settle(child->second, &site, deploys);
    }
  }

  // What a nested template compares a parameter with, its parent compares what it passes with.
  void share_compared_values(Site& site) {
    const auto& compared = site.linking.evaluator().compared();
    for (const auto& [name, texts] : compared) {
      if (!is_of_place(name)) continue;
      auto& known = compared_places_[name];
      std::set<std::string>& seen = seen_places_[name];
      for (const std::string& text : texts)
        if (seen.insert(text).second) known.push_back(text);
    }
    if (!site.parent) return;
    const Document& document = *members[site.parent->member].document;
    Evaluator& above = site.parent->linking.evaluator();
    const NodeId passed = value_of(document, site.resource->properties, "Parameters");
    for (const Entry& entry : entries(document, passed)) {
      const auto found = compared.find(scalar_text(document, entry.key).value_or(""));
      if (found == compared.end()) continue;
      visit_texts(document, entry.value, [&](std::string_view text) {
        visit_names(text, [&](std::string_view name) { above.compare(name, found->second); });
      });
    }
  }

  template <typename Work>
  void for_each_site(Work work) {
    for (Site& site : sites_) {
      guards.charge(site.budget);
      work(site);
    }
  }

  void index_exports() {
    for_each_site([&](Site& site) {
      const Document& document = *members[site.member].document;
      Evaluator& evaluator = site.linking.evaluator();
      for (const Entry& output : entries(document, value_of(document, document.root(), outputs_section))) {
        const NodeId name = value_of(document, value_of(document, output.value, "Export"), "Name");
        if (name == NodeId::none) continue;
        const Evaluator::Visit visit(evaluator, nullptr);
        within_limits(site.linking.graph(), output.key, [&] {
          for (const Case& one : evaluator.cases(name, site.when_supplied(output)))
            if (one.value.kind == Value::Kind::literal && !is_of_stack(one.value.text))
              exports[one.value.text].push_back({&site, output, one.when});
        });
      }
    });
    for (Site& site : sites_)
      for (SigningProfile& profile : site.linking.graph().profiles) profiles.emplace(profile.resource, &profile);
  }

  void index_configs() {
    for (Site& site : sites_)
      for (SigningConfig& config : site.linking.graph().configs) configs.emplace(config.resource, &config);
  }

  // Who uses configs and layers of another template.
  void tell_each_other() {
    std::unordered_map<const Resource*, std::pair<Graph*, Layer*>> layers;
    for (Site& site : sites_)
      for (Layer& layer : site.linking.graph().layers)
        layers.emplace(layer.resource, std::pair(&site.linking.graph(), &layer));
    std::set<std::tuple<const void*, const Document*, std::string_view>> known;
    for (Site& site : sites_)
      for (const Function& function : site.linking.graph().functions) {
        const auto is_new = [&](const void* used) {
          return known.emplace(used, function.resource->document, function.resource->id).second;
        };
        for (const Value& value : function.layers) {
          if (value.kind != Value::Kind::foreign) continue;
          const auto layer = layers.find(value.resource);
          if (layer != layers.end() && is_new(layer->second.second))
            add_consumer(*layer->second.first, *layer->second.second, function);
        }
        for (const SigningCase& signing : function.signing) {
          if (!signing.config || signing.config->resource->document == function.resource->document) continue;
          SigningConfig& config = *configs.at(signing.config->resource);
          if (is_new(&config)) config.foreign_users.push_back(&function);
          // Inline code cannot be signed: to enforce would be to refuse it.
          if (signing.package == PackageType::inline_code && signing.state == Signing::warns && config.obstacle.empty())
            config.obstacle = "it would refuse the inline code of " + full_name_of(*function.resource);
        }
      }
  }

  std::deque<Stack> take() {
    std::deque<Stack> stacks;
    std::unordered_map<const Site*, Stack*> stack_of;
    for (Site& site : sites_) {
      const bool is_possible =
          !site.parent || site.resource->exists != Guard::never || !assumptions_of(site.outermost().member).empty();
      Stack& stack = stacks.emplace_back(Stack{site.member, site.name(), std::move(site.linking.graph()), is_possible});
      stack_of[&site] = &stack;
    }
    for (Site& site : sites_) {
      Graph &graph = stack_of[&site]->graph, &alone = *members[site.member].alone;
      std::unordered_map<std::string_view, NestedStack*> own;
      for (NestedStack& nested : alone.nested_stacks) own.emplace(nested.resource->id, &nested);
      for (NestedStack& nested : graph.nested_stacks) {
        const auto child = site.children.find(nested.resource);
        if (child != site.children.end()) {
          nested.graph = &stack_of[child->second]->graph;
          nested.unsignable = unsignable_in(*nested.graph);
        }
        if (circles_.contains({site.member, nested.path}))
          nested.unfollowed = "nests this template in turn, and is not followed";
        if (const auto twin = own.find(nested.resource->id); twin != own.end() && !nested.unsignable.empty())
          twin->second->unsignable = nested.unsignable;
      }
      for (std::size_t i = 0; i < graph.configs.size() && i < alone.configs.size(); ++i)
        if (alone.configs[i].obstacle.empty()) alone.configs[i].obstacle = graph.configs[i].obstacle;
    }
    return stacks;
  }

  // The signed functions and layers of a template whose code is local.
  static std::vector<std::string> unsignable_in(const Graph& graph) {
    std::vector<std::string> names;
    for (const Artifact& artifact : graph.artifacts)
      if (artifact.is_local && !artifact.path.ends_with(".zip") && !artifact.verified_for.empty())
        names.emplace_back(artifact.name);
    return names;
  }

  std::deque<Site> sites_;                       // parents before children
  std::map<std::string, std::uint32_t> places_;  // variables of pseudo parameters
  std::map<std::string, std::vector<std::string>> compared_places_;
  std::map<std::string, std::set<std::string>> seen_places_;
  std::map<std::size_t, std::size_t> stacks_of_;
  std::size_t bytes_of_stacks_ = 0, max_bytes_ = max_bytes_of_stacks;
  std::set<std::pair<std::size_t, std::string>> circles_;  // members, and the paths that lead back to them
};

Site::Site(Joiner& joined, std::size_t index, Site* outer, const Resource* deploys)
    : joiner(joined),
      member(index),
      parent(outer),
      resource(deploys),
      linking(*joined.members[index].document, outer ? joined.no_assumptions : joined.assumptions_of(index),
              joined.publishers_of(index), joined.guards, *this, embedding) {}

std::size_t Site::depth() const {
  return parent ? parent->depth() + 1 : 1;
}

bool Site::is_within(std::size_t other) const {
  return member == other || (parent && parent->is_within(other));
}

std::string Site::name() const {
  if (!parent) return {};
  std::string ids(resource->id);
  for (const Site* site = parent; site->parent; site = site->parent) ids = std::string(site->resource->id) + "/" + ids;
  return ids + " of " + joiner.members[outermost().member].document->source.path;
}

// What its parameters refuse fails.
Guard Site::exists() {
  if (!parent) return Guard::always;
  const Document& document = *joiner.members[member].document;
  for (const Entry& parameter : entries(document, value_of(document, document.root(), "Parameters")))
    if (const auto name = scalar_text(document, parameter.key); name && linking.evaluator().is_restricted(*name))
      given(*name, Pseudo::as_variable);
  const Guard accepted = joiner.guards.but_not(resource->exists, refused_);
  return accepted == Guard::never ? resource->exists : accepted;
}

Guard Site::background() {
  if (!parent) return Guard::always;
  const Guard around = parent->linking.evaluator().background(), here = exists();
  const Guard fails = joiner.guards.but_not(resource->exists, here);
  return joiner.guards.but_not(around, fails);
}

std::optional<std::uint32_t> Site::shared_variable(std::string_view pseudo) {
  return is_of_place(pseudo) ? std::optional(joiner.variable_of_place(pseudo)) : std::nullopt;
}

const SigningConfig* Site::config_of(const Resource& wanted) {
  const auto found = joiner.configs.find(&wanted);
  return found == joiner.configs.end() ? nullptr : found->second;
}

const SigningProfile* Site::profile_of(const Resource& wanted) {
  const auto found = joiner.profiles.find(&wanted);
  return found == joiner.profiles.end() ? nullptr : found->second;
}

// --- down: parameters

NodeId Site::default_of(std::string_view parameter) const {
  const Document& document = *joiner.members[member].document;
  return value_of(document, value_of(document, value_of(document, document.root(), "Parameters"), parameter),
                  "Default");
}

const std::vector<Case>* Site::given(std::string_view parameter, Pseudo pseudo) {
  if (!parent) return nullptr;
  const auto [known, is_new] = given_.try_emplace({std::string(parameter), pseudo});
  auto& cases = known->second;
  if (is_new) {
    // What asks for itself while it is found out.
    cases = {{Guard::always, unknown("its value goes in a circle")}};
    try {
      cases = passed(parameter, pseudo);
      const auto fails = [&](const Case& one) { return !linking.evaluator().may_be_passed(parameter, one.value); };
      if (std::all_of(cases->begin(), cases->end(), fails)) {
        // Every deployment fails, whatever its value were.
        cases.reset();
      } else {
        for (const Case& one : *cases)
          if (fails(one)) refused_ = joiner.guards.either(refused_, one.when);
        std::erase_if(*cases, fails);
      }
    } catch (const TooEntangled&) {
      cases = {{Guard::always, unknown(too_entangled)}};
      throw;
    }
  }
  return cases ? &*cases : nullptr;
}

std::vector<Case> Site::passed(std::string_view parameter, Pseudo pseudo) {
  const Document& document = *joiner.members[parent->member].document;
  Evaluator& evaluator = parent->linking.evaluator();
  const Evaluator::Visit visit(evaluator, &resource->bindings);
  std::vector<Case> found;
  const auto written = find(document, resource->properties, "Parameters");
  for (const Branch& branch : written ? evaluator.branches(written->value, Guard::always)
                                      : std::vector<Branch>{{Guard::always, NodeId::none}}) {
    if (is_null(document, branch.node)) {
      found.push_back({branch.when, {}});
    } else if (!is_plain_mapping(document, branch.node) || find(document, branch.node, "Fn::Transform")) {
      found.push_back({branch.when, unknown("what its parent passes is computed")});
    } else {
      for (Case& one : evaluator.cases(value_of(document, branch.node, parameter), branch.when, pseudo))
        found.push_back(std::move(one));
    }
  }
  found = seen_from_here(std::move(found), *parent);
  const Document& own = *joiner.members[member].document;
  const NodeId preset = default_of(parameter);
  for (Case& one : found) {
    if (one.value.kind != Value::Kind::absent || !scalar_text(own, preset)) continue;
    const auto text = passed_text(own, preset);
    one.value = text ? Value{.kind = Value::Kind::literal, .text = std::string(*text)}
                     : unknown("CloudFormation may write its default otherwise, as it is not quoted");
  }
  return found;
}

std::vector<Case> Site::seen_from_here(std::vector<Case> cases, const Site& supplier) {
  for (Case& one : cases) one.value = seen_from_here(std::move(one.value), supplier);
  return cases;
}

Value Site::seen_from_here(Value value, const Site& supplier) {
  if (value.kind == Value::Kind::resource) {
    value.kind = Value::Kind::foreign;
    value.text = full_name_of(*value.resource);
  } else if (value.kind == Value::Kind::foreign) {
    // It may come back to where it is from.
    if (linking.evaluator().resource_named(value.resource->id) != value.resource) return value;
    value.kind = Value::Kind::resource;
    value.text = value.resource->id;
  } else if (value.kind == Value::Kind::parameter) {
    const Variable* variable = value.variable ? &joiner.guards.variable(*value.variable) : nullptr;
    const std::string& of = variable ? variable->of : joiner.members[supplier.member].document->source.path;
    const bool is_own = of.empty() || of == joiner.members[member].document->source.path;
    value.text = (variable ? variable->name : value.text) + (is_own ? "" : " of " + of);
  } else if (value.kind == Value::Kind::literal && is_of_stack(value.text)) {
    return unknown("the name of another stack is part of it");
  } else if (value.kind == Value::Kind::missing) {
    return unknown("it comes from " + value.text + ", which is not defined");
  } else if (value.parts) {
    std::vector<Value> parts;
    for (const Value& part : *value.parts) parts.push_back(seen_from_here(part, supplier));
    const auto first =
        std::find_if(parts.begin(), parts.end(), [](const Value& part) { return part.kind != Value::Kind::literal; });
    if (first != parts.end()) value.text = why_not_known(*first);
    value.parts = std::make_shared<const std::vector<Value>>(std::move(parts));
  }
  return value;
}

// --- up: outputs

std::optional<Entry> Site::find_output(std::string_view name) const {
  const Document& document = *joiner.members[member].document;
  return find(document, value_of(document, document.root(), outputs_section), name);
}

Guard Site::when_supplied(const Entry& output) {
  const Document& document = *joiner.members[member].document;
  Evaluator& evaluator = linking.evaluator();
  const auto condition = scalar_text(document, value_of(document, output.value, "Condition"));
  return condition ? joiner.guards.both(evaluator.possible(), evaluator.condition(*condition)) : evaluator.possible();
}

const Received& Site::own_output(const Entry& output) {
  const auto [known, is_new] = own_outputs_.try_emplace(output.value);
  Received& received = known->second;
  if (!is_new) return received;
  // What asks for itself while it is found out.
  received.cases = {{Guard::always, unknown("its value goes in a circle")}};
  const Document& document = *joiner.members[member].document;
  Evaluator& evaluator = linking.evaluator();
  const Evaluator::Visit visit(evaluator, nullptr);
  try {
    const Guard when = when_supplied(output);
    std::vector<Case> cases = evaluator.cases(value_of(document, output.value, "Value"), when);
    received = {std::move(cases), when};
  } catch (const TooEntangled&) {
    received = {{{Guard::always, unknown(too_entangled)}}};
    throw;
  }
  return received;
}

const Received* Site::output(const Resource& stack, std::string_view name) {
  const auto child = children.find(&stack);
  if (child == children.end()) return nullptr;
  Site& nested = *child->second;
  const auto [known, is_new] = outputs_.try_emplace({&stack, std::string(name)});
  Received& received = known->second;
  if (!is_new) return received.cases.empty() ? nullptr : &received;
  const auto output = nested.find_output(name);
  if (output) {
    received = nested.own_output(*output);
    received.cases = seen_from_here(std::move(received.cases), nested);
  } else if (!nested.may_have_more_outputs()) {
    received.cases = {
        {Guard::always,
         {.kind = Value::Kind::missing,
          .text = "the output " + std::string(name) + " of " + joiner.members[nested.member].document->source.path,
          .resource = &stack}}};
  }
  return received.cases.empty() ? nullptr : &received;
}

bool Site::may_have_more_outputs() {
  const Document& document = *joiner.members[member].document;
  const auto outputs = entries(document, value_of(document, document.root(), outputs_section));
  return linking.graph().has_hidden_resources || std::any_of(outputs.begin(), outputs.end(), [&](const Entry& output) {
           return scalar_text(document, output.key).value_or("Fn::").starts_with("Fn::");
         });
}

// --- across: exports

const Received* Site::exported(std::string_view name, std::string& why) {
  if (const auto known = imports_.find(name); known != imports_.end()) return &known->second;
  const auto found = joiner.exports.find(name);
  if (found == joiner.exports.end()) return nullptr;
  const auto [ambiguous, is_new] = joiner.ambiguous.try_emplace(found->first);
  if (!is_new && !ambiguous->second.empty()) {
    why = ambiguous->second;
    return nullptr;
  }
  const auto& first = found->second.front();
  std::set<std::string> paths;
  bool is_one = true;
  Guard when = Guard::never;
  for (const Joiner::Exported& one : found->second) {
    paths.insert(joiner.members[one.site->member].document->source.path);
    is_one &= one.site == first.site && one.output.value == first.output.value;
    when = joiner.guards.either(when, one.when);
  }
  if (!is_one) {
    why = ", which " + *paths.begin();
    if (paths.size() > 2) why += ", " + *std::next(paths.begin()) + " and others export";
    if (paths.size() == 2) why += " and " + *std::next(paths.begin()) + " export";
    if (paths.size() == 1) why += " exports more than once";
    ambiguous->second = why;
    return nullptr;
  }
  Received received = first.site->own_output(first.output);
  received.when = joiner.guards.both(received.when, when);
  for (Case& one : received.cases) {
    one.when = joiner.guards.both(one.when, when);
    // "Exported values must not be empty or whitespace-only" (smoketurner/serverless-vpc-plugin#704).
    if (one.value.kind == Value::Kind::literal && one.value.text.find_first_not_of(" \t\r\n") == std::string::npos)
      one.value = unknown("an empty text is exported as " + std::string(name) + ", which CloudFormation refuses");
    if (one.value.kind == Value::Kind::unknown) one.value.is_never_empty = true;
  }
  if (first.site != this) received.cases = seen_from_here(std::move(received.cases), *first.site);
  return &imports_.emplace(name, std::move(received)).first->second;
}

}  // namespace

bool stands_alone(const Graph& alone) {
  return alone.nested_stacks.empty() && !has_exports(*alone.document) && !names_other_stacks(*alone.document);
}

std::deque<Stack> join(const std::vector<Member>& members) {
  return Joiner(members).run();
}

}  // namespace codesign
