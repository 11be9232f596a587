// Time against the number of conditions. Prints medians, and the exponent of growth between the first and the last row
// that are long enough to be measured: 1 is linear.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "lint/lint.h"
#include "template/parse.h"

namespace {

constexpr int functions = 200;
constexpr int repeats = 9;

std::string config(const char* name) {
  return fmt::format(
      "  {}:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      CodeSigningPolicies: "
      "{{UntrustedArtifactOnDeployment: "
      "Enforce}}\n",
      name);
}

std::string head(int conditions) {
  std::string text = "Parameters:\n";
  for (int i = 0; i < conditions; ++i)
    text += fmt::format("  P{}: {{Type: String, Default: 'no', AllowedValues: ['yes', 'no']}}\n", i);
  text += "Conditions:\n";
  for (int i = 0; i < conditions; ++i) text += fmt::format("  C{}: !Equals [!Ref P{}, 'yes']\n", i, i);
  return text;
}

std::string function(int number, const std::string& value) {
  return fmt::format(
      "  F{}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a.b\n      CodeSigningConfigArn: {}\n",
      number, value);
}

// 200 functions, each under one of the conditions.
std::string independent(int conditions) {
  std::string text = head(conditions) + "Resources:\n" + config("Csc");
  for (int i = 0; i < functions; ++i)
    text += function(i, fmt::format("!If [C{}, !Ref Csc, !Ref AWS::NoValue]", i % conditions));
  return text;
}

// 200 functions that all take a way through as many branches as there are conditions (at most 60: deeper is not read).
std::string nested(int conditions) {
  std::string value = "!Ref AWS::NoValue";
  for (int i = std::min(conditions, 60); i-- > 0;) value = fmt::format("!If [C{}, !Ref Csc, {}]", i, value);
  std::string text = head(conditions) + "Resources:\n" + config("Csc");
  for (int i = 0; i < functions; ++i) text += function(i, value);
  return text;
}

// 200 functions under one condition that all others are part of.
std::string joined(int conditions) {
  std::string text = head(conditions) + "  All: !And\n";
  for (int i = 0; i < conditions; ++i)
    text += fmt::format("    - !Or [!Condition C{}, !Not [!Condition C{}]]\n", i, (i * 7 + 3) % conditions);
  text += "Resources:\n" + config("Csc");
  for (int i = 0; i < functions; ++i) text += function(i, "!If [All, !Ref Csc, !Ref AWS::NoValue]");
  return text;
}

// Linking and linting, without reading the text.
double milliseconds(const std::string& text) {
  const codesign::Document document = codesign::parse({"bench.yaml", text});
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const codesign::Graph graph = codesign::link(document);
    const auto findings = codesign::lint(graph);
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    if (findings.empty() && graph.functions.empty()) return -1;
  }
  std::nth_element(times.begin(), times.begin() + repeats / 2, times.end());
  return times[repeats / 2];
}

}  // namespace

int main() {
  struct Shape {
    const char* name;
    std::function<std::string(int)> make;
  };
  const std::vector<Shape> shapes{{"independent", independent}, {"nested", nested}, {"joined", joined}};
  const std::vector<int> counts{1, 5, 10, 20, 40, 60, 100, 150, 200};
  fmt::print("link and lint, {} functions, milliseconds, median of {}\n\n{:>10}", functions, repeats, "conditions");
  for (const Shape& shape : shapes) fmt::print("{:>14}", shape.name);
  fmt::print("\n");
  std::vector<std::vector<double>> all(shapes.size());
  for (const int count : counts) {
    fmt::print("{:>10}", count);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      all[i].push_back(milliseconds(shapes[i].make(count)));
      fmt::print("{:>14.2f}", all[i].back());
    }
    fmt::print("\n");
  }
  fmt::print("{:>10}", "exponent");
  for (const auto& times : all)
    fmt::print("{:>14.2f}",
               std::log(times.back() / times[3]) / std::log(counts.back() / static_cast<double>(counts[3])));
  fmt::print("\n\nthe exponent is that between {} and {} conditions\n", counts[3], counts.back());
}
