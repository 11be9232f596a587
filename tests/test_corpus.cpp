// Real templates. They are not part of the project; CORPUS_FOLDER names them.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdlib>

#include "tests/laws.h"
#include "tests/support.h"

namespace codesign {
namespace {

std::vector<std::filesystem::path> corpus_files() {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(CORPUS_FOLDER, error))
    if (entry.is_regular_file() && entry.path().parent_path() != std::filesystem::path(CORPUS_FOLDER))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_SUITE("corpus") {
  TEST_CASE("the laws hold on every real template, for both policies, with and without named publishers") {
    const auto files = corpus_files();
    if (files.empty()) {
      fmt::print("SKIPPED: the corpus is not at {}\n", CORPUS_FOLDER);
      CHECK_MESSAGE(std::getenv("CI") == nullptr, "in CI the corpus may not be missing");
      return;
    }
    const std::string publisher = "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Corpus/AbCdEfGh12";
    const std::vector<SigningWishes> all_wishes{
        {}, {.enforce = true}, {.publishers = {publisher}}, {.enforce = true, .publishers = {publisher}}};
    std::size_t refused = 0, changed = 0, functions = 0, not_witnessed = 0;
    for (const auto& file : files) {
      const std::string text = read_whole_file(file);
      for (const SigningWishes& wishes : all_wishes) {
        const LawReport report = check_laws(text, wishes);
        CHECK_FALSE(report.taken_back);
        for (const std::string& sentence : report.broken) FAIL_CHECK(file.string() << ": " << sentence);
        if (&wishes != &all_wishes.front()) continue;
        if (!report.refused.empty()) {
          ++refused;
          fmt::print("refused: {}: {}\n", file.string(), report.refused);
        }
        if (!report.libyaml_refusal.empty()) {
          ++not_witnessed;
          fmt::print("not read by libyaml: {}: {}\n", file.string(), report.libyaml_refusal);
        }
        changed += report.changed;
        functions += report.functions;
      }
    }
    fmt::print("{} files, {} functions, {} changed, {} refused, {} not read by libyaml\n", files.size(), functions,
               changed, refused, not_witnessed);
    CHECK(refused * 100 < files.size());
    CHECK(functions > 0);
  }
}

}  // namespace codesign
