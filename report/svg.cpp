#include <algorithm>
#include <cstdlib>
#include <optional>

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

constexpr int headline_height = 32;

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

// How many of the bytes of all stacks' paths are folders that they share.
std::size_t shared_folders(const Picture& picture) {
  std::optional<std::string_view> shared;
  for (const Picture::Node& node : picture.nodes) {
    if (node.kind != Kind::stack) continue;
    const std::string_view path = node.name;
    const std::string_view folders = path.substr(0, path.rfind('/') + 1);  // nothing where there is no "/"
    if (!shared) shared = folders;
    const auto [end, other] = std::mismatch(shared->begin(), shared->end(), folders.begin(), folders.end());
    shared = shared->substr(0, static_cast<std::size_t>(end - shared->begin()));
    shared = shared->substr(0, shared->rfind('/') + 1);
  }
  return shared.value_or("").size();
}

class Engraver {
 public:
  explicit Engraver(const Picture& picture)
      : picture_(picture),
        layout_(lay_out_picture(picture)),
        summaries_(stack_summaries(picture)),
        shared_folders_(shared_folders(picture)),
        has_unsigned_(picture.nodes.size()) {
    for (const Picture::Node& node : picture.nodes)
      if (node.kind == Kind::function && node.worst == Signing::none) has_unsigned_[*node.stack] = true;
  }

