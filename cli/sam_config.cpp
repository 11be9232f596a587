#include "cli/sam_config.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>

#include <fmt/core.h>
#include <toml++/toml.h>

#include "cli/files.h"
#include "cli/git.h"
#include "cli/parameters.h"
#include "cli/toml_layout.h"
#include "report/signing_plan.h"
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

// toml++ limits how deep values are, but not keys, and goes down by calls.
constexpr std::ptrdiff_t max_dots = 500;  // in one line

// 1-based; 0 where there is none.
std::size_t line_of_deep_key(std::string_view bytes) {
  std::size_t number = 1;
  for (std::size_t at = 0; at < bytes.size(); ++number) {
    const std::string_view line = bytes.substr(at, bytes.find('\n', at) - at);
    if (std::count(line.begin(), line.end(), '.') > max_dots) return number;
    at += line.size() + 1;
  }
  return 0;
}

toml::table parse_toml(std::string_view bytes, const std::string& path) {
  if (bytes.size() > max_file_bytes) throw WorldError(fmt::format("{}: the file is larger than 16 MB", path));
  try {
    if (const std::size_t line = line_of_deep_key(bytes))
      throw WorldError(
          fmt::format("{}:{}: more than {} dots in a line nest keys too deep; write tables", path, line, max_dots));
    return toml::parse(bytes, path);
  } catch (const toml::parse_error& error) {
    throw WorldError(fmt::format("{}:{}:{}: not valid TOML: {}", path, error.source().begin.line,
                                 error.source().begin.column, error.description()));
  }
}

// "Function=\"Profile\" Layer=\"Profile:Account\"", a list of such pairs, or a table (samcli/cli/types.py,
// SigningProfilesOptionType).
void add_signed_names(const toml::node& written, decltype(SamConfig::signed_names)& into) {
  if (const auto text = written.value<std::string>()) {
    for (const std::string& word : words_of(*text))
      if (const std::size_t equals = word.find('='); equals != std::string::npos && equals > 0)
        into[word.substr(0, equals)].insert(word.substr(equals + 1));
  } else if (const toml::array* list = written.as_array()) {
    for (const toml::node& item : *list) add_signed_names(item, into);
  } else if (const toml::table* table = written.as_table()) {
    for (const auto& [name, profile] : *table)
      into[std::string(name.str())].insert(profile.value<std::string>().value_or(""));
  }
}

// SAM CLI takes template.[yaml|yml|json] where nothing else is named, and what `sam build` made of it.
bool is_usual_name(std::string_view name) {
  return name == "template.yaml" || name == "template.yml" || name == "template.json";
}

// --- writing signing_profiles

constexpr std::string_view signing_key = "signing_profiles";

// A replacement of bytes; an empty span inserts.
struct TomlEdit {
  TomlSpan where;
  std::string text;
};

// One word of SAM CLI's syntax.
struct SigningPair {
  std::string word, name, profile;
};

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw WorldError(fmt::format("{}: {}; it is unchanged", path, why));
}

// "F=\"P\" L=P:210987654321", strictly: what the regular expression of SigningProfilesOptionType would pass over is
// refused rather than lost.
std::vector<SigningPair> read_pairs(std::string_view text, const std::string& path) {
  std::vector<SigningPair> pairs;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find(' ', at), text.size());
    SigningPair pair{.word = std::string(text.substr(at, end - at))};
    at = end;
    const std::size_t equals = pair.word.find('=');
    pair.name = pair.word.substr(0, equals);
    if (equals != std::string::npos) pair.profile = pair.word.substr(equals + 1);
    for (const char quote : {'"', '\''})
      if (pair.profile.size() >= 2 && pair.profile.front() == quote && pair.profile.back() == quote)
        pair.profile = pair.profile.substr(1, pair.profile.size() - 2);
    const bool has_name = !pair.name.empty() && std::all_of(pair.name.begin(), pair.name.end(), [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0;
    });
    if (!has_name || pair.profile.empty() || pair.profile.find_first_of("\"'\\\t\r\n") != std::string::npos)
      refuse(path, fmt::format("signing_profiles holds {}, which is not Name=Profile[:Owner] as SAM CLI takes it",
                               pair.word));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

