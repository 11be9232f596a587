#include "report/diff.h"

#include <algorithm>

#include <fmt/core.h>

namespace codesign {
namespace {

constexpr std::uint32_t context = 3;

// 0-based lines of the old text, and what stands there instead.
struct Change {
  std::uint32_t first, last;  // half-open
  std::vector<std::string> lines;
};

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t stop = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.emplace_back(text.substr(0, stop));
    text.remove_prefix(stop);
  }
  return lines;
}

// Edits that touch the same line are one change; lines that stay as they are are taken off its ends.
std::vector<Change> changes_of(const FileResult& file, const std::vector<std::string>& old_lines,
                               const LineTable& table) {
  const SourceText& source = file.document->source;
  const std::vector<Edit>& edits_of_file = file.transformation.edits;
  std::vector<Change> changes;
  for (std::size_t i = 0; i < edits_of_file.size();) {
    const std::uint32_t first = table.position(edits_of_file[i].where.begin).line;
    std::uint32_t last = table.position(edits_of_file[i].where.end).line;
    std::size_t next = i + 1;
    while (next < edits_of_file.size() && table.position(edits_of_file[next].where.begin).line <= last) {
      last = std::max(last, table.position(edits_of_file[next].where.end).line);
      ++next;
    }
    const std::uint32_t begin = table.line_with_break(first).begin, end = table.line_with_break(last).end;
    SourceText part{.path = {}, .bytes = source.bytes.substr(begin, end - begin)};
    std::vector<Edit> edits(edits_of_file.begin() + static_cast<std::ptrdiff_t>(i),
                            edits_of_file.begin() + static_cast<std::ptrdiff_t>(next));
    for (Edit& edit : edits) edit.where = {edit.where.begin - begin, edit.where.end - begin};
    Change change{first - 1, std::min(last, static_cast<std::uint32_t>(old_lines.size())),
                  split_lines(patch(part, edits))};
    while (change.first < change.last && !change.lines.empty() && old_lines[change.first] == change.lines.front()) {
      ++change.first;
      change.lines.erase(change.lines.begin());
    }
    while (change.first < change.last && !change.lines.empty() && old_lines[change.last - 1] == change.lines.back()) {
      --change.last;
      change.lines.pop_back();
    }
    changes.push_back(std::move(change));
    i = next;
  }
  return changes;
}

// As git writes names: quoted where they hold quotes, backslashes or control characters, with a tab behind a blank.
std::string header_path(std::string_view prefix, std::string_view path) {
  std::string name(prefix);
  bool quote = false;
  for (const char c : path) {
    if (c == '"' || c == '\\') {
      name += '\\';
      name += c;
      quote = true;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      name += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
      quote = true;
    } else {
      name += c;
    }
  }
  if (quote) return '"' + name + '"';
  return name.find(' ') == std::string::npos ? name : name + '\t';
}

std::string marked(char mark, const std::string& line) {
  return line.ends_with('\n') ? mark + line : mark + line + "\n\\ No newline at end of file\n";
}

std::string range(std::uint32_t first, std::size_t count) {
  // Of an empty range the line before it is named.
  const std::uint32_t start = count == 0 ? first : first + 1;
  return count == 1 ? std::to_string(start) : fmt::format("{},{}", start, count);
}

}  // namespace

std::string unified_diff(const FileResult& file, std::string_view path) {
  if (!file.is_changed()) return {};
  const LineTable table(file.document->source.bytes);
  const std::vector<std::string> old_lines = split_lines(file.document->source.bytes);
  const std::vector<Change> changes = changes_of(file, old_lines, table);
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string text = fmt::format("--- {}\n+++ {}\n", header_path("a/", path), header_path("b/", path));
  const auto line_count = static_cast<std::uint32_t>(old_lines.size());
  std::int64_t shift = 0;
  for (std::size_t i = 0; i < changes.size();) {
    std::size_t next = i + 1;
    while (next < changes.size() && changes[next].first <= changes[next - 1].last + 2 * context) ++next;
    const std::uint32_t begin = changes[i].first - std::min(changes[i].first, context);
    const std::uint32_t end = std::min(changes[next - 1].last + context, line_count);
    std::string body;
    std::size_t new_count = 0;
    std::uint32_t at = begin;
    const auto copy_until = [&](std::uint32_t stop) {
      for (; at < stop; ++at, ++new_count) body += marked(' ', old_lines[at]);
    };
    for (std::size_t c = i; c < next; ++c) {
      copy_until(changes[c].first);
      for (; at < changes[c].last; ++at) body += marked('-', old_lines[at]);
      for (const std::string& line : changes[c].lines) body += marked('+', line);
      new_count += changes[c].lines.size();
    }
    copy_until(end);
    text += fmt::format("@@ -{} +{} @@\n{}", range(begin, end - begin),
                        range(static_cast<std::uint32_t>(begin + shift), new_count), body);
    shift += static_cast<std::int64_t>(new_count) - static_cast<std::int64_t>(end - begin);
    i = next;
  }
  return text;
}

}  // namespace codesign
