// Real templates. They are not part of the project; CORPUS_FOLDER names them.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdlib>
#include <sstream>

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

  // What the tool says of every function in the templates that have conditions or loops. Each line of the file was
  // compared with its template by hand; CODESIGN_ACCEPT=1 writes it anew, and the lines that change must be again.
  TEST_CASE("the states of functions under conditions and in loops are those of corpus_states.tsv") {
    const std::filesystem::path golden = SOURCE_FOLDER "/tests/corpus_states.tsv";
    const std::string index = read_whole_file(CORPUS_FOLDER "/INDEX.tsv");
    if (index.empty()) return;  // said above
    std::string lines;
    std::istringstream rows(index);
    for (std::string row; std::getline(rows, row);) {
      const std::string features = "," + row.substr(row.rfind('\t') + 1) + ",";
      if (features.find(",conditions,") == std::string::npos && features.find(",foreach,") == std::string::npos)
        continue;
      const std::string path = row.substr(0, row.find('\t'));
      const Linted linted = lint_text(read_whole_file(std::filesystem::path(CORPUS_FOLDER) / path));
      for (const Function& function : linted.graph->functions)
        for (const SigningCase& signing : function.signing)
          lines += fmt::format("{}\t{}\t{}{}\t{}\n", path, function.resource->id, name_of(signing.state),
                               when(signing.when), signing.reason);
    }
    if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(golden, lines);
    CHECK(read_whole_file(golden) == lines);
  }
}

}  // namespace codesign