// Takes from `missing` what stands in `text` already or is put right there.
std::string with_entries(std::string_view text, const SigningEntries& entries, SigningEntries& missing,
                         const std::string& path) {
  std::string result;
  bool is_changed = false;
  for (const SigningPair& pair : read_pairs(text, path)) {
    const auto ours =
        std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == pair.name; });
    std::erase_if(missing, [&](const auto& entry) { return entry.first == pair.name; });
    if (!result.empty()) result += ' ';
    if (ours == entries.end() || ours->second == pair.profile) {
      result += pair.word;
    } else {
      const bool is_quoted = pair.word.find_first_of("\"'") != std::string::npos;
      result += pair.name + "=" + (is_quoted ? "\"" + ours->second + "\"" : ours->second);
      is_changed = true;
    }
  }
  return is_changed ? result : std::string(text);
}

// In the quotes that stand there, if they can hold it.
std::string respelt(std::string_view written, const std::string& text) {
  const bool is_literal = written.starts_with('\'') && !written.starts_with("\'\'\'");
  return is_literal && text.find('\'') == std::string::npos ? "'" + text + "'" : toml_string(text);
}

std::string decoded_string(std::string_view written, const std::string& path) {
  const toml::table table = parse_toml("x = " + std::string(written), path);
  const auto text = table["x"].value<std::string>();
  if (!text) refuse(path, "signing_profiles holds something else than texts; write each entry as \"Name=Profile\"");
  return *text;
}

class SigningEditor {
 public:
  SigningEditor(std::string_view bytes, const std::string& path, std::string_view environment,
                const SigningEntries& entries)
      : bytes_(bytes), path_(path), environment_(environment), entries_(entries) {
    auto statements = toml_statements(bytes);
    if (!statements) refuse(path, "it is not written plainly enough to be edited; pass the arguments that plan shows");
    statements_ = std::move(*statements);
    const std::size_t line = bytes.find('\n');
    line_break_ = line != std::string_view::npos && line > 0 && bytes[line - 1] == '\r' ? "\r\n" : "\n";
  }

  std::string edited(const std::vector<std::string>& commands, const std::string& default_command) {
    for (const std::string& command : commands) change(command);
    if (commands.empty()) add(default_command);
    std::string result(bytes_);
    std::sort(edits_.begin(), edits_.end(),
              [](const TomlEdit& left, const TomlEdit& right) { return left.where.begin > right.where.begin; });
    for (const TomlEdit& edit : edits_) result.replace(edit.where.begin, edit.where.end - edit.where.begin, edit.text);
    return result;
  }

 private:
  std::vector<std::string> table_path(const std::string& command) const {
    return {environment_, command, "parameters"};
  }

  // A statement that says something of that table, or of what holds it, other than its own headers do.
  void refuse_if_not_plain(const std::vector<std::string>& table) const {
    for (const TomlStatement& one : statements_) {
      const bool is_related = std::equal(
          table.begin(), table.begin() + static_cast<std::ptrdiff_t>(std::min(table.size(), one.path.size())),
          one.path.begin());
      if (!is_related) continue;
      if (one.kind == TomlStatement::Kind::array_of_tables && one.path.size() <= table.size())
        refuse(path_, fmt::format("[[{}]] is a list of tables, and SAM CLI reads one", fmt_path(one.path)));
      if (one.kind == TomlStatement::Kind::pair && one.keys_of_table < table.size())
        refuse(path_, fmt::format("{} is written with a dotted key or an inline table; write it as [{}]",
                                  fmt_path(one.path), fmt_path(table)));
    }
  }

  static std::string fmt_path(const std::vector<std::string>& path) {
    std::string text;
    for (const std::string& key : path) text += (text.empty() ? "" : ".") + key;
    return text;
  }

  void change(const std::string& command) {
    const std::vector<std::string> table = table_path(command);
    refuse_if_not_plain(table);
    std::vector<std::string> wanted = table;
    wanted.emplace_back(signing_key);
    for (const TomlStatement& one : statements_) {
      if (one.path.size() < wanted.size() || !std::equal(wanted.begin(), wanted.end(), one.path.begin())) continue;
      const bool is_value = one.kind == TomlStatement::Kind::pair && one.path == wanted;
      if (is_value && bytes_[one.value.begin] == '[') return change_list(one.value);
      if (is_value && (bytes_[one.value.begin] == '"' || bytes_[one.value.begin] == '\''))
        return change_string(one.value);
      refuse(path_, fmt::format("{} is neither a text nor a list, and SAM CLI takes nothing else; write it as a text",
                                fmt_path(wanted)));
    }
    refuse(path_, fmt::format("{} is not written plainly enough to be edited; pass the arguments that plan shows",
                              fmt_path(wanted)));
  }

