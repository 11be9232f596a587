// The only file that knows RapidJSON's validator.
//
// The validator gets a node tree as the events of a JSON text. It stops at the first violation, so what was found is
// replaced by a value that is valid, and the tree is fed again until nothing more is found. What an intrinsic will
// become is not known: a valid value stands in for it, too. Where a schema says nothing about a value, that value is
// not fed at all, so the depth of a tree is the depth of its schema, however deep or cyclic the template.
#include "graph/schema.h"

#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include <fmt/core.h>

#include "graph/arn.h"
#include "graph/intrinsic.h"
#include "graph/pattern.h"
#include "template/spelling.h"

namespace codesign {
namespace {

using Json = rapidjson::Value;

struct Schema {
  explicit Schema(std::string_view text) : json(parsed(text)), compiled(json) {}

  static rapidjson::Document parsed(std::string_view text) {
    rapidjson::Document json;
    json.Parse(text.data(), text.size());
    return json;
  }

  rapidjson::Document json;
  rapidjson::SchemaDocument compiled;
  // RapidJSON's regular expressions keep their state in the expression, so two threads may not share one.
  std::mutex in_use;
};

// Null for types without a schema. Compiled when it is first asked for, and once.
Schema* schema_of(std::string_view type) {
  struct Slot {
    std::string_view text;
    std::once_flag once;
    std::unique_ptr<Schema> schema;
  };
  static std::map<std::string_view, Slot> slots = [] {
    std::map<std::string_view, Slot> result;
    for (const SchemaText& source : schema_texts()) result[source.type].text = source.text;
    return result;
  }();
  const auto found = slots.find(type);
  if (found == slots.end()) return nullptr;
  Slot& slot = found->second;
  std::call_once(slot.once, [&] { slot.schema = std::make_unique<Schema>(slot.text); });
  return slot.schema.get();
}

// --- reading a schema

const Json* member(const Json& schema, std::string_view name) {
  const auto found = schema.FindMember(Json(name.data(), static_cast<rapidjson::SizeType>(name.size())));
  return found == schema.MemberEnd() ? nullptr : &found->value;
}

std::string_view text_of(const Json& value) {
  return value.IsString() ? std::string_view(value.GetString(), value.GetStringLength()) : std::string_view();
}

std::vector<std::string_view> texts_of(const Json* list) {
  std::vector<std::string_view> result;
  if (list && list->IsArray())
    for (const Json& item : list->GetArray()) result.push_back(text_of(item));
  return result;
}

bool allows_type(const Json& schema, std::string_view type) {
  const Json* types = member(schema, "type");
  if (!types) return false;
  if (types->IsString()) return text_of(*types) == type;
  const auto all = texts_of(types);
  return std::find(all.begin(), all.end(), type) != all.end();
}

rapidjson::SizeType count_in(const Json& schema, std::string_view keyword) {
  const Json* count = member(schema, keyword);
  return count && count->IsUint() ? count->GetUint() : 0;
}

// --- words

// "A", "A or B", "A, B or C"
std::string listed(const std::vector<std::string_view>& words, std::string_view last) {
  std::string result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) result += i + 1 == words.size() ? fmt::format(" {} ", last) : ", ";
    result += words[i];
  }
  return result;
}

// The beginning of a text, for a message.
std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  if (end > longest)
    for (end = longest; end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80;) --end;
  return std::string(text.substr(0, end)) + (end < text.size() ? "..." : "");
}

// No property has colons in its name: "Fn::Sub", and what other tools replace before CloudFormation sees it, such as
// "Rain::Embed".
bool is_function_key(std::string_view key) {
  return key == "Ref" || key == "Condition" || key.find("::") != std::string_view::npos;
}

// The value of "Fn::Transform", if a mapping has it itself.
NodeId transform_in(const Document& document, NodeId mapping) {
  for (const Entry& entry : entries(document, mapping))
    if (scalar_text(document, entry.key) == "Fn::Transform") return entry.value;
  return NodeId::none;
}

