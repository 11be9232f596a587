#include "tests/made_up.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

#include "template/source_text.h"
#include "tests/laws.h"

namespace codesign {
namespace {

using Strings = std::vector<std::string>;

// A tree to be written: a text (with its YAML and JSON spelling decided when written), a list, or a mapping.
struct Tree {
  struct Member;

  std::string text;
  std::string intrinsic;  // "Ref", "Fn::Sub": of what this is the argument
  std::vector<Member> entries;
  std::vector<Tree> items;
  enum { scalar, mapping, sequence, absent } kind = scalar;
};

struct Tree::Member {
  Member(std::string key, Tree value) : first(std::move(key)), second(std::move(value)) {}
  std::string first;
  Tree second;
};

Tree text(std::string value, std::string intrinsic = "") {
  return {.text = std::move(value), .intrinsic = std::move(intrinsic)};
}
Tree mapping(std::vector<Tree::Member> entries) {
  return {.entries = std::move(entries), .kind = Tree::mapping};
}
Tree sequence(std::vector<Tree> items, std::string intrinsic = "") {
  return {.intrinsic = std::move(intrinsic), .items = std::move(items), .kind = Tree::sequence};
}

// A template names what it has only here, so that a reference is rarely to nothing.
const Strings conditions{"IsProd", "IsSigned"};

Tree made_up_condition(Dice& dice, int depth) {
  switch (dice.below(depth > 2 ? 2 : 5)) {
    case 0: return sequence({text("Stage", "Ref"), text(dice.pick(Strings{"prod", "dev", "test"}))}, "Fn::Equals");
    case 1: return sequence({text("Config", "Ref"), text(dice.pick(Strings{"", "none"}))}, "Fn::Equals");
    case 2: return sequence({made_up_condition(dice, depth + 1)}, "Fn::Not");
    default:
      return sequence({made_up_condition(dice, depth + 1), made_up_condition(dice, depth + 1)},
                      dice.one_in(2) ? "Fn::And" : "Fn::Or");
  }
}

// What names a config, or does not, at any depth of Fn::If.
Tree made_up_config_reference(Dice& dice, int depth = 0) {
  switch (dice.below(depth > 2 ? 5 : 8)) {
    case 0: return text("Config", "Ref");
    case 1: return text(dice.pick(Strings{"", "arn:aws:lambda", "Nowhere"}), dice.one_in(2) ? "Ref" : "");
    case 2: return text("AWS::NoValue", "Ref");
    case 3: return sequence({text("Csc"), text("CodeSigningConfigArn")}, "Fn::GetAtt");
    case 5:
    case 6:
      return sequence({text(dice.pick(conditions)), made_up_config_reference(dice, depth + 1),
                       made_up_config_reference(dice, depth + 1)},
                      "Fn::If");
    case 4: return dice.one_in(3) ? text("shared-config", "Fn::ImportValue") : text("Csc", "Ref");
    case 7: return sequence({text("Configs"), text("Stage", "Ref"), text("Config")}, "Fn::FindInMap");
    default: return text("Csc", "Ref");
  }
}

Tree made_up_function(Dice& dice) {
  std::vector<Tree::Member> properties;
  const auto maybe = [&](const std::string& key, Tree value) {
    if (!dice.one_in(2)) properties.emplace_back(key, std::move(value));
  };
  maybe("Handler", text("app.handler"));
  maybe("Runtime", text(dice.pick(Strings{"python3.13", "nodejs22.x"})));
  maybe("Description", text(dice.pick(Strings{"first line\nsecond line\n", "a: b # c", "it's \"quoted\"",
                                              "\xC3\xA4\xE2\x82\xAC", "one line"})));
  maybe("Role", text("Role", "Ref"));
  maybe("Environment", mapping({{"Variables", mapping({{"TABLE", text("Table", "Ref")},
                                                       {"NAME", text("${AWS::StackName}-x", "Fn::Sub")}})}}));
  if (dice.one_in(4))
    maybe("Layers", sequence({text("Layer", "Ref"),
                              text("arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:14")}));
  if (dice.one_in(5)) maybe("PackageType", text("Image"));
  if (dice.one_in(5)) maybe("CodeSigningConfigArn", made_up_config_reference(dice));
  if (dice.one_in(6))
    properties.emplace_back("Code", mapping({{"ZipFile", text("def handler(e, c):\n  # comment\n  return 1\n")}}));
  if (dice.one_in(2))
    std::shuffle(properties.begin(), properties.end(), std::mt19937(static_cast<std::uint32_t>(dice.below(1000))));
  Tree body = mapping({{"Type", text(dice.pick(Strings{"AWS::Serverless::Function", "AWS::Lambda::Function"}))}});
  if (!properties.empty())
    body.entries.emplace_back("Properties", mapping(std::move(properties)));
  else if (dice.one_in(2))
    body.entries.emplace_back("Properties", dice.one_in(2) ? mapping({}) : Tree{.kind = Tree::absent});
  const auto add = [&](const std::string& key, const std::string& value) {
    body.entries.insert(body.entries.begin() + static_cast<std::ptrdiff_t>(dice.below(2)), {key, text(value)});
  };
  if (dice.one_in(3)) add("DependsOn", "Table");
  if (dice.one_in(6)) add("Condition", dice.pick(conditions));
  return body;
}

Tree made_up_config(Dice& dice) {
  Tree policy = text(dice.pick(Strings{"Warn", "Enforce"}));
  if (dice.one_in(4)) policy = text("Policy", "Ref");
  if (dice.one_in(6)) policy = sequence({text(dice.pick(conditions)), text("Enforce"), policy}, "Fn::If");
  Tree publishers = dice.one_in(2) ? text("Profiles", "Ref")
                                   : text("arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Made/AbCdEfGh12");
  std::vector<Tree::Member> properties{
      {"AllowedPublishers", mapping({{"SigningProfileVersionArns", sequence({std::move(publishers)})}})}};
  if (!dice.one_in(4))
    properties.emplace_back("CodeSigningPolicies", mapping({{"UntrustedArtifactOnDeployment", std::move(policy)}}));
  Tree body =
      mapping({{"Type", text("AWS::Lambda::CodeSigningConfig")}, {"Properties", mapping(std::move(properties))}});
  if (dice.one_in(4)) body.entries.insert(body.entries.begin(), {"Condition", text(dice.pick(conditions))});
  return body;
}

// Two functions from one body.
Tree made_up_loop(Dice& dice) {
  Tree function = made_up_function(dice);
  return sequence({text("Name"), sequence({text("Alpha"), text("Beta")}),
                   mapping({{dice.one_in(4) ? "${Name}" : "Looped${Name}", std::move(function)}})});
}

// A stack of a neighbour, which is given a config.
Tree made_up_nested_stack(Dice& dice) {
  const bool is_serverless = dice.one_in(2);
  return mapping({{"Type", text(is_serverless ? "AWS::Serverless::Application" : "AWS::CloudFormation::Stack")},
                  {"Properties",
                   mapping({{is_serverless ? "Location" : "TemplateURL", text(dice.pick(Strings{"b.yaml", "c.yaml"}))},
                            {"Parameters", mapping({{"Config", made_up_config_reference(dice)},
                                                    {"Stage", text(dice.pick(Strings{"prod", "dev"}))}})}})}});
}

Tree made_up_sections(Dice& dice) {
  std::vector<Tree::Member> resources;
  for (std::size_t i = 0; i <= dice.below(3); ++i)
    resources.emplace_back("Function" + std::to_string(i), made_up_function(dice));
  if (dice.one_in(3)) resources.emplace_back("Csc", made_up_config(dice));
  if (dice.one_in(8)) resources.emplace_back("Nested", made_up_nested_stack(dice));
  const bool has_loop = dice.one_in(8);
  if (has_loop) resources.emplace_back("Fn::ForEach::Copies", made_up_loop(dice));
  if (dice.one_in(2)) resources.emplace_back("Table", mapping({{"Type", text("AWS::DynamoDB::Table")}}));
  if (dice.one_in(3)) resources.emplace_back("Layer", mapping({{"Type", text("AWS::Lambda::LayerVersion")}}));
  if (dice.one_in(2)) std::reverse(resources.begin(), resources.end());
  std::vector<Tree::Member> sections;
  if (dice.one_in(2)) sections.emplace_back("AWSTemplateFormatVersion", text("2010-09-09"));
  if (has_loop)
    sections.emplace_back("Transform", sequence({text("AWS::LanguageExtensions"), text("AWS::Serverless-2016-10-31")}));
  else if (dice.one_in(2))
    sections.emplace_back("Transform", text("AWS::Serverless-2016-10-31"));
  // What is referred to and not there is one of the cases, but not the usual one.
  const bool has_names = !dice.one_in(3);
  if (has_names) {
    const auto parameter = [&](const std::string& value) {
      Tree body = mapping({{"Type", text("String")}});
      if (!dice.one_in(3)) body.entries.emplace_back("Default", text(value));
      return body;
    };
    Tree stage = parameter("dev");
    if (dice.one_in(2)) stage.entries.emplace_back("AllowedValues", sequence({text("dev"), text("prod")}));
    sections.emplace_back("Parameters", mapping({{"Profiles", mapping({{"Type", text("CommaDelimitedList")}})},
                                                 {"Stage", std::move(stage)},
                                                 {"Config", parameter(dice.one_in(2) ? "" : "none")},
                                                 {"Policy", parameter(dice.one_in(2) ? "Warn" : "Enforce")}}));
    const std::string known = "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0";
    sections.emplace_back("Mappings", mapping({{"Configs", mapping({{"dev", mapping({{"Config", text("none")}})},
                                                                    {"prod", mapping({{"Config", text(known)}})}})}}));
    sections.emplace_back("Conditions", mapping({{conditions[0], made_up_condition(dice, 0)},
                                                 {conditions[1], made_up_condition(dice, 0)}}));
  } else if (dice.one_in(6)) {
    sections.emplace_back("Parameters", Tree{.kind = Tree::absent});
  }
  if (dice.one_in(4))
    sections.emplace_back(
        "Globals",
        mapping({{"Function", mapping({{"Timeout", text("3")}, {"CodeSigningConfigArn", text("Csc", "Ref")}})}}));
  sections.emplace_back("Resources", mapping(std::move(resources)));
  if (dice.one_in(3)) {
    Tree output = mapping({{"Value", dice.one_in(2) ? text("Table", "Ref") : made_up_config_reference(dice)}});
    if (dice.one_in(3)) output.entries.emplace_back("Export", mapping({{"Name", text("shared-config")}}));
    sections.emplace_back("Outputs", mapping({{"Out", std::move(output)}}));
  }
  return mapping(std::move(sections));
}

// Writes a tree in a style that changes from place to place.
class Writer {
 public:
  explicit Writer(Dice& dice) : dice_(dice) {
    usual_step_ = dice.pick(std::vector<std::size_t>{2, 2, 3, 4, 8});
    comments_ = dice.one_in(2);
    blank_lines_ = dice.one_in(2);
    quoted_keys_ = dice.one_in(6);
    flow_ = dice.one_in(4);
    short_tags_ = !dice.one_in(4);
    indented_sequences_ = dice.one_in(2);
    anchors_ = dice.one_in(10);
  }

