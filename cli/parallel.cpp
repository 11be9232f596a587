#include "cli/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace codesign {
namespace {

// A container, or who started this process, may leave it fewer than the machine has.
std::size_t usable_cores() {
#ifdef __linux__
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) == 0) return static_cast<std::size_t>(CPU_COUNT(&cores));
#endif
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  // To start a thread costs about what a small template does.
  constexpr std::size_t worth_a_thread = 8, most_threads = 16;
  std::size_t threads = std::min(count / worth_a_thread, most_threads);
  if (threads > 1) threads = std::min(threads, usable_cores());
  std::atomic<std::size_t> next = 0;
  std::mutex failing;
  std::exception_ptr failure;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;  // nobody begins anything more
      const std::lock_guard lock(failing);
      failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(run);
    run();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace codesign
