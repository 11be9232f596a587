#include "graph/values.h"

#include <algorithm>

#include "graph/arn.h"
#include "graph/passed_text.h"
#include "graph/pattern.h"

namespace codesign {
namespace {

// More nested intrinsics than this is nothing a person wrote; it bounds recursion.
constexpr int max_nesting = 64;
// Texts put together from more cases than this, or longer, are not followed.
constexpr std::size_t max_cases = 512;
constexpr std::size_t max_text = 1 << 16;

Value unknown(NodeId node, std::string why) {
  return {.kind = Value::Kind::unknown, .text = std::move(why), .node = node};
}
Value literal(NodeId node, std::string text) {
  return {.kind = Value::Kind::literal, .text = std::move(text), .node = node};
}

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

// What stands for all other values has a text that none of them has.
void add_any_other(Variable& variable) {
  std::string other = "other";
  while (std::find(variable.values.begin(), variable.values.end(), other) != variable.values.end()) other += "-value";
  variable.values.push_back(other);
  variable.last_is_any_other = true;
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (!separator.empty()) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.emplace_back(text);
  return parts;
}

bool is_type_of_list(std::string_view type) {
  return type == "CommaDelimitedList" || type.find("List<") != std::string_view::npos;
}

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// "arn" patterns and regions: which partition a region is in.
std::string_view partition_of_region(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  if (region.starts_with("us-iso-")) return "aws-iso";
  if (region.starts_with("us-isob-")) return "aws-iso-b";
  if (region.starts_with("us-isof-")) return "aws-iso-f";
  if (region.starts_with("eu-isoe-")) return "aws-iso-e";
  if (region.starts_with("eusc-")) return "aws-eusc";
  return "aws";
}

// Whether a pseudo parameter may have that value, as far as AWS says what its values look like.
bool may_be_pseudo_parameter(std::string_view name, std::string_view text) {
  if (text.empty()) return false;
  if (name == "AWS::AccountId") return text.size() == 12 && text.find_first_not_of("0123456789") == std::string::npos;
  if (name == "AWS::Region")
    return text.find('-') != std::string::npos &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (name == "AWS::Partition") return text.starts_with("aws");
  return true;
}

// Where texts are put together of more than this, only that they are not known is kept.
constexpr std::size_t max_parts = 32;

// One text behind the other.
Value put_together(NodeId written, const Value& left, const Value& right) {
  if (left.kind == Value::Kind::unknown && !left.parts) return left;
  Value whole = left.kind == Value::Kind::literal ? unknown(written, why_not_known(right)) : left;
  std::vector<Value> parts;
  for (const Value* side : {&left, &right}) {
    const bool is_empty = side->kind == Value::Kind::literal && side->text.empty();
    if (side->parts)
      parts.insert(parts.end(), side->parts->begin(), side->parts->end());
    else if (side->kind == Value::Kind::literal && !parts.empty() && parts.back().kind == Value::Kind::literal)
      parts.back().text += side->text;
    else if (!is_empty)
      parts.push_back(*side);
  }
  const bool is_short = parts.size() <= max_parts && std::all_of(parts.begin(), parts.end(), [](const Value& part) {
                          return part.text.size() < max_text;
                        });
  whole.parts = is_short ? std::make_shared<const std::vector<Value>>(std::move(parts)) : nullptr;
  return whole;
}

bool is_resource_of_known_kind(const Value& value) {
  return (value.kind == Value::Kind::resource || value.kind == Value::Kind::foreign) &&
         !may_return_any_text(*value.resource, value.attribute);
}

// A resource that a parent passes for a parameter is never an empty text, and the ARN of a config begins like one. What
// is put together has its known parts.
bool cannot_be(const Value& value, std::string_view text) {
  if (value.is_never_empty) return text.empty();
  if (value.parts) {
    std::size_t least = 0;
    for (const Value& part : *value.parts)
      least += part.kind == Value::Kind::literal ? part.text.size() : cannot_be(part, "");
    const Value &first = value.parts->front(), &last = value.parts->back();
    return text.size() < least || (first.kind == Value::Kind::literal && !text.starts_with(first.text)) ||
           (last.kind == Value::Kind::literal && !text.ends_with(last.text));
  }
  if (value.kind == Value::Kind::parameter && value.text.starts_with("AWS::"))
    return !may_be_pseudo_parameter(value.text, text);
  if (!is_resource_of_known_kind(value)) return false;
  const bool is_config = value.resource->type == "AWS::Lambda::CodeSigningConfig";
  const bool is_arn = is_config && (value.attribute.empty() || value.attribute == "CodeSigningConfigArn");
  return text.empty() || (is_arn && !text.starts_with("arn:"));
}

enum class Edges : std::uint8_t { kept, trimmed };

// The items of a text that is put together; nothing where a part may have separators in it.
std::optional<std::vector<Value>> split_parts(NodeId node, const std::vector<Value>& parts, std::string_view separator,
                                              Edges edges) {
  std::vector<Value> items{literal(node, "")};
  for (const Value& part : parts) {
    if (part.kind != Value::Kind::literal && !is_resource_of_known_kind(part)) return {};
    bool is_first = true;
    const std::vector<std::string> texts =
        part.kind == Value::Kind::literal ? split(part.text, separator) : std::vector<std::string>{};
    for (const std::string& text : texts) {
      if (!std::exchange(is_first, false)) items.push_back(literal(node, ""));
      Value& item = items.back();
      const Value piece = literal(node, edges == Edges::trimmed ? trimmed(text) : text);
      if (item.kind == Value::Kind::literal)
        item.text += piece.text;
      else if (!piece.text.empty())
        item = put_together(node, item, piece);
    }
    if (!texts.empty()) continue;
    Value& item = items.back();
    item = item.kind == Value::Kind::literal && item.text.empty() ? part : put_together(node, item, part);
  }
  for (Value& item : items) {
    item.node = node;
    if (item.kind == Value::Kind::literal && has_dynamic_reference(item.text))
      item = unknown(node, "a dynamic reference is resolved at deployment");
  }
  return items;
}

// The choices of "^(a|b|c)$"; nothing where the pattern says anything else.
std::optional<std::vector<std::string>> choices_of_pattern(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  if (pattern.ends_with('$')) pattern.remove_suffix(1);
  if (pattern.starts_with('(') && pattern.ends_with(')')) pattern = pattern.substr(1, pattern.size() - 2);
  if (pattern.empty() || pattern.find_first_of("\\^$.[]{}()*+?") != std::string_view::npos) return {};
  return split(pattern, "|");
}

}  // namespace

Evaluator::Evaluator(const Document& document, const Names& names, const Assumptions& assumptions, Guards& guards,
                     Outside& outside)
    : document_(document), names_(names), assumptions_(assumptions), guards_(guards), outside_(outside) {
  collect_compared_values();
}

std::string Evaluator::bound(std::string_view text) const {
  std::string result(text);
  if (!bindings_ || (result.find("${") == std::string::npos && result.find("&{") == std::string::npos)) return result;
  for (const auto& [identifier, value] : *bindings_) {
    std::string letters_and_digits;
    for (const char c : value)
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) letters_and_digits += c;
    const std::string forms[] = {"${" + identifier + "}", "&{" + identifier + "}"};
    for (const std::string& form : forms) {
      const std::string& replacement = form[0] == '&' ? letters_and_digits : value;
      for (std::size_t at = result.find(form); at != std::string::npos && result.size() < max_text;
           at = result.find(form, at + replacement.size()))
        result.replace(at, form.size(), replacement);
    }
  }
  return result;
}

// --- values

std::string why_not_known(const Value& part) {
  return part.kind == Value::Kind::parameter || part.resource ? part.text + " is part of it"
                                                              : "a part of it is not known";
}

void Evaluator::spend(std::size_t bytes) {
  value_bytes_ += bytes;
  if (value_bytes_ > max_value_bytes) throw TooEntangled{};
}

std::vector<Case> Evaluator::cases(NodeId node, Guard within, Pseudo pseudo) {
  std::vector<Case> result;
  read(node, false, within, pseudo, 0, result);
  return result;
}

const Resource* Evaluator::resource_named(std::string_view id) const {
  const auto found = names_.resources.find(id);
  return found == names_.resources.end() ? nullptr : found->second;
}

