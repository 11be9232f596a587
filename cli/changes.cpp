#include "cli/changes.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "cli/files.h"
#include "cli/git.h"
#include "graph/deciding.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

// What git says, for a sentence of ours.
std::string complaint_of(const ProgramResult& result) {
  std::string_view said = first_line(result.err);
  for (const std::string_view prefix : {"fatal: ", "error: "})
    if (said.starts_with(prefix)) said.remove_prefix(prefix.size());
  return said.empty() ? fmt::format("git ended with {}", result.exit_code) : std::string(said);
}

ProgramResult ask(const fs::path& folder, const std::vector<std::string>& words) {
  auto result = run_git(folder, words);
  if (!result) throw WorldError("--changed-since asks git, which cannot be started; install it, or put it into PATH");
  return std::move(*result);
}

// The one line that git answers; throws WorldError for anything else.
std::string answer(const fs::path& folder, const std::vector<std::string>& words, const std::string& advice) {
  const ProgramResult result = ask(folder, words);
  if (result.exit_code != 0) throw WorldError(fmt::format("--changed-since: {}; {}", complaint_of(result), advice));
  return std::string(first_line(result.out));
}

// The commit where what is new begins.
std::string beginning(const fs::path& top, const std::string& revision) {
  const bool is_shallow = first_line(ask(top, {"rev-parse", "--is-shallow-repository"}).out) == "true";
  const std::string_view fetch =
      "fetch its history, in CI with fetch-depth: 0 (GitHub) or GIT_DEPTH: 0 (GitLab), then run this again";
  if (ask(top, {"rev-parse", "--quiet", "--verify", "--end-of-options", revision + "^{commit}"}).exit_code != 0)
    throw WorldError(fmt::format("--changed-since {}: git knows no such commit here{}", revision,
                                 is_shallow ? fmt::format(", and this is a shallow clone; {}", fetch)
                                            : fmt::format("; check the spelling, or git fetch it")));
  const ProgramResult base = ask(top, {"merge-base", revision, "HEAD"});
  if (base.exit_code != 0)
    throw WorldError(fmt::format("--changed-since {}: it has no commit in common with HEAD{}", revision,
                                 is_shallow ? fmt::format(" in this shallow clone; {}", fetch)
                                            : std::string("; name a revision that this branch comes from")));
  return std::string(first_line(base.out));
}

// "b/a name", or "\"b/a \\303\\244\"" with the escapes of C.
std::string unquoted(std::string_view text) {
  if (text.ends_with('\t')) text.remove_suffix(1);
  if (!text.starts_with('"')) return std::string(text);
  std::string path;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] != '\\') {
      path += text[at];
      continue;
    }
    constexpr std::string_view letters = "abtnvfr", meant = "\a\b\t\n\v\f\r";
    const char escaped = text[++at];
    if (escaped >= '0' && escaped <= '7') {
      int value = 0;
      const std::string_view digits = text.substr(at, 3);
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
      path += static_cast<char>(value);
      at += digits.size() - 1;
    } else if (const std::size_t letter = letters.find(escaped); letter != std::string_view::npos) {
      path += meant[letter];
    } else {
      path += escaped;
    }
  }
  return path;
}

// "12,3" or "12": a line, and how many.
std::pair<std::uint32_t, std::uint32_t> read_range(std::string_view text) {
  std::uint32_t first = 0, count = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), first);
  if (error == std::errc() && end != text.data() + text.size() && *end == ',')
    std::from_chars(end + 1, text.data() + text.size(), count);
  return {first, count};
}

// What stands together in a diff without context.
class Hunk {
 public:
  Hunk(std::uint32_t first, std::uint32_t added)
      : next_(first), before_(added > 0 ? first - 1 : first), last_(before_ + added) {}

  void read(std::string_view line) {
    const std::size_t content = line.find_first_not_of(" \t\r", 1);
    const bool is_blank = content == npos;
    if (line.starts_with('-')) {
      gone_.emplace_back(line.substr(1));
      took_a_comment_ |= !is_blank && line[content] == '#';
      if (gone_depth_ == npos) gone_depth_ = content;
    } else if (line.starts_with('+')) {
      // A blank line between two resources is of neither.
      if (!is_blank) runs_.push_back({next_, next_});
      if (new_depth_ == npos) new_depth_ = content;
      ++next_;
    }
  }

  void add_to(ChangedLines& file) const {
    file.gone.insert(file.gone.end(), gone_.begin(), gone_.end());
    file.runs.insert(file.runs.end(), runs_.begin(), runs_.end());
    // What is indented deeper than what takes its place was the end of what stands before. A comment may have been one
    // on what follows.
    if (gone_depth_ != npos && (new_depth_ == npos || gone_depth_ > new_depth_))
      file.runs.push_back({before_, before_, true, took_a_comment_ && new_depth_ == npos});
    if (took_a_comment_ && new_depth_ != npos) file.runs.push_back({last_, last_, true, true});
  }

 private:
  std::uint32_t next_, before_, last_;
  std::vector<std::string> gone_;
  std::vector<ChangedLines::Run> runs_;
  // Of the first line that is not blank; `npos` where there is none.
  static constexpr std::size_t npos = std::string_view::npos;
  std::size_t gone_depth_ = npos, new_depth_ = npos;
  bool took_a_comment_ = false;
};

}  // namespace

