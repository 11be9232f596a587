#include "report/json_writing.h"

namespace codesign {

std::string written(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
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
