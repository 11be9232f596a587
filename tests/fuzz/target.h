// What every fuzz target is made of: it defines the first two, driver.cpp the rest, with which libFuzzer calls them.
#pragma once

#include <string>
#include <string_view>

#include "tests/made_up.h"

namespace codesign {

// Any bytes. Ends by itself, or what was tried has a fault.
void try_input(const std::string& bytes);
// An input as somebody might write it.
std::string made_up_input(Dice& dice);

// Ends the run as a finding, with these words, if it is not so.
void demand(bool holds, std::string_view words);

}  // namespace codesign
