#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/core.h>

#include "report/layout.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/picture.h"
#include "report/text.h"

namespace codesign {
namespace {

using Index = Picture::Index;
using Kind = Picture::Kind;

// Each state has its outline and its icon, so that nobody depends on colours.
constexpr std::string_view icons = R"(<defs>
<symbol id="icon-none" viewBox="0 0 20 20"><path class="face" d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z"/><path class="mark" d="M10 5v6M10 14v1"/></symbol>
<symbol id="icon-warns" viewBox="0 0 20 20"><path class="face" d="M10 1.5 19.3 18H.7z"/><path class="mark" d="M10 7v5M10 14.6v.8"/></symbol>
<symbol id="icon-unknown" viewBox="0 0 20 20"><path class="face" d="M10 .7 19.3 10 10 19.3.7 10z"/><path class="mark" d="M7.7 8c.3-3 4.9-2.6 4.6.1-.2 1.6-2.3 1.6-2.3 3.5M10 13.9v.8"/></symbol>
<symbol id="icon-unsupported" viewBox="0 0 20 20"><path class="face" d="M1.5 3.5h17v13h-17z"/><path class="mark" d="M6 7v6M10 7v6M14 7v6"/></symbol>
<symbol id="icon-enforced" viewBox="0 0 20 20"><circle class="face" cx="10" cy="10" r="9"/><path class="mark" d="m5.8 10.3 3 3 5.4-6.3"/></symbol>
<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 .5 8 4 0 7.5z"/></marker>
</defs>
)";

// The outline of a function by its state: cut corners, a folded corner, a box, a pill.
std::string outline(Signing state, int width, int height) {
  constexpr int cut = 9, fold = 14;
  switch (state) {
    case Signing::none:
      return fmt::format("M{0} 0H{1}L{2} {0}V{3}L{1} {4}H{0}L0 {3}V{0}z", cut, width - cut, width, height - cut,
                         height);
    case Signing::warns: return fmt::format("M0 0H{}L{} {}V{}H0z", width - fold, width, fold, height);
    case Signing::unsupported:
      return fmt::format("M0 0H{0}V{1}H0zM3 3H{2}V{3}H3z", width, height, width - 3, height - 3);
    case Signing::enforced:
      return fmt::format("M{0} 0H{1}a{0} {0} 0 0 1 0 {2}H{0}a{0} {0} 0 0 1 0 -{2}z", height / 2, width - height / 2,
                         height);
    case Signing::unknown: break;
  }
  return fmt::format("M5 0H{0}a5 5 0 0 1 5 5V{1}a5 5 0 0 1 -5 5H5a5 5 0 0 1 -5 -5V5a5 5 0 0 1 5 -5z", width - 5,
                     height - 5);
}

std::string text_at(std::string_view style, int x, int y, std::string_view text) {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>", style, x, y, markup(text));
}

// Right angles with round corners.
std::string path_of(const std::vector<Point>& corners) {
  std::string path = fmt::format("M{} {}", corners[0].x, corners[0].y);
  const auto length = [](Point a, Point b) { return std::abs(a.x - b.x) + std::abs(a.y - b.y); };
  const auto towards = [](Point from, Point to, int distance) {
    const auto step = [&](int a, int b) { return a < b ? distance : a > b ? -distance : 0; };
    return Point{from.x + step(from.x, to.x), from.y + step(from.y, to.y)};
  };
  for (std::size_t i = 1; i + 1 < corners.size(); ++i) {
    const int radius = std::min({6, length(corners[i - 1], corners[i]) / 2, length(corners[i], corners[i + 1]) / 2});
    if (radius == 0) continue;
    const Point in = towards(corners[i], corners[i - 1], radius), out = towards(corners[i], corners[i + 1], radius);
    path += fmt::format("L{} {}Q{} {} {} {}", in.x, in.y, corners[i].x, corners[i].y, out.x, out.y);
  }
  return path + fmt::format("L{} {}", corners.back().x, corners.back().y);
}

class Engraver {
 public:
  explicit Engraver(const Picture& picture) : picture_(picture), layout_(lay_out_picture(picture)) {
    for (const Picture::Node& node : picture.nodes)
      if (node.kind == Kind::function) ++functions_[*node.stack][static_cast<std::size_t>(node.worst)];
  }

