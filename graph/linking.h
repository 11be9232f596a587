// Inside the third station: the linking of one template step by step, so that several can take each step together.
#pragma once

#include <memory>
#include <vector>

#include "graph/embedded.h"
#include "graph/graph.h"
#include "graph/outside.h"
#include "graph/values.h"

namespace codesign {

class Linking {
 public:
  // What is referred to must outlive it; the graph only needs the document.
  Linking(const Document& document, const Assumptions& assumptions, const std::vector<KnownPublisher>& publishers,
          Guards& guards, Outside& outside, EmbeddingLimits& embedding);
  ~Linking();

  // The steps, in this order, each once. A step of one template may ask other templates for what they know after all
  // have taken the steps before it.
  void find_resources();    // graph().resources, is_template
  void decide_existence();  // Resource::exists
  void read_profiles();
  void read_configs();
  void read_functions();  // and all that remains

  Graph& graph();
  Evaluator& evaluator();

 private:
  class Linker;
  std::unique_ptr<Linker> linker_;
};

}  // namespace codesign
