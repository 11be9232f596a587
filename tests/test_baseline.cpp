// --baseline: what an earlier report has is known, whatever lines it stands at.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include <nlohmann/json.hpp>

#include "tests/dice.h"
#include "tests/repository.h"
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

// --- a simple model: how often each key is there

using Key = std::tuple<std::string, std::string, std::string>;  // path, resource, rule
using Counts = std::map<Key, std::size_t>;

// Of a report, JSON or SARIF; in the latter, of results in that state alone.
Counts counts_in(const std::string& text, const std::string& state = "") {
  Counts counts;
  const Parsed report = Parsed::parse(text);
  if (report.contains("findings")) {
    for (const Parsed& finding : report["findings"])
      ++counts[{finding["path"], finding["resource"].is_null() ? "" : finding["resource"], finding["rule"]}];
    return counts;
  }
  for (const Parsed& result : report["runs"][0]["results"]) {
    if (result.value("baselineState", "") != state) continue;
    const Parsed& location = result["locations"][0];
    const std::string resource =
        location.contains("logicalLocations") ? location["logicalLocations"][0]["fullyQualifiedName"] : "";
    ++counts[{location["physicalLocation"]["artifactLocation"]["uri"], resource, result["ruleId"]}];
  }
  return counts;
}

// Functions, signed or not, in any order, and configs whose publishers may be repeated, so that keys are, too.
std::string made_up_template(Dice& dice) {
  std::vector<std::string> parts;
  for (const std::string id : {"A", "B", "C", "D"})
    if (!dice.one_in(3))
      parts.push_back("  " + id + ":\n    Type: AWS::Lambda::Function\n    Properties: {Role: r" +
                      (dice.one_in(3) ? ", CodeSigningConfigArn: !Ref K" : "") + "}\n");
  std::string config =
      "  K:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers:\n"
      "        SigningProfileVersionArns:\n";
  for (std::size_t i = 0; i <= dice.below(4); ++i)
    config += "          - arn:aws:signer:eu-west-1:210987654321:/signing-profiles/OrdersProfile/AbCdEfGh12\n";
  parts.push_back(config);
  std::string text = "Resources:\n";
  while (!parts.empty()) {
    const auto next = parts.begin() + static_cast<std::ptrdiff_t>(dice.below(parts.size()));
    if (dice.one_in(2)) text += "\n  # a comment\n";
    text += *next;
    parts.erase(next);
  }
  return text;
}

