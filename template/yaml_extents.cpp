#include <algorithm>
#include <array>

#include "template/readers.h"
#include "template/utf8.h"

namespace codesign {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_break(char c) {
  return c == '\n' || c == '\r';
}
bool is_flow_indicator(char c) {
  return c == '[' || c == ']' || c == '{' || c == '}' || c == ',';
}

struct Disagreement {
  std::uint32_t where;
  const char* message;
};

class Measure {
 public:
  Measure(Document& document, const std::vector<std::uint32_t>& begins)
      : document_(document), bytes_(document.source.bytes), begins_(begins) {}

  void run() {
    start_ = bytes_.starts_with(byte_order_mark) ? 3 : 0;
    if (document_.nodes.empty()) return;
    measure(0, start_, -1);
    check_gaps();
  }

 private:
  using Offset = std::uint32_t;

  Node& node(std::size_t index) { return document_.nodes[index]; }
  static std::size_t index_of(NodeId id) { return static_cast<std::uint32_t>(id); }
  char at(std::size_t offset) const { return offset < bytes_.size() ? bytes_[offset] : '\0'; }
  Offset size() const { return static_cast<Offset>(bytes_.size()); }

  [[noreturn]] static void disagree(Offset where, const char* message) { throw Disagreement{where, message}; }

  // Behind blanks, line breaks and comments.
  Offset skip_trivia(Offset offset) const {
    while (offset < size()) {
      const char c = bytes_[offset];
      if (is_blank(c) || is_break(c)) {
        ++offset;
      } else if (c == '#' && (offset == start_ || is_blank(at(offset - 1)) || is_break(at(offset - 1)))) {
        offset = line_end(offset);
      } else {
        break;
      }
    }
    return offset;
  }

  Offset line_end(Offset offset) const {
    while (offset < size() && bytes_[offset] != '\n') ++offset;
    return offset;
  }

  Offset word_end(Offset offset, bool stop_at_flow_indicators) const {
    while (offset < size() && !is_blank(bytes_[offset]) && !is_break(bytes_[offset]) &&
           !(stop_at_flow_indicators && is_flow_indicator(bytes_[offset])))
      ++offset;
    return offset;
  }

  // The end of "&name" or "*name". YAML 1.1 and 1.2 disagree about ":" and the like in names.
  Offset name_end(Offset offset) const {
    const Offset end = word_end(offset, true);
    for (Offset i = offset + 1; i < end; ++i) {
      const char c = bytes_[i];
      const bool plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      if (!plain) disagree(i, "the name of an anchor has only letters, digits, '-' and '_'");
    }
    return end;
  }

  // The end of the tag and anchor that begin at `offset`; `offset` itself where there are none.
  Offset properties_end(Offset offset) const {
    Offset end = offset;
    while (at(offset) == '!' || at(offset) == '&') {
      const bool is_tag = at(offset) == '!';
      if (is_tag && at(offset + 1) == '<') {
        end = offset;
        while (end < size() && bytes_[end] != '>') ++end;
        end = std::min(end + 1, size());
      } else {
        end = is_tag ? word_end(offset, true) : name_end(offset);
      }
      // "!Re%66" is "!Ref" to other readers.
      if (const auto escape = bytes_.substr(offset, end - offset).find('%'); is_tag && escape != std::string_view::npos)
        disagree(offset + static_cast<Offset>(escape), "an escape in a tag; write the character itself");
      offset = skip_trivia(end);
    }
    return end;
  }

  // `cursor`: the first byte not yet explained. `indent`: columns of the block collection around, -1 outside.
  // Returns the end of the node.
  Offset measure(std::size_t index, Offset cursor, int indent) {
    Node& n = node(index);
    const Offset begin = begins_[index];
    if (n.kind == Node::Kind::null && !n.anchored) return measure_null(index, cursor);
    if (begin < cursor || begin > size())
      disagree(std::min(begin, size()), "the YAML reader placed this text elsewhere");
    n.span.begin = n.content = begin;
    if (n.kind == Node::Kind::alias) {
      if (at(begin) != '*') disagree(begin, "an alias was expected here");
      return n.span.end = name_end(begin);
    }
    const bool collection = n.kind == Node::Kind::sequence || n.kind == Node::Kind::mapping;
    const bool may_have_properties = !collection || !n.tag.empty() || n.anchored;
    const Offset behind_properties = may_have_properties ? properties_end(begin) : begin;
    const bool has_properties = behind_properties != begin;
    n.content = has_properties ? skip_trivia(behind_properties) : begin;
    switch (n.kind) {
      case Node::Kind::sequence:
        return n.span.end = n.style == Node::Style::flow ? measure_flow(index, indent) : measure_block_sequence(index);
      case Node::Kind::mapping:
        return n.span.end = n.style == Node::Style::flow ? measure_flow(index, indent) : measure_block_mapping(index);
      case Node::Kind::null:
        if (word_is_null(n.content) && !stands_for_next(index, n.content)) return n.span.end = null_word_end(n.content);
        // At the end of a text, yaml-cpp tells of the anchor alone.
        if (document_.source[{begin, behind_properties}].find('!') != std::string_view::npos)
          disagree(begin, "a tag with nothing behind it");
        n.content = behind_properties;
        return n.span.end = behind_properties;
      default: return n.span.end = measure_scalar(n, behind_properties, has_properties, indent);
    }
  }

