// One line that says how far a long run is, on a terminal alone.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "cli/run.h"

namespace codesign {

// Silent without World::progress. `advance` may be called from any thread, the rest from the one that made it, when no
// other one is at work. Whoever writes anything else clears the line before.
class Progress {
 public:
  explicit Progress(const World& world);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  // "reading 120 of 4000 templates": `verb` and `noun` as written there.
  void begin(std::string_view verb, std::size_t total, std::string_view noun);
  void advance();
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  void draw(std::size_t done);

  const World& world_;
  std::mutex drawing_;
  Clock::time_point next_;  // earlier, nothing is drawn
  std::string verb_, noun_;
  std::size_t total_ = 0;
  std::atomic<std::size_t> done_ = 0;
  bool is_drawn_ = false;
};

}  // namespace codesign