// Of a "Fn::Transform", or of a list of them.
bool is_of_aws(const Document& document, NodeId transform) {
  if (is_sequence(document, transform)) {
    const auto all = children(document, transform);
    return std::all_of(all.begin(), all.end(), [&](NodeId one) {
      return plain_text(document, value_of(document, one, "Name")).value_or("").starts_with("AWS::");
    });
  }
  return plain_text(document, value_of(document, transform, "Name")).value_or("").starts_with("AWS::");
}

class Judge {
 public:
  Judge(const Document& document, const Resource& resource, const Schema& schema, std::size_t& budget)
      : document_(document),
        resource_(resource),
        schema_(schema),
        is_in_loop_(resource.is_in_loop() || has_loop_identifier(resource.id)),
        budget_(budget) {}

  std::vector<Violation> run() {
    while (violations_.size() < max_violations) {
      rapidjson::SchemaValidator validator(schema_.compiled);
      validator_ = &validator;
      path_.clear();
      fault_.reset();
      if (feed_properties() || !fault_) break;
      settle(*fault_);
    }
    return std::move(violations_);
  }

 private:
  struct Fault {
    NodeId node;
    std::string keyword;
    const Json* schema;
  };
  struct Member {
    std::string_view name;
    NodeId key;
    NodeId value;
  };

  // --- feeding; everything returns false where feeding ends, with or without a fault

  bool feed_properties() {
    if (resource_.properties != NodeId::none) return feed(resource_.properties, schema_.json);
    const NodeId place = resource_.key;
    if (replaced_.contains(place)) return true;
    return event(validator_->StartObject(), place, schema_.json) &&
           event(validator_->EndObject(0), place, schema_.json);
  }

  bool event(bool accepted, NodeId node, const Json& schema) {
    if (accepted) return true;
    const char* keyword = validator_->GetInvalidSchemaKeyword();
    fault_ = Fault{node, keyword ? keyword : "", &schema};
    return false;
  }

  bool feed(NodeId node, const Json& schema) {
    if (budget_ == 0) return false;
    --budget_;
    if (!member(schema, "type")) return validator_->Null();
    if (replaced_.contains(node) || is_null(document_, node) || is_undecided(node)) return stand_in(schema);
    switch (document_[resolve(document_, node)].kind) {
      case Node::Kind::sequence: return feed_list(node, schema);
      case Node::Kind::mapping: return feed_mapping(node, schema);
      default: return feed_scalar(node, schema);
    }
  }

  // CloudFormation makes a text of a number where it needs a text, and a number of a text.
  bool feed_scalar(NodeId node, const Json& schema) {
    const std::string text(*scalar_text(document_, node));
    if (!allows_type(schema, "string") && allows_type(schema, "integer")) {
      std::int64_t whole = 0;
      const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
      const auto [end, error] = std::from_chars(begin, text.data() + text.size(), whole);
      if (error == std::errc() && end == text.data() + text.size())
        return event(validator_->Int64(whole), node, schema);
      char* rest = nullptr;
      const double number = std::strtod(text.c_str(), &rest);
      if (!text.empty() && rest == text.c_str() + text.size() && std::abs(number) < 1e15 &&
          std::trunc(number) == number)
        return event(validator_->Int64(static_cast<std::int64_t>(number)), node, schema);
    }
    return event(validator_->String(text.c_str(), static_cast<rapidjson::SizeType>(text.size()), true), node, schema);
  }

