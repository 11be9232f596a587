#include "tests/fuzz/tree_changes.h"

#include <vector>

#include "template/parse.h"
#include "tests/support.h"

namespace codesign {
namespace {

std::size_t column_of(const std::string& bytes, std::size_t at) {
  const std::size_t line = at == 0 ? std::string::npos : bytes.rfind('\n', at - 1);
  return at - (line == std::string::npos ? 0 : line + 1);
}

// What stands at `span`, with its further lines indented for another column.
std::string moved_to(const Document& document, Span span, std::size_t column) {
  const std::string& bytes = document.source.bytes;
  const std::size_t own = column_of(bytes, span.begin);
  std::string result;
  for (const char c : document.source[span]) {
    result += c;
    if (c == '\n') result += std::string(column, ' ');
  }
  // The lines had their own indentation, too.
  for (std::size_t at = result.find('\n'); at != std::string::npos; at = result.find('\n', at + 1))
    for (std::size_t blank = 0; blank < own && at + 1 < result.size() && result[at + 1] == ' '; ++blank)
      result.erase(at + 1, 1);
  return result;
}

class TreeChange {
 public:
  TreeChange(std::string text, Dice& dice) : document_(parse({"fuzz", std::move(text)})), dice_(dice) {}

  bool has_tree() const { return !document_.nodes.empty(); }

  std::string made() {
    const Node& node = some_node();
    switch (dice_.below(11)) {
      case 0: return with(node.span, moved_to(document_, some_node().span, column(node)));
      case 1: return with(member_at(node), "");
      case 2: return doubled(member_at(node));
      case 3: return with(node.span, made_up_value(dice_));
      case 4: return with(node.span, some_scalar());
      case 5: return restyled(node);
      case 6: return with({node.span.end, node.span.end}, dice_.one_in(2) ? "  # said beside\n" : " # and more");
      case 7: return anchored(node);
      case 8: return wrapped(node);
      case 9: return with_other_line_breaks();
      default: return as_json(document_);
    }
  }

  std::string with_node_of(const Document& other) {
    const Node& node = some_node();
    const Node& wanted = other.nodes[dice_.below(other.nodes.size())];
    return with(node.span, moved_to(other, wanted.span, column(node)));
  }

 private:
  const Node& some_node() { return document_.nodes[dice_.below(document_.nodes.size())]; }
  std::size_t column(const Node& node) const { return column_of(document_.source.bytes, node.span.begin); }

  std::string with(Span span, const std::string& text) const {
    std::string bytes = document_.source.bytes;
    return bytes.replace(span.begin, span.end - span.begin, text);
  }

  // The lines of what this is a member of, or its bytes where it shares its line.
  Span member_at(const Node& node) const {
    const std::string& bytes = document_.source.bytes;
    const NodeId value = node.next;
    const bool is_key = node.parent != NodeId::none && document_[node.parent].kind == Node::Kind::mapping;
    Span span = node.span;
    if (is_key && value != NodeId::none) span.end = std::max(span.end, document_[value].span.end);
    if (bytes.find_first_not_of(' ', span.begin - column(node)) < span.begin) return span;
    const std::size_t line_end = bytes.find('\n', span.end);
    span.begin -= static_cast<std::uint32_t>(column(node));
    span.end = static_cast<std::uint32_t>(line_end == std::string::npos ? bytes.size() : line_end + 1);
    return span;
  }

  std::string doubled(Span span) const { return with({span.end, span.end}, std::string(document_.source[span])); }

  std::string some_scalar() {
    static const std::vector<std::string> scalars{"~",         "null",
                                                  "true",      "0x1F",
                                                  "1e3",       "''",
                                                  "\"\"",      "\"\\u001b[31m\"",
                                                  "[]",        "{}",
                                                  "!Ref",      "!GetAtt A.Arn",
                                                  "<<",        "Fn::If",
                                                  "*a0",       "!Sub '${A}-${!B}'",
                                                  "'it''s'",   "\"\\\"\"",
                                                  "'a\n\n b'", "\"a\\\n  b\"",
                                                  "|-\n",      "{\"Ref\": \"A\"}",
                                                  "? a",       "${AWS::Region}"};
    return dice_.pick(scalars);
  }

  // The same text, written differently.
  std::string restyled(const Node& node) {
    if (node.kind != Node::Kind::scalar) return with(node.span, dice_.one_in(2) ? "[]" : "{}");
    const std::string text(node.text), tag = node.tag.empty() ? "" : std::string(node.tag) + " ";
    const std::string indent(column(node) + 2, ' ');
    switch (dice_.below(5)) {
      case 0: return with(node.span, tag + text);
      case 1: return with(node.span, tag + json_string(text));
      case 2: return with(node.span, tag + "'" + text + "'");
      case 3: return with(node.span, tag + "|\n" + indent + text + "\n");
      default: return with(node.span, tag + ">-\n" + indent + text + "\n");
    }
  }

  // A name for one node, and an alias of it where another one stands.
  std::string anchored(const Node& node) {
    const Node& other = some_node();
    const Node& first = node.span.begin < other.span.begin ? node : other;
    const Node& second = node.span.begin < other.span.begin ? other : node;
    if (second.span.begin < first.span.end) return with({node.span.begin, node.span.begin}, "&same ");
    std::string bytes = with(second.span, "*same");
    return bytes.insert(first.span.begin, "&same ");
  }

  std::string wrapped(const Node& node) {
    static const std::vector<std::string> openings{
        "!If [IsProd, ", "{\"Fn::If\": [\"IsProd\", ", "!Join ['-', [", "[", "{a: ", "!Select [0, ["};
    static const std::vector<std::string> closings{
        ", !Ref AWS::NoValue]", ", {\"Ref\": \"AWS::NoValue\"}]}", "]]", "]", "}", "]]"};
    const std::size_t kind = dice_.below(openings.size());
    return with(node.span, openings[kind] + std::string(document_.source[node.span]) + closings[kind]);
  }

  std::string with_other_line_breaks() const {
    std::string result;
    for (const char c : document_.source.bytes) {
      if (c == '\r') continue;
      if (c == '\n' && document_.source.bytes.find('\r') == std::string::npos) result += '\r';
      result += c;
    }
    return result;
  }

  Document document_;
  Dice& dice_;
};

}  // namespace

std::string changed_tree(std::string text, Dice& dice) {
  for (std::size_t changes = 1 + dice.below(4); changes > 0; --changes) {
    TreeChange change(text, dice);
    if (!change.has_tree()) break;
    std::string changed = change.made();
    if (!changed.empty()) text = std::move(changed);
  }
  return parse({"fuzz", text}).nodes.empty() && dice.one_in(2) ? std::string() : text;
}

std::string with_part_of(const std::string& text, const std::string& other, Dice& dice) {
  TreeChange change(text, dice);
  const Document from = parse({"fuzz", other});
  return change.has_tree() && !from.nodes.empty() ? change.with_node_of(from) : text;
}

}  // namespace codesign
