#include "graph/embedded.h"

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "graph/intrinsic.h"
#include "template/parse.h"

namespace codesign {
namespace {

// A template in a string, as far as it is known.
struct Body {
  std::string text;
  NodeId place = NodeId::none;
  bool is_scalar = false;  // the text is that of the scalar at `place`, and not put together
  bool is_certain = true;  // nothing in it is decided at deployment
};

// Of the values that are passed for a parameter, more are not told apart.
constexpr std::size_t max_passed = 64;

// What a stack set passes for a parameter: one of these, in some stack of some deployment.
using Passed = std::map<std::string, std::vector<Value>, std::less<>>;

class StackSet : public Outside {
 public:
  StackSet(const Passed& passed, const Evaluator& evaluator) : passed_(passed), evaluator_(evaluator) {}

  std::optional<Variable> choices(std::string_view parameter, const std::vector<std::string>& compared) override {
    const auto found = passed_.find(parameter);
    if (found == passed_.end()) return {};
    Variable variable;
    for (const Value& value : found->second)
      if (value.kind == Value::Kind::literal) variable.values.push_back(value.text);
    for (const Value& value : found->second) {
      if (value.kind == Value::Kind::literal) continue;
      for (const std::string& text : compared)
        if (evaluator_.may_be(value, text)) variable.values.push_back(text);
      variable.last_is_any_other = true;
    }
    return variable;
  }

 private:
  const Passed& passed_;
  const Evaluator& evaluator_;
};

class EmbeddedReader {
 public:
  EmbeddedReader(Graph& graph, Evaluator& evaluator, EmbeddingLimits& limits, const LinkInner& link_inner)
      : graph_(graph), document_(*graph.document), evaluator_(evaluator), limits_(limits), link_inner_(link_inner) {}

  void run() {
    for (const Resource& resource : graph_.resources) {
      if (resource.type != "AWS::CloudFormation::StackSet") continue;
      evaluator_.bind(&resource.bindings);
      if (!read(resource))
        graph_.hidden_parts.push_back({.resource = &resource,
                                       .where = resource.key,
                                       .what = "the stack set " + std::string(resource.id) + " may contain functions"});
    }
  }

 private:
  // False where its template is not at hand.
  bool read(const Resource& resource) {
    std::optional<Body> body = body_of(resource);
    if (!body || limits_.depth_left == 0) return false;
    const Passed passed = parameters_of(resource);
    // Copies of a loop that have one text and are passed the same are one.
    const std::tuple copy(resource.key, body->place, body->text, in_words(passed));
    const bool is_new = !read_already_.contains(copy);
    const std::size_t bytes = std::get<3>(copy).size() + (is_new ? body->text.size() : 0);
    if (bytes > limits_.bytes_left) return false;
    limits_.bytes_left -= bytes;
    if (!is_new) return true;
    EmbeddedTemplate embedded{.stack_set = &resource};
    if (body->is_scalar) embedded.places = TextInString(document_, body->place, body->text);
    embedded.string = body->place;
    embedded.document = std::make_unique<Document>(parse({document_.source.path, std::move(body->text)}));
    --limits_.depth_left;
    StackSet outside(passed, evaluator_);
    embedded.graph = std::make_unique<Graph>(link_inner_(*embedded.document, outside));
    ++limits_.depth_left;
    if (embedded.document->problems.empty() ? !embedded.graph->is_template : !body->is_certain) return false;
    forget_files(*embedded.graph);
    graph_.embedded.push_back(std::move(embedded));
    read_already_.insert(copy);
    return true;
  }

  std::optional<Body> body_of(const Resource& resource) {
    const auto branches =
        evaluator_.branches(value_of(document_, resource.properties, "TemplateBody"), resource.exists);
    if (branches.size() != 1 || branches.front().node == NodeId::none) return {};
    const NodeId node = branches.front().node;
    const Value value = evaluator_.only_value(node, resource.exists);
    const bool is_literal = value.kind == Value::Kind::literal;
    // What a dynamic reference in it stands for is as unknown there as it is in any template.
    if (const auto text = plain_text(document_, node)) return Body{evaluator_.bound(*text), node, true, is_literal};
    if (!is_literal) return {};
    const auto intrinsic = read_intrinsic(document_, node);
    if (intrinsic && intrinsic->name == "Fn::Sub") {
      const auto parts = children(document_, intrinsic->argument);
      const NodeId scalar = resolve(document_, parts.empty() ? intrinsic->argument : parts.front());
      return Body{value.text, scalar, true};
    }
    return Body{value.text, node};
  }

  // What the stacks are given for the parameters that the stack set names: its own value, or that of a group of stacks.
  Passed parameters_of(const Resource& resource) {
    Passed passed;
    const auto add = [&](NodeId list) {
      for (const NodeId item : children(document_, list)) {
        const auto key = plain_text(document_, value_of(document_, item, "ParameterKey"));
        const NodeId written = value_of(document_, item, "ParameterValue");
        if (!key || written == NodeId::none) continue;
        std::vector<Value>& values = passed[std::string(*key)];
        for (Case& one : evaluator_.cases(written, resource.exists, Pseudo::as_variable))
          values.push_back(std::move(one.value));
        if (values.size() > max_passed) values = {{.kind = Value::Kind::unknown, .text = "there are many"}};
      }
    };
    add(value_of(document_, resource.properties, "Parameters"));
    const NodeId groups = value_of(document_, resource.properties, "StackInstancesGroup");
    bool is_known = groups == NodeId::none || is_plain_list(document_, groups);
    for (const NodeId group : children(document_, groups)) {
      const NodeId overrides = value_of(document_, group, "ParameterOverrides");
      is_known &=
          is_plain_mapping(document_, group) && (overrides == NodeId::none || is_plain_list(document_, overrides));
      for (const NodeId item : children(document_, overrides))
        is_known &= plain_text(document_, value_of(document_, item, "ParameterKey")).has_value();
      add(overrides);
    }
    if (!is_known)
      for (auto& [key, values] : passed) values.push_back({.kind = Value::Kind::unknown, .text = "a group decides"});
    return passed;
  }

  static std::string in_words(const Passed& passed) {
    std::string words;
    for (const auto& [key, values] : passed)
      for (const Value& value : values)
        words += key + '\0' + std::to_string(static_cast<int>(value.kind)) + value.text + '\0' + value.attribute + '\0';
    return words;
  }

  // A template in a string has no folder beside it.
  static void forget_files(Graph& graph) {
    for (const NestedStack& stack : graph.nested_stacks) graph.hidden_parts.push_back(hidden_template(stack));
    graph.nested_stacks.clear();
  }

  Graph& graph_;
  const Document& document_;
  Evaluator& evaluator_;
  EmbeddingLimits& limits_;
  const LinkInner& link_inner_;
  std::set<std::tuple<NodeId, NodeId, std::string, std::string>> read_already_;
};

}  // namespace

void read_embedded_templates(Graph& graph, Evaluator& evaluator, EmbeddingLimits& limits, const LinkInner& link_inner) {
  EmbeddedReader(graph, evaluator, limits, link_inner).run();
}

std::string why_not_edited(const EmbeddedTemplate& embedded) {
  return "it stands in the TemplateBody of " + std::string(embedded.stack_set->id) + ", which is not edited";
}

Span EmbeddedTemplate::place(const Document& outer, Span part) const {
  return places.is_exact() ? places.place(part) : outer[string].span;
}

}  // namespace codesign