Value Evaluator::only_value(NodeId node, Guard within) {
  std::vector<Case> found = cases(node, within);
  if (found.size() == 1) return std::move(found.front().value);
  return {.kind = Value::Kind::unknown, .text = "a condition decides"};
}

std::vector<Branch> Evaluator::branches(NodeId node, Guard within) {
  std::vector<Branch> result;
  const auto follow = [&](auto&& self, NodeId written, Guard when, int nesting) -> void {
    if (when == Guard::never) return;
    const NodeId id = resolve(document_, written);
    const auto intrinsic = read_intrinsic(document_, id);
    if (intrinsic && intrinsic->name == "Ref" && scalar_text(document_, intrinsic->argument) == "AWS::NoValue") {
      result.push_back({when, NodeId::none});
      return;
    }
    const auto arguments = intrinsic ? children(document_, intrinsic->argument) : std::vector<NodeId>{};
    if (!intrinsic || intrinsic->name != "Fn::If" || arguments.size() != 3 || nesting > max_nesting) {
      result.push_back({when, id});
      return;
    }
    const Guard chosen = condition(bound(scalar_text(document_, arguments[0]).value_or("")));
    self(self, arguments[1], guards_.both(when, chosen), nesting + 1);
    self(self, arguments[2], guards_.but_not(when, chosen), nesting + 1);
  };
  follow(follow, node, within, 0);
  return result;
}

void Evaluator::read(NodeId written, bool ignore_tag, Guard within, Pseudo pseudo, int nesting,
                     std::vector<Case>& into) {
  if (within == Guard::never) return;
  if (nesting > max_nesting || into.size() >= max_cases) {
    into.push_back({within, unknown(written, "it is nested too deeply to be read")});
    return;
  }
  const NodeId id = resolve(document_, written);
  if (is_null(document_, id)) {
    into.push_back({within, {.node = written}});
    return;
  }
  const Node& node = document_[id];
  if (const auto intrinsic = ignore_tag ? read_long_intrinsic(document_, id) : read_intrinsic(document_, id)) {
    read_function(*intrinsic, written, within, pseudo, nesting, into);
    return;
  }
  if (node.kind == Node::Kind::scalar) {
    spend(node.text.size());
    if (has_dynamic_reference(node.text))
      into.push_back({within, unknown(written, "a dynamic reference is resolved at deployment")});
    else if (const auto text = passed_text(document_, id))
      into.push_back({within, literal(written, bound(*text))});
    else
      into.push_back({within, unknown(written, "CloudFormation may write this number otherwise, as it is not quoted")});
    return;
  }
  into.push_back(
      {within, unknown(written, node.kind == Node::Kind::sequence ? "a list stands where one value belongs"
                                                                  : "a mapping stands where one value belongs")});
}

void Evaluator::read_function(const Intrinsic& function, NodeId written, Guard within, Pseudo pseudo, int nesting,
                              std::vector<Case>& into) {
  const bool own_argument = function.argument == resolve(document_, written);
  const std::string& name = function.name;
  const auto say = [&](std::string why) { into.push_back({within, unknown(written, std::move(why))}); };
  if (name == "Ref") {
    const auto target = scalar_text(document_, function.argument);
    if (!target) return say("a reference that is not one name");
    read_reference(written, bound(*target), within, pseudo, into);
  } else if (name == "Fn::GetAtt") {
    if (const auto text = scalar_text(document_, function.argument))
      return read_dotted(written, bound(*text), within, into);
    const auto parts = children(document_, function.argument);
    const auto target = parts.size() == 2 ? scalar_text(document_, parts[0]) : std::nullopt;
    const auto attribute = parts.size() == 2 ? plain_text(document_, parts[1]) : std::nullopt;
    if (!target || !attribute) return say("Fn::GetAtt needs a logical ID and an attribute");
    read_named(written, bound(*target), bound(*attribute), within, into);
  } else if (name == "Fn::If") {
    const auto arguments = children(document_, function.argument);
    if (arguments.size() != 3 || !is_sequence(document_, function.argument))
      return say("Fn::If needs a condition and two values");
    const Guard chosen = condition(bound(scalar_text(document_, arguments[0]).value_or("")));
    read(arguments[1], false, guards_.both(within, chosen), pseudo, nesting + 1, into);
    read(arguments[2], false, guards_.but_not(within, chosen), pseudo, nesting + 1, into);
  } else if (name == "Fn::Sub") {
    read_sub(written, function.argument, within, pseudo, nesting, into);
  } else if (name == "Fn::Join") {
    read_join(written, function.argument, within, pseudo, nesting, into);
  } else if (name == "Fn::Select") {
    read_select(written, function.argument, within, pseudo, nesting, into);
  } else if (name == "Fn::FindInMap") {
    read_find_in_map(written, function.argument, within, nesting, into);
  } else if (name == "Fn::ImportValue") {
    std::vector<Case> export_name;
    read(function.argument, own_argument, within, Pseudo::as_written, nesting + 1, export_name);
    for (const Case& one : export_name) {
      if (one.value.kind != Value::Kind::literal) {
        into.push_back({one.when, unknown(written, "it is imported from another stack")});
        into.back().value.is_never_empty = true;
        continue;
      }
      std::string more;
      if (const Received* received = outside_.exported(one.value.text, more)) {
        receive(written, *received, one.when, into);
      } else {
        into.push_back({one.when, unknown(written, "it is imported from " + one.value.text + more)});
        into.back().value.is_never_empty = true;
      }
    }
  } else if (name == "Fn::GetStackOutput") {
    say("it is read from the output of another stack");
  } else if (name == "Fn::Transform") {
    say("Fn::Transform computes it at deployment");
  } else if (name == "Fn::Base64" || name == "Fn::ToJsonString") {
    say(name + " makes another text of it");
  } else {
    say(name + " is not evaluated");
  }
}

Value Evaluator::named(NodeId written, std::string_view name, std::string_view attribute) const {
  if (name == "AWS::NoValue" && attribute.empty()) return {.node = written};
  if (name.starts_with("AWS::")) return literal(written, "${" + std::string(name) + "}");
  if (const auto found = names_.resources.find(name); found != names_.resources.end())
    return {.kind = Value::Kind::resource,
            .text = std::string(name),
            .resource = found->second,
            .attribute = std::string(attribute),
            .node = written};
  if (const std::size_t dot = name.find('.'); dot != std::string_view::npos && attribute.empty())
    if (const auto found = names_.resources.find(name.substr(0, dot)); found != names_.resources.end())
      return {.kind = Value::Kind::resource,
              .text = std::string(found->first),
              .resource = found->second,
              .attribute = std::string(name.substr(dot + 1)),
              .is_dotted_ref = true,
              .node = written};
  if (names_.parameters.contains(name) && attribute.empty())
    return {.kind = Value::Kind::parameter, .text = std::string(name), .node = written};
  if (names_.loop_identifiers.contains(name) || name.find("${") != std::string_view::npos ||
      name.find("&{") != std::string_view::npos)
    return unknown(written, "an Fn::ForEach loop decides");
  if (!names_.complete) return unknown(written, "a macro or an included snippet may define " + std::string(name));
  return {
      .kind = Value::Kind::missing, .text = std::string(name), .attribute = std::string(attribute), .node = written};
}

void Evaluator::read_named(NodeId written, std::string_view name, std::string_view attribute, Guard within,
                           std::vector<Case>& into) {
  constexpr std::string_view outputs = "Outputs.";
  Value value = named(written, name, attribute);
  if (value.kind == Value::Kind::resource && !value.is_dotted_ref && attribute.starts_with(outputs))
    if (const Received* output = outside_.output(*value.resource, attribute.substr(outputs.size()))) {
      // A nested stack is deployed with this one: without it, or its output, the deployment fails.
      const Guard lacking = guards_.but_not(within, output->when);
      if (lacking != Guard::never)
        into.push_back(
            {lacking,
             {.kind = Value::Kind::missing,
              .text = "the output " + std::string(attribute.substr(outputs.size())) + " of " + std::string(name),
              .resource = value.resource,
              .node = written}});
      return receive(written, *output, guards_.both(within, output->when), into);
    }
  into.push_back({within, std::move(value)});
}

// "A.B.C" is attribute "B.C" of A.
void Evaluator::read_dotted(NodeId written, std::string_view text, Guard within, std::vector<Case>& into) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return read_named(written, text, "", within, into);
  read_named(written, text.substr(0, dot), text.substr(dot + 1), within, into);
}

