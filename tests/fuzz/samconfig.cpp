// samconfig.toml: read for parameters and for signing, and edited; a second edit finds nothing to do.
#include "cli/files.h"
#include "cli/sam_config.h"
#include "tests/fuzz/target.h"

namespace codesign {
namespace {

template <typename Work>
void or_in_a_sentence(Work work) {
  try {
    work();
  } catch (const WorldError& error) {
    demand(std::string_view(error.what()).starts_with("samconfig.toml:"), "a sentence without its place");
  }
}

}  // namespace

void try_input(const std::string& bytes) {
  const std::string path = "samconfig.toml";
  const SigningEntries entries{{"OrderApi", "OrdersProfile"}, {"Tools", "ToolsProfile:210987654321"}};
  or_in_a_sentence([&] { parameter_overrides(bytes, path); });
  or_in_a_sentence([&] { sam_config_of(bytes, path, "template.yaml"); });
  or_in_a_sentence([&] {
    const std::string edited = with_signing_profiles(bytes, path, "template.yaml", true, "default", entries);
    demand(with_signing_profiles(edited, path, "template.yaml", true, "default", entries) == edited,
           "a second edit changes the file again");
  });
}

std::string made_up_input(Dice& dice) {
  using Strings = std::vector<std::string>;
  std::string text = dice.one_in(4) ? "# mine\n" : "version = 0.1\n";
  for (std::size_t tables = 1 + dice.below(3); tables > 0; --tables) {
    text += "\n[" + dice.pick(Strings{"default", "prod", "\"default\""}) + "." +
            dice.pick(Strings{"deploy", "global", "package", "build"}) + ".parameters]\n";
    for (std::size_t pairs = dice.below(4); pairs > 0; --pairs)
      text += dice.pick(Strings{"stack_name = \"a\"", "template_file = 'template.yaml'", "template = \"other.yaml\"",
                                "parameter_overrides = \"Stage=prod Size=\\\"3 4\\\"\"",
                                "parameter_overrides = [\n  \"A=b\", # c\n  'ParameterKey=A,ParameterValue=b',\n]",
                                "signing_profiles = \"OrderApi=\\\"Old\\\" Other=P:998877665544\"",
                                "signing_profiles = [\"OrderApi=Old\",\n  'Tools=T']", "signing_profiles = []",
                                "signing_profiles = '''\nA=b'''", "confirm = true # yes"}) +
              "\n";
  }
  if (!dice.one_in(4)) return text;
  std::string windows;
  for (const char c : text) windows += c == '\n' ? "\r\n" : std::string(1, c);
  return windows;
}

}  // namespace codesign
