#include "template/parse.h"

#include <string>

#include "template/readers.h"
#include "template/utf8.h"

namespace codesign {
namespace {

void forget_tree(Document& document) {
  document.nodes.clear();
  document.strings.clear();
}

// A run holds all of its trees at once.
Document compact(Document document) {
  document.nodes.shrink_to_fit();
  return document;
}

}  // namespace

std::optional<Problem> unreadable_bytes(std::string_view bytes) {
  if (bytes.size() > max_file_bytes)
    return Problem{{}, "the file is larger than 16 MB; a CloudFormation template has at most 1 MB"};
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") ||
      (bytes.size() >= 2 && (bytes[0] == 0) != (bytes[1] == 0)))
    return Problem{{}, "the file is UTF-16 or UTF-32; save it as UTF-8"};
  for (std::size_t at = 0; at < bytes.size();) {
    const auto c = static_cast<unsigned char>(bytes[at]);
    const auto here = static_cast<std::uint32_t>(at);
    if (c == 0) return Problem{{here, here + 1}, "a NUL byte; templates are text"};
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
      return Problem{{here, here + 1}, "a control character; neither YAML nor JSON allows one here"};
    const std::size_t length = c < 0x80 ? 1 : utf8_length(bytes, at);
    if (length == 0) return Problem{{here, here + 1}, "this is not UTF-8; save the file as UTF-8"};
    at += length;
  }
  return {};
}

Document parse(SourceText source) {
  Document document;
  document.source = std::move(source);
  const std::string_view bytes = document.source.bytes;
  if (auto problem = unreadable_bytes(bytes)) {
    document.problems.push_back(std::move(*problem));
    return document;
  }
  std::size_t first = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  while (first < bytes.size() &&
         (bytes[first] == ' ' || bytes[first] == '\t' || bytes[first] == '\r' || bytes[first] == '\n'))
    ++first;

  std::vector<Problem> json_problems;
  if (first < bytes.size() && (bytes[first] == '{' || bytes[first] == '[')) {
    document.format = Format::json;
    read_json(document);
    if (document.problems.empty()) return compact(std::move(document));
    forget_tree(document);
    json_problems.swap(document.problems);
    document.format = Format::yaml;
  }
  read_yaml(document);
  if (document.problems.empty()) return compact(std::move(document));
  forget_tree(document);
  // Text in braces that is neither: nearly always JSON with a slip, so JSON's message is the one that helps.
  if (!json_problems.empty()) {
    document.format = Format::json;
    document.problems.swap(json_problems);
  }
  return document;
}

}  // namespace codesign
