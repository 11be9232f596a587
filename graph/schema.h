// Inside the third station: the schemas of schemas/resources, and where the properties of a resource break them.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace codesign {

// One file of schemas/resources; the build writes them into the program (cmake/generate.cmake).
struct SchemaText {
  std::string_view type;
  std::string_view text;
};
std::span<const SchemaText> schema_texts();

constexpr std::size_t max_violations = 100;  // of one resource

// Where `resource` breaks the schema of its type, each place once; nothing for types without a schema. A deployment
// decides what intrinsics become, so no violation is due to one. Every node that is looked at costs one of `budget`;
// where nothing is left of it, violations may be missing.
std::vector<Violation> violations_of(const Document& document, const Resource& resource, std::size_t& budget);

// Whether this mapping has a "Fn::Transform" of a macro that is not AWS's own: it may take and return anything.
bool may_be_rewritten(const Document& document, NodeId mapping);

}  // namespace codesign