  std::string yaml(const Tree& tree) {
    std::string result = dice_.one_in(6) ? "# licence\n# lines\n" : "";
    if (dice_.one_in(6)) result += "---\n";
    block_mapping(result, tree, 0);
    while (dice_.one_in(4) && result.ends_with('\n')) result.pop_back();
    if (dice_.one_in(4)) {
      std::string windows;
      for (const char c : result) windows += c == '\n' ? "\r\n" : std::string(1, c);
      result = windows;
    }
    return (dice_.one_in(8) ? std::string(byte_order_mark) : "") + result;
  }

  std::string value(const Tree& tree) { return flow(tree); }

  std::string json(const Tree& tree) {
    const std::string unit = dice_.pick(Strings{"  ", "    ", "\t", ""});
    std::string result = json_value(tree, unit, "", unit.empty() && dice_.one_in(2) ? ":" : ": ");
    if (!dice_.one_in(3)) result += "\n";
    return result;
  }

 private:
  static std::string quoted(const std::string& value) {
    std::string result = "\"";
    for (const char c : value) result += c == '\n' ? "\\n" : c == '"' ? "\\\"" : std::string(1, c);
    return result + "\"";
  }

  std::string key(const std::string& name) {
    const bool needs_quotes = name.find_first_of("{}") != std::string::npos;
    return needs_quotes || quoted_keys_ || dice_.one_in(30) ? quoted(name) : name;
  }

