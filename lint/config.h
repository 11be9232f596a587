// What a team decides once for all its templates, as its configuration file says it. A station of its own beside the
// flow.
#pragma once

#include "graph/approved.h"
#include "lint/lint.h"

namespace codesign {

struct Config {
  // An option of transform, without its dashes, and the word behind it; empty for a switch.
  struct Option {
    std::string name, value;
    Span where;
  };

  LintWishes wishes;
  std::vector<KnownPublisher> publishers;  // stand before those that are compiled in
  Approved approved;
  std::vector<std::string> exclude;  // as lines of .gitignore in the folder of the file
  Assumptions parameters;
  std::vector<Option> transform;  // taken where the command line does not say otherwise
  std::vector<Problem> problems;  // what in the file is not understood
};

// A mapping whose keys are those of schemas/config.schema.json, each of which may be left out.
Config read_config(const Document& document);

}  // namespace codesign
