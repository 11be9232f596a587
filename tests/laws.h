// The laws of DESIGN.md, checked on one text.
#pragma once

#include <string>
#include <utility>
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

// Options of transform, and what they mean: every source of a config in both places, and every way to name publishers.
std::vector<std::pair<std::string, SigningWishes>> ways_to_sign();

// The first law alone, of a text that could be read.
LawReport check_reading(const Document& document);

LawReport check_laws(const std::string& text, const SigningWishes& wishes, const LintWishes& lint_wishes = {});

// A template in a string of another has the findings that it has by itself, at the same bytes. A sentence where that is
// not so, for the text as a block of YAML or as a string of JSON; empty where all is well.
std::string difference_when_embedded(const std::string& text);

}  // namespace codesign
