// What is too much is refused in one sentence, or looked at as far as the limit; never is it read for ever.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "cli/files.h"
#include "cli/inputs.h"
#include "lint/lint.h"
#include "template/parse.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  while (count-- > 0) result += text;
  return result;
}

}  // namespace

TEST_SUITE("limits") {
  TEST_CASE("a file that is too large is read no further than to know it") {
    const Scratch scratch;
    scratch.write("huge.yaml", "Resources: {}\n");
    std::filesystem::resize_file("huge.yaml", std::uintmax_t{100} << 30);  // most of it a hole
    CHECK(read_file("huge.yaml", max_file_bytes).size() == max_file_bytes + 1);
    const Outcome outcome = run_with({"lint", "--format", "concise", "huge.yaml"});
    CHECK(outcome.code == 1);
    CHECK(mentions(outcome.out,
                   "huge.yaml:1:1: error: the file is larger than 16 MB; a CloudFormation template has at "
                   "most 1 MB [unreadable-template]\n"));
    CHECK(run_with({"transform", "--write", "huge.yaml"}).code == 1);
    CHECK(std::filesystem::file_size("huge.yaml") == std::uintmax_t{100} << 30);
  }

  TEST_CASE("what stands beside templates is no larger either") {
    const Scratch scratch;
    scratch.write("template.yaml", "Resources: {F: {Type: AWS::SNS::Topic}}\n");
    for (const char* name : {"huge.json", "huge.toml", "samconfig.toml"}) {
      scratch.write(name, "");
      std::filesystem::resize_file(name, std::uintmax_t{100} << 30);
    }
    const auto is_refused = [](const std::vector<std::string>& arguments, const char* reason = "larger than 16 MB") {
      const Outcome outcome = run_with(arguments);
      CAPTURE(outcome.err);
      CHECK(outcome.code == 2);
      CHECK(mentions(outcome.err, reason));
    };
    is_refused({"lint", "template.yaml"});
    is_refused({"plan", "--write", "--profile", "Orders", "template.yaml"});
    std::filesystem::remove("samconfig.toml");
    is_refused({"lint", "--parameters", "huge.json", "template.yaml"});
    is_refused({"lint", "--parameters", "huge.toml", "template.yaml"});
    is_refused({"lint", "--config", "huge.json", "template.yaml"}, "huge.json: the file is larger than 1 MB");
    is_refused({"lint", "--baseline", "huge.json", "template.yaml"});
  }

  TEST_CASE("keys of TOML within keys") {
    const Scratch scratch;
    scratch.write("template.yaml", "Resources: {F: {Type: AWS::SNS::Topic}}\n");
    for (const std::string& text :
         {repeated("a.", 100'000) + "a = 1\n", "b = 1\n[" + repeated("a.", 100'000) + "a]\n"}) {
      scratch.write("parameters.toml", text);
      const Outcome outcome = run_with({"lint", "--parameters", "parameters.toml", "template.yaml"});
      CHECK(outcome.code == 2);
      CHECK(mentions(outcome.err, "more than 500 dots in a line nest keys too deep"));
    }
  }

  TEST_CASE("a .gitignore that is too large leaves nothing out, and is named") {
    const Scratch scratch;
    scratch.write("template.yaml", "Resources: {F: {Type: AWS::SNS::Topic}}\n");
    scratch.write(".gitignore", "template.yaml\n" + repeated("#\n", 600'000));
    const Outcome outcome = run_with({"lint", "--list-files"});
    CHECK(outcome.out == "template.yaml\n");
    CHECK(mentions(outcome.err, ".gitignore: is larger than 1 MB, so nothing is left out by it"));
    CHECK(outcome.code == 2);
  }

  TEST_CASE("what one run takes on") {
    const Scratch scratch;
    const std::string text = "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: src}}}\n";
    for (int i = 0; i < 40; ++i) scratch.write(fmt::format("t{}.yaml", i), text);
    const auto refusal = [](RunLimits limits, bool wants_findings_alone) -> std::string {
      const World world{.out = [](std::string_view) {}, .err = [](std::string_view) {}};
      try {
        const Inputs inputs = read_inputs({.wants_findings_alone = wants_findings_alone, .limits = limits}, world);
        CHECK(inputs.files.size() == 40);
      } catch (const WorldError& error) {
        return error.what();
      }
      return "";
    };
    const std::string advice = ", more than one run takes on; give it some of the folders at a time";
    CHECK(refusal({.files = 40}, false) == "");
    CHECK(refusal({.files = 39}, false) == "there are more than 39 files" + advice);
    CHECK(refusal({.findings = 40}, true) == "");
    for (const bool is_let_go : {false, true}) {
      CHECK(refusal({.findings = 39}, is_let_go) == "there are more than 39 findings" + advice);
      const std::size_t memory = 40 * text.size() * (is_let_go ? 1 : 16);
      CHECK(refusal({.memory = memory}, is_let_go) == "");
      CHECK(refusal({.memory = memory - 1}, is_let_go) == "the templates are too large together" + advice);
    }
  }

  TEST_CASE("depth and number of values") {
    const Scratch scratch;
    const auto is_refused = [&](const std::string& text, std::string_view sentence) {
      scratch.write("template.yaml", text);
      const Outcome outcome = run_with({"lint", "--format", "concise", "template.yaml"});
      CHECK(outcome.code == 1);
      CAPTURE(outcome.out.substr(0, 300));
      CHECK(mentions(outcome.out, std::string("error: ") + std::string(sentence)));
      CHECK(mentions(outcome.out, "1 finding (1 error)"));
    };
    const std::size_t deep = 2 * max_nesting, wide = max_nodes + 1;
    constexpr std::string_view too_deep = "the template is nested more than 500 levels deep [unreadable-template]";
    constexpr std::string_view too_many = "the template has more than a million values [unreadable-template]";
    is_refused("Resources: " + repeated("[", deep) + repeated("]", deep), too_deep);
    is_refused("{\"Resources\": " + repeated("[", deep) + repeated("]", deep) + "}", too_deep);
    is_refused(repeated("- ", deep) + "a\n", too_deep);
    is_refused(repeated("[", 10'000), too_deep);
    constexpr std::string_view too_much = "a list or mapping in brackets has more than a million signs of structure";
    is_refused("Resources: " + repeated("[", max_file_bytes / 2), too_much);
    is_refused("Resources: [[" + repeated("a,\n", 2 * max_nodes), too_much);
    is_refused("Resources:\n" + repeated("- a\n", wide), too_many);
    is_refused("[" + repeated("1,", wide) + "1]", too_many);
  }

  TEST_CASE("as many values as there may be are read") {
    const Document document = parse({"t.json", "[" + repeated("1,", max_nodes - 2) + "1]"});
    CHECK(document.problems.empty());
    CHECK(document.nodes.size() == max_nodes);
  }

  TEST_CASE("one text may be as long as a template") {
    const std::string text(max_scalar_bytes - 1, 'x');
    for (const std::string behind : {"", "xx"}) {
      const std::string long_text = text + behind;
      for (const std::string& written : {"Description: " + long_text + "\n", "Description: |\n  " + long_text + "\n",
                                         "{\"Description\": \"" + long_text + "\"}", long_text + ": a\n"}) {
        const Document document = parse({"t.yaml", written});
        CAPTURE(written.substr(0, 40));
        CHECK(document.problems.empty() == (behind.empty() && !written.ends_with(": a\n")));
        if (behind.empty()) continue;
        REQUIRE(document.problems.size() == 1);
        if (!written.ends_with(": a\n"))  // a key has at most 1024 bytes
          CHECK(document.problems[0].message ==
                "a value is longer than 1 MB; a CloudFormation template has at most 1 MB");
      }
    }
  }

  TEST_CASE("an alias counts as what it stands for") {
    const auto problem = [](const std::string& text) {
      const Document document = parse({"t.yaml", text});
      return document.problems.empty() ? "" : document.problems.front().message;
    };
    const std::string too_many = "the template has more than a million values, as its aliases stand for many";
    std::string bomb = "a0: &a0 [x, x]\n";
    for (int i = 1; i < 60; ++i) bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}]\n", i, i - 1);
    CHECK(problem(bomb) == too_many);
    const std::string list = "a: &a [" + repeated("1,", 1000) + "]\nb:\n";
    CHECK(problem(list + repeated("  - *a\n", 1000)).empty());
    CHECK(problem(list + repeated("  - *a\n", 1100)) == too_many);
    CHECK(problem(list + repeated("  - {<<: *a}\n", 1100)) == too_many);
    const std::string merged = "more than 10000 values are merged into one mapping";
    CHECK(problem("a: &a {" + repeated("x: 1,", 4900) + "}\nb: {<<: *a, c: d}\n").empty());
    CHECK(problem("a: &a {" + repeated("x: 1,", 5100) + "}\nb: {<<: *a, c: d}\n") == merged);
    CHECK(problem("a: &a {x: 1}\nb:\n  <<: [" + repeated("*a, ", 5000) + "]\n") == merged);
    const std::string endless = "an alias stands for what it is a part of, so the template has no end";
    for (const char* circle : {"a: &x [*x]\n", "a: &x {<<: [*x, *x]}\n", "&x [{a: *x}]\n", "? &x {a: *x}\n: b\n"})
      CHECK(problem(circle) == endless);
    CHECK(problem("a: &x [&y 1, *y, &z]\nb: [*x, *y, *z]\nc: &x 2\nd: *x\n").empty());
  }

  // Templates that nobody wrote, in which a little text makes much work: it ends all the same, and what was not looked
  // at is not said to be fine.
  TEST_CASE("whatever is much of, the analysis ends and says so") {
    const std::string function = "Type: AWS::Lambda::Function, Properties: {Code: src";
    const auto numbered = [](std::size_t count, const auto& text) {
      std::string all;
      for (std::size_t i = 0; i < count; ++i) all += text(i);
      return all;
    };
    const auto lint = [](const std::string& text, std::string_view limit) {
      Linted linted = lint_text(text, "t.yaml", {.profile = Profile::guardrail});
      if (!linted.document->problems.empty()) FAIL(linted.document->problems.front().message << text.substr(0, 300));
      REQUIRE(linted.document->problems.empty());
      const bool is_said =
          limit.empty() || std::any_of(linted.findings.begin(), linted.findings.end(), [&](const Finding& finding) {
            return mentions(finding.message, limit) && finding.severity == Severity::warning;
          });
      CHECK_MESSAGE(is_said, limit);
      return linted;
    };
    const auto state = [](const Linted& linted) { return linted.graph->functions.at(0).signing.at(0).state; };

    const auto chain = [&](std::size_t length) {
      return "Parameters: {P: {Type: String}}\nConditions:\n" +
             numbered(length, [](std::size_t i) { return fmt::format("  C{}: !Not [!Condition C{}]\n", i, i + 1); }) +
             fmt::format("  C{}: !Equals [!Ref P, a]\nResources:\n  F: {{Condition: C0, {}}}}}\n", length, function);
    };
    CHECK(state(lint_text(chain(4000))) == Signing::none);
    lint(chain(100'000), "too many or too entangled");
    std::string circle = chain(4000);
    circle.replace(circle.find("!Equals [!Ref P, a]"), 19, "!Condition C0      ");
    CHECK(state(lint_text(circle)) == Signing::none);
    std::string by_if = "Parameters: {P: {Type: String}}\nConditions:\n";
    by_if +=
        numbered(4000, [](std::size_t i) { return fmt::format("  C{}: !Equals [!If [C{}, a, b], a]\n", i, i + 1); });
    lint_text(by_if + "  C4000: !Equals [!Ref P, a]\nResources: {F: {Condition: C0, " + function + "}}}\n");

    for (const char* asked : {"!Equals [!Sub ['${{V}}', {{V: !If [C{}, a, b]}}], a]",
                              "!Equals [!FindInMap [M, x, x, {{DefaultValue: !If [C{}, a, b]}}], a]"})
      lint("Parameters: {P: {Type: String}}\nMappings: {M: {y: {y: z}}}\nConditions:\n" +
               numbered(4900,
                        [&](std::size_t i) {
                          return fmt::format("  C{}: ", i) + fmt::format(fmt::runtime(asked), i + 1) + "\n";
                        }) +
               "  C4900: !Equals [!Ref P, a]\nResources: {F: {Condition: C0, " + function + "}}}\n",
           "");

    // Texts that are put together of texts.
    const std::string many_values =
        "Parameters: {" +
        numbered(9, [](std::size_t i) { return fmt::format("P{}: {{Type: String, AllowedValues: [a, b]}}, ", i); }) +
        "}\n";
    for (const std::string& arn :
         {"!Join ['" + std::string(100'000, 'x') + "', !Split [',', '" + std::string(100'000, ',') + "']]",
          "!Join ['', [" + numbered(9, [](std::size_t i) { return fmt::format("!Ref P{}, ", i); }) +
              repeated("a,", 60'000) + "]]"})
      lint(many_values + "Resources: {F: {" + function + ", CodeSigningConfigArn: " + arn + "}}}\n", "");
    lint("Mappings:\n  M:\n" + numbered(100'000, [](std::size_t i) { return fmt::format("    r{}: {{}}\n", i); }) +
             "Conditions:\n" +
             numbered(4900,
                      [](std::size_t i) { return fmt::format("  C{}: !Equals [!FindInMap [M, r5, c], d]\n", i); }) +
             "Resources: {F: {" + function + "}}}\n",
         "");

    // One parameter that is compared with all of it.
    const std::string parameter = "Parameters: {P: {Type: String}}\n";
    const std::string compared = "parameters of this template are compared with more texts than are told apart";
    lint(parameter + "Conditions:\n" +
             numbered(4000, [](std::size_t i) { return fmt::format("  C{}: !Equals [!Ref P, v{}]\n", i, i); }) +
             "Resources:\n" +
             numbered(2000,
                      [&](std::size_t i) { return fmt::format("  F{}: {{Condition: C{}, {}}}}}\n", i, i, function); }),
         compared);
    const Linted mapped =
        lint(parameter + "Mappings:\n  M:\n" +
                 numbered(30'000, [](std::size_t i) { return fmt::format("    k{}: {{a: v{}}}\n", i, i); }) +
                 "Resources:\n" +
                 numbered(200,
                          [&](std::size_t i) {
                            return fmt::format("  F{}: {{{}, CodeSigningConfigArn: !FindInMap [M, !Ref P, a]}}}}\n", i,
                                               function);
                          }),
             compared);
    CHECK(state(mapped) == Signing::unknown);
    // A value among those that may be passed is not lost, however many there are.
    const Linted allowed = lint(
        "Parameters: {P: {Type: String, Default: v1, AllowedValues: [" +
            numbered(5000, [](std::size_t i) { return fmt::format("v{},", i); }) + "]}}\nConditions:\n  Any: !Or\n" +
            numbered(3000, [](std::size_t i) { return fmt::format("    - !Equals [!Ref P, v{}]\n", i); }) +
            "  Last: !Equals [!Ref P, v4999]\nResources: {F: {Condition: Last, " + function + "}}}\n",
        compared);
    CHECK(state(allowed) == Signing::none);

    // Loops that make nothing, and much.
    const auto loops = [](int depth, const std::string& innermost) {
      std::string text = innermost;
      for (int i = 0; i < depth; ++i)
        text = fmt::format("{{\"Fn::ForEach::L{0}\": [\"X{0}\", [\"a\", \"b\", \"c\", \"d\"], {1}]}}", i, text);
      return "{\"Transform\": \"AWS::LanguageExtensions\", \"Resources\": " + text + "}";
    };
    lint(loops(10, "{}"), "the loops of this template have more rounds than are followed");
    lint(loops(10, "{\"T${X1}\": {\"Type\": \"AWS::SNS::Topic\"}}"), "more rounds than are followed");
    lint(loops(20, "{}"), "more loops within loops than are followed");
    lint("Resources:\n" + numbered(4500, [](std::size_t i) { return fmt::format("  T{}: {{Type: A::B::C}}\n", i); }),
         "more resources than are looked at");

    const std::string one_function = "Resources:\n  F: {" + function + "}}\n";
    const std::string comment = "# cfn-codesign: allow unsigned-function - it is not ours\n";
    lint(one_function + repeated(comment, 50'000), "more than 10000 are too many");
    const std::string one_line = "# cfn-codesign: allow unsigned-function - it is not ours ";
    lint(one_function + repeated(one_line, 20'000) + "\n", "more than 10000 are too many");
    lint("Resources:\n  F: {" + function + ", Layers: [" + repeated("[], ", 200) + "]" + "}}\n",
         "one resource is at odds with its schema in more places than are told");
  }
}

}  // namespace codesign
