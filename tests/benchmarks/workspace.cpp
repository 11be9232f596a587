// Time against the number of templates that have to do with each other, ten functions in each. Prints medians, and the
// exponent of growth between the first and the last row: 1 is linear.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "graph/workspace.h"
#include "lint/in_stacks.h"
#include "lint/lint.h"
#include "template/parse.h"

namespace {

using namespace codesign;

constexpr int functions_of_a_template = 10;
constexpr int repeats = 3;

struct File {
  std::string text;
  std::vector<std::pair<std::string, int>> nested = {};  // paths, and the numbers of the files
};

std::string functions(const std::string& config) {
  std::string text;
  for (int i = 0; i < functions_of_a_template; ++i)
    text += fmt::format(
        "  F{}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a.b\n      Code: {{S3Bucket: b, "
        "S3Key: k}}\n      CodeSigningConfigArn: {}\n",
        i, config);
  return text;
}

std::string config(int number) {
  return fmt::format(
      "  Csc{}:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers: "
      "{{SigningProfileVersionArns: "
      "[\"arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12\"]}}\n      CodeSigningPolicies: "
      "{{UntrustedArtifactOnDeployment: Enforce}}\n",
      number);
}

constexpr const char* child =
    "Parameters:\n  Csc: {Type: String, Default: none}\n  Stage: {Type: String, AllowedValues: [dev, prod]}\n"
    "Conditions:\n  IsSigned: !Not [!Equals [!Ref Csc, none]]\n  IsProd: !Equals [!Ref Stage, prod]\nResources:\n";

std::string nested_stack(int number) {
  return fmt::format(
      "  N{0}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: c{0}.yaml, Parameters: {{Csc: !If "
      "[IsProd, !Ref Csc0, none], Stage: !Ref Stage}}}}}}\n",
      number);
}

// One parent for as many as `width` others; parents are nested in nothing.
std::vector<File> parents_and_children(int count, int width) {
  std::vector<File> files;
  while (static_cast<int>(files.size()) < count) {
    const int parent = static_cast<int>(files.size());
    files.push_back({std::string("Parameters:\n  Stage: {Type: String, AllowedValues: [dev, prod]}\nConditions:\n") +
                     "  IsProd: !Equals [!Ref Stage, prod]\nResources:\n" + config(0) + functions("!Ref Csc0")});
    for (int i = 1; i <= width && static_cast<int>(files.size()) < count; ++i) {
      const int number = static_cast<int>(files.size());
      files[static_cast<std::size_t>(parent)].text += nested_stack(number);
      files[static_cast<std::size_t>(parent)].nested.emplace_back(fmt::format("c{}.yaml", number), number);
      files.push_back({child + functions("!If [IsSigned, !Ref Csc, !Ref AWS::NoValue]")});
    }
  }
  return files;
}

// Every template nests the next one of its ten, each passing on what it was given.
std::vector<File> chains(int count) {
  std::vector<File> files;
  for (int i = 0; i < count; ++i) {
    const bool is_first = i % 10 == 0, is_last = i % 10 == 9 || i + 1 == count;
    std::string text = is_first ? "Resources:\n" + config(0) : child;
    text += functions(is_first ? "!Ref Csc0" : "!If [IsSigned, !Ref Csc, !Ref AWS::NoValue]");
    if (!is_last)
      text += fmt::format(
          "  Next: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: c{}.yaml, Parameters: {{Stage: dev, "
          "Csc: !Ref {}}}}}}}\n",
          i + 1, is_first ? "Csc0" : "Csc");
    files.push_back({std::move(text)});
    if (!is_last) files.back().nested.emplace_back(fmt::format("c{}.yaml", i + 1), i + 1);
  }
  return files;
}

// One template of ten exports a config, which the nine others import.
std::vector<File> imports(int count) {
  std::vector<File> files;
  for (int i = 0; i < count; ++i)
    files.push_back({"Resources:\n" + (i % 10 == 0 ? config(0) + functions("!Ref Csc0") +
                                                         fmt::format("Outputs:\n  Csc:\n    Value: !Ref Csc0\n    "
                                                                     "Export: {{Name: csc-{}}}\n",
                                                                     i / 10)
                                                   : functions(fmt::format("!ImportValue csc-{}", i / 10)))});
  return files;
}

// One template exports a config, which all others import.
std::vector<File> one_export(int count) {
  std::vector<File> files{{"Resources:\n" + config(0) + functions("!Ref Csc0") +
                           "Outputs:\n  Csc: {Value: !Ref Csc0, Export: {Name: csc}}\n"}};
  for (int i = 1; i < count; ++i) files.push_back({"Resources:\n" + functions("!ImportValue csc")});
  return files;
}

struct Times {
  double alone = 0, join = 0, lint = 0;
};

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

Times times_of(const std::vector<File>& files) {
  std::deque<Document> documents;
  for (std::size_t i = 0; i < files.size(); ++i)
    documents.push_back(parse({fmt::format("c{}.yaml", i), files[i].text}));
  Times times;
  auto start = std::chrono::steady_clock::now();
  std::deque<Graph> graphs;
  for (const Document& document : documents) graphs.push_back(link(document));
  times.alone = milliseconds_since(start);

  std::vector<Member> members;
  for (std::size_t i = 0; i < files.size(); ++i) {
    Member& member = members.emplace_back(Member{.document = &documents[i], .alone = &graphs[i]});
    for (const auto& [path, number] : files[i].nested) member.nested.emplace(path, number);
  }
  start = std::chrono::steady_clock::now();
  const std::deque<Stack> stacks = join(members);
  times.join = milliseconds_since(start);
  if (stacks.size() != files.size()) fmt::print(stderr, "not all templates are joined: {}\n", stacks.size());

  start = std::chrono::steady_clock::now();
  for (const Stack& stack : stacks)
    findings_in_stacks(lint(graphs[stack.member]), {{.stack = stack.name, .findings = lint(stack.graph)}});
  times.lint = milliseconds_since(start);
  return times;
}

double median(std::vector<Times>& all, double Times::*part) {
  std::nth_element(all.begin(), all.begin() + repeats / 2, all.end(),
                   [&](const Times& a, const Times& b) { return a.*part < b.*part; });
  return all[repeats / 2].*part;
}

}  // namespace

