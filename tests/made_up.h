// Templates and wishes that nobody wrote, in every style: for property tests and fuzzing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>

#include "transform/signing_wishes.h"

namespace codesign {

// The same seed, the same throws.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(engine_); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <typename Container>
  auto pick(const Container& choices) {
    return choices[below(std::size(choices))];
  }

 private:
  std::mt19937 engine_;
};

// The text of a template in YAML or JSON: valid, with functions, configs, layers, conditions and loops, in a style that
// changes from place to place.
std::string made_up_template(Dice& dice);

// One value of such a template on one line, an intrinsic or a word, that YAML takes in blocks and between brackets.
std::string made_up_value(Dice& dice);

// One of the ways to sign, or a mixture that nobody thought of.
SigningWishes made_up_wishes(Dice& dice);
std::string in_words(const SigningWishes& wishes);

}  // namespace codesign
