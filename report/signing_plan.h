// What has to be signed, for people, and in the words that SAM CLI takes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/signing_plan.h"
#include "report/result.h"

namespace codesign {

// The plan of one template, and the profiles that were asked for.
struct TemplatePlan {
  const FileResult* file = nullptr;
  SigningPlan plan;
  std::vector<std::optional<SigningProfileName>> profiles;  // one for each of plan.to_sign
  std::string environment;                                  // of samconfig.toml

  // samconfig.toml, where the entry was to be written:
  std::string config_path;  // empty where it was not
  bool is_written = false;  // it says now what it should
  bool is_changed = false;  // and did not before

  // Each name once, with its profile; what has none is not there.
  std::vector<std::pair<std::string, SigningProfileName>> pairs() const;
};

// "Api=Profile Layer=Profile:210987654321", for --signing-profiles.
std::string signing_arguments(const TemplatePlan& plan);
// The value of signing_profiles in samconfig.toml, before it is put into quotes, as SAM CLI's guided deployment writes
// it (samcli/commands/deploy/guided_config.py): Api="Profile" Layer="Profile:210987654321"
std::string signing_entry(const TemplatePlan& plan);
// "[default.deploy.parameters]"; an environment that is no bare key of TOML is quoted.
std::string signing_table(std::string_view environment);
// A string of TOML in double quotes.
std::string toml_string(std::string_view text);

// "Report is inline code, …": why SAM CLI does not sign it, and what to do instead.
std::string sentence_of(const NotSigned& left);

// All of it; nothing for a template that has nothing to sign.
std::string text_of_plan(const TemplatePlan& plan);
// "4 packages to sign in 2 templates"
std::string summary_of_plans(const std::vector<TemplatePlan>& plans);

}  // namespace codesign
