#include "report/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "lint/lint.h"
#include "template/utf8.h"

namespace codesign {
namespace {

struct Palette {
  std::string_view error, warning, note, frame, bold, off;
};

constexpr Palette colors{"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[34m", "\x1b[1m", "\x1b[0m"};
constexpr Palette no_colors{};

std::string_view color_of(Severity severity, const Palette& palette) {
  switch (severity) {
    case Severity::error: return palette.error;
    case Severity::warning: return palette.warning;
    default: break;
  }
  return palette.note;
}

std::size_t code_point_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// As wide as `text`: tabs stay tabs.
std::string blank_copy(std::string_view text) {
  std::string blanks;
  for (std::size_t at = 0; at < text.size(); at += code_point_length(text[at])) blanks += text[at] == '\t' ? '\t' : ' ';
  return blanks;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The part of a line around its marked bytes, so that a minified template does not fill the screen.
Span window_around(Span marked, Span line, std::string_view bytes) {
  constexpr std::uint32_t widest = 160, before = 60, after = 100;
  if (line.end - line.begin <= widest) return line;
  const auto at_code_point = [&](std::uint32_t at) {
    while (at > line.begin && at < line.end && (static_cast<unsigned char>(bytes[at]) & 0xC0) == 0x80) --at;
    return at;
  };
  const std::uint32_t begin = marked.begin > line.begin + before ? at_code_point(marked.begin - before) : line.begin;
  return {begin, marked.begin + after < line.end ? at_code_point(marked.begin + after) : line.end};
}

}  // namespace

bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  switch (character.size()) {
    case 1: return (byte(0) < 0x20 && byte(0) != '\t') || byte(0) == 0x7F;
    case 2: return (byte(0) == 0xC2 && byte(1) < 0xA0) || character == "\xD8\x9C";  // C1, U+061C
    case 3:  // U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069
      return byte(0) == 0xE2 &&
             ((byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE))) ||
              (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9));
    default: return false;
  }
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const std::string_view character = text.substr(at, std::max<std::size_t>(length, 1));
    at += character.size();
    if (length != 0 && !is_control(character)) {
      result += character;
    } else if (length != 1) {
      result += "\xEF\xBF\xBD";
    } else {  // U+2400 and what follows, the pictures of these control characters
      result += "\xE2\x90";
      result += character == "\x7F" ? '\xA1' : static_cast<char>(0x80 + character.front());
    }
  }
  return result;
}

std::string text_of_findings(const FileResult& file, bool color) {
  if (file.findings.empty()) return {};
  const Palette& paint = color ? colors : no_colors;
  const SourceText& source = file.document->source;
  const LineTable lines(source.bytes);
  const std::string path = printable(file.path);
  std::string text;
  for (const Finding& finding : file.findings) {
    const Position at = lines.position(finding.where.begin);
    Span line = lines.line(at.line);
    if (line.begin == 0 && source.bytes.starts_with(byte_order_mark)) line.begin = byte_order_mark.size();
    const Span window = window_around(finding.where, line, source.bytes);
    const std::string_view cut_left = window.begin > line.begin ? "\xE2\x80\xA6" : "";
    const std::string_view cut_right = window.end < line.end ? "\xE2\x80\xA6" : "";
    const Span shown{finding.where.begin,
                     std::clamp(finding.where.end, finding.where.begin, std::max(finding.where.begin, window.end))};
    const std::string number = std::to_string(at.line);
    const std::string margin(number.size(), ' ');
    std::string before;
    if (finding.where.begin > window.begin)
      before = blank_copy(cut_left) + blank_copy(source[{window.begin, std::min(finding.where.begin, window.end)}]);
    const std::string carets(std::max<std::size_t>(code_points(source[shown]), 1), '^');
    text += fmt::format("{}{}[{}]{} {}{}{}\n", color_of(finding.severity, paint), name_of(finding.severity),
                        finding.rule->id, paint.off, paint.bold, printable(finding.message), paint.off);
    text += fmt::format("{}{}-->{} {}:{}:{}\n", margin, paint.frame, paint.off, path, at.line, at.column);
    text += fmt::format("{} {}|{}\n", margin, paint.frame, paint.off);
    text += fmt::format("{}{} |{} {}\n", paint.frame, number, paint.off,
                        std::string(cut_left) + printable(source[window]) + std::string(cut_right));
    text += fmt::format("{} {}|{} {}{}{}{}\n", margin, paint.frame, paint.off, before,
                        color_of(finding.severity, paint), carets, paint.off);
    if (!finding.construct.empty())
      text += fmt::format("{} {}={} construct: {}\n", margin, paint.frame, paint.off, printable(finding.construct));
    text += fmt::format("{} {}={} help: {}\n\n", margin, paint.frame, paint.off, finding.rule->help);
  }
  return text;
}

std::string_view option_for(Repair repair) {
  switch (repair) {
    case Repair::none:
    case Repair::safe: break;
    case Repair::unsafe: return "--unsafe";
    case Repair::with_enforcement: return "--policy enforce";
    case Repair::with_alarm: return "--alarm";
    case Repair::with_publisher: return "--publisher";
  }
  return {};
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string summary_of_findings(const std::vector<FileResult>& files) {
  std::array<std::size_t, 4> counts{};
  std::size_t fixable = 0, total = 0, templates = 0, known = 0;
  std::map<std::string_view, std::size_t> fixable_with;  // by option
  for (const FileResult& file : files) {
    templates += file.status == FileResult::Status::linted || !file.findings.empty();
    known += file.known.size();
    for (const Finding& finding : file.findings) {
      ++counts[static_cast<std::size_t>(finding.severity)];
      ++total;
      if (finding.remedy.index() == 0) continue;
      ++fixable;
      if (const std::string_view option = option_for(finding.rule->repair); !option.empty()) ++fixable_with[option];
    }
  }
  std::size_t allowed = 0;
  for (const FileResult& file : files) allowed += file.allowed.size();
  std::string others = known == 0 ? "" : fmt::format("; {} {} in the baseline", known, known == 1 ? "is" : "are");
  if (allowed > 0) others += fmt::format("; {} allowed by the templates", allowed);
  if (total == 0)
    return fmt::format("no {}findings in {}{}\n", known == 0 ? "" : "new ", counted(templates, "template"), others);
  std::string kinds;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    const std::size_t count = counts[static_cast<std::size_t>(severity)];
    if (count > 0) kinds += (kinds.empty() ? "" : ", ") + counted(count, name_of(severity));
  }
  std::string text = fmt::format("{} ({}) in {}", counted(total, "finding"), kinds, counted(templates, "template"));
  if (fixable > 0) text += fmt::format("; {} can be fixed by cfn-codesign transform", fixable);
  std::string_view of_them = " of them";
  for (const auto& [option, count] : fixable_with) {
    if (count == fixable)
      text += fmt::format(" {}", option);
    else
      text += fmt::format(", {}{} with {}", count, std::exchange(of_them, ""), option);
  }
  return text + others + "\n";
}

}  // namespace codesign
