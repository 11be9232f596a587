// Fifth station: what is to change in the tree, not yet how it is written.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "lint/finding.h"

namespace codesign {

// A value to be written.
struct Content {
  enum class Kind : std::uint8_t { text, reference, mapping, sequence };
  struct Member;

  Kind kind = Kind::text;
  std::string text;             // of a text; the name a reference names
  std::vector<Member> members;  // of a mapping
  std::vector<Content> items;   // of a sequence

  static Content scalar(std::string text);
  static Content reference(std::string name);
  static Content mapping(std::vector<Member> members);
  static Content sequence(std::vector<Content> items);
};

struct Content::Member {
  std::string key;
  Content value;
};

// A new entry in a mapping.
struct Insertion {
  NodeId mapping;               // a mapping, or a value that is not written ("Properties:" and nothing behind it)
  NodeId after = NodeId::none;  // the key of the entry it follows; none: at the end, or with `at_start` at the start
  bool at_start = false;
  std::string key;
  Content value;
  bool is_block_of_its_own = false;  // set off by a blank line where its neighbours are
};

// New text for a scalar.
struct Replacement {
  NodeId scalar;
  std::string text;
};

// A function that is still not at the wanted policy when the plan is carried out.
struct LeftAlone {
  std::string resource;
  std::string reason;
};

struct Plan {
  std::vector<Insertion> insertions;
  std::vector<Replacement> replacements;
  std::vector<LeftAlone> left_alone;
  std::vector<std::string> remarks;  // sentences about what a user may expect to change, and does not

  bool empty() const { return insertions.empty() && replacements.empty(); }
};

struct SigningWishes {
  bool enforce = false;                 // Enforce instead of Warn
  std::vector<std::string> publishers;  // signing profile version ARNs; empty: a parameter asks for them
};

// The fourth verb: findings -> plan. Carries out the remedies of `findings`, and nothing else.
Plan make_plan(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes);

}  // namespace codesign