// Where the other stack does not supply the value, the deployment fails.
void Evaluator::receive(NodeId written, const Received& received, Guard within, std::vector<Case>& into) {
  const Guard supplied = guards_.both(supplied_, guards_.either(guards_.negate(within), received.when));
  if (supplied != Guard::never) supplied_ = supplied;
  for (const Case& one : received.cases) {
    const Guard when = guards_.both(within, one.when);
    if (when == Guard::never) continue;
    into.push_back({when, one.value});
    into.back().value.node = written;
  }
}

void Evaluator::read_reference(NodeId written, std::string_view name, Guard within, Pseudo pseudo,
                               std::vector<Case>& into) {
  if (bindings_)
    for (const auto& [identifier, value] : *bindings_)
      if (identifier == name) {
        into.push_back({within, literal(written, value)});
        return;
      }
  if (pseudo == Pseudo::as_variable && name.starts_with("AWS::") && name != "AWS::NoValue") {
    if (!is_beyond_max_compared(name))
      return read_variable(written, variable_of_pseudo_parameter(name), name, within, into);
    into.push_back({within, unknown(written, std::string(name) + " is compared with too many texts")});
    return;
  }
  if (names_.parameters.contains(name) && !names_.resources.contains(name))
    return read_parameter(written, name, within, pseudo, into);
  into.push_back({within, named(written, name, "")});
}

void Evaluator::read_parameter(NodeId written, std::string_view name, Guard within, Pseudo pseudo,
                               std::vector<Case>& into) {
  if (is_list_type(name)) {
    into.push_back({within, {.kind = Value::Kind::parameter, .text = std::string(name), .node = written}});
    return;
  }
  if (is_stored_elsewhere(name) && pseudo == Pseudo::as_written) {
    into.push_back({within, unknown(written, "the parameter store holds it, under the name that parameter " +
                                                 std::string(name) + " gives")});
    return;
  }
  read_texts_of_parameter(written, name, within, pseudo, into);
}

// What a parent passes, or else what a deployment decides. The value of a stored parameter is not what is passed.
void Evaluator::read_texts_of_parameter(NodeId written, std::string_view name, Guard within, Pseudo pseudo,
                                        std::vector<Case>& into) {
  const std::vector<Case>* given = is_stored_elsewhere(name) ? nullptr : outside_.given(name, pseudo);
  if (!given && is_beyond_max_compared(name)) {
    into.push_back({within, unknown(written, "parameter " + std::string(name) + " is compared with too many texts")});
    return;
  }
  if (!given) return read_variable(written, variable_of_parameter(name), name, within, into);
  for (const Case& one : *given) {
    const Guard when = guards_.both(within, one.when);
    if (when == Guard::never) continue;
    into.push_back({when, one.value});
    into.back().value.node = written;
  }
}

void Evaluator::read_variable(NodeId written, std::uint32_t variable, std::string_view name, Guard within,
                              std::vector<Case>& into) {
  const std::size_t count = guards_.variable(variable).values.size();
  for (std::uint32_t value = 0; value < count; ++value) {
    const Guard when = guards_.both(within, guards_.is(variable, value));
    if (when == Guard::never) continue;
    const Variable& facts = guards_.variable(variable);
    const bool any_other = facts.last_is_any_other && value + 1 == count;
    if (any_other)
      into.push_back(
          {when, {.kind = Value::Kind::parameter, .text = std::string(name), .variable = variable, .node = written}});
    else
      into.push_back({when, literal(written, facts.values[value])});
  }
}

// All ways to put texts together. A part that is no text makes the whole unknown, unless it is the only one.
std::vector<Case> Evaluator::concatenated(NodeId written, const std::vector<std::vector<Case>>& parts, Guard within) {
  if (parts.size() == 1) return parts.front();
  std::vector<Case> result{{within, literal(written, "")}};
  for (const std::vector<Case>& part : parts) {
    std::vector<Case> next;
    for (const Case& left : result) {
      for (const Case& right : part) {
        const Guard when = guards_.both(left.when, right.when);
        if (when == Guard::never) continue;
        if (next.size() >= max_cases) return {{within, unknown(written, "it has too many cases")}};
        if (left.value.kind == Value::Kind::missing) {
          next.push_back({when, left.value});
        } else if (left.value.kind == Value::Kind::literal && right.value.kind == Value::Kind::literal &&
                   left.value.text.size() < max_text) {
          spend(left.value.text.size() + right.value.text.size());
          next.push_back({when, literal(written, left.value.text + right.value.text)});
        } else if (right.value.kind == Value::Kind::missing) {
          next.push_back({when, right.value});
        } else {
          next.push_back({when, put_together(written, left.value, right.value)});
        }
      }
    }
    result = std::move(next);
  }
  for (Case& one : result) {
    one.value.node = written;
    if (one.value.kind == Value::Kind::literal && has_dynamic_reference(one.value.text))
      one.value = unknown(written, "a dynamic reference is resolved at deployment");
  }
  return result;
}

void Evaluator::read_sub(NodeId written, NodeId argument, Guard within, Pseudo pseudo, int nesting,
                         std::vector<Case>& into) {
  std::optional<std::string_view> pattern = scalar_text(document_, argument);
  NodeId own_variables = NodeId::none;
  if (!pattern && is_sequence(document_, argument)) {
    const auto arguments = children(document_, argument);
    if (!arguments.empty()) pattern = scalar_text(document_, arguments[0]);
    if (arguments.size() > 1) own_variables = arguments[1];
  }
  if (!pattern) {
    into.push_back({within, unknown(written, "Fn::Sub needs a text")});
    return;
  }
  const std::string text = bound(*pattern);
  std::vector<std::vector<Case>> parts;
  std::string plain;
  const auto end_plain = [&] {
    if (!plain.empty()) parts.push_back({{within, literal(written, std::move(plain))}});
    plain.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find("${", at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) {
      plain += text.substr(at);
      break;
    }
    plain += text.substr(at, open - at);
    const std::string name = trimmed(text.substr(open + 2, close - open - 2));
    at = close + 1;
    if (name.starts_with('!')) {
      plain += "${" + name.substr(1) + "}";
      continue;
    }
    end_plain();
    std::vector<Case> part;
    if (const auto own = find(document_, own_variables, name)) {
      read(own->value, false, within, pseudo, nesting + 1, part);
    } else if (name.find('.') == std::string::npos) {
      read_reference(written, name, within, pseudo, part);
    } else {
      read_dotted(written, name, within, part);
    }
    parts.push_back(std::move(part));
  }
  end_plain();
  if (parts.empty()) parts.push_back({{within, literal(written, "")}});
  for (Case& one : concatenated(written, parts, within)) {
    one.value.node = written;
    if (one.value.kind == Value::Kind::literal && has_dynamic_reference(one.value.text))
      one.value = unknown(written, "a dynamic reference is resolved at deployment");
    into.push_back(std::move(one));
  }
}

void Evaluator::read_join(NodeId written, NodeId argument, Guard within, Pseudo pseudo, int nesting,
                          std::vector<Case>& into) {
  const auto arguments = children(document_, argument);
  const auto separator = arguments.size() == 2 ? plain_text(document_, arguments[0]) : std::nullopt;
  if (!separator) {
    into.push_back({within, unknown(written, "Fn::Join needs a separator and a list")});
    return;
  }
  if (is_plain_list(document_, arguments[1])) {
    std::vector<std::vector<Case>> parts;
    for (const NodeId item : children(document_, arguments[1])) {
      spend(separator->size());
      if (!parts.empty() && !separator->empty()) parts.push_back({{within, literal(written, std::string(*separator))}});
      parts.emplace_back();
      read(item, false, within, pseudo, nesting + 1, parts.back());
    }
    if (parts.empty()) parts.push_back({{within, literal(written, "")}});
    for (Case& one : concatenated(written, parts, within)) into.push_back(std::move(one));
    return;
  }
  std::vector<std::vector<Value>> lists;
  for (Case& one : list_cases(arguments[1], within, pseudo, nesting + 1, lists)) {
    one.value.node = written;
    if (one.value.kind != Value::Kind::literal) {
      into.push_back(std::move(one));
      continue;
    }
    std::vector<std::vector<Case>> parts;
    for (Value& item : lists[std::stoul(one.value.text)]) {
      spend(separator->size() + sizeof(Case));
      if (!parts.empty() && !separator->empty())
        parts.push_back({{one.when, literal(written, std::string(*separator))}});
      parts.push_back({{one.when, std::move(item)}});
    }
    if (parts.empty()) parts.push_back({{one.when, literal(written, "")}});
    for (Case& joined : concatenated(written, parts, one.when)) into.push_back(std::move(joined));
  }
}

