// Where the changes of a plan go, byte by byte. Everything is an edit of the original bytes: nothing that stands in the
// file is written again.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "transform/edit.h"
#include "transform/file_style.h"
#include "transform/text_lines.h"
#include "transform/writing.h"

namespace codesign {
namespace {

class Layout {
 public:
  Layout(const Plan& plan, const Document& document)
      : plan_(plan),
        document_(document),
        bytes_(document.source.bytes),
        lines_(document.source.bytes),
        style_(file_style(document)),
        writer_(style_) {}

  std::vector<Edit> run() {
    insert_all();
    for (const Addition& addition : plan_.additions) add_item(addition);
    for (const Replacement& replacement : plan_.replacements) replace(replacement);
    for (const Substitution& substitution : plan_.substitutions) substitute(substitution);
    remove_all();
    keep_out_of_removed_lines();
    std::stable_sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) {
      return std::tuple(a.edit.where.begin, !a.edit.where.empty(), -a.depth) <
             std::tuple(b.edit.where.begin, !b.edit.where.empty(), -b.depth);
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

  void add(std::uint32_t at, std::string text, NodeId collection) {
    placed_.push_back({{{at, at}, std::move(text)}, static_cast<std::int64_t>(depth(document_, collection))});
  }
  void change(std::uint32_t begin, std::uint32_t end, std::string text) {
    placed_.push_back({{{begin, end}, std::move(text)}, 0});
  }

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
    return leaf.kind == Node::Kind::scalar && block && lines_.line_end(leaf.span.end) == bytes_.size();
  }

  // --- insertions

  void insert_all() {
    for (std::size_t index = 0; index < plan_.insertions.size(); ++index) {
      const Insertion& insertion = plan_.insertions[index];
      const Node& target = node(insertion.mapping);
      if (target.kind == Node::Kind::null) {
        fill(insertion);
      } else if (target.style == Node::Style::block) {
        insert_block(insertion, entries(document_, insertion.mapping));
      } else {
        // Those at one place share their commas: the first brings the others.
        std::vector<const Insertion*> together;
        for (const Insertion& other : plan_.insertions)
          if (other.mapping == insertion.mapping && other.after == insertion.after &&
              other.at_start == insertion.at_start)
            together.push_back(&other);
        if (together.front() == &insertion) insert_flow(together, entries(document_, insertion.mapping));
      }
    }
  }

  // "Properties:" with nothing behind it but comments, in block style: the first entry goes on the next line.
  void fill(const Insertion& insertion) {
    const NodeId key = key_of(insertion.mapping);
    const PlaceStyle place = block_place_style(document_, style_, node(insertion.mapping).parent);
    const std::size_t column = lines_.column(node(key).span.begin);
    const std::string margin = std::string(column, ' ') + place.unit;
    add(behind_comments_of(node(key).span.end, column, false),
        std::string(style_.line_break) + margin + writer_.block_pair(insertion.key, insertion.value, margin, place),
        insertion.mapping);
  }

  NodeId key_of(NodeId value) const {
    for (const Entry& entry : entries(document_, node(value).parent))
      if (entry.value == value) return entry.key;
    return NodeId::none;
  }

  void insert_block(const Insertion& insertion, const std::vector<Entry>& all) {
    const std::uint32_t first_key = node(insertion.mapping).content;
    const std::string margin(lines_.column(first_key), ' ');
    const PlaceStyle place = block_place_style(document_, style_, insertion.mapping);
    const std::string text = margin + writer_.block_pair(insertion.key, insertion.value, margin, place);
    const std::string line_break(style_.line_break);
    const auto position =
        insertion.after == NodeId::none
            ? all.end() - 1
            : std::find_if(all.begin(), all.end(), [&](const Entry& e) { return e.key == insertion.after; });
    const bool is_last = position + 1 == all.end();
    const bool set_apart =
        insertion.is_block_of_its_own &&
        (insertion.at_start || is_last
             ? are_set_apart(all) && !are_single_lines(all, text)
             : lines_.blank_line_between(entry_end(*position), node((position + 1)->key).span.begin));
    const std::string gap = set_apart ? line_break : "";
    if (!insertion.at_start && !would_change_if_a_line_followed(position->value)) {
      const std::uint32_t end = behind_comments_of(entry_end(*position), margin.size(), is_last);
      const bool comment_follows = lines_.is_comment_line(lines_.next_line(end));
      add(end, gap + line_break + text + (comment_follows ? gap : ""), insertion.mapping);
      return;
    }
    // At the start: below the line of the key that holds this mapping, and so above the comments of its first entry.
    const NodeId parent = node(insertion.mapping).parent;
    const bool below_a_key = parent != NodeId::none && node(parent).kind == Node::Kind::mapping &&
                             lines_.is_first_on_its_line(first_key) && node(insertion.mapping).tag.empty() &&
                             !node(insertion.mapping).anchored;
    if (below_a_key)
      add(lines_.line_end(node(key_of(insertion.mapping)).span.end), line_break + text + gap, insertion.mapping);
    else
      add(lines_.above_comments(first_key),
          (lines_.is_first_on_its_line(first_key) ? margin : "") + text.substr(margin.size()) + gap + line_break +
              (lines_.is_first_on_its_line(first_key) ? "" : margin),
          insertion.mapping);
  }

