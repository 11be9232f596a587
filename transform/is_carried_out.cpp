#include <algorithm>
#include <unordered_map>

#include "transform/edit.h"

namespace codesign {
namespace {

// Walks both trees together. A file whose result fails this is not written.
class Comparison {
 public:
  Comparison(const Plan& plan, const Document& before, const Document& after) : before_(before), after_(after) {
    for (const Insertion& insertion : plan.insertions) insertions_[insertion.mapping].push_back(&insertion);
    for (const Replacement& replacement : plan.replacements) replacements_[replacement.scalar] = &replacement;
  }

  bool run() const {
    if (!after_.problems.empty() || (before_.root() == NodeId::none) != (after_.root() == NodeId::none)) return false;
    return before_.root() == NodeId::none || same(before_.root(), after_.root());
  }

 private:
  bool same(NodeId old_id, NodeId new_id) const {
    const Node& old_node = before_[old_id];
    const Node& new_node = after_[new_id];
    if (old_node.tag != new_node.tag || old_node.anchored != new_node.anchored) return false;
    const auto added = insertions_.find(old_id);
    const std::vector<const Insertion*> none;
    const auto& insertions = added == insertions_.end() ? none : added->second;
    if (old_node.kind == Node::Kind::null && !insertions.empty())
      return new_node.kind == Node::Kind::mapping && same_entries({}, entries(after_, new_id), insertions);
    if (old_node.kind != new_node.kind) return false;
    switch (old_node.kind) {
      case Node::Kind::null: return true;
      case Node::Kind::alias: return true;  // what it stands for is compared where it is written
      case Node::Kind::scalar: {
        const auto replaced = replacements_.find(old_id);
        const bool plain = (old_node.style == Node::Style::plain) == (new_node.style == Node::Style::plain);
        if (replaced == replacements_.end()) return plain && old_node.text == new_node.text;
        return new_node.text.substr(0, new_node.text.find_last_not_of('\n') + 1) == replaced->second->text;
      }
      case Node::Kind::sequence: {
        const auto old_items = children(before_, old_id), new_items = children(after_, new_id);
        return old_items.size() == new_items.size() && std::equal(old_items.begin(), old_items.end(), new_items.begin(),
                                                                  [&](NodeId a, NodeId b) { return same(a, b); });
      }
      case Node::Kind::mapping: return same_entries(entries(before_, old_id), entries(after_, new_id), insertions);
    }
    return false;
  }

  // The new entries without the inserted ones are the old entries, and every inserted one is there once.
  bool same_entries(const std::vector<Entry>& old_entries, const std::vector<Entry>& new_entries,
                    const std::vector<const Insertion*>& insertions) const {
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

  bool is_written(NodeId id, const Content& content) const {
    const Node& node = after_[id];
    switch (content.kind) {
      case Content::Kind::text: return node.kind == Node::Kind::scalar && node.tag.empty() && node.text == content.text;
      case Content::Kind::reference: {
        if (node.tag == "!Ref") return node.kind == Node::Kind::scalar && node.text == content.text;
        const auto only = entries(after_, id);
        return node.tag.empty() && only.size() == 1 && scalar_text(after_, only[0].key) == "Ref" &&
               scalar_text(after_, only[0].value) == content.text;
      }
      case Content::Kind::mapping: {
        const auto written = entries(after_, id);
        return node.kind == Node::Kind::mapping && node.tag.empty() && written.size() == content.members.size() &&
               std::equal(written.begin(), written.end(), content.members.begin(),
                          [&](const Entry& entry, const auto& wanted) {
                            return scalar_text(after_, entry.key) == wanted.key &&
                                   is_written(entry.value, wanted.value);
                          });
      }
      case Content::Kind::sequence: {
        const auto written = children(after_, id);
        return node.kind == Node::Kind::sequence && node.tag.empty() && written.size() == content.items.size() &&
               std::equal(written.begin(), written.end(), content.items.begin(),
                          [&](NodeId item, const Content& wanted) { return is_written(item, wanted); });
      }
    }
    return false;
  }

  const Document& before_;
  const Document& after_;
  std::unordered_map<NodeId, std::vector<const Insertion*>> insertions_;
  std::unordered_map<NodeId, const Replacement*> replacements_;
};

}  // namespace

bool is_carried_out(const Plan& plan, const Document& before, const Document& after) {
  return Comparison(plan, before, after).run();
}

}  // namespace codesign
