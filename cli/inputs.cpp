#include "cli/inputs.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/core.h>

#include "cli/changes.h"
#include "cli/discovery.h"
#include "cli/files.h"
#include "cli/nested_templates.h"
#include "cli/parallel.h"
#include "cli/parameters.h"
#include "cli/progress.h"
#include "cli/sam_config.h"
#include "graph/workspace.h"
#include "lint/config.h"
#include "lint/in_stacks.h"
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

// Reads the templates of a run and joins them.
class InputReader {
 public:
  InputReader(const InputOptions& options, const World& world)
      : options_(options), world_(world), judgement_(read_judgement(options)), progress_(world) {}

  Inputs run() {
    std::vector<std::string> paths = options_.paths;
    if (paths.empty()) paths.emplace_back(".");
    const bool reads_input = std::find(paths.begin(), paths.end(), "-") != paths.end();
    if (reads_input && paths.size() > 1)
      throw WorldError("- is standard input, and cannot be combined with other paths; run cfn-codesign on each");
    if (!reads_input && !options_.stdin_filename.empty())
      throw WorldError("--stdin-filename names what is read from standard input; give - as the only PATH");
    if (reads_input && !options_.stdin_filename.empty()) paths = {options_.stdin_filename};
    if (reads_input && !options_.changed_since.empty())
      throw WorldError("--changed-since compares files with what they were; name the files instead of -");
    if (!options_.changed_since.empty()) changes_.emplace(options_.changed_since);
    if (reads_input)
      read_standard_input();
    else
      read_files(paths);
    if (!reads_input || !options_.stdin_filename.empty()) join_templates(NestedTemplates(paths));
    progress_.begin("judging", inputs_.files.size(), "files");
    in_parallel(inputs_.files.size(), [&](std::size_t i) {
      judge(inputs_.files[i]);
      progress_.advance();
    });
    progress_.clear();
    if (changes_) in_parallel(inputs_.files.size(), [&](std::size_t i) { keep_what_changed(inputs_.files[i]); });
    question(judgement_.assumptions, inputs_, world_);
    return std::move(inputs_);
  }

 private:
  void complain(std::string_view sentence) {
    world_.err(fmt::format("cfn-codesign: {}\n", printable(sentence)));
    inputs_.world_was_wrong = true;
    inputs_.complaints.emplace_back(sentence);
  }

  Search search_for(const std::vector<std::string>& paths) const {
    return {.paths = paths,
            .excludes = {{std::filesystem::current_path(), PathPatterns(options_.exclude)}},
            .excludes_named_files = options_.force_exclude,
            .respects_ignore_files = !options_.no_ignore};
  }

  void read_standard_input() {
    inputs_.is_standard_input = true;
    FileResult& file = inputs_.files.emplace_back();
    file.path = options_.stdin_filename.empty() ? input_name : options_.stdin_filename;
    understand(file, world_.read_input(), true, judgement_);
    if (options_.stdin_filename.empty()) return;
    std::vector<std::string> complaints;
    read_what_stands_beside(file, complaints);
    for (const std::string& complaint : complaints) complain(complaint);
    const Search search = search_for({});
    if (search.excludes_named_files && search.excludes.front().take_out_file(place_of(file.path))) exclude(file);
  }

  static void exclude(FileResult& file) {
    file.status = FileResult::Status::skipped;
    file.why = "it is excluded";
  }

  // Whatever is wrong with one file is said in the order of the files.
  void read_files(const std::vector<std::string>& paths) {
    std::vector<std::string> errors;
    std::vector<FoundFile> found = find_files(search_for(paths), errors);
    if (options_.templates_only)
      for (FoundFile& file : found) file.is_named = false;
    for (const std::string& error : errors) complain(error);
    inputs_.files.resize(found.size());
    std::vector<std::vector<std::string>> complaints(found.size());
    progress_.begin("reading", found.size(), "files");
    in_parallel(found.size(), [&](std::size_t i) {
      inputs_.files[i].path = found[i].path;
      if (found[i].is_excluded)
        exclude(inputs_.files[i]);
      else
        read(inputs_.files[i], found[i].is_named, complaints[i]);
      progress_.advance();
    });
    progress_.clear();
    for (std::size_t i = 0; i < found.size(); ++i)
      for (const std::string& complaint : complaints[i]) complain(complaint);
    say_what_is_passed_over(paths);
  }