  // Items that are not decided may be left out, so only the others count against a largest number, and none against a
  // smallest one.
  bool feed_list(NodeId node, const Json& schema) {
    if (!event(validator_->StartArray(), node, schema)) return false;
    const Json* items = member(schema, "items");
    rapidjson::SizeType count = 0;
    std::size_t position = 0;
    bool is_complete = true;
    for (const NodeId item : children(document_, node)) {
      ++position;
      if (is_null(document_, item) || is_undecided(item)) {
        is_complete = false;
        continue;
      }
      ++count;
      path_.push_back(fmt::format("member {}", position));
      if (!(items ? feed(item, *items) : validator_->Null())) return false;
      path_.pop_back();
    }
    for (; !is_complete && count < count_in(schema, "minItems"); ++count)
      if (!(items ? stand_in(*items) : validator_->Null())) return false;
    return event(validator_->EndArray(count), node, schema);
  }

  bool feed_mapping(NodeId node, const Json& schema) {
    if (!event(validator_->StartObject(), node, schema)) return false;
    const Json* properties = member(schema, "properties");
    const std::vector<Member> written = members(node);
    rapidjson::SizeType count = 0;
    const auto key = [&](std::string_view name) {
      ++count;
      // Its regular expressions read up to a NUL.
      const std::string terminated(name);
      return validator_->Key(terminated.c_str(), static_cast<rapidjson::SizeType>(name.size()), true);
    };
    for (const Member& one : written) {
      if (budget_ == 0) return false;
      --budget_;
      const Json* property = properties ? member(*properties, one.name) : nullptr;
      if (replaced_.contains(one.key) || (!property && is_left_out(one.value))) continue;
      if (!event(key(one.name), one.key, schema)) return false;
      if (property) {
        path_.emplace_back(one.name);
        if (!feed(one.value, *property)) return false;
        path_.pop_back();
      } else if (!event(validator_->Null(), one.key, schema)) {
        return false;
      }
    }
    if (!is_complete(node))
      for (const std::string_view name : missing(written, schema)) {
        const Json* property = properties ? member(*properties, name) : nullptr;
        if (!key(name) || !(property ? stand_in(*property) : validator_->Null())) return false;
      }
    return event(validator_->EndObject(count), node, schema);
  }

  // A value that the schema accepts.
  bool stand_in(const Json& schema) {
    for (const char* keyword : {"examples", "enum"})
      if (const Json* values = member(schema, keyword); values && values->IsArray() && !values->Empty())
        return (*values)[0].Accept(*validator_);
    if (allows_type(schema, "object")) {
      if (!validator_->StartObject()) return false;
      const Json* properties = member(schema, "properties");
      const auto names = texts_of(member(schema, "required"));
      for (const std::string_view name : names) {
        const Json* property = properties ? member(*properties, name) : nullptr;
        if (!validator_->Key(name.data(), static_cast<rapidjson::SizeType>(name.size()), true) ||
            !(property ? stand_in(*property) : validator_->Null()))
          return false;
      }
      return validator_->EndObject(static_cast<rapidjson::SizeType>(names.size()));
    }
    if (allows_type(schema, "array")) {
      if (!validator_->StartArray()) return false;
      const rapidjson::SizeType count = count_in(schema, "minItems");
      const Json* items = member(schema, "items");
      for (rapidjson::SizeType i = 0; i < count; ++i)
        if (!(items ? stand_in(*items) : validator_->Null())) return false;
      return validator_->EndArray(count);
    }
    return validator_->Null();
  }

  // --- what is not known

  static bool has_loop_identifier(std::string_view text) {
    return text.find("${") != std::string_view::npos || text.find("&{") != std::string_view::npos;
  }

  // What stands here is decided by a deployment, a macro, or the item of a loop.
  bool is_undecided(NodeId node) {
    if (read_intrinsic(document_, node)) return true;
    if (const auto text = scalar_text(document_, node))
      return has_dynamic_reference(*text) || (is_in_loop_ && has_loop_identifier(*text));
    if (!is_mapping(document_, node)) return false;
    const auto all = entries(document_, node);
    budget_ -= std::min(budget_, all.size());
    if (may_be_rewritten(document_, node)) return true;
    // An intrinsic with something beside it is none, but nobody meant a mapping either.
    return std::any_of(all.begin(), all.end(), [&](const Entry& entry) {
      const std::string_view key = scalar_text(document_, entry.key).value_or("");
      return is_function_key(key) && key != "Fn::Transform" && !key.starts_with("Fn::ForEach::");
    });
  }