void Evaluator::read_select(NodeId written, NodeId argument, Guard within, Pseudo pseudo, int nesting,
                            std::vector<Case>& into) {
  const auto arguments = children(document_, argument);
  if (arguments.size() != 2) {
    into.push_back({within, unknown(written, "Fn::Select needs an index and a list")});
    return;
  }
  std::vector<Case> indices;
  read(arguments[0], false, within, pseudo, nesting + 1, indices);
  for (const Case& index : indices) {
    const std::string& digits = index.value.text;
    const bool is_number = index.value.kind == Value::Kind::literal && !digits.empty() && digits.size() < 6 &&
                           digits.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) {
      into.push_back({index.when, unknown(written, "the index of Fn::Select is not known")});
      continue;
    }
    const std::size_t position = std::stoul(digits);
    if (is_plain_list(document_, arguments[1])) {
      const auto list = children(document_, arguments[1]);
      if (position < list.size())
        read(list[position], false, index.when, pseudo, nesting + 1, into);
      else
        into.push_back({index.when, unknown(written, "Fn::Select goes beyond the end of its list")});
      continue;
    }
    std::vector<std::vector<Value>> items;
    for (Case& one : list_cases(arguments[1], index.when, pseudo, nesting + 1, items)) {
      if (one.value.kind == Value::Kind::literal) {
        const auto& list = items[std::stoul(one.value.text)];
        one.value =
            position < list.size() ? list[position] : unknown(written, "Fn::Select goes beyond the end of its list");
      } else if (one.value.kind == Value::Kind::parameter) {
        one.value = unknown(written, "it is an item of parameter " + one.value.text);
      }
      one.value.node = written;
      into.push_back(std::move(one));
    }
  }
}

std::vector<Case> Evaluator::items(NodeId list, Guard within) {
  std::vector<Case> result;
  for (const Branch& branch : branches(list, within)) {
    if (is_plain_list(document_, branch.node)) {
      for (const NodeId item : children(document_, branch.node))
        read(item, false, branch.when, Pseudo::as_written, 0, result);
      continue;
    }
    std::vector<std::vector<Value>> lists;
    for (Case& one : list_cases(branch.node, branch.when, Pseudo::as_written, 0, lists)) {
      if (one.value.kind == Value::Kind::literal) {
        for (Value item : lists[std::stoul(one.value.text)]) {
          item.node = branch.node;
          result.push_back({one.when, std::move(item)});
        }
      } else {
        read(branch.node, false, one.when, Pseudo::as_written, 0, result);
      }
    }
  }
  return result;
}

std::vector<Case> Evaluator::list_cases(NodeId node, Guard within, Pseudo pseudo, int nesting,
                                        std::vector<std::vector<Value>>& items) {
  std::vector<Case> result;
  const auto add_list = [&](Guard when, std::vector<Value> list) {
    result.push_back({when, literal(node, std::to_string(items.size()))});
    items.push_back(std::move(list));
  };
  const auto add_split = [&](const Case& text, std::string_view separator, Edges edges) {
    spend((text.value.kind == Value::Kind::literal ? text.value.text.size() : 1) * sizeof(Value));
    auto list =
        split_parts(node, text.value.parts ? *text.value.parts : std::vector<Value>{text.value}, separator, edges);
    if (list) add_list(text.when, std::move(*list));
    return list.has_value();
  };
  for (const Branch& branch : branches(node, within)) {
    const auto intrinsic = read_intrinsic(document_, branch.node);
    if (branch.node != NodeId::none && !intrinsic && is_sequence(document_, branch.node)) {
      // Items with several cases are not multiplied out: the list is then known only where one case covers it.
      std::vector<Value> list;
      for (const NodeId item : children(document_, branch.node)) {
        std::vector<Case> values;
        read(item, false, branch.when, pseudo, nesting + 1, values);
        list.push_back(values.size() == 1 ? values.front().value : unknown(item, "a part of it is not known"));
      }
      add_list(branch.when, std::move(list));
      continue;
    }
    if (intrinsic && intrinsic->name == "Fn::Split") {
      const auto arguments = children(document_, intrinsic->argument);
      const auto separator = arguments.size() == 2 ? plain_text(document_, arguments[0]) : std::nullopt;
      std::vector<Case> texts;
      if (separator) read(arguments[1], false, branch.when, pseudo, nesting + 1, texts);
      for (const Case& text : texts)
        if (!add_split(text, *separator, Edges::kept))
          result.push_back({text.when, text.value.kind == Value::Kind::unknown
                                           ? text.value
                                           : unknown(node, "what Fn::Split splits is not known")});
      if (separator) continue;
    }
    if (const std::string name = list_parameter(branch.node); !name.empty()) {
      std::vector<Case> texts;
      read_texts_of_parameter(node, name, branch.when, Pseudo::as_written, texts);
      for (const Case& text : texts)
        if (!add_split(text, ",", Edges::trimmed)) result.push_back(text);
      continue;
    }
    result.push_back({branch.when, unknown(node, "the list is not known")});
  }
  return result;
}

std::string Evaluator::list_parameter(NodeId node) const {
  const auto intrinsic = read_intrinsic(document_, node);
  if (!intrinsic || intrinsic->name != "Ref") return {};
  std::string name = bound(scalar_text(document_, intrinsic->argument).value_or(""));
  return names_.parameters.contains(name) && is_list_type(name) ? name : "";
}

void Evaluator::read_find_in_map(NodeId written, NodeId argument, Guard within, int nesting, std::vector<Case>& into) {
  const auto arguments = children(document_, argument);
  const NodeId maps = value_of(document_, document_.root(), "Mappings");
  if (arguments.size() < 3) {
    into.push_back({within, unknown(written, "Fn::FindInMap needs a map and two keys")});
    return;
  }
  const NodeId fallback = arguments.size() > 3 ? value_of(document_, arguments[3], "DefaultValue") : NodeId::none;
  std::vector<Case> names, first, second;
  read(arguments[0], false, within, Pseudo::as_variable, nesting + 1, names);
  read(arguments[1], false, within, Pseudo::as_variable, nesting + 1, first);
  read(arguments[2], false, within, Pseudo::as_variable, nesting + 1, second);
  const auto is_text = [](const Case& one) { return one.value.kind == Value::Kind::literal; };
  for (const Case& name : names) {
    for (const Case& outer : first) {
      const Guard halfway = guards_.both(name.when, outer.when);
      if (halfway == Guard::never) continue;
      for (const Case& inner : second) {
        const Guard when = guards_.both(halfway, inner.when);
        if (when == Guard::never) continue;
        // A key that stands for any other value than those compared or mapped is no key of the map.
        const bool other_key = outer.value.kind == Value::Kind::parameter || inner.value.kind == Value::Kind::parameter;
        if (!is_text(name) || (!other_key && (!is_text(outer) || !is_text(inner)))) {
          into.push_back({when, unknown(written, "the key of a map is not known")});
          continue;
        }
        const NodeId map = value_of(document_, maps, name.value.text);
        if (map == NodeId::none || read_intrinsic(document_, map) || find(document_, map, "Fn::Transform")) {
          into.push_back({when, unknown(written, "the map " + name.value.text + " is not in this template")});
          continue;
        }
        spend(entries(document_, map).size() * sizeof(Node));
        const auto row = is_text(outer) ? find(document_, map, outer.value.text) : std::nullopt;
        const bool is_hidden = row && find(document_, row->value, "Fn::Transform");
        if (is_hidden || !knows_all_keys(map, outer.value) || (row && !knows_all_keys(row->value, inner.value))) {
          into.push_back({when, unknown(written, "the key of a map is not known")});
          continue;
        }
        const auto found = row && is_text(inner) ? find(document_, row->value, inner.value.text) : std::nullopt;
        if (found) {
          read(found->value, false, when, Pseudo::as_written, nesting + 1, into);
          for (Case& one : into)
            if (one.value.node == found->value) one.value.node = written;
        } else if (fallback != NodeId::none) {
          read(fallback, false, when, Pseudo::as_variable, nesting + 1, into);
        } else {
          into.push_back(
              {when, unknown(written, "the map " + name.value.text + " has no such entry, so the deployment fails")});
          failing_ = guards_.either(failing_, when);
        }
      }
    }
  }
}