  // Hooks name whatever was changed, so that a file which is no template is nothing to speak of; but where nothing is
  // left, nobody should take that for success.
  void say_what_is_passed_over(const std::vector<std::string>& paths) const {
    const FileResult* last = nullptr;
    std::size_t count = 0;
    for (const FileResult& file : inputs_.files) {
      if (file.status != FileResult::Status::skipped) continue;
      ++count;
      last = &file;
      if (options_.verbose) world_.err(fmt::format("{}: skipped: {}\n", printable(file.path), printable(file.why)));
    }
    if (inputs_.world_was_wrong || count < inputs_.files.size() || options_.templates_only) return;
    if (options_.verbose && count > 0) return;
    if (count == 1)
      world_.err(
          fmt::format("cfn-codesign: there is no template: {}: {}\n", printable(last->path), printable(last->why)));
    else if (count > 1)
      world_.err(fmt::format("cfn-codesign: there is no template among {} files; --verbose says why\n", count));
    else
      world_.err(
          fmt::format("cfn-codesign: there is no template: {} no *.yaml, *.yml, *.json or *.template, other than "
                      "what .gitignore or --exclude names and what stands in hidden folders and node_modules\n",
                      paths.size() == 1 ? printable(paths.front()) + " has" : "the folders have"));
  }

  void read(FileResult& file, bool is_named, std::vector<std::string>& complaints) const {
    try {
      understand(file, read_file(file.path, max_file_bytes), is_named, judgement_);
    } catch (const WorldError& error) {
      complaints.emplace_back(error.what());
      file.status = FileResult::Status::unreadable;
      file.why = error.what();
      return;
    }
    read_what_stands_beside(file, complaints);
  }

  static void read_what_stands_beside(FileResult& file, std::vector<std::string>& complaints) {
    if (!file.graph->is_template) return;
    try {
      file.graph->sam_config = sam_config_beside(file.path);
    } catch (const WorldError& error) {
      complaints.emplace_back(error.what());
    }
  }

  // Follows the nested stacks of all templates, also to files that nobody named, and joins what they reach.
  void join_templates(const NestedTemplates& places) {
    std::vector<FileResult*> files;
    std::vector<Member> members;
    const auto add = [&](FileResult& file) {
      files.push_back(&file);
      members.push_back({.document = file.document.get(), .alone = file.graph.get()});
    };
    for (FileResult& file : inputs_.files)
      if (file.graph && file.graph->is_template && file.status == FileResult::Status::linted) add(file);
    const std::size_t named = files.size();
    struct Known {
      std::optional<std::size_t> member;
      std::string why = {};  // it is none
    };
    std::map<std::filesystem::path, Known> known;
    const bool any_nested = std::any_of(members.begin(), members.end(),
                                        [](const Member& member) { return !member.alone->nested_stacks.empty(); });
    // A link is no other file than the one it leads to, which may lie outside.
    for (std::size_t i = 0; any_nested && i < files.size(); ++i)
      if (!std::filesystem::is_symlink(files[i]->path))
        known.emplace(NestedTemplates::real_path(files[i]->path), Known{.member = i});
    for (std::size_t i = 0; i < files.size(); ++i) {
      for (NestedStack& nested : members[i].alone->nested_stacks) {
        const NestedTemplates::Place place = places.find(files[i]->path, nested.path);
        if (place.file.empty()) continue;
        auto at = known.find(place.file);
        if (at == known.end() && place.is_outside) {
          nested.unfollowed = "lies outside the folder that this run works in, and is not read";
          continue;
        }
        if (at == known.end()) {
          at = known.try_emplace(place.file).first;
          const auto [context, why] = read_context(place.file);
          at->second.why = why;
          if (context) {
            at->second.member = files.size();
            add(*context);
          }
        }
        if (!at->second.member) {
          nested.unfollowed = at->second.why;
          continue;
        }
        members[i].nested.emplace(nested.path, *at->second.member);
        nesting_[files[*at->second.member]].push_back({files[i], std::string(nested.resource->id)});
      }
    }
    inputs_.stacks = join(members, judgement_.assumptions, judgement_.config.publishers);
    for (Stack& stack : inputs_.stacks) {
      files[stack.member]->stacks.push_back(&stack);
      stack.graph.sam_config = files[stack.member]->graph->sam_config;
    }
    for (std::size_t i = named; i < files.size(); ++i) judge(*files[i]);
    for (const Member& member : members) note_what_is_not_covered(*member.alone, member, files, named);
    for (Stack& stack : inputs_.stacks) note_what_is_not_covered(stack.graph, members[stack.member], files, named);
  }

