#include "cli/commands.h"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/core.h>

#include "cli/files.h"
#include "cli/inputs.h"
#include "cli/parallel.h"
#include "lint/lint.h"
#include "report/diff.h"
#include "report/explain.h"
#include "report/json.h"
#include "report/picture.h"
#include "report/text.h"
#include "transform/fix.h"

namespace codesign {
namespace {

bool fails(const Finding& finding, FailOn limit) {
  return limit != FailOn::never && static_cast<int>(finding.severity) >= static_cast<int>(limit);
}

// --- what holds for all deployments, though --parameters or a configuration fixes one

// Reads the same again without parameters, and says nothing of it.
Inputs read_for_all(const InputOptions& options, const World& world) {
  World quiet = world;
  quiet.err = [](std::string_view) {};
  InputOptions for_all = options;
  for_all.parameters.clear();
  for_all.assumes_parameters = false;
  return read_inputs(for_all, quiet);
}

// A world whose standard input can be read several times.
World with_lasting_input(const World& world) {
  World lasting = world;
  lasting.read_input = [&world, input = std::make_shared<std::optional<std::string>>()] {
    if (!*input) *input = world.read_input();
    return **input;
  };
  return lasting;
}

// A template is edited for all its deployments: parameters that are given only say whose findings are to be repaired.
Inputs read_for_transform(const InputOptions& options, const World& world) {
  const World lasting = with_lasting_input(world);
  Inputs concerned = read_inputs(options, lasting);
  if (!concerned.assumes_parameters) return concerned;
  Inputs inputs = read_for_all(options, lasting);
  inputs.world_was_wrong |= concerned.world_was_wrong;
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    const std::vector<Finding>& of_deployment = concerned.files[i].findings;
    std::erase_if(inputs.files[i].findings, [&](const Finding& finding) {
      return std::none_of(of_deployment.begin(), of_deployment.end(), [&](const Finding& one) {
        return (one.resource == finding.resource && one.stack_set == finding.stack_set && !one.resource.empty()) ||
               (one.rule == finding.rule && one.where.begin == finding.where.begin);
      });
    });
  }
  return inputs;
}

// --- lint

bool any_report(const ReportOptions& options, const std::vector<ReportFile>& outputs, bool (*is_such)(ReportFormat)) {
  return (options.format && is_such(*options.format)) ||
         std::any_of(outputs.begin(), outputs.end(), [&](const ReportFile& file) { return is_such(file.format); });
}

// A report has only what is new, so it would empty the baseline.
void refuse_baseline_as_output(const std::string& baseline, const std::vector<ReportFile>& outputs) {
  for (const ReportFile& output : outputs)
    if (output.path == baseline || are_same_file(output.path, baseline))
      throw WorldError(fmt::format(
          "{}: is the baseline, which a report would replace; name another file, or give --update-baseline alone",
          output.path));
}

// Every fix is read back as a whole template. What that may come to for one file, in bytes: a second or so for each of
// ten MB.
constexpr std::size_t most_bytes_of_fixes = 32u << 20;

// What is found in the same place of the same template, read otherwise; null where nothing is.
const Finding* twin_of(const Finding& finding, const std::vector<Finding>& others) {
  const auto place = [](const Finding& one) { return std::pair(one.where.begin, one.where.end); };
  auto twin = std::lower_bound(others.begin(), others.end(), finding,
                               [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
  for (; twin != others.end() && place(*twin) == place(finding); ++twin)
    if (twin->rule == finding.rule && twin->resource == finding.resource) return &*twin;
  return nullptr;
}

// Edits hold for all deployments, so a finding that only the deployment of given parameters has comes without any.
void add_fixes(Inputs& inputs, const InputOptions& options, const World& world) {
  std::optional<Inputs> for_all;
  if (inputs.assumes_parameters) for_all = read_for_all(options, world);
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    FileResult& file = inputs.files[i];
    const FileResult& source = for_all ? for_all->files[i] : file;
    const auto fixable =
        static_cast<std::size_t>(std::count_if(file.findings.begin(), file.findings.end(),
                                               [](const Finding& finding) { return finding.remedy.index() != 0; }));
    if (file.document && fixable * file.document->source.bytes.size() > most_bytes_of_fixes) {
      world.err(fmt::format("{}: is too large to offer a fix for each of {}; cfn-codesign transform repairs them\n",
                            printable(file.path), counted(fixable, "finding")));
      continue;
    }
    file.fixes.resize(file.findings.size());
    in_parallel(file.findings.size(), [&](std::size_t j) {
      const Finding* twin = for_all ? twin_of(file.findings[j], source.findings) : &file.findings[j];
      if (source.graph && twin) file.fixes[j] = fix_for(*source.graph, *twin);
    });
  }
}

// Annotations of GitHub Actions go to standard error, which it reads as well: what stands on standard output is the
// same everywhere.
void print_report(const Report& report, const LintOptions& options, const World& world) {
  const ReportFormat format = options.report.format.value_or(ReportFormat::text);
  if (format == ReportFormat::text) {
    const bool color = options.color == Color::always ||
                       (options.color == Color::automatic && world.out_is_terminal && !world.no_color);
    std::string text;
    for (const FileResult& file : report.files) text += text_of_findings(file, color);
    text += summary_of_findings(report.files);
    world.out(text);
  } else {
    (format == ReportFormat::github ? world.exact : world.out)(report_as(format, report));
  }
  if (!options.report.format && world.in_github_actions) world.command(github_of_findings(report));
  advise_on_reports(options.report, world);
}

// --- transform

bool holds(const Content& content, std::string_view type) {
  return content.text == type || std::any_of(content.members.begin(), content.members.end(),
                                             [&](const Content::Member& member) { return holds(member.value, type); });
}

// The parameters without a default that a plan adds.
std::vector<std::string> required_parameters(const Plan& plan) {
  std::vector<std::string> names;
  const auto look = [&](const std::string& key, const Content& value) {
    const auto has = [&](std::string_view member) {
      return std::any_of(value.members.begin(), value.members.end(),
                         [&](const Content::Member& one) { return one.key == member; });
    };
    const bool is_parameter = has("Type") && (holds(value, "String") || holds(value, "CommaDelimitedList"));
    if (is_parameter && !has("Default")) names.push_back(key);
  };
  for (const Insertion& insertion : plan.insertions) {
    look(insertion.key, insertion.value);
    for (const Content::Member& member : insertion.value.members) look(member.key, member.value);
  }
  return names;
}

// In every stack of the template, unsigned code is refused, or, where that is enough, reported.
bool is_settled_by_others(const FileResult& file, std::string_view function, bool to_enforce) {
  return !file.stacks.empty() && std::all_of(file.stacks.begin(), file.stacks.end(), [&](const Stack* stack) {
    return std::any_of(stack->graph.functions.begin(), stack->graph.functions.end(), [&](const Function& one) {
      return one.resource->id == function &&
             std::all_of(one.signing.begin(), one.signing.end(), [&](const SigningCase& signing) {
               return signing.state == Signing::enforced || (!to_enforce && signing.state == Signing::warns);
             });
    });
  });
}

void transform_file(FileResult& file, const SigningWishes& wishes) {
  if (!file.document) return;
  if (file.status != FileResult::Status::linted) {
    file.transformation.text = file.document->source.bytes;
    return;
  }
  file.transformation = transform(*file.graph, file.findings, wishes);
  Plan& plan = file.transformation.plan;
  std::erase_if(plan.left_alone,
                [&](const LeftAlone& left) { return is_settled_by_others(file, left.resource, wishes.enforce); });
  for (const std::string& parameter : file.is_changed() ? required_parameters(plan) : std::vector<std::string>())
    for (const Stack* stack : file.stacks)
      if (!stack->name.empty())
        plan.remarks.push_back(fmt::format("the stack {} must pass {}, which has no default", stack->name, parameter));
}

// A resource or parameter of that type.
bool adds(const FileResult& file, std::string_view type) {
  const auto& insertions = file.transformation.plan.insertions;
  return file.is_changed() && std::any_of(insertions.begin(), insertions.end(),
                                          [&](const Insertion& insertion) { return holds(insertion.value, type); });
}

// What stays as it is, and what is left to do.
// `wishes`: of each file.
void say_what_happened(const std::vector<FileResult>& files, const std::vector<const SigningWishes*>& wishes,
                       const World& world) {
  for (const FileResult& file : files) {
    for (const LeftAlone& left : file.transformation.plan.left_alone)
      world.err(fmt::format("{}: {}{}left alone: {}\n", printable(file.path), printable(left.resource),
                            left.resource.empty() ? "" : " is ", printable(left.reason)));
    for (const std::string& remark : file.transformation.plan.remarks)
      world.err(fmt::format("{}: {}\n", printable(file.path), printable(remark)));
    if (file.status == FileResult::Status::unreadable && file.document)
      world.err(fmt::format("{}: left alone: {}\n", printable(file.path), printable(file.why)));
  }
  const auto any_takes = [&](ConfigSource::Kind source) {
    for (std::size_t i = 0; i < files.size(); ++i)
      if (files[i].is_changed() && wishes[i]->source.kind == source) return true;
    return false;
  };
  if (any_takes(ConfigSource::Kind::parameter))
    world.err("The functions take their config from a parameter: pass its ARN at deployment.\n");
  if (any_takes(ConfigSource::Kind::optional_parameter))
    world.err(
        "The functions take their config from a parameter, and stay unsigned where a deployment does not pass its ARN: "
        "pass it wherever code must be signed.\n");
  const auto any_adds = [&](std::string_view type) {
    return std::any_of(files.begin(), files.end(), [&](const FileResult& file) { return adds(file, type); });
  };
  if (!any_adds("AWS::Lambda::CodeSigningConfig")) return;
  const bool any_warns = [&] {
    for (std::size_t i = 0; i < files.size(); ++i)
      if (!wishes[i]->enforce && adds(files[i], "AWS::Lambda::CodeSigningConfig")) return true;
    return false;
  }();
  if (any_warns)
    world.err(
        "The new configs warn, as AWS advises for a start: unsigned code is still deployed, and counted in the "
        "CloudWatch metric SignatureValidationErrors. When it stays at zero, run transform with --policy enforce.\n");
  if (any_adds("AWS::Signer::SigningProfile"))
    world.err(
        "The new signing profile can sign once its stack is deployed: deploy, sign the packages with it, and deploy "
        "them "
        "before you enforce.\n");
  else if (any_adds("CommaDelimitedList"))
    world.err(
        "The new configs take their publishers from a parameter without a default: pass the version ARNs of your "
        "signing "
        "profiles at deployment, or name them here with --publisher.\n");
}

std::string drawn_as(GraphFormat format, const std::vector<FileResult>& files) {
  switch (format) {
    case GraphFormat::json: break;
    case GraphFormat::dot: return dot_of_picture(picture_of(files));
    case GraphFormat::mermaid: return mermaid_of_picture(picture_of(files));
    case GraphFormat::svg: return svg_of_picture(picture_of(files));
    case GraphFormat::html: return html_of_picture(picture_of(files));
  }
  return json_of_graph(files);
}

}  // namespace

int lint_command(const LintOptions& options, const World& world) {
  const std::vector<ReportFile> outputs = report_files(options.report.outputs);
  refuse_baseline_as_output(options.baseline.file, outputs);
  const World lasting = with_lasting_input(world);
  const bool wants_fixes = any_report(options.report, outputs, has_fixes);
  InputOptions input_options = options;
  input_options.wants_findings_alone = !wants_fixes;
  Inputs inputs = read_inputs(input_options, lasting);
  if (world.in_github_actions || any_report(options.report, outputs, names_files_from_root))
    for (FileResult& file : inputs.files)
      if (file.path != input_name) file.from_root = path_from_root(file.path);
  Comparison comparison;
  const bool has_baseline = !options.baseline.file.empty();
  if (has_baseline) comparison = compare_with_baseline(inputs, options.baseline);
  if (wants_fixes) add_fixes(inputs, options, lasting);
  const Report report{
      .files = inputs.files, .complaints = inputs.complaints, .gone = has_baseline ? &comparison.gone : nullptr};
  print_report(report, options, world);
  for (const std::string& remark : comparison.remarks) world.err(remark + "\n");
  for (const ReportFile& output : outputs) {
    write_beside(inputs, output.path, report_as(output.format, report));
    world.err(fmt::format("written: {}\n", printable(output.path)));
  }
  if (inputs.world_was_wrong) return world_is_wrong;
  for (const FileResult& file : inputs.files)
    if (std::any_of(file.findings.begin(), file.findings.end(),
                    [&](const Finding& f) { return fails(f, options.fail_on); }))
      return has_findings;
  return done;
}

int transform_command(const TransformOptions& options, const World& world) {
  const SigningWishes wishes = signing_wishes(options.signing);
  // What is asked for by name is repaired, even if the profile would not speak of it.
  InputOptions input_options = options;
  input_options.spoken.assign(wishes.only.begin(), wishes.only.end());
  if (wishes.alarm) input_options.spoken.emplace_back("warning-without-alarm");
  Inputs inputs = read_for_transform(input_options, world);
  // What the options do not say, the configuration of a template may.
  std::map<const Policy*, SigningWishes> wishes_by_policy;
  std::vector<const SigningWishes*> wishes_of;
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    const Policy* policy = inputs.policies[i];
    const auto [known, is_new] = wishes_by_policy.try_emplace(policy);
    if (is_new) known->second = signing_wishes(with_defaults(options.signing, policy->signing));
    wishes_of.push_back(&known->second);
  }
  in_parallel(inputs.files.size(), [&](std::size_t i) { transform_file(inputs.files[i], *wishes_of[i]); });
  if (inputs.is_standard_input && options.write)
    throw WorldError("--write needs a file; leave it out, as standard input is answered on standard output anyway");