  std::string_view slice(TomlSpan span) const { return bytes_.substr(span.begin, span.end - span.begin); }

  void change_string(TomlSpan value) {
    const std::string text = decoded_string(slice(value), path_);
    SigningEntries missing = entries_;
    std::string changed = with_entries(text, entries_, missing, path_);
    for (const auto& [name, profile] : missing)
      changed += (changed.find_first_not_of(' ') == std::string::npos ? "" : " ") + name + "=\"" + profile + "\"";
    if (changed != text) edits_.push_back({value, respelt(slice(value), changed)});
  }

  void change_list(TomlSpan value) {
    const auto items = toml_items(bytes_, value);
    if (!items)
      refuse(path_, "the list of signing_profiles is not written plainly enough to be edited; write it as one text");
    SigningEntries missing = entries_;
    for (const TomlSpan item : *items) {
      const std::string text = decoded_string(slice(item), path_);
      const std::string changed = with_entries(text, entries_, missing, path_);
      if (changed != text) edits_.push_back({item, respelt(slice(item), changed)});
    }
    if (missing.empty()) return;
    if (items->empty()) {
      if (slice(value).find('#') != std::string_view::npos)
        refuse(path_, "the list of signing_profiles is empty but for a comment; put the first entry there by hand");
      std::string list;
      for (const auto& [name, profile] : missing)
        list += (list.empty() ? "" : ", ") + toml_string(name + "=" + profile);
      edits_.push_back({value, "[" + list + "]"});
      return;
    }
    append_items(items->back(), value, missing);
  }

  // Each on a line of its own where the last one has one, and behind the comment on that line.
  void append_items(TomlSpan last, TomlSpan list, const SigningEntries& missing) {
    const std::size_t line = bytes_.rfind('\n', last.begin);
    const std::size_t line_begin = line == std::string_view::npos ? 0 : line + 1;
    const std::string_view indent = bytes_.substr(line_begin, last.begin - line_begin);
    const bool has_own_line = line_begin > list.begin && indent.find_first_not_of(" \t") == std::string_view::npos;
    const std::size_t next = std::min(bytes_.find_first_not_of(" \t\r\n", last.end), list.end);
    std::string text;
    if (!has_own_line) {
      for (const auto& [name, profile] : missing) text += ", " + toml_string(name + "=" + profile);
      edits_.push_back({{last.end, last.end}, text});
      return;
    }
    const bool has_comma = bytes_[next] == ',';
    std::size_t line_end = std::min(bytes_.find('\n', has_comma ? next : last.end), bytes_.size());
    if (line_end > last.end && bytes_[line_end - 1] == '\r') --line_end;
    // "]" on the same line ends the list before that.
    if (line_end >= list.end) line_end = has_comma ? next + 1 : last.end;
    for (std::size_t i = 0; i < missing.size(); ++i)
      text += line_break_ + std::string(indent) + toml_string(missing[i].first + "=" + missing[i].second) +
              (has_comma || i + 1 < missing.size() ? "," : "");
    if (has_comma) {
      edits_.push_back({{line_end, line_end}, text});
    } else if (line_end == last.end) {
      edits_.push_back({{line_end, line_end}, "," + text});
    } else {
      edits_.push_back({{last.end, last.end}, ","});
      edits_.push_back({{line_end, line_end}, text});
    }
  }

  void add(const std::string& command) {
    const std::vector<std::string> table = table_path(command);
    refuse_if_not_plain(table);
    SigningEntries missing = entries_;
    std::string value;
    for (const auto& [name, profile] : missing) value += (value.empty() ? "" : " ") + name + "=\"" + profile + "\"";
    const std::string line = std::string(signing_key) + " = " + toml_string(value);
    const TomlStatement* behind = nullptr;
    for (const TomlStatement& one : statements_)
      if (one.path.size() >= table.size() && one.keys_of_table == table.size() &&
          std::equal(table.begin(), table.end(), one.path.begin()))
        behind = &one;
    if (behind) {
      const std::size_t begin = bytes_.rfind('\n', behind->whole.begin);
      std::string_view indent = bytes_.substr(begin == std::string_view::npos ? 0 : begin + 1);
      if (indent.starts_with(byte_order_mark)) indent.remove_prefix(byte_order_mark.size());
      indent = indent.substr(0, std::min(indent.find_first_not_of(" \t"), indent.size()));
      std::size_t end = std::min(bytes_.find('\n', behind->whole.end), bytes_.size());
      if (end > behind->whole.end && bytes_[end - 1] == '\r') --end;
      edits_.push_back({{end, end}, line_break_ + std::string(indent) + line});
      return;
    }
    const bool ends_a_line = bytes_.ends_with('\n');
    std::string text;
    const std::string_view content = bytes_.starts_with(byte_order_mark) ? bytes_.substr(3) : bytes_;
    if (!content.empty()) text += (ends_a_line ? "" : line_break_) + line_break_;
    // SAM CLI refuses a file that says something without a version (samcli/lib/config/version.py).
    if (statements_.empty()) text += "version = 0.1" + line_break_ + line_break_;
    std::string header = signing_table(environment_);
    if (command != "deploy") header.replace(header.rfind(".deploy."), 8, "." + command + ".");
    text += header + line_break_ + line + (content.empty() || ends_a_line ? line_break_ : "");
    edits_.push_back({{bytes_.size(), bytes_.size()}, text});
  }