  // Written, but nothing is deployed of it.
  bool is_left_out(NodeId value) const {
    if (is_null(document_, value)) return true;
    const auto intrinsic = read_intrinsic(document_, value);
    return intrinsic && intrinsic->name == "Ref" && scalar_text(document_, intrinsic->argument) == "AWS::NoValue";
  }

  // The name of a member, if it has one that can be judged.
  std::optional<std::string_view> name_of_member(NodeId key) const {
    const Node& node = document_[resolve(document_, key)];
    if (node.kind != Node::Kind::scalar || read_intrinsic(document_, key) || is_function_key(node.text)) return {};
    if (node.text == "<<" && node.style == Node::Style::plain) return {};
    if (is_in_loop_ && has_loop_identifier(node.text)) return {};
    return node.text;
  }

  // A merge, an include, a loop may add members.
  bool is_complete(NodeId mapping) const {
    const auto all = entries(document_, mapping);
    return std::all_of(all.begin(), all.end(),
                       [&](const Entry& entry) { return name_of_member(entry.key).has_value(); });
  }

  // Of a key that is given twice, the last.
  std::vector<Member> members(NodeId mapping) const {
    std::vector<Member> result;
    std::unordered_map<std::string_view, std::size_t> known;
    for (const Entry& entry : entries(document_, mapping)) {
      const auto name = name_of_member(entry.key);
      if (!name) continue;
      const Member one{*name, entry.key, entry.value};
      const auto [place, is_new] = known.emplace(*name, result.size());
      if (is_new)
        result.push_back(one);
      else
        result[place->second] = one;
    }
    return result;
  }

  static std::vector<std::string_view> missing(const std::vector<Member>& written, const Json& schema) {
    std::vector<std::string_view> result;
    for (const std::string_view name : texts_of(member(schema, "required")))
      if (std::none_of(written.begin(), written.end(), [&](const Member& one) { return one.name == name; }))
        result.push_back(name);
    return result;
  }

