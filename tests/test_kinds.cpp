// Values of the wrong kind: a list where a mapping belongs, null, a number. They are faults of their own, and must
// never be taken for something else.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "tests/support.h"

namespace codesign {
namespace {

using Json = nlohmann::ordered_json;

// What a value is replaced by: of another kind than its own. To CloudFormation, a number is a text, and an intrinsic
// may be one.
std::vector<Json> other_kinds(const Json& value) {
  std::vector<Json> others{nullptr};
  const bool is_intrinsic = value.is_object() && value.size() == 1 &&
                            (value.begin().key() == "Ref" || value.begin().key().starts_with("Fn::"));
  if (value.is_structured() && !is_intrinsic) {
    others.push_back(7);
    others.push_back("text");
  }
  if (!value.is_object()) others.push_back(Json::object({{"Any", value}}));
  if (!value.is_array()) others.push_back(Json::array({value}));
  if (!value.is_object()) others.push_back(Json::object());
  if (!value.is_array()) others.push_back(Json::array());
  return others;
}

void collect_places(const Json& json, const Json::json_pointer& here, std::vector<Json::json_pointer>& into) {
  const auto add = [&](const Json::json_pointer& place, const Json& value) {
    into.push_back(place);
    collect_places(value, place, into);
  };
  if (json.is_object())
    for (const auto& item : json.items()) add(here / item.key(), item.value());
  if (json.is_array())
    for (std::size_t i = 0; i < json.size(); ++i) add(here / i, json[i]);
}

// The node at a place, and the key before it.
Span span_of(const Document& document, const Json::json_pointer& place) {
  std::vector<std::string> tokens;
  for (Json::json_pointer rest = place; !rest.empty(); rest.pop_back()) tokens.push_back(rest.back());
  NodeId node = document.root();
  Span span = document[node].span;
  for (auto token = tokens.rbegin(); token != tokens.rend(); ++token) {
    if (is_sequence(document, node)) {
      node = children(document, node)[std::stoul(*token)];
      span = document[node].span;
    } else {
      const Entry entry = *find(document, node, *token);
      node = entry.value;
      span = {document[entry.key].span.begin, document[node].span.end};
    }
  }
  return span;
}

// To call a value wrong, or to say that something is not known, is an honest answer.
bool says_what_is_not_known(const Rule& rule) {
  for (const char* id : {"malformed-property", "unknown-signing", "hidden-functions", "undecided-conditions"})
    if (rule.id == id) return true;
  return false;
}

struct Said {
  std::set<std::string> names;  // "rule resource"
  Linted linted;
};

Said said_of(const Json& json) {
  Said said{.names = {}, .linted = lint_text(json.dump(1), "template.json")};
  std::set<Profile> profiles{Profile::standard, Profile::strict, Profile::guardrail};
  for (const Profile profile : profiles)
    for (Finding& finding : lint(*said.linted.graph, {.profile = profile})) {
      said.names.insert(fmt::format("{} {}", finding.rule->id, finding.resource));
      said.linted.findings.push_back(std::move(finding));
    }
  return said;
}

}  // namespace

TEST_SUITE("kinds") {
  // A value of the wrong kind may be left out of account, be taken for not written, or be called wrong where it stands.
  TEST_CASE("a value of another kind invents no finding") {
    std::vector<std::pair<std::string, Json>> samples;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SOURCE_FOLDER "/samples")) {
      const std::string stem = entry.path().stem().string();
      // The one that reaches a limit takes the time of a hundred others; one is not read at all, one is full.
      const std::string folder = entry.path().parent_path().filename().string();
      if ((stem != "template" && stem != "good" && stem != "fixed") || folder == "undecided-conditions" ||
          folder == "unreadable-template" || folder == "oversized-template")
        continue;
      const Document document = parse({"t", read_whole_file(entry.path())});
      if (const std::string json = as_json(document); !json.empty())
        samples.emplace_back(folder + "/" + entry.path().filename().string(), Json::parse(json));
    }
    std::sort(samples.begin(), samples.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    REQUIRE(samples.size() > 80);
    std::mt19937 engine(20201124);
    const auto below = [&](std::size_t count) {
      return std::uniform_int_distribution<std::size_t>(0, count - 1)(engine);
    };
    std::size_t tried = 0;
    for (const auto& [name, original] : samples) {
      const Said before = said_of(original);
      std::vector<Json::json_pointer> places;
      collect_places(original, Json::json_pointer(), places);
      for (std::size_t round = 0; round < rounds(100); ++round) {
        const Json::json_pointer& place = places[below(places.size())];
        Json swapped = original, removed = original;
        const std::vector<Json> others = other_kinds(original[place]);
        swapped[place] = others[below(others.size())];
        Json& holder = removed[place.parent_pointer()];
        if (holder.is_array())
          holder.erase(std::stoul(place.back()));
        else
          holder.erase(place.back());
        Json no_value = original;
        no_value[place] = {{"Ref", "AWS::NoValue"}};
        const Said after = said_of(swapped), without = said_of(removed), absent = said_of(no_value);
        // The argument of an intrinsic is judged where the intrinsic stands.
        const bool is_argument = place.back() == "Ref" || place.back().starts_with("Fn::");
        const Span at = span_of(*after.linted.document, is_argument ? place.parent_pointer() : place);
        for (const Finding& finding : after.linted.findings) {
          const std::string one = fmt::format("{} {}", finding.rule->id, finding.resource);
          const bool stands_there = finding.where.begin >= at.begin && finding.where.end <= at.end;
          const bool is_known = before.names.contains(one) || without.names.contains(one) || absent.names.contains(one);
          if (stands_there || is_known || says_what_is_not_known(*finding.rule)) continue;
          // What a loop is over decides the names of what it makes.
          const std::string same_rule = std::string(finding.rule->id) + " ";
          const auto known = before.names.lower_bound(same_rule);
          if (place.to_string().find("Fn::ForEach") != std::string::npos && known != before.names.end() &&
              known->starts_with(same_rule))
            continue;
          FAIL_CHECK(name << ": " << one << ": " << finding.message << "\n"
                          << place.to_string() << " = " << swapped[place].dump());
        }
        ++tried;
      }
    }
    CHECK(tried > 2000);
  }
}

}  // namespace codesign
