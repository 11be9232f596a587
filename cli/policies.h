// The configuration files of a run: the one that is named, or, for each template, the one nearest to it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "cli/discovery.h"
#include "cli/signing_options.h"
#include "lint/config.h"

namespace codesign {

constexpr std::string_view policy_name = ".cfn-codesign.yaml";
// What such a file lists is kept, and compared with what templates say; people write some hundred lines.
constexpr std::size_t max_policy_bytes = 1u << 20;

struct Policy {
  std::string path;  // empty: there is no file
  Config config;
  std::shared_ptr<const Approved> approved;  // null where all is approved
  Excludes excludes;
  SigningOptions signing;
};

// What such a file says. Throws WorldError for one that is not understood.
Policy read_policy(std::string bytes, const std::filesystem::path& file);

class Policies {
 public:
  // `named`: a file for all templates; empty: each has its own. Throws WorldError for a file that is not understood, as
  // does `of`.
  explicit Policies(const std::string& named);

  // What counts for the templates of a folder: the file there, or in a folder around it, up to the root of the
  // repository; without a repository, up to the working folder, if that is around it, or else no further.
  const Policy& of_folder(const std::filesystem::path& folder);
  const Policy& of_file(const std::string& path);

 private:
  const Policy& read(const std::filesystem::path& file);
  std::filesystem::path find(const std::filesystem::path& folder) const;

  std::filesystem::path named_;
  std::map<std::filesystem::path, std::unique_ptr<Policy>> by_file_;
  std::map<std::filesystem::path, const Policy*> by_folder_;
};

}  // namespace codesign
