// Made-up templates in every style, and real ones with bytes changed at random: the laws hold on each, or the text is
// refused. The seed is fixed, so a failure can be repeated; the count bounds the time.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/laws.h"
#include "tests/made_up.h"
#include "tests/support.h"

namespace codesign {

TEST_SUITE("properties") {
  TEST_CASE("made-up templates in every style obey the laws") {
    Dice dice(20201123);
    std::size_t changed = 0, not_witnessed = 0;
    const std::size_t count = rounds(6000);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string text = made_up_template(dice);
      const SigningWishes wishes = made_up_wishes(dice);
      CAPTURE(in_words(wishes));
      const LawReport report =
          check_laws(text, wishes, {.profile = dice.one_in(4) ? Profile::strict : Profile::standard});
      CHECK_MESSAGE(!report.taken_back, text);
      CHECK_MESSAGE(report.refused.empty(), report.refused << "\n" << text);
      for (const std::string& sentence : report.broken) FAIL_CHECK(sentence << "\n" << text);
      changed += report.changed;
      not_witnessed += !report.libyaml_refusal.empty();
      if (!report.libyaml_refusal.empty() && not_witnessed == 1) MESSAGE(report.libyaml_refusal << "\n" << text);
    }
    CHECK(changed * 2 > count);
    CHECK(not_witnessed * 20 < count);
  }

  TEST_CASE("samples with bytes changed at random are refused, or obey the laws") {
    std::vector<std::string> texts;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SOURCE_FOLDER "/samples"))
      // The one that reaches a limit takes the time of a hundred others.
      if (entry.path().stem() == "template" && entry.path().parent_path().filename() != "undecided-conditions")
        texts.push_back(read_whole_file(entry.path()));
    std::sort(texts.begin(), texts.end());
    REQUIRE_FALSE(texts.empty());
    Dice dice(4711);
    std::size_t read = 0;
    const std::size_t count = rounds(6000);
    for (std::size_t i = 0; i < count; ++i) {
      std::string text = dice.pick(texts);
      for (std::size_t changes = 1 + dice.below(3); changes > 0; --changes) {
        const std::size_t at = dice.below(text.size());
        switch (dice.below(4)) {
          case 0: text.erase(at, 1 + dice.below(6)); break;
          case 1: text.insert(at, 1, dice.pick(std::string(" \n\t:-#{}[],\"'|>&*!?a\r"))); break;
          case 2: text[at] = dice.pick(std::string(" \n\t:-#{}[],\"'|>&*!?a")); break;
          default: text.insert(at, text.substr(dice.below(text.size()), 1 + dice.below(40)));
        }
        if (text.empty()) break;
      }
      const SigningWishes wishes = made_up_wishes(dice);
      CAPTURE(in_words(wishes));
      const LawReport report = check_laws(text, wishes);
      for (const std::string& sentence : report.broken) FAIL_CHECK(sentence << "\n" << text);
      read += report.refused.empty();
    }
    CHECK(read * 4 > count);
  }

  // What libFuzzer found.
  TEST_CASE("texts that a law was once broken by") {
    // yaml-cpp is never given them, so that it may read them as it likes.
    const LawReport report =
        check_laws("Resources:\n  F:\n    Ty" + std::string(150, '\0') + "pe: AWS::Lambda::Function\n", {});
    CHECK(report.broken.empty());
    CHECK(report.refused == "a NUL byte; templates are text");
    // A tab alone on its line, behind a value: whole, the text was refused.
    const std::string with_tab =
        "Parameters:\n  Environment:\n    Type: String\n\t\nResources:\n  Jobs:\n"
        "    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: jobs.yaml}\n";
    CHECK(check_laws(with_tab, {}).broken.empty());
    // An intrinsic is no text, however short it is written: neither a type, nor the name that a loop binds.
    for (const std::string text :
         {"Parameters: {A: {Type: !GetAtt B.C, Default: none}}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
          "    Properties: {CodeUri: src, CodeSigningConfigArn: !Ref A}\n",
          "Conditions:\n  Fn::ForEach::C: [!Sub '${A}', [x, y], {'Is${A}': !Equals [a, b]}]\nResources:\n"
          "  Fn::ForEach::L:\n    - !Sub '${A}'\n    - [x, y]\n    - 'F${A}': {Type: AWS::Lambda::Function}\n"})
      for (const std::string& sentence : check_laws(text, {}).broken) FAIL_CHECK(sentence << "\n" << text);
  }
}

}  // namespace codesign
