// What any reader of a report relies on.
#pragma once

#include <string_view>

namespace codesign {

bool is_json(std::string_view text);

// Well-formed as this project writes XML: one root, elements that nest, attributes in double quotes and once each, the
// five named entities and numeric ones, and no character that XML 1.0 does not have. No CDATA, no document type.
bool is_xml(std::string_view text);

// No control character but the line feed and the tab, be it of one byte or of two (U+0080 to U+009F).
bool is_harmless_to_terminals(std::string_view text);

}  // namespace codesign
