// The house itself: who may include whom, and that the printed pages are true.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "graph/pattern.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

// In the order of the flow: a folder includes itself and what stands before it.
constexpr std::array<std::string_view, 7> stations{"template", "graph", "lint", "rules", "transform", "report", "cli"};

// Packages, and the only files that may name them.
const std::map<std::string, std::vector<std::string>> package_rooms{
    {"yaml-cpp", {"template/yaml_reader.cpp"}},
    {"rapidjson", {"template/json_reader.cpp", "graph/schema.cpp"}},
    {"nlohmann", {"report/json_writing.h"}},
    {"CLI", {"cli/run.cpp", "cli/signing_options.cpp", "cli/usage.cpp"}},
    {"re2", {"graph/pattern.cpp"}},
    {"toml++", {"cli/sam_config.cpp"}},
};

std::vector<std::string> includes_of(const fs::path& file) {
  std::vector<std::string> includes;
  const std::string text = read_whole_file(file);
  const std::string directive = "#include ";
  for (std::size_t at = text.find(directive); at != std::string::npos; at = text.find(directive, at + 1)) {
    const std::size_t begin = at + directive.size() + 1;
    includes.push_back(text.substr(begin, text.find_first_of(">\"", begin) - begin));
  }
  return includes;
}

std::size_t order_of(std::string_view folder) {
  return static_cast<std::size_t>(std::find(stations.begin(), stations.end(), folder) - stations.begin());
}

}  // namespace

TEST_SUITE("house") {
  TEST_CASE("a folder includes only what stands before it in the flow") {
    for (const std::string_view station : stations) {
      for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_FOLDER) / station)) {
        const std::string file = std::string(station) + "/" + entry.path().filename().string();
        for (const std::string& include : includes_of(entry.path())) {
          CAPTURE(file);
          CAPTURE(include);
          const std::string first = include.substr(0, include.find('/'));
          if (const std::size_t target = order_of(first); target < stations.size()) {
            CHECK(target <= order_of(station));
            if (station == "rules") CHECK(include == "lint/rule.h");
            CHECK_FALSE(first == "rules");
          } else if (const auto rooms = package_rooms.find(first); rooms != package_rooms.end()) {
            CHECK(std::find(rooms->second.begin(), rooms->second.end(), file) != rooms->second.end());
          }
        }
      }
    }
  }

  TEST_CASE("the README shows what the program prints") {
    const auto compare = [](const std::vector<std::string>& arguments, const char* sample) {
      const fs::path file = fs::path(SOURCE_FOLDER) / "README.md";
      std::string readme = read_whole_file(file), opening = "```console\n$ cfn-codesign";
      for (const std::string& argument : arguments) opening += " " + argument;
      opening += "\n";
      CAPTURE(opening);
      const std::size_t begin = readme.find(opening);
      REQUIRE(begin != std::string::npos);
      const std::size_t first = begin + opening.size(), end = readme.find("```", first);
      const WorkingFolder working(fs::path(SOURCE_FOLDER) / "samples" / sample);
      const std::string printed = run_with(arguments).out;
      if (std::getenv("CODESIGN_ACCEPT")) {
        write_whole_file(file, readme.replace(first, end - first, printed));
        return;
      }
      CHECK(readme.substr(first, end - first) == printed);
    };
    compare({"lint", "template.yaml"}, "walk-through");
    compare(
        {"plan", "--profile", "OrdersProfile", "--profile", "OrderTools=ToolsProfile:998877665544", "template.yaml"},
        "unconfigured-signing");
  }

  TEST_CASE("the version is that of CMakeLists.txt wherever it stands") {
    const std::string version = PROGRAM_VERSION;
    struct Spot {
      std::string file, before;
    };
    const std::vector<Spot> spots{
        {"vcpkg.json", "\"version\": \""},
        {"package.json", "\"version\": \""},
        {"action.yml", "default: "},
        {".pre-commit-hooks.yaml", "entry: cfn-codesign:"},
        {"packages/gitlab/cfn-codesign.gitlab-ci.yml", "CFN_CODESIGN_VERSION: \""},
        {"README.md", "rev: v"},
        {"README.md", "ref: v"},
        {"README.md", "cfn-codesign@v"},
        {"README.md", "cfn-codesign_"},
        {"README.md", "cfn-codesign-"},
        {"README.md", "cfn-codesign:"},
        {"CHANGELOG.md", "\n## "},
    };
    for (const Spot& spot : spots) {
      const std::string& file = spot.file;
      const std::string& before = spot.before;
      CAPTURE(file);
      CAPTURE(before);
      const std::string text = read_whole_file(fs::path(SOURCE_FOLDER) / file);
      std::size_t found = 0;
      for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
        const std::size_t begin = at + before.size();
        std::string told = text.substr(begin, text.find_first_not_of("0123456789.", begin) - begin);
        while (told.ends_with('.')) told.pop_back();
        if (told.empty()) continue;  // something else stands there
        CHECK(told == version);
        ++found;
        if (file == "CHANGELOG.md") break;  // the newest comes first
      }
      CHECK(found > 0);
    }
  }

  TEST_CASE("the hooks of pre-commit: every one of its own name, and for templates alone") {
    const Document hooks =
        parse({".pre-commit-hooks.yaml", read_whole_file(fs::path(SOURCE_FOLDER) / ".pre-commit-hooks.yaml")});
    std::set<std::string_view> ids;
    for (const NodeId hook : children(hooks, hooks.root())) {
      const auto text = [&](std::string_view key) { return *scalar_text(hooks, value_of(hooks, hook, key)); };
      CAPTURE(text("id"));
      CHECK(ids.insert(text("id")).second);
      CHECK(text("entry").ends_with(" --templates-only"));
      const std::string anywhere = ".*" + std::string(text("files"));  // pre-commit searches
      CHECK(matches_pattern("a/b.template", anywhere) == true);
      CHECK(matches_pattern("a/b.md", anywhere) == false);
      // Templates that have to do with each other go to one process.
      CHECK(text("require_serial") == "true");
    }
    CHECK(ids.size() == 6);
  }

  TEST_CASE("no input of the GitHub action is part of what a shell runs") {
    const Document action = parse({"action.yml", read_whole_file(fs::path(SOURCE_FOLDER) / "action.yml")});
    std::size_t run = 0;
    for (const NodeId step : children(action, value_of(action, value_of(action, action.root(), "runs"), "steps"))) {
      const auto text = scalar_text(action, value_of(action, step, "run"));
      run += text.has_value();
      if (text) CHECK(text->find("${{") == std::string_view::npos);
    }
    CHECK(run > 0);
  }

  TEST_CASE("pages that the program prints are those in the tree") {
    const auto compare = [](const char* format, const char* name) {
      CAPTURE(name);
      const std::string printed = run_with({"rules", "--format", format}).out;
      const fs::path file = fs::path(SOURCE_FOLDER) / name;
      if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(file, printed);
      CHECK(read_whole_file(file) == printed);
    };
    compare("markdown", "rules/README.md");
    compare("config-schema", "schemas/config.schema.json");
  }
}

}  // namespace codesign
