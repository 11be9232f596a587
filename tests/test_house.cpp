// The house itself: who may include whom, and that the printed pages are true.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>

#include "cli/run.h"
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
    {"CLI", {"cli/run.cpp", "cli/signing_options.cpp"}},
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
      std::string printed;
      const fs::path before = fs::current_path();
      fs::current_path(fs::path(SOURCE_FOLDER) / "samples" / sample);
      run(arguments, {.out = [&](std::string_view text) { printed += text; },
                      .err = [](std::string_view) {},
                      .read_input = [] { return std::string(); }});
      fs::current_path(before);
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

  TEST_CASE("pages that the program prints are those in the tree") {
    const auto compare = [](const char* format, const char* name) {
      CAPTURE(name);
      std::string printed;
      run({"rules", "--format", format}, {.out = [&](std::string_view text) { printed += text; },
                                          .err = [](std::string_view) {},
                                          .read_input = [] { return std::string(); }});
      const fs::path file = fs::path(SOURCE_FOLDER) / name;
      if (std::getenv("CODESIGN_ACCEPT")) write_whole_file(file, printed);
      CHECK(read_whole_file(file) == printed);
    };
    compare("markdown", "rules/README.md");
    compare("config-schema", "schemas/config.schema.json");
  }
}

}  // namespace codesign
