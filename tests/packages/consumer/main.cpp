// Lints a template and transforms it, with nothing but what is installed.
#include <cfn-codesign/graph/workspace.h>
#include <cfn-codesign/lint/lint.h>
#include <cfn-codesign/template/parse.h>
#include <cfn-codesign/transform/transform.h>

#include <fstream>
#include <iostream>
#include <sstream>

int main(int count, char** words) {
  if (count != 2) return 2;
  std::ostringstream bytes;
  bytes << std::ifstream(words[1], std::ios::binary).rdbuf();

  const codesign::Document document = codesign::parse({.path = words[1], .bytes = bytes.str()});
  const codesign::Graph graph = codesign::link(document);
  const std::vector<codesign::Finding> findings = codesign::lint(graph);
  const codesign::LineTable lines(document.source.bytes);
  for (const codesign::Finding& finding : findings)
    std::cerr << lines.position(finding.where.begin).line << ": " << finding.rule->id << ": " << finding.message
              << '\n';
  std::cout << codesign::transform(graph, findings, {}).text;
  return findings.empty() ? 0 : 1;
}
