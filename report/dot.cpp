#include <fmt/core.h>

#include "report/markup.h"
#include "report/picture.h"

namespace codesign {
namespace {

using Index = Picture::Index;
using Kind = Picture::Kind;

// A quoted string. In labels Graphviz reads escapes that begin with a backslash, and entities (Graphviz, DOT language,
// escString).
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : plain_line(text)) {
    if (c == '"' || c == '\\') result += '\\';
    // "##[" begins what GitHub Actions takes for a command.
    result += c == '[' && result.ends_with("##") ? "&#91;" : std::string(1, c);
    if (c == '&') result += "amp;";
  }
  return result + "\"";
}

std::string label_of(const std::vector<std::string>& lines) {
  std::string label;
  for (const std::string& line : lines) {
    const std::string one = quoted(line);
    label += (label.empty() ? "" : "\\n") + one.substr(1, one.size() - 2);
  }
  return '"' + label + '"';
}

std::string_view look_of(Signing state) {
  switch (state) {
    case Signing::none: return "shape=octagon, fillcolor=\"#c4161c\", color=\"#7f0d11\", fontcolor=white";
    case Signing::warns: return "shape=hexagon, fillcolor=\"#fff0c7\", color=\"#a86200\"";
    case Signing::enforced: return "shape=box, style=\"filled,rounded\", fillcolor=\"#e8f5ed\", color=\"#23754a\"";
    case Signing::unsupported: return "shape=box3d, fillcolor=\"#ebe8f8\", color=\"#6152ad\"";
    case Signing::unknown: break;
  }
  return "shape=ellipse, style=\"filled,dashed\", fillcolor=\"#eceff3\", color=\"#5d6875\"";
}

std::string look_of(const Picture::Node& node) {
  std::string look;
  switch (node.kind) {
    case Kind::function: look = look_of(node.worst); break;
    case Kind::config: look = "shape=folder"; break;
    case Kind::layer: look = "shape=tab"; break;
    case Kind::profile: look = "shape=component"; break;
    case Kind::publisher: look = "shape=note"; break;
    case Kind::nested_stack:
    case Kind::stack_set:
    case Kind::stack: look = "shape=box, peripheries=2";
  }
  if (node.kind == Kind::function && node.is_mixed) look += ", peripheries=2";
  if (node.is_elsewhere) look += ", style=\"filled,dashed\"";
  return look;
}

std::string statement(const Picture::Node& node, Index index) {
  return fmt::format("n{} [label={}, tooltip={}, {}];\n", index, label_of(lines_of(node)),
                     quoted(node.full_name.empty() ? node.detail : node.full_name), look_of(node));
}

// Graphviz lets an edge end at a cluster only by way of a node in it.
std::string anchor_of(Index stack) {
  return fmt::format("anchor{}", stack);
}

}  // namespace

std::string dot_of_picture(const Picture& picture) {
  std::string text =
      "digraph \"code signing\" {\n  rankdir=LR;\n  compound=true;\n  fontname=\"sans-serif\";\n  labelloc=t;\n  "
      "label=" +
      quoted(headline_of(picture.totals)) +
      ";\n"
      "  node [fontname=\"sans-serif\", fontsize=11, style=filled, fillcolor=white, color=\"#5d6875\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=9, color=\"#5d6875\"];\n";
  const auto held = held_by(picture);
  const std::vector<std::string> summaries = stack_summaries(picture);
  for (Index stack = 0; stack < picture.nodes.size(); ++stack) {
    const Picture::Node& node = picture.nodes[stack];
    if (node.kind != Kind::stack) continue;
    std::vector<std::string> lines = lines_of(node);
    lines.insert(lines.begin() + 1, summaries[stack]);
    text += fmt::format("  subgraph cluster{} {{\n    label={};\n    style={};\n", stack, label_of(lines),
                        node.is_unreadable ? "\"rounded,dashed\"" : "rounded");
    text += fmt::format("    {} [shape=point, style=invis, label=\"\"];\n", anchor_of(stack));
    for (const Index index : held[stack]) text += "    " + statement(picture.nodes[index], index);
    text += "  }\n";
  }
  for (Index index = 0; index < picture.nodes.size(); ++index) {
    const Picture::Node& node = picture.nodes[index];
    if (node.kind != Kind::stack && !node.stack) text += "  " + statement(node, index);
  }
  for (const Picture::Edge& edge : picture.edges) {
    const bool to_stack = picture.nodes[edge.to].kind == Kind::stack;
    text += fmt::format("  n{} -> {}", edge.from, to_stack ? anchor_of(edge.to) : fmt::format("n{}", edge.to));
    if (to_stack && picture.nodes[edge.from].stack != edge.to)
      text += fmt::format(" [lhead=cluster{}, style=bold]", edge.to);
    if (!edge.condition.empty()) text += fmt::format(" [label={}, style=dashed]", quoted(edge.condition));
    text += ";\n";
  }
  return text + "}\n";
}

}  // namespace codesign
