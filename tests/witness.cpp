#include "tests/witness.h"

#include <fmt/core.h>
#include <yaml.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace codesign {
namespace {

// libyaml counts code points, without a byte order mark; spans count bytes.
std::vector<std::uint32_t> byte_offsets(std::string_view bytes) {
  std::vector<std::uint32_t> offsets;
  const std::uint32_t first = bytes.starts_with(byte_order_mark) ? 3 : 0;
  for (std::uint32_t at = first; at < bytes.size(); ++at)
    if ((static_cast<unsigned char>(bytes[at]) & 0xC0) != 0x80) offsets.push_back(at);
  offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
  return offsets;
}

class Witness {
 public:
  explicit Witness(const Document& document)
      : document_(document), bytes_(document.source.bytes), offsets_(byte_offsets(bytes_)) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
  }
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() { yaml_parser_delete(&parser_); }

  std::string run() {
    for (bool at_end = false; !at_end && result_.empty();) {
      yaml_event_t event;
      if (!yaml_parser_parse(&parser_, &event))
        return fmt::format("libyaml refuses: line {}: {}", parser_.problem_mark.line + 1,
                           parser_.problem ? parser_.problem : "no reason");
      at_end = event.type == YAML_STREAM_END_EVENT;
      compare(event);
      yaml_event_delete(&event);
    }
    if (result_.empty() && next_ != document_.nodes.size()) result_ = "libyaml sees fewer nodes";
    return result_;
  }

 private:
  std::uint32_t byte(std::size_t code_point) const {
    return code_point < offsets_.size() ? offsets_[code_point] : static_cast<std::uint32_t>(bytes_.size());
  }

  void differ(const yaml_event_t& event, std::string_view what) {
    result_ = fmt::format("line {}: {}", event.start_mark.line + 1, what);
  }

  const Node* take(const yaml_event_t& event) {
    if (next_ < document_.nodes.size()) return &document_.nodes[next_++];
    differ(event, "libyaml sees more nodes");
    return nullptr;
  }

  static std::string_view text(const unsigned char* string) {
    return string ? reinterpret_cast<const char*>(string) : std::string_view();
  }

  void compare(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_SCALAR_EVENT: return compare_scalar(event);
      case YAML_SEQUENCE_START_EVENT:
        return compare_collection(event, Node::Kind::sequence, text(event.data.sequence_start.tag),
                                  event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
      case YAML_MAPPING_START_EVENT:
        return compare_collection(event, Node::Kind::mapping, text(event.data.mapping_start.tag),
                                  event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
      case YAML_ALIAS_EVENT:
        if (const Node* node = take(event); node && node->kind != Node::Kind::alias)
          differ(event, "libyaml sees an alias");
        return;
      default: return;
    }
  }

  void compare_collection(const yaml_event_t& event, Node::Kind kind, std::string_view tag, bool flow) {
    const Node* node = take(event);
    if (!node) return;
    if (node->kind != kind) return differ(event, "libyaml sees another kind of node");
    if (document_.format == Format::yaml && (node->style == Node::Style::flow) != flow)
      return differ(event, "block or flow");
    compare_tag(event, *node, tag);
  }

  void compare_tag(const yaml_event_t& event, const Node& node, std::string_view tag) {
    // libyaml writes "!!str" out; this project keeps what yaml-cpp hands over, which is the same long form.
    if (tag != "!" && tag != node.tag) differ(event, fmt::format("tag {} against {}", tag, node.tag));
  }

  void compare_scalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    const Node* node = take(event);
    if (!node) return;
    const std::string_view value(reinterpret_cast<const char*>(scalar.value), scalar.length);
    compare_tag(event, *node, text(scalar.tag));
    if (!result_.empty()) return;
    if (node->kind == Node::Kind::null) {
      const bool null_word = value.empty() || value == "~" || value == "null" || value == "Null" || value == "NULL";
      if (!null_word || scalar.style != YAML_PLAIN_SCALAR_STYLE) differ(event, "libyaml sees text where null was read");
      if (!value.empty()) compare_places(event, *node);
      return;
    }
    if (node->kind != Node::Kind::scalar) return differ(event, "libyaml sees a scalar");
    // A block of nothing but blank lines is "" by YAML 1.2 and "\n" by 1.1.
    const bool only_breaks = value.find_first_not_of('\n') == std::string_view::npos && node->text.empty();
    if (value != node->text && !only_breaks)
      return differ(event, fmt::format("\"{}\" against \"{}\"", value, node->text));
    compare_places(event, *node);
  }

  void compare_places(const yaml_event_t& event, const Node& node) {
    const bool block = event.type == YAML_SCALAR_EVENT && (event.data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
                                                           event.data.scalar.style == YAML_FOLDED_SCALAR_STYLE);
    if (byte(event.start_mark.index) != node.span.begin)
      return differ(event, fmt::format("begins at byte {} against {}", byte(event.start_mark.index), node.span.begin));
    std::uint32_t end = byte(event.end_mark.index);
    // libyaml ends a block behind the blank lines and comments that follow it.
    if (block ? end < node.span.end : end != node.span.end)
      differ(event, fmt::format("ends at byte {} against {}", end, node.span.end));
  }

  const Document& document_;
  std::string_view bytes_;
  std::vector<std::uint32_t> offsets_;
  yaml_parser_t parser_{};
  std::size_t next_ = 0;
  std::string result_;
};

// What libyaml says, and what it says it of. CloudFormation takes none of it, so there is nothing that could be
// deployed unseen; and an edit of such a template is held against the plan by its own reader.
struct Leniency {
  std::string_view refusal;
  std::string_view of;
};
constexpr Leniency leniencies[] = {
    {"found undefined tag handle", "!a!b, of which no %TAG declares !a!; yaml-cpp takes it for a tag"},
    {"did not find expected whitespace or line break", "!Equals[a, b]: a tag ends at a blank (YAML 1.2, 6.8.1)"},
    {"found unexpected ':'", "[a:, b]: for yaml-cpp, the colon belongs to the text"},
    {"found a tab character that violates indentation", "a tab before a comment, or alone on its line"},
    {"found a tab character where an indentation space is expected", "a tab in a blank line of a block scalar"},
    {"found character that cannot start any token", "a tab before a comment; the specification allows it (6.6)"},
    {"found unknown escape character", "\"\\'\", as in JavaScript"},
    {"did not find expected <document start>", "%YAML 1.1 without a line ---"},
    {"did not find expected node content", "a document of nothing but its end, \"...\""},
    {"could not find expected ':'", "a line of a mapping that is no entry; for yaml-cpp, a key with null"},
    {"control characters are not allowed",
     "U+0080 to U+009F, U+FFFE and U+FFFF, which YAML does not count as printable (5.1)"},
};

}  // namespace

bool is_explained(std::string_view refusal) {
  return std::any_of(std::begin(leniencies), std::end(leniencies),
                     [&](const Leniency& one) { return refusal.ends_with(one.refusal); });
}

std::string disagreement_with_libyaml(const Document& document) {
  return Witness(document).run();
}

}  // namespace codesign
