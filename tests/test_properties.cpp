// Made-up templates in every style, and real ones with bytes changed at random: the laws hold on each, or the text is
// refused. The seed is fixed, so a failure can be repeated; the count bounds the time.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "tests/laws.h"
#include "tests/support.h"

namespace codesign {
namespace {

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(engine_); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <typename Container>
  auto pick(const Container& choices) {
    return choices[below(std::size(choices))];
  }

 private:
  std::mt19937 engine_;
};

using Strings = std::vector<std::string>;

// A tree to be written: a text (with its YAML and JSON spelling decided when written), a list, or a mapping.
struct Tree {
  struct Member;

  std::string text;
  std::string intrinsic;  // "Ref", "Fn::Sub": of a text
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
  if (dice.one_in(4)) maybe("Layers", {.items = {text("Layer", "Ref")}, .kind = Tree::sequence});
  if (dice.one_in(5)) maybe("PackageType", text("Image"));
  if (dice.one_in(5))
    maybe("CodeSigningConfigArn",
          dice.one_in(2) ? text("Csc", "Ref")
                         : text(dice.pick(Strings{"", "arn:aws:lambda", "Nowhere"}), dice.one_in(2) ? "Ref" : ""));
  if (dice.one_in(6))
    properties.emplace_back("Code", mapping({{"ZipFile", text("def handler(e, c):\n  # comment\n  return 1\n")}}));
  if (dice.one_in(2))
    std::shuffle(properties.begin(), properties.end(), std::mt19937(static_cast<std::uint32_t>(dice.below(1000))));
  Tree body = mapping({{"Type", text(dice.pick(Strings{"AWS::Serverless::Function", "AWS::Lambda::Function"}))}});
  if (!properties.empty())
    body.entries.emplace_back("Properties", mapping(std::move(properties)));
  else if (dice.one_in(2))
    body.entries.emplace_back("Properties", dice.one_in(2) ? mapping({}) : Tree{.kind = Tree::absent});
  if (dice.one_in(3))
    body.entries.insert(body.entries.begin() + static_cast<std::ptrdiff_t>(dice.below(2)),
                        {"DependsOn", text("Table")});
  return body;
}

Tree made_up_template(Dice& dice) {
  std::vector<Tree::Member> resources;
  for (std::size_t i = 0; i <= dice.below(3); ++i)
    resources.emplace_back("Function" + std::to_string(i), made_up_function(dice));
  if (dice.one_in(3))
    resources.emplace_back(
        "Csc",
        mapping(
            {{"Type", text("AWS::Lambda::CodeSigningConfig")},
             {"Properties",
              mapping({{"AllowedPublishers", mapping({{"SigningProfileVersionArns",
                                                       {.items = {text("Profiles", "Ref")}, .kind = Tree::sequence}}})},
                       {"CodeSigningPolicies", mapping({{"UntrustedArtifactOnDeployment",
                                                         text(dice.pick(Strings{"Warn", "Enforce"}))}})}})}}));
  if (dice.one_in(2)) resources.emplace_back("Table", mapping({{"Type", text("AWS::DynamoDB::Table")}}));
  if (dice.one_in(3)) resources.emplace_back("Layer", mapping({{"Type", text("AWS::Lambda::LayerVersion")}}));
  if (dice.one_in(2)) std::reverse(resources.begin(), resources.end());
  std::vector<Tree::Member> sections;
  if (dice.one_in(2)) sections.emplace_back("AWSTemplateFormatVersion", text("2010-09-09"));
  if (dice.one_in(2)) sections.emplace_back("Transform", text("AWS::Serverless-2016-10-31"));
  if (dice.one_in(3))
    sections.emplace_back("Parameters", mapping({{"Profiles", mapping({{"Type", text("CommaDelimitedList")}})}}));
  else if (dice.one_in(6))
    sections.emplace_back("Parameters", Tree{.kind = Tree::absent});
  if (dice.one_in(4))
    sections.emplace_back(
        "Globals",
        mapping({{"Function", mapping({{"Timeout", text("3")}, {"CodeSigningConfigArn", text("Csc", "Ref")}})}}));
  sections.emplace_back("Resources", mapping(std::move(resources)));
  if (dice.one_in(3)) sections.emplace_back("Outputs", mapping({{"Out", mapping({{"Value", text("Table", "Ref")}})}}));
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

  std::string key(const std::string& name) { return quoted_keys_ || dice_.one_in(30) ? quoted(name) : name; }

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

  void block_value(std::string& out, const Tree& value, std::size_t indent) {
    const std::size_t deeper = indent + (dice_.one_in(12) ? 1 + dice_.below(5) : usual_step_);
    if (value.kind == Tree::absent) {
      out += line_end();
    } else if (value.kind == Tree::scalar && !value.intrinsic.empty() && !short_tags_) {
      out += "\n" + std::string(deeper, ' ') + key(value.intrinsic) + ": " + quoted(value.text) + line_end();
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
      out += " " + yaml_text(value, false) + line_end();
    } else if ((flow_ && dice_.one_in(2)) || (value.entries.empty() && value.items.empty())) {
      out += " " + flow(value) + line_end();
    } else if (value.kind == Tree::mapping) {
      out += line_end();
      block_mapping(out, value, deeper);
    } else {
      out += line_end();
      for (const Tree& item : value.items)
        out += std::string(indented_sequences_ ? deeper : indent, ' ') + "- " + yaml_text(item, false) + line_end();
    }
  }

  std::string yaml_text(const Tree& value, bool in_flow) {
    std::string tag;
    if (!value.intrinsic.empty()) {
      if (!short_tags_ && in_flow) return "{" + quoted(value.intrinsic) + ": " + quoted(value.text) + "}";
      if (!short_tags_) return "{ " + value.intrinsic + ": " + quoted(value.text) + " }";
      tag = value.intrinsic == "Ref" ? "!Ref " : "!Sub ";
    }
    const bool simple = !value.text.empty() && value.text.find_first_of(" :#\"'{}$\n\xC3") == std::string::npos;
    return tag + (simple && !dice_.one_in(6) ? value.text : quoted(value.text));
  }

  std::string flow(const Tree& value) {
    if (value.kind == Tree::absent) return "~";
    if (value.kind == Tree::scalar) return yaml_text(value, true);
    const std::string pad = dice_.one_in(3) ? " " : "";
    std::string out = value.kind == Tree::mapping ? "{" + pad : "[" + pad;
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
    if (value.kind == Tree::scalar && value.intrinsic.empty()) return quoted(value.text);
    if (value.kind == Tree::scalar) return "{" + quoted(value.intrinsic) + colon + quoted(value.text) + "}";
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
  bool comments_, blank_lines_, quoted_keys_, flow_, short_tags_, indented_sequences_;
};

// One of the ways to sign, or a mixture that nobody thought of.
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

std::size_t rounds(std::size_t usual) {
  const char* factor = std::getenv("CODESIGN_ROUNDS");
  return factor ? usual * static_cast<std::size_t>(std::atoi(factor)) : usual;
}

}  // namespace

TEST_SUITE("properties") {
  TEST_CASE("made-up templates in every style obey the laws") {
    Dice dice(20201123);
    std::size_t changed = 0, not_witnessed = 0;
    const std::size_t count = rounds(6000);
    for (std::size_t i = 0; i < count; ++i) {
      const Tree tree = made_up_template(dice);
      Writer writer(dice);
      const std::string text = dice.one_in(4) ? writer.json(tree) : writer.yaml(tree);
      const SigningWishes wishes = made_up_wishes(dice);
      CAPTURE(in_words(wishes));
      const LawReport report =
          check_laws(text, wishes, {.profile = dice.one_in(4) ? Profile::strict : Profile::standard});
      CHECK_MESSAGE(!report.taken_back, text);
      CHECK_MESSAGE(report.refused.empty(), report.refused << "\n" << text);
      for (const std::string& sentence : report.broken) FAIL_CHECK(sentence << "\n" << text);
      changed += report.changed;
      not_witnessed += !report.libyaml_refusal.empty();
      if (!report.libyaml_refusal.empty() && not_witnessed == 1) MESSAGE(report.libyaml_refusal << "\n" << text);
    }
    CHECK(changed * 2 > count);
    CHECK(not_witnessed * 20 < count);
  }

  TEST_CASE("samples with bytes changed at random are refused, or obey the laws") {
    std::vector<std::string> texts;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SOURCE_FOLDER "/samples"))
      // The one that reaches a limit takes the time of a hundred others.
      if (entry.path().stem() == "template" && entry.path().parent_path().filename() != "undecided-conditions")
        texts.push_back(read_whole_file(entry.path()));
    std::sort(texts.begin(), texts.end());
    REQUIRE_FALSE(texts.empty());
    Dice dice(4711);
    std::size_t read = 0;
    const std::size_t count = rounds(6000);
    for (std::size_t i = 0; i < count; ++i) {
      std::string text = dice.pick(texts);
      for (std::size_t changes = 1 + dice.below(3); changes > 0; --changes) {
        const std::size_t at = dice.below(text.size());
        switch (dice.below(4)) {
          case 0: text.erase(at, 1 + dice.below(6)); break;
          case 1: text.insert(at, 1, dice.pick(std::string(" \n\t:-#{}[],\"'|>&*!?a\r"))); break;
          case 2: text[at] = dice.pick(std::string(" \n\t:-#{}[],\"'|>&*!?a")); break;
          default: text.insert(at, text.substr(dice.below(text.size()), 1 + dice.below(40)));
        }
        if (text.empty()) break;
      }
      const SigningWishes wishes = made_up_wishes(dice);
      CAPTURE(in_words(wishes));
      const LawReport report = check_laws(text, wishes);
      for (const std::string& sentence : report.broken) FAIL_CHECK(sentence << "\n" << text);
      read += report.refused.empty();
    }
    CHECK(read * 4 > count);
  }
}

}  // namespace codesign
