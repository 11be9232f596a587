// What several tests need.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "lint/lint.h"
#include "report/result.h"
#include "template/parse.h"
#include "transform/transform.h"

namespace codesign {

// Sanitizers look for other faults than the tests do, and take their time: a part of the many inputs is enough for
// them.
#ifdef IS_SANITIZED
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

// How often a test of chance throws its dice: as often as `usual`, a quarter of that under sanitizers, times
// CODESIGN_ROUNDS.
std::size_t rounds(std::size_t usual);

// Empty where there is no such file.
std::string read_whole_file(const std::filesystem::path& path);
void write_whole_file(const std::filesystem::path& path, const std::string& text);

// A template, read, linked and linted; pointers stay valid when it is moved.
struct Linted {
  std::unique_ptr<Document> document;
  std::unique_ptr<Graph> graph;
  std::vector<Finding> findings;
};
Linted lint_text(std::string text, std::string path = "template.yaml", const LintWishes& wishes = {},
                 const Assumptions& assumptions = {});

// The same, as a report takes it.
FileResult result_of(const std::string& text, const std::string& path = "t.yaml");

struct Transformed : Transformation {
  Linted before;
};
Transformed transform_text(std::string text, const SigningWishes& wishes = {}, std::string path = "template.yaml",
                           const LintWishes& lint_wishes = {});

// The state of a function in every deployment; `unknown` where its cases differ.
Signing signing_of(const Function& function);

// The first profile in which a rule speaks.
LintWishes wishes_for(const Rule& rule);

// The rules that fired, in the order of their places.
std::vector<std::string> rules_of(const Linted& linted);

// The same template as JSON: short intrinsics in their long form, aliases written out, "<<" merged. Empty for a text
// that cannot be written as JSON (a key that is no text, too much behind aliases).
std::string as_json(const Document& document);
// A text as a string of JSON, with its quotes.
std::string json_string(const std::string& text);

}  // namespace codesign
