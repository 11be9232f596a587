#include "lint/suppressions.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <unordered_map>

#include <fmt/core.h>

#include "graph/intrinsic.h"
#include "lint/lint.h"
#include "template/spelling.h"

namespace codesign {
namespace {

constexpr std::string_view own_name = "cfn-codesign";
constexpr std::string_view form = "write \"cfn-codesign: allow RULE - REASON\"";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string no_such_rule(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Rule* rule : all_rules()) names.push_back(rule->id);
  const std::string_view meant = nearest(word, names);
  return fmt::format("there is no rule \"{}\"{}", word,
                     meant.empty() ? std::string() : fmt::format("; did you mean {}?", meant));
}

// " (in the TemplateBody of Inner) (in the TemplateBody of Outer)" of "Outer/Inner", as the linter says it.
std::string in_template_bodies(std::string_view stack_set) {
  std::string text;
  while (!stack_set.empty()) {
    const std::size_t slash = stack_set.rfind('/');
    const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
    text += fmt::format(" (in the TemplateBody of {})", stack_set.substr(name));
    stack_set = stack_set.substr(0, name == 0 ? 0 : slash);
  }
  return text;
}

// Of one document, which may stand in a string of another one.
class Reader {
 public:
  // Where bytes of the document stand in the file.
  using PlaceOf = std::function<Span(Span)>;

  Reader(const Graph& graph, std::string stack_set, PlaceOf place_of, const LineTable& lines_of_file,
         std::vector<Suppression>& into)
      : graph_(graph),
        document_(*graph.document),
        stack_set_(std::move(stack_set)),
        place_of_(std::move(place_of)),
        lines_of_file_(lines_of_file),
        into_(into) {}

  void run() {
    if (document_.root() == NodeId::none) return;
    if (document_.source.bytes.find(own_name) != std::string::npos) {
      if (document_.format == Format::yaml) read_comments();
      read_metadata(document_.root(), {.reach = Suppression::Reach::all, .address = stack_set_});
      std::set<NodeId> read;
      for (const Resource& resource : graph_.resources)
        if (read.insert(resource.body).second)  // copies of a loop's body have one
          read_metadata(resource.body, reach_of(resource));
    }
    for (const EmbeddedTemplate& embedded : graph_.embedded)
      Reader(
          *embedded.graph, address_of(embedded.stack_set->id),
          [&](Span part) { return place_of_(embedded.place(document_, part)); }, lines_of_file_, into_)
          .run();
  }

 private:
  Suppression reach_of(const Resource& resource) const {
    const Span key = document_[resource.key].span;
    return {.reach = Suppression::Reach::resource,
            .address = address_of(resource.id),
            .body = place_of_({key.begin, std::max(document_[resource.body].span.end, key.end)})};
  }

  std::string address_of(std::string_view id) const {
    return stack_set_.empty() ? std::string(id) : stack_set_ + "/" + std::string(id);
  }

  void add(Suppression suppression, Span where) {
    if (into_.size() > max_suppressions) return;
    if (into_.size() == max_suppressions) {
      suppression.rule = nullptr;
      suppression.fault =
          fmt::format("more than {} are too many; this one and those behind it are not heeded", max_suppressions);
    }
    suppression.stack_set = stack_set_;
    suppression.where = place_of_(where);
    into_.push_back(std::move(suppression));
  }

  void fail(Suppression suppression, Span where, std::string fault) {
    suppression.fault = std::move(fault);
    add(std::move(suppression), where);
  }

  // --- comments

  void read_comments() {
    const std::string_view bytes = document_.source.bytes;
    for (std::size_t at = bytes.find(own_name); at != std::string_view::npos; at = bytes.find(own_name, at + 1)) {
      std::size_t hash = at;
      while (hash > 0 && is_blank(bytes[hash - 1])) --hash;
      if (hash == 0 || bytes[hash - 1] != '#') continue;
      --hash;
      const bool begins = hash == 0 || is_blank(bytes[hash - 1]) || bytes[hash - 1] == '\n';
      if (begins && !is_in_scalar(static_cast<std::uint32_t>(hash))) read_comment(hash, at);
    }
  }

  bool is_in_scalar(std::uint32_t at) {
    if (scalars_.empty())
      for (const Node& node : document_.nodes)
        if (node.kind == Node::Kind::scalar) scalars_.push_back(node.span);
    const auto after = std::upper_bound(scalars_.begin(), scalars_.end(), at,
                                        [](std::uint32_t byte, Span span) { return byte < span.begin; });
    return after != scalars_.begin() && at < std::prev(after)->end;
  }

