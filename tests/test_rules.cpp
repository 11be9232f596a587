// The catalogue as a whole; each rule's own behaviour stands in samples/.
#include <doctest/doctest.h>

#include <set>

#include "report/explain.h"
#include "tests/support.h"

namespace codesign {

TEST_SUITE("rules") {
  TEST_CASE("every rule is complete, and named like its file") {
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(SOURCE_FOLDER "/rules")) {
      if (entry.path().extension() != ".cpp") continue;
      std::string id = entry.path().stem().string();
      std::replace(id.begin(), id.end(), '_', '-');
      files.insert(id);
    }
    std::set<std::string> ids;
    for (const Rule* rule : all_rules()) {
      CAPTURE(rule->id);
      ids.insert(std::string(rule->id));
      CHECK(find_rule(rule->id) == rule);
      for (const std::string_view text : {rule->summary, rule->why, rule->help, rule->source}) CHECK(text.size() > 10);
      CHECK_FALSE(rule->summary.ends_with('.'));
      CHECK(rule->help.ends_with('.'));
      CHECK(rule->why.ends_with('.'));
    }
    CHECK(ids == files);
    CHECK(find_rule("no-such-rule") == nullptr);
  }

  TEST_CASE("every rule has a bad and a good template, which `explain` shows") {
    for (const Rule* rule : all_rules()) {
      CAPTURE(rule->id);
      bool found = false;
      for (const RuleSample& sample : rule_samples()) {
        if (sample.rule != rule->id) continue;
        found = true;
        CHECK_FALSE(sample.bad.empty());
        const auto fired = rules_of(lint_text(std::string(sample.good), "template.yaml", wishes_for(*rule)));
        CHECK(std::find(fired.begin(), fired.end(), rule->id) == fired.end());
        CHECK(rules_of(lint_text(std::string(sample.good))).empty());
        const std::string text = explanation(*rule);
        for (const char* heading : {"Why\n", "Bad\n", "Good\n", "How to fix\n", "Source\n"})
          CHECK(text.find(heading) != std::string::npos);
      }
      CHECK(found);
    }
  }
}

}  // namespace codesign
