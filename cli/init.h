// The configuration file to begin with: what there is to decide, and what the templates of the folder say about it.
#pragma once

#include <string>

#include "cli/inputs.h"

namespace codesign {

// Every setting is commented out or means what it means without the file, so that nothing is judged otherwise than
// before. A line that begins with "#" and no blank, or with two, becomes a setting when the "#" is taken away.
std::string initial_policy(const Inputs& inputs);

// Writes it to .cfn-codesign.yaml in the working folder. Throws WorldError where there is one.
int init_command(const InputOptions& options, const World& world);

}  // namespace codesign
