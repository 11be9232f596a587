#include "tests/support.h"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "graph/intrinsic.h"
#include "graph/passed_text.h"

namespace codesign {
namespace {

using Json = nlohmann::ordered_json;

struct NotJson {};

// Numbers and booleans become texts, as CloudFormation passes them: what they mean is the same to every reader of this
// project.
Json json_of(const Document& document, NodeId id, int nesting, std::size_t& budget) {
  if (nesting > 200 || budget-- == 0) throw NotJson{};
  id = resolve(document, id);
  const Node& node = document[id];
  Json plain;
  switch (node.kind) {
    case Node::Kind::null: plain = nullptr; break;
    case Node::Kind::alias: throw NotJson{};
    case Node::Kind::scalar: {
      const auto passed = passed_text(document, id);
      if (!passed) throw NotJson{};
      plain = std::string(*passed);
      break;
    }
    case Node::Kind::sequence:
      plain = Json::array();
      for (const NodeId item : children(document, id)) plain.push_back(json_of(document, item, nesting + 1, budget));
      break;
    case Node::Kind::mapping:
      plain = Json::object();
      for (const Entry& entry : entries(document, id)) {
        const Node& key = document[resolve(document, entry.key)];
        if (key.kind != Node::Kind::scalar || !key.tag.empty()) throw NotJson{};
        if (key.text == "<<" || plain.contains(std::string(key.text))) throw NotJson{};
        plain[std::string(key.text)] = json_of(document, entry.value, nesting + 1, budget);
      }
  }
  if (node.tag.empty() || node.tag == "!") return plain;
  const auto intrinsic = read_intrinsic(document, id);
  if (!intrinsic) throw NotJson{};  // "!!int", and what is meant to be "!Ref" but reads "!!Ref"
  return {{intrinsic->name, plain}};
}

}  // namespace

std::size_t rounds(std::size_t usual) {
  const char* factor = std::getenv("CODESIGN_ROUNDS");
  return (is_sanitized ? usual / 4 : usual) * static_cast<std::size_t>(factor ? std::atoi(factor) : 1);
}

std::string read_whole_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_whole_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

Linted lint_text(std::string text, std::string path, const LintWishes& wishes, const Assumptions& assumptions) {
  Linted result;
  result.document = std::make_unique<Document>(parse({std::move(path), std::move(text)}));
  result.graph = std::make_unique<Graph>(link(*result.document, assumptions));
  result.findings = lint(*result.graph, wishes);
  return result;
}

FileResult result_of(const std::string& text, const std::string& path) {
  Linted linted = lint_text(text, path);
  FileResult file{.path = path};
  file.document = std::move(linted.document);
  file.graph = std::move(linted.graph);
  file.findings = std::move(linted.findings);
  return file;
}

Transformed transform_text(std::string text, const SigningWishes& wishes, std::string path,
                           const LintWishes& lint_wishes) {
  Transformed result;
  result.before = lint_text(std::move(text), std::move(path), lint_wishes);
  static_cast<Transformation&>(result) = transform(*result.before.graph, result.before.findings, wishes);
  return result;
}

Signing signing_of(const Function& function) {
  const Signing first = function.signing.front().state;
  return function.is_always(first) ? first : Signing::unknown;
}

LintWishes wishes_for(const Rule& rule) {
  for (const Profile profile : {Profile::standard, Profile::strict})
    if (rule.levels.in(profile) != Severity::off) return {.profile = profile};
  return {.profile = Profile::guardrail};
}

std::vector<std::string> rules_of(const Linted& linted) {
  std::vector<std::string> rules;
  for (const Finding& finding : linted.findings) rules.emplace_back(finding.rule->id);
  return rules;
}

std::string as_json(const Document& document) {
  try {
    std::size_t budget = 200'000;
    return document.root() == NodeId::none ? std::string()
                                           : json_of(document, document.root(), 0, budget).dump(2) + "\n";
  } catch (const NotJson&) {
    return {};
  } catch (const Json::exception&) {
    return {};
  }
}

std::string json_string(const std::string& text) {
  return Json(text).dump();
}

}  // namespace codesign