// Whether a key that stands for any other value than those that are told apart is surely none of this map.
bool Evaluator::knows_all_keys(NodeId map, const Value& key) {
  if (key.kind != Value::Kind::parameter) return true;
  if (!key.variable) return false;
  const auto [known, is_new] = has_all_keys_.try_emplace({map, *key.variable}, true);
  if (!is_new) return known->second;
  const auto& values = guards_.variable(*key.variable).values;
  const std::unordered_set<std::string_view> told_apart(values.begin(), values.end());
  for (const Entry& entry : entries(document_, map)) {
    const auto name = scalar_text(document_, entry.key);
    known->second &= name && told_apart.contains(*name);
  }
  return known->second;
}

std::optional<Evaluator::Items> Evaluator::all_items(NodeId node) {
  std::vector<std::vector<Value>> items;
  std::vector<Case> lists;
  Items result;
  const NodeId id = resolve(document_, node);
  if (const auto intrinsic = read_intrinsic(document_, id); intrinsic && intrinsic->name == "Fn::FindInMap") {
    const auto arguments = children(document_, intrinsic->argument);
    if (arguments.size() < 3) return {};
    std::vector<Case> map, first, second;
    read(arguments[0], false, Guard::always, Pseudo::as_variable, 1, map);
    read(arguments[1], false, Guard::always, Pseudo::as_variable, 1, first);
    read(arguments[2], false, Guard::always, Pseudo::as_variable, 1, second);
    const NodeId maps = value_of(document_, document_.root(), "Mappings");
    for (const Case& name : map)
      for (const Case& outer : first)
        for (const Case& inner : second) {
          const Guard when = guards_.both(guards_.both(name.when, outer.when), inner.when);
          if (when == Guard::never) continue;
          const bool are_texts = name.value.kind == Value::Kind::literal && outer.value.kind == Value::Kind::literal &&
                                 inner.value.kind == Value::Kind::literal;
          const NodeId list =
              are_texts ? value_of(document_,
                                   value_of(document_, value_of(document_, maps, name.value.text), outer.value.text),
                                   inner.value.text)
                        : NodeId::none;
          // Where there is no such entry, the deployment fails.
          if (list != NodeId::none)
            for (Case& one : list_cases(list, when, Pseudo::as_variable, 0, items)) lists.push_back(std::move(one));
          else if (!are_texts && name.value.kind != Value::Kind::parameter &&
                   outer.value.kind != Value::Kind::parameter && inner.value.kind != Value::Kind::parameter)
            result.are_all = false;
        }
  } else {
    lists = list_cases(node, Guard::always, Pseudo::as_variable, 0, items);
  }
  const auto usual = std::find_if(lists.begin(), lists.end(), [&](const Case& one) {
    return one.value.kind == Value::Kind::literal && guards_.holds_usually(one.when);
  });
  if (usual == lists.end()) return {};
  std::iter_swap(lists.begin(), usual);
  std::unordered_set<std::string> seen;
  for (const Case& one : lists) {
    if (one.value.kind != Value::Kind::literal) {
      result.are_all = false;
      continue;
    }
    for (const Value& item : items[std::stoul(one.value.text)]) {
      if (item.kind == Value::Kind::literal) {
        if (seen.insert(item.text).second) result.texts.push_back(item.text);
        continue;
      }
      if (&one == &lists.front()) return {};
      result.are_all = false;
    }
    if (&one == &lists.front()) result.usual = result.texts.size();
  }
  return result;
}

// --- parameters

std::optional<std::string_view> Evaluator::default_of(std::string_view parameter) const {
  return passed_text(document_, value_of(document_, names_.parameters.at(parameter), "Default"));
}

bool Evaluator::is_list_type(std::string_view parameter) const {
  return is_type_of_list(
      plain_text(document_, value_of(document_, names_.parameters.at(parameter), "Type")).value_or(""));
}

bool Evaluator::is_stored_elsewhere(std::string_view parameter) const {
  return plain_text(document_, value_of(document_, names_.parameters.at(parameter), "Type"))
      .value_or("")
      .starts_with("AWS::SSM::Parameter::Value<");
}

bool Evaluator::may_have(std::string_view parameter, const std::string& value) const {
  const NodeId body = names_.parameters.at(parameter);
  const auto number = [&](std::string_view key) -> std::optional<std::size_t> {
    const auto text = scalar_text(document_, value_of(document_, body, key));
    if (!text || text->empty() || text->size() > 6 || text->find_first_not_of("0123456789") != std::string_view::npos)
      return {};
    return std::stoul(std::string(*text));
  };
  // Characters are counted as few or as many as any reader may count them.
  const auto characters = static_cast<std::size_t>(
      std::count_if(value.begin(), value.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  if (const auto least = number("MinLength"); least && value.size() < *least) return false;
  if (const auto most = number("MaxLength"); most && characters > *most) return false;
  const auto pattern = scalar_text(document_, value_of(document_, body, "AllowedPattern"));
  if (!pattern) return true;
  // Of a list, each item has to match.
  const bool is_list = is_list_type(parameter);
  const std::vector<std::string> items = is_list ? split(value, ",") : std::vector<std::string>{value};
  return std::all_of(items.begin(), items.end(), [&](const std::string& item) {
    return matches_pattern(is_list ? trimmed(item) : item, *pattern).value_or(true);
  });
}

bool Evaluator::is_restricted(std::string_view parameter) const {
  const NodeId body = names_.parameters.at(parameter);
  constexpr std::string_view restrictions[] = {"AllowedValues", "AllowedPattern", "MinLength", "MaxLength"};
  return std::any_of(std::begin(restrictions), std::end(restrictions),
                     [&](std::string_view restriction) { return find(document_, body, restriction).has_value(); }) ||
         !find(document_, body, "Default");
}

bool Evaluator::may_be_passed(std::string_view parameter, const Value& value) const {
  if (value.kind == Value::Kind::absent) return false;
  if (value.kind != Value::Kind::literal || value.text.find("${") != std::string::npos) return true;
  if (is_list_type(parameter) || is_stored_elsewhere(parameter)) return true;
  const auto allowed = children(document_, value_of(document_, names_.parameters.at(parameter), "AllowedValues"));
  const bool is_allowed = allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](NodeId choice) {
                            const auto text = passed_text(document_, choice);
                            return !text || text == value.text;
                          });
  return is_allowed && may_have(parameter, value.text);
}

std::uint32_t Evaluator::variable_of_parameter(std::string_view name) {
  const auto known = variables_.find(std::string(name));
  if (known != variables_.end()) return known->second;
  const NodeId body = names_.parameters.at(name);
  Variable variable{.name = std::string(name), .of = document_.source.path};
  std::vector<std::string> compared;
  if (const auto found = compared_.find(name); found != compared_.end()) compared = found->second;
  const bool stored = is_stored_elsewhere(name);
  if (const auto fixed = assumptions_.find(name); fixed != assumptions_.end()) {
    variable.values = {fixed->second};
    variable.usual = 0;
  } else if (auto passed = stored ? std::nullopt : outside_.choices(name, compared)) {
    for (const std::string& text : passed->values) add_once(variable.values, text);
    passed_by_stack_set_.emplace(name);
    if (passed->last_is_any_other) add_any_other(variable);
  } else {
    const auto usual = stored ? std::nullopt : default_of(name);
    // Of a list, each item is one of them.
    const bool is_list = is_list_type(name);
    const NodeId allowed = stored || is_list ? NodeId::none : value_of(document_, body, "AllowedValues");
    std::vector<std::string> choices;
    bool is_any_number = false;
    for (const NodeId item : children(document_, allowed)) {
      if (const auto text = passed_text(document_, item))
        choices.emplace_back(*text);
      else if (scalar_text(document_, item))
        is_any_number = true;
    }
    if (choices.empty() && !is_any_number && !stored && !is_list)
      if (const auto pattern = scalar_text(document_, value_of(document_, body, "AllowedPattern")))
        choices = choices_of_pattern(*pattern).value_or(std::vector<std::string>{});
    if (!choices.empty() && !is_any_number) {
      // Beyond these, values that nothing compares are alike: one stands for all.
      constexpr std::size_t few = 16;
      bool has_other = false;
      for (const std::string& choice : choices) {
        const bool matters = choices.size() <= few || choice == usual ||
                             std::find(compared.begin(), compared.end(), choice) != compared.end();
        if (!matters && std::exchange(has_other, true)) continue;
        add_once(variable.values, choice);
      }
    } else {
      if (usual) add_once(variable.values, std::string(*usual));
      for (const std::string& text : compared)
        if (stored || may_have(name, text)) add_once(variable.values, text);
      add_any_other(variable);
    }
    if (usual)
      if (const auto at = std::find(variable.values.begin(), variable.values.end(), *usual);
          at != variable.values.end())
        variable.usual = static_cast<std::uint32_t>(at - variable.values.begin());
  }
  const std::uint32_t index = guards_.add(std::move(variable));
  variables_.emplace(name, index);
  return index;
}