  std::string_view bytes_;
  const std::string& path_;
  std::string environment_;
  const SigningEntries& entries_;
  std::vector<TomlStatement> statements_;
  std::vector<TomlEdit> edits_;
  std::string line_break_;
};

// The profile that each name has at last: SAM CLI lets later ones win.
void collect_pairs(const toml::node& written, const std::string& path, std::map<std::string, std::string>& into) {
  if (const auto text = written.value<std::string>()) {
    for (const SigningPair& pair : read_pairs(*text, path)) into[pair.name] = pair.profile;
  } else if (const toml::array* list = written.as_array()) {
    for (const toml::node& item : *list) collect_pairs(item, path, into);
  }
}

// Takes the key out, and what its table would not be there for without it; tells what it said.
std::map<std::string, std::string> take_signing_profiles(toml::table& root, const std::string& environment,
                                                         const std::string& command, const std::string& path) {
  std::map<std::string, std::string> pairs;
  toml::table* in_environment = root[environment].as_table();
  toml::table* in_command = in_environment ? (*in_environment)[command].as_table() : nullptr;
  toml::table* parameters = in_command ? (*in_command)["parameters"].as_table() : nullptr;
  if (parameters) {
    if (const toml::node* written = parameters->get(signing_key)) collect_pairs(*written, path, pairs);
    parameters->erase(signing_key);
    if (parameters->empty()) in_command->erase("parameters");
  }
  if (in_command && in_command->empty()) in_environment->erase(command);
  if (in_environment && in_environment->empty()) root.erase(environment);
  return pairs;
}

// The last station: read back, the new text is the old one but for the entries.
void compare(const toml::table& old_root, std::string_view text, const std::string& path,
             const std::string& environment, const std::vector<std::string>& commands, const SigningEntries& entries) {
  toml::table before = old_root, after = parse_toml(text, path);
  if (before.empty()) after.erase("version");
  bool is_equal = true;
  for (const std::string& command : commands) {
    std::map<std::string, std::string> expected = take_signing_profiles(before, environment, command, path);
    for (const auto& [name, profile] : entries) expected[name] = profile;
    is_equal &= take_signing_profiles(after, environment, command, path) == expected;
  }
  if (!is_equal || before != after)
    refuse(path, "the entry cannot be put there without changing something else; pass the arguments that plan shows");
}

}  // namespace

Assumptions parameter_overrides(std::string_view bytes, const std::string& path) {
  const toml::table table = parse_toml(bytes, path);
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
    throw WorldError(
        fmt::format("{}: there are no parameter_overrides under [default.deploy.parameters]; put them there, or give "
                    "--parameters NAME=VALUE",
                    path));
  return result;
}

std::optional<SamConfig> sam_config_beside(const std::string& template_path) {
  const fs::path file(template_path), beside = file.parent_path() / "samconfig.toml";
  std::error_code error;
  if (!fs::is_regular_file(beside, error)) return {};
  refuse_link_to_outside(fs::absolute(beside), "copy the file");
  return sam_config_of(read_file(beside.string(), max_file_bytes), beside.string(), file.filename().string());
}

