// The functions of CloudFormation's template language, in their short and long spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "template/document.h"

namespace codesign {

struct Intrinsic {
  std::string name;  // the long spelling: "Ref", "Condition", "Fn::GetAtt", ...
  NodeId argument;   // of "!Sub x" the node itself: read it without its tag
};

// "!X …" is {"Fn::X": …}, but "!Ref" is {"Ref": …} and "!Condition" {"Condition": …}. A mapping is an intrinsic when
// "Ref", "Condition" or a key that begins with "Fn::" is its only key.
std::optional<Intrinsic> read_intrinsic(const Document&, NodeId);
// The same without regard to a tag: what "!ImportValue {Fn::Sub: x}" is applied to.
std::optional<Intrinsic> read_long_intrinsic(const Document&, NodeId);

// A mapping, or a list, that is no intrinsic and carries no tag.
bool is_plain_mapping(const Document&, NodeId);
bool is_plain_list(const Document&, NodeId);

// The text of a scalar that is no intrinsic.
std::optional<std::string_view> plain_text(const Document&, NodeId);

}  // namespace codesign
