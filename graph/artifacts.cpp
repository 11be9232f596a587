#include "graph/artifacts.h"

#include <algorithm>

namespace codesign {
namespace {

bool is_serverless(const Resource& resource) {
  return resource.type.starts_with("AWS::Serverless::");
}

// In some deployment a config looks at what this function runs.
bool is_verified(const Function& function) {
  return std::any_of(function.signing.begin(), function.signing.end(), [](const SigningCase& signing) {
    return signing.package == PackageType::zip && signing.guard != Guard::never &&
           (signing.state == Signing::warns || signing.state == Signing::enforced ||
            (signing.state == Signing::unknown && !signing.evidence.empty()));
  });
}

void verify_for(Artifact& artifact, const Function& function) {
  if (!is_verified(function)) return;
  artifact.verified_for.push_back(&function);
  artifact.is_enforced |= function.first(Signing::enforced) != nullptr;
}

class ArtifactReader {
 public:
  ArtifactReader(Graph& graph, Evaluator& evaluator, NodeId globals)
      : graph_(graph), document_(*graph.document), evaluator_(evaluator), globals_(globals) {}

  void run() {
    for (const Function& function : graph_.functions) {
      if (function.package != PackageType::zip) continue;
      const Resource& resource = *function.resource;
      evaluator_.bind(&resource.bindings);
      Artifact artifact{.resource = &resource};
      verify_for(artifact, function);
      NodeId code = value_of(document_, resource.properties, is_serverless(resource) ? "CodeUri" : "Code");
      if (code == NodeId::none && is_serverless(resource)) code = value_of(document_, globals_, "CodeUri");
      add(std::move(artifact), code, is_serverless(resource) ? "Bucket" : "S3Bucket",
          is_serverless(resource) ? "Key" : "S3Key");
    }
    for (const Layer& layer : graph_.layers) {
      const Resource& resource = *layer.resource;
      evaluator_.bind(&resource.bindings);
      Artifact artifact{.resource = &resource, .layer = &layer};
      for (const Function* consumer : layer.consumers) verify_for(artifact, *consumer);
      const bool serverless = is_serverless(resource);
      add(std::move(artifact), value_of(document_, resource.properties, serverless ? "ContentUri" : "Content"),
          serverless ? "Bucket" : "S3Bucket", serverless ? "Key" : "S3Key");
    }
  }

 private:
  void add(Artifact artifact, NodeId written, std::string_view bucket_key, std::string_view object_key) {
    const Resource& resource = *artifact.resource;
    artifact.name = sam_resource_id(document_, resource);
    // Several places in several deployments: none is known.
    const auto branches = evaluator_.branches(written, resource.exists);
    if (branches.size() != 1 || branches.front().node == NodeId::none) return;
    artifact.node = branches.front().node;
    if (is_plain_mapping(document_, artifact.node)) {
      artifact.bucket = evaluator_.only_value(value_of(document_, artifact.node, bucket_key), resource.exists);
      artifact.key = evaluator_.only_value(value_of(document_, artifact.node, object_key), resource.exists);
    } else {
      const Value location = evaluator_.only_value(artifact.node, resource.exists);
      if (location.kind != Value::Kind::literal) return;
      if (is_local_path(location.text)) {
        artifact.is_local = true;
        artifact.path = location.text;
      } else if (const std::string_view text = location.text; text.starts_with("s3://")) {
        const std::size_t slash = text.find('/', 5);
        artifact.bucket = {
            .kind = Value::Kind::literal, .text = std::string(text.substr(5, slash - 5)), .node = artifact.node};
        if (slash != std::string_view::npos)
          artifact.key = {.kind = Value::Kind::literal,
                          .text = std::string(text.substr(slash + 1, text.find('?') - slash - 1)),
                          .node = artifact.node};
      }
    }
    artifact.bucket_is_unversioned =
        artifact.bucket.kind == Value::Kind::resource && keeps_no_versions(*artifact.bucket.resource);
    graph_.artifacts.push_back(std::move(artifact));
  }

  // AWS::S3::Bucket, VersioningConfiguration: without one, a bucket keeps no versions.
  bool keeps_no_versions(const Resource& bucket) {
    if (bucket.type != "AWS::S3::Bucket" || bucket.is_in_loop()) return false;
    if (bucket.properties != NodeId::none &&
        (!is_plain_mapping(document_, bucket.properties) || find(document_, bucket.properties, "Fn::Transform")))
      return false;
    const auto branches =
        evaluator_.branches(value_of(document_, bucket.properties, "VersioningConfiguration"), bucket.exists);
    return std::any_of(branches.begin(), branches.end(), [&](const Branch& branch) {
      if (is_null(document_, branch.node)) return true;
      if (!is_plain_mapping(document_, branch.node)) return false;
      const auto status = evaluator_.cases(value_of(document_, branch.node, "Status"), branch.when);
      return std::any_of(status.begin(), status.end(), [](const Case& one) {
        return one.value.kind == Value::Kind::literal && one.value.text != "Enabled";
      });
    });
  }

