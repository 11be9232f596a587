// How a team signs, as options of transform: see SigningWishes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "transform/signing_wishes.h"

namespace CLI {
class App;
}

namespace codesign {

struct SigningOptions {
  std::optional<std::string> policy;       // warn, if nobody says
  std::optional<std::string> config_from;  // template
  std::optional<std::string> place;        // functions
  std::vector<std::string> publishers;
  std::string publisher_parameter;
  std::string create_profile;
  bool alarm = false;
  bool unsafe = false;
  std::vector<std::string> only;  // rules
};

void add_signing(CLI::App& app, SigningOptions& options);

// Throws WorldError where an option is no answer, or two contradict each other.
SigningWishes signing_wishes(const SigningOptions& options);

// `given`, and where it does not say, `defaults`. Whoever names publishers in one way names none in another.
SigningOptions with_defaults(SigningOptions given, const SigningOptions& defaults);

// From words as they stand on a command line.
SigningOptions read_signing_options(const std::vector<std::string>& words);

}  // namespace codesign
