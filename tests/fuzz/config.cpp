// .cfn-codesign.yaml: what is not understood is said, with its place, in a sentence.
#include "cli/files.h"
#include "cli/policies.h"
#include "template/parse.h"
#include "tests/fuzz/target.h"

namespace codesign {

void try_input(const std::string& bytes) {
  const Config config = read_config(parse({"config", bytes}));
  for (const Problem& problem : config.problems) {
    demand(problem.where.begin <= problem.where.end && problem.where.end <= bytes.size(), "a problem outside the text");
    demand(!problem.message.empty(), "a problem without a word");
  }
  try {
    Policy policy = read_policy(bytes, "/nowhere/.cfn-codesign.yaml");
    demand(config.problems.empty(), "a policy with problems");
    for (const char* path : {"/nowhere/template.yaml", "/nowhere/a/b/template.json", "/elsewhere/x.yml"})
      policy.excludes.take_out_file(path);
  } catch (const WorldError& error) {
    demand(std::string_view(error.what()).starts_with("/nowhere/.cfn-codesign.yaml:"), "a sentence without its place");
  }
}

std::string made_up_input(Dice& dice) {
  using Strings = std::vector<std::string>;
  const std::string rule = dice.pick(Strings{"unsigned-function", "yaml-alias", "hidden-functions", "no-such-rule"});
  const auto maybe = [&](const std::string& text) { return dice.one_in(2) ? text + "\n" : std::string(); };
  return maybe("profile: " + dice.pick(Strings{"default", "strict", "guardrail", "1"})) +
         maybe("rules: {" + rule + ": " + dice.pick(Strings{"off", "note", "warning", "error", "on"}) + "}") +
         maybe("unsuppressible: [" + rule + "]") +
         maybe("exclude: ['" + dice.pick(Strings{"tests/", "!/a/**/b", "*.[a-z]?", "[", "\\"}) + "']") +
         maybe(
             "approved:\n  configs: [\"arn:aws:lambda:*:210987654321:code-signing-config:*\"]\n"
             "  publishers: [\"arn:aws:signer:*:*:/signing-profiles/*\"]") +
         maybe(
             "publishers:\n  - name: Somebody\n    accounts: [\"998877665544\"]\n    signs: yes\n"
             "    signers: [\"210987654321\"]") +
         maybe("parameters:\n  Stage: prod\n  Size: 3") +
         maybe("transform:\n  policy: enforce\n  alarm: " + dice.pick(Strings{"yes", "true", "no", "~"}) +
               "\n  config-from: " +
               dice.pick(Strings{"import=platform", "template", "arn=x", "stack-output=A.B", "ssm=/a"}));
}

}  // namespace codesign
