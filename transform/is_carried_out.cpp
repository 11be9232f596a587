#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "graph/intrinsic.h"
#include "transform/edit.h"

namespace codesign {
namespace {

// Walks both trees together. A file whose result fails this is not written.
class Comparison {
 public:
  Comparison(const Plan& plan, const Document& before, const Document& after) : before_(before), after_(after) {
    for (const Insertion& insertion : plan.insertions) insertions_[insertion.mapping].push_back(&insertion);
    for (const Addition& addition : plan.additions) additions_[addition.sequence].push_back(&addition);
    for (const Replacement& replacement : plan.replacements) replacements_[replacement.scalar].push_back(&replacement);
    for (const Substitution& substitution : plan.substitutions) substitutions_[substitution.value] = &substitution;
    for (const Removal& removal : plan.removals) removed_.insert(removal.member);
  }

  bool run() const {
    if (!after_.problems.empty() || (before_.root() == NodeId::none) != (after_.root() == NodeId::none)) return false;
    return before_.root() == NodeId::none || same(before_.root(), after_.root());
  }

 private:
  bool same(NodeId old_id, NodeId new_id) const {
    if (const auto substituted = substitutions_.find(old_id); substituted != substitutions_.end())
      return is_written(new_id, substituted->second->content);
    const Node& old_node = before_[old_id];
    const Node& new_node = after_[new_id];
    if (old_node.tag != new_node.tag || old_node.anchored != new_node.anchored) return false;
    const auto& insertions = of(insertions_, old_id);
    if (old_node.kind == Node::Kind::null && !insertions.empty())
      return new_node.kind == Node::Kind::mapping && same_entries({}, entries(after_, new_id), insertions);
    if (old_node.kind != new_node.kind) return false;
    switch (old_node.kind) {
      case Node::Kind::null: return true;
      case Node::Kind::alias: return true;  // what it stands for is compared where it is written
      case Node::Kind::scalar: return same_text(old_id, new_id);
      case Node::Kind::sequence: return same_items(old_id, new_id);
      case Node::Kind::mapping: return same_entries(entries(before_, old_id), entries(after_, new_id), insertions);
    }
    return false;
  }

  bool same_text(NodeId old_id, NodeId new_id) const {
    const Node& old_node = before_[old_id];
    const Node& new_node = after_[new_id];
    const bool plain = (old_node.style == Node::Style::plain) == (new_node.style == Node::Style::plain);
    const auto& replacements = of(replacements_, old_id);
    if (replacements.empty()) return plain && old_node.text == new_node.text;
    if (!replacements.front()->part)
      return new_node.text.substr(0, new_node.text.find_last_not_of('\n') + 1) == replacements.front()->text;
    // Parts of a text: between them, it is what it was.
    std::size_t at = 0;
    std::string expected;
    for (const Replacement* replacement : replacements) {
      const std::string_view old_part = before_.source[*replacement->part];
      const std::size_t found = old_node.text.find(old_part, at);
      if (found == std::string_view::npos) return false;
      expected += std::string(old_node.text.substr(at, found - at)) + replacement->text;
      at = found + old_part.size();
    }
    return plain && new_node.text == expected + std::string(old_node.text.substr(at));
  }

  // The old items without the removed ones, and then the added ones.
  bool same_items(NodeId old_id, NodeId new_id) const {
    const auto new_items = children(after_, new_id);
    const auto& additions = of(additions_, old_id);
    std::size_t next = 0;
    for (const NodeId item : children(before_, old_id)) {
      if (removed_.contains(item)) continue;
      if (next == new_items.size() || !same(item, new_items[next++])) return false;
    }
    for (const Addition* addition : additions)
      if (next == new_items.size() || !is_written(new_items[next++], addition->value)) return false;
    return next == new_items.size();
  }

  // The new entries without the inserted ones are the old entries that are not removed, and every inserted one is there
  // once.
  bool same_entries(std::vector<Entry> old_entries, const std::vector<Entry>& new_entries,
                    const std::vector<const Insertion*>& insertions) const {
    std::erase_if(old_entries, [&](const Entry& entry) { return removed_.contains(entry.key); });
    if (old_entries.size() + insertions.size() != new_entries.size()) return false;
    std::size_t next_old = 0, seen = 0;
    for (const Entry& entry : new_entries) {
      const auto inserted = std::find_if(insertions.begin(), insertions.end(),
                                         [&](const Insertion* i) { return scalar_text(after_, entry.key) == i->key; });
      if (inserted != insertions.end()) {
        if (!is_written(entry.value, (*inserted)->value)) return false;
        ++seen;
      } else {
        if (next_old == old_entries.size() || !same(old_entries[next_old].key, entry.key) ||
            !same(old_entries[next_old].value, entry.value))
          return false;
        ++next_old;
      }
    }
    return seen == insertions.size();
  }

  bool is_written(NodeId id, const Content& content, bool may_have_tag = false) const {
    const Node& node = after_[id];
    switch (content.kind) {
      case Content::Kind::number:
      case Content::Kind::text: return node.kind == Node::Kind::scalar && node.tag.empty() && node.text == content.text;
      case Content::Kind::intrinsic: return is_intrinsic(id, content);
      case Content::Kind::mapping: {
        const auto written = entries(after_, id);
        return node.kind == Node::Kind::mapping && (may_have_tag || node.tag.empty()) &&
               written.size() == content.members.size() &&
               std::equal(written.begin(), written.end(), content.members.begin(),
                          [&](const Entry& entry, const auto& wanted) {
                            return scalar_text(after_, entry.key) == wanted.key &&
                                   is_written(entry.value, wanted.value);
                          });
      }
      case Content::Kind::sequence: {
        const auto written = children(after_, id);
        return node.kind == Node::Kind::sequence && (may_have_tag || node.tag.empty()) &&
               written.size() == content.items.size() &&
               std::equal(written.begin(), written.end(), content.items.begin(),
                          [&](NodeId item, const Content& wanted) { return is_written(item, wanted); });
      }
    }
    return false;
  }

  bool is_intrinsic(NodeId id, const Content& content) const {
    const auto written = read_intrinsic(after_, id);
    if (!written || written->name != content.text) return false;
    const Content& argument = content.items.front();
    const Node& node = after_[written->argument];
    if (argument.kind == Content::Kind::text) {
      // "Id.Attribute", or a list of the two.
      std::string text(node.text);
      for (const NodeId part : children(after_, written->argument))
        text += (text.empty() ? "" : ".") + std::string(after_[part].text);
      return text == argument.text;
    }
    // The tag of a short form stands on the argument itself.
    const bool is_short = written->argument == id;
    return is_written(written->argument, argument, is_short);
  }

  template <typename Change>
  static const std::vector<const Change*>& of(const std::unordered_map<NodeId, std::vector<const Change*>>& changes,
                                              NodeId place) {
    static const std::vector<const Change*> none;
    const auto found = changes.find(place);
    return found == changes.end() ? none : found->second;
  }

  const Document& before_;
  const Document& after_;
  std::unordered_map<NodeId, std::vector<const Insertion*>> insertions_;
  std::unordered_map<NodeId, std::vector<const Addition*>> additions_;
  std::unordered_map<NodeId, std::vector<const Replacement*>> replacements_;
  std::unordered_map<NodeId, const Substitution*> substitutions_;
  std::unordered_set<NodeId> removed_;
};

}  // namespace

bool is_carried_out(const Plan& plan, const Document& before, const Document& after) {
  return Comparison(plan, before, after).run();
}

}  // namespace codesign
