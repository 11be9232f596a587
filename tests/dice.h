// Chance that can be repeated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>

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
  template <std::size_t size>
  std::string one_of(const char* const (&words)[size]) {
    return words[below(size)];
  }

 private:
  std::mt19937 engine_;
};

}  // namespace codesign