std::uint32_t Evaluator::variable_of_pseudo_parameter(std::string_view name) {
  const auto known = variables_.find(std::string(name));
  if (known != variables_.end()) return known->second;
  if (const auto shared = outside_.shared_variable(name)) return variables_.emplace(name, *shared).first->second;
  const auto compared = compared_.find(name);
  Variable variable =
      pseudo_parameter(name, compared == compared_.end() ? std::vector<std::string>{} : compared->second, assumptions_);
  variable.of = document_.source.path;
  const std::uint32_t index = guards_.add(std::move(variable));
  variables_.emplace(name, index);
  return index;
}

Variable Evaluator::pseudo_parameter(std::string_view name, const std::vector<std::string>& compared,
                                     const Assumptions& assumptions) {
  Variable variable{.name = std::string(name)};
  if (const auto fixed = assumptions.find(name); fixed != assumptions.end()) {
    variable.values = {fixed->second};
    variable.usual = 0;
    return variable;
  }
  for (const std::string& text : compared)
    if (may_be_pseudo_parameter(name, text)) variable.values.push_back(text);
  add_any_other(variable);
  return variable;
}

void Evaluator::compare(std::string_view name, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) compare(std::string(name), text);
}

void Evaluator::compare(const std::string& name, const std::string& text) {
  beyond_max_mentioned_ |= ++mentioned_ > max_mentioned_texts;
  if (is_beyond_max_compared(name) || !compared_set_[name].insert(text).second) return;
  std::vector<std::string>& texts = compared_[name];
  if (texts.size() < max_compared_texts)
    texts.push_back(text);
  else
    beyond_max_compared_.insert(name);
}

// Which values matter: those that a parameter is compared with, directly or through another parameter, and the keys
// of the maps it looks into.
void Evaluator::collect_compared_values() {
  struct Comparison {
    std::set<std::string> names;
    std::unordered_set<std::string> texts;
    std::vector<std::string> in_order;

    bool is_too_large() const { return in_order.size() > max_compared_texts; }
  };
  std::vector<Comparison> comparisons;
  const auto add = [&](Comparison& comparison, std::string text) {
    mentioned_ += 1 + text.size() / 64;
    beyond_max_mentioned_ |= mentioned_ > max_mentioned_texts;
    if (comparison.texts.insert(text).second) comparison.in_order.push_back(std::move(text));
  };
  const auto gather = [&](auto&& self, NodeId id, Comparison& into, int nesting) -> void {
    if (nesting > max_nesting || into.is_too_large()) return;
    id = resolve(document_, id);
    if (id == NodeId::none) return;
    const auto intrinsic = read_intrinsic(document_, id);
    if (intrinsic) {
      const std::string_view text = scalar_text(document_, intrinsic->argument).value_or("");
      if (intrinsic->name == "Ref") {
        if (!text.empty()) into.names.emplace(text);
        return;
      }
      if (intrinsic->name == "Fn::Sub")
        for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
          const std::string_view name = text.substr(at + 2, text.find('}', at) - at - 2);
          if (names_.parameters.contains(name)) into.names.emplace(name);
        }
    } else if (const auto text = passed_text(document_, id)) {
      add(into, std::string(*text));
    }
    const bool first_is_no_value = intrinsic && (intrinsic->name == "Fn::Join" || intrinsic->name == "Fn::Split" ||
                                                 intrinsic->name == "Fn::Select");
    const auto arguments = children(document_, intrinsic ? intrinsic->argument : id);
    for (std::size_t i = first_is_no_value ? 1 : 0; i < arguments.size(); ++i)
      self(self, arguments[i], into, nesting + 1);
  };
  const NodeId maps = value_of(document_, document_.root(), "Mappings");
  for (std::uint32_t index = 0; index < document_.nodes.size() && !beyond_max_mentioned_; ++index) {
    const Node& node = document_.nodes[index];
    if (node.kind == Node::Kind::scalar && node.text == "UntrustedArtifactOnDeployment" && node.next != NodeId::none) {
      Comparison& policy = comparisons.emplace_back();
      gather(gather, node.next, policy, 0);
      policy.in_order = {"Warn", "Enforce"};
    }
    if (node.tag.empty() && node.kind != Node::Kind::mapping) continue;
    const auto intrinsic = read_intrinsic(document_, NodeId{index});
    if (!intrinsic) continue;
    const std::string& name = intrinsic->name;
    if (name == "Fn::Equals" || name == "Fn::Contains" || name == "Fn::EachMemberIn" ||
        name == "Fn::EachMemberEquals") {
      Comparison& comparison = comparisons.emplace_back();
      for (const NodeId argument : children(document_, intrinsic->argument)) gather(gather, argument, comparison, 0);
    } else if (name == "Fn::FindInMap") {
      const auto arguments = children(document_, intrinsic->argument);
      if (arguments.size() < 3) continue;
      // Of three, each is compared with the names of another level.
      Comparison levels[3];
      for (std::size_t level = 0; level < 3; ++level) gather(gather, arguments[level], levels[level], 0);
      const auto add_keys = [&](Comparison& comparison, NodeId mapping) {
        for (const Entry& entry : comparison.names.empty() ? std::vector<Entry>{} : entries(document_, mapping)) {
          if (comparison.is_too_large()) return;
          if (const auto key = scalar_text(document_, entry.key)) add(comparison, std::string(*key));
        }
      };
      add_keys(levels[0], maps);
      const NodeId map = value_of(document_, maps, scalar_text(document_, arguments[0]).value_or(""));
      add_keys(levels[1], map);
      if (!levels[2].names.empty())
        for (const Entry& row : entries(document_, map)) add_keys(levels[2], row.value);
      for (Comparison& level : levels)
        if (!level.names.empty()) comparisons.push_back(std::move(level));
    }
  }
  for (const Comparison& comparison : comparisons)
    if (comparison.is_too_large()) beyond_max_compared_.insert(comparison.names.begin(), comparison.names.end());
  // Parameters that are compared with each other share their values; a few rounds reach what people write.
  for (int round = 0; round < 3; ++round) {
    for (Comparison& comparison : comparisons) {
      if (comparison.is_too_large() || beyond_max_mentioned_ || (round > 0 && comparison.names.size() < 2)) continue;
      for (const std::string& name : comparison.names) {
        if (comparison.names.size() < 2) break;
        if (const auto known = compared_.find(name); known != compared_.end())
          for (const std::string& text : known->second) add(comparison, text);
        if (!names_.parameters.contains(name)) continue;
        if (const auto usual = default_of(name)) add(comparison, std::string(*usual));
        for (const NodeId item : children(document_, value_of(document_, names_.parameters.at(name), "AllowedValues")))
          if (const auto text = passed_text(document_, item)) add(comparison, std::string(*text));
      }
      for (const std::string& name : comparison.names)
        for (const std::string& text : comparison.in_order) compare(name, text);
    }
  }
}

// --- conditions

