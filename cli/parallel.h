// Work that is shared by the processor's cores.
#pragma once

#include <cstddef>
#include <functional>

namespace codesign {

// Calls `work` once for each index below `count`, several at a time where that is worth it. Once it throws,
// nothing more is begun; of what was thrown, one is thrown here, when all threads are done.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace codesign
