// Fifth station: what is to change in the tree, not yet how it is written.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graph/graph.h"
#include "lint/finding.h"
#include "transform/signing_wishes.h"

namespace codesign {

// A value to be written.
struct Content {
  enum class Kind : std::uint8_t { text, number, intrinsic, mapping, sequence };
  struct Member;

  Kind kind = Kind::text;
  std::string text;             // of a text or number; of an intrinsic, its long name: "Fn::If"
  std::vector<Member> members;  // of a mapping
  std::vector<Content> items;   // of a sequence; of an intrinsic, its one argument ("Id.Attribute" of Fn::GetAtt)

  static Content scalar(std::string text);
  static Content number(int value);
  static Content intrinsic(std::string name, Content argument);
  static Content reference(std::string name);  // Ref
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

// A new last item of a list.
struct Addition {
  NodeId sequence;
  Content value;
};

// New text for a scalar, or, in a text that holds JSON, for `part` of it, which are bytes of the file.
struct Replacement {
  NodeId scalar;
  std::string text;
  std::optional<Span> part = {};
};

// A new value in the place of one that is written on one line.
struct Substitution {
  NodeId value;
  Content content;
};

// An entry, named by its key, or an item of a list; never the only one. Its comments go with it: the one on its line,
// those below that are indented deeper, and those directly above that are not.
struct Removal {
  NodeId member;
};

// A function that is still not at the wanted policy when the plan is carried out, or a resource with a finding that
// stays although it could be repaired elsewhere.
struct LeftAlone {
  std::string resource;
  std::string reason;
};

struct Plan {
  std::vector<Insertion> insertions;
  std::vector<Addition> additions;
  std::vector<Replacement> replacements;
  std::vector<Substitution> substitutions;
  std::vector<Removal> removals;
  std::vector<LeftAlone> left_alone;
  std::vector<std::string> remarks;  // sentences about what a user may expect to change, and does not

  bool empty() const {
    return insertions.empty() && additions.empty() && replacements.empty() && substitutions.empty() && removals.empty();
  }
};

// The fourth verb: findings -> plan. Carries out the remedies of `findings`, and nothing else.
Plan make_plan(const Graph& graph, const std::vector<Finding>& findings, const SigningWishes& wishes);

}  // namespace codesign