  void read_comment(std::size_t hash, std::size_t at) {
    const std::string_view bytes = document_.source.bytes;
    if (at >= line_end_) {
      line_begin_ = bytes.rfind('\n', at) + 1;  // 0 where there is none
      line_end_ = std::min(bytes.find('\n', at), bytes.size());
    }
    const std::string_view comment = trimmed(bytes.substr(at, std::min(line_end_ - at, max_comment_bytes)));
    const auto span_of = [&](std::string_view part) {
      const auto begin = static_cast<std::uint32_t>(part.data() - bytes.data());
      return Span{begin, begin + static_cast<std::uint32_t>(part.size())};
    };
    Suppression read{.reach = Suppression::Reach::line, .line = line_for(hash)};
    if (const Resource* resource = resource_on(read.line)) read = reach_of(*resource);
    const auto refuse = [&](std::string why) { fail(read, span_of(comment), std::move(why)); };

    std::string_view rest = trimmed(comment.substr(own_name.size()));
    const bool has_colon = rest.starts_with(':');
    if (has_colon) rest = trimmed(rest.substr(1));
    const std::string_view verb = rest.substr(0, rest.find_first_of(" \t"));
    if (!has_colon) {
      // Whoever only speaks of the program means nothing by it.
      constexpr std::string_view verbs[] = {"allow", "disable", "ignore", "nolint", "noqa", "skip", "suppress"};
      if (std::find(std::begin(verbs), std::end(verbs), verb) != std::end(verbs))
        refuse(fmt::format("this comment allows nothing; {}", form));
      return;
    }
    if (verb != "allow") return refuse(fmt::format("\"{}\" is not understood here; {}", verb, form));
    rest = trimmed(rest.substr(verb.size()));
    const auto [dash, length] = separator_in(rest);
    const std::string_view rules = trimmed(rest.substr(0, dash));
    const std::string_view reason = dash == std::string_view::npos ? "" : trimmed(rest.substr(dash + length));
    if (rules.empty()) return refuse(fmt::format("no rule is named; {}", form));
    if (reason.empty()) return refuse(fmt::format("no reason is given; {}", form));
    read.reason = reason;
    for (std::size_t from = 0; from <= rules.size();) {
      const std::size_t to = std::min(rules.find(',', from), rules.size());
      const std::string_view word = trimmed(rules.substr(from, to - from));
      from = to + 1;
      Suppression one = read;
      one.rule = find_rule(word);
      if (one.rule)
        add(std::move(one), span_of(word));
      else
        fail(std::move(one), word.empty() ? span_of(comment) : span_of(word), no_such_rule(word));
    }
  }

  // A dash between blanks: names of rules have dashes without.
  static std::pair<std::size_t, std::size_t> separator_in(std::string_view text) {
    std::pair<std::size_t, std::size_t> first{std::string_view::npos, 0};
    for (const std::string_view dash : {" - ", " -- ", " \xE2\x80\x93 ", " \xE2\x80\x94 "})
      if (const std::size_t at = text.find(dash); at < first.first) first = {at, dash.size()};
    return first;
  }

  // The one whose name is written there.
  const Resource* resource_on(std::size_t line) {
    if (resources_by_line_.empty())
      for (const Resource& resource : graph_.resources)
        resources_by_line_[line_in_file(document_[resource.key].span.begin)] = &resource;
    const auto found = resources_by_line_.find(line);
    return found == resources_by_line_.end() ? nullptr : found->second;
  }

  std::size_t line_in_file(std::size_t at) const {
    const auto byte = static_cast<std::uint32_t>(at);
    return lines_of_file_.position(place_of_({byte, byte}).begin).line;
  }

  // 1-based, in the file; 0 where nothing follows. Comments in a row are about the same line.
  std::size_t line_for(std::size_t hash) {
    const std::string_view bytes = document_.source.bytes;
    if (!trimmed(bytes.substr(line_begin_, hash - line_begin_)).empty()) return line_in_file(hash);
    if (hash < row_end_) return line_behind_row_;
    line_behind_row_ = 0;
    row_end_ = bytes.size();
    for (std::size_t next = bytes.find('\n', hash); next != std::string_view::npos; next = bytes.find('\n', next)) {
      ++next;
      std::size_t content = next;
      while (content < bytes.size() && is_blank(bytes[content])) ++content;
      if (content == bytes.size() || bytes[content] == '\n' || bytes[content] == '#') continue;
      row_end_ = content;
      line_behind_row_ = line_in_file(content);
      break;
    }
    return line_behind_row_;
  }

  // --- Metadata

  void read_metadata(NodeId holder, const Suppression& reach) {
    const NodeId own = value_of(document_, value_of(document_, holder, "Metadata"), own_name);
    if (own == NodeId::none) return;
    const auto refuse = [&](NodeId node, std::string why) { fail(reach, document_[node].span, std::move(why)); };
    constexpr std::string_view list_form = "write allow: [{rule: RULE, reason: REASON}]";
    if (!is_plain_mapping(document_, own)) return refuse(own, fmt::format("this allows nothing; {}", list_form));
    for (const Entry& entry : entries(document_, own)) {
      const auto key = plain_text(document_, entry.key).value_or("");
      if (key != "allow")
        refuse(entry.key, fmt::format("\"{}\" is not understood here; {}", key, list_form));
      else if (!is_plain_list(document_, entry.value))
        refuse(entry.value, fmt::format("a list is expected; {}", list_form));
      else
        for (const NodeId item : children(document_, entry.value)) read_item(item, reach);
    }
  }

