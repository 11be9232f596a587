#include "lint/config.h"

#include <algorithm>
#include <utility>

#include "template/spelling.h"

namespace codesign {
namespace {

// "; did you mean X?" where a word is near enough.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& words) {
  const std::string_view meant = nearest(word, words);
  return meant.empty() ? std::string() : fmt::format("; did you mean {}?", meant);
}

constexpr std::pair<std::string_view, Severity> severities[] = {
    {"off", Severity::off}, {"note", Severity::note}, {"warning", Severity::warning}, {"error", Severity::error}};

class Reader {
 public:
  explicit Reader(const Document& document) : document_(document) {}

  Config run() {
    read();
    return std::move(config_);
  }

 private:
  void read() {
    if (!document_.problems.empty()) {
      config_.problems = document_.problems;
      return;
    }
    const NodeId root = document_.root();
    if (root == NodeId::none || is_null(document_, root)) return;
    if (!is_mapping(document_, root)) return fail(root, "expected the keys profile, rules and publishers");
    refuse_repeated_keys(root);
    for (const Entry& entry : entries(document_, root)) {
      const auto key = word_at(entry.key);
      if (key == "profile")
        read_profile(entry.value);
      else if (key == "rules")
        read_rules(entry.value);
      else if (key == "publishers")
        read_publishers(entry.value);
      else
        fail(entry.key,
             fmt::format("there is no setting {}{}", quoted(key), suggestion(key, {"profile", "rules", "publishers"})));
    }
  }

  // A word without the line break of a block; empty for what is none.
  std::string_view word_at(NodeId node) const {
    std::string_view word = scalar_text(document_, node).value_or("");
    while (word.ends_with('\n')) word.remove_suffix(1);
    return word;
  }
  static std::string quoted(std::string_view word) {
    return word.empty() ? std::string("this") : '"' + std::string(word) + '"';
  }

  // Which of two would count is not for us to choose.
  void refuse_repeated_keys(NodeId mapping) {
    if (const auto key = duplicate_key(document_, mapping))
      fail(mapping, fmt::format("{} is given twice", quoted(*key)));
  }

  void fail(NodeId node, std::string message) {
    config_.problems.push_back({document_[node].span, std::move(message)});
  }

  void read_profile(NodeId node) {
    const auto word = word_at(node);
    for (const Profile profile : {Profile::standard, Profile::strict, Profile::guardrail}) {
      if (word != name_of(profile)) continue;
      config_.wishes.profile = profile;
      return;
    }
    fail(node, fmt::format("{} is no profile; expected default, strict or guardrail", quoted(word)));
  }

  void read_rules(NodeId node) {
    if (!is_mapping(document_, node))
      return fail(node, "expected names of rules, and off, note, warning or error for each");
    refuse_repeated_keys(node);
    for (const Entry& entry : entries(document_, node)) {
      const auto name = word_at(entry.key);
      if (!find_rule(name)) {
        std::vector<std::string_view> names;
        for (const Rule* rule : all_rules()) names.push_back(rule->id);
        fail(entry.key, fmt::format("there is no rule {}{}", quoted(name), suggestion(name, names)));
        continue;
      }
      const auto word = word_at(entry.value);
      const auto found = std::find_if(std::begin(severities), std::end(severities),
                                      [&](const auto& severity) { return severity.first == word; });
      if (found == std::end(severities))
        fail(entry.value, fmt::format("{} is no level of a rule; expected off, note, warning or error", quoted(word)));
      else
        config_.wishes.severities[std::string(name)] = found->second;
    }
  }

  void read_publishers(NodeId node) {
    KnownPublishers own = read_known_publishers(document_, node);
    if (own.problem) config_.problems.push_back(std::move(*own.problem));
    config_.publishers = std::move(own.publishers);
  }

  const Document& document_;
  Config config_;
};

}  // namespace

Config read_config(const Document& document) {
  return Reader(document).run();
}

}  // namespace codesign
