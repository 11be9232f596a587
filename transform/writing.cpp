#include "transform/writing.h"

#include <algorithm>
#include <iterator>

namespace codesign {
namespace {

// A boolean or null of YAML 1.1, which CloudFormation reads.
bool is_word_of_yaml(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  constexpr std::string_view words[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"};
  return std::find(std::begin(words), std::end(words), lower) != std::end(words);
}

bool is_safe_plain(std::string_view text, bool in_flow) {
  if (is_word_of_yaml(text)) return false;
  if (text.empty() || text.find_first_of("\n\t") != std::string_view::npos) return false;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@` ").find(text.front()) != std::string_view::npos || text.back() == ' ' ||
      text.back() == ':')
    return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
  if (in_flow && text.find_first_of(",[]{}") != std::string_view::npos) return false;
  return text.front() < '0' || text.front() > '9';
}

std::string key_text(std::string_view key, const PlaceStyle& place) {
  if (place.key_quote) return quoted(key, place.key_quote);
  return is_safe_plain(key, true) ? std::string(key) : quoted(key, place.value_quote ? place.value_quote : '"');
}

std::string value_text(std::string_view text, const PlaceStyle& place, bool in_flow) {
  if (place.value_quote) return quoted(text, place.value_quote);
  return is_safe_plain(text, in_flow) ? std::string(text) : quoted(text, '"');
}

// Behind a short tag. Older readers of YAML stop at a ":" inside brackets.
std::string name_text(std::string_view text, const FileStyle& style, bool in_flow) {
  if (style.name_quote) return quoted(text, style.name_quote);
  const bool may_stop = in_flow && !style.plain_colons_in_brackets && text.find(':') != std::string_view::npos;
  return is_safe_plain(text, in_flow) && !may_stop ? std::string(text)
                                                   : quoted(text, style.value_quote ? style.value_quote : '"');
}

// "!If" of "Fn::If"
std::string tag_of(std::string_view intrinsic) {
  constexpr std::string_view prefix = "Fn::";
  if (intrinsic.starts_with(prefix)) intrinsic.remove_prefix(prefix.size());
  return "!" + std::string(intrinsic);
}

// The short tag takes "Id.Attribute" where the long name takes a list.
Content long_argument(const Content& intrinsic) {
  const Content& argument = intrinsic.items.front();
  if (intrinsic.text != "Fn::GetAtt") return argument;
  const std::size_t dot = argument.text.find('.');
  return Content::sequence(
      {Content::scalar(argument.text.substr(0, dot)), Content::scalar(argument.text.substr(dot + 1))});
}

}  // namespace

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    if (quote == '\'' && c == '\'') result += '\'';
    if (quote == '"' && (c == '"' || c == '\\')) result += '\\';
    result += c;
  }
  return result + quote;
}

std::string Writer::block_pair(std::string_view key, const Content& value, const std::string& margin,
                               const PlaceStyle& place) const {
  return key_text(key, place) + ":" + block_value(value, margin, place);
}

// What follows "Key:".
std::string Writer::block_value(const Content& value, const std::string& margin, const PlaceStyle& place) const {
  const std::string line_break(style_.line_break);
  const std::string deeper = margin + place.unit;
  std::string text;
  switch (value.kind) {
    case Content::Kind::text: return " " + value_text(value.text, place, false);
    case Content::Kind::number: return " " + value.text;
    case Content::Kind::intrinsic: return block_intrinsic(value, margin, place);
    case Content::Kind::mapping:
      for (const auto& [key, inner] : value.members)
        text += line_break + deeper + block_pair(key, inner, deeper, place);
      return text;
    case Content::Kind::sequence: {
      const std::string& dashes = style_.indented_sequences ? deeper : margin;
      for (const Content& item : value.items) text += line_break + dashes + block_item(item, dashes, place);
      return text;
    }
  }
  return text;
}

std::string Writer::block_intrinsic(const Content& value, const std::string& margin, const PlaceStyle& place) const {
  const std::string line_break(style_.line_break);
  const std::string deeper = margin + place.unit;
  if (style_.long_intrinsics) return line_break + deeper + block_pair(value.text, long_argument(value), deeper, place);
  const Content& argument = value.items.front();
  if (argument.kind == Content::Kind::mapping) return " " + tag_of(value.text) + block_value(argument, margin, place);
  if (argument.kind != Content::Kind::sequence || argument.items.size() < 2 || !style_.lists_of_intrinsics_in_lines)
    return " " + on_one_line(value, place);
  std::string text = " " + tag_of(value.text);
  const std::string& dashes = style_.indented_sequences ? deeper : margin;
  for (const Content& item : argument.items) text += line_break + dashes + block_item(item, dashes, place);
  return text;
}

std::string Writer::block_item(const Content& value, const std::string& margin, const PlaceStyle& place) const {
  const bool is_long = value.kind == Content::Kind::intrinsic && style_.long_intrinsics;
  if (is_long) return "- " + block_pair(value.text, long_argument(value), margin + "  ", place);
  return "- " + on_one_line(value, place);
}

std::string Writer::on_one_line(const Content& value, const PlaceStyle& place) const {
  if (style_.is_json) return flow_value(value, "", place, false);
  if (value.kind == Content::Kind::text) return value_text(value.text, place, false);
  if (value.kind != Content::Kind::intrinsic) return flow_value(value, "", place, false);
  if (style_.long_intrinsics)
    return key_text(value.text, place) + ": " + flow_value(long_argument(value), "", place, false);
  const Content& argument = value.items.front();
  return tag_of(value.text) + " " +
         (argument.kind == Content::Kind::text ? name_text(argument.text, style_, false)
                                               : flow_value(argument, "", place, false));
}

std::string Writer::flow_pair(std::string_view key, const Content& value, const std::string& margin,
                              const PlaceStyle& place, bool lines) const {
  return key_text(key, place) + style_.colon + flow_value(value, margin, place, lines);
}

std::string Writer::flow_value(const Content& value, const std::string& margin, const PlaceStyle& place,
                               bool lines) const {
  const std::string deeper = margin + style_.indent_unit;
  std::vector<std::string> parts;
  switch (value.kind) {
    case Content::Kind::text: return value_text(value.text, place, true);
    case Content::Kind::number: return value.text;
    case Content::Kind::intrinsic: return flow_intrinsic(value, margin, place, lines);
    case Content::Kind::mapping:
      for (const auto& [key, inner] : value.members) parts.push_back(flow_pair(key, inner, deeper, place, lines));
      return flow_collection('{', '}', parts, margin, place, lines);
    case Content::Kind::sequence:
      for (const Content& item : value.items) parts.push_back(flow_value(item, deeper, place, lines));
      return flow_collection('[', ']', parts, margin, place, lines);
  }
  return {};
}

std::string Writer::flow_intrinsic(const Content& value, const std::string& margin, const PlaceStyle& place,
                                   bool lines) const {
  const Content& argument = value.items.front();
  if (!style_.long_intrinsics)
    return tag_of(value.text) + " " +
           (argument.kind == Content::Kind::text ? name_text(argument.text, style_, true)
                                                 : flow_value(argument, margin, place, false));
  // {"Ref": "X"} may stand on one line where other mappings do not.
  const bool is_short = argument.kind == Content::Kind::text;
  const bool in_lines = lines && !(is_short && style_.references_on_one_line);
  const std::string deeper = margin + style_.indent_unit;
  return flow_collection('{', '}', {flow_pair(value.text, long_argument(value), deeper, place, in_lines)}, margin,
                         place, in_lines);
}

std::string Writer::flow_collection(char open, char close, const std::vector<std::string>& parts,
                                    const std::string& margin, const PlaceStyle& place, bool lines) const {
  const std::string line_break(style_.line_break);
  const std::string pad =
      lines ? line_break + margin : (open == '{' && place.padded_braces && style_.colon.ends_with(' ') ? " " : "");
  std::string text(1, open);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += lines || !style_.colon.ends_with(' ') ? "," : ", ";
    text += lines ? line_break + margin + style_.indent_unit : i == 0 ? pad : "";
    text += parts[i];
  }
  return text + pad + close;
}

}  // namespace codesign
