#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const ConfigReference& reference, const Graph& graph) {
  if (reference.value.kind != Value::Kind::missing) return {};
  if (reference.value.resource)
    return Fault{.where = reference.value.node,
                 .message = fmt::format("{} signed by {}, which is not there{}", names_are(reference.functions, graph),
                                        reference.value.text, when(reference.when)),
                 .when = reference.when};
  const std::string suggestion =
      graph.configs.size() == 1 ? fmt::format("; did you mean {}?", graph.configs.front().resource->id) : "";
  return Fault{.where = reference.value.node,
               .message = fmt::format("{} signed by {}, which this template does not define{}",
                                      names_are(reference.functions, graph), reference.value.text, suggestion)};
}

extern const Rule dangling_config_reference = {
    .id = "dangling-config-reference",
    .levels = always(Severity::error),
    .summary = "CodeSigningConfigArn that refers to nothing",
    .why = "CloudFormation refuses a template with a reference to a name that it does not define.",
    .help = "Refer to an AWS::Lambda::CodeSigningConfig of this template, or to a parameter.",
    .source = "AWS CloudFormation User Guide, Ref and Fn::GetAtt",
    .check = check,
};

}  // namespace codesign
