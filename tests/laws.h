// The six laws of DESIGN.md, checked on one text.
#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"
#include "transform/plan.h"

namespace codesign {

struct LawReport {
  std::vector<std::string> broken;  // one sentence each
  std::string refused;              // why the text could not be read
  std::string libyaml_refusal;      // the second witness could not read it
  std::size_t functions = 0;
  std::size_t comments = 0;
  std::vector<LeftAlone> left_alone;
  bool changed = false;
  bool taken_back = false;  // the edit did not read back as planned, so nothing was changed
};

LawReport check_laws(const std::string& text, const SigningWishes& wishes, const LintWishes& lint_wishes = {});

}  // namespace codesign
