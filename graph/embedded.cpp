#include "graph/embedded.h"

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
    if (!body || limits_.depth_left == 0 || body->text.size() > limits_.bytes_left) return false;
    // The copies of a loop have one text, and what is said of it is said once.
    const std::tuple copy(resource.key, body->place, body->text);
    if (read_already_.contains(copy)) return true;
    limits_.bytes_left -= body->text.size();
    EmbeddedTemplate embedded{.stack_set = &resource};
    if (body->is_scalar) embedded.places = TextInString(document_, body->place, body->text);
    embedded.string = body->place;
    embedded.document = std::make_unique<Document>(parse({document_.source.path, std::move(body->text)}));
    --limits_.depth_left;
    embedded.graph = std::make_unique<Graph>(link_inner_(*embedded.document, parameters_of(resource)));
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

  // Those that every stack has.
  Assumptions parameters_of(const Resource& resource) {
    Assumptions given;
    for (const NodeId item : children(document_, value_of(document_, resource.properties, "Parameters"))) {
      const auto key = plain_text(document_, value_of(document_, item, "ParameterKey"));
      const NodeId written = value_of(document_, item, "ParameterValue");
      if (!key || written == NodeId::none) continue;
      const Value value = evaluator_.only_value(written, resource.exists);
      if (value.kind == Value::Kind::literal && value.text.find("${AWS::") == std::string::npos)
        given.insert_or_assign(std::string(*key), value.text);
    }
    const NodeId groups = value_of(document_, resource.properties, "StackInstancesGroup");
    if (groups != NodeId::none && !is_plain_list(document_, groups)) return {};
    for (const NodeId group : children(document_, groups)) {
      const NodeId overrides = value_of(document_, group, "ParameterOverrides");
      if (!is_plain_mapping(document_, group) || (overrides != NodeId::none && !is_plain_list(document_, overrides)))
        return {};
      for (const NodeId item : children(document_, overrides)) {
        const auto key = plain_text(document_, value_of(document_, item, "ParameterKey"));
        if (!key) return {};
        given.erase(std::string(*key));
      }
    }
    return given;
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
  std::set<std::tuple<NodeId, NodeId, std::string>> read_already_;
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