  // The end of the last line that belongs to a member that ends at `end`: comments below it that are indented deeper
  // than its column, and, below the last member, those at its column without a blank line between; nothing that follows
  // can own them.
  std::uint32_t behind_comments_of(std::uint32_t end, std::size_t member_column, bool is_last) const {
    end = lines_.line_end(end);
    bool blank_seen = false;
    for (std::uint32_t line = lines_.next_line(end); line < bytes_.size(); line = lines_.next_line(line)) {
      if (lines_.is_blank_line(line)) {
        blank_seen = true;
        continue;
      }
      if (!lines_.is_comment_line(line)) break;
      const std::size_t comment_column = lines_.skip_spaces(line) - line;
      const bool owned_at_column = comment_column == member_column && is_last && !blank_seen && member_column > 0;
      if (comment_column <= member_column && !owned_at_column) break;
      end = lines_.line_end(line);
    }
    return end;
  }

  // One condition, and another below it.
  bool are_single_lines(const std::vector<Entry>& all, std::string_view text) const {
    const std::string_view one = document_.source[{node(all.front().key).span.begin, entry_end(all.front())}];
    return all.size() == 1 && one.find('\n') == std::string_view::npos && text.find('\n') == std::string_view::npos;
  }

  // True where a blank line stands before most entries; of a single entry, before most sections of the template.
  bool are_set_apart(const std::vector<Entry>& all) const {
    if (all.size() < 2) {
      const auto sections = entries(document_, document_.root());
      return sections.size() > 1 && are_set_apart(sections);
    }
    std::size_t apart = 0;
    for (std::size_t i = 1; i < all.size(); ++i)
      apart += lines_.blank_line_between(entry_end(all[i - 1]), node(all[i].key).span.begin);
    return apart > 0 && apart * 2 >= all.size() - 1;
  }

  void insert_flow(const std::vector<const Insertion*>& insertions, const std::vector<Entry>& all) {
    const Insertion& first = *insertions.front();
    const PlaceStyle place = flow_place_style(document_, style_, first.mapping);
    const std::vector<Span> members = members_of(all);
    const auto text_of = [&](const std::string& margin, bool lines) {
      std::string text;
      for (const Insertion* insertion : insertions) {
        if (!text.empty()) text += "," + (lines ? std::string(style_.line_break) + margin : space_after_comma(members));
        text += writer_.flow_pair(insertion->key, insertion->value, margin, place, lines);
      }
      return text;
    };
    if (all.empty()) return insert_into_empty_flow(first.mapping, text_of);
    const std::uint32_t first_key = members.front().begin;
    const bool lines = has_lines_of_its_own(first.mapping, first_key);
    const std::string margin(lines ? lines_.indentation(first_key) : "");
    const std::string text = text_of(margin, lines);
    if (first.at_start)
      return add(first_key, text + "," + (lines ? std::string(style_.line_break) + margin : space_after_comma(members)),
                 first.mapping);
    const bool last = first.after == NodeId::none || first.after == all.back().key;
    const auto before =
        last ? all.end() - 1
             : std::find_if(all.begin(), all.end(), [&](const Entry& entry) { return entry.key == first.after; });
    // "a:" with nothing behind it would swallow the comma: "a:,".
    const std::string comma = node(before->value).span.empty() ? " ," : ",";
    insert_flow_behind(first.mapping, members, static_cast<std::size_t>(before - all.begin()), comma, margin, text,
                       lines);
  }

  // Behind one member of a flow collection that has several or one.
  void insert_flow_behind(NodeId collection, const std::vector<Span>& members, std::size_t position,
                          const std::string& comma, const std::string& margin, const std::string& text, bool lines) {
    const std::uint32_t end = members[position].end;
    const bool last = position + 1 == members.size();
    const std::string line_break(style_.line_break);
    if (!lines) {
      const bool trailing_comma = last && next_is_comma(end);
      if (trailing_comma)
        add(behind_comma(end), space_after_comma(members) + text, collection);
      else
        add(end, comma + space_after_comma(members) + text, collection);
      return;
    }
    // On lines of their own: the comma directly behind the value before, the new line behind that line's comment.
    const std::string new_line = line_break + margin + text;
    if (next_is_comma(end) && !last) {
      const std::uint32_t comma_end = behind_comma(end);
      if (lines_.line_begin(members[position + 1].begin) > comma_end)
        add(lines_.line_end(comma_end), new_line + ",", collection);
      else  // the next one stands on the same line, and its comment behind it
        add(end, comma + space_after_comma(members) + text, collection);
    } else if (next_is_comma(end)) {
      add(behind_comments_of(behind_comma(end), margin.size(), true), new_line, collection);
    } else {
      const bool bracket_on_this_line = node(collection).span.end <= lines_.line_end(end);
      const std::uint32_t stop = behind_comments_of(end, margin.size(), true);
      if (bracket_on_this_line || stop == end) {
        add(end, comma + new_line, collection);
      } else {
        add(end, comma, collection);
        add(stop, new_line, collection);
      }
    }
  }