  Graph& graph_;
  const Document& document_;
  Evaluator& evaluator_;
  NodeId globals_;
};

// The file or folder that stands for a property until it is uploaded, as the metadata of CDK names it.
std::string_view asset_path(const Document& document, const Resource& resource, std::string_view property) {
  const NodeId metadata = value_of(document, resource.body, "Metadata");
  if (plain_text(document, value_of(document, metadata, "aws:asset:property")) != property) return {};
  return plain_text(document, value_of(document, metadata, "aws:asset:path")).value_or("");
}

// AWS CloudFormation User Guide, CloudFormation quotas.
constexpr std::size_t most_bytes = 1'000'000;
struct Quota {
  std::string_view section, noun;
  std::size_t most;
};
constexpr Quota quotas[] = {
    {"Parameters", "parameters", 200}, {"Mappings", "mappings", 200}, {"Outputs", "outputs", 200}};
constexpr std::size_t most_resources = 500;

}  // namespace

std::string_view sam_resource_id(const Document& document, const Resource& resource) {
  const NodeId metadata = value_of(document, resource.body, "Metadata");
  const auto given = plain_text(document, value_of(document, metadata, "SamResourceId"));
  if (given && !given->empty()) return *given;
  // "STACK/ID/Resource" or "STACK/ID"; what is deeper is not read.
  std::string_view rest = construct_path(document, resource);
  const auto slashes = std::count(rest.begin(), rest.end(), '/');
  if (slashes < 1 || slashes > 2) return resource.id;
  if (rest.ends_with("/Resource")) rest.remove_suffix(std::string_view("/Resource").size());
  return rest.substr(rest.rfind('/') == std::string_view::npos ? 0 : rest.rfind('/') + 1);
}

std::string_view construct_path(const Document& document, const Resource& resource) {
  return plain_text(document, value_of(document, value_of(document, resource.body, "Metadata"), "aws:cdk:path"))
      .value_or("");
}

bool is_local_path(std::string_view location) {
  return !location.empty() && location.find("://") == std::string_view::npos && !location.starts_with("arn:") &&
         location.find("${") == std::string_view::npos && location.find("{{") == std::string_view::npos;
}

void read_artifacts(Graph& graph, Evaluator& evaluator, NodeId globals) {
  ArtifactReader(graph, evaluator, globals).run();
}

void add_consumer(Graph& graph_of_layer, Layer& layer, const Function& function) {
  layer.consumers.push_back(&function);
  for (Artifact& artifact : graph_of_layer.artifacts)
    if (artifact.layer == &layer) verify_for(artifact, function);
}

void read_nested_stacks_and_hidden_parts(Graph& graph, Evaluator& evaluator) {
  const Document& document = *graph.document;
  const auto hide = [&](const Resource* resource, NodeId where, std::string what) {
    graph.hidden_parts.push_back({.resource = resource, .where = where, .what = std::move(what)});
  };
  for (const Resource& resource : graph.resources) {
    const bool application = resource.type == "AWS::Serverless::Application";
    if (resource.type.ends_with("::MODULE"))
      hide(&resource, resource.key,
           "the module " + std::string(resource.id) + " (" + std::string(resource.type) + ") may contain functions");
    if (!application && resource.type != "AWS::CloudFormation::Stack") continue;
    evaluator.bind(&resource.bindings);
    const std::string_view property = application ? "Location" : "TemplateURL";
    const NodeId written = value_of(document, resource.properties, property);
    const std::string_view asset = asset_path(document, resource, property);
    // Where no deployment has it, it still is the parent of its template.
    const bool is_possible = resource.exists != Guard::never;
    const Value location = evaluator.only_value(written, is_possible ? resource.exists : Guard::always);
    if (written != NodeId::none && is_local_path(asset)) {
      graph.nested_stacks.push_back({.resource = &resource, .location = written, .path = std::string(asset)});
    } else if (location.kind == Value::Kind::literal && is_local_path(location.text)) {
      graph.nested_stacks.push_back({.resource = &resource, .location = location.node, .path = location.text});
    } else if (is_possible) {
      hide(&resource, resource.key,
           (application ? "the application " : "the stack ") + std::string(resource.id) +
               " is not at hand, and may contain functions");
    }
  }
}

void read_template_facts(Graph& graph) {
  const Document& document = *graph.document;
  TemplateFacts& facts = graph.facts.emplace_back();
  for (std::uint32_t index = 0; index < document.nodes.size(); ++index) {
    const Node& node = document.nodes[index];
    if (node.kind == Node::Kind::alias) facts.aliases.push_back(NodeId{index});
  }
  facts.has_local_code =
      !graph.nested_stacks.empty() || std::any_of(graph.artifacts.begin(), graph.artifacts.end(),
                                                  [](const Artifact& artifact) { return artifact.is_local; });
  // The name of the metric, wherever it stands: an alarm, or the text of one.
  graph.has_signature_alarm = std::any_of(document.nodes.begin(), document.nodes.end(), [](const Node& node) {
    return node.kind == Node::Kind::scalar && node.text == "SignatureValidationErrors";
  });
  const auto exceed = [&](NodeId where, std::size_t count, std::string_view noun, std::size_t most) {
    if (!facts.excess.empty() || count <= most) return;
    facts.excess = "the template has " + std::to_string(count) + " " + std::string(noun) + "; CloudFormation takes " +
                   std::to_string(most);
    facts.excessive = where;
  };
  if (graph.resources.size() > most_resources)
    exceed(find(document, document.root(), "Resources")->key, graph.resources.size(), "resources", most_resources);
  for (const Quota& quota : quotas)
    if (const auto section = find(document, document.root(), quota.section))
      exceed(section->key, entries(document, section->value).size(), quota.noun, quota.most);
  if (document.source.bytes.size() > most_bytes) {
    const auto resources = find(document, document.root(), "Resources");
    exceed(resources ? resources->key : document.root(), document.source.bytes.size(), "bytes", most_bytes);
  }
}

}  // namespace codesign
