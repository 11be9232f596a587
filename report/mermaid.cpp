#include <fmt/core.h>

#include "report/markup.h"
#include "report/picture.h"

namespace codesign {
namespace {

using Index = Picture::Index;
using Kind = Picture::Kind;

// The inside of a quoted text. Mermaid reads "#35;" as the character of that number, so that everything it may take for
// its own, or for Markdown or HTML, is written so (Mermaid, Flowcharts, "Entity codes to escape characters").
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : plain_line(text)) {
    const bool is_plain = static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == ' ' || c == ',' || c == '.' || c == '/' || c == ':' ||
                          c == '-' || c == '=';
    result += is_plain ? std::string(1, c) : fmt::format("#{};", static_cast<int>(c));
  }
  return result;
}

struct Shape {
  std::string_view open, close;
};

Shape shape_of(const Picture::Node& node) {
  switch (node.kind) {
    case Kind::function: break;
    case Kind::config: return {"[(", ")]"};
    case Kind::layer: return {"[/", "/]"};
    case Kind::profile:
    case Kind::publisher: return {"[\\", "\\]"};
    case Kind::nested_stack:
    case Kind::stack_set:
    case Kind::stack: return {"[", "]"};
  }
  switch (node.worst) {
    case Signing::none: return {"{{", "}}"};
    case Signing::warns: return {"[/", "\\]"};
    case Signing::enforced: return {"([", "])"};
    case Signing::unsupported: return {"[[", "]]"};
    case Signing::unknown: break;
  }
  return {">", "]"};
}

std::string statement(const Picture::Node& node, Index index) {
  const Shape shape = shape_of(node);
  std::string label;
  for (const std::string& line : lines_of(node)) label += (label.empty() ? "" : "<br/>") + escaped(line);
  std::string text = fmt::format("n{}{}\"{}\"{}", index, shape.open, label, shape.close);
  // "none" would be a word of CSS.
  if (node.kind == Kind::function)
    text += fmt::format(":::{}", node.worst == Signing::none ? "unsigned" : name_of(node.worst));
  else if (node.is_elsewhere)
    text += ":::elsewhere";
  return text + "\n";
}

}  // namespace

std::string mermaid_of_picture(const Picture& picture) {
  std::string text = "flowchart LR\n";
  const auto held = held_by(picture);
  const std::vector<std::string> summaries = stack_summaries(picture);
  for (Index stack = 0; stack < picture.nodes.size(); ++stack) {
    const Picture::Node& node = picture.nodes[stack];
    if (node.kind != Kind::stack) continue;
    text += fmt::format("  subgraph n{}[\"{}{}, {}\"]\n    direction LR\n", stack, escaped(node.name),
                        node.detail.empty() ? "" : ", " + escaped(node.detail), escaped(summaries[stack]));
    for (const Index index : held[stack]) text += "    " + statement(picture.nodes[index], index);
    for (std::size_t i = 0; i < node.hidden.size(); ++i)
      text += fmt::format("    n{}_{}[\"{}\"]\n", stack, i, escaped(node.hidden[i]));
    // A subgraph without a node is drawn as nothing.
    if (held[stack].empty() && node.hidden.empty()) text += fmt::format("    n{}_0[\"no functions\"]\n", stack);
    text += "  end\n";
  }
  for (Index index = 0; index < picture.nodes.size(); ++index)
    if (picture.nodes[index].kind != Kind::stack && !picture.nodes[index].stack)
      text += "  " + statement(picture.nodes[index], index);
  for (const Picture::Edge& edge : picture.edges)
    text += edge.condition.empty()
                ? fmt::format("  n{} --> n{}\n", edge.from, edge.to)
                : fmt::format("  n{} -. \"{}\" .-> n{}\n", edge.from, escaped(edge.condition), edge.to);
  return text +
         "  classDef unsigned fill:#c4161c,stroke:#7f0d11,color:#fff,stroke-width:3px\n"
         "  classDef warns fill:#fff0c7,stroke:#a86200,color:#4d3000\n"
         "  classDef enforced fill:#e8f5ed,stroke:#23754a,color:#123d26\n"
         "  classDef unsupported fill:#ebe8f8,stroke:#6152ad,color:#2d2563\n"
         "  classDef unknown fill:#eceff3,stroke:#5d6875,color:#2a323b,stroke-dasharray:4\n"
         "  classDef elsewhere stroke-dasharray:4\n";
}

}  // namespace codesign