  // `text_of(margin, lines)` writes the member.
  template <typename Text>
  void insert_into_empty_flow(NodeId collection, Text text_of) {
    const std::uint32_t inside = node(collection).content + 1;
    const NodeId first = node(document_.root()).first_child;
    const bool lines = style_.is_json && first != NodeId::none && lines_.is_first_on_its_line(node(first).span.begin);
    if (!lines) return add(inside, text_of("", false), collection);
    const std::string margin(lines_.indentation(node(collection).content));
    const std::string line_break(style_.line_break);
    add(inside,
        line_break + margin + style_.indent_unit + text_of(margin + style_.indent_unit, true) + line_break + margin,
        collection);
  }

  bool has_lines_of_its_own(NodeId collection, std::uint32_t first_member) const {
    return lines_.is_first_on_its_line(first_member) && lines_.line_begin(first_member) > node(collection).content;
  }

  std::vector<Span> members_of(const std::vector<Entry>& all) const {
    std::vector<Span> members;
    for (const Entry& entry : all) members.push_back({node(entry.key).span.begin, entry_end(entry)});
    return members;
  }
  std::vector<Span> members_of(const std::vector<NodeId>& items) const {
    std::vector<Span> members;
    for (const NodeId item : items) members.push_back(node(item).span);
    return members;
  }

  bool next_is_comma(std::uint32_t at) const { return lines_.at(lines_.skip_spaces_and_line_breaks(at)) == ','; }
  std::uint32_t behind_comma(std::uint32_t at) const { return lines_.skip_spaces_and_line_breaks(at) + 1; }

  std::string space_after_comma(const std::vector<Span>& members) const {
    if (members.size() < 2) return style_.colon.ends_with(' ') ? " " : "";
    return is_blank(bytes_[members[1].begin - 1]) ? " " : "";
  }

  // --- additions

  void add_item(const Addition& addition) {
    const auto items = children(document_, addition.sequence);
    if (node(addition.sequence).style == Node::Style::block) {
      const PlaceStyle place = block_place_style(document_, style_, addition.sequence);
      const std::string margin(lines_.column(node(addition.sequence).content), ' ');
      const std::uint32_t end = behind_comments_of(node(items.back()).span.end, margin.size(), true);
      add(end, std::string(style_.line_break) + margin + writer_.block_item(addition.value, margin, place),
          addition.sequence);
      return;
    }
    const PlaceStyle place = flow_place_style(document_, style_, addition.sequence);
    if (items.empty())
      return insert_into_empty_flow(addition.sequence, [&](const std::string& margin, bool lines) {
        return writer_.flow_value(addition.value, margin, place, lines);
      });
    const std::uint32_t first = node(items.front()).span.begin;
    const bool lines = has_lines_of_its_own(addition.sequence, first);
    const std::string margin(lines ? lines_.indentation(first) : "");
    insert_flow_behind(addition.sequence, members_of(items), items.size() - 1, ",", margin,
                       writer_.flow_value(addition.value, margin, place, lines), lines);
  }

  // --- new spellings

  void replace(const Replacement& replacement) {
    if (replacement.part) return change(replacement.part->begin, replacement.part->end, replacement.text);
    const Node& scalar = node(replacement.scalar);
    const char quote = quote_of(scalar);
    const bool block = scalar.style == Node::Style::literal || scalar.style == Node::Style::folded;
    std::string text = quote ? quoted(replacement.text, quote) : replacement.text;
    if (!block) return change(scalar.content, scalar.span.end, std::move(text));
    // Within "|" the words themselves are replaced, so that the header and the margin stay.
    const std::size_t words =
        bytes_.find(scalar.text.substr(0, scalar.text.find_last_not_of('\n') + 1), scalar.content);
    change(static_cast<std::uint32_t>(words), scalar.span.end, std::move(text));
  }

  void substitute(const Substitution& substitution) {
    const Node& value = node(substitution.value);
    bool in_flow = false;
    for (NodeId id = value.parent; id != NodeId::none && !in_flow; id = node(id).parent)
      in_flow = node(id).style == Node::Style::flow;
    const PlaceStyle place = in_flow ? flow_place_style(document_, style_, value.parent)
                                     : block_place_style(document_, style_, value.parent);
    change(value.span.begin, value.span.end,
           in_flow ? writer_.flow_value(substitution.content, "", place, false)
                   : writer_.on_one_line(substitution.content, place));
  }

