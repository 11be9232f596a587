// An independent reader, libyaml, that must see the same tree in the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "template/document.h"

namespace codesign {

// Nothing but "" means agreement: kinds, tags, anchors, decoded texts, and where scalars begin and end.
// "libyaml refuses: …" where it cannot read the text at all.
std::string disagreement_with_libyaml(const Document& document);

// Whether it is known why libyaml refuses what yaml-cpp reads, and that no deployment suffers from it.
bool is_explained(std::string_view refusal);

}  // namespace codesign
