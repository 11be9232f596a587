// samconfig.toml, as SAM CLI reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace codesign {

// The parameter_overrides of its default environment. Throws WorldError where there are none, or it is no TOML. `path`
// is for messages alone.
Assumptions parameter_overrides(std::string_view bytes, const std::string& path);

// What it says of signing; nothing where it deploys another template than the one of that name. Throws WorldError where
// it is no TOML.
std::optional<SamConfig> sam_config_of(std::string_view bytes, const std::string& path, std::string_view template_name);
// The same of samconfig.toml beside the template; nothing where there is no such file. Throws WorldError also where it
// cannot be read.
std::optional<SamConfig> sam_config_beside(const std::string& template_path);

// --- writing signing_profiles
//
// SAM CLI reads [ENVIRONMENT.COMMAND.parameters], whose keys take the place of those of [ENVIRONMENT.global.parameters]
// (samcli/lib/config/samconfig.py, get_all): one list is read, lists are not joined. So the entries go to each
// signing_profiles that the environment has already, under global, package or deploy, and, where it has none, to
// deploy. Whichever command reads the key, it then reads them. sam package and sam deploy both sign: an environment
// that signs in sam package only is not given the entry for sam deploy, which would sign what is signed.

// Names and their profiles, "NAME" or "NAME:OWNER".
using SigningEntries = std::vector<std::pair<std::string, std::string>>;

// Bytes of samconfig.toml, and what they become; equal where it says all that already. Every byte is kept but those of
// the values of signing_profiles: those of other names stay, ours are changed where they differ. `path` is for messages
// alone; `template_name` is the file that is to be deployed, `may_be_default` whether SAM CLI takes it when none is
// named. Throws WorldError for a text that is no TOML, one that deploys another template, and one in which the place is
// not plain: dotted keys, inline tables, arrays of tables, a table in place of the value (which SAM CLI refuses).
std::string with_signing_profiles(std::string_view bytes, const std::string& path, std::string_view template_name,
                                  bool may_be_default, std::string_view environment, const SigningEntries& entries);

// The same for the file beside a template, which is `path`, or will be, where `exists` is false.
struct SamConfigEdit {
  std::string path;
  bool exists = false;
  std::string before, after;
  std::string remark;  // a sentence on what is wrong with it all the same; empty where nothing is

  bool is_change() const { return before != after; }
};
// Throws WorldError as above, and where the file cannot be read, is a link, or another one is read in its place.
SamConfigEdit edit_sam_config_beside(const std::string& template_path, std::string_view environment,
                                     const SigningEntries& entries);

}  // namespace codesign
