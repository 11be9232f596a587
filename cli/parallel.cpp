#include "cli/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace codesign {

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  // To start a thread costs about what a small template does.
  constexpr std::size_t worth_a_thread = 8, most_threads = 16;
  const std::size_t threads =
      std::min({count / worth_a_thread, most_threads, static_cast<std::size_t>(std::thread::hardware_concurrency())});
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(run);
  run();
}

}  // namespace codesign
