// The only file that knows how YAML and JSON are written. Everything is an insertion against the original bytes, or a
// new spelling for one scalar; nothing that stands in the file is written again.
#include <algorithm>
#include <map>

#include "transform/edit.h"

namespace codesign {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// How the file writes what is about to be added. Found once a file, from what stands in it.
struct FileStyle {
  std::string_view line_break = "\n";
  std::string indent_unit = "  ";      // between nested block levels
  bool long_intrinsics = false;        // "Ref: X" where the file never writes "!Ref X"
  bool indented_sequences = true;      // dashes deeper than the key above them
  bool references_on_one_line = true;  // JSON: {"Ref": "X"}
  bool padded_braces = false;          // { "Ref": "X" }
  std::string colon = ": ";            // JSON and flow: between key and value
};

// How one place writes keys and values.
struct PlaceStyle {
  char key_quote = 0;
  char value_quote = 0;
  std::string unit;            // of indentation, below this place
  bool padded_braces = false;  // { a: b }
};

class Layout {
 public:
  Layout(const Plan& plan, const Document& document) : plan_(plan), document_(document), bytes_(document.source.bytes) {
    find_style();
  }

  std::vector<Edit> run() {
    for (const Insertion& insertion : plan_.insertions) insert(insertion);
    for (const Replacement& replacement : plan_.replacements) replace(replacement);
    std::stable_sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) {
      return std::pair(a.edit.where.begin, -a.depth) < std::pair(b.edit.where.begin, -b.depth);
    });
    std::vector<Edit> edits;
    for (Placed& placed : placed_) edits.push_back(std::move(placed.edit));
    return edits;
  }

 private:
  // Where a deep mapping and one around it end at the same byte, the deep one's entry comes first.
  struct Placed {
    Edit edit;
    std::int64_t depth;
  };

  const Node& node(NodeId id) const { return document_[id]; }
  char at(std::size_t offset) const { return offset < bytes_.size() ? bytes_[offset] : '\0'; }
  bool is_json() const { return document_.format == Format::json; }

  void add(std::uint32_t at, std::string text, NodeId mapping) {
    placed_.push_back({{{at, at}, std::move(text)}, static_cast<std::int64_t>(depth(document_, mapping))});
  }

  // --- the file's style

  void find_style() {
    style_.line_break = line_break_of(bytes_);
    bool short_tags = false, long_references = false, found_unit = false, found_sequence = false,
         found_reference = false, found_colon = false, found_braces = false;
    for (const Node& n : document_.nodes) {
      short_tags |= n.tag.starts_with("!") && !n.tag.starts_with("!!");
      if (n.kind == Node::Kind::mapping && n.first_child != NodeId::none) {
        const Node& key = node(n.first_child);
        const Node& value = node(key.next);
        const bool single = value.next == NodeId::none;
        long_references |= single && key.text == "Ref";
        if (n.style == Node::Style::block && !found_unit && value.kind == Node::Kind::mapping &&
            value.style == Node::Style::block && value.tag.empty()) {
          const std::size_t outer = column(key.span.begin), inner = column(value.content);
          if (inner > outer) {
            style_.indent_unit = std::string(inner - outer, ' ');
            found_unit = true;
          }
        }
        if (n.style == Node::Style::block && !found_sequence) {
          for (const Entry& entry : entries(document_, id_of(n))) {
            const Node& list = node(entry.value);
            if (list.kind != Node::Kind::sequence || list.style != Node::Style::block || !list.tag.empty()) continue;
            style_.indented_sequences = column(list.content) > column(node(entry.key).span.begin);
            found_sequence = true;
            break;
          }
        }
        if (n.style == Node::Style::flow) {
          if (!found_braces && at(n.content) == '{') {
            style_.padded_braces = is_blank(at(n.content + 1));
            found_braces = at(n.content + 1) != '\n' && at(n.content + 1) != '\r';
          }
          if (!found_colon) {
            const std::string_view between = bytes_.substr(key.span.end, value.span.begin - key.span.end);
            if (!between.empty() && between.find_first_not_of(" :") == std::string_view::npos) {
              style_.colon = std::string(between);
              found_colon = true;
            }
          }
          if (single && key.text == "Ref" && !found_reference) {
            const std::string_view text = document_.source[n.span];
            style_.references_on_one_line = text.find('\n') == std::string_view::npos;

            found_reference = true;
          }
        }
      }
    }
    style_.long_intrinsics = long_references && !short_tags;
    if (!is_json()) return;
    // The unit of JSON: the indentation of the root's first key.
    const NodeId first = node(document_.root()).first_child;
    if (first == NodeId::none) return;
    const std::string_view margin = indentation(node(first).span.begin);
    if (is_first_on_its_line(node(first).span.begin) && !margin.empty()) style_.indent_unit = std::string(margin);

    if (!found_reference && !is_first_on_its_line(node(first).span.begin)) style_.references_on_one_line = true;
  }

  NodeId id_of(const Node& n) const { return static_cast<NodeId>(&n - document_.nodes.data()); }

  // --- places in the text

  std::uint32_t line_begin(std::uint32_t at) const {
    while (at > 0 && bytes_[at - 1] != '\n') --at;
    return at == 0 && bytes_.starts_with(byte_order_mark) ? static_cast<std::uint32_t>(byte_order_mark.size()) : at;
  }

  // Before the line break, or the end of the file.
  std::uint32_t line_end(std::uint32_t at) const {
    const std::size_t found = bytes_.find('\n', at);
    if (found == std::string_view::npos) return static_cast<std::uint32_t>(bytes_.size());
    return static_cast<std::uint32_t>(found > at && bytes_[found - 1] == '\r' ? found - 1 : found);
  }

  std::size_t column(std::uint32_t at) const { return at - line_begin(at); }

  std::string_view indentation(std::uint32_t at) const {
    const std::uint32_t begin = line_begin(at);
    std::uint32_t end = begin;
    while (end < at && is_blank(bytes_[end])) ++end;
    return bytes_.substr(begin, end - begin);
  }

  bool is_first_on_its_line(std::uint32_t at) const { return indentation(at).size() == column(at); }

  // The place behind an entry: its value's end, or behind "key:" where no value is written.
  std::uint32_t entry_end(const Entry& entry) const {
    return std::max(node(entry.key).span.end, node(entry.value).span.end);
  }

  const Node& last_leaf(NodeId id) const {
    const Node* n = &node(id);
    while (n->first_child != NodeId::none) {
      NodeId child = n->first_child;
      while (node(child).next != NodeId::none) child = node(child).next;
      n = &node(child);
    }
    return *n;
  }

  // "|" text that runs to the end of a file without a last line break would gain one if a line followed.
  bool would_change_if_a_line_followed(NodeId value) const {
    const Node& leaf = last_leaf(value);
    const bool block = leaf.style == Node::Style::literal || leaf.style == Node::Style::folded;
    return leaf.kind == Node::Kind::scalar && block && line_end(leaf.span.end) == bytes_.size();
  }

  // --- insertions

  void insert(const Insertion& insertion) {
    const Node& target = node(insertion.mapping);
    if (target.kind == Node::Kind::null) return fill(insertion);
    const auto all = entries(document_, insertion.mapping);
    if (target.style == Node::Style::block) return insert_block(insertion, all);
    insert_flow(insertion, all);
  }

  // "Properties:" with nothing behind it, in block style: the first entry goes on the next line.
  void fill(const Insertion& insertion) {
    const NodeId key = key_of(insertion.mapping);
    const PlaceStyle place = place_style(node(insertion.mapping).parent);
    const std::string margin = std::string(column(node(key).span.begin), ' ') + place.unit;
    add(line_end(node(key).span.end),
        std::string(style_.line_break) + block_entry(insertion.key, insertion.value, margin, place), insertion.mapping);
  }

  NodeId key_of(NodeId value) const {
    for (const Entry& entry : entries(document_, node(value).parent))
      if (entry.value == value) return entry.key;
    return NodeId::none;
  }

  void insert_block(const Insertion& insertion, const std::vector<Entry>& all) {
    const std::uint32_t first_key = node(insertion.mapping).content;
    const std::string margin(column(first_key), ' ');
    const PlaceStyle place = place_style(insertion.mapping);
    const std::string text = block_entry(insertion.key, insertion.value, margin, place);
    const std::string line_break(style_.line_break);
    const auto position =
        insertion.after == NodeId::none
            ? all.end() - 1
            : std::find_if(all.begin(), all.end(), [&](const Entry& e) { return e.key == insertion.after; });
    const bool is_last = position + 1 == all.end();
    const bool set_apart = insertion.is_block_of_its_own &&
                           (insertion.at_start || is_last
                                ? are_set_apart(all)
                                : blank_line_between(entry_end(*position), node((position + 1)->key).span.begin));
    const std::string gap = set_apart ? line_break : "";
    if (!insertion.at_start && !would_change_if_a_line_followed(position->value)) {
      const std::uint32_t end = behind_comments_of(*position, margin.size(), is_last);
      const bool comment_follows = is_comment_line(next_line(end));
      add(end, gap + line_break + text + (comment_follows ? gap : ""), insertion.mapping);
      return;
    }
    // At the start: below the line of the key that holds this mapping, and so above the comments of its first entry.
    const NodeId parent = node(insertion.mapping).parent;
    const bool below_a_key = parent != NodeId::none && node(parent).kind == Node::Kind::mapping &&
                             is_first_on_its_line(first_key) && node(insertion.mapping).tag.empty() &&
                             !node(insertion.mapping).anchored;
    if (below_a_key)
      add(line_end(node(key_of(insertion.mapping)).span.end), line_break + text + gap, insertion.mapping);
    else
      add(above_comments(first_key),
          (is_first_on_its_line(first_key) ? margin : "") + text + gap + line_break +
              (is_first_on_its_line(first_key) ? "" : margin),
          insertion.mapping);
  }

  // The start of the line of `at`, or of the comment lines directly above it; `at` itself where text stands before it.
  std::uint32_t above_comments(std::uint32_t at) const {
    if (!is_first_on_its_line(at)) return at;
    std::uint32_t begin = line_begin(at);
    while (begin > 0 && bytes_[begin - 1] == '\n') {
      const std::uint32_t above = line_begin(begin - 1);
      std::uint32_t text = above;
      while (is_blank(bytes_[text])) ++text;
      if (bytes_[text] != '#') break;
      begin = above;
    }
    return begin;
  }

  // The start of the line behind the one that `at` stands in; the end of the file where there is none.
  std::uint32_t next_line(std::uint32_t at) const {
    const std::size_t found = bytes_.find('\n', at);
    return static_cast<std::uint32_t>(found == std::string_view::npos ? bytes_.size() : found + 1);
  }

  std::uint32_t skip_spaces(std::uint32_t at) const {
    while (at < bytes_.size() && is_blank(bytes_[at])) ++at;
    return at;
  }

  bool is_comment_line(std::uint32_t line) const { return at(skip_spaces(line)) == '#'; }

  bool is_blank_line(std::uint32_t line) const {
    const char first = at(skip_spaces(line));
    return first == '\n' || first == '\r';
  }

  // The end of the last line that belongs to an entry: comments below it that are indented deeper than its key, and,
  // below the last entry, those at the key's column without a blank line between; nothing that follows can own them.
  std::uint32_t behind_comments_of(const Entry& entry, std::size_t key_column, bool is_last) const {
    std::uint32_t end = line_end(entry_end(entry));
    bool blank_seen = false;
    for (std::uint32_t line = next_line(end); line < bytes_.size(); line = next_line(line)) {
      if (is_blank_line(line)) {
        blank_seen = true;
        continue;
      }
      if (!is_comment_line(line)) break;
      const std::size_t comment_column = skip_spaces(line) - line;
      const bool owned_at_column = comment_column == key_column && is_last && !blank_seen && key_column > 0;
      if (comment_column <= key_column && !owned_at_column) break;
      end = line_end(line);
    }
    return end;
  }

  bool blank_line_between(std::uint32_t begin, std::uint32_t end) const {
    for (std::uint32_t line = next_line(begin); line < end; line = next_line(line))
      if (is_blank_line(line)) return true;
    return false;
  }

  // True where a blank line stands before most entries; of a single entry, before most sections of the template.
  bool are_set_apart(const std::vector<Entry>& all) const {
    if (all.size() < 2) {
      const auto sections = entries(document_, document_.root());
      return sections.size() > 1 && are_set_apart(sections);
    }
    std::size_t apart = 0;
    for (std::size_t i = 1; i < all.size(); ++i)
      apart += blank_line_between(entry_end(all[i - 1]), node(all[i].key).span.begin);
    return apart > 0 && apart * 2 >= all.size() - 1;
  }

  void insert_flow(const Insertion& insertion, const std::vector<Entry>& all) {
    const Node& mapping = node(insertion.mapping);
    const PlaceStyle place = flow_place_style(insertion.mapping);
    if (all.empty()) return insert_into_empty_flow(insertion, place);
    const std::uint32_t first_key = node(all.front().key).span.begin;
    const bool lines = is_first_on_its_line(first_key) && line_begin(first_key) > mapping.content;
    const std::string margin(indentation(first_key));
    const std::string entry = flow_entry(insertion.key, insertion.value, lines ? margin : "", place, lines);
    const std::string line_break(style_.line_break);
    if (insertion.at_start) {
      add(first_key, entry + "," + (lines ? line_break + margin : space_after_comma(all)), insertion.mapping);
      return;
    }
    const bool last = insertion.after == NodeId::none || insertion.after == all.back().key;
    const Entry& before =
        last ? all.back()
             : *std::find_if(all.begin(), all.end(), [&](const Entry& e) { return e.key == insertion.after; });
    const std::uint32_t end = entry_end(before);
    // "a:" with nothing behind it would swallow the comma: "a:,".
    const std::string comma = node(before.value).span.empty() ? " ," : ",";
    if (!lines) {
      const bool trailing_comma = last && next_is_comma(end);
      if (trailing_comma)
        add(behind_comma(end), space_after_comma(all) + entry, insertion.mapping);
      else
        add(end, comma + space_after_comma(all) + entry, insertion.mapping);
      return;
    }
    // On lines of their own: the comma directly behind the value before, the new line behind that line's comment.
    const std::string new_line = line_break + margin + entry;
    if (next_is_comma(end) && !last) {
      const std::uint32_t comma_end = behind_comma(end);
      const std::uint32_t next_key = node(node(before.value).next).span.begin;
      if (line_begin(next_key) > comma_end)
        add(line_end(comma_end), new_line + ",", insertion.mapping);
      else
        add(end, comma + new_line, insertion.mapping);
    } else if (next_is_comma(end)) {
      add(line_end(behind_comma(end)), new_line, insertion.mapping);
    } else {
      const std::uint32_t stop = line_end(end);
      const bool bracket_on_this_line = mapping.span.end <= stop;
      if (bracket_on_this_line) {
        add(end, comma + new_line, insertion.mapping);
      } else if (stop == end) {
        add(end, comma + new_line, insertion.mapping);
      } else {
        add(end, comma, insertion.mapping);
        add(stop, new_line, insertion.mapping);
      }
    }
  }

  void insert_into_empty_flow(const Insertion& insertion, const PlaceStyle& place) {
    const Node& mapping = node(insertion.mapping);
    const bool lines = is_json() && node(document_.root()).first_child != NodeId::none &&
                       is_first_on_its_line(node(node(document_.root()).first_child).span.begin);
    if (!lines) {
      add(mapping.content + 1, flow_entry(insertion.key, insertion.value, "", place, false), insertion.mapping);
      return;
    }
    const std::string margin(indentation(mapping.content));
    add(mapping.content + 1,
        std::string(style_.line_break) + margin + style_.indent_unit +
            flow_entry(insertion.key, insertion.value, margin + style_.indent_unit, place, true) +
            std::string(style_.line_break) + margin,
        insertion.mapping);
  }

  std::uint32_t skip_blanks(std::uint32_t at) const {
    while (at < bytes_.size() && (is_blank(bytes_[at]) || bytes_[at] == '\r' || bytes_[at] == '\n')) ++at;
    return at;
  }
  bool next_is_comma(std::uint32_t at) const {
    at = skip_blanks(at);
    return at < bytes_.size() && bytes_[at] == ',';
  }
  std::uint32_t behind_comma(std::uint32_t at) const { return skip_blanks(at) + 1; }

  std::string space_after_comma(const std::vector<Entry>& all) const {
    if (all.size() < 2) return style_.colon.ends_with(' ') ? " " : "";
    const std::uint32_t next = node(all[1].key).span.begin;
    return next > 0 && is_blank(bytes_[next - 1]) ? " " : "";
  }

  // --- writing

  static char quote_of(const Node& n) {
    return n.style == Node::Style::double_quoted ? '"' : n.style == Node::Style::single_quoted ? '\'' : 0;
  }

  // Keys as the first key here; values as the neighbours that are texts, all quoted or not.
  PlaceStyle place_style(NodeId mapping) const {
    PlaceStyle style;
    const auto all = entries(document_, mapping);
    if (!all.empty()) style.key_quote = quote_of(node(all.front().key));
    style.value_quote = usual_value_quote();
    style.unit = style_.indent_unit;
    for (const Entry& entry : all) {
      const Node& value = node(entry.value);
      if (value.kind != Node::Kind::mapping || value.style != Node::Style::block ||
          !is_first_on_its_line(value.content))
        continue;
      if (const std::size_t outer = column(node(entry.key).span.begin), inner = column(value.content); inner > outer)
        style.unit = std::string(inner - outer, ' ');
    }
    const std::uint32_t inside = node(mapping).content + 1;
    const bool braces_on_one_line = at(inside - 1) == '{' && !all.empty() && at(inside) != '\n' && at(inside) != '\r';
    style.padded_braces = braces_on_one_line ? is_blank(at(inside)) : style_.padded_braces;
    return style;
  }

  // The quote around the types of resources: a file that writes Type: "AWS::…" quotes plain words.
  char usual_value_quote() const {
    std::map<char, int> votes;
    for (const Entry& section : entries(document_, document_.root())) {
      if (scalar_text(document_, section.key) != "Resources") continue;
      for (const Entry& resource : entries(document_, section.value)) {
        const NodeId type = value_of(document_, resource.value, "Type");
        if (type != NodeId::none) ++votes[quote_of(node(type))];
      }
    }
    const auto most =
        std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == votes.end() ? char{0} : most->first;
  }

  PlaceStyle flow_place_style(NodeId mapping) const {
    PlaceStyle style = place_style(mapping);
    style.unit = style_.indent_unit;
    if (is_json()) style.key_quote = style.value_quote = '"';
    return style;
  }

  static bool is_safe_plain(std::string_view text, bool in_flow) {
    if (text.empty() || text.find_first_of("\n\t") != std::string_view::npos) return false;
    if (std::string_view("-?:,[]{}#&*!|>'\"%@` ").find(text.front()) != std::string_view::npos || text.back() == ' ' ||
        text.back() == ':')
      return false;
    if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
    if (in_flow && text.find_first_of(",[]{}") != std::string_view::npos) return false;
    return text.front() < '0' || text.front() > '9';
  }

  static std::string quoted(std::string_view text, char quote) {
    std::string result(1, quote);
    for (const char c : text) {
      if (quote == '\'' && c == '\'') result += '\'';
      if (quote == '"' && (c == '"' || c == '\\')) result += '\\';
      result += c;
    }
    return result + quote;
  }

  std::string key_text(std::string_view key, const PlaceStyle& place) const {
    return place.key_quote ? quoted(key, place.key_quote) : std::string(key);
  }

  std::string value_text(std::string_view text, const PlaceStyle& place, bool in_flow) const {
    if (place.value_quote) return quoted(text, place.value_quote);
    return is_safe_plain(text, in_flow) ? std::string(text) : quoted(text, '"');
  }

  // "Key: value", the first line without its margin's blanks being the caller's… every line carries `margin`.
  std::string block_entry(std::string_view key, const Content& value, const std::string& margin,
                          const PlaceStyle& place) const {
    return margin + block_pair(key, value, margin, place);
  }

  std::string block_pair(std::string_view key, const Content& value, const std::string& margin,
                         const PlaceStyle& place) const {
    const std::string line_break(style_.line_break);
    std::string text = key_text(key, place) + ":";
    const std::string deeper = margin + place.unit;
    switch (value.kind) {
      case Content::Kind::text: return text + " " + value_text(value.text, place, false);
      case Content::Kind::reference:
        if (!style_.long_intrinsics) return text + " !Ref " + value.text;
        return text + line_break + deeper + key_text("Ref", place) + ": " + value_text(value.text, place, false);
      case Content::Kind::mapping:
        for (const auto& [inner_key, inner] : value.members)
          text += line_break + deeper + block_pair(inner_key, inner, deeper, place);
        return text;
      case Content::Kind::sequence:
        for (const Content& item : value.items)
          text +=
              line_break + (style_.indented_sequences ? deeper : margin) + "- " + value_text(item.text, place, false);
        return text;
    }
    return text;
  }

  std::string flow_entry(std::string_view key, const Content& value, const std::string& margin, const PlaceStyle& place,
                         bool lines) const {
    return key_text(key, place) + style_.colon + flow_value(value, margin, place, lines);
  }

  std::string flow_value(const Content& value, const std::string& margin, const PlaceStyle& place, bool lines) const {
    switch (value.kind) {
      case Content::Kind::text: return value_text(value.text, place, true);
      case Content::Kind::reference:
        if (!is_json() && !style_.long_intrinsics) return "!Ref " + value.text;
        return flow_collection('{', '}', {key_text("Ref", place) + style_.colon + value_text(value.text, place, true)},
                               margin, place, lines && !style_.references_on_one_line);
      case Content::Kind::mapping: {
        std::vector<std::string> parts;
        for (const auto& [key, inner] : value.members)
          parts.push_back(flow_entry(key, inner, margin + style_.indent_unit, place, lines));
        return flow_collection('{', '}', parts, margin, place, lines);
      }
      case Content::Kind::sequence: {
        std::vector<std::string> parts;
        for (const Content& item : value.items) parts.push_back(value_text(item.text, place, true));
        return flow_collection('[', ']', parts, margin, place, lines);
      }
    }
    return {};
  }

  std::string flow_collection(char open, char close, const std::vector<std::string>& parts, const std::string& margin,
                              const PlaceStyle& place, bool lines) const {
    const std::string line_break(style_.line_break);
    const std::string pad =
        lines ? line_break + margin : (open == '{' && place.padded_braces && style_.colon.ends_with(' ') ? " " : "");
    std::string text(1, open);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) text += lines || !style_.colon.ends_with(' ') ? "," : ", ";
      text += lines ? line_break + margin + style_.indent_unit : i == 0 ? pad : "";
      text += parts[i];
    }
    return text + pad + close;
  }

  void replace(const Replacement& replacement) {
    const Node& scalar = node(replacement.scalar);
    const char quote = quote_of(scalar);
    const bool block = scalar.style == Node::Style::literal || scalar.style == Node::Style::folded;
    const std::string text = quote ? quoted(replacement.text, quote) : replacement.text;
    if (!block) {
      placed_.push_back({{{scalar.content, scalar.span.end}, text}, 0});
      return;
    }
    // Within "|" the words themselves are replaced, so that the header and the margin stay.
    const std::size_t words =
        bytes_.find(scalar.text.substr(0, scalar.text.find_last_not_of('\n') + 1), scalar.content);
    placed_.push_back({{{static_cast<std::uint32_t>(words), scalar.span.end}, text}, 0});
  }

  const Plan& plan_;
  const Document& document_;
  std::string_view bytes_;
  FileStyle style_;
  std::vector<Placed> placed_;
};

}  // namespace

std::vector<Edit> lay_out(const Plan& plan, const Document& document) {
  return plan.empty() ? std::vector<Edit>() : Layout(plan, document).run();
}

std::string patch(const SourceText& source, const std::vector<Edit>& edits) {
  std::string text;
  std::uint32_t at = 0;
  for (const Edit& edit : edits) {
    text.append(source.bytes, at, edit.where.begin - at);
    text += edit.text;
    at = edit.where.end;
  }
  return text.append(source.bytes, at);
}

}  // namespace codesign
