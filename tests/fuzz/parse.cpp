// template/parse: whatever is not refused, libyaml reads alike or refuses, which leaves nothing to misunderstand. What
// the two may differ in is listed where they are compared: blocks of blank lines alone (tests/witness.cpp), and JSON
// that YAML reads differently (tests/laws.cpp).
#include "template/parse.h"

#include "tests/fuzz/target.h"
#include "tests/laws.h"

namespace codesign {

void try_input(const std::string& bytes) {
  const Document document = parse({"template.yaml", bytes});
  demand(document.problems.empty() || document.nodes.empty(), "a text that cannot be read has nodes");
  const LineTable lines(document.source.bytes);
  for (const Problem& problem : document.problems) {
    demand(problem.where.begin <= problem.where.end && problem.where.end <= bytes.size(), "a problem outside the text");
    demand(lines.position(problem.where.begin).line <= lines.line_count(), "a problem behind the last line");
    demand(!problem.message.empty(), "a problem without a word");
  }
  for (const std::string& sentence : check_reading(document).broken) demand(false, sentence);
}

std::string made_up_input(Dice& dice) {
  return made_up_template(dice);
}

}  // namespace codesign
