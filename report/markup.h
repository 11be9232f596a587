// Text from templates, made safe for what pictures are written in.
#pragma once

#include <string>
#include <string_view>

namespace codesign {

// Well-formed UTF-8 on one line: as `printable`, tabs are blanks, and what is no character, or none of XML's, is
// U+FFFD.
std::string plain_line(std::string_view text);

// The same, for the text and the quoted attributes of XML and HTML.
std::string markup(std::string_view text);

}  // namespace codesign
