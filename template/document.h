// Second station: one tree for YAML and JSON, with the exact bytes of every node. Nothing here knows of AWS.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "template/source_text.h"

namespace codesign {

enum class NodeId : std::uint32_t { none = 0xFFFFFFFF };

struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping, alias };
  enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded, block, flow };

  Kind kind = Kind::null;
  Style style = Style::plain;
  bool anchored = false;
  // From the tag or anchor, if there is one, to the last byte of the content. A block scalar ends before its last
  // line break (with "|+", after the blank lines it keeps). A value that is not written is empty and stands
  // directly behind its ":" or "-".
  Span span;
  std::uint32_t content = 0;  // first byte behind tag and anchor
  std::string_view tag;       // "!Sub"; empty where none is written
  std::string_view text;      // the decoded scalar; numbers and booleans as they are written
  NodeId parent = NodeId::none;
  NodeId next = NodeId::none;         // following sibling
  NodeId first_child = NodeId::none;  // a mapping's children: key, value, key, value, ...
  NodeId target = NodeId::none;       // of an alias: what it stands for
};

// Input that cannot be read. Data, not an exception: the caller shows it with its place.
struct Problem {
  Span where;
  std::string message;
};

enum class Format : std::uint8_t { yaml, json };

// Movable, not copyable: `tag` and `text` view into `strings` and `source`.
struct Document {
  SourceText source;
  Format format = Format::yaml;
  std::vector<Node> nodes;  // in document order; the root, if any, first
  std::deque<std::string> strings;
  std::vector<Problem> problems;  // not empty: the tree is empty

  Document() = default;
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;

  // A text that lasts as long as the document: the bytes at `offset` where they say the same, else a copy.
  std::string_view keep(std::string_view text, std::size_t offset);

  const Node& operator[](NodeId id) const { return nodes[static_cast<std::uint32_t>(id)]; }
  NodeId root() const { return nodes.empty() ? NodeId::none : NodeId{0}; }
};

struct Entry {
  NodeId key;
  NodeId value;
};

// What an alias stands for; any other node is itself.
NodeId resolve(const Document&, NodeId);

bool is_mapping(const Document&, NodeId);
bool is_sequence(const Document&, NodeId);
// The decoded text of a scalar (through aliases); nothing for other kinds, null and NodeId::none.
std::optional<std::string_view> scalar_text(const Document&, NodeId);
// True for nothing at all, null, and an alias of null.
bool is_null(const Document&, NodeId);

// The items of a list; none of anything else.
std::vector<NodeId> children(const Document&, NodeId sequence);
// As written, duplicates included; "<<" is an entry like any other.
std::vector<Entry> entries(const Document&, NodeId mapping);
// The entry of that key; the last one where the key is given twice; through "<<" where the mapping itself has none.
std::optional<Entry> find(const Document&, NodeId mapping, std::string_view key);
// The value `find` finds, resolved; NodeId::none where there is no such key.
NodeId value_of(const Document&, NodeId mapping, std::string_view key);
// A key that this mapping itself gives more than once.
std::optional<std::string_view> duplicate_key(const Document&, NodeId mapping);
// Number of ancestors.
std::uint32_t depth(const Document&, NodeId);

}  // namespace codesign
