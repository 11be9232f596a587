// What every command begins with: the templates it is about, read, linked and linted.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/policies.h"
#include "cli/run.h"
#include "lint/rule.h"
#include "report/result.h"

namespace codesign {

constexpr std::string_view input_name = "<stdin>";  // the path of standard input, if it is given none

// What one run takes on. Beyond, it ends with a sentence and reports nothing: a part would look like the whole.
struct RunLimits {
  std::size_t files = 200'000;
  // An estimate, in bytes: 16 for each byte of a template whose tree is kept, 1 for each of one that is let go.
  std::size_t memory = std::size_t{4} << 30;
  std::size_t findings = 1'000'000;
};

// What is linted, and how; the same for every command.
struct InputOptions {
  std::vector<std::string> paths;
  std::vector<std::string> parameters;  // FILE or KEY=VALUE
  std::string config;                   // FILE, for all templates; empty: .cfn-codesign.yaml around each
  bool assumes_parameters = true;       // those of the configuration, too
  std::optional<Profile> profile;       // instead of the one of the configuration
  bool no_suppressions = false;         // report what templates allow, too
  bool templates_only = false;          // a file that is named is passed over like one that is found
  std::vector<std::string> spoken;      // rules that speak even if the profile or the configuration has them off

  std::vector<std::string> exclude;  // as a line of .gitignore in the working folder
  bool force_exclude = false;        // also files that are named
  bool no_ignore = false;            // what git ignores is searched, too
  std::string stdin_filename;        // what standard input is called; empty: nothing
  std::string changed_since;         // a revision: findings only on what a change since then touches; empty: all
  bool verbose = false;              // say what is passed over, and why

  // Nobody looks at the graphs of templates: those that have nothing to do with others are let go when they are judged,
  // and the remedies of their findings with them.
  bool wants_findings_alone = false;

  RunLimits limits = {};

  bool list_files = false;  // and do nothing else
  bool null = false;        // a zero byte behind each, not a line break
};

struct Inputs {
  std::vector<FileResult> files;
  std::vector<const Policy*> policies;  // of each file
  std::unique_ptr<Policies> all_policies;
  bool assumes_parameters = false;  // of any template
  std::deque<FileResult> context;   // templates that others nest, but nobody named
  std::deque<Stack> stacks;
  bool is_standard_input = false;       // one file, whose text was not read from where its path says
  bool world_was_wrong = false;         // said already
  std::vector<std::string> complaints;  // the sentences in which it was said

  bool have_unreadable() const;
};

// Throws WorldError where nothing can be read at all; a single file that cannot is named on World::err.
Inputs read_inputs(const InputOptions& options, const World& world);

}  // namespace codesign
