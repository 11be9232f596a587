// Inside the third station: how layers are used, and who may use them.
#pragma once

#include "graph/graph.h"
#include "graph/values.h"

namespace codesign {

// "arn:PARTITION:lambda:REGION:ACCOUNT:layer:NAME:VERSION", and "arn:PARTITION:lambda:::awslayer:NAME" of AWS itself
// (AWS::Lambda::Function, Layers). ACCOUNT may be "${AWS::AccountId}".
struct LayerArn {
  std::string_view account, name;
};
std::optional<LayerArn> read_layer_arn(std::string_view text);

// One layer of a function, and when.
struct LayerCase {
  Guard guard;
  Value layer;
  bool in_globals;
};

// Adds to graph.layer_uses what `layers` of the function name by ARN, while an enforcing config of the template is in
// effect. May throw TooEntangled.
void read_layer_uses(Graph& graph, Evaluator& evaluator, const Function& function, const std::vector<LayerCase>& layers,
                     const std::vector<KnownPublisher>& publishers);

// Fills graph.layer_permissions. May throw TooEntangled.
void read_layer_permission(Graph& graph, Evaluator& evaluator, const Resource& resource);

}  // namespace codesign
