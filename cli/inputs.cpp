#include "cli/inputs.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/core.h>

#include "cli/changes.h"
#include "cli/discovery.h"
#include "cli/files.h"
#include "cli/nested_templates.h"
#include "cli/parallel.h"
#include "cli/parameters.h"
#include "cli/prefilter.h"
#include "cli/progress.h"
#include "cli/sam_config.h"
#include "graph/deciding.h"
#include "graph/passed_text.h"
#include "graph/workspace.h"
#include "lint/config.h"
#include "lint/in_stacks.h"
#include "lint/lint.h"
#include "report/text.h"
#include "template/parse.h"

namespace codesign {
namespace {

// How a template is judged.
struct Judgement {
  const Policy* policy = nullptr;
  Assumptions assumptions;
  LintWishes wishes;
};

void pass_over(FileResult& file) {
  file.status = FileResult::Status::no_template;
  file.why = "it is not a CloudFormation template: it has no Resources";
}

void understand(FileResult& file, std::string bytes, bool is_named, const Judgement& judgement) {
  if (!is_named && !may_be_a_template(bytes)) {
    pass_over(file);
    return;
  }
  const bool matters = is_named || means_to_be_a_template(bytes);
  file.document = std::make_unique<Document>(parse({.path = file.path, .bytes = std::move(bytes)}));
  file.graph =
      std::make_unique<Graph>(link(*file.document, judgement.assumptions, judgement.policy->config.publishers));
  set_approved(*file.graph, judgement.policy->approved);
  if (!file.document->problems.empty()) {
    file.status = matters ? FileResult::Status::unreadable : FileResult::Status::skipped;
    file.why = file.document->problems.front().message;
  } else if (!file.graph->is_template) {
    pass_over(file);
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
                      return passed_text(*file.document, item).value_or(text) == text;
                    });
    }
    if (!is_known)
      world.err(fmt::format("cfn-codesign: no template has a parameter {}\n", printable(name)));
    else if (!is_allowed)
      world.err(
          fmt::format("cfn-codesign: {}={} is not one of the AllowedValues\n", printable(name), printable(value)));
  }
}

// Of the configurations and the options: these stand before those.
class Judgements {
 public:
  explicit Judgements(const InputOptions& options)
      : options_(options),
        given_(read_parameters(options.parameters)),
        policies_(std::make_unique<Policies>(options.config)) {}

  // The same for all templates of one configuration.
  const Judgement& of(const Policy& policy) {
    auto& known = known_[&policy];
    if (known) return *known;
    known = std::make_unique<Judgement>();
    known->policy = &policy;
    known->assumptions = given_;
    if (options_.assumes_parameters)
      for (const auto& [name, value] : policy.config.parameters) known->assumptions.emplace(name, value);
    LintWishes& wishes = known->wishes;
    wishes = policy.config.wishes;
    wishes.heeds_suppressions = !options_.no_suppressions;
    wishes.sees_all_findings = known->assumptions.empty();
    if (options_.profile) wishes.profile = *options_.profile;
    for (const std::string& rule : options_.spoken)
      if (wishes.of(*find_rule(rule)) == Severity::off) wishes.severities[rule] = Severity::note;
    return *known;
  }
  const Judgement& of_file(const std::string& path) { return of(policies_->of_file(path)); }
  // Of what is no file: standard input without a name, which belongs to the working folder.
  const Judgement& of_folder(const std::filesystem::path& folder) { return of(policies_->of_folder(folder)); }

  const Assumptions& given() const { return given_; }
  bool assume_parameters() const {
    return std::any_of(known_.begin(), known_.end(), [](const auto& one) { return !one.second->assumptions.empty(); });
  }
  std::unique_ptr<Policies> take_policies() { return std::move(policies_); }

 private:
  const InputOptions& options_;
  const Assumptions given_;
  std::unique_ptr<Policies> policies_;
  std::map<const Policy*, std::unique_ptr<Judgement>> known_;
};

