// Between libFuzzer and a target. (LLVM documentation, libFuzzer, and Structure-Aware Fuzzing with libFuzzer)
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/target.h"
#include "tests/fuzz/tree_changes.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace codesign {
namespace {

std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

std::size_t give_back(const std::string& text, std::uint8_t* data, std::size_t max_size) {
  const std::size_t size = std::min(text.size(), max_size);
  std::copy_n(text.begin(), size, data);
  return size;
}

}  // namespace

void demand(bool holds, std::string_view words) {
  if (holds) return;
  std::fprintf(stderr, "BROKEN: %.*s\n", static_cast<int>(words.size()), words.data());
  std::abort();
}

}  // namespace codesign

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  codesign::try_input(codesign::text_of(data, size));
  return 0;
}

// Mostly the tree is changed, and the bytes where there is none; now and then, an input is made up.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  codesign::Dice dice(seed);
  if (dice.one_in(3)) return LLVMFuzzerMutate(data, size, max_size);
  const std::string changed =
      dice.one_in(12) ? codesign::made_up_input(dice) : codesign::changed_tree(codesign::text_of(data, size), dice);
  if (changed.empty() || changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  return codesign::give_back(changed, data, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data, std::size_t size,
                                                 const std::uint8_t* other_data, std::size_t other_size,
                                                 std::uint8_t* out, std::size_t max_size, unsigned seed) {
  codesign::Dice dice(seed);
  return codesign::give_back(
      codesign::with_part_of(codesign::text_of(data, size), codesign::text_of(other_data, other_size), dice), out,
      max_size);
}
