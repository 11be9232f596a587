// transform: the laws of DESIGN.md, for wishes that the bytes decide.
#include <functional>

#include "tests/fuzz/target.h"
#include "tests/laws.h"

namespace codesign {

void try_input(const std::string& bytes) {
  Dice dice(static_cast<std::uint32_t>(std::hash<std::string>{}(bytes)));
  const SigningWishes wishes = made_up_wishes(dice);
  const Profile profile = dice.one_in(4) ? Profile::strict : Profile::standard;
  const LawReport report = check_laws(bytes, wishes, {.profile = profile});
  for (const std::string& sentence : report.broken) demand(false, sentence + ", with " + in_words(wishes));
}

std::string made_up_input(Dice& dice) {
  return made_up_template(dice);
}

}  // namespace codesign
