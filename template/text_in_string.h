// Inside the first station: text that is a language of its own and stands in a string of a file, as a policy in JSON or
// a template in a template. Its bytes are found again in the file.
#pragma once

#include <string_view>
#include <vector>

#include "template/document.h"

namespace codesign {

// Maps bytes of the text that a scalar stands for to bytes of its file. It holds for every style: within a line the two
// are the same; indentation, folded line breaks, carriage returns, quotes and escapes are followed.
class TextInString {
 public:
  TextInString() = default;
  TextInString(const Document& document, NodeId scalar);
  // `text`: what becomes of the scalar's own, from which Fn::Sub takes the "!" of "${!Name}".
  TextInString(const Document& document, NodeId scalar, std::string_view text);

  // False where the text cannot be followed through the bytes: it has nothing but one place.
  bool is_exact() const { return !pieces_.empty(); }
  // The bytes that stand for this part of the text; those of the whole scalar if is_exact() is false.
  Span place(Span part) const;

 private:
  // Disjoint, in order, together all of the text. Of equal length, both are the same byte by byte; if not, they are one
  // thing, as an escape and what it stands for.
  struct Piece {
    Span text, bytes;

    bool is_copied() const { return text.end - text.begin == bytes.end - bytes.begin; }
    std::uint32_t begin_of(std::uint32_t at) const { return bytes.begin + (is_copied() ? at - text.begin : 0); }
    std::uint32_t end_of(std::uint32_t at) const { return is_copied() ? bytes.begin + (at - text.begin) : bytes.end; }
  };
  class Alignment;

  const Piece& piece_at(std::uint32_t offset) const;

  Span whole_;
  std::vector<Piece> pieces_;
};

}  // namespace codesign