  void trivia(std::string& out, std::size_t indent) {
    if (blank_lines_ && dice_.one_in(4)) out += dice_.one_in(3) ? "  \n" : "\n";
    if (comments_ && dice_.one_in(4))
      out += std::string(dice_.one_in(4) ? 0 : indent, ' ') + "# about\twhat: follows\n";
  }
  std::string line_end() { return comments_ && dice_.one_in(5) ? "  # side\n" : dice_.one_in(10) ? " \n" : "\n"; }

  void block_mapping(std::string& out, const Tree& tree, std::size_t indent) {
    for (const auto& [name, value] : tree.entries) {
      trivia(out, indent);
      out += std::string(indent, ' ') + key(name) + ":";
      block_value(out, value, indent);
    }
  }

  // "!Ref" or "!Fn::Sub": the short form, where there is one.
  static std::string tag_of(const Tree& value) {
    const std::string& name = value.intrinsic;
    return name.empty() ? "" : (name.starts_with("Fn::") ? "!" + name.substr(4) : "!" + name) + " ";
  }
  static Tree without_intrinsic(Tree value) {
    value.intrinsic.clear();
    return value;
  }

  void block_value(std::string& out, const Tree& value, std::size_t indent) {
    const std::size_t deeper = indent + (dice_.one_in(12) ? 1 + dice_.below(5) : usual_step_);
    const bool is_collection = value.kind == Tree::mapping || value.kind == Tree::sequence;
    if (value.kind == Tree::absent) {
      out += line_end();
    } else if (!value.intrinsic.empty() && !short_tags_ && !(is_collection && dice_.one_in(2))) {
      out += "\n" + std::string(deeper, ' ') + key(value.intrinsic) + ":";
      block_value(out, without_intrinsic(value), deeper);
    } else if (value.kind == Tree::scalar && value.intrinsic.empty() && value.text.ends_with('\n')) {
      out += dice_.one_in(2) ? " |\n" : " |-\n";
      std::string line;
      for (const char c : value.text) {
        line += c;
        if (c != '\n') continue;
        out += std::string(deeper, ' ') + line;
        line.clear();
      }
    } else if (value.kind == Tree::scalar) {
      out += " " + anchored(yaml_text(value, false)) + line_end();
    } else if ((flow_ && dice_.one_in(2)) || (value.entries.empty() && value.items.empty()) ||
               (!value.intrinsic.empty() && (!short_tags_ || dice_.one_in(2)))) {
      out += " " + anchored(flow(value)) + line_end();
    } else if (value.kind == Tree::mapping) {
      out += line_end();
      block_mapping(out, value, deeper);
    } else {
      const std::string tag = tag_of(value);
      out += (tag.empty() ? "" : " " + tag.substr(0, tag.size() - 1)) + line_end();
      // Behind a tag, YAML 1.1 wants the dashes further in than the key.
      const std::size_t column = indented_sequences_ || !tag.empty() ? deeper : indent;
      for (const Tree& item : value.items) block_item(out, item, column);
    }
  }

