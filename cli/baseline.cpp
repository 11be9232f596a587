#include "cli/baseline.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <string_view>
#include <tuple>

#include <fmt/core.h>

#include "cli/files.h"
#include "lint/lint.h"
#include "report/baseline.h"
#include "report/text.h"
#include "template/parse.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view advice = "restore the file, or delete it and make it again with --update-baseline";

using Key = std::tuple<std::string, std::string, std::string>;  // path, resource, rule

// A file that is there; otherwise what it would be. Throws std::filesystem::filesystem_error: a baseline must not be
// kept by a path that is only nearly right.
fs::path real_path(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path).lexically_normal();
  const fs::path folder = fs::canonical(absolute.parent_path(), error);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) return absolute;
  if (error) throw fs::filesystem_error("cannot be looked at", absolute.parent_path(), error);
  return folder / absolute.filename();
}

// What cannot be looked at is not known to be gone.
bool may_be_there(const fs::path& path) {
  std::error_code error;
  return fs::status(path, error).type() != fs::file_type::not_found;
}

class Comparing {
 public:
  Comparing(Inputs& inputs, const BaselineOptions& options)
      : inputs_(inputs), options_(options), folder_(real_path(options.file).parent_path()) {
    for (const FileResult& file : inputs_.files)
      paths_.push_back(file.path == input_name ? file.path : seen_from_folder(real_path(file.path)));
  }

  Comparison run() {
    read();
    compare();
    Comparison comparison;
    for (std::size_t i = 0; i < is_gone_.size(); ++i)
      if (is_gone_[i]) comparison.gone.push_back(baseline_.findings[i]);
    const std::size_t gone = comparison.gone.size();
    if (options_.update) {
      comparison.remarks.push_back(update(gone));
      comparison.gone.clear();
    } else if (gone > 0) {
      comparison.remarks.push_back(fmt::format("{}: {} of it {} gone; --update-baseline takes {} out",
                                               printable(options_.file), counted(gone, "finding"),
                                               gone == 1 ? "is" : "are", gone == 1 ? "it" : "them"));
    }
    return comparison;
  }

 private:
  std::string seen_from_folder(const fs::path& path) const {
    const std::string relative = path.lexically_relative(folder_).string();
    return relative.empty() ? path.string() : relative;
  }

  std::string path_of(const KnownFinding& known) const {
    return known.path == input_name ? known.path : seen_from_folder((folder_ / known.path).lexically_normal());
  }

  bool is_there(const KnownFinding& known) const {
    return known.path == input_name || may_be_there(folder_ / known.path);
  }

  void read() {
    exists_ = may_be_there(options_.file);
    if (!exists_ && !options_.update)
      throw WorldError(fmt::format("{}: there is no such baseline; check the path, or make it with --update-baseline",
                                   options_.file));
    const bool is_sarif = options_.file.ends_with(".sarif") || options_.file.ends_with(".sarif.json");
    bytes_ = exists_ ? read_file(options_.file, max_file_bytes) : empty_baseline(is_sarif);
    const Document document = parse({options_.file, bytes_});
    baseline_ = read_baseline(document);
    if (!baseline_.problems.empty()) {
      const Problem& problem = baseline_.problems.front();
      const Position at = LineTable(document.source.bytes).position(problem.where.begin);
      std::string_view fault = problem.message;
      if (fault.ends_with('.')) fault.remove_suffix(1);
      throw WorldError(fmt::format("{}:{}:{}: {}; {}", options_.file, at.line, at.column, fault, advice));
    }
    if (!baseline_.findings.empty() && std::none_of(baseline_.findings.begin(), baseline_.findings.end(),
                                                    [&](const KnownFinding& known) { return is_there(known); }))
      throw WorldError(
          fmt::format("{}: none of the files that this baseline names, as {}, is there; its paths are seen from the "
                      "folder that it lies in, so keep it {}, or delete it if they are gone",
                      options_.file, printable(baseline_.findings.front().path),
                      baseline_.is_sarif ? "at the root of the repository" : "where lint was started"));
  }

  void compare() {
    std::map<Key, std::vector<std::size_t>> known;  // numbers in the baseline, the last first
    for (std::size_t i = baseline_.findings.size(); i-- > 0;) {
      const KnownFinding& finding = baseline_.findings[i];
      known[{path_of(finding), finding.address, finding.rule}].push_back(i);
    }
    std::map<std::string_view, const FileResult*> files;
    for (std::size_t i = 0; i < inputs_.files.size(); ++i) {
      FileResult& file = inputs_.files[i];
      files.emplace(paths_[i], &file);
      const auto take = [&](const Finding& finding) {
        const auto same = known.find({paths_[i], finding.address(), std::string(finding.rule->id)});
        const bool is_known = same != known.end() && !same->second.empty();
        if (is_known) same->second.pop_back();
        return is_known;
      };
      // Of two that are the same, the one that no change touches is more likely the old one.
      for (const Finding& finding : file.untouched) take(finding);
      std::vector<Finding> fresh;
      for (Finding& finding : file.findings) (take(finding) ? file.known : fresh).push_back(std::move(finding));
      file.findings = std::move(fresh);
    }
    is_gone_.resize(baseline_.findings.size());
    for (const auto& [key, numbers] : known) {
      const auto file = files.find(std::get<0>(key));
      for (const std::size_t i : numbers)
        is_gone_[i] =
            file == files.end() ? !is_there(baseline_.findings[i]) : would_be_found(*file->second, std::get<2>(key));
    }
  }

  // Whether this run finds what is there: it read the file, could read it as a whole, and the rule speaks. What is no
  // template any more has no findings by any rule.
  static bool would_be_found(const FileResult& file, const std::string& rule) {
    if (file.status == FileResult::Status::no_template) return true;
    if (file.status != FileResult::Status::linted) return false;
    const Rule* known = find_rule(rule);
    return known != nullptr && file.wishes.of(*known) != Severity::off;
  }

  // Says what has changed.
  std::string update(std::size_t gone) {
    std::size_t added = 0;
    for (const FileResult& file : inputs_.files) added += file.findings.size();
    const std::string path = printable(options_.file);
    if (added == 0 && gone == 0 && exists_) return fmt::format("{}: unchanged", path);
    const std::string text = updated_baseline(bytes_, baseline_, is_gone_, inputs_.files, paths_);
    if (text.empty())
      throw WorldError(fmt::format("{}: cannot be updated: it is not as lint writes it; {}", options_.file, advice));
    if (exists_)
      replace_file(options_.file, bytes_, text);
    else
      create_file(options_.file, text);
    for (FileResult& file : inputs_.files)
      std::move(file.findings.begin(), file.findings.end(), std::back_inserter(file.known));
    for (FileResult& file : inputs_.files) file.findings.clear();
    return fmt::format("{}: {} added, {} taken out", path, counted(added, "finding"), gone);
  }

  Inputs& inputs_;
  const BaselineOptions& options_;
  const fs::path folder_;
  std::vector<std::string> paths_;  // of the files, as the baseline has them
  std::string bytes_;
  bool exists_ = false;
  Baseline baseline_;
  std::vector<bool> is_gone_;
};

}  // namespace

Comparison compare_with_baseline(Inputs& inputs, const BaselineOptions& options) {
  return Comparing(inputs, options).run();
}

}  // namespace codesign