std::optional<SamConfig> sam_config_of(std::string_view bytes, const std::string& path,
                                       std::string_view template_name) {
  const toml::table table = parse_toml(bytes, path);
  // An environment is about this template if it says so, or names none and SAM CLI would take this one.
  SamConfig result{.path = path};
  bool is_deployed = false;
  for (const auto& [environment, commands] : table) {
    bool deploys = false, names_a_template = false, names_this_one = false;
    decltype(SamConfig::signed_names) signed_names;
    for (const char* command : {"global", "package", "deploy"}) {
      const toml::table* parameters = toml::node_view(commands)[command]["parameters"].as_table();
      if (!parameters) continue;
      deploys |= std::string_view(command) != "global";
      for (const char* key : {"template_file", "template"})
        if (const auto named = (*parameters)[key].value<std::string>()) {
          names_a_template = true;
          names_this_one |= fs::path(*named).filename() == template_name;
        }
      if (const toml::node* profiles = parameters->get("signing_profiles")) add_signed_names(*profiles, signed_names);
    }
    if (!deploys || !(names_a_template ? names_this_one : is_usual_name(template_name))) continue;
    is_deployed = true;
    for (auto& [name, profiles] : signed_names) result.signed_names[name].merge(profiles);
  }
  return is_deployed ? std::optional(std::move(result)) : std::nullopt;
}

std::string with_signing_profiles(std::string_view bytes, const std::string& path, std::string_view template_name,
                                  bool may_be_default, std::string_view environment, const SigningEntries& entries) {
  const toml::table root = parse_toml(bytes, path);
  const std::string name(environment);
  const auto parameters_of = [&](const char* command) { return root[name][command]["parameters"]; };
  const auto template_of = [&](const char* command) -> std::string {
    for (const char* key : {"template_file", "template"})
      if (const auto named = parameters_of(command)[key].value<std::string>())
        return fs::path(*named).filename().string();
    return {};
  };
  const std::string general = template_of("global");
  // Global is read by both commands.
  std::vector<std::string> places;
  std::string other;
  bool is_deployed = false, is_packaged = false;
  for (const char* command : {"package", "deploy"}) {
    const std::string own = template_of(command), named = own.empty() ? general : own;
    const bool is_this = named.empty() ? may_be_default : named == template_name;
    (std::string_view(command) == "deploy" ? is_deployed : is_packaged) = is_this;
    if (!is_this)
      other = named;
    else if (parameters_of(command)[signing_key])
      places.emplace_back(command);
  }
  if ((is_deployed || is_packaged) && parameters_of("global")[signing_key]) places.insert(places.begin(), "global");
  const bool is_packaged_by_name = is_packaged && !(template_of("package").empty() && general.empty());
  if (!is_deployed && !is_packaged_by_name)
    refuse(path, other.empty()
                     ? fmt::format("it is read for the template that SAM CLI takes when none is named, and not for {}; "
                                   "name that as template_file, or pass the arguments",
                                   template_name)
                     : fmt::format("[{}] is for the template {}, not for {}", name, other, template_name));
  const std::string default_command = is_deployed ? "deploy" : "package";
  const std::string text = SigningEditor(bytes, path, environment, entries).edited(places, default_command);
  if (places.empty()) places.push_back(default_command);
  compare(root, text, path, name, places, entries);
  return text;
}

SamConfigEdit edit_sam_config_beside(const std::string& template_path, std::string_view environment,
                                     const SigningEntries& entries) {
  const fs::path file(template_path), folder = file.parent_path();
  SamConfigEdit edit{.path = (folder / "samconfig.toml").string()};
  std::error_code error;
  const fs::file_status status = fs::symlink_status(edit.path, error);
  edit.exists = fs::exists(status);
  if (fs::is_symlink(status)) refuse(edit.path, "it is a link; write to what it names, or pass the arguments");
  if (edit.exists && !fs::is_regular_file(status))
    refuse(edit.path, "it is no file; move it away, or pass the arguments that plan shows");
  // SAM CLI reads one file, this one first (samcli/lib/config/samconfig.py, get_default_file).
  for (const char* name : {"samconfig.yaml", "samconfig.yml"})
    if (!edit.exists && fs::exists(folder / name, error))
      refuse((folder / name).string(),
             "a new samconfig.toml would be read in its place; put the entry there by hand, or pass the arguments");
  if (edit.exists) edit.before = read_file(edit.path, max_file_bytes);
  bool may_be_default = true;
  if (!is_usual_name(file.filename().string()))
    for (const char* name : {"template.yaml", "template.yml", "template.json"})
      may_be_default &= !fs::exists(folder / name, error);
  edit.after =
      with_signing_profiles(edit.before, edit.path, file.filename().string(), may_be_default, environment, entries);
  const toml::table root = parse_toml(edit.after, edit.path);
  if (!root["version"].is_floating_point())
    edit.remark = fmt::format("{}: SAM CLI refuses it without version = 0.1 before its first table", edit.path);
  return edit;
}

}  // namespace codesign
