// The styles and the program of pages: the files of report/page, compiled in.
#pragma once

#include <string_view>

namespace codesign {

struct PagePart {
  std::string_view name;  // "page.js"
  std::string_view hash;  // 'sha256-…', as a Content-Security-Policy names what it allows
  std::string_view text;
};

const PagePart& page_part(std::string_view name);

}  // namespace codesign
