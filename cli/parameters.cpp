#include "cli/parameters.h"

#include <fmt/core.h>
#include <toml++/toml.h>

#include "cli/files.h"
#include "template/parse.h"

namespace codesign {
namespace {

void add_pair(std::string_view pair, const std::string& where, Assumptions& into) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw WorldError(fmt::format("{}: \"{}\" is not KEY=VALUE", where, pair));
  into[std::string(pair.substr(0, equals))] = std::string(pair.substr(equals + 1));
}

// SAM CLI's own syntax: pairs between blanks, values in quotes where they hold blanks; or
// "ParameterKey=Name,ParameterValue=Value".
void add_overrides(std::string_view text, const std::string& where, Assumptions& into) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && at + 1 < text.size())
      words.back() += text[++at];
    else if (quote != 0 && c == quote)
      quote = 0;
    else if (quote == 0 && (c == '"' || c == '\''))
      quote = c;
    else if (quote == 0 && (c == ' ' || c == '\n' || c == '\t'))
      words.emplace_back();
    else
      words.back() += c;
  }
  constexpr std::string_view key_sign = "ParameterKey=", value_sign = ",ParameterValue=";
  for (const std::string& word : words) {
    if (word.empty()) continue;
    const std::size_t value = word.find(value_sign);
    if (word.starts_with(key_sign) && value != std::string::npos)
      into[word.substr(key_sign.size(), value - key_sign.size())] = word.substr(value + value_sign.size());
    else
      add_pair(word, where, into);
  }
}

void read_samconfig(const std::string& path, Assumptions& into) {
  toml::table table;
  try {
    table = toml::parse(read_file(path, max_file_bytes), path);
  } catch (const toml::parse_error& error) {
    throw WorldError(fmt::format("{}:{}:{}: not valid TOML: {}", path, error.source().begin.line,
                                 error.source().begin.column, error.description()));
  }
  bool found = false;
  for (const char* command : {"global", "deploy"}) {
    const auto overrides = table["default"][command]["parameters"]["parameter_overrides"];
    if (const auto text = overrides.value<std::string>()) {
      add_overrides(*text, path, into);
      found = true;
    } else if (const toml::array* list = overrides.as_array()) {
      for (const toml::node& item : *list)
        if (const auto word = item.value<std::string>()) add_overrides(*word, path, into);
      found = true;
    }
  }
  if (!found)
    throw WorldError(fmt::format("{}: there are no parameter_overrides under [default.deploy.parameters]", path));
}

void read_parameter_file(const std::string& path, Assumptions& into) {
  const Document document = parse({path, read_file(path, max_file_bytes)});
  if (!document.problems.empty()) {
    const Position at = LineTable(document.source.bytes).position(document.problems.front().where.begin);
    throw WorldError(fmt::format("{}:{}:{}: {}", path, at.line, at.column, document.problems.front().message));
  }
  const auto wrong = [&] {
    return WorldError(
        fmt::format("{}: expected a list of ParameterKey and ParameterValue, or an object of names and values", path));
  };
  const NodeId root = document.root();
  if (is_sequence(document, root)) {
    for (const NodeId item : children(document, root)) {
      const auto key = scalar_text(document, value_of(document, item, "ParameterKey"));
      const auto value = scalar_text(document, value_of(document, item, "ParameterValue"));
      if (key && value)
        into[std::string(*key)] = std::string(*value);
      else if (!key)
        throw wrong();  // "UsePreviousValue" has a key alone: it stays open
    }
    return;
  }
  if (!is_mapping(document, root)) throw wrong();
  const NodeId inner = value_of(document, root, "Parameters");
  for (const Entry& entry : entries(document, is_mapping(document, inner) ? inner : root)) {
    const auto key = scalar_text(document, entry.key), value = scalar_text(document, entry.value);
    if (!key || !value) throw wrong();
    into[std::string(*key)] = std::string(*value);
  }
}

}  // namespace

Assumptions read_parameters(const std::vector<std::string>& words) {
  Assumptions result;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos && equals < word.find_first_of("/."))
      add_pair(word, "--parameters", result);
    else if (word.ends_with(".toml"))
      read_samconfig(word, result);
    else
      read_parameter_file(word, result);
  }
  return result;
}

}  // namespace codesign
