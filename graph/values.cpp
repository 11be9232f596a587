#include "graph/values.h"

#include <algorithm>

#include "graph/arn.h"
#include "graph/intrinsic.h"

namespace codesign {
namespace {

// More nested intrinsics than this is nothing a person wrote; it bounds recursion and alias bombs.
constexpr int max_nesting_of_intrinsics = 64;
constexpr std::size_t max_alternatives = 256;

Value unknown(NodeId node, std::string why) {
  return {.kind = Value::Kind::unknown, .text = std::move(why), .node = node};
}

bool same(const Value& a, const Value& b) {
  return a.kind == b.kind && a.text == b.text && a.resource == b.resource && a.attribute == b.attribute &&
         a.is_dotted_ref == b.is_dotted_ref;
}

class Reader {
 public:
  Reader(const Document& document, const Names& names) : document_(document), names_(names) {}

  void read(NodeId written, bool ignore_tag, int nesting, std::vector<Value>& into) const {
    if (nesting > max_nesting_of_intrinsics || into.size() >= max_alternatives) {
      into.push_back(unknown(written, "it is nested too deeply to be read"));
      return;
    }
    const NodeId id = resolve(document_, written);
    if (is_null(document_, id)) {
      into.push_back({.node = written});
      return;
    }
    const Node& node = document_[id];
    if (!ignore_tag) {
      if (const auto intrinsic = read_intrinsic(document_, id)) {
        read_function(*intrinsic, written, nesting, into);
        return;
      }
    }
    if (node.kind == Node::Kind::scalar) {
      if (has_dynamic_reference(node.text))
        into.push_back(unknown(written, "a dynamic reference is resolved at deployment"));
      else
        into.push_back({.kind = Value::Kind::literal, .text = std::string(node.text), .node = written});
      return;
    }
    into.push_back(unknown(written, node.kind == Node::Kind::sequence ? "a list stands where one value belongs"
                                                                      : "a mapping stands where one value belongs"));
  }

 private:
  void read_function(const Intrinsic& function, NodeId written, int nesting, std::vector<Value>& into) const {
    const bool own_argument = function.argument == resolve(document_, written);
    if (function.name == "Ref") {
      into.push_back(reference(written, scalar_text(document_, function.argument), ""));
    } else if (function.name == "Fn::GetAtt") {
      into.push_back(attribute(written, function.argument));
    } else if (function.name == "Fn::Sub") {
      into.push_back(substitution(written, function.argument));
    } else if (function.name == "Fn::If") {
      const auto arguments = children(document_, function.argument);
      if (arguments.size() != 3 || !is_sequence(document_, function.argument)) {
        into.push_back(unknown(written, "Fn::If needs a condition and two values"));
        return;
      }
      read(arguments[1], false, nesting + 1, into);
      read(arguments[2], false, nesting + 1, into);
    } else if (function.name == "Fn::ImportValue") {
      std::vector<Value> name;
      read(function.argument, own_argument, nesting + 1, name);
      const bool literal = name.size() == 1 && name.front().kind == Value::Kind::literal;
      into.push_back(
          unknown(written, literal ? "it is imported from " + name.front().text : "it is imported from another stack"));
    } else {
      into.push_back(unknown(written, function.name + " is not evaluated"));
    }
  }

  Value reference(NodeId written, std::optional<std::string_view> name, std::string_view attribute_name) const {
    if (!name) return unknown(written, "a reference that is not one name");
    if (*name == "AWS::NoValue" && attribute_name.empty()) return {.node = written};
    if (name->starts_with("AWS::"))
      return {.kind = Value::Kind::literal, .text = "${" + std::string(*name) + "}", .node = written};
    if (const auto found = names_.resources.find(*name); found != names_.resources.end())
      return {.kind = Value::Kind::resource,
              .text = std::string(*name),
              .resource = found->second,
              .attribute = std::string(attribute_name),
              .node = written};
    if (const std::size_t dot = name->find('.'); dot != std::string_view::npos && attribute_name.empty()) {
      if (const auto found = names_.resources.find(name->substr(0, dot)); found != names_.resources.end())
        return {.kind = Value::Kind::resource,
                .text = std::string(found->first),
                .resource = found->second,
                .attribute = std::string(name->substr(dot + 1)),
                .is_dotted_ref = true,
                .node = written};
    }
    if (names_.parameters.contains(*name) && attribute_name.empty())
      return {.kind = Value::Kind::parameter, .text = std::string(*name), .node = written};
    if (names_.loop_identifiers.contains(*name) || name->find("${") != std::string_view::npos)
      return unknown(written, "an Fn::ForEach loop decides");
    if (!names_.complete) return unknown(written, "a macro or an included snippet may define " + std::string(*name));
    return {.kind = Value::Kind::missing,
            .text = std::string(*name),
            .attribute = std::string(attribute_name),
            .node = written};
  }

