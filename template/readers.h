// The two readers behind `parse`. Each fills `document.nodes` or adds to `document.problems`; the source is valid
// UTF-8 without NUL or other control characters, and `document.source` is already in place.
#pragma once

#include "template/document.h"

namespace codesign {

void read_yaml(Document& document);
void read_json(Document& document);

// Computes what yaml-cpp does not tell: where each node ends, where its content begins and where values that are not
// written would stand. `begins` holds the byte at which yaml-cpp saw each node. Every scalar is compared with its bytes
// and every byte between scalars must be blank, comment or punctuation; the first disagreement becomes a Problem, so
// that a tree without problems is known to agree with the text.
void measure_yaml(Document& document, const std::vector<std::uint32_t>& begins);

}  // namespace codesign