  // What is added behind the last of some lines that go is added behind the line before them.
  void keep_out_of_removed_lines() {
    for (const Placed& removed : placed_) {
      const Span lines = removed.edit.where;
      if (lines.empty() || !removed.edit.text.empty() || lines.begin == 0) continue;
      for (Placed& added : placed_)
        if (added.edit.where.empty() && added.edit.where.begin > lines.begin && added.edit.where.begin <= lines.end &&
            added.edit.text.find('\n') != std::string::npos)
          added.edit.where = {lines_.line_end(lines.begin - 1), lines_.line_end(lines.begin - 1)};
    }
  }

  // --- removals

  // Neighbours are removed together: they share their commas.
  void remove_all() {
    std::map<std::uint32_t, std::set<NodeId>> by_collection;
    for (const Removal& removal : plan_.removals)
      by_collection[static_cast<std::uint32_t>(node(removal.member).parent)].insert(removal.member);
    for (const auto& [id, removed] : by_collection) {
      const NodeId collection{id};
      const bool is_list = node(collection).kind == Node::Kind::sequence;
      std::vector<NodeId> names = children(document_, collection);
      std::vector<Span> members = members_of(names);
      if (!is_list) {
        const auto all = entries(document_, collection);
        members = members_of(all);
        for (const Entry& entry : all) names.push_back(entry.key);
      }
      for (std::size_t first = 0; first < names.size(); ++first) {
        if (!removed.contains(names[first])) continue;
        std::size_t last = first;
        while (last + 1 < names.size() && removed.contains(names[last + 1])) ++last;
        if (node(collection).style == Node::Style::flow) {
          remove_from_flow(collection, members, first, last);
        } else {
          std::uint32_t begin = members[first].begin;
          if (is_list) begin = static_cast<std::uint32_t>(bytes_.rfind('-', begin - 1));
          remove_lines(begin, members[last].end);
        }
        first = last;
      }
    }
  }

  void remove_lines(std::uint32_t first, std::uint32_t last) {
    std::uint32_t begin = lines_.above_comments(first);
    const std::uint32_t end = lines_.next_line(behind_comments_of(last, lines_.column(first), false));
    // What is set off by blank lines leaves one gap, not two.
    const bool blank_behind = end == bytes_.size() || lines_.is_blank_line(end);
    while (blank_behind && begin > 0 && lines_.is_blank_line(lines_.line_begin(begin - 1)))
      begin = lines_.line_begin(begin - 1);
    // A file without a last line break stays one, unless "|" text would lose the one it has.
    if (end == bytes_.size() && !bytes_.ends_with('\n') && begin > 0 && !ends_block_text(begin - 1))
      begin = lines_.line_end(begin - 1);
    change(begin, end, "");
  }

  bool ends_block_text(std::uint32_t line_break) const {
    const std::uint32_t end = lines_.line_end(line_break);
    return std::any_of(document_.nodes.begin(), document_.nodes.end(), [&](const Node& one) {
      return (one.style == Node::Style::literal || one.style == Node::Style::folded) &&
             lines_.line_end(one.span.end) == end;
    });
  }

  // Members `first` to `last`, which are not all.
  void remove_from_flow(NodeId collection, const std::vector<Span>& members, std::size_t first, std::size_t last) {
    const std::uint32_t begin = members[first].begin;
    std::uint32_t end = members[last].end;
    const bool own_line = lines_.is_first_on_its_line(begin);
    const bool has_the_rest_of_its_line = own_line && lines_.line_end(end) < node(collection).span.end;
    if (last + 1 < members.size()) {
      const std::uint32_t comma_end = behind_comma(end), next = members[last + 1].begin;
      if (own_line && lines_.line_begin(next) > comma_end)
        return change(lines_.above_comments(begin), lines_.next_line(comma_end), "");
      return change(begin, next, "");
    }
    const std::uint32_t before = members[first - 1].end, comma_end = behind_comma(before);
    const std::uint32_t gap = own_line ? lines_.line_end(lines_.above_comments(begin) - 1) : comma_end;
    // "[a, b,]": the comma in front becomes the last.
    const bool last_comma = next_is_comma(end);
    if (last_comma) end = behind_comma(end);
    if (has_the_rest_of_its_line) end = lines_.line_end(end);  // its comment
    if (last_comma) return change(gap, end, "");
    change(before, comma_end, "");
    change(std::max(gap, comma_end), end, "");
  }

  const Plan& plan_;
  const Document& document_;
  std::string_view bytes_;
  TextLines lines_;
  FileStyle style_;
  Writer writer_;
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
