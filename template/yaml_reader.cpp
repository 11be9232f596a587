// The only file that knows yaml-cpp.
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_map>

#include "template/abridged_yaml.h"
#include "template/parse.h"
#include "template/readers.h"

namespace codesign {
namespace {

struct BeyondLimit {
  std::uint32_t at;
  const char* message;
};
struct Misread {};  // an abridged text that does not stand for the file

// Hands out a text in pieces. As long as yaml-cpp cannot tell whether something in brackets is a key, it keeps whatever
// follows, in two hundred bytes for each token: so there is a limit to what it may take without telling what it has
// read.
class Input : public std::streambuf {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  void something_is_told() { untold_ = 0; }

 protected:
  int_type underflow() override {
    const std::string_view piece = bytes_.substr(taken_, piece_size);
    if (piece.empty()) return traits_type::eof();
    for (const char c : piece) untold_ += std::string_view(",[]{}:?-&*!'\"%").find(c) != std::string_view::npos;
    if (untold_ > max_untold) throw BeyondLimit{static_cast<std::uint32_t>(taken_), too_much_in_brackets};
    taken_ += piece.size();
    char* begin = const_cast<char*>(piece.data());  // std::streambuf asks for char*; an input buffer never writes
    setg(begin, begin, begin + piece.size());
    return traits_type::to_int_type(*begin);
  }

 private:
  static constexpr std::size_t piece_size = 1u << 16;
  static constexpr std::size_t max_untold = max_nodes;  // marks, of which each token but plain text has one

  const std::string_view bytes_;
  std::size_t taken_ = 0;
  std::size_t untold_ = 0;
};

// yaml-cpp's marks count bytes, but not those of a byte order mark.
class TreeBuilder : public YAML::EventHandler {
 public:
  // `abridged`: what yaml-cpp reads instead of the source; null where it reads that.
  TreeBuilder(Document& document, std::vector<std::uint32_t>& begins, Input& input, const AbridgedYaml* abridged)
      : document_(document),
        begins_(begins),
        input_(input),
        abridged_(abridged),
        offset_(document.source.bytes.starts_with(byte_order_mark) ? 3 : 0) {}

  // Throws Misread unless everything that was cut has come back.
  void expect_no_more_cuts() {
    if (abridged_ && next_cut()) throw Misread{};
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, Node::Kind::null, {}, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const NodeId id = add(mark, Node::Kind::alias, {}, YAML::NullAnchor);
    const Anchored& known = anchors_.at(anchor);
    if (known.size == 0) throw BeyondLimit{at(id).span.begin, endless};
    at(id).target = known.id;
    size_ += known.size - 1;
    if (size_ > max_nodes) throw BeyondLimit{at(id).span.begin, too_many_aliased};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (value.size() > max_scalar_bytes) throw BeyondLimit{begin_of(mark), too_long};
    const NodeId id = add(mark, Node::Kind::scalar, tag, anchor);
    if (value == "<<" && !open_.empty()) open_.back().size_at_merge = size_;
    if (const AbridgedYaml::Cut* cut = abridged_ ? cut_at(offset_of(mark), at(id)) : nullptr) {
      if (!value.empty()) throw Misread{};
      at(id).text = unquoted(document_.source[cut->source]);
      return;
    }
    const std::size_t content = at(id).span.begin + (at(id).tag.empty() ? 0 : at(id).tag.size() + 1);
    const std::string_view bytes = document_.source.bytes;
    const bool is_quoted = content < bytes.size() && (bytes[content] == '"' || bytes[content] == '\'');
    at(id).text = document_.keep(value, content + is_quoted);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, Node::Kind::sequence, tag, anchor, style);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, Node::Kind::mapping, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    NodeId id;
    NodeId last;
    YAML::anchor_t anchor;
    std::size_t size_before;
    std::size_t count = 0;          // of members, a key and a value each
    std::size_t size_at_merge = 0;  // where "<<" is the last of them
  };
  struct Anchored {
    NodeId id;
    std::size_t size = 0;  // 0 until its end is read
  };

  std::uint32_t offset_of(const YAML::Mark& mark) const {
    return offset_ + static_cast<std::uint32_t>(std::max(mark.pos, 0));
  }

