#include "cli/plan.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/core.h>

#include "cli/files.h"
#include "cli/sam_config.h"
#include "report/json.h"
#include "report/signing_plan.h"
#include "report/text.h"
#include "template/spelling.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

// --profile, as often as it is given.
struct WantedProfiles {
  std::optional<SigningProfileName> general;
  std::map<std::string, SigningProfileName, std::less<>> of_resources;

  std::optional<SigningProfileName> of(std::string_view name) const {
    const auto found = of_resources.find(name);
    return found == of_resources.end() ? general : std::optional(found->second);
  }
};

WantedProfiles read_profiles(const std::vector<std::string>& words) {
  WantedProfiles wanted;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const auto profile = read_signing_profile_name(
        equals == std::string::npos ? std::string_view(word) : std::string_view(word).substr(equals + 1));
    if (!profile || equals == 0)
      throw WorldError(
          fmt::format("--profile {} is not [RESOURCE=]NAME[:OWNER]: NAME has 2 to 64 letters, digits and \"_\", OWNER "
                      "is an account of 12 digits",
                      printable(word)));
    if (equals != std::string::npos) {
      if (!wanted.of_resources.emplace(word.substr(0, equals), *profile).second)
        throw WorldError(
            fmt::format("--profile names {} twice; give it one profile", printable(word.substr(0, equals))));
    } else if (wanted.general) {
      throw WorldError(
          fmt::format("--profile {} is one too many; give a single resource its own with --profile RESOURCE={}",
                      printable(word), printable(word)));
    } else {
      wanted.general = profile;
    }
  }
  return wanted;
}

// A resource that nobody has is a slip.
void check_names(const WantedProfiles& wanted, const std::vector<TemplatePlan>& plans) {
  for (const auto& [name, profile] : wanted.of_resources) {
    std::vector<std::string_view> names;
    for (const TemplatePlan& plan : plans)
      for (const ToSign& entry : plan.plan.to_sign) names.push_back(entry.name);
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    for (const TemplatePlan& plan : plans)
      for (const NotSigned& left : plan.plan.not_signed)
        if (left.resource && left.resource->id == name)
          throw WorldError(fmt::format("--profile {}={}: SAM CLI does not sign that: {}", printable(name),
                                       profile.text(), printable(sentence_of(left))));
    const std::string_view meant = nearest(name, names);
    throw WorldError(fmt::format("--profile {}={}: no template has a function or layer of that name to sign{}",
                                 printable(name), profile.text(),
                                 meant.empty() ? "" : fmt::format("; did you mean {}?", printable(meant))));
  }
}

SigningEntries entries_of(const TemplatePlan& plan) {
  SigningEntries entries;
  for (const auto& [name, profile] : plan.pairs()) entries.emplace_back(name, profile.text());
  return entries;
}

// Puts the entries of each template into the file beside it. A sentence for each that cannot be is said.
class ConfigWriter {
 public:
  ConfigWriter(const PlanOptions& options, const World& world) : options_(options), world_(world) {}

  // False where something could not be written.
  bool write(std::vector<TemplatePlan>& plans) {
    std::map<std::string, std::vector<std::pair<TemplatePlan*, SamConfigEdit>>> by_file;
    for (TemplatePlan& plan : plans) {
      const SigningEntries entries = entries_of(plan);
      if (entries.empty()) continue;
      try {
        SamConfigEdit edit = edit_sam_config_beside(plan.file->path, options_.environment, entries);
        const std::string path = edit.path;
        by_file[path].emplace_back(&plan, std::move(edit));
      } catch (const WorldError& error) {
        complain(error.what());
      }
    }
    for (auto& [path, edits] : by_file) {
      if (edits.size() > 1) {
        complain(
            fmt::format("{}: {} and {} more beside it have packages to sign; plan one of them alone, or name it "
                        "as template_file; it is unchanged",
                        path, edits.front().first->file->path, edits.size() - 1));
        continue;
      }
      auto& [plan, edit] = edits.front();
      carry_out(*plan, edit);
    }
    return all_went_well_;
  }

 private:
  void carry_out(TemplatePlan& plan, const SamConfigEdit& edit) {
    plan.config_path = edit.path;
    try {
      if (!edit.exists)
        create_file(edit.path, edit.after);
      else if (edit.is_change())
        replace_file(edit.path, edit.before, edit.after);
    } catch (const NotConfirmed& error) {
      complain(error.what());
    } catch (const WorldError& error) {
      complain(error.what());
      return;
    }
    plan.is_written = true;
    plan.is_changed = edit.is_change();
    if (!edit.remark.empty()) world_.err(fmt::format("cfn-codesign: {}\n", printable(edit.remark)));
  }

  void complain(const std::string& sentence) {
    world_.err(fmt::format("cfn-codesign: {}\n", printable(sentence)));
    all_went_well_ = false;
  }

  const PlanOptions& options_;
  const World& world_;
  bool all_went_well_ = true;
};

bool is_environment(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

}  // namespace

int plan_command(const PlanOptions& options, const World& given_world) {
  // A samconfig.toml that cannot be read is met twice: by the rule that looks into it, and by --write.
  World world = given_world;
  std::set<std::string, std::less<>> said;
  world.err = [&](std::string_view sentence) {
    if (said.emplace(sentence).second) given_world.err(sentence);
  };
  const WantedProfiles wanted = read_profiles(options.profiles);
  if (!is_environment(options.environment))
    throw WorldError(
        "--config-env is empty or has control characters; name an environment of samconfig.toml, SAM CLI's own is "
        "default");
  Inputs inputs = read_inputs(options, world);
  std::vector<TemplatePlan> plans;
  for (const FileResult& file : inputs.files) {
    TemplatePlan& plan = plans.emplace_back();
    plan.file = &file;
    plan.environment = options.environment;
    if (file.status == FileResult::Status::unreadable && file.document)
      world.err(fmt::format("{}: cannot be read: {}\n", printable(file.path), printable(file.why)));
    if (file.status != FileResult::Status::linted || !file.graph) continue;
    plan.plan = read_signing_plan(*file.graph);
    for (const ToSign& entry : plan.plan.to_sign) plan.profiles.push_back(wanted.of(entry.name));
  }
  check_names(wanted, plans);
  if (options.write) {
    if (inputs.is_standard_input)
      throw WorldError("--write needs a file: samconfig.toml stands beside the template; name that instead of -");
    if (options.profiles.empty()) throw WorldError("--write needs --profile NAME[:OWNER]: what is to sign");
    inputs.world_was_wrong |= !ConfigWriter(options, world).write(plans);
  }
  if (options.format == OutputFormat::json) {
    world.out(json_of_plans(plans));
  } else {
    for (const TemplatePlan& plan : plans) world.out(text_of_plan(plan));
    world.out(summary_of_plans(plans));
    for (const TemplatePlan& plan : plans)
      if (plan.is_written)
        world.out(fmt::format("{} {}\n", plan.is_changed ? "changed" : "unchanged", printable(plan.config_path)));
  }
  if (inputs.world_was_wrong) return world_is_wrong;
  return inputs.have_unreadable() ? has_findings : done;
}

}  // namespace codesign