  bool word_is_null(Offset offset) const {
    const std::string_view word = bytes_.substr(offset, word_end(offset, true) - offset);
    for (const std::string_view spelling : std::array<std::string_view, 4>{"~", "null", "Null", "NULL"})
      if (word == spelling || (word.starts_with(spelling) && word.substr(spelling.size()) == ":")) return true;
    return false;
  }

  Offset null_word_end(Offset offset) const { return offset + (at(offset) == '~' ? 1 : 4); }

  // yaml-cpp gives a value that is not written the mark of the next token.
  bool stands_for_next(std::size_t index, Offset offset) const {
    return index + 1 < begins_.size() && begins_[index + 1] == offset;
  }

  Offset measure_null(std::size_t index, Offset cursor) {
    Node& n = node(index);
    const Offset begin = begins_[index];
    if (begin >= cursor && word_is_null(begin) && !stands_for_next(index, begin)) {
      n.span = {begin, null_word_end(begin)};
    } else {
      n.span = {cursor, cursor};
    }
    n.content = n.span.begin;
    return n.span.end;
  }

  int column(Offset offset) const {
    Offset line = offset;
    while (line > start_ && bytes_[line - 1] != '\n') --line;
    return static_cast<int>(offset - line);
  }

  Offset measure_block_sequence(std::size_t index) {
    const Offset begin = node(index).content;
    const int indent = column(begin);
    Offset end = begin;
    for (NodeId child = node(index).first_child; child != NodeId::none; child = node(index_of(child)).next) {
      const Offset dash = skip_trivia(end);
      if (at(dash) != '-') disagree(dash, "a '-' was expected here");
      end = measure(index_of(child), dash + 1, indent);
    }
    return end;
  }

  Offset measure_block_mapping(std::size_t index) {
    const Offset begin = node(index).content;
    return measure_pairs(index, begin, column(begin));
  }

  // The value that follows a key, from the key's end.
  Offset behind_colon(Offset key_end) const {
    const Offset colon = skip_trivia(key_end);
    return at(colon) == ':' ? colon + 1 : key_end;
  }

  Offset measure_pairs(std::size_t index, Offset end, int indent) {
    for (NodeId key = node(index).first_child; key != NodeId::none;) {
      const NodeId value = node(index_of(key)).next;
      Offset cursor = skip_trivia(end);
      if (at(cursor) == ',') cursor = skip_trivia(cursor + 1);
      const bool is_marked = at(cursor) == '?' && (is_blank(at(cursor + 1)) || is_break(at(cursor + 1)));
      if (is_marked) ++cursor;
      end = measure(index_of(key), cursor, indent);
      if (node(index_of(key)).kind == Node::Kind::null && node(index_of(key)).span.empty())
        disagree(end, "a key is missing here");
      const Offset behind = behind_colon(end);
      if (behind == end && !is_marked && node(index).style == Node::Style::block)
        disagree(end, "a ':' is missing here");
      end = measure(index_of(value), behind, indent);
      key = node(index_of(value)).next;
    }
    return end;
  }

