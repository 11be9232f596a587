#include "cli/progress.h"

#include <fmt/core.h>

namespace codesign {
namespace {

constexpr std::string_view empty_line = "\r\x1b[K";  // ECMA-48: erase in line

}  // namespace

Progress::Progress(const World& world) : world_(world), next_(Clock::now() + world.progress_after) {}

void Progress::begin(std::string_view verb, std::size_t total, std::string_view noun) {
  verb_ = verb;
  noun_ = noun;
  total_ = total;
  done_ = 0;
}

void Progress::advance() {
  const std::size_t done = ++done_;
  if (!world_.progress) return;
  // Who finds another one drawing has better things to do.
  const std::unique_lock lock(drawing_, std::try_to_lock);
  if (lock && Clock::now() >= next_) draw(done);
}

void Progress::draw(std::size_t done) {
  constexpr int drawings_per_wait = 10;
  world_.progress(fmt::format("{}{} {} of {} {}", empty_line, verb_, done, total_, noun_));
  is_drawn_ = true;
  next_ = Clock::now() + world_.progress_after / drawings_per_wait;
}

void Progress::clear() {
  if (is_drawn_) world_.progress(empty_line);
  is_drawn_ = false;
}

}  // namespace codesign