  // In the source.
  std::uint32_t begin_of(const YAML::Mark& mark) const {
    return abridged_ ? abridged_->source_offset(offset_of(mark)) : offset_of(mark);
  }

  // The next scalar that was cut and has not come back.
  const AbridgedYaml::Cut* next_cut() {
    const auto& cuts = abridged_->cuts();
    while (next_cut_ < cuts.size() && !cuts[next_cut_].is_scalar) ++next_cut_;
    return next_cut_ < cuts.size() ? &cuts[next_cut_] : nullptr;
  }

  // The cut that a scalar stands for; null where it stands in the text as it is. In front of a cut is at most a tag,
  // and one blank. What lies between brackets is another scalar than it is alone.
  const AbridgedYaml::Cut* cut_at(std::uint32_t offset, const Node& scalar) {
    const AbridgedYaml::Cut* cut = next_cut();
    const std::size_t content = offset + (scalar.tag.empty() ? 0 : scalar.tag.size() + 1);
    if (!cut || content < cut->at) return nullptr;
    const bool is_in_flow = !open_.empty() && at(open_.back().id).style == Node::Style::flow;
    if (content > cut->at || is_in_flow) throw Misread{};
    ++next_cut_;
    return cut;
  }

  NodeId add(const YAML::Mark& mark, Node::Kind kind, const std::string& tag, YAML::anchor_t anchor) {
    input_.something_is_told();
    const std::uint32_t begin = begin_of(mark);
    if (++size_ > max_nodes) throw BeyondLimit{begin, too_many_nodes};
    const auto id = static_cast<NodeId>(document_.nodes.size());
    Node node{.kind = kind, .anchored = anchor != YAML::NullAnchor};
    node.span = {begin, begin};
    // "?" and "!" are what yaml-cpp reports for plain and quoted text without a tag.
    if (!tag.empty() && tag != "?" && tag != "!") node.tag = document_.keep(tag, begin);
    if (!open_.empty()) {
      Level& level = open_.back();
      if (++level.count % 2 == 1) end_merge(level, begin);
      node.parent = level.id;
      (level.last == NodeId::none ? at(level.id).first_child : at(level.last).next) = id;
      level.last = id;
    }
    if (node.anchored) anchors_[anchor] = {id, 1};
    document_.nodes.push_back(node);
    begins_.push_back(begin);
    return id;
  }

  void open(const YAML::Mark& mark, Node::Kind kind, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style) {
    const std::size_t size_before = size_;
    const NodeId id = add(mark, kind, tag, anchor);
    at(id).style = style == YAML::EmitterStyle::Flow ? Node::Style::flow : Node::Style::block;
    open_.push_back({id, NodeId::none, anchor, size_before});
    if (anchor != YAML::NullAnchor) anchors_[anchor].size = 0;
  }

  void end_merge(Level& level, std::uint32_t at) {
    if (level.size_at_merge != 0 && size_ - level.size_at_merge > max_merged) throw BeyondLimit{at, too_much_merged};
    level.size_at_merge = 0;
  }

  void close() {
    Level& level = open_.back();
    end_merge(level, at(level.id).span.begin);
    if (level.anchor != YAML::NullAnchor) anchors_[level.anchor].size = size_ - level.size_before;
    open_.pop_back();
  }

  Node& at(NodeId id) { return document_.nodes[static_cast<std::uint32_t>(id)]; }