  std::string engrave(Headline headline) {
    const double letters = layout_.scale > far ? layout_.sign_scale : 1;
    const int above = headline == Headline::above ? static_cast<int>(headline_height * letters) : 0;
    svg_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture{0}\" viewBox=\"0 -{1} {2} {3}\" width=\"{2}\" "
        "height=\"{3}\" role=\"img\" aria-label=\"{4}\">\n<style>{5}</style>\n{6}",
        layout_.scale > far ? " far" : "", above, layout_.width, layout_.height + above, markup(summary()),
        page_part("picture.css").text, icons);
    svg_ += fmt::format("<rect class=\"paper\" y=\"-{}\" width=\"{}\" height=\"{}\"/>\n", above, layout_.width,
                        layout_.height + above);
    if (above > 0) add_headline(above, letters);
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
    for (const std::string& hidden : node.hidden) text += "; " + hidden;
    if (node.line > 0) text += fmt::format(" ({}, line {})", picture_.nodes[*node.stack].name, node.line);
    return text;
  }

  void add_headline(int height, double scale) {
    std::string text = headline_of(picture_.totals);
    for (const Signing state : states_by_urgency)
      if (const std::size_t count = picture_.totals.in(state); count > 0 && state != Signing::none)
        text += fmt::format(", {} {}", count, words_of(state));
    svg_ += fmt::format("<g class=\"headline{}\" transform=\"translate(0 -{}) scale({:.2f})\">",
                        picture_.totals.in(Signing::none) > 0 ? " bad" : "", height, scale);
    svg_ += text_at("name", 24, 28, cut(text, static_cast<int>(layout_.width / scale) - 48, 17, true));
    svg_ += "</g>\n";
  }

  // The letters above a card: as they are read from near, and a sign that is read from where all cards are seen.
  void add_letters(const Box& box, std::string_view path, std::string_view name, std::string_view about,
                   const std::string& which) {
    svg_ += "<g class=\"letters\">" + text_at("name", 18, 21, end_of(path, box.width - 36, 14, true)) +
            text_at("about", 18, 37, cut(std::string(about) + which, box.width - 36, 11)) + "</g>";
    const int room = static_cast<int>(box.width / layout_.sign_scale) - 12;
    svg_ += fmt::format("<g class=\"sign\" transform=\"scale({:.2f})\">", layout_.sign_scale) +
            text_at("name", 6, 13, first_part_within(name, "/", room, 12)) +
            text_at("about", 6, 26, first_part_within(about, " of ", room, 11)) + "</g>";
  }

  // The same, or what comes before the last separator: the folder of a file, the number that matters.
  static std::string first_part_within(std::string_view text, std::string_view separator, int room, int font_size) {
    const std::size_t end = text.rfind(separator);
    const bool is_whole = text_width(text, font_size, true) <= room || end == std::string_view::npos;
    return cut(is_whole ? text : text.substr(0, end), room, font_size, true);
  }

  void add_stack(Index index) {
    const Picture::Node& node = picture_.nodes[index];
    const Box& box = layout_.boxes[index];
    begin(index, node.is_unreadable ? "stack unreadable" : has_unsigned_[index] ? "stack bad" : "stack");
    svg_ += fmt::format("<rect class=\"shape\" width=\"{}\" height=\"{}\" rx=\"10\"/>", box.width, box.height);
    add_letters(box, plain_line(node.name), plain_line(std::string_view(node.name).substr(shared_folders_)),
                summaries_[index], node.detail.empty() ? "" : " \xC2\xB7 " + plain_line(node.detail));
    int y = layout_.card_header + 9;
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
    add_letters(box, "Outside", "Outside", "named by ARN", "");
    svg_ += "</g>\n";
  }

  void add_edge(std::size_t index) {
    const Picture::Edge& edge = picture_.edges[index];
    const Route& route = layout_.routes[index];
    const std::string ends = fmt::format("data-from=\"{}\" data-to=\"{}\"", edge.from, edge.to);
    const std::string in_full = edge.condition.empty() ? "" : "<title>" + markup(edge.condition) + "</title>";
    svg_ += fmt::format("<path class=\"edge{} to-{}\" marker-end=\"url(#arrow)\" {} d=\"{}\">{}</path>\n",
                        edge.condition.empty() ? "" : " sometimes", style_of(picture_.nodes[edge.to].kind), ends,
                        path_of(route.corners), in_full);
    if (route.label_width > 0)
      svg_ += fmt::format("<text class=\"condition\" {} x=\"{}\" y=\"{}\">{}{}</text>\n", ends, route.label.x,
                          route.label.y, markup(cut(plain_line(edge.condition), route.label_width, 10)), in_full);
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
    const Lines lines = lines_within(node, room - varies, room);
    svg_ += text_at("name", left, box.height / 2 - 3, lines.name) +
            text_at(lines.is_one_name ? "about rest" : "about", left, box.height / 2 + 13, lines.about) +
            text_at("big", left, box.height / 2 + 9, shortened(plain_line(node.name), room, 26, true));
    svg_ += "</g>\n";
  }

  struct Lines {
    std::string name, about;
    bool is_one_name = false;  // which `about` goes on with
  };

  // Names often begin alike. A function's colour, shape and icon say its state, so that a long name may have both
  // lines.
  static Lines lines_within(const Picture::Node& node, int name_room, int room) {
    const std::string name = plain_line(node.name);
    if (node.kind == Kind::function && node.states.size() == 1 && node.states.front().when.empty())
      if (const std::size_t end = first_words_within(name, name_room); end > 0 && end < name.size())
        return {name.substr(0, end), shortened(std::string_view(name).substr(end), room, 11, true), true};
    return {shortened(name, name_room, 13, true), about(node, room), false};
  }

  // So much of a name, up to where a word of it begins, has room; all of it, where it has.
  static std::size_t first_words_within(const std::string& name, int room) {
    if (text_width(name, 13, true) <= room) return name.size();
    std::size_t end = 0;
    for (std::size_t at = 1; at < name.size(); ++at) {
      const bool begins_word = name[at] >= 'A' && name[at] <= 'Z' && !(name[at - 1] >= 'A' && name[at - 1] <= 'Z');
      if (!begins_word) continue;
      if (text_width(std::string_view(name).substr(0, at), 13, true) > room) break;
      end = at;
    }
    return end;
  }

  static std::string about(const Picture::Node& node, int room) {
    const std::string lead = node.kind == Kind::function ? "" : std::string(name_of(node.kind));
    std::vector<std::string> parts;
    for (const Picture::State& state : node.states) parts.push_back(state_in_words(state));
    if (!node.detail.empty()) parts.push_back(node.detail);
    std::string all;
    for (const std::string& part : parts) all += (all.empty() ? "" : "; ") + plain_line(part);
    if (!lead.empty() && !all.empty()) all = lead + ": " + all;
    if (all.empty()) all = lead;
    if (parts.size() < 2 || text_width(all, 11) <= room) return cut(all, room, 11);
    const std::string first = (lead.empty() ? "" : lead + ": ") + plain_line(parts.front());
    const std::string more = fmt::format("{}, +{} more", first, parts.size() - 1);
    return text_width(more, 11) <= room ? more : cut(first + " \xE2\x80\xA6", room, 11);
  }

  const Picture& picture_;
  const Layout layout_;
  const std::vector<std::string> summaries_;  // of each stack
  const std::size_t shared_folders_;
  std::vector<bool> has_unsigned_;  // of each stack: a function
  std::string svg_;
};

}  // namespace

std::string svg_of_picture(const Picture& picture, Headline headline) {
  return Engraver(picture).engrave(headline);
}

}  // namespace codesign