bool ChangedLines::touch(const Document& document, const LineTable& lines, Span part) const {
  if (all || runs.empty()) return all;
  const auto line_of = [&](std::uint32_t at) { return lines.position(at).line; };
  const std::uint32_t first = line_of(part.begin), last = line_of(part.end);
  // Up to here, and from here on, something else stands.
  std::uint32_t before = 0, behind = lines.line_count() + 1;
  const auto begins_behind = [](std::uint32_t at, const Node& node) { return at <= node.span.begin; };
  auto node = std::upper_bound(document.nodes.begin(), document.nodes.end(), part.begin, begins_behind);
  while (node != document.nodes.begin() && before == 0)
    if (--node; node->span.end <= part.begin) before = line_of(node->span.end);
  node = std::upper_bound(document.nodes.begin(), document.nodes.end(), part.end, begins_behind);
  if (node != document.nodes.end()) behind = line_of(node->span.begin);
  return std::any_of(runs.begin(), runs.end(), [&](const Run& run) {
    if (!run.is_gone) return run.first <= last && run.last > std::min(before, first - 1);
    const bool was_its_end = run.first >= first && run.first < std::max(behind, last + 1);
    return was_its_end || (run.took_a_comment && run.first >= before && run.first < first);
  });
}

bool ChangedLines::took_away(const std::string& key) const {
  return std::any_of(gone.begin(), gone.end(), [&](std::string_view line) {
    const std::size_t begin = line.find_first_not_of(" \t\"'{");
    if (begin == std::string_view::npos || !line.substr(begin).starts_with(key)) return false;
    const std::size_t end = line.find_first_not_of(" \"'", begin + key.size());
    return end != std::string_view::npos && line[end] == ':';
  });
}

Changes::Changes(const std::string& revision) {
  if (revision.empty() || revision.starts_with('-'))
    throw WorldError(fmt::format("--changed-since \"{}\" is no revision; give a branch, a tag or a commit", revision));
  std::error_code error;
  const fs::path here = fs::current_path(error);
  top_ = answer(here, {"rev-parse", "--show-toplevel"}, "run cfn-codesign in the repository that the templates are in");
  top_ = fs::canonical(top_, error);
  const std::string base = beginning(top_, revision);
  const ProgramResult diff = ask(top_, {"diff", "--no-color", "--no-ext-diff", "--no-textconv", "--text", "--unified=0",
                                        "--inter-hunk-context=0", "--find-renames", "--ignore-submodules=all",
                                        "--no-relative", "--src-prefix=a/", "--dst-prefix=b/", base, "--"});
  if (diff.exit_code != 0)
    throw WorldError(fmt::format("--changed-since {}: {}; git diff {} shows more", revision, complaint_of(diff), base));
  read_diff(diff.out);
  for (std::string& path : split_at_zeros(ask(top_, {"ls-files", "-z", "--cached"}).out))
    tracked_.insert(std::move(path));
}

void Changes::read_diff(std::string_view diff) {
  ChangedLines* file = nullptr;
  const auto next_line = [&] {
    const std::size_t end = diff.find('\n');
    const std::string_view line = diff.substr(0, end);
    diff.remove_prefix(end == std::string_view::npos ? diff.size() : end + 1);
    return line;
  };
  while (!diff.empty()) {
    const std::string_view line = next_line();
    if (line.starts_with("diff --git ")) {
      file = nullptr;
    } else if (line.starts_with("+++ ")) {
      const std::string path = unquoted(line.substr(4));
      if (path.starts_with("b/")) file = &files_[path.substr(2)];  // else it is /dev/null
    } else if (line.starts_with("@@ -")) {
      const std::size_t plus = line.find(" +");
      const auto [unused, removed] = read_range(line.substr(4, plus - 4));
      const auto [first, added] = read_range(line.substr(plus + 2, line.find(" @@", plus) - plus - 2));
      Hunk hunk(first, added);
      for (std::uint32_t left = removed + added; left > 0 && !diff.empty();) {
        const std::string_view text = next_line();
        if (text.starts_with('\\')) continue;  // "\ No newline at end of file"
        hunk.read(text);
        --left;
      }
      if (file) hunk.add_to(*file);
    }
  }
}

ChangedLines Changes::of(const std::string& path) const {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  const std::string relative = error ? std::string() : real.lexically_relative(top_).generic_string();
  if (!tracked_.contains(relative)) return {.all = true};
  const auto found = files_.find(relative);
  return found == files_.end() ? ChangedLines() : found->second;
}

bool touches(const ChangedLines& changes, const FileResult& file, std::string_view resource) {
  if (changes.all || changes.empty() || !file.graph) return changes.all;
  const Deciding deciding = what_decides_on(*file.graph, resource);
  const LineTable lines(file.document->source.bytes);
  return std::any_of(deciding.parts.begin(), deciding.parts.end(),
                     [&](Span part) { return changes.touch(*file.document, lines, part); }) ||
         std::any_of(deciding.missing.begin(), deciding.missing.end(),
                     [&](const std::string& name) { return changes.took_away(name); });
}

bool touches(const ChangedLines& changes, const FileResult& file, const Finding& finding) {
  if (changes.all || changes.empty()) return changes.all;
  const LineTable lines(file.document->source.bytes);
  if (changes.touch(*file.document, lines, finding.where)) return true;
  // What stands in the template of a stack set is part of the stack set.
  const std::string_view around = std::string_view(finding.stack_set).substr(0, finding.stack_set.find('/'));
  const std::string_view resource = around.empty() ? std::string_view(finding.resource) : around;
  return !resource.empty() && touches(changes, file, resource);
}

}  // namespace codesign
