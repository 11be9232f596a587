// yaml-cpp looks at every byte of a scalar about fifty times, though what decides how a template is built are its
// indentation and punctuation. So it is given a text in which the scalars that stand alone on their line are '' and
// the words of comments are missing: half of the bytes, in less than half of the time.
//
// Nothing rests on this text being well chosen. It is only believed if every '' comes back as one value of a block
// collection, no comment lies within a value, and the tree agrees with the bytes of the file (measure_yaml); otherwise
// the file is read as it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "template/source_text.h"

namespace codesign {

class AbridgedYaml {
 public:
  static constexpr std::string_view stand_in = "''";

  struct Cut {
    std::uint32_t at;  // in `text`
    Span source;       // what stands there in the file: a scalar with its quotes, or the words of a comment
    bool is_scalar;
  };

  explicit AbridgedYaml(std::string_view source);

  const std::string& text() const { return text_; }
  // In the order of the text.
  const std::vector<Cut>& cuts() const { return cuts_; }
  // The byte of the source for a byte of the text.
  std::uint32_t source_offset(std::uint32_t at) const;

 private:
  void add_line(std::string_view line);
  void add(std::string_view verbatim);
  void cut(std::string_view what, bool is_scalar);
  bool next_line_continues(std::size_t column) const;

  std::string_view source_;
  std::string text_;
  std::vector<Cut> cuts_;
  std::size_t next_line_ = 0;  // its first byte
  // Guesses about what is no structure, so that the text is not made in vain: lines of a block scalar, which are
  // indented by more than this many columns; and brackets that are still open.
  int block_scalar_indent_ = -1;
  int open_brackets_ = 0;
};

// The text of a scalar that was cut.
std::string_view unquoted(std::string_view scalar);

}  // namespace codesign
