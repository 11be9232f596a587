#include "cli/reporting.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "cli/files.h"
#include "cli/git.h"
#include "report/text.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

fs::path source_root() {
  const fs::path here = fs::current_path();
  const fs::path top = repository_around(here);
  return top.empty() ? here : top;
}

}  // namespace

std::vector<ReportFile> report_files(const std::vector<std::string>& outputs) {
  std::vector<ReportFile> files;
  for (const std::string& output : outputs) {
    const std::size_t equals = output.find('=');
    const std::string word = output.substr(0, equals);
    const auto formats = report_formats();
    const auto format =
        std::find_if(formats.begin(), formats.end(), [&](const auto& one) { return one.first == word; });
    if (equals == std::string::npos || equals + 1 == output.size() || format == formats.end()) {
      std::string names;
      for (const auto& [name, value] : formats) names += fmt::format("{}{}", names.empty() ? "" : "|", name);
      throw WorldError(fmt::format("--output {} is not FORMAT=FILE with a FORMAT of {}", printable(output), names));
    }
    const std::string path = output.substr(equals + 1);
    for (const ReportFile& other : files)
      if (fs::path(other.path).lexically_normal() == fs::path(path).lexically_normal())
        throw WorldError(fmt::format("--output names {} for two reports", printable(path)));
    files.push_back({format->second, path});
  }
  return files;
}

void write_beside(const Inputs& inputs, const std::string& path, std::string_view text) {
  const auto refuse = [&](const FileResult& file) {
    if (!file.is_passed_over() && are_same_file(file.path, path))
      throw WorldError(fmt::format("{}: is a template that was read, and is not replaced by what is said of it", path));
  };
  std::for_each(inputs.files.begin(), inputs.files.end(), refuse);
  std::for_each(inputs.context.begin(), inputs.context.end(), refuse);
  write_file(path, text);
}

std::string path_from_root(const std::string& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  std::error_code error;
  const fs::path folder = fs::canonical(absolute.parent_path(), error);
  if (error) return path;
  const fs::path real = folder / absolute.filename();
  const std::string relative = real.lexically_relative(source_root()).string();
  return relative.empty() || relative == ".." || relative.starts_with("../") ? real.string() : relative;
}

void advise_on_reports(const ReportOptions& options, const World& world) {
  if (options.format || !options.outputs.empty()) return;
  if (world.in_github_actions)
    world.err(
        "GitHub Actions shows the first ten errors and the first ten warnings of a step as annotations; --output "
        "sarif=FILE writes all of them for code scanning.\n");
  else if (world.in_gitlab_ci)
    world.err(
        "GitLab CI shows findings in merge requests from --output gitlab=FILE, named as artifacts:reports:codequality, "
        "or from --output junit=FILE, named as artifacts:reports:junit.\n");
}

}  // namespace codesign