Guard Evaluator::unreadable(std::string key) {
  met_unreadable_ = true;
  if (const auto known = unreadable_.find(key); known != unreadable_.end()) return known->second;
  const std::string name = condition_.empty()    ? "a comparison"
                           : is_whole_condition_ ? "condition " + condition_
                                                 : "a comparison in condition " + condition_;
  std::string unique = name;
  for (int number = 2; variables_.contains(unique); ++number)
    unique = name + " (number " + std::to_string(number) + ")";
  const std::uint32_t index = guards_.add({.name = unique, .values = {"true", "false"}, .of = document_.source.path});
  variables_.emplace(unique, index);
  const Guard result = guards_.is(index, 0);
  unreadable_.emplace(std::move(key), result);
  return result;
}

// What is written stands before what "<<" brings in, and that before what loops make of
// "Fn::ForEach::Name: [Identifier, [items], {Key: condition}]".
void Evaluator::collect_conditions() {
  written_conditions_.emplace();
  const NodeId section = value_of(document_, document_.root(), "Conditions");
  std::vector<Entry> loops;
  std::vector<NodeId> mappings{section};
  while (!mappings.empty() && written_conditions_->size() <= max_conditions) {
    const NodeId mapping = resolve(document_, mappings.back());
    mappings.pop_back();
    if (mapping == NodeId::none) continue;
    const std::vector<NodeId> items = children(document_, mapping);
    mappings.insert(mappings.end(), items.rbegin(), items.rend());
    for (const Entry& entry : entries(document_, mapping)) {
      const auto name = scalar_text(document_, entry.key);
      if (!name) continue;
      if (*name == "<<") mappings.push_back(entry.value);
      if (name->starts_with("Fn::ForEach::") && mapping == section) loops.push_back(entry);
      const WrittenCondition written{resolve(document_, entry.value), {}};
      if (mapping == section)
        written_conditions_->insert_or_assign(std::string(*name), written);
      else
        written_conditions_->try_emplace(std::string(*name), written);
    }
  }
  const Scoped<const Bindings*> unbound(bindings_, nullptr);
  for (const Entry& loop : loops) {
    const auto parts = children(document_, loop.value);
    if (parts.size() != 3) continue;
    const auto identifier = plain_text(document_, parts[0]);
    const auto items = identifier ? all_items(parts[1]) : std::nullopt;
    if (!items) continue;
    for (const std::string& item : items->texts) {
      const Bindings made_with{{std::string(*identifier), item}};
      const Scoped<const Bindings*> bound_to(bindings_, &made_with);
      for (const Entry& made : entries(document_, parts[2])) {
        if (written_conditions_->size() > max_conditions) break;
        const std::string_view written = scalar_text(document_, made.key).value_or("");
        const std::string name = bound(written);
        const auto [known, is_new] = written_conditions_->try_emplace(name, WrittenCondition{made.value, made_with});
        // Made by several items, it is that of the last one, which may be one that is not known.
        if ((!is_new && !known->second.made_with.empty()) || (name == written && !items->are_all))
          known->second.body = NodeId::none;
      }
    }
  }
}

// Those whose values the formula of one asks for.
std::vector<std::string> Evaluator::conditions_within(const WrittenCondition& written) {
  std::vector<std::string> names;
  const Scoped<const Bindings*> bound_to(bindings_, written.made_with.empty() ? nullptr : &written.made_with);
  const auto add = [&](NodeId node) {
    if (const auto name = scalar_text(document_, node)) names.push_back(bound(*name));
  };
  std::vector<NodeId> nodes{written.body};
  while (!nodes.empty()) {
    const NodeId node = resolve(document_, nodes.back());
    nodes.pop_back();
    if (node == NodeId::none) continue;
    const auto intrinsic = read_intrinsic(document_, node);
    const auto arguments = children(document_, intrinsic ? intrinsic->argument : node);
    if (intrinsic && intrinsic->name == "Condition") add(intrinsic->argument);
    if (intrinsic && intrinsic->name == "Fn::If" && !arguments.empty()) add(arguments.front());
    nodes.insert(nodes.end(), arguments.rbegin(), arguments.rend());
    for (const Entry& entry : entries(document_, intrinsic ? intrinsic->argument : node)) nodes.push_back(entry.value);
  }
  return names;
}

Guard Evaluator::condition(std::string_view asked_for) {
  if (!written_conditions_) collect_conditions();
  if (written_conditions_->size() > max_conditions) throw TooEntangled{};
  // What one rests on is decided before it, so that a long chain of conditions needs no deep stack.
  struct Open {
    std::string name;
    const WrittenCondition& written;
    std::vector<std::string> rests_on;
    std::size_t next = 0;
  };
  if (nested_conditions_ >= max_nested_conditions) throw TooEntangled{};
  std::vector<Open> open;
  const auto enter = [&](const std::string& name) {
    if (conditions_.contains(name)) return;
    const auto written = written_conditions_->find(name);
    if (written == written_conditions_->end() || written->second.body == NodeId::none ||
        open_conditions_.contains(name)) {
      const Scoped<std::string> asked(condition_, name);
      const Scoped<bool> as_a_whole(is_whole_condition_, true);
      conditions_.emplace(name, unreadable("condition " + name));
      return;
    }
    open_conditions_.insert(name);
    open.push_back({name, written->second, conditions_within(written->second)});
  };
  const std::string key(asked_for);
  enter(key);
  while (!open.empty()) {
    if (open.back().next < open.back().rests_on.size()) {
      enter(std::string(open.back().rests_on[open.back().next++]));
      continue;
    }
    const Open& one = open.back();
    const Scoped<std::string> asked(condition_, one.name);
    const Scoped<bool> as_a_whole(is_whole_condition_, true);
    const Scoped<const Bindings*> bound_to(bindings_, one.written.made_with.empty() ? nullptr : &one.written.made_with);
    const Scoped<std::size_t> deeper(nested_conditions_, nested_conditions_ + 1);
    conditions_.emplace(one.name, formula(one.written.body, 0));
    open_conditions_.erase(one.name);
    open.pop_back();
  }
  return conditions_.at(key);
}

Guard Evaluator::formula(NodeId node, int nesting) {
  node = resolve(document_, node);
  if (node == NodeId::none) return unreadable("nothing");
  const auto by_place = [&] {
    is_whole_condition_ = nesting == 0;
    return unreadable("node " + std::to_string(static_cast<std::uint32_t>(node)));
  };
  if (nesting > max_nesting) return by_place();
  const auto intrinsic = read_intrinsic(document_, node);
  if (!intrinsic) {
    const auto word = passed_text(document_, node);
    if (word == "true") return Guard::always;
    if (word == "false") return Guard::never;
    return by_place();
  }
  const auto arguments = children(document_, intrinsic->argument);
  const std::string& name = intrinsic->name;
  if (name == "Condition") {
    const auto target = scalar_text(document_, intrinsic->argument);
    return target ? condition(bound(*target)) : by_place();
  }
  if (name == "Fn::And" || name == "Fn::Or") {
    Guard result = name == "Fn::And" ? Guard::always : Guard::never;
    for (const NodeId argument : arguments) {
      const Guard part = formula(argument, nesting + 1);
      result = name == "Fn::And" ? guards_.both(result, part) : guards_.either(result, part);
    }
    return arguments.empty() ? by_place() : result;
  }
  if (name == "Fn::Not") return arguments.size() == 1 ? guards_.negate(formula(arguments[0], nesting + 1)) : by_place();
  const auto texts = [&](NodeId argument) {
    std::vector<Case> result;
    read(argument, false, Guard::always, Pseudo::as_variable, nesting + 1, result);
    return result;
  };
  if (name == "Fn::Equals" && arguments.size() == 2) {
    const std::vector<Case> left = texts(arguments[0]), right = texts(arguments[1]);
    is_whole_condition_ = nesting == 0;
    return equals(left, right);
  }
  is_whole_condition_ = false;
  const auto is_list = [&](NodeId argument) { return is_plain_list(document_, argument); };
  if (name == "Fn::Contains" && arguments.size() == 2 && is_list(arguments[0])) {
    Guard result = Guard::never;
    for (const NodeId item : children(document_, arguments[0]))
      result = guards_.either(result, equals(texts(item), texts(arguments[1])));
    return result;
  }
  if (name == "Fn::EachMemberIn" && arguments.size() == 2 && is_list(arguments[0]) && is_list(arguments[1])) {
    Guard result = Guard::always;
    for (const NodeId member : children(document_, arguments[0])) {
      Guard found = Guard::never;
      for (const NodeId item : children(document_, arguments[1]))
        found = guards_.either(found, equals(texts(member), texts(item)));
      result = guards_.both(result, found);
    }
    return result;
  }
  if (name == "Fn::EachMemberEquals" && arguments.size() == 2 && is_list(arguments[0])) {
    Guard result = Guard::always;
    for (const NodeId member : children(document_, arguments[0]))
      result = guards_.both(result, equals(texts(member), texts(arguments[1])));
    return result;
  }
  return by_place();
}

