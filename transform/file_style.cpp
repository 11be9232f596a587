#include "transform/file_style.h"

#include <algorithm>
#include <map>

#include "transform/text_lines.h"

namespace codesign {
namespace {

class StyleReader {
 public:
  explicit StyleReader(const Document& document)
      : document_(document), bytes_(document.source.bytes), lines_(document.source.bytes) {}

  FileStyle run() {
    style_.is_json = document_.format == Format::json;
    style_.line_break = line_break_of(bytes_);
    style_.value_quote = usual_value_quote();
    for (std::uint32_t index = 0; index < document_.nodes.size(); ++index) {
      const Node& node = document_.nodes[index];
      short_tags_ |= node.tag.starts_with("!") && !node.tag.starts_with("!!");
      if (node.tag == "!If" && node.kind == Node::Kind::sequence)
        ++(node.style == Node::Style::flow ? in_line_ : in_lines_);
      if (node.tag == "!Ref" && node.kind == Node::Kind::scalar) read_reference(node);
      if (node.kind == Node::Kind::mapping && node.first_child != NodeId::none) read_mapping(NodeId{index});
    }
    // JSON that is read as YAML, because of a comment or a last comma, has no short tags either.
    const bool looks_like_json =
        document_.root() != NodeId::none && document_[document_.root()].style == Node::Style::flow;
    style_.long_intrinsics = style_.is_json || (!short_tags_ && (long_references_ || looks_like_json));
    style_.lists_of_intrinsics_in_lines = in_lines_ > in_line_;
    style_.name_quote = most_of(name_quotes_);
    if (style_.is_json) read_json_indentation();
    return std::move(style_);
  }

 private:
  void read_reference(const Node& node) {
    ++name_quotes_[quote_of(node)];
    const bool in_flow = node.parent != NodeId::none && document_[node.parent].style == Node::Style::flow;
    style_.plain_colons_in_brackets |=
        in_flow && node.style == Node::Style::plain && node.text.find("::") != std::string_view::npos;
  }

  void read_mapping(NodeId id) {
    const Node& node = document_[id];
    const Node& key = document_[node.first_child];
    const Node& value = document_[key.next];
    const bool single = value.next == NodeId::none;
    long_references_ |= single && key.text == "Ref";
    if (single && key.text == "Fn::If" && value.kind == Node::Kind::sequence)
      ++(value.style == Node::Style::flow ? in_line_ : in_lines_);
    if (node.style == Node::Style::flow) return read_flow(node, key, value, single);
    if (!found_unit_ && value.kind == Node::Kind::mapping && value.style == Node::Style::block && value.tag.empty()) {
      const std::size_t outer = lines_.column(key.span.begin), inner = lines_.column(value.content);
      if (inner > outer) {
        style_.indent_unit = std::string(inner - outer, ' ');
        found_unit_ = true;
      }
    }
    if (found_sequence_) return;
    for (const Entry& entry : entries(document_, id)) {
      const Node& list = document_[entry.value];
      if (list.kind != Node::Kind::sequence || list.style != Node::Style::block || !list.tag.empty()) continue;
      style_.indented_sequences = lines_.column(list.content) > lines_.column(document_[entry.key].span.begin);
      found_sequence_ = true;
      break;
    }
  }

  void read_flow(const Node& node, const Node& key, const Node& value, bool single) {
    if (!found_braces_ && lines_.at(node.content) == '{') {
      const char inside = lines_.at(node.content + 1);
      style_.padded_braces = is_blank(inside);
      found_braces_ = inside != '\n' && inside != '\r';
    }
    if (!found_colon_) {
      const std::string_view between = bytes_.substr(key.span.end, value.span.begin - key.span.end);
      if (!between.empty() && between.find_first_not_of(" :") == std::string_view::npos) {
        style_.colon = std::string(between);
        found_colon_ = true;
      }
    }
    if (single && key.text == "Ref" && !found_reference_) {
      style_.references_on_one_line = document_.source[node.span].find('\n') == std::string_view::npos;
      found_reference_ = true;
    }
  }

  // The unit of JSON: the indentation of the root's first key.
  void read_json_indentation() {
    const NodeId first = document_[document_.root()].first_child;
    if (first == NodeId::none) return;
    const std::uint32_t begin = document_[first].span.begin;
    const std::string_view margin = lines_.indentation(begin);
    if (lines_.is_first_on_its_line(begin) && !margin.empty()) style_.indent_unit = std::string(margin);
    if (!found_reference_ && !lines_.is_first_on_its_line(begin)) style_.references_on_one_line = true;
  }

  static char most_of(const std::map<char, int>& votes) {
    const auto most =
        std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == votes.end() ? char{0} : most->first;
  }

  char usual_value_quote() const {
    std::map<char, int> votes;
    for (const Entry& section : entries(document_, document_.root())) {
      if (scalar_text(document_, section.key) != "Resources") continue;
      for (const Entry& resource : entries(document_, section.value)) {
        const NodeId type = value_of(document_, resource.value, "Type");
        if (type != NodeId::none) ++votes[quote_of(document_[type])];
      }
    }
    return most_of(votes);
  }

  const Document& document_;
  std::string_view bytes_;
  TextLines lines_;
  FileStyle style_;
  bool short_tags_ = false, long_references_ = false, found_unit_ = false, found_sequence_ = false,
       found_reference_ = false, found_colon_ = false, found_braces_ = false;
  int in_line_ = 0, in_lines_ = 0;
  std::map<char, int> name_quotes_;
};

}  // namespace

char quote_of(const Node& node) {
  return node.style == Node::Style::double_quoted ? '"' : node.style == Node::Style::single_quoted ? '\'' : 0;
}

FileStyle file_style(const Document& document) {
  return StyleReader(document).run();
}

PlaceStyle block_place_style(const Document& document, const FileStyle& file, NodeId collection) {
  const TextLines lines(document.source.bytes);
  PlaceStyle style{.value_quote = file.value_quote, .unit = file.indent_unit};
  const auto all = entries(document, collection);
  if (!all.empty()) style.key_quote = quote_of(document[all.front().key]);
  for (const Entry& entry : all) {
    const Node& value = document[entry.value];
    if (value.kind != Node::Kind::mapping || value.style != Node::Style::block ||
        !lines.is_first_on_its_line(value.content))
      continue;
    const std::size_t outer = lines.column(document[entry.key].span.begin), inner = lines.column(value.content);
    if (inner > outer) style.unit = std::string(inner - outer, ' ');
  }
  const std::uint32_t inside = document[collection].content + 1;
  const char first = lines.at(inside);
  const bool braces_on_one_line = lines.at(inside - 1) == '{' && !all.empty() && first != '\n' && first != '\r';
  style.padded_braces = braces_on_one_line ? is_blank(first) : file.padded_braces;
  return style;
}

PlaceStyle flow_place_style(const Document& document, const FileStyle& file, NodeId collection) {
  PlaceStyle style = block_place_style(document, file, collection);
  style.unit = file.indent_unit;
  if (file.is_json) style.key_quote = style.value_quote = '"';
  return style;
}

}  // namespace codesign
