// The program's options as data: see Usage.
#pragma once

#include "report/usage.h"

namespace CLI {
class App;
}

namespace codesign {

Usage usage_of(const CLI::App& program);

}  // namespace codesign