  Document& document_;
  std::vector<std::uint32_t>& begins_;
  Input& input_;
  const AbridgedYaml* abridged_;
  std::size_t next_cut_ = 0;
  std::uint32_t offset_;
  std::vector<Level> open_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t size_ = 0;  // in values, each alias as many as it stands for
};

// Reads `bytes` into document.nodes: what `abridged` has, or else the source, with some tags blanked out at most.
void read_events(Document& document, std::string_view bytes, std::vector<std::uint32_t>& begins,
                 const AbridgedYaml* abridged = nullptr) {
  document.nodes.clear();
  document.strings.clear();
  document.problems.clear();
  begins.clear();
  Input input(bytes);
  std::istream stream(&input);
  stream.exceptions(std::ios::badbit);  // what the input throws is thrown
  const auto refuse = [&](const YAML::Mark& mark, std::string message) {
    const auto at = static_cast<std::uint32_t>(
        std::min<std::size_t>(static_cast<std::size_t>(std::max(mark.pos, 0)), bytes.size()));
    document.problems.push_back({{at, at}, std::move(message)});
  };
  try {
    YAML::Parser parser(stream);
    TreeBuilder builder(document, begins, input, abridged);
    if (parser.HandleNextDocument(builder)) {
      builder.expect_no_more_cuts();
      // The parser stops behind the first document, and takes leftovers for the start of another.
      Document rest;
      std::vector<std::uint32_t> ignored;
      TreeBuilder second(rest, ignored, input, nullptr);
      if (parser.HandleNextDocument(second)) {
        const std::uint32_t at =
            ignored.empty() ? 0 : std::min(ignored.front(), static_cast<std::uint32_t>(bytes.size()));
        document.problems.push_back(
            {{at, at}, "a second document, or text behind the end of the first; a template is one document"});
      }
    }
  } catch (const YAML::DeepRecursion& error) {
    refuse(error.mark, too_deep);
  } catch (const YAML::Exception& error) {
    refuse(error.mark, "not valid YAML: " + error.msg);
  } catch (const BeyondLimit& limit) {
    const auto at = std::min(limit.at, static_cast<std::uint32_t>(document.source.bytes.size()));
    document.problems.push_back({{at, at}, limit.message});
  }
}

bool any_comment_within_a_value(const Document& document, const std::vector<AbridgedYaml::Cut>& cuts) {
  auto cut = cuts.begin();
  for (const Node& node : document.nodes) {
    if (node.kind != Node::Kind::scalar) continue;
    while (cut != cuts.end() && (cut->is_scalar || cut->source.begin < node.span.begin)) ++cut;
    if (cut != cuts.end() && cut->source.begin < node.span.end) return true;
  }
  return false;
}

// False where the abridged text cannot be believed, or has problems: they are told better of the whole one.
bool read_abridged(Document& document, std::vector<std::uint32_t>& begins) {
  constexpr std::size_t worth_it = 128;  // bytes; short strings are no place that views may lead to, either
  if (document.source.bytes.size() < worth_it) return false;
  const AbridgedYaml abridged(document.source.bytes);
  try {
    read_events(document, abridged.text(), begins, &abridged);
  } catch (const Misread&) {
    return false;
  }
  if (document.problems.empty()) measure_yaml(document, begins);
  return document.problems.empty() && !any_comment_within_a_value(document, abridged.cuts());
}

// yaml-cpp before 2026-07-30 rejects a block scalar with a tag or anchor directly behind a dash ("- !Sub |") when
// its lines are indented by exactly two, or reads it as empty. Where a file cannot be read and has such lines, it is
// read again with those tags blanked out, and they are put back into the tree.
struct Blanked {
  Span properties;    // "!Sub", or "&name", or both
  std::uint32_t bar;  // the "|" or ">" behind them
};

std::vector<Blanked> tagged_block_items(std::string_view bytes) {
  std::vector<Blanked> result;
  const auto blank = [&](std::size_t at) { return at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t'); };
  const auto word_end = [&](std::size_t at) { return std::min(bytes.find_first_of(" \t\r\n", at), bytes.size()); };
  for (std::size_t line = 0; line < bytes.size();) {
    std::size_t at = line;
    bool dashed = false;
    while (at < bytes.size() && (blank(at) || (bytes[at] == '-' && blank(at + 1)))) dashed |= bytes[at++] == '-';
    const std::size_t begin = at;
    std::size_t end = at;
    while (at < bytes.size() && (bytes[at] == '!' || bytes[at] == '&')) {
      end = word_end(at);
      at = end;
      while (blank(at)) ++at;
    }
    if (dashed && end > begin && at < bytes.size() && (bytes[at] == '|' || bytes[at] == '>'))
      result.push_back(
          {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, static_cast<std::uint32_t>(at)});
    const std::size_t next = bytes.find('\n', line);
    if (next == std::string_view::npos) break;
    line = next + 1;
  }
  return result;
}

// Gives the nodes at the blanked places their tags back; the places where no block scalar begins are returned.
std::vector<Blanked> put_back(Document& document, std::vector<std::uint32_t>& begins,
                              const std::vector<Blanked>& blanked) {
  std::vector<Blanked> misses;
  for (const Blanked& item : blanked) {
    const auto found = std::find(begins.begin(), begins.end(), item.bar);
    if (found == begins.end()) {
      misses.push_back(item);
      continue;
    }
    Node& node = document.nodes[static_cast<std::size_t>(found - begins.begin())];
    *found = node.span.begin = item.properties.begin;
    std::string_view words = document.source[item.properties];
    while (!words.empty()) {
      const std::string_view word = words.substr(0, words.find_first_of(" \t"));
      if (word.starts_with('!')) {
        document.strings.emplace_back(word);
        node.tag = document.strings.back();
      } else {
        node.anchored = true;
      }
      words.remove_prefix(std::min(words.find_first_not_of(" \t", word.size()), words.size()));
    }
  }
  return misses;
}

// What some readers see and others do not. What ends a line: a property to these is part of a comment to those. A lone
// carriage return is an ordinary character to yaml-cpp 0.7 alone; the others ended a line until YAML 1.2 (5.4).
std::optional<Problem> disputed_bytes(std::string_view bytes) {
  const auto problem = [](std::size_t at, std::size_t length, const char* message) {
    const auto here = static_cast<std::uint32_t>(at);
    return Problem{{here, here + static_cast<std::uint32_t>(length)}, message};
  };
  for (std::size_t at = bytes.find('\r'); at != std::string_view::npos; at = bytes.find('\r', at + 1))
    if (at + 1 >= bytes.size() || bytes[at + 1] != '\n')
      return problem(at, 1, "a carriage return without a line feed; end lines with \\n or \\r\\n");
  for (const std::string_view separator : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"})
    if (const std::size_t at = bytes.find(separator); at != std::string_view::npos)
      return problem(at, separator.size(),
                     "U+0085, U+2028 and U+2029 end a line for some readers of YAML only; write \\n, or an escape");
  // yaml-cpp passes over a directive that it does not know, with whatever stands in its line; and %TAG gives "!Ref"
  // another name.
  std::size_t line = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  while (line < bytes.size() && (bytes[line] == '#' || bytes[line] == '\r' || bytes[line] == '\n'))
    line = std::min(bytes.find('\n', line), bytes.size() - 1) + 1;
  if (const std::string_view rest = bytes.substr(line);
      rest.starts_with('%') && !rest.starts_with("%YAML 1.1") && !rest.starts_with("%YAML 1.2"))
    return problem(line, 1, "a directive other than %YAML, which some readers pass over with its line; remove it");
  // libyaml skips it there, and yaml-cpp does not: a key would have two names.
  if (const std::size_t at = bytes.find("\n\xEF\xBB\xBF"); at != std::string_view::npos)
    return problem(at + 1, byte_order_mark.size(),
                   "a byte order mark at the start of a line is part of it for some readers of YAML only; remove it");
  return {};
}

}  // namespace

void read_yaml(Document& document, YamlReading reading) {
  const std::string_view bytes = document.source.bytes;
  if (auto problem = disputed_bytes(bytes)) return document.problems.push_back(std::move(*problem));
  std::vector<std::uint32_t> begins;
  if (reading == YamlReading::abridged && read_abridged(document, begins)) return;
  read_events(document, bytes, begins);
  if (document.problems.empty()) measure_yaml(document, begins);
  if (document.problems.empty()) return;

  std::vector<Blanked> blanked = tagged_block_items(bytes);
  if (blanked.empty()) return;
  const std::vector<Problem> first_problems = document.problems;
  while (!blanked.empty()) {
    std::string scrubbed(bytes);
    for (const Blanked& item : blanked)
      std::fill(scrubbed.begin() + item.properties.begin, scrubbed.begin() + item.properties.end, ' ');
    read_events(document, scrubbed, begins);
    if (!document.problems.empty()) break;
    // A place that is no node is text inside another block scalar: it must stay as it is.
    const std::vector<Blanked> misses = put_back(document, begins, blanked);
    if (misses.empty()) {
      measure_yaml(document, begins);
      break;
    }
    std::erase_if(blanked, [&](const Blanked& item) {
      return std::any_of(misses.begin(), misses.end(), [&](const Blanked& miss) { return miss.bar == item.bar; });
    });
  }
  if (!document.problems.empty() || blanked.empty()) document.problems = first_problems;
}

}  // namespace codesign
