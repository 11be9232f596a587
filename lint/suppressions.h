// What somebody allows in a template, and why: in a comment, "# cfn-codesign: allow RULE - REASON", or in the Metadata
// of a resource or of the template, "cfn-codesign: {allow: [{rule: RULE, reason: REASON}]}", which is the only way in
// JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"

namespace codesign {

struct LintWishes;

// Of one template that are heeded; the next one is a fault, and says so.
constexpr std::size_t max_suppressions = 10'000;
// Of a comment that are read.
constexpr std::size_t max_comment_bytes = 4'096;

// One rule in one place. What other tools are told in their own words does not count.
struct Suppression {
  enum class Reach : std::uint8_t { line, resource, all };

  Span where;                  // the name of the rule; of what is not understood, the whole of it
  const Rule* rule = nullptr;  // null where `fault` says why
  std::string reason;
  Reach reach = Reach::all;
  // On which findings begin that it allows: its own, or, of a comment alone on its line, the next one. If a resource
  // begins there, the reach is the resource.
  std::size_t line = 0;
  std::string address = {};    // of the resource, as Finding::address; of a stack set's template, its stack set
  Span body = {};              // of the resource: what it inherits from Globals is not its own
  std::string stack_set = {};  // as Finding::stack_set
  std::string fault = {};      // why it allows nothing: a sentence; empty where it may
  bool is_unused = false;      // nothing arises that it could allow

  bool allows(const Finding& finding, std::size_t line_of_finding) const;
};

// Of the template, and of those in its stack sets; in the order of their places.
std::vector<Suppression> suppressions_of(const Graph& graph);

// A finding that is not reported.
struct AllowedFinding {
  Finding finding;
  std::string reason;
  Span by;  // the suppression
};

struct Judged {
  std::vector<Finding> findings;
  std::vector<AllowedFinding> allowed;
};

// Takes out what is allowed, and adds what is to be said about the suppressions themselves.
Judged heed_suppressions(const Graph& graph, std::vector<Finding> findings, const LintWishes& wishes);

}  // namespace codesign
