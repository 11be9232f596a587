// An independent reader, libyaml, that must see the same tree in the same bytes.
#pragma once

#include <string>

#include "template/document.h"

namespace codesign {

// Nothing but "" means agreement: kinds, tags, anchors, decoded texts, and where scalars begin and end.
// "libyaml refuses: …" where it cannot read the text at all.
std::string disagreement_with_libyaml(const Document& document);

}  // namespace codesign