  // "A.B.C" is attribute "B.C" of A.
  Value dotted(NodeId written, std::string_view text) const {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return reference(written, text, "");
    return reference(written, text.substr(0, dot), text.substr(dot + 1));
  }

  Value attribute(NodeId written, NodeId argument) const {
    if (const auto text = scalar_text(document_, argument)) return dotted(written, *text);
    const auto parts = children(document_, argument);
    if (is_sequence(document_, argument) && parts.size() == 2) {
      const auto name = scalar_text(document_, parts[0]), attribute_name = scalar_text(document_, parts[1]);
      if (name && attribute_name) return reference(written, name, *attribute_name);
    }
    return unknown(written, "Fn::GetAtt needs a logical ID and an attribute");
  }

  Value substitution(NodeId written, NodeId argument) const {
    std::optional<std::string_view> text = scalar_text(document_, argument);
    if (!text && is_sequence(document_, argument)) {
      const auto parts = children(document_, argument);
      if (!parts.empty()) text = scalar_text(document_, parts[0]);
      if (text && parts.size() > 1 && text->find("${") != std::string_view::npos)
        return unknown(written, "Fn::Sub with its own variables is not evaluated");
    }
    if (!text) return unknown(written, "Fn::Sub needs a text");
    std::string literal;
    for (std::size_t at = 0; at < text->size();) {
      const std::size_t open = text->find("${", at);
      const std::size_t close = open == std::string_view::npos ? open : text->find('}', open);
      if (close == std::string_view::npos) {
        literal += text->substr(at);
        break;
      }
      literal += text->substr(at, open - at);
      std::string_view name = text->substr(open + 2, close - open - 2);
      at = close + 1;
      if (name.starts_with('!')) {
        literal += "${" + std::string(name.substr(1)) + "}";
        continue;
      }
      while (name.starts_with(' ')) name.remove_prefix(1);
      while (name.ends_with(' ')) name.remove_suffix(1);
      if (name.starts_with("AWS::")) {
        literal += "${" + std::string(name) + "}";
        continue;
      }
      Value only = dotted(written, name);
      if (open == 0 && at == text->size()) return only;
      if (only.kind == Value::Kind::missing) return only;
      return unknown(written, std::string(name) + " is part of it");
    }
    if (has_dynamic_reference(literal)) return unknown(written, "a dynamic reference is resolved at deployment");
    return {.kind = Value::Kind::literal, .text = std::move(literal), .node = written};
  }

  const Document& document_;
  const Names& names_;
};

std::string condition_of(const Document& document, NodeId node) {
  const auto intrinsic = read_intrinsic(document, node);
  if (!intrinsic || intrinsic->name != "Fn::If") return {};
  const auto arguments = children(document, intrinsic->argument);
  return arguments.empty() ? std::string() : std::string(scalar_text(document, arguments[0]).value_or(""));
}

}  // namespace

std::vector<Value> read_alternatives(const Document& document, const Names& names, NodeId node) {
  std::vector<Value> values;
  Reader(document, names).read(node, false, 0, values);
  return values;
}

Value read_value(const Document& document, const Names& names, NodeId node) {
  const std::vector<Value> values = read_alternatives(document, names, node);
  if (std::all_of(values.begin(), values.end(), [&](const Value& value) { return same(value, values.front()); })) {
    Value value = values.front();
    value.node = node;
    return value;
  }
  const std::string condition = condition_of(document, node);
  return unknown(node, condition.empty() ? "a condition decides" : "condition " + condition + " decides");
}

}  // namespace codesign