  std::string engrave() {
    svg_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" role=\"img\" aria-label=\"{2}\">\n<style>{3}</style>\n{4}",
        layout_.width, layout_.height, markup(summary()), page_part("picture.css").text, icons);
    svg_ += fmt::format("<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n", layout_.width, layout_.height);
    for (Index index = 0; index < picture_.nodes.size(); ++index)
      if (picture_.nodes[index].kind == Kind::stack) add_stack(index);
    if (layout_.outside) add_outside();
    svg_ += "<g class=\"edges\">\n";
    for (std::size_t edge = 0; edge < picture_.edges.size(); ++edge) add_edge(edge);
    svg_ += "</g>\n";
    for (const Heading& heading : layout_.headings)
      svg_ += text_at("heading", heading.at.x, heading.at.y, heading.text) + "\n";
    for (Index index = 0; index < picture_.nodes.size(); ++index)
      if (picture_.nodes[index].kind != Kind::stack) add_node(index);
    return svg_ + "</svg>\n";
  }

 private:
  std::string summary() const {
    return fmt::format("{} in {}, {} of them unsigned", counted(picture_.totals.all_functions(), "function"),
                       stacks_in_words(picture_.totals),
                       picture_.totals.functions[static_cast<std::size_t>(Signing::none)]);
  }

  // Opens the group of a node.
  void begin(Index index, std::string_view style) {
    const Picture::Node& node = picture_.nodes[index];
    const Box& box = layout_.boxes[index];
    svg_ += fmt::format("<g class=\"node {}\" data-node=\"{}\" transform=\"translate({} {})\"><title>{}</title>", style,
                        index, box.x, box.y, markup(in_full(node)));
  }

  std::string in_full(const Picture::Node& node) const {
    std::string text = fmt::format("{}{} {}", node.is_elsewhere ? "outside: " : "", name_of(node.kind),
                                   node.full_name.empty() ? node.name : node.full_name);
    if (node.has_state()) text += ": " + states_in_words(node);
    if (!node.detail.empty() && node.full_name.empty()) text += ", " + node.detail;
    if (node.line > 0) text += fmt::format(" ({}, line {})", picture_.nodes[*node.stack].name, node.line);
    return text;
  }

  std::string stack_in_words(Index index) {
    const auto& counts = functions_[index];
    std::size_t all = 0;
    for (const std::size_t count : counts) all += count;
    std::string text = counted(all, "function");
    if (const std::size_t unsigned_ones = counts[static_cast<std::size_t>(Signing::none)])
      text += fmt::format(", {} unsigned", unsigned_ones);
    return text;
  }

  void add_stack(Index index) {
    const Picture::Node& node = picture_.nodes[index];
    const Box& box = layout_.boxes[index];
    begin(index, "stack");
    svg_ += fmt::format("<rect class=\"shape\" width=\"{}\" height=\"{}\" rx=\"10\"/>", box.width, box.height);
    svg_ += text_at("name", 18, 21, end_of(plain_line(node.name), box.width - 36, 14, true));
    const std::string which = node.detail.empty() ? "" : " \xC2\xB7 " + plain_line(node.detail);
    svg_ += text_at("about", 18, 37, cut(stack_in_words(index) + which, box.width - 36, 11));
    int y = 55;
    for (std::size_t i = 0; i < std::min<std::size_t>(node.hidden.size(), 2); ++i, y += 18) {
      const bool is_last = i == 1 && node.hidden.size() > 2;
      const std::string more = is_last ? fmt::format("{} more; ", node.hidden.size() - 1) : "";
      svg_ += text_at("hidden", 18, y, cut("\xE2\x9A\xA0 " + more + plain_line(node.hidden[i]), box.width - 36, 11));
    }
    svg_ += "</g>\n";
  }

