#include "cli/commands.h"

#include <algorithm>

#include <fmt/core.h>

#include "cli/files.h"
#include "cli/inputs.h"
#include "graph/arn.h"
#include "lint/lint.h"
#include "report/diff.h"
#include "report/explain.h"
#include "report/json.h"
#include "report/text.h"

namespace codesign {
namespace {

bool fails(const Finding& finding, FailOn limit) {
  return limit != FailOn::never && static_cast<int>(finding.severity) >= static_cast<int>(limit);
}

// --- transform

void transform_file(FileResult& file, const SigningWishes& wishes) {
  if (!file.document) return;
  if (file.status == FileResult::Status::linted)
    file.transformation = transform(*file.graph, file.findings, wishes);
  else
    file.transformation.text = file.document->source.bytes;
}

bool inserts(const FileResult& file, std::string_view type_or_key) {
  return file.is_changed() &&
         std::any_of(file.transformation.plan.insertions.begin(), file.transformation.plan.insertions.end(),
                     [&](const Insertion& insertion) {
                       return insertion.key == type_or_key ||
                              std::any_of(insertion.value.members.begin(), insertion.value.members.end(),
                                          [&](const auto& entry) { return entry.value.text == type_or_key; });
                     });
}

void say_what_happened(const std::vector<FileResult>& files, const TransformOptions& options, const World& world) {
  bool introduced = false, asks_for_publishers = false;
  for (const FileResult& file : files) {
    for (const LeftAlone& left : file.transformation.plan.left_alone)
      world.err(fmt::format("{}: {} is left alone: {}\n", printable(file.path), printable(left.resource),
                            printable(left.reason)));
    for (const std::string& remark : file.transformation.plan.remarks)
      world.err(fmt::format("{}: {}\n", printable(file.path), printable(remark)));
    if (file.status == FileResult::Status::unreadable && file.document)
      world.err(fmt::format("{}: left alone: {}\n", printable(file.path), printable(file.why)));
    introduced |= inserts(file, "AWS::Lambda::CodeSigningConfig");
    asks_for_publishers |= introduced && options.publishers.empty();
  }
  if (introduced && options.policy == WantedPolicy::warn)
    world.err(
        "The new configs warn, as AWS advises for a start: unsigned code is still deployed, and counted in the "
        "CloudWatch metric "
        "SignatureValidationErrors. When it stays at zero, run transform with --policy enforce.\n");
  if (asks_for_publishers)
    world.err(
        "The new configs take their publishers from a parameter without a default: pass the version ARNs of your "
        "signing profiles at "
        "deployment, or name them here with --publisher.\n");
}

}  // namespace

int lint_command(const LintOptions& options, const World& world) {
  const Inputs inputs = read_inputs(options, world);
  if (options.format == OutputFormat::json) {
    world.out(json_of_findings(inputs.files));
  } else {
    const bool color = options.color == Color::always ||
                       (options.color == Color::automatic && world.out_is_terminal && !world.no_color);
    for (const FileResult& file : inputs.files) world.out(text_of_findings(file, color));
    world.out(summary_of_findings(inputs.files));
  }
  if (inputs.world_was_wrong) return world_is_wrong;
  for (const FileResult& file : inputs.files)
    if (std::any_of(file.findings.begin(), file.findings.end(),
                    [&](const Finding& f) { return fails(f, options.fail_on); }))
      return has_findings;
  return done;
}

int transform_command(const TransformOptions& options, const World& world) {
  for (const std::string& publisher : options.publishers)
    if (!is_signing_profile_version_arn(publisher))
      throw WorldError(
          fmt::format("--publisher {} is not the version ARN of a signing profile; one looks like "
                      "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/MyProfile/AbCdEfGh12",
                      printable(publisher)));
  // AWS::Lambda::CodeSigningConfig AllowedPublishers takes at most 20.
  constexpr std::size_t most_publishers = 20;
  SigningWishes wishes{.enforce = options.policy == WantedPolicy::enforce};
  for (const std::string& publisher : options.publishers)
    if (std::find(wishes.publishers.begin(), wishes.publishers.end(), publisher) == wishes.publishers.end())
      wishes.publishers.push_back(publisher);
  if (wishes.publishers.size() > most_publishers)
    throw WorldError(fmt::format("{} publishers are given; a code signing config takes at most {}",
                                 wishes.publishers.size(), most_publishers));
  Inputs inputs = read_inputs(options, world);
  for (FileResult& file : inputs.files) transform_file(file, wishes);
  const bool is_filter = inputs.files.size() == 1 && inputs.files.front().path == input_name;
  if (is_filter && options.write)
    throw WorldError("--write needs a file; standard input is answered on standard output anyway");

  bool changes = false;
  for (FileResult& file : inputs.files) {
    if (!file.is_changed()) continue;
    changes = true;
    if (!options.write) continue;
    try {
      replace_file(file.path, file.document->source.bytes, file.transformation.text);
    } catch (const WorldError& error) {
      world.err(fmt::format("cfn-codesign: {}\n", error.what()));
      inputs.world_was_wrong = true;
      file.why = error.what();
      file.transformation.edits.clear();
    }
  }
  if (options.format == OutputFormat::json) {
    world.out(json_of_edits(inputs.files));
  } else if (options.check || options.write) {
    for (const FileResult& file : inputs.files)
      if (file.is_changed())
        world.out(fmt::format("{} {}\n", options.write ? "changed" : "would change", printable(file.path)));
  } else if (is_filter) {
    world.out(inputs.files.front().transformation.text);
  } else {
    for (const FileResult& file : inputs.files) world.out(unified_diff(file, path_from_here(file.path)));
  }
  say_what_happened(inputs.files, options, world);
  if (inputs.world_was_wrong) return world_is_wrong;
  return inputs.have_unreadable() || (options.check && changes) ? has_findings : done;
}

int graph_command(const GraphOptions& options, const World& world) {
  const Inputs inputs = read_inputs(options, world);
  world.out(json_of_graph(inputs.files));
  return inputs.world_was_wrong ? world_is_wrong : inputs.have_unreadable() ? has_findings : done;
}

int rules_command(const RulesOptions& options, const World& world) {
  switch (options.format) {
    case RulesFormat::text: world.out(catalogue()); break;
    case RulesFormat::markdown: world.out(catalogue_page()); break;
    case RulesFormat::config_schema: world.out(config_schema());
  }
  return done;
}

int explain_command(const std::string& name, const World& world) {
  const Rule* rule = find_rule(name);
  if (!rule) throw WorldError(fmt::format("there is no rule \"{}\"; cfn-codesign rules lists them", printable(name)));
  world.out(explanation(*rule));
  return done;
}

}  // namespace codesign
