#include "graph/known_publishers.h"

#include <algorithm>

#include "graph/actions.h"
#include "template/parse.h"

namespace codesign {

// Written by the build from schemas/known-publishers.yaml (cmake/generate.cmake).
std::string_view known_publishers_text();

namespace {

constexpr std::string_view keys[] = {"name", "accounts", "layers", "signs", "signers", "source"};

class Reader {
 public:
  explicit Reader(const Document& document) : document_(document) {}

  KnownPublishers run(NodeId list) {
    if (!is_sequence(document_, list)) {
      fail(list, "expected a list of publishers");
      return std::move(result_);
    }
    for (const NodeId item : children(document_, list)) read_one(item);
    if (result_.problem) result_.publishers.clear();
    return std::move(result_);
  }

 private:
  void fail(NodeId node, std::string message) {
    const Span where = node == NodeId::none ? Span{} : document_[node].span;
    if (!result_.problem) result_.problem.emplace(Problem{where, std::move(message)});
  }

  void read_one(NodeId item) {
    KnownPublisher publisher;
    if (!is_mapping(document_, item)) return fail(item, "expected a publisher: name, accounts or layers, and signs");
    for (const Entry& entry : entries(document_, item)) {
      const auto key = scalar_text(document_, entry.key).value_or("");
      if (std::find(std::begin(keys), std::end(keys), key) == std::end(keys))
        return fail(entry.key, "a publisher has no \"" + std::string(key) +
                                   "\"; it has name, accounts, layers, signs, signers and source");
      if (key == "accounts") publisher.accounts = accounts(entry.value);
      if (key == "layers") publisher.layers = texts(entry.value);
      if (key == "signers") publisher.signers = accounts(entry.value);
      if (key == "source" && !scalar_text(document_, entry.value)) return fail(entry.value, "expected a text");
      if (key == "name") publisher.name = std::string(scalar_text(document_, entry.value).value_or(""));
      if (key == "signs") {
        const auto word = scalar_text(document_, entry.value).value_or("");
        // To YAML 1.1, yes is true; an editor may have written it so.
        const bool yes = word == "yes" || word == "true", no = word == "no" || word == "false";
        if (!yes && !no && word != "unknown") return fail(entry.value, "expected yes, no or unknown");
        publisher.signs = yes  ? KnownPublisher::Signs::yes
                          : no ? KnownPublisher::Signs::no
                               : KnownPublisher::Signs::unknown;
      }
    }
    if (publisher.name.empty()) return fail(item, "a publisher needs a name");
    if (publisher.accounts.empty() && publisher.layers.empty())
      return fail(item, "a publisher needs accounts, or names of layers");
    result_.publishers.push_back(std::move(publisher));
  }

  std::vector<std::string> texts(NodeId list) {
    std::vector<std::string> result;
    if (!is_sequence(document_, list)) {
      fail(list, "expected a list");
      return result;
    }
    for (const NodeId item : children(document_, list)) {
      if (const auto text = scalar_text(document_, item))
        result.emplace_back(*text);
      else
        fail(item, "expected a text");
    }
    return result;
  }

  std::vector<std::string> accounts(NodeId list) {
    std::vector<std::string> result = texts(list);
    for (std::size_t i = 0; i < result.size(); ++i)
      if (result[i].size() != 12 || result[i].find_first_not_of("0123456789") != std::string::npos)
        fail(children(document_, list)[i], "\"" + result[i] + "\" is no account; expected 12 digits");
    return result;
  }

  const Document& document_;
  KnownPublishers result_;
};

}  // namespace

KnownPublishers read_known_publishers(const Document& document, NodeId list) {
  return Reader(document).run(list);
}

const std::vector<KnownPublisher>& known_publishers() {
  static const std::vector<KnownPublisher> publishers = [] {
    const Document document = parse({"known-publishers.yaml", std::string(known_publishers_text())});
    return read_known_publishers(document, value_of(document, document.root(), "publishers")).publishers;
  }();
  return publishers;
}

const KnownPublisher* publisher_of(const std::vector<KnownPublisher>& own, std::string_view account,
                                   std::string_view layer) {
  const auto has = [](const std::vector<std::string>& list, auto is_it) {
    return list.empty() || std::any_of(list.begin(), list.end(), is_it);
  };
  const auto publishes = [&](const KnownPublisher& publisher) {
    return has(publisher.accounts, [&](const std::string& one) { return one == account; }) &&
           has(publisher.layers, [&](const std::string& one) { return matches_wildcards(one, layer); });
  };
  if (const auto found = std::find_if(own.begin(), own.end(), publishes); found != own.end()) return &*found;
  const std::vector<KnownPublisher>& known = known_publishers();
  const auto found = std::find_if(known.begin(), known.end(), publishes);
  return found == known.end() ? nullptr : &*found;
}

}  // namespace codesign
