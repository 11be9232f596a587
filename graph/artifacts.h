// Inside the third station: what is packaged and uploaded, and what stands beside or below a template.
#pragma once

#include "graph/graph.h"
#include "graph/values.h"

namespace codesign {

// Fills graph.artifacts: the code of every zip function and the content of every layer. Call it when functions and
// layers are linked. `globals`: Globals.Function, or none. May throw TooEntangled.
void read_artifacts(Graph& graph, Evaluator& evaluator, NodeId globals);

// Notes that the function, of another template, uses the layer.
void add_consumer(Graph& graph_of_layer, Layer& layer, const Function& function);

// Fills graph.nested_stacks and graph.hidden_parts. May throw TooEntangled.
//
// The template of a nested stack of CDK is a file beside that of its parent, NAME.nested.template.json. TemplateURL is
// where it will be uploaded to, and Metadata says which file that is: "aws:asset:path", relative to the folder of the
// template, for the property that "aws:asset:property" names (aws/aws-cdk,
// packages/aws-cdk-lib/core/lib/nested-stack.ts, addResourceMetadata, and cx-api/lib/assets.ts). SAM CLI puts it in the
// place of the property, too (aws/aws-sam-cli, samcli/lib/samlib/resource_metadata_normalizer.py, normalize).
void read_nested_stacks_and_hidden_parts(Graph& graph, Evaluator& evaluator);

// Fills graph.facts.
void read_template_facts(Graph& graph);

// What SAM CLI calls a resource: Metadata.SamResourceId, or what CDK calls it ("aws:cdk:path"), or its logical ID
// (aws/aws-sam-cli, samcli/lib/samlib/resource_metadata_normalizer.py, get_resource_id).
std::string_view sam_resource_id(const Document& document, const Resource& resource);

// Where in a CDK app a resource comes from, "STACK/CONSTRUCT/Resource"; empty where its Metadata has no "aws:cdk:path".
std::string_view construct_path(const Document& document, const Resource& resource);

// A path of the file system rather than a URL or an object in a bucket.
bool is_local_path(std::string_view location);

}  // namespace codesign