bool Evaluator::may_be(const Value& value, const std::string& text) const {
  if (value.kind == Value::Kind::parameter && value.variable) {
    const auto& values = guards_.variable(*value.variable).values;
    if (std::find(values.begin(), values.end(), text) != values.end()) return false;
    const auto parameter = names_.parameters.find(value.text);
    if (parameter != names_.parameters.end() && !may_have(parameter->first, text)) return false;
    // What it may be of these texts is among the values.
    if (passed_by_stack_set_.contains(value.text) && is_compared(value.text, text)) return false;
  }
  return !cannot_be(value, text);
}

Guard Evaluator::equals(const std::vector<Case>& left, const std::vector<Case>& right) {
  Guard result = Guard::never;
  // What cannot be read is compared by its text: the same comparison elsewhere has the same answer.
  const auto key = [&](const Value& value) {
    return std::to_string(static_cast<int>(value.kind)) +
           (value.variable   ? std::to_string(*value.variable)
            : value.resource ? value.text + "." + value.attribute
            : value.kind == Value::Kind::unknown && value.node != NodeId::none
                ? bound(document_.source[document_[resolve(document_, value.node)].span])
                : value.text);
  };
  for (const Case& a : left) {
    for (const Case& b : right) {
      const Guard when = guards_.both(a.when, b.when);
      if (when == Guard::never) continue;
      const Value &x = a.value, &y = b.value;
      const bool texts = x.kind == Value::Kind::literal && y.kind == Value::Kind::literal;
      const bool others = x.kind == Value::Kind::parameter && y.kind == Value::Kind::parameter;
      const bool is_same = x.text == y.text && x.variable == y.variable;
      if (texts || (others && is_same)) {
        if (is_same) result = guards_.either(result, when);
        continue;
      }
      if (y.kind == Value::Kind::literal && !may_be(x, y.text)) continue;
      if (x.kind == Value::Kind::literal && !may_be(y, x.text)) continue;
      std::string one = key(x), two = key(y);
      if (two < one) std::swap(one, two);
      result = guards_.either(result, guards_.both(when, unreadable(one + " = " + two)));
    }
  }
  return result;
}

Guard Evaluator::possible() {
  if (possible_) return *possible_;
  possible_ = Guard::always;
  const NodeId root = document_.root();
  // All conditions are evaluated at every deployment, so one that fails to look up a map forbids the deployment.
  for (const Entry& entry : entries(document_, value_of(document_, root, "Conditions"))) {
    const auto name = scalar_text(document_, entry.key);
    const bool looks_up = document_.source[document_[entry.value].span].find("FindInMap") != std::string_view::npos;
    if (name && looks_up) condition(*name);
  }
  lookups_always_fail_ = failing_ == Guard::always;
  const Guard without_rules = lookups_always_fail_ ? Guard::always : guards_.negate(failing_);
  Guard result = without_rules;
  const NodeId rules = value_of(document_, root, "Rules");
  for (const Entry& rule : is_plain_mapping(document_, rules) ? entries(document_, rules) : std::vector<Entry>{}) {
    met_unreadable_ = false;
    const NodeId applies = value_of(document_, rule.value, "RuleCondition");
    const Guard when = applies == NodeId::none ? Guard::always : formula(applies, 0);
    // What cannot be read forbids nothing.
    if (met_unreadable_) continue;
    for (const NodeId assertion : children(document_, value_of(document_, rule.value, "Assertions"))) {
      const NodeId claim = value_of(document_, assertion, "Assert");
      if (claim == NodeId::none) continue;
      met_unreadable_ = false;
      const Guard holds = formula(claim, 0);
      if (!met_unreadable_) result = guards_.both(result, guards_.either(guards_.negate(when), holds));
    }
  }
  if (compared_.contains("AWS::Region") && compared_.contains("AWS::Partition")) {
    variable_of_pseudo_parameter("AWS::Region");
    variable_of_pseudo_parameter("AWS::Partition");
    const auto region = variables_.find("AWS::Region"), partition = variables_.find("AWS::Partition");
    const std::vector<std::string> regions = guards_.variable(region->second).values,
                                   partitions = guards_.variable(partition->second).values;
    for (std::uint32_t r = 0; r < regions.size(); ++r) {
      if (guards_.variable(region->second).last_is_any_other && r + 1 == regions.size()) continue;
      const auto of_region = std::find(partitions.begin(), partitions.end(), partition_of_region(regions[r]));
      const auto p = static_cast<std::uint32_t>(of_region == partitions.end()
                                                    ? partitions.size() - 1
                                                    : static_cast<std::size_t>(of_region - partitions.begin()));
      result = guards_.both(
          result, guards_.either(guards_.negate(guards_.is(region->second, r)), guards_.is(partition->second, p)));
    }
  }
  // Assertions that nothing fulfils are a slip in the template; silence about all its functions would be the wrong
  // answer.
  rules_never_hold_ = result == Guard::never && without_rules != Guard::never;
  allowed_ = rules_never_hold_ ? without_rules : result;
  possible_ = guards_.both(outside_.exists(), allowed_);
  return *possible_;
}

Guard Evaluator::background() {
  possible();
  if (!background_) background_ = guards_.both(outside_.background(), allowed_);
  return *background_;
}

bool Evaluator::is_compared(std::string_view name, const std::string& text) const {
  const auto known = compared_set_.find(name);
  return known != compared_set_.end() && known->second.contains(text);
}

// Of a variable that templates share, a value that this template speaks of, or any other, if that is a deployment of
// `guard`, too: what other templates compare it with matters where that differs.
void Evaluator::choose_own(Decision& decision, Guard guard, Circumstance::Choice& choice) {
  const Variable variable = guards_.variable(decision.variable);
  const std::vector<std::string>& values = variable.values;
  const auto holds = [&](std::uint32_t value) {
    return guards_.both(guard, guards_.is(decision.variable, value)) != Guard::never;
  };
  const auto is_last = [&](std::uint32_t value) { return value + 1 == values.size(); };
  for (std::uint32_t value = 0; value < values.size(); ++value) {
    if ((!is_last(value) && !is_compared(variable.name, values[value])) || !holds(value)) continue;
    decision.value = value;
    break;
  }
  choice.value = values[decision.value];
  if (!variable.last_is_any_other || !is_last(decision.value)) return;
  for (std::uint32_t value = 0; !is_last(value); ++value)
    if (is_compared(variable.name, values[value]) || !holds(value)) choice.but_none_of.push_back(values[value]);
  if (choice.but_none_of.empty()) choice.but_none_of.assign(values.begin(), values.end() - 1);
}

Circumstance Evaluator::circumstance(Guard guard) {
  if (const auto known = circumstances_.find(guard); known != circumstances_.end()) return known->second;
  Circumstance result;
  Guard all = guards_.both(background(), supplied_);
  if (all == Guard::never) all = background();
  if (auto witness = guards_.witness(guard, all)) {
    for (Decision& decision : *witness) {
      const Variable& variable = guards_.variable(decision.variable);
      Circumstance::Choice choice{.name = variable.name,
                                  .value = variable.values[decision.value],
                                  .is_default = variable.usual == decision.value};
      if (variable.of != document_.source.path) choice.of = variable.of;
      if (variable.of.empty()) {
        Guard rest = guards_.both(guard, all);
        for (const Decision& one : *witness)
          if (one.variable != decision.variable) rest = guards_.both(rest, guards_.is(one.variable, one.value));
        choose_own(decision, rest, choice);
      } else if (variable.last_is_any_other && decision.value + 1 == variable.values.size()) {
        choice.but_none_of = variable.values;
        choice.but_none_of.pop_back();
      }
      result.choices.push_back(std::move(choice));
    }
  }
  result.with_defaults = guards_.holds_usually(guards_.both(guard, all)) || !guards_.holds_usually(all);
  circumstances_.emplace(guard, result);
  return result;
}

}  // namespace codesign
