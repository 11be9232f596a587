#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "lint/lint.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/picture.h"
#include "report/text.h"

namespace codesign {
namespace {

using Index = Picture::Index;
using Kind = Picture::Kind;

std::string icon(Signing state) {
  return fmt::format("<svg class=\"icon picture\" aria-hidden=\"true\"><use href=\"#icon-{}\"/></svg>", name_of(state));
}

std::string_view explanation_of(Signing state) {
  switch (state) {
    case Signing::none: return "accepts unsigned code, in some deployment";
    case Signing::warns: return "has a config that warns, and accepts unsigned code all the same";
    case Signing::unknown: return "the templates do not tell";
    case Signing::unsupported: return "a container image, which Lambda does not verify";
    case Signing::enforced: break;
  }
  return "refuses unsigned code";
}

// The same, with places where a line may be broken: in paths, and between the words of a name.
std::string breakable(std::string_view text) {
  std::string result, word;
  char before = ' ';
  for (const char c : plain_line(text)) {
    const bool begins_word = c >= 'A' && c <= 'Z' && before >= 'a' && before <= 'z';
    if (begins_word || before == '/' || before == ':' || before == '-' || before == '_') {
      result += markup(word) + "<wbr>";
      word.clear();
    }
    word += c;
    before = c;
  }
  return result + markup(word);
}

class Page {
 public:
  explicit Page(const Picture& picture) : picture_(picture), edges_(picture.nodes.size()) {
    for (const Picture::Edge& edge : picture.edges) edges_[edge.from].push_back(edge.to);
    for (Index index = 0; index < picture.nodes.size(); ++index)
      if (picture.nodes[index].kind == Kind::function) functions_.push_back(index);
    std::stable_sort(functions_.begin(), functions_.end(), [&](Index a, Index b) { return urgency(a) < urgency(b); });
  }

  std::string written() {
    html_ =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " +
        std::string(page_part("page.css").hash) + " " + std::string(page_part("picture.css").hash) + "; script-src " +
        std::string(page_part("page.js").hash) +
        "; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Code signing: " +
        markup(headline_of(picture_.totals)) + "</title>\n<style>" + std::string(page_part("page.css").text) +
        "</style>\n</head>\n<body" + (functions_.empty() ? " class=\"empty\"" : "") + ">\n";
    add_header();
    html_ +=
        "<main>\n<section id=\"graph\" aria-label=\"Graph. Arrow keys go from node to node, Enter chooses one, plus "
        "and "
        "minus zoom, 0 shows everything, Escape chooses nothing, and then narrows nothing.\">\n" +
        svg_of_picture(picture_, Headline::elsewhere) +
        "<p class=\"hint\"><span class=\"beside\">Drag to move, scroll to zoom; arrows and Enter work, too</span>"
        "<span class=\"above\">Drag to move, Ctrl and scroll or two fingers to zoom</span></p>\n"
        "<div class=\"tools\"><button type=\"button\" id=\"farther\" aria-label=\"Zoom out\">\xE2\x88\x92</button>"
        "<button type=\"button\" id=\"closer\" aria-label=\"Zoom in\">+</button>"
        "<button type=\"button\" id=\"all\">Fit</button></div>\n<p class=\"away\" id=\"told\" "
        "role=\"status\"></p>\n</section>\n"
        "<section id=\"strip\" aria-label=\"Chosen\" hidden><p></p><ul aria-label=\"Uses\"></ul><div>"
        "<button type=\"button\" id=\"to-graph\">In the graph</button>"
        "<button type=\"button\" id=\"to-list\">In the list</button>"
        "<button type=\"button\" id=\"to-none\" aria-label=\"Choose nothing\">\xC3\x97</button></div></section>\n";
    add_list();
    html_ += "</main>\n<script>" + std::string(page_part("page.js").text) + "</script>\n</body>\n</html>\n";
    return std::move(html_);
  }