  void block_item(std::string& out, const Tree& item, std::size_t column) {
    out += std::string(column, ' ') + "-";
    if (item.kind == Tree::mapping && !item.entries.empty() && item.intrinsic.empty()) {
      out += line_end();
      block_mapping(out, item, column + usual_step_);
    } else {
      out += " " + flow(item, false) + line_end();
    }
  }

  // What was written with an anchor before may be an alias of it.
  std::string anchored(const std::string& written) {
    if (!anchors_ || !dice_.one_in(4)) return written;
    const auto [known, is_new] = names_.try_emplace(written, fmt::format("a{}", names_.size()));
    return is_new ? "&" + known->second + " " + written : "*" + known->second;
  }

  std::string yaml_text(const Tree& value, bool in_flow) {
    if (!value.intrinsic.empty() && !short_tags_) return long_form(value, in_flow);
    const bool simple = !value.text.empty() && value.text.find_first_of(" :#\"'{}$\n\xC3") == std::string::npos;
    return tag_of(value) + (simple && !dice_.one_in(6) ? value.text : quoted(value.text));
  }

  std::string long_form(const Tree& value, bool in_flow) {
    const std::string argument = flow(without_intrinsic(value));
    if (in_flow) return "{" + quoted(value.intrinsic) + ": " + argument + "}";
    return "{ " + value.intrinsic + ": " + argument + " }";
  }

