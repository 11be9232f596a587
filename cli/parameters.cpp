#include "cli/parameters.h"

#include <fmt/core.h>

#include "cli/files.h"
#include "cli/sam_config.h"
#include "template/parse.h"

namespace codesign {

void add_parameter(std::string_view pair, const std::string& where, Assumptions& into) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw WorldError(
        fmt::format("{}: \"{}\" is not KEY=VALUE; write the name of a parameter before the \"=\"", where, pair));
  into[std::string(pair.substr(0, equals))] = std::string(pair.substr(equals + 1));
}

Assumptions parameters_of(std::string bytes, const std::string& path) {
  const Document document = parse({path, std::move(bytes)});
  if (!document.problems.empty()) {
    const Position at = LineTable(document.source.bytes).position(document.problems.front().where.begin);
    throw WorldError(fmt::format("{}:{}:{}: {}", path, at.line, at.column, document.problems.front().message));
  }
  const auto wrong = [&] {
    return WorldError(
        fmt::format("{}: expected a list of ParameterKey and ParameterValue, or an object of names and values", path));
  };
  Assumptions result;
  const NodeId root = document.root();
  if (is_sequence(document, root)) {
    for (const NodeId item : children(document, root)) {
      const auto key = scalar_text(document, value_of(document, item, "ParameterKey"));
      const auto value = scalar_text(document, value_of(document, item, "ParameterValue"));
      if (key && value)
        result[std::string(*key)] = std::string(*value);
      else if (!key)
        throw wrong();  // "UsePreviousValue" has a key alone: it stays open
    }
    return result;
  }
  if (!is_mapping(document, root)) throw wrong();
  const NodeId inner = value_of(document, root, "Parameters");
  for (const Entry& entry : entries(document, is_mapping(document, inner) ? inner : root)) {
    const auto key = scalar_text(document, entry.key), value = scalar_text(document, entry.value);
    if (!key || !value) throw wrong();
    result[std::string(*key)] = std::string(*value);
  }
  return result;
}

Assumptions read_parameters(const std::vector<std::string>& words) {
  Assumptions result;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos && equals < word.find_first_of("/."))
      add_parameter(word, "--parameters", result);
    else
      for (auto& [name, value] : word.ends_with(".toml") ? parameter_overrides(read_file(word, max_file_bytes), word)
                                                         : parameters_of(read_file(word, max_file_bytes), word))
        result[name] = value;
  }
  return result;
}

}  // namespace codesign
