#include "cli/prefilter.h"

namespace codesign {
namespace {

bool holds(std::string_view bytes, std::string_view word) {
  return bytes.find(word) != std::string_view::npos;
}

// "\u0052esources", "\x52esources", or "Reso\" with the rest on the next line.
bool may_write_letters_otherwise(std::string_view bytes) {
  for (std::size_t at = bytes.find('\\'); at != std::string_view::npos && at + 1 < bytes.size();
       at = bytes.find('\\', at + 2))
    if (std::string_view("uUx\r\n").find(bytes[at + 1]) != std::string_view::npos) return true;
  return false;
}

}  // namespace

// A template has one of two keys, and neither has a blank or a line break in it: it is written as it is, or with
// escapes.
bool may_be_a_template(std::string_view bytes) {
  return holds(bytes, "Resources") || holds(bytes, "AWSTemplateFormatVersion") || may_write_letters_otherwise(bytes);
}

bool means_to_be_a_template(std::string_view bytes) {
  return holds(bytes, "AWSTemplateFormatVersion") ||
         (holds(bytes, "Resources") && (holds(bytes, "AWS::") || may_write_letters_otherwise(bytes)));
}

}  // namespace codesign
