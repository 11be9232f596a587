#include "cli/inputs.h"

#include <algorithm>

#include <fmt/core.h>

#include "cli/files.h"
#include "cli/parameters.h"
#include "cli/surroundings.h"
#include "lint/config.h"
#include "lint/lint.h"
#include "report/text.h"
#include "template/parse.h"

namespace codesign {
namespace {

// A file of a walk that cannot be read is only worth a word if it means to be a template.
bool means_to_be_a_template(std::string_view bytes) {
  return bytes.find("AWSTemplateFormatVersion") != std::string_view::npos ||
         (bytes.find("Resources") != std::string_view::npos && bytes.find("AWS::") != std::string_view::npos);
}

// How every template of a run is judged.
struct Judgement {
  Assumptions assumptions;
  Config config;
};

void understand(FileResult& file, std::string bytes, bool is_named, const Judgement& judgement) {
  const bool matters = is_named || means_to_be_a_template(bytes);
  file.document = std::make_unique<Document>(parse({.path = file.path, .bytes = std::move(bytes)}));
  file.graph = std::make_unique<Graph>(link(*file.document, judgement.assumptions, judgement.config.publishers));
  if (!file.document->problems.empty()) {
    file.status = matters ? FileResult::Status::unreadable : FileResult::Status::skipped;
    file.why = file.document->problems.front().message;
  } else if (!file.graph->is_template) {
    file.status = FileResult::Status::skipped;
    file.why = "it is not a CloudFormation template: it has no Resources";
  }
}

void judge(FileResult& file, const Judgement& judgement) {
  if (file.graph && file.status != FileResult::Status::skipped)
    file.findings = lint(*file.graph, judgement.config.wishes);
}

// A name that no template has, or a value that none allows, is most likely a slip.
void question(const Assumptions& assumptions, const Inputs& inputs, const World& world) {
  for (const auto& [name, value] : assumptions) {
    bool is_known = name.starts_with("AWS::"), is_allowed = is_known;
    for (const FileResult& file : inputs.files) {
      if (!file.document || file.document->root() == NodeId::none) continue;
      const NodeId parameter =
          value_of(*file.document, value_of(*file.document, file.document->root(), "Parameters"), name);
      if (parameter == NodeId::none) continue;
      is_known = true;
      const auto allowed = children(*file.document, value_of(*file.document, parameter, "AllowedValues"));
      const std::string& text = value;
      is_allowed |= allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](NodeId item) {
                      return scalar_text(*file.document, item) == text;
                    });
    }
    if (!is_known)
      world.err(fmt::format("cfn-codesign: no template has a parameter {}\n", printable(name)));
    else if (!is_allowed)
      world.err(
          fmt::format("cfn-codesign: {}={} is not one of the AllowedValues\n", printable(name), printable(value)));
  }
}

Judgement read_judgement(const InputOptions& options) {
  Judgement judgement{.assumptions = read_parameters(options.parameters)};
  const Document document =
      parse({options.config, options.config.empty() ? std::string() : read_file(options.config, max_file_bytes)});
  judgement.config = read_config(document);
  if (!judgement.config.problems.empty()) {
    const Problem& problem = judgement.config.problems.front();
    const Position at = LineTable(document.source.bytes).position(problem.where.begin);
    throw WorldError(fmt::format("{}:{}:{}: {}", options.config, at.line, at.column, problem.message));
  }
  LintWishes& wishes = judgement.config.wishes;
  if (options.profile) wishes.profile = *options.profile;
  for (const std::string& rule : options.spoken)
    if (wishes.of(*find_rule(rule)) == Severity::off) wishes.severities[rule] = Severity::note;
  return judgement;
}

}  // namespace

Inputs read_inputs(const InputOptions& options, const World& world) {
  std::vector<std::string> paths = options.paths;
  const Judgement judgement = read_judgement(options);
  Surroundings surroundings(judgement.assumptions);
  Inputs inputs;
  const auto complain = [&](std::string_view sentence) {
    world.err(fmt::format("cfn-codesign: {}\n", printable(sentence)));
    inputs.world_was_wrong = true;
  };
  if (paths.empty()) paths.emplace_back(".");
  if (std::find(paths.begin(), paths.end(), "-") != paths.end()) {
    if (paths.size() > 1) throw WorldError("- is standard input, and cannot be combined with other paths");
    FileResult file{.path = std::string(input_name)};
    understand(file, world.read_input(), true, judgement);
    judge(file, judgement);
    inputs.files.push_back(std::move(file));
  } else {
    std::vector<std::string> errors;
    const std::vector<FoundFile> found = find_files(paths, errors);
    for (const std::string& error : errors) complain(error);
    for (const FoundFile& one : found) {
      FileResult file{.path = one.path};
      try {
        understand(file, read_file(one.path, max_file_bytes), one.is_named, judgement);
        std::vector<std::string> complaints;
        surroundings.complete(*file.graph, one.path, complaints);
        for (const std::string& complaint : complaints) complain(complaint);
        judge(file, judgement);
      } catch (const WorldError& error) {
        complain(error.what());
        file.status = FileResult::Status::unreadable;
        file.why = error.what();
      }
      if (file.status == FileResult::Status::skipped && one.is_named)
        world.err(fmt::format("{}: skipped: {}\n", printable(one.path), printable(file.why)));
      inputs.files.push_back(std::move(file));
    }
  }
  question(judgement.assumptions, inputs, world);
  return inputs;
}

bool Inputs::have_unreadable() const {
  return std::any_of(files.begin(), files.end(),
                     [](const FileResult& file) { return file.status == FileResult::Status::unreadable; });
}

}  // namespace codesign