  // A template that is only read because another nests it; or null, and a clause why it is none.
  std::pair<FileResult*, std::string> read_context(const std::filesystem::path& path) {
    FileResult file{.path = path_from_here(path.string())};
    std::vector<std::string> unsaid;
    read(file, true, unsaid);
    if (file.status == FileResult::Status::unreadable) return {nullptr, "cannot be read: " + file.why};
    if (file.status == FileResult::Status::skipped) return {nullptr, "is no CloudFormation template"};
    return {&inputs_.context.emplace_back(std::move(file)), ""};
  }

  // Of the files, the first `named` are those that are reported on.
  static void note_what_is_not_covered(Graph& graph, const Member& member, const std::vector<FileResult*>& files,
                                       std::size_t named) {
    std::unordered_map<std::string_view, const NestedStack*> alone;
    for (const NestedStack& stack : member.alone->nested_stacks) alone.emplace(stack.resource->id, &stack);
    for (NestedStack& stack : graph.nested_stacks) {
      if (const auto twin = alone.find(stack.resource->id); twin != alone.end() && stack.unfollowed.empty())
        stack.unfollowed = twin->second->unfollowed;
      if (!stack.unfollowed.empty()) continue;
      const auto nested = member.nested.find(stack.path);
      if (nested == member.nested.end()) {
        graph.hidden_parts.push_back(hidden_template(stack));
      } else if (const std::size_t count = files[nested->second]->findings.size();
                 nested->second >= named && count > 0) {
        stack.unfollowed =
            fmt::format("was not named, so its {} {} not shown", count, count == 1 ? "finding is" : "findings are");
      }
    }
  }

  void judge(FileResult& file) const {
    file.wishes = judgement_.config.wishes;
    if (!file.graph || file.status == FileResult::Status::skipped) return;
    file.findings = lint(*file.graph, file.wishes);
    if (file.stacks.empty()) return;
    std::vector<FoundInStack> found;
    for (const Stack* stack : file.stacks) found.push_back({stack->name, lint(stack->graph, file.wishes)});
    file.findings = findings_in_stacks(file.findings, std::move(found));
  }

  // All templates are read and joined all the same: what is left out is not reported, that is all.
  void keep_what_changed(FileResult& file) const {
    const ChangedLines changes = changes_->of(file.path);
    if (file.status == FileResult::Status::unreadable && changes.empty()) {
      file.status = FileResult::Status::skipped;
      file.why = "it has not changed";
    }
    // Where a template cannot be read, any change may be the reason.
    if (file.findings.empty() || (file.status == FileResult::Status::unreadable && !changes.empty())) return;
    std::set<const FileResult*> seen;
    if (is_given_something_else(file, seen)) return;
    std::vector<Finding> touched;
    for (Finding& finding : file.findings)
      (touches(changes, file, finding) ? touched : file.untouched).push_back(std::move(finding));
    file.findings = std::move(touched);
  }

  // A change touches a stack, of whatever template, that nests this one.
  bool is_given_something_else(const FileResult& file, std::set<const FileResult*>& seen) const {
    const auto nesting = nesting_.find(&file);
    if (nesting == nesting_.end() || !seen.insert(&file).second) return false;
    return std::any_of(nesting->second.begin(), nesting->second.end(), [&](const auto& by) {
      return touches(changes_->of(by.first->path), *by.first, by.second) || is_given_something_else(*by.first, seen);
    });
  }

  const InputOptions& options_;
  const World& world_;
  const Judgement judgement_;
  Progress progress_;
  std::optional<Changes> changes_;
  // Who nests a template, and in which resource.
  std::map<const FileResult*, std::vector<std::pair<const FileResult*, std::string>>> nesting_;
  Inputs inputs_;
};

}  // namespace

Inputs read_inputs(const InputOptions& options, const World& world) {
  return InputReader(options, world).run();
}

bool Inputs::have_unreadable() const {
  return std::any_of(files.begin(), files.end(),
                     [](const FileResult& file) { return file.status == FileResult::Status::unreadable; });
}

}  // namespace codesign
