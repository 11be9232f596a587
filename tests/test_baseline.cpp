// --baseline: what an earlier report has is known, whatever lines it stands at.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;
using Parsed = nlohmann::json;

std::string template_of(const std::vector<std::string>& functions) {
  std::string text = "Resources:\n";
  for (const std::string& function : functions)
    text += "  " + function + ":\n    Type: AWS::Lambda::Function\n    Properties: {Role: r}\n";
  return text;
}

std::vector<std::string> resources_in(const std::string& json) {
  std::vector<std::string> resources;
  const Parsed report = Parsed::parse(json);
  for (const Parsed& finding : report["findings"]) resources.push_back(finding["resource"]);
  return resources;
}

// "new A", "unchanged B", "absent C"
std::vector<std::string> states_in(const std::string& sarif) {
  std::vector<std::string> states;
  const Parsed report = Parsed::parse(sarif);
  for (const Parsed& result : report["runs"][0]["results"])
    states.push_back(result.value("baselineState", "none") + " " +
                     result["locations"][0]["logicalLocations"][0]["name"].get<std::string>());
  std::sort(states.begin(), states.end());
  return states;
}

}  // namespace

TEST_SUITE("baseline") {
  TEST_CASE("only what is new is shown, and counts") {
    for (const std::string format : {"json", "sarif"}) {
      CAPTURE(format);
      const Scratch scratch;
      scratch.write("t.yaml", template_of({"A", "B"}));
      CHECK(run_with({"lint", "--output", format + "=known." + format, "t.yaml"}).code == has_findings);
      const std::vector<std::string> command{"lint", "--baseline", "known." + format, "t.yaml"};
      const Outcome same = run_with(command);
      CHECK(same.code == done);
      CHECK(same.out == "no new findings in 1 template; 2 are in the baseline\n");
      CHECK(same.err.empty());
      // Lines, and what else is in the file, do not matter.
      scratch.write("t.yaml", "# a comment\n\n" + template_of({"C", "B", "A"}));
      const Outcome more = run_with(command);
      CHECK(more.code == has_findings);
      CHECK(mentions(more.out, "error[unsigned-function] C accepts unsigned code\n --> t.yaml:4:3"));
      CHECK_FALSE(mentions(more.out, "B accepts"));
      CHECK(mentions(
          more.out,
          "1 finding (1 error) in 1 template; 1 can be fixed by cfn-codesign transform; 2 are in the baseline\n"));
      CHECK(resources_in(run_with({"lint", "--baseline", "known." + format, "--format", "json", "."}).out) ==
            std::vector<std::string>{"C"});
    }
  }

  TEST_CASE("two findings of one key are two") {
    const Scratch scratch;
    const auto repeated = [](int times) {
      std::string text =
          "Resources:\n  C:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n"
          "      CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}\n"
          "      AllowedPublishers:\n        SigningProfileVersionArns:\n";
      for (int i = 0; i < times; ++i)
        text += "          - arn:aws:signer:eu-west-1:210987654321:/signing-profiles/P/AbCdEfGh12\n";
      return text;
    };
    const auto count = [](const std::vector<std::string>& options) {
      std::vector<std::string> command{"lint", "--profile", "strict", "--format", "json", "t.yaml"};
      command.insert(command.end(), options.begin(), options.end());
      const Parsed findings = Parsed::parse(run_with(command).out)["findings"];
      return std::count_if(findings.begin(), findings.end(),
                           [](const Parsed& finding) { return finding["rule"] == "repeated-publisher"; });
    };
    scratch.write("t.yaml", repeated(3));
    CHECK(count({"--output", "json=known.json"}) == 2);
    CHECK(count({"--baseline", "known.json"}) == 0);
    scratch.write("t.yaml", repeated(5));
    CHECK(count({"--baseline", "known.json"}) == 2);
    scratch.write("t.yaml", repeated(2));
    CHECK(count({"--baseline", "known.json"}) == 0);
    CHECK(mentions(run_with({"lint", "--strict", "--baseline", "known.json", "t.yaml"}).err,
                   "known.json: 1 finding of it is gone"));
  }

  TEST_CASE("what is gone is told, and taken out on request; what was not looked at stays") {
    for (const std::string format : {"json", "sarif"}) {
      CAPTURE(format);
      const Scratch scratch;
      const std::string file = "known." + format;
      scratch.write("a.yaml", template_of({"A", "B"}));
      scratch.write("b.yaml", template_of({"C"}));
      scratch.write("gone.yaml", template_of({"D"}));
      CHECK(run_with({"lint", "--baseline", file, "--update-baseline", "."}).err ==
            file + ": 4 findings added, 0 taken out\n");
      const std::string first = read_whole_file(file);
      CHECK(run_with({"lint", "--baseline", file, "--update-baseline", "."}).err == file + ": unchanged\n");
      CHECK(read_whole_file(file) == first);

      scratch.write("a.yaml", template_of({"B"}));
      fs::remove("gone.yaml");
      const Outcome told = run_with({"lint", "--baseline", file, "a.yaml"});
      CHECK(told.code == done);
      CHECK(told.err == "known." + format + ": 2 findings of it are gone; --update-baseline takes them out\n");
      CHECK(read_whole_file(file) == first);

      scratch.write("b.yaml", template_of({"C", "E"}));
      const Outcome updated = run_with({"lint", "--baseline", file, "--update-baseline", "a.yaml", "b.yaml"});
      CHECK(updated.code == done);
      CHECK(updated.err == file + ": 1 finding added, 2 taken out\n");
      CHECK(updated.out == "no new findings in 2 templates; 3 are in the baseline\n");
      // As if it had been made now, but for lines.
      CHECK(run_with({"lint", "--baseline", file, "."}).code == done);
      CHECK(run_with({"lint", "--baseline", file, "."}).err.empty());
      // What stays is as it was, byte for byte.
      scratch.write("b.yaml", template_of({"C"}));
      scratch.write("a.yaml", template_of({"A", "B"}));
      scratch.write("gone.yaml", template_of({"D"}));
      run_with({"lint", "--baseline", file, "--update-baseline", "."});
      CHECK(Parsed::parse(read_whole_file(file)).dump().size() == Parsed::parse(first).dump().size());
    }
  }

  TEST_CASE("a template that cannot be read takes nothing out of a baseline") {
    const Scratch scratch;
    scratch.write("t.yaml", template_of({"A"}));
    run_with({"lint", "--baseline", "known.json", "--update-baseline", "."});
    scratch.write("t.yaml", "Resources: {A: \"AWS::Lambda::Function");
    const Outcome broken = run_with({"lint", "--baseline", "known.json", "t.yaml"});
    CHECK(broken.code == has_findings);
    CHECK(mentions(broken.out, "unreadable-template"));
    CHECK(broken.err.empty());
  }

  TEST_CASE("SARIF says of each result what the baseline made of it") {
    const Scratch scratch;
    scratch.write("t.yaml", template_of({"A", "B"}));
    run_with({"lint", "--output", "json=known.json", "t.yaml"});
    scratch.write("t.yaml", template_of({"B", "C"}));
    const Outcome sarif = run_with({"lint", "--baseline", "known.json", "--format", "sarif", "t.yaml"});
    CHECK(states_in(sarif.out) == std::vector<std::string>{"absent A", "new C", "unchanged B"});
    CHECK(states_in(run_with({"lint", "--format", "sarif", "t.yaml"}).out) ==
          std::vector<std::string>{"none B", "none C"});
    // Such a report is a baseline, too: what was absent is not in it.
    scratch.write("next.sarif", sarif.out);
    const Outcome next = run_with({"lint", "--baseline", "next.sarif", "t.yaml"});
    CHECK(next.code == done);
    CHECK(next.err.empty());
    scratch.write("t.yaml", template_of({"A", "B", "C"}));
    CHECK(states_in(run_with({"lint", "--baseline", "next.sarif", "--format", "sarif", "t.yaml"}).out) ==
          std::vector<std::string>{"new A", "unchanged B", "unchanged C"});
  }

  TEST_CASE("paths are seen from the folder that the baseline lies in") {
    const Scratch scratch;
    scratch.write("services/orders/t.yaml", template_of({"A"}));
    scratch.write("t.yaml", template_of({"A", "B"}));
    for (const std::string format : {"json", "sarif"}) {
      CAPTURE(format);
      const std::string file = "known." + format;
      run_with({"lint", "--baseline", file, "--update-baseline", "."});
      CHECK(run_with({"lint", "--baseline", fs::absolute(file).string(), fs::absolute("t.yaml").string()}).code ==
            done);
      const fs::path here = fs::current_path();
      fs::current_path("services");
      CHECK(run_with({"lint", "--baseline", "../" + file, "."}).code == done);
      CHECK(run_with({"lint", "--baseline", "../" + file, "./orders/../orders/t.yaml"}).code == done);
      // t.yaml here is not that of the folder above.
      scratch.write("t.yaml", template_of({"A", "B"}));
      CHECK(run_with({"lint", "--baseline", "../" + file, "t.yaml"}).code == has_findings);
      fs::remove("t.yaml");
      fs::current_path(here);
      // Where none of its paths leads anywhere, it is of another folder.
      scratch.write("build/" + file, read_whole_file(file));
      const Outcome elsewhere = run_with({"lint", "--baseline", "build/" + file, "."});
      CHECK(elsewhere.code == world_is_wrong);
      CHECK(mentions(elsewhere.err, "build/" + file + ": none of the files that this baseline names, as "));
      CHECK(elsewhere.out.empty());
    }
    const std::string report = run_with({"lint", "--format", "json", "-"}, template_of({"A"})).out;
    scratch.write("input.json", report);
    CHECK(run_with({"lint", "--baseline", "input.json", "-"}, template_of({"A"})).code == done);
  }

  TEST_CASE("a baseline that is none is refused with its place") {
    const Scratch scratch;
    scratch.write("t.yaml", template_of({"A"}));
    const auto refused = [&](const std::string& text) {
      scratch.write("known.json", text);
      const Outcome outcome = run_with({"lint", "--baseline", "known.json", "--update-baseline", "t.yaml"});
      CHECK(outcome.code == world_is_wrong);
      CHECK(outcome.out.empty());
      CHECK(read_whole_file("known.json") == text);
      return outcome.err;
    };
    constexpr const char* expected = "expected a report of cfn-codesign lint, of --format json or sarif\n";
    CHECK(refused("{\"findings\": [\n  {]}").starts_with("cfn-codesign: known.json:2:4: "));
    CHECK(refused("") == std::string("cfn-codesign: known.json:1:1: ") + expected);
    CHECK(refused("[]") == std::string("cfn-codesign: known.json:1:1: ") + expected);
    CHECK(refused("findings: []\n") == std::string("cfn-codesign: known.json:1:1: ") + expected);
    CHECK(refused("{\"findings\": [\n  {\"path\": \"t.yaml\"}]}") ==
          "cfn-codesign: known.json:2:3: expected a finding, which has a path and a rule\n");
    CHECK(refused("{\"runs\": [{\"tool\": {\"driver\": {\"name\": \"other\"}}}]}") ==
          "cfn-codesign: known.json:1:10: expected a run of cfn-codesign, and there is none\n");
    CHECK(refused("{\"runs\": [{\"tool\": {\"driver\": {\"name\": \"cfn-codesign\"}},\n\"results\": [{}]}]}") ==
          "cfn-codesign: known.json:2:13: expected a result, which has a ruleId and the uri of its location\n");
    CHECK(run_with({"lint", "--baseline", "missing.json", "t.yaml"}).err ==
          "cfn-codesign: missing.json: cannot be read: No such file or directory\n");
    CHECK(run_with({"lint", "--update-baseline", "t.yaml"}).code == world_is_wrong);
  }
}

}  // namespace codesign
