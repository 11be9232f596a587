// Findings for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.h"
#include "report/result.h"

namespace codesign {

// Whether a character, in UTF-8, speaks to the terminal or misleads the eye: a control character that is no tab, or one
// that changes the direction of writing (Unicode Standard Annex 9, 2) or ends a line.
bool is_control(std::string_view character);

// Text from a template, or a path, safe to show on one line: such characters, and bytes that are no UTF-8, are replaced
// by visible ones, one for one.
std::string printable(std::string_view text);

// Every finding with its source line and a caret under its span; only the first line of a longer span is shown. What
// CDK made is named by its construct, too.
std::string text_of_findings(const FileResult& file, bool color);

// "2 findings (1 error, 1 note) in 3 templates; 1 can be fixed by cfn-codesign transform; 5 are in the baseline"
std::string summary_of_findings(const std::vector<FileResult>& files);

// The option of transform that a repair waits for; empty where it needs none.
std::string_view option_for(Repair repair);

// "1 template", "2 templates"
std::string counted(std::size_t count, std::string_view noun);

}  // namespace codesign