  // What is there under a misspelt name is not missing, too.
  bool is_only_misspelt(const Fault& fault) const {
    if (fault.keyword != "required" || !is_mapping(document_, fault.node)) return false;
    const auto names = missing(members(fault.node), *fault.schema);
    return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
      return std::any_of(violations_.begin(), violations_.end(),
                         [&](const Violation& known) { return known.meant == name; });
    });
  }

  // --- saying it

  void settle(const Fault& fault) {
    replaced_.insert(fault.node);
    if (is_only_misspelt(fault)) return;
    const Json* judges = member(*fault.schema, "judgedBy");
    const Json* judge = judges ? member(*judges, fault.keyword) : nullptr;
    violations_.push_back({.resource = &resource_,
                           .where = fault.node,
                           .message = message_of(fault),
                           .meant = meant_by(scalar_text(document_, fault.node).value_or(""), fault),
                           .judged_by = judge ? text_of(*judge) : std::string_view()});
  }

  // "Value of SignatureValidityPeriod", "Key of member 2 of Tags"
  std::string name() const {
    if (path_.empty()) return "Properties of " + std::string(resource_.id);
    std::string result;
    for (auto part = path_.rbegin(); part != path_.rend(); ++part)
      result += (part == path_.rbegin() ? "" : " of ") + shown(*part);
    return result;
  }

  std::string message_of(const Fault& fault) const {
    const Json& schema = *fault.schema;
    const std::string& keyword = fault.keyword;
    const std::string_view text = scalar_text(document_, fault.node).value_or("");
    if (keyword == "additionalProperties" || keyword == "patternProperties") return unknown_property(text, fault);
    if (keyword == "required") {
      const bool is_written = is_mapping(document_, fault.node);
      const std::string what =
          listed(missing(is_written ? members(fault.node) : std::vector<Member>(), schema), "and no");
      return path_.empty() ? fmt::format("{} has no {}, which {} needs", resource_.id, what, type())
                           : fmt::format("{} has no {}", name(), what);
    }
    if (keyword == "maxLength")
      return fmt::format("{} is longer than {} characters", name(), count_in(schema, keyword));
    if (keyword == "minLength")
      return fmt::format("{} is shorter than {} characters", name(), count_in(schema, keyword));
    if (keyword == "minItems")
      return count_in(schema, keyword) == 1
                 ? name() + " is empty"
                 : fmt::format("{} has fewer than {} members", name(), count_in(schema, keyword));
    if (keyword == "maxItems") return fmt::format("{} has more than {} members", name(), count_in(schema, keyword));
    std::string expected(member(schema, "title") ? text_of(*member(schema, "title")) : "another value");
    if (const auto words = texts_of(member(schema, "enum")); !words.empty()) expected = listed(words, "or");
    return fmt::format("{} is {}; expected {}", name(), what_is(fault.node), expected);
  }

  std::string_view type() const { return resource_.type; }

  std::string what_is(NodeId node) const {
    if (is_mapping(document_, node)) return "a mapping";
    if (is_sequence(document_, node)) return "a list";
    return "\"" + shown(scalar_text(document_, node).value_or("")) + "\"";
  }

  // The property that an unknown one was probably meant to be; empty where none is near.
  std::string_view meant_by(std::string_view key, const Fault& fault) const {
    if (fault.keyword == "patternProperties") {
      for (const auto& one : member(*fault.schema, "patternProperties")->GetObject())
        if (matches_pattern(key, text_of(one.name)).value_or(false)) return text_of(*member(one.value, "title"));
      return {};
    }
    return fault.keyword == "additionalProperties" ? nearest(key, properties_of(*fault.schema)) : std::string_view();
  }

  static std::vector<std::string_view> properties_of(const Json& schema) {
    std::vector<std::string_view> known;
    if (const Json* properties = member(schema, "properties"))
      for (const auto& property : properties->GetObject()) known.push_back(text_of(property.name));
    return known;
  }

  std::string unknown_property(std::string_view key, const Fault& fault) const {
    const std::string start =
        fmt::format("{} is no property of {}", shown(key), path_.empty() ? std::string(type()) : name());
    const std::vector<std::string_view> known = properties_of(*fault.schema);
    if (const std::string_view meant = meant_by(key, fault); !meant.empty())
      return fmt::format("{}; did you mean {}?", start, meant);
    return fmt::format("{}; there {} {}", start, known.size() == 1 ? "is" : "are", listed(known, "and"));
  }

  const Document& document_;
  const Resource& resource_;
  const Schema& schema_;
  const bool is_in_loop_;
  std::size_t& budget_;
  rapidjson::SchemaValidator* validator_ = nullptr;
  std::vector<std::string> path_;  // to what is being fed
  std::optional<Fault> fault_;
  std::unordered_set<NodeId> replaced_;  // what is settled: values by valid ones, keys by nothing
  std::vector<Violation> violations_;
};

}  // namespace

bool may_be_rewritten(const Document& document, NodeId mapping) {
  const NodeId transform = transform_in(document, mapping);
  return transform != NodeId::none && !is_of_aws(document, transform);
}

std::vector<Violation> violations_of(const Document& document, const Resource& resource, std::size_t& budget) {
  Schema* schema = schema_of(resource.type);
  if (!schema || may_be_rewritten(document, resource.body)) return {};
  // An include among the attributes of a resource may add its Properties.
  if (resource.properties == NodeId::none && transform_in(document, resource.body) != NodeId::none) return {};
  const std::lock_guard lock(schema->in_use);
  return Judge(document, resource, *schema, budget).run();
}

}  // namespace codesign
