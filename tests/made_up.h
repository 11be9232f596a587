// Templates and wishes that nobody wrote, in every style: for property tests and fuzzing.
#pragma once

#include <string>

#include "tests/dice.h"
#include "transform/signing_wishes.h"

namespace codesign {

// The text of a template in YAML or JSON: valid, with functions, configs, layers, conditions and loops, in a style that
// changes from place to place.
std::string made_up_template(Dice& dice);

// One value of such a template on one line, an intrinsic or a word, that YAML takes in blocks and between brackets.
std::string made_up_value(Dice& dice);

// One of the ways to sign, or a mixture that nobody thought of.
SigningWishes made_up_wishes(Dice& dice);
std::string in_words(const SigningWishes& wishes);

}  // namespace codesign