int main() {
  struct Shape {
    const char* name;
    std::function<std::vector<File>(int)> make;
  };
  const std::vector<Shape> shapes{{"ten nested", [](int count) { return parents_and_children(count, 10); }},
                                  {"400 nested", [](int count) { return parents_and_children(count, 400); }},
                                  {"chains of ten", chains},
                                  {"ten import", imports},
                                  {"all import one", one_export}};
  const std::vector<int> counts{625, 1250, 2500, 5000};
  fmt::print("{} functions in each template, milliseconds, median of {}: link alone / join / lint\n\n{:>16}",
             functions_of_a_template, repeats, "templates");
  for (const int count : counts) fmt::print("{:>22}", count);
  fmt::print("{:>22}\n", "exponents");
  for (const Shape& shape : shapes) {
    fmt::print("{:>16}", shape.name);
    std::vector<Times> rows;
    for (const int count : counts) {
      const std::vector<File> files = shape.make(count);
      std::vector<Times> all;
      for (int i = 0; i < repeats; ++i) all.push_back(times_of(files));
      rows.push_back({median(all, &Times::alone), median(all, &Times::join), median(all, &Times::lint)});
      fmt::print("{:>22}",
                 fmt::format("{:.0f} / {:.0f} / {:.0f}", rows.back().alone, rows.back().join, rows.back().lint));
      std::fflush(stdout);
    }
    const auto exponent = [&](double Times::*part) {
      return std::log(rows.back().*part / rows.front().*part) /
             std::log(counts.back() / static_cast<double>(counts.front()));
    };
    fmt::print("{:>22}\n", fmt::format("{:.2f} / {:.2f} / {:.2f}", exponent(&Times::alone), exponent(&Times::join),
                                       exponent(&Times::lint)));
  }
}
