#include "cli/policies.h"

#include <fmt/core.h>

#include "cli/files.h"
#include "cli/git.h"
#include "template/parse.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

fs::path without_links(const fs::path& path) {
  std::error_code error;
  const fs::path result = fs::weakly_canonical(path, error);
  return error ? path : result;
}

[[noreturn]] void refuse(const std::string& path, const Document& document, Span where, std::string_view why) {
  const Position at = LineTable(document.source.bytes).position(where.begin);
  throw WorldError(fmt::format("{}:{}:{}: {}", path, at.line, at.column, why));
}

// Each option by itself, so that its place is known, and then all of them together.
SigningOptions signing_of(const Config& config, const std::string& path, const Document& document) {
  if (config.transform.empty()) return {};
  std::vector<std::string> words;
  for (const Config::Option& option : config.transform) {
    std::vector<std::string> own{"--" + option.name};
    if (!option.value.empty()) own.push_back(option.value);
    words.insert(words.end(), own.begin(), own.end());
    try {
      signing_wishes(read_signing_options(own));
    } catch (const WorldError& error) {
      // Some only make sense beside others, which is asked for below.
      if (option.name != "publisher-parameter" && option.name != "create-profile")
        refuse(path, document, option.where, error.what());
    }
  }
  try {
    SigningOptions options = read_signing_options(words);
    signing_wishes(options);
    return options;
  } catch (const WorldError& error) {
    refuse(path, document, config.transform.front().where, error.what());
  }
}

}  // namespace

Policy read_policy(std::string bytes, const fs::path& file) {
  Policy policy;
  policy.path = file.string();
  if (bytes.size() > max_policy_bytes) throw WorldError(fmt::format("{}: the file is larger than 1 MB", policy.path));
  const Document document = parse({policy.path, std::move(bytes)});
  policy.config = read_config(document);
  if (!policy.config.problems.empty()) {
    const Problem& problem = policy.config.problems.front();
    refuse(policy.path, document, problem.where, problem.message);
  }
  policy.signing = signing_of(policy.config, policy.path, document);
  policy.excludes = {without_links(fs::absolute(file).parent_path()), PathPatterns(policy.config.exclude)};
  if (Approved approved = policy.config.approved; !approved.configs.empty() || !approved.publishers.empty()) {
    approved.by = policy.path;
    policy.approved = std::make_shared<const Approved>(std::move(approved));
  }
  return policy;
}

Policies::Policies(const std::string& named) : named_(named) {
  if (!named.empty()) read(named_);
}

const Policy& Policies::read(const fs::path& file) {
  auto& known = by_file_[file];
  if (known) return *known;
  known = std::make_unique<Policy>();
  if (file.empty()) return *known;
  const std::string path = file == named_ ? file.string() : path_from_here(file.string());
  *known = read_policy(read_file(path, max_policy_bytes), path);
  return *known;
}

fs::path Policies::find(const fs::path& folder) const {
  std::error_code error;
  const fs::path outermost = outermost_around(folder);
  for (fs::path at = folder;; at = at.parent_path()) {
    if (fs::is_regular_file(at / policy_name, error)) {
      refuse_link_to_outside(at / policy_name, "copy the file, or name it with --config");
      return at / policy_name;
    }
    if (at == outermost || at == at.parent_path()) return {};
  }
}

const Policy& Policies::of_folder(const fs::path& folder) {
  if (!named_.empty()) return read(named_);
  const auto [known, is_new] = by_folder_.try_emplace(folder);
  if (is_new) known->second = &read(find(without_links(folder)));
  return *known->second;
}

const Policy& Policies::of_file(const std::string& path) {
  return of_folder(fs::absolute(path).parent_path());
}

}  // namespace codesign
