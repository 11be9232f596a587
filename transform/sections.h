// Inside the fifth station: what a plan adds to the sections of a template, under names that nothing else has.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include "graph/graph.h"
#include "transform/plan.h"

namespace codesign {

class Sections {
 public:
  Sections(const Graph& graph, Plan& plan);

  // Logical IDs, parameters and conditions share one space of names.
  bool is_taken(std::string_view name) const { return taken_.contains(std::string(name)); }
  // `wanted`, or with the first number behind it that makes it free. What refers to nothing yet shall not come to refer
  // to what is added, so its name is not free either.
  std::string free_name(std::string_view wanted) const;

  // Why so many members cannot be added to a section ("Resources"), which need not be there; empty where it can.
  std::string why_not(std::string_view section, std::size_t members = 1) const;
  // Adds a member. A section that is not there yet takes its usual place.
  void add(std::string_view section, std::string name, Content value);

 private:
  bool is_referred_to(std::string_view name) const;
  std::size_t size_of(std::string_view section) const;

  const Document& document_;
  Plan& plan_;
  std::unordered_set<std::string> taken_;
  std::map<std::string, std::size_t, std::less<>> new_sections_;  // indices into Plan::insertions
  std::map<std::string, std::size_t, std::less<>> added_;         // members
};

}  // namespace codesign