  bool changes = false;
  for (FileResult& file : inputs.files) {
    if (!file.is_changed()) continue;
    changes = true;
    if (!options.write) continue;
    try {
      replace_file(file.path, file.document->source.bytes, file.transformation.text);
    } catch (const NotConfirmed& error) {
      world.err(fmt::format("cfn-codesign: {}\n", error.what()));
      inputs.world_was_wrong = true;
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
  } else if (inputs.is_standard_input) {
    world.exact(inputs.files.front().transformation.text);
  } else {
    for (const FileResult& file : inputs.files) world.out(unified_diff(file, path_from_here(file.path)));
  }
  say_what_happened(inputs.files, wishes_of, world);
  if (inputs.world_was_wrong) return world_is_wrong;
  return inputs.have_unreadable() || (options.check && changes) ? has_findings : done;
}

int graph_command(const GraphOptions& options, const World& world) {
  const Inputs inputs = read_inputs(options, world);
  const std::string drawn = drawn_as(options.format, inputs.files);
  if (options.output) {
    write_beside(inputs, *options.output, drawn);
    world.err(fmt::format("written: {}\n", printable(*options.output)));
  } else {
    world.out(drawn);
  }
  return inputs.world_was_wrong ? world_is_wrong : inputs.have_unreadable() ? has_findings : done;
}

int list_files_command(const InputOptions& options, const World& world) {
  const Inputs inputs = read_inputs(options, world);
  for (const FileResult& file : inputs.files) {
    if (file.is_passed_over()) continue;
    if (options.null)
      world.exact(file.path + '\0');
    else
      world.out(printable(file.path) + '\n');
  }
  return inputs.world_was_wrong ? world_is_wrong : done;
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