  Offset measure_flow(std::size_t index, int indent) {
    Node& n = node(index);
    const char open = n.kind == Node::Kind::sequence ? '[' : '{', close = n.kind == Node::Kind::sequence ? ']' : '}';
    // "[a: b]": a mapping of one pair without braces.
    if (n.kind == Node::Kind::mapping && at(n.content) != '{') return measure_pairs(index, n.content, indent);
    if (at(n.content) != open) disagree(n.content, "an opening bracket was expected here");
    Offset end = n.content + 1;
    if (n.kind == Node::Kind::mapping) {
      end = measure_pairs(index, end, indent);
    } else {
      for (NodeId child = n.first_child; child != NodeId::none; child = node(index_of(child)).next) {
        Offset cursor = skip_trivia(end);
        if (at(cursor) == ',') cursor = skip_trivia(cursor + 1);
        end = measure(index_of(child), cursor, indent);
        if (node(index_of(child)).kind == Node::Kind::null && node(index_of(child)).span.empty())
          disagree(end, "an item is missing between two commas");
      }
    }
    end = skip_trivia(end);
    if (at(end) == ',') end = skip_trivia(end + 1);
    if (at(end) != close) disagree(n.content, "this bracket is not closed where the YAML reader closed it");
    return end + 1;
  }

  Offset measure_scalar(Node& n, Offset behind_properties, bool has_properties, int indent) {
    const char first = at(n.content);
    if (first == '"' || first == '\'') {
      n.style = first == '"' ? Node::Style::double_quoted : Node::Style::single_quoted;
      // yaml-cpp 0.7 makes one byte of each, where UTF-8 has two.
      if (!is_utf8(n.text)) disagree(n.content, "the escapes \\N and \\_ are not supported; write \\x85 and \\xA0");
      return quoted_end(n.content);
    }
    if (first == '|' || first == '>') {
      n.style = first == '|' ? Node::Style::literal : Node::Style::folded;
      return block_scalar_end(n, indent);
    }
    n.style = Node::Style::plain;
    if (n.text.empty()) {
      if (!has_properties) disagree(n.content, "an empty text that is not written");
      n.content = behind_properties;
      return behind_properties;
    }
    const bool in_flow = n.parent != NodeId::none && node(index_of(n.parent)).style == Node::Style::flow;
    // YAML 1.1 readers take it for a key that is not written.
    if (in_flow && bytes_[n.content] == ':')
      disagree(n.content, "a text between brackets that begins with \":\" needs quotes");
    return plain_end(n, in_flow ? -1 : indent);
  }

  Offset quoted_end(Offset begin) const {
    const char quote = bytes_[begin];
    for (Offset offset = begin + 1; offset < size(); ++offset) {
      if (quote == '"' && bytes_[offset] == '\\') {
        ++offset;
      } else if (bytes_[offset] == quote) {
        if (quote == '"' || at(offset + 1) != '\'') return offset + 1;
        ++offset;
      }
    }
    disagree(begin, "this quote is never closed");
  }

  // `indent`: of the block collection around; -1 where the text may continue anywhere.
  // Follows the decoded text through the bytes: within a line they are equal; a line break between two lines is a
  // blank, n more breaks are n line feeds.
  Offset plain_end(const Node& n, int indent) const {
    Offset offset = n.content;
    for (std::size_t i = 0; i < n.text.size();) {
      Offset blanks = offset;
      while (is_blank(at(blanks))) ++blanks;
      if (is_break(at(blanks))) {
        std::size_t breaks = 0;
        for (offset = blanks; is_blank(at(offset)) || is_break(at(offset)); ++offset) breaks += at(offset) == '\n';
        // yaml-cpp reads on where the next line belongs to a mapping further out, or to nothing.
        if (column(offset) <= indent) disagree(offset, "text that is indented less than what it continues");
        const std::string folded = breaks > 1 ? std::string(breaks - 1, '\n') : " ";
        if (n.text.substr(i, folded.size()) != folded) disagree(offset, "folded text that reads differently");
        i += folded.size();
      } else if (at(offset) == n.text[i] && offset < size()) {
        ++offset;
        ++i;
      } else {
        disagree(offset, "text that the YAML reader read differently");
      }
    }
    return offset;
  }

