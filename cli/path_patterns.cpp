#include "cli/path_patterns.h"

#include <algorithm>
#include <array>

#include "template/source_text.h"

namespace codesign {
namespace {

// Trailing spaces do not count, unless a backslash stands before them.
std::string_view without_trailing_spaces(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
      end = std::min(at + 1, line.size());
    } else if (line[at] != ' ') {
      end = at + 1;
    }
  }
  return line.substr(0, end);
}

std::vector<std::string_view> names_of_path(std::string_view path) {
  std::vector<std::string_view> names;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    names.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

using Bytes = std::bitset<256>;

void add_range(Bytes& bytes, char first, char last) {
  for (int byte = static_cast<unsigned char>(first); byte <= static_cast<unsigned char>(last); ++byte)
    bytes.set(static_cast<std::size_t>(byte));
}

// "[:digit:]" and the like, in ASCII; nothing for a class that there is not.
std::optional<Bytes> bytes_of_class(std::string_view name) {
  struct Class {
    std::string_view name;
    std::string_view ranges;  // first, last, first, last, ...
  };
  constexpr std::array<Class, 12> classes{{{"alnum", "azAZ09"},
                                           {"alpha", "azAZ"},
                                           {"blank", "  \t\t"},
                                           {"cntrl", {"\0\x1F\x7F\x7F", 4}},
                                           {"digit", "09"},
                                           {"graph", "!~"},
                                           {"lower", "az"},
                                           {"print", " ~"},
                                           {"punct", "!/:@[`{~"},
                                           {"space", "  \t\r"},
                                           {"upper", "AZ"},
                                           {"xdigit", "09afAF"}}};
  for (const Class& one : classes) {
    if (one.name != name) continue;
    Bytes bytes;
    for (std::size_t i = 0; i < one.ranges.size(); i += 2) add_range(bytes, one.ranges[i], one.ranges[i + 1]);
    return bytes;
  }
  return {};
}

}  // namespace

