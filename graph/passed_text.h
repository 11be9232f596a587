// What CloudFormation makes of a scalar.
#pragma once

#include <optional>
#include <string_view>

#include "template/document.h"

namespace codesign {

// The text that reaches a parameter, a comparison or a property. CloudFormation reads YAML 1.1, where the unquoted
// words true, yes and on, false, no and off are booleans, in three spellings each; they become "true" and "false"
// (aws/aws-cli#5257; ASFHyP3/hyp3#2061 shows a deployed `YES`). Nothing for what is no scalar, and for an unquoted
// number in any spelling but that of a JSON integer: of 0300 it makes 192, of 012345678901 it makes 1.2345678901E10
// (https://dev.classmethod.jp/articles/how-to-identify-numerical-values-in-cfn-yaml-template/,
// https://www.skyarch.net/blog/?p=20495), and of the others nobody says what.
std::optional<std::string_view> passed_text(const Document&, NodeId);

}  // namespace codesign