  Offset block_scalar_end(const Node& n, int indent) const {
    Offset offset = n.content + 1;
    bool keep = false, strip = false;
    int explicit_indent = 0;
    for (; at(offset) == '+' || at(offset) == '-' || (at(offset) >= '1' && at(offset) <= '9'); ++offset) {
      if (at(offset) == '+')
        keep = true;
      else if (at(offset) == '-')
        strip = true;
      else
        explicit_indent = at(offset) - '0';
    }
    const Offset header_end = offset;
    const Offset first_line = std::min(line_end(offset) + 1, size());
    // Columns of the content: given, or those of the first line that is not blank; where no line has text, those of the
    // widest (YAML 1.2, 8.1.1.1).
    std::size_t content = explicit_indent > 0 ? static_cast<std::size_t>(std::max(indent, 0) + explicit_indent) : 0;
    if (content == 0) {
      std::size_t widest = static_cast<std::size_t>(indent + 1);
      for (Offset line = first_line; line < size(); line = std::min(line_end(line) + 1, size())) {
        Offset text = line;
        while (at(text) == ' ') ++text;
        content = text - line;
        if (text < size() && !is_break(at(text))) break;
        widest = std::max(widest, content);
        content = 0;
      }
      if (content == 0 || static_cast<int>(content) <= indent) content = widest;
    }
    std::string decoded, blank_lines;
    Offset end = header_end, kept_end = header_end;
    for (Offset line = first_line; line < size();) {
      const Offset break_at = line_end(line);
      const Offset line_stop = break_at > line && at(break_at - 1) == '\r' ? break_at - 1 : break_at;
      Offset text = line;
      while (text < line_stop && text - line < content && at(text) == ' ') ++text;
      const bool blank_line = text == line_stop;
      if (!blank_line && text - line < content) break;
      if (content == 0 && !blank_line && is_document_marker(line)) break;
      if (blank_line) {
        blank_lines += '\n';
        // The last, unfinished line of a file is no line.
        if (break_at < size()) kept_end = line_stop;
      } else {
        decoded += blank_lines;
        blank_lines.clear();
        decoded.append(bytes_, text, line_stop - text);
        if (break_at < size()) decoded += '\n';
        end = kept_end = line_stop;
      }
      line = std::min(break_at + 1, size());
    }
    check_block_text(n, std::move(decoded), strip, keep);
    return keep ? kept_end : end;
  }

  bool is_document_marker(Offset line) const {
    const std::string_view marker = bytes_.substr(line, 3);
    return (marker == "---" || marker == "...") &&
           (line + 3 >= size() || is_blank(at(line + 3)) || is_break(at(line + 3)));
  }

  static void check_block_text(const Node& n, std::string decoded, bool strip, bool keep) {
    std::string read(n.text);
    const auto drop_breaks_at_end = [](std::string& text) { text.resize(text.find_last_not_of('\n') + 1); };
    // Which breaks stay at the end is decided by the header; the extents do not depend on it.
    if (strip || keep || read.empty() || decoded.find_first_not_of('\n') == std::string::npos ||
        n.style == Node::Style::folded) {
      drop_breaks_at_end(decoded);
      drop_breaks_at_end(read);
    }
    if (n.style == Node::Style::folded) {
      const auto drop_folds = [](std::string& text) {
        std::erase_if(text, [](char c) { return is_blank(c) || is_break(c); });
      };
      drop_folds(decoded);
      drop_folds(read);
    }
    if (read != decoded) disagree(n.content, "a block of text that the YAML reader read differently");
  }

  // Every byte outside scalars, tags, anchors and aliases must be layout.
  void check_gaps() const {
    Offset covered = start_;
    const Offset root = document_.nodes.front().span.begin;
    const auto check = [&](Offset until) {
      for (Offset offset = skip_trivia(covered); offset < until; offset = skip_trivia(offset)) {
        const char c = bytes_[offset];
        const bool line_start = offset == start_ || at(offset - 1) == '\n';
        if (line_start && is_document_marker(offset)) {
          offset += 3;
        } else if (offset < root && line_start && c == '%') {
          offset = line_end(offset);
        } else if (std::string_view("-?:,[]{}").find(c) != std::string_view::npos) {
          ++offset;
        } else {
          disagree(offset, "text that the YAML reader passed over");
        }
      }
    };
    for (const Node& n : document_.nodes) {
      const bool leaf = n.kind == Node::Kind::scalar || n.kind == Node::Kind::null || n.kind == Node::Kind::alias;
      const Offset end = leaf ? n.span.end : n.content;
      if (n.span.begin == end) continue;
      if (n.span.begin < covered) disagree(n.span.begin, "text that the YAML reader read twice");
      check(n.span.begin);
      covered = end;
    }
    check(size());
  }

  Document& document_;
  std::string_view bytes_;
  const std::vector<std::uint32_t>& begins_;
  Offset start_ = 0;
};

}  // namespace

void measure_yaml(Document& document, const std::vector<std::uint32_t>& begins) {
  try {
    Measure(document, begins).run();
  } catch (const Disagreement& found) {
    const std::uint32_t end =
        std::min<std::uint32_t>(found.where + 1, static_cast<std::uint32_t>(document.source.bytes.size()));
    document.problems.push_back({{std::min(found.where, end), end}, found.message});
  }
}

}  // namespace codesign
