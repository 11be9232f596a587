#include "cli/sam_config.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>
#include <toml++/toml.h>

#include "cli/files.h"
#include "cli/parameters.h"
#include "template/parse.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

// Pairs between blanks, values in quotes where they hold blanks.
std::vector<std::string> words_of(std::string_view text) {
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
  return words;
}

// SAM CLI's own syntax, or "ParameterKey=Name,ParameterValue=Value".
void add_overrides(std::string_view text, const std::string& where, Assumptions& into) {
  constexpr std::string_view key_sign = "ParameterKey=", value_sign = ",ParameterValue=";
  for (const std::string& word : words_of(text)) {
    if (word.empty()) continue;
    const std::size_t value = word.find(value_sign);
    if (word.starts_with(key_sign) && value != std::string::npos)
      into[word.substr(key_sign.size(), value - key_sign.size())] = word.substr(value + value_sign.size());
    else
      add_parameter(word, where, into);
  }
}

toml::table read_toml(const std::string& path) {
  try {
    return toml::parse(read_file(path, max_file_bytes), path);
  } catch (const toml::parse_error& error) {
    throw WorldError(fmt::format("{}:{}:{}: not valid TOML: {}", path, error.source().begin.line,
                                 error.source().begin.column, error.description()));
  }
}

// "Function=\"Profile\" Layer=\"Profile:Account\"", a list of such pairs, or a table (samcli/cli/types.py,
// SigningProfilesOptionType).
void add_signed_names(const toml::node& written, std::set<std::string, std::less<>>& into) {
  if (const auto text = written.value<std::string>()) {
    for (const std::string& word : words_of(*text))
      if (const std::size_t equals = word.find('='); equals != std::string::npos && equals > 0)
        into.insert(word.substr(0, equals));
  } else if (const toml::array* list = written.as_array()) {
    for (const toml::node& item : *list) add_signed_names(item, into);
  } else if (const toml::table* table = written.as_table()) {
    for (const auto& [name, profile] : *table) into.emplace(name.str());
  }
}

// SAM CLI takes template.[yaml|yml|json] where nothing else is named, and what `sam build` made of it.
bool is_usual_name(const fs::path& name) {
  return name == "template.yaml" || name == "template.yml" || name == "template.json";
}

}  // namespace

Assumptions parameter_overrides(const std::string& path) {
  const toml::table table = read_toml(path);
  Assumptions result;
  bool found = false;
  for (const char* command : {"global", "deploy"}) {
    const auto overrides = table["default"][command]["parameters"]["parameter_overrides"];
    if (const auto text = overrides.value<std::string>()) {
      add_overrides(*text, path, result);
      found = true;
    } else if (const toml::array* list = overrides.as_array()) {
      for (const toml::node& item : *list)
        if (const auto word = item.value<std::string>()) add_overrides(*word, path, result);
      found = true;
    }
  }
  if (!found)
    throw WorldError(fmt::format("{}: there are no parameter_overrides under [default.deploy.parameters]", path));
  return result;
}

std::optional<SamConfig> sam_config_beside(const std::string& template_path) {
  const fs::path file(template_path), beside = file.parent_path() / "samconfig.toml";
  std::error_code error;
  if (!fs::is_regular_file(beside, error)) return {};
  const toml::table table = read_toml(beside.string());
  // An environment is about this template if it says so, or names none and SAM CLI would take this one.
  SamConfig result{.path = beside.string()};
  bool is_deployed = false;
  for (const auto& [environment, commands] : table) {
    bool deploys = false, names_a_template = false, names_this_one = false;
    std::set<std::string, std::less<>> signed_names;
    for (const char* command : {"global", "package", "deploy"}) {
      const toml::table* parameters = toml::node_view(commands)[command]["parameters"].as_table();
      if (!parameters) continue;
      deploys |= std::string_view(command) != "global";
      for (const char* key : {"template_file", "template"})
        if (const auto named = (*parameters)[key].value<std::string>()) {
          names_a_template = true;
          names_this_one |= fs::path(*named).filename() == file.filename();
        }
      if (const toml::node* profiles = parameters->get("signing_profiles")) add_signed_names(*profiles, signed_names);
    }
    if (!deploys || !(names_a_template ? names_this_one : is_usual_name(file.filename()))) continue;
    is_deployed = true;
    result.signed_names.merge(signed_names);
  }
  return is_deployed ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace codesign