  std::string flow(const Tree& value, bool in_flow = true) {
    if (value.kind == Tree::absent) return "~";
    if (value.kind == Tree::scalar) return yaml_text(value, in_flow);
    if (!value.intrinsic.empty() && !short_tags_) return long_form(value, in_flow);
    const std::string pad = dice_.one_in(3) ? " " : "";
    std::string out = tag_of(value) + (value.kind == Tree::mapping ? "{" : "[") + pad;
    bool first = true;
    const auto comma = [&] {
      if (!first) out += ", ";
      first = false;
    };
    for (const auto& [name, inner] : value.entries) comma(), out += key(name) + ": " + flow(inner);
    for (const Tree& item : value.items) comma(), out += flow(item);
    if (!first && dice_.one_in(8)) out += ",";
    return out + pad + (value.kind == Tree::mapping ? "}" : "]");
  }

  std::string json_value(const Tree& value, const std::string& unit, const std::string& margin,
                         const std::string& colon) {
    if (value.kind == Tree::absent) return "null";
    if (!value.intrinsic.empty())
      return "{" + quoted(value.intrinsic) + colon + json_value(without_intrinsic(value), unit, margin, colon) + "}";
    if (value.kind == Tree::scalar) return quoted(value.text);
    std::string out(1, value.kind == Tree::mapping ? '{' : '[');
    bool first = true;
    const std::string deeper = margin + unit, line = unit.empty() ? "" : "\n";
    const auto next = [&] {
      if (!first) out += ",";
      first = false;
      out += line + (unit.empty() ? "" : deeper);
    };
    for (const auto& [name, inner] : value.entries)
      next(), out += quoted(name) + colon + json_value(inner, unit, deeper, colon);
    for (const Tree& item : value.items) next(), out += json_value(item, unit, deeper, colon);
    if (!first) out += line + (unit.empty() ? "" : margin);
    return out + (value.kind == Tree::mapping ? '}' : ']');
  }

  Dice& dice_;
  std::size_t usual_step_;
  bool comments_, blank_lines_, quoted_keys_, flow_, short_tags_, indented_sequences_, anchors_;
  std::map<std::string, std::string> names_;  // of anchors, by what they stand for
};

}  // namespace

std::string made_up_template(Dice& dice) {
  const Tree tree = made_up_sections(dice);
  Writer writer(dice);
  return dice.one_in(4) ? writer.json(tree) : writer.yaml(tree);
}

std::string made_up_value(Dice& dice) {
  const Tree value = dice.one_in(2) ? made_up_config_reference(dice) : made_up_condition(dice, 0);
  return Writer(dice).value(value);
}

SigningWishes made_up_wishes(Dice& dice) {
  static const auto ways = ways_to_sign();
  SigningWishes wishes = dice.pick(ways).second;
  if (dice.one_in(2)) return wishes;
  wishes.enforce = dice.one_in(2);
  wishes.in_globals = dice.one_in(3);
  wishes.unsafe = dice.one_in(3);
  wishes.alarm = dice.one_in(3);
  if (wishes.source.kind == ConfigSource::Kind::in_template && dice.one_in(4)) wishes.new_profile = "Profile";
  if (!wishes.new_profile.empty()) wishes.enforce = false;
  wishes.publishers.clear();
  for (std::size_t i = dice.below(3); i > 0; --i)
    wishes.publishers.push_back(
        fmt::format("arn:aws:signer:eu-west-1:210987654321:/signing-profiles/P{}/AbCdEfGh12", i));
  return wishes;
}

std::string in_words(const SigningWishes& wishes) {
  return fmt::format("{} source {} in_globals {} alarm {} unsafe {} publishers {} parameter {} profile {}",
                     wishes.enforce ? "enforce" : "warn", static_cast<int>(wishes.source.kind), wishes.in_globals,
                     wishes.alarm, wishes.unsafe, wishes.publishers.size(), wishes.publisher_parameter,
                     wishes.new_profile);
}

}  // namespace codesign
