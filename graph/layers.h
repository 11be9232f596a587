// Inside the third station: how layers are used, and who may use them.
#pragma once

#include <unordered_map>
#include <vector>

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

// Fills graph.layer_uses: what functions name by ARN, while an enforcing config of the template is in effect.
class LayerUseReader {
 public:
  // `publishers` stand before those that are compiled in.
  LayerUseReader(Graph& graph, Evaluator& evaluator, const std::vector<KnownPublisher>& publishers)
      : graph_(graph), evaluator_(evaluator), publishers_(publishers) {}

  // May throw TooEntangled.
  void read(const Function& function, const std::vector<LayerCase>& layers);

 private:
  LayerUse* known(const Value& layer, const SigningConfig& config) const;

  Graph& graph_;
  Evaluator& evaluator_;
  const std::vector<KnownPublisher>& publishers_;
  std::unordered_map<NodeId, std::vector<LayerUse*>> at_;  // one place may name several, in several deployments
};

// Fills graph.layer_permissions. May throw TooEntangled.
void read_layer_permission(Graph& graph, Evaluator& evaluator, const Resource& resource);

}  // namespace codesign