// Reads the templates of a run and joins them.
class InputReader {
 public:
  InputReader(const InputOptions& options, const World& world)
      : options_(options), world_(world), judgements_(options), progress_(world) {}

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
    if (!reads_input || !options_.stdin_filename.empty()) join_templates(paths);
    progress_.begin("judging", inputs_.files.size(), "files");
    in_parallel(inputs_.files.size(), [&](std::size_t i) {
      judge(inputs_.files[i]);
      progress_.advance();
    });
    progress_.clear();
    if (changes_) in_parallel(inputs_.files.size(), [&](std::size_t i) { keep_what_changed(inputs_.files[i]); });
    question(judgements_.given(), inputs_, world_);
    for (const FileResult& file : inputs_.files) inputs_.policies.push_back(judgement_of_.at(&file)->policy);
    inputs_.assumes_parameters = judgements_.assume_parameters();
    inputs_.all_policies = judgements_.take_policies();
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
    const Judgement& judgement = options_.stdin_filename.empty()
                                     ? judgements_.of_folder(std::filesystem::current_path())
                                     : judgements_.of_file(file.path);
    judgement_of_[&file] = &judgement;
    understand(file, world_.read_input(), true, judgement);
    if (options_.stdin_filename.empty()) return;
    std::vector<std::string> complaints;
    read_what_stands_beside(file, complaints);
    for (const std::string& complaint : complaints) complain(complaint);
    const Search search = search_for({});
    const auto place = place_of(file.path);
    if (search.excludes_named_files &&
        (search.excludes.front().take_out_file(place) || judgement.policy->excludes.take_out_file(place)))
      exclude(file);
  }

  static void exclude(FileResult& file) {
    file.status = FileResult::Status::skipped;
    file.why = "it is excluded";
  }

  // Whatever is wrong with one file is said in the order of the files.
  void read_files(const std::vector<std::string>& paths) {
    std::vector<std::string> errors;
    std::vector<FoundFile> found = find_files(search_for(paths), errors);
    if (found.size() > options_.limits.files)
      refuse(fmt::format("there are more than {} files", options_.limits.files));
    // Files of a folder have one configuration, which is read before they are.
    std::vector<const Judgement*> judgements;
    std::erase_if(found, [&](FoundFile& file) {
      const Judgement& judgement = judgements_.of_file(file.path);
      const bool is_taken_out =
          !judgement.policy->config.exclude.empty() && judgement.policy->excludes.take_out_file(place_of(file.path));
      if (is_taken_out && !file.is_named) return true;
      file.is_excluded |= is_taken_out && options_.force_exclude;
      if (options_.templates_only) file.is_named = false;
      judgements.push_back(&judgement);
      return false;
    });
    for (const std::string& error : errors) complain(error);
    inputs_.files.resize(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) judgement_of_[&inputs_.files[i]] = judgements[i];
    std::vector<std::vector<std::string>> complaints(found.size());
    progress_.begin("reading", found.size(), "files");
    in_parallel(found.size(), [&](std::size_t i) {
      inputs_.files[i].path = found[i].path;
      if (found[i].is_excluded)
        exclude(inputs_.files[i]);
      else
        read(inputs_.files[i], found[i].is_named, *judgements[i], complaints[i]);
      count_memory(inputs_.files[i]);
      if (is_done_with(inputs_.files[i])) let_go(inputs_.files[i]);
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
      if (!file.is_passed_over()) continue;
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

  static void read(FileResult& file, bool is_named, const Judgement& judgement, std::vector<std::string>& complaints) {
    try {
      understand(file, read_file(file.path, max_file_bytes), is_named, judgement);
    } catch (const WorldError& error) {
      complaints.emplace_back(error.what());
      file.status = FileResult::Status::unreadable;
      file.why = error.what();
      return;
    }
    read_what_stands_beside(file, complaints);
  }

  [[noreturn]] static void refuse(std::string_view why) {
    throw WorldError(fmt::format("{}, more than one run takes on; give it some of the folders at a time", why));
  }

  void count_memory(const FileResult& file) {
    if (!file.document) return;
    const std::size_t bytes = file.document->source.bytes.size() * (is_done_with(file) ? 1 : 16);
    if ((memory_ += bytes) > options_.limits.memory) refuse("the templates are too large together");
  }

  // Judged on its own, a template need not wait for the others.
  bool is_done_with(const FileResult& file) const {
    return options_.wants_findings_alone && !changes_ && judgement_of_.at(&file)->assumptions.empty() && file.graph &&
           file.status == FileResult::Status::linted && stands_alone(*file.graph);
  }

  void let_go(FileResult& file) {
    judge(file);
    file.graph.reset();
    file.document->nodes = {};
  }

  // Another template nests it after all.
  void take_back(FileResult& file) {
    std::vector<std::string> said_before;
    understand(file, std::move(file.document->source.bytes), true, *judgement_of_.at(&file));
    count_memory(file);
    read_what_stands_beside(file, said_before);
  }

  static void read_what_stands_beside(FileResult& file, std::vector<std::string>& complaints) {
    if (!file.graph || !file.graph->is_template) return;
    try {
      file.graph->sam_config = sam_config_beside(file.path);
    } catch (const WorldError& error) {
      complaints.emplace_back(error.what());
    }
  }

  // Follows the nested stacks of all templates, also to files that nobody named, and joins what they reach.
  void join_templates(const std::vector<std::string>& paths) {
    std::vector<FileResult*> files;
    std::vector<Member> members;
    std::vector<bool> is_shown;  // of each: its findings
    const auto add = [&](FileResult& file, bool shown) {
      files.push_back(&file);
      is_shown.push_back(shown);
      const Judgement& judgement = *judgement_of_.at(&file);
      members.push_back({.document = file.document.get(),
                         .alone = file.graph.get(),
                         .assumptions = &judgement.assumptions,
                         .publishers = &judgement.policy->config.publishers});
    };
    for (FileResult& file : inputs_.files)
      if (file.graph && file.graph->is_template && file.status == FileResult::Status::linted) add(file, true);
    struct Known {
      std::optional<std::size_t> member;
      FileResult* let_go = nullptr;
      std::string why = {};  // it is none
    };
    std::map<std::filesystem::path, Known> known;
    const bool any_nested = std::any_of(members.begin(), members.end(),
                                        [](const Member& member) { return !member.alone->nested_stacks.empty(); });
    std::optional<NestedTemplates> places;
    if (any_nested) {
      places.emplace(paths);
      const auto know = [&](const FileResult& file, Known what) {
        known.emplace(NestedTemplates::real_path(file.path), std::move(what));
      };
      for (std::size_t i = 0; i < files.size(); ++i) know(*files[i], {.member = i});
      for (FileResult& file : inputs_.files)
        if (file.status == FileResult::Status::linted && !file.graph) know(file, {.let_go = &file});
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
      for (NestedStack& nested : members[i].alone->nested_stacks) {
        const NestedTemplates::Place place = places->find(files[i]->path, nested.path);
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
            add(*context, false);
          }
        }
        if (FileResult* file = std::exchange(at->second.let_go, nullptr)) {
          take_back(*file);
          at->second.member = files.size();
          add(*file, true);
        }
        if (!at->second.member) {
          nested.unfollowed = at->second.why;
          continue;
        }
        members[i].nested.emplace(nested.path, *at->second.member);
        const FileResult* child = files[*at->second.member];
        nesting_[child].emplace_back(files[i], nested.resource->id);
        nested_[files[i]].emplace_back(child, nested.resource->id);
      }
    }
    inputs_.stacks = join(members);
    for (Stack& stack : inputs_.stacks) {
      files[stack.member]->stacks.push_back(&stack);
      stack.graph.sam_config = files[stack.member]->graph->sam_config;
      set_approved(stack.graph, judgement_of_.at(files[stack.member])->policy->approved);
    }
    for (std::size_t i = 0; i < files.size(); ++i)
      if (!is_shown[i]) judge(*files[i]);
    for (const Member& member : members) note_what_is_not_covered(*member.alone, member, files, is_shown);
    for (Stack& stack : inputs_.stacks) note_what_is_not_covered(stack.graph, members[stack.member], files, is_shown);
  }

  // A template that is only read because another nests it; or null, and a clause why it is none.
  std::pair<FileResult*, std::string> read_context(const std::filesystem::path& path) {
    FileResult file{.path = path_from_here(path.string())};
    std::vector<std::string> unsaid;
    const Judgement& judgement = judgements_.of_file(file.path);
    read(file, true, judgement, unsaid);
    if (file.status == FileResult::Status::unreadable) return {nullptr, "cannot be read: " + file.why};
    if (file.is_passed_over()) return {nullptr, "is no CloudFormation template"};
    FileResult* context = &inputs_.context.emplace_back(std::move(file));
    judgement_of_[context] = &judgement;
    return {context, ""};
  }

  static void note_what_is_not_covered(Graph& graph, const Member& member, const std::vector<FileResult*>& files,
                                       const std::vector<bool>& is_shown) {
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
                 !is_shown[nested->second] && count > 0) {
        stack.unfollowed =
            fmt::format("was not named, so its {} {} not shown", count, count == 1 ? "finding is" : "findings are");
      }
    }
  }

  void judge(FileResult& file) {
    file.wishes = judgement_of_.at(&file)->wishes;
    if (!file.graph || file.is_passed_over()) return;
    const LintWishes& wishes = file.wishes;
    std::vector<Finding> findings = find_faults(*file.graph, wishes);
    // Nobody hides a template by nesting it where it is never deployed: then it counts as it is alone.
    std::vector<FoundInStack> found;
    for (const Stack* stack : file.stacks)
      if (stack->is_possible) found.push_back({stack->name, find_faults(stack->graph, wishes)});
    if (!found.empty()) findings = findings_in_stacks(findings, std::move(found));
    Judged judged = heed_suppressions(*file.graph, std::move(findings), wishes);
    file.findings = std::move(judged.findings);
    file.allowed = std::move(judged.allowed);
    if ((findings_ += file.findings.size() + file.allowed.size()) > options_.limits.findings)
      refuse(fmt::format("there are more than {} findings", options_.limits.findings));
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
      (touches(changes, file, finding) || is_answered_otherwise(file, finding) ? touched : file.untouched)
          .push_back(std::move(finding));
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

  // A change touches the template of a nested stack, at whatever depth, whose outputs decide on what was found.
  bool is_answered_otherwise(const FileResult& file, const Finding& finding) const {
    const auto nested = nested_.find(&file);
    if (nested == nested_.end() || finding.resource.empty()) return false;
    std::set<std::string_view> changed;
    for (const auto& [child, id] : nested->second)
      if (std::set<const FileResult*> seen; has_changed_within(*child, seen)) changed.insert(id);
    if (changed.empty()) return false;
    const std::set<std::string> stacks = what_decides_on(*file.graph, finding.resource).stacks;
    return std::any_of(stacks.begin(), stacks.end(), [&](const std::string& stack) { return changed.contains(stack); });
  }

  bool has_changed_within(const FileResult& file, std::set<const FileResult*>& seen) const {
    if (!seen.insert(&file).second) return false;
    const ChangedLines changes = changes_->of(file.path);
    if (changes.all || !changes.empty()) return true;
    const auto nested = nested_.find(&file);
    return nested != nested_.end() && std::any_of(nested->second.begin(), nested->second.end(), [&](const auto& one) {
             return has_changed_within(*one.first, seen);
           });
  }

  const InputOptions& options_;
  const World& world_;
  Judgements judgements_;
  std::unordered_map<const FileResult*, const Judgement*> judgement_of_;
  Progress progress_;
  std::optional<Changes> changes_;
  // Who nests a template, and in which resource; which templates it nests.
  std::map<const FileResult*, std::vector<std::pair<const FileResult*, std::string>>> nesting_, nested_;
  std::atomic<std::size_t> memory_ = 0, findings_ = 0;
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