  void read_item(NodeId item, Suppression one) {
    constexpr std::string_view item_form = "write {rule: RULE, reason: REASON}";
    const Span where = document_[item].span;
    if (!is_plain_mapping(document_, item))
      return fail(std::move(one), where, fmt::format("this allows nothing; {}", item_form));
    for (const Entry& entry : entries(document_, item)) {
      const auto key = plain_text(document_, entry.key).value_or("");
      if (key != "rule" && key != "reason")
        return fail(std::move(one), document_[entry.key].span,
                    fmt::format("\"{}\" is not understood here; {}", key, item_form));
    }
    const NodeId rule = value_of(document_, item, "rule");
    const auto word = plain_text(document_, rule).value_or("");
    one.reason = trimmed(plain_text(document_, value_of(document_, item, "reason")).value_or(""));
    if (word.empty()) return fail(std::move(one), where, fmt::format("no rule is named; {}", item_form));
    if (one.reason.empty()) return fail(std::move(one), where, fmt::format("no reason is given; {}", item_form));
    one.rule = find_rule(word);
    if (!one.rule) return fail(std::move(one), document_[rule].span, no_such_rule(word));
    add(std::move(one), document_[rule].span);
  }

  const Graph& graph_;
  const Document& document_;
  const std::string stack_set_;
  const PlaceOf place_of_;
  const LineTable& lines_of_file_;
  std::vector<Suppression>& into_;
  std::vector<Span> scalars_;
  std::unordered_map<std::size_t, const Resource*> resources_by_line_;
  // Of the comment that is read.
  std::size_t line_begin_ = 0, line_end_ = 0;
  std::size_t row_end_ = 0, line_behind_row_ = 0;
};

}  // namespace

bool Suppression::allows(const Finding& finding, std::size_t line_of_finding) const {
  if (finding.rule != rule || !fault.empty()) return false;
  switch (reach) {
    case Reach::line: return line_of_finding == line;
    case Reach::resource:
      return finding.address() == address && finding.where.begin >= body.begin && finding.where.end <= body.end;
    case Reach::all: break;
  }
  return address.empty() || finding.stack_set == address || finding.stack_set.starts_with(address + "/");
}

std::vector<Suppression> suppressions_of(const Graph& graph) {
  std::vector<Suppression> found;
  const LineTable lines(graph.document->source.bytes);
  Reader(
      graph, "", [](Span part) { return part; }, lines, found)
      .run();
  std::stable_sort(found.begin(), found.end(), [](const Suppression& a, const Suppression& b) {
    return std::tuple(a.where.begin, a.where.end) < std::tuple(b.where.begin, b.where.end);
  });
  return found;
}

Judged heed_suppressions(const Graph& graph, std::vector<Finding> findings, const LintWishes& wishes) {
  if (!wishes.heeds_suppressions || !graph.is_template) return {std::move(findings), {}};
  std::vector<Suppression> suppressions = suppressions_of(graph);
  if (suppressions.empty()) return {std::move(findings), {}};
  const LineTable lines(graph.document->source.bytes);
  std::vector<bool> is_used(suppressions.size());
  for (Suppression& one : suppressions)
    if (one.rule && wishes.unsuppressible.contains(one.rule->id))
      one.fault = fmt::format("{} must not be allowed in a template, says the configuration", one.rule->id);
  Judged judged;
  for (Finding& finding : findings) {
    const std::size_t line = lines.position(finding.where.begin).line;
    const Suppression* by = nullptr;
    for (std::size_t i = 0; i < suppressions.size(); ++i) {
      if (!suppressions[i].allows(finding, line)) continue;
      is_used[i] = true;
      if (!by) by = &suppressions[i];
    }
    if (by)
      judged.allowed.push_back({std::move(finding), by->reason, by->where});
    else
      judged.findings.push_back(std::move(finding));
  }
  for (std::size_t i = 0; i < suppressions.size(); ++i) {
    Suppression& one = suppressions[i];
    one.is_unused =
        one.fault.empty() && !is_used[i] && wishes.sees_all_findings && wishes.of(*one.rule) != Severity::off;
    for (const Rule* rule : all_rules()) {
      const auto* const check = std::get_if<CheckOf<Suppression>>(&rule->check);
      if (!check || wishes.of(*rule) == Severity::off) continue;
      if (const auto fault = (*check)(one, graph))
        judged.findings.push_back({.rule = rule,
                                   .severity = wishes.of(*rule),
                                   .where = one.where,
                                   .message = fault->message + in_template_bodies(one.stack_set),
                                   .stack_set = one.stack_set});
    }
  }
  sort_by_place(judged.findings);
  return judged;
}

}  // namespace codesign
