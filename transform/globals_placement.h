// Inside the fifth station: the code signing config of SAM functions in Globals, where all of them inherit it
// (aws/serverless-application-model, samtranslator/plugins/globals/globals.py).
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "transform/plan_builder.h"
#include "transform/sections.h"

namespace codesign {

class GlobalsPlacement {
 public:
  GlobalsPlacement(const Graph& graph, PlanBuilder& builder, Sections& sections)
      : graph_(graph), document_(*graph.document), builder_(builder), sections_(sections) {}

  // Why a config cannot stand there, as a sentence without its full stop; empty where it can.
  std::string why_not() const;
  // Writes it, and keeps those that cannot be signed out of it. Returns every function that it reaches or that is kept
  // out.
  std::vector<const Function*> place(Content config);

  // It takes what Globals has, or will have.
  bool would_inherit(const Function& function) const;
  // The CodeSigningConfigArn that Globals has now; none where it has none.
  NodeId config() const;

 private:
  std::string why_not_there() const;
  std::string why_not_for(const Function& function) const;

  const Graph& graph_;
  const Document& document_;
  PlanBuilder& builder_;
  Sections& sections_;
};

}  // namespace codesign