// Reads segments from left to right. The details of brackets are those of git's own wildmatch.c, as its tests and
// `git check-ignore` show them.
class PathPattern::Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Nothing where git reads no pattern.
  std::optional<std::vector<Segment>> segments() {
    std::vector<Segment> segments(1);
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("\\/")) ++at_;
      std::vector<Piece>& pieces = segments.back().pieces;
      const char next = text_[at_++];
      if (next == '/') {
        segments.emplace_back();
      } else if (next == '*') {
        pieces.push_back({.many = true});
      } else if (next == '?') {
        pieces.push_back({.bytes = Bytes().set()});
      } else if (next == '[') {
        const std::optional<Bytes> bytes = brackets();
        if (!bytes) return {};
        pieces.push_back({.bytes = *bytes});
      } else {
        if (next == '\\' && at_ == text_.size()) return {};
        const char byte = next == '\\' ? text_[at_++] : next;
        pieces.emplace_back();
        add_range(pieces.back().bytes, byte, byte);
      }
    }
    for (Segment& segment : segments)
      segment.is_any_folders = segment.pieces.size() >= 2 && std::all_of(segment.pieces.begin(), segment.pieces.end(),
                                                                         [](const Piece& piece) { return piece.many; });
    return segments;
  }

 private:
  // Behind the "[". A "]" that comes first is one of the bytes, as is a "-" that has no byte on one of its sides.
  std::optional<Bytes> brackets() {
    Bytes bytes;
    const bool is_negated = at_ < text_.size() && (text_[at_] == '!' || text_[at_] == '^');
    if (is_negated) ++at_;
    char previous = 0;
    bool may_begin_range = false;  // `previous` may
    for (bool is_first = true; at_ < text_.size(); is_first = false) {
      const std::string_view rest = text_.substr(at_);
      if (rest.front() == ']' && !is_first) {
        ++at_;
        return is_negated ? ~bytes : bytes;
      }
      if (const std::size_t close = rest.starts_with("[:") ? rest.find(']', 2) : 0; close > 0) {
        if (close == std::string_view::npos) return {};
        if (close > 2 && rest[close - 1] == ':') {
          const std::optional<Bytes> those = bytes_of_class(rest.substr(2, close - 3));
          if (!those) return {};
          bytes |= *those;
          at_ += close + 1;
          may_begin_range = false;
          continue;
        }
      }
      const bool is_range = rest.front() == '-' && may_begin_range && rest.size() > 1 && rest[1] != ']';
      if (is_range) ++at_;
      if (text_[at_] == '\\' && ++at_ == text_.size()) return {};
      const char byte = text_[at_++];
      add_range(bytes, is_range ? previous : byte, byte);
      previous = byte;
      may_begin_range = !is_range;
    }
    return {};  // never closed
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<PathPattern> PathPattern::read(std::string_view line) {
  if (line.starts_with('#')) return {};
  line = without_trailing_spaces(line);
  PathPattern pattern;
  if (line.starts_with('!')) {
    pattern.takes_back_ = true;
    line.remove_prefix(1);
  }
  if (line.empty()) return {};
  if (line.ends_with('/')) {
    pattern.is_for_folders_ = true;
    line.remove_suffix(1);
  }
  pattern.is_for_any_depth_ = line.find('/') == std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  pattern.segments_ = Reader(line).segments().value_or(std::vector<Segment>());
  return pattern;
}

bool PathPattern::matches(std::string_view path, bool is_folder) const {
  if (is_for_folders_ && !is_folder) return false;
  if (is_for_any_depth_) return all_match({path.substr(path.rfind('/') + 1)});
  return all_match(names_of_path(path));
}

// Only the last "*" that was met is ever tried with more: time is at most the product of both lengths.
bool PathPattern::name_matches(const std::vector<Piece>& pieces, std::string_view name) {
  std::size_t piece = 0, at = 0, tried_with = 0;
  std::optional<std::size_t> behind_many;
  while (at < name.size()) {
    if (piece < pieces.size() && pieces[piece].many) {
      behind_many = ++piece;
      tried_with = at;
    } else if (piece < pieces.size() && pieces[piece].bytes.test(static_cast<unsigned char>(name[at]))) {
      ++piece;
      ++at;
    } else if (behind_many) {
      piece = *behind_many;
      at = ++tried_with;
    } else {
      return false;
    }
  }
  return std::all_of(pieces.begin() + static_cast<std::ptrdiff_t>(piece), pieces.end(),
                     [](const Piece& left) { return left.many; });
}

// The same, with "**" and names. At the end of a pattern it stands for all that is in a folder, so for one name at
// least.
bool PathPattern::all_match(const std::vector<std::string_view>& names) const {
  std::size_t segment = 0, name = 0, tried_with = 0;
  std::optional<std::size_t> behind_any;
  while (name < names.size()) {
    if (segment < segments_.size() && segments_[segment].is_any_folders) {
      behind_any = ++segment;
      tried_with = name;
      if (segment == segments_.size()) return true;
    } else if (segment < segments_.size() && name_matches(segments_[segment].pieces, names[name])) {
      ++segment;
      ++name;
    } else if (behind_any) {
      segment = *behind_any;
      name = ++tried_with;
    } else {
      return false;
    }
  }
  return segment == segments_.size();
}

PathPatterns::PathPatterns(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) add(line);
}

PathPatterns PathPatterns::read(std::string_view text) {
  PathPatterns patterns;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    patterns.add(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return patterns;
}

void PathPatterns::add(std::string_view line) {
  if (std::optional<PathPattern> pattern = PathPattern::read(line)) patterns_.push_back(std::move(*pattern));
}

std::optional<bool> PathPatterns::take_out(std::string_view path, bool is_folder) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern)
    if (pattern->matches(path, is_folder)) return !pattern->takes_back();
  return {};
}

bool PathPatterns::take_out_file(std::string_view path, std::size_t searched) const {
  if (empty()) return false;
  for (std::size_t at = path.find('/', searched == 0 ? 0 : searched + 1); at != std::string_view::npos;
       at = path.find('/', at + 1))
    if (take_out(path.substr(0, at), true).value_or(false)) return true;
  return take_out(path, false).value_or(false);
}

}  // namespace codesign
