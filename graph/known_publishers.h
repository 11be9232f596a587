// Inside the third station: who publishes layers for others, and whether they sign them. Facts that change, so they are
// data: schemas/known-publishers.yaml is compiled in, and a file of the user stands before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "template/document.h"

namespace codesign {

struct KnownPublisher {
  enum class Signs : std::uint8_t { no, yes, unknown };

  std::string name;
  std::vector<std::string> accounts;  // of the layers; empty: any
  std::vector<std::string> layers;    // names of layers, which may hold "*"; empty: any
  Signs signs = Signs::unknown;
  std::vector<std::string> signers;  // accounts of the signing profiles; empty: the account of the layer
};

struct KnownPublishers {
  std::vector<KnownPublisher> publishers;
  std::optional<Problem> problem;  // the first thing that is no such list; there are no publishers then
};

// A list of publishers, as under the key "publishers" of schemas/known-publishers.yaml.
KnownPublishers read_known_publishers(const Document& document, NodeId list);

// What is compiled in. Read once, when a layer asks for it.
const std::vector<KnownPublisher>& known_publishers();

// The first that publishes this layer, of `own` and then of what is compiled in; null where there is none.
const KnownPublisher* publisher_of(const std::vector<KnownPublisher>& own, std::string_view account,
                                   std::string_view layer);

}  // namespace codesign