 private:
  const Picture::Node& node(Index index) const { return picture_.nodes[index]; }
  std::size_t urgency(Index index) const { return urgency_of(node(index).worst); }

  // What cannot be read may hold anything, so it is an alarm beside the best of news, too.
  std::string headline_in_markup() const {
    const std::string headline = headline_of(picture_.totals);
    const std::size_t end = std::min(headline.find(';'), headline.size());
    std::string text = markup(headline.substr(0, end));
    if (end < headline.size()) text += "<span class=\"alarm\">" + markup(headline.substr(end)) + "</span>";
    return text;
  }

  void add_header() {
    const Picture::Totals& totals = picture_.totals;
    const std::string_view mood = totals.in(Signing::none) > 0 ? "bad" : totals.is_all_enforced() ? "good" : "";
    html_ += fmt::format("<header>\n<div><h1><span class=\"{}\">{}</span></h1>\n<p class=\"facts\">{}, {}", mood,
                         headline_in_markup(), stacks_in_words(totals), counted(totals.all_findings(), "finding"));
    std::string kinds;
    for (const Severity severity : {Severity::error, Severity::warning, Severity::note})
      if (const std::size_t found = totals.findings[static_cast<std::size_t>(severity)])
        kinds += (kinds.empty() ? "" : ", ") + counted(found, name_of(severity));
    if (!kinds.empty()) html_ += " (" + kinds + ")";
    html_ +=
        "</p></div>\n<div class=\"search\" role=\"search\"><label class=\"away\" for=\"search\">Search "
        "functions</label>"
        "<input type=\"search\" id=\"search\" placeholder=\"Search: names, files, configs, rules\" "
        "autocomplete=\"off\"></div>\n"
        "<div class=\"filters\" role=\"group\" aria-label=\"Show only\">\n";
    for (const Signing state : states_by_urgency)
      html_ += fmt::format(
          "<button type=\"button\" class=\"{0}{1}\" data-state=\"{0}\" aria-pressed=\"false\" "
          "title=\"{2}\">{3}<b>{4}</b> "
          "{5}</button>\n",
          name_of(state), totals.in(state) == 0 ? " empty" : "", explanation_of(state), icon(state), totals.in(state),
          words_of(state));
    html_ += fmt::format(
        "<button type=\"button\" class=\"mixed{}\" data-state=\"mixed\" aria-pressed=\"false\" title=\"in different "
        "states in different deployments; the worst one counts\"><span class=\"dot\" aria-hidden=\"true\">varies</span>"
        "<b>{}</b> by deployment</button>\n</div>\n</header>\n",
        totals.mixed == 0 ? " empty" : "", totals.mixed);
  }

  void add_list() {
    html_ +=
        "<section id=\"list\" aria-labelledby=\"functions\" tabindex=\"0\">\n<div class=\"top\">"
        "<h2 id=\"functions\">Functions</h2><p id=\"count\" role=\"status\"></p>"
        "<button type=\"button\" id=\"show-all\" hidden>Show all</button></div>\n";
    add_unreadable();
    html_ +=
        "<table class=\"functions\" aria-labelledby=\"functions\"><thead><tr>"
        "<th scope=\"col\"><button type=\"button\" data-sort=\"name\">Function</button>"
        "<button type=\"button\" data-sort=\"template\">Template</button></th>"
        "<th scope=\"col\" aria-sort=\"ascending\"><button type=\"button\" class=\"sorted\" data-sort=\"state\">State "
        "and "
        "when</button></th>"
        "<th scope=\"col\">Findings</th></tr></thead>\n<tbody>\n";
    for (const Index function : functions_) add_row(function);
    html_ += fmt::format("</tbody></table>\n<p class=\"nothing\"{}>{}</p>\n", functions_.empty() ? "" : " hidden",
                         picture_.totals.templates == 0 ? "No template was read."
                         : functions_.empty()           ? "No functions in these templates."
                                                        : "No function is like that.");
    add_other_findings();
    html_ += "</section>\n";
  }