// Whether this rule speaks in that profile, but for those that `off` names.
bool speaks(const std::string& rule, Profile profile, const std::string& off) {
  return rule != off && find_rule(rule)->levels.in(profile) != Severity::off;
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
        text += "          - arn:aws:signer:eu-west-1:210987654321:/signing-profiles/OrdersProfile/AbCdEfGh12\n";
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

  TEST_CASE("what this run could not find is not gone") {
    const Scratch scratch;
    make_repository();
    scratch.write("a.yaml", template_of({"A", "B"}));
    scratch.write("b.yaml", template_of({"C"}));
    scratch.write("off.yaml", "rules: {unsigned-function: off}\n");
    CHECK(run_with({"lint", "--strict", "--baseline", "known.json", "--update-baseline", "."}).code == done);
    const std::string first = read_whole_file("known.json");
    commit_all();
    scratch.write("a.yaml", template_of({"A", "B"}) + "# a comment\n");
    for (const Names& narrower :
         {Names{"a.yaml"}, Names{"--config", "off.yaml"}, Names{"--exclude", "b.yaml"},
          Names{"--exclude", "b.yaml", "--force-exclude", "a.yaml", "b.yaml"}, Names{"--changed-since", "HEAD"}}) {
      CAPTURE(narrower.front());
      Names command{"lint", "--baseline", "known.json"};
      command.insert(command.end(), narrower.begin(), narrower.end());
      const Outcome told = run_with(command);
      CHECK(told.code == done);
      CHECK(told.err.empty());
      command.emplace_back("--update-baseline");
      CHECK(run_with(command).err == "known.json: unchanged\n");
      CHECK(read_whole_file("known.json") == first);
    }
    // What no change touches is known, or not, without a word; what is gone from a file that was read, is.
    scratch.write("b.yaml", template_of({"C", "D"}));
    commit_all();
    scratch.write("a.yaml", template_of({"B", "E"}));
    const Outcome changed =
        run_with({"lint", "--strict", "--changed-since", "HEAD", "--baseline", "known.json", "--update-baseline", "."});
    CHECK(changed.code == done);
    CHECK(mentions(changed.err, " added, "));
    const std::vector<std::string> resources = resources_in(read_whole_file("known.json"));
    const auto has = [&](const char* id) { return std::count(resources.begin(), resources.end(), id) > 0; };
    CHECK_FALSE(has("A"));
    CHECK(has("B"));
    CHECK(has("C"));
    CHECK_FALSE(has("D"));
    CHECK(has("E"));
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
    // What is no template any more has nothing, by whatever rule.
    scratch.write("t.yaml", "A: AWS::Lambda::Function\n");
    scratch.write("off.yaml", "rules: {unsigned-function: off}\n");
    const Outcome other = run_with({"lint", "--baseline", "known.json", "--config", "off.yaml", "."});
    CHECK(mentions(other.err, "known.json: 1 finding of it is gone; --update-baseline takes it out\n"));
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
    const std::string advice = "; restore the file, or delete it and make it again with --update-baseline\n";
    const std::string expected = "expected a report of cfn-codesign lint, of --format json or sarif" + advice;
    const std::string broken = refused("{\"findings\": [\n  {]}");
    CHECK(broken.starts_with("cfn-codesign: known.json:2:4: not valid JSON: "));
    CHECK(broken.ends_with(advice));
    CHECK_FALSE(mentions(broken, ".;"));
    CHECK(refused("") == "cfn-codesign: known.json:1:1: " + expected);
    CHECK(refused("[]") == "cfn-codesign: known.json:1:1: " + expected);
    CHECK(refused("findings: []\n") == "cfn-codesign: known.json:1:1: " + expected);
    CHECK(refused("{\"findings\": [\n  {\"path\": \"t.yaml\"}]}") ==
          "cfn-codesign: known.json:2:3: expected a finding, which has a path and a rule" + advice);
    CHECK(refused("{\"findings\": [\n  {\"path\": 1.50, \"rule\": \"unsigned-function\"}]}") ==
          "cfn-codesign: known.json:2:3: expected a finding, which has a path and a rule" + advice);
    CHECK(refused("{\"runs\": [{\"tool\": {\"driver\": {\"name\": \"other\"}}}]}") ==
          "cfn-codesign: known.json:1:10: expected a run of cfn-codesign, and there is none" + advice);
    CHECK(refused("{\"runs\": [{\"tool\": {\"driver\": {\"name\": \"cfn-codesign\"}},\n\"results\": [{}]}]}") ==
          "cfn-codesign: known.json:2:13: expected a result, which has a ruleId and the uri of its location" + advice);
    // What can be read, and not be written.
    for (const char* part :
         {"\"results\": 5", "\"results\": [], \"tool\": {\"driver\": {\"name\": \"cfn-codesign\", \"rules\": 5}}"})
      refused("{\"runs\": [5, {\"tool\": {\"driver\": {\"name\": \"cfn-codesign\"}}, " + std::string(part) + "}]}");
    CHECK(run_with({"lint", "--baseline", "missing.json", "t.yaml"}).err ==
          "cfn-codesign: missing.json: there is no such baseline; check the path, or make it with --update-baseline\n");
    CHECK(run_with({"lint", "--update-baseline", "t.yaml"}).code == world_is_wrong);
    scratch.write("known.json", run_with({"lint", "--format", "json", "t.yaml"}).out);
    for (const std::string output : {"known.json", "./known.json"})
      CHECK(
          run_with({"lint", "--baseline", "known.json", "--output", "json=" + output, "t.yaml"}).err ==
          "cfn-codesign: " + output +
              ": is the baseline, which a report would replace; name another file, or give --update-baseline alone\n");
  }

  TEST_CASE("on made-up pairs of reports, what is new, known and gone is what counting keys says") {
    std::size_t added = 0, kept = 0, taken_out = 0, left = 0;
    for (std::uint32_t seed = 0; seed < rounds(40); ++seed) {
      CAPTURE(seed);
      Dice dice(seed);
      const Scratch scratch;
      const std::string file = dice.one_in(2) ? "known.json" : "known.sarif";
      const Names names{"a.yaml", "b.yaml", "c.yaml", "in/d.yaml"};
      for (const std::string& name : names) scratch.write(name, made_up_template(dice));
      const Outcome made = run_with({"lint", "--strict", "--baseline", file, "--update-baseline", "."});
      REQUIRE(made.code == done);
      const Counts before = counts_in(read_whole_file(file));
      CHECK(before == counts_in(run_with({"lint", "--strict", "--format", "json", "."}).out));

      // Some files change, one may vanish, or be broken; a run names some of them, and some rules are off in it.
      for (const std::string& name : names)
        if (dice.one_in(2)) scratch.write(name, made_up_template(dice));
      if (dice.one_in(3)) fs::remove("b.yaml");
      if (dice.one_in(4)) scratch.write("c.yaml", "Resources: {A: \"AWS::");
      const Profile profile = dice.one_in(2) ? Profile::strict : Profile::standard;
      const std::string off = dice.one_in(3) ? "unsigned-function" : dice.one_in(3) ? "repeated-publisher" : "";
      scratch.write("config.yaml", off.empty() ? "{}" : "rules: {" + off + ": off}");
      Names command{"lint", "--fail-on", "note", "--config", "config.yaml", "--profile", std::string(name_of(profile))};
      if (dice.one_in(3))
        command.insert(command.end(), {"a.yaml", "in"});
      else
        command.emplace_back(".");
      const auto with = [&](const Names& more) {
        Names all = command;
        all.insert(all.end(), more.begin(), more.end());
        return run_with(all);
      };

      const Outcome plain = with({"--format", "json"});
      REQUIRE(plain.code != world_is_wrong);
      const Counts now = counts_in(plain.out);
      std::map<std::string, std::string> statuses;
      const Parsed report = Parsed::parse(plain.out);
      for (const Parsed& one : report["files"]) statuses[one["path"]] = one["status"];
      Counts all = before, fresh, known, gone, after;
      all.insert(now.begin(), now.end());
      for (const auto& [key, ignored] : all) {
        const auto& [path, resource, rule] = key;
        const auto count = [&key = key](const Counts& counts) {
          const auto found = counts.find(key);
          return found == counts.end() ? 0 : found->second;
        };
        const std::size_t same = std::min(count(before), count(now)), lost = count(before) - same;
        const bool would_be_found = !fs::exists(path) || (statuses[path] == "linted" && speaks(rule, profile, off));
        if (same > 0) known[key] = same;
        if (count(now) > same) fresh[key] = count(now) - same;
        if (lost > 0 && would_be_found) gone[key] = lost;
        if (const std::size_t rest = count(now) + (would_be_found ? 0 : lost); rest > 0) after[key] = rest;
        added += count(now) - same, kept += same, (would_be_found ? taken_out : left) += lost;
      }

      const Outcome compared = with({"--baseline", file, "--format", "sarif"});
      CHECK(compared.code == (fresh.empty() ? done : has_findings));
      CHECK(counts_in(compared.out, "new") == fresh);
      CHECK(counts_in(compared.out, "unchanged") == known);
      CHECK(counts_in(compared.out, "absent") == gone);
      CHECK(counts_in(with({"--baseline", file, "--format", "json"}).out) == fresh);
      // Lines do not matter.
      for (const std::string& name : names)
        if (fs::exists(name)) scratch.write(name, "# a line\n\n" + read_whole_file(name));
      const Outcome moved = with({"--baseline", file, "--format", "sarif"});
      for (const char* state : {"new", "unchanged", "absent"})
        CHECK(counts_in(moved.out, state) == counts_in(compared.out, state));

      CHECK(with({"--baseline", file, "--update-baseline"}).code == done);
      const std::string updated = read_whole_file(file);
      CHECK(counts_in(updated) == after);
      CHECK(with({"--baseline", file, "--update-baseline"}).err == file + ": unchanged\n");
      CHECK(read_whole_file(file) == updated);
      const Outcome settled = with({"--baseline", file});
      CHECK(settled.code == done);
      CHECK(settled.err.empty());
    }
    for (const std::size_t happened : {added, kept, taken_out, left}) CHECK(happened > rounds(40) / 4);
  }
}

}  // namespace codesign
