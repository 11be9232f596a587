// A file of --parameters: names and values, or a sentence.
#include "cli/parameters.h"

#include "cli/files.h"
#include "tests/fuzz/target.h"
#include "tests/support.h"

namespace codesign {

void try_input(const std::string& bytes) {
  Assumptions read;
  try {
    read = parameters_of(bytes, "parameters.json");
  } catch (const WorldError& error) {
    return demand(std::string_view(error.what()).starts_with("parameters.json:"), "a sentence without its place");
  }
  std::string list;
  for (const auto& [name, value] : read)
    list += (list.empty() ? "" : ",") + ("{\"ParameterKey\": " + json_string(name)) +
            ", \"ParameterValue\": " + json_string(value) + "}";
  demand(parameters_of("[" + list + "]", "parameters.json") == read, "what was read, written as a list, is another");
}

std::string made_up_input(Dice& dice) {
  using Strings = std::vector<std::string>;
  return dice.pick(Strings{"[{\"ParameterKey\": \"Stage\", \"ParameterValue\": \"prod\"}]",
                           "[{\"ParameterKey\": \"Stage\", \"UsePreviousValue\": true}]",
                           "{\"Parameters\": {\"Stage\": \"prod\", \"Size\": 3}, \"Tags\": {}}",
                           "Stage: prod\nSize: 3\nList: 'a,b'\n", "- ParameterKey: A\n  ParameterValue: |\n    b\n"});
}

}  // namespace codesign
