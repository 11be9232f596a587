// What a team decides once for all its templates, as its configuration file says it. A station of its own beside the
// flow.
#pragma once

#include "lint/lint.h"

namespace codesign {

struct Config {
  LintWishes wishes;
  std::vector<KnownPublisher> publishers;  // stand before those that are compiled in
  std::vector<Problem> problems;           // what in the file is not understood
};

// A mapping with the keys "profile", "rules" and "publishers", each of which may be left out
// (schemas/config.schema.json).
Config read_config(const Document& document);

}  // namespace codesign