  void add_outside() {
    const Box& box = *layout_.outside;
    svg_ += fmt::format(
        "<g class=\"outside\" transform=\"translate({} {})\"><rect class=\"shape\" width=\"{}\" height=\"{}\" "
        "rx=\"10\"/>",
        box.x, box.y, box.width, box.height);
    svg_ += text_at("name", 18, 21, "Outside") + text_at("about", 18, 37, "named by ARN") + "</g>\n";
  }

  void add_edge(std::size_t index) {
    const Picture::Edge& edge = picture_.edges[index];
    const Route& route = layout_.routes[index];
    const std::string ends = fmt::format("data-from=\"{}\" data-to=\"{}\"", edge.from, edge.to);
    svg_ += fmt::format("<path class=\"edge{} to-{}\" marker-end=\"url(#arrow)\" {} d=\"{}\"/>\n",
                        edge.condition.empty() ? "" : " sometimes", style_of(picture_.nodes[edge.to].kind), ends,
                        path_of(route.corners));
    if (route.label_width > 0)
      svg_ += fmt::format("<text class=\"condition\" {} x=\"{}\" y=\"{}\">{}</text>\n", ends, route.label.x,
                          route.label.y, markup(cut(plain_line(edge.condition), route.label_width, 10)));
  }

  static std::string_view style_of(Kind kind) {
    return kind == Kind::nested_stack || kind == Kind::stack_set ? "nested"
                                                                 : name_of(kind).substr(0, name_of(kind).find(' '));
  }

  void add_node(Index index) {
    const Picture::Node& node = picture_.nodes[index];
    const Box& box = layout_.boxes[index];
    std::string style(style_of(node.kind));
    if (node.has_state()) style += fmt::format(" {}", name_of(node.worst));
    if (node.is_mixed) style += " mixed";
    if (node.is_elsewhere) style += " elsewhere";
    begin(index, style);
    if (node.kind == Kind::function)
      svg_ += fmt::format("<path class=\"shape\" d=\"{}\"/>", outline(node.worst, box.width, box.height));
    else
      svg_ += fmt::format("<rect class=\"shape\" width=\"{}\" height=\"{}\" rx=\"4\"/>", box.width, box.height);
    if (node.has_state())
      svg_ += fmt::format("<use class=\"icon\" href=\"#icon-{}\" x=\"12\" y=\"{}\" width=\"20\" height=\"20\"/>",
                          name_of(node.worst), box.height / 2 - 10);
    const int left = node.has_state() ? 41 : 12;
    const int varies = node.is_mixed ? 42 : 0;
    const int room = box.width - left - 14;
    if (node.is_mixed)
      svg_ += fmt::format("<rect class=\"varies-shape\" x=\"{}\" y=\"6\" width=\"40\" height=\"14\" rx=\"7\"/>",
                          box.width - 52) +
              text_at("varies", box.width - 32, 16, "varies");
    svg_ += text_at("name", left, box.height / 2 - 3, shortened(plain_line(node.name), room - varies, 13, true));
    svg_ += text_at("about", left, box.height / 2 + 13, cut(plain_line(about(node)), room, 11));
    svg_ += "</g>\n";
  }

  std::string about(const Picture::Node& node) const {
    const std::string kind(name_of(node.kind));
    const auto with = [](std::string text, const std::string& more) {
      return more.empty() ? text : text + ": " + more;
    };
    if (node.kind == Kind::function) return states_in_words(node) + (node.detail.empty() ? "" : ", " + node.detail);
    if (node.kind == Kind::config && node.has_state()) return with(kind, states_in_words(node));
    return with(kind, node.detail);
  }

  const Picture& picture_;
  const Layout layout_;
  std::map<Index, std::array<std::size_t, 5>> functions_;  // of each stack, by state
  std::string svg_;
};

}  // namespace

std::string svg_of_picture(const Picture& picture) {
  return Engraver(picture).engrave();
}

}  // namespace codesign
