// The only file that knows RapidJSON's reader.
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <string>

#include "template/parse.h"
#include "template/readers.h"

namespace codesign {
namespace {

// Positions, with MemoryStream and the iterative parser: behind a string, number or word Tell() is its end, while
// at a bracket the handler runs before the bracket is taken. Starts are found from the end of the token before.
class TreeBuilder {
 public:
  TreeBuilder(Document& document, const rapidjson::MemoryStream& stream, std::uint32_t offset)
      : document_(document), bytes_(document.source.bytes), stream_(stream), offset_(offset), end_(offset) {}

  bool Null() { return add_word(Node::Kind::null); }
  bool Bool(bool) { return add_word(Node::Kind::scalar); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return add_word(Node::Kind::scalar); }
  bool String(const char* text, rapidjson::SizeType length, bool) { return add_string({text, length}); }
  bool Key(const char* text, rapidjson::SizeType length, bool) { return add_string({text, length}); }
  bool StartObject() { return open(Node::Kind::mapping); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(Node::Kind::sequence); }
  bool EndArray(rapidjson::SizeType) { return close(); }
  // Not called: numbers arrive as their text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  const char* refusal() const { return refusal_; }

 private:
  std::uint32_t tell() const { return offset_ + static_cast<std::uint32_t>(stream_.Tell()); }

  std::uint32_t next_token() const {
    std::uint32_t at = end_;
    while (at < bytes_.size() && std::string_view(" \t\r\n,:").find(bytes_[at]) != std::string_view::npos) ++at;
    return at;
  }

  bool add(Node node) {
    if (document_.nodes.size() >= max_nodes) return refuse(too_many_nodes);
    const auto id = static_cast<NodeId>(document_.nodes.size());
    node.content = node.span.begin;
    if (!open_.empty()) {
      Level& level = open_.back();
      node.parent = level.id;
      if (level.last == NodeId::none)
        mutable_node(level.id).first_child = id;
      else
        mutable_node(level.last).next = id;
      level.last = id;
    }
    document_.nodes.push_back(node);
    end_ = node.span.end;
    return true;
  }

  bool add_word(Node::Kind kind) {
    const Span span{next_token(), tell()};
    return add({.kind = kind,
                .style = Node::Style::plain,
                .span = span,
                .text = document_.keep(document_.source[span], span.begin)});
  }

  bool add_string(std::string_view text) {
    if (text.size() > max_scalar_bytes) return refuse(too_long);
    const Span span{next_token(), tell()};
    return add({.kind = Node::Kind::scalar,
                .style = Node::Style::double_quoted,
                .span = span,
                .text = document_.keep(text, span.begin + 1)});
  }

  bool open(Node::Kind kind) {
    if (open_.size() >= max_nesting) return refuse(too_deep);
    const std::uint32_t begin = tell();
    if (!add({.kind = kind, .style = Node::Style::flow, .span = {begin, begin + 1}})) return false;
    open_.push_back({static_cast<NodeId>(document_.nodes.size() - 1), NodeId::none});
    return true;
  }

  bool close() {
    end_ = tell() + 1;
    mutable_node(open_.back().id).span.end = end_;
    open_.pop_back();
    return true;
  }

  bool refuse(const char* why) {
    refusal_ = why;
    return false;
  }

  Node& mutable_node(NodeId id) { return document_.nodes[static_cast<std::uint32_t>(id)]; }

  struct Level {
    NodeId id;
    NodeId last;
  };
  Document& document_;
  std::string_view bytes_;
  const rapidjson::MemoryStream& stream_;
  std::uint32_t offset_;
  std::uint32_t end_;
  std::vector<Level> open_;
  const char* refusal_ = nullptr;
};

}  // namespace

void read_json(Document& document) {
  const std::string_view bytes = document.source.bytes;
  const std::size_t offset = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  rapidjson::MemoryStream stream(bytes.data() + offset, bytes.size() - offset);
  TreeBuilder builder(document, stream, static_cast<std::uint32_t>(offset));
  rapidjson::Reader reader;
  // Iterative: the recursive parser overflows the stack on a million open brackets.
  constexpr unsigned flags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
  const rapidjson::ParseResult result = reader.Parse<flags>(stream, builder);
  if (!result.IsError()) return;
  const auto at = static_cast<std::uint32_t>(std::min(offset + result.Offset(), bytes.size()));
  const std::string message = builder.refusal()
                                  ? builder.refusal()
                                  : std::string("not valid JSON: ") + rapidjson::GetParseError_En(result.Code());
  document.problems.push_back({{at, at}, message});
}

}  // namespace codesign
