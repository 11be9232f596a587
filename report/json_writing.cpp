#include "report/json_writing.h"

#include <algorithm>

#include <fmt/core.h>

#include "report/text.h"
#include "template/utf8.h"

namespace codesign {
namespace {

// "\\u005b", of a character with at most three bytes.
std::string escape_of(std::string_view character) {
  unsigned point = static_cast<unsigned char>(character.front());
  if (character.size() > 1) point &= 0x7Fu >> character.size();
  for (const char byte : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(byte) & 0x3Fu);
  return fmt::format("\\u{:04x}", point);
}

}  // namespace

std::string written(const Json& json) {
  const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character =
        std::string_view(text).substr(at, std::max<std::size_t>(utf8_length(text, at), 1));
    at += character.size();
    const bool ends_command = character == "[" && result.ends_with("##");  // of GitHub Actions
    if (ends_command || (character != "\n" && is_control(character)))
      result += escape_of(character);
    else
      result += character;
  }
  return result;
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(std::string(text));
}

Json when_json(const Circumstance& circumstance) {
  if (circumstance.choices.empty()) return nullptr;
  Json json = Json::object();
  for (const Circumstance::Choice& choice : circumstance.choices)
    json[choice.of.empty() ? choice.name : choice.name + " of " + choice.of] = choice.value;
  return json;
}

}  // namespace codesign
