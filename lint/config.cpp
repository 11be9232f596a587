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

const std::vector<std::string_view> settings{"profile",  "rules",   "unsuppressible", "publishers",
                                             "approved", "exclude", "parameters",     "transform"};

// Of transform; what one run alone is about, such as --only, is no setting.
const std::vector<std::string_view> transform_options{
    "policy", "config-from", "place", "publishers", "publisher-parameter", "create-profile", "alarm"};

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
    if (!is_mapping(document_, root)) return fail(root, "expected settings, such as profile, rules and exclude");
    refuse_repeated_keys(root);
    for (const Entry& entry : entries(document_, root)) {
      const auto key = word_at(entry.key);
      if (key == "profile")
        read_profile(entry.value);
      else if (key == "rules")
        read_rules(entry.value);
      else if (key == "unsuppressible")
        read_unsuppressible(entry.value);
      else if (key == "publishers")
        read_publishers(entry.value);
      else if (key == "approved")
        read_approved(entry.value);
      else if (key == "exclude")
        config_.exclude = texts_at(entry.value, "patterns, as lines of .gitignore");
      else if (key == "parameters")
        read_parameters(entry.value);
      else if (key == "transform")
        read_transform(entry.value);
      else
        fail(entry.key, fmt::format("there is no setting {}{}", quoted(key), suggestion(key, settings)));
    }
  }

  std::vector<std::string> texts_at(NodeId list, std::string_view what) {
    std::vector<std::string> texts;
    if (!is_sequence(document_, list)) {
      fail(list, fmt::format("expected a list of {}", what));
      return texts;
    }
    for (const NodeId item : children(document_, list)) {
      if (const auto text = word_at(item); !text.empty())
        texts.emplace_back(text);
      else
        fail(item, fmt::format("expected one of {}", what));
    }
    return texts;
  }

  // The rule of that name; null, and a problem, where there is none.
  const Rule* rule_at(NodeId node) {
    const auto name = word_at(node);
    const Rule* rule = find_rule(name);
    if (rule) return rule;
    std::vector<std::string_view> names;
    for (const Rule* one : all_rules()) names.push_back(one->id);
    fail(node, fmt::format("there is no rule {}{}", quoted(name), suggestion(name, names)));
    return nullptr;
  }

  void read_unsuppressible(NodeId node) {
    if (!is_sequence(document_, node)) return fail(node, "expected a list of rules");
    for (const NodeId item : children(document_, node))
      if (const Rule* rule = rule_at(item)) config_.wishes.unsuppressible.emplace(rule->id);
  }

  void read_approved(NodeId node) {
    if (!is_mapping(document_, node)) return fail(node, "expected configs and publishers");
    refuse_repeated_keys(node);
    for (const Entry& entry : entries(document_, node)) {
      const auto key = word_at(entry.key);
      constexpr std::string_view what = "ARNs or logical IDs, in which * stands for any characters";
      if (key == "configs")
        config_.approved.configs = texts_at(entry.value, what);
      else if (key == "publishers")
        config_.approved.publishers = texts_at(entry.value, what);
      else
        fail(entry.key,
             fmt::format("nothing is approved under {}{}", quoted(key), suggestion(key, {"configs", "publishers"})));
    }
  }

  void read_parameters(NodeId node) {
    if (!is_mapping(document_, node)) return fail(node, "expected names of parameters, and a value for each");
    refuse_repeated_keys(node);
    for (const Entry& entry : entries(document_, node)) {
      if (const auto value = scalar_text(document_, entry.value))
        config_.parameters[std::string(word_at(entry.key))] = *value;
      else
        fail(entry.value, fmt::format("expected the value of parameter {}, a text", word_at(entry.key)));
    }
  }

  void read_transform(NodeId node) {
    if (!is_mapping(document_, node))
      return fail(node, "expected options of transform, such as policy and config-from");
    refuse_repeated_keys(node);
    for (const Entry& entry : entries(document_, node)) {
      const auto key = word_at(entry.key), value = word_at(entry.value);
      const Span where = document_[entry.value].span;
      if (std::find(transform_options.begin(), transform_options.end(), key) == transform_options.end()) {
        fail(entry.key,
             fmt::format("there is no setting {} of transform{}", quoted(key), suggestion(key, transform_options)));
      } else if (key == "publishers") {
        for (std::string& arn : texts_at(entry.value, "version ARNs of signing profiles"))
          config_.transform.push_back({"publisher", std::move(arn), where});
      } else if (key == "alarm") {
        if (value != "true" && value != "false") fail(entry.value, "expected true or false");
        if (value == "true") config_.transform.push_back({"alarm", "", where});
      } else if (value.empty()) {
        fail(entry.value, fmt::format("expected a value, as behind --{}", key));
      } else {
        config_.transform.push_back({std::string(key), std::string(value), where});
      }
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
      const Rule* rule = rule_at(entry.key);
      if (!rule) continue;
      const auto word = word_at(entry.value);
      const auto found = std::find_if(std::begin(severities), std::end(severities),
                                      [&](const auto& severity) { return severity.first == word; });
      if (found == std::end(severities))
        fail(entry.value, fmt::format("{} is no level of a rule; expected off, note, warning or error", quoted(word)));
      else
        config_.wishes.severities[std::string(rule->id)] = found->second;
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