  void add_unreadable() {
    if (picture_.totals.unreadable == 0) return;
    html_ += "<ul class=\"unreadable\">";
    for (const Picture::Node& one : picture_.nodes)
      if (one.is_unreadable)
        html_ +=
            fmt::format("<li><b>{}</b> cannot be read: {}</li>", breakable(one.name), breakable(one.hidden.front()));
    html_ += "</ul>\n";
  }

  void add_row(Index index) {
    const Picture::Node& one = node(index);
    const Picture::Node& stack = node(*one.stack);
    html_ += fmt::format(
        "<tr data-node=\"{}\" class=\"{}{}\"><td><button type=\"button\">{}</button><p class=\"soft\">{}:{}</p>", index,
        name_of(one.worst), one.is_mixed ? " mixed" : "", breakable(one.name), breakable(stack.name), one.line);
    if (!stack.detail.empty()) html_ += fmt::format("<p class=\"soft\">{}</p>", breakable(stack.detail));
    if (!one.detail.empty()) html_ += fmt::format("<p class=\"soft\">{}</p>", breakable(one.detail));
    html_ += "</td><td><ul>";
    for (const Picture::State& state : one.states) add_state(state);
    html_ += "</ul></td><td><ul>";
    for (const Picture::Remark& remark : one.remarks) html_ += item_of(remark, "", one.name + ' ');
    for (const Index used : edges_[index]) add_pointer(used);
    html_ += "</ul></td></tr>\n";
  }

  void add_state(const Picture::State& state) {
    html_ += fmt::format("<li class=\"state {}\">{}<span><b>{}</b>", name_of(state.state), icon(state.state),
                         words_of(state.state));
    if (!state.when.empty()) html_ += " when " + breakable(state.when);
    if (!state.config.empty()) html_ += fmt::format("<br><span class=\"soft\">by {}</span>", breakable(state.config));
    if (!state.reason.empty()) html_ += fmt::format("<br><span class=\"soft\">{}</span>", breakable(state.reason));
    html_ += "</span></li>";
  }

  // What the message begins with is left out where it stands beside.
  static std::string item_of(const Picture::Remark& remark, const std::string& path, std::string_view known = "") {
    std::string_view message = remark.message;
    if (message.starts_with(known)) message.remove_prefix(known.size());
    return fmt::format(
        "<li><span class=\"severity {0}\">{0}</span> {1} <span class=\"soft\">{2}, {3}line {4}</span></li>",
        name_of(remark.severity), breakable(message), remark.rule, path, remark.line);
  }

  // What a config or layer has to hear is said below, once; here, that there is something.
  void add_pointer(Index used) {
    std::set<std::string_view> rules;
    for (const Picture::Remark& remark : node(used).remarks) rules.insert(remark.rule);
    for (const std::string_view rule : rules)
      html_ +=
          fmt::format("<li class=\"soft\">{} {}: {}</li>", name_of(node(used).kind), breakable(node(used).name), rule);
  }

  void add_other_findings() {
    std::vector<std::string> items;
    std::set<std::string> known;  // what stands in several stacks is said once
    for (const Picture::Node& one : picture_.nodes) {
      if (one.kind == Kind::function) continue;
      const std::string path = breakable(one.stack ? node(*one.stack).name : one.name) + ", ";
      for (const Picture::Remark& remark : one.remarks)
        if (std::string item = item_of(remark, path); known.insert(item).second) items.push_back(std::move(item));
    }
    if (items.empty()) return;
    html_ += fmt::format("<details open><summary>{} about configs, layers, permissions and templates</summary><ul>\n",
                         counted(items.size(), "finding"));
    for (const std::string& item : items) html_ += item;
    html_ += "\n</ul></details>\n";
  }

  const Picture& picture_;
  std::vector<std::vector<Index>> edges_;
  std::vector<Index> functions_;  // the worst first
  std::string html_;
};

}  // namespace

std::string html_of_picture(const Picture& picture) {
  return Page(picture).written();
}

}  // namespace codesign
