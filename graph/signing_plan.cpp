#include "graph/signing_plan.h"

#include <algorithm>
#include <cctype>

#include "graph/arn.h"
#include "graph/artifacts.h"
#include "graph/intrinsic.h"

namespace codesign {
namespace {

using Why = NotSigned::Why;

bool names_a_config(const SigningCase& signing) {
  if (signing.guard == Guard::never) return false;
  return signing.state == Signing::warns || signing.state == Signing::enforced ||
         (signing.state != Signing::none && !signing.evidence.empty());
}

bool is_signed(const Function& function) {
  return std::any_of(function.signing.begin(), function.signing.end(), names_a_config);
}

bool is_image(const Function& function) {
  return std::all_of(function.signing.begin(), function.signing.end(), [](const SigningCase& signing) {
    return !names_a_config(signing) || signing.package == PackageType::image;
  });
}

// The regular expression of SigningProfilesOptionType finds no other names.
bool can_be_named(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
}

bool is_object_url(std::string_view text) {
  return text.starts_with("s3://") || text.starts_with("https://s3");
}

// By its name: a package, as it is. SAM CLI looks into the file, but a .jar is one, too.
bool is_package_file(std::string_view path) {
  return path.ends_with(".zip") || path.ends_with(".jar");
}

std::string object_url(const Value& bucket, const Value& key) {
  if (bucket.kind != Value::Kind::literal || key.kind != Value::Kind::literal) return {};
  return "s3://" + bucket.text + "/" + key.text;
}

class PlanReader {
 public:
  explicit PlanReader(const Graph& graph) : graph_(graph), document_(*graph.document) {}

  SigningPlan run() {
    for (const Function& function : graph_.functions) {
      if (!is_signed(function)) continue;
      if (!is_image(function)) read_layers_of_others(function);
      read_function(function);
    }
    for (const Layer& layer : graph_.layers) read_layer(layer);
    for (const NestedStack& stack : graph_.nested_stacks)
      if (!stack.unsignable.empty())
        plan_.not_signed.push_back({.why = Why::nested_stack,
                                    .resource = stack.resource,
                                    .where = stack.resource->key,
                                    .what = stack.path,
                                    .names = stack.unsignable});
    std::stable_sort(plan_.to_sign.begin(), plan_.to_sign.end(),
                     [](const ToSign& left, const ToSign& right) { return left.resource->key < right.resource->key; });
    std::stable_sort(plan_.not_signed.begin(), plan_.not_signed.end(),
                     [](const NotSigned& left, const NotSigned& right) { return left.where < right.where; });
    plan_.proposal = proposal();
    return std::move(plan_);
  }

 private:
  void read_function(const Function& function) {
    const Resource& resource = *function.resource;
    if (is_image(function)) return leave(resource, false, Why::image);
    const bool serverless = resource.type == "AWS::Serverless::Function";
    // Whatever it is: SAM CLI passes over a function that has the property.
    if (serverless && !is_null(document_, value_of(document_, resource.properties, "InlineCode")))
      return leave(resource, false, Why::inline_code);
    const NodeId package = value_of(document_, resource.properties, "PackageType");
    if (!is_null(document_, package) && plain_text(document_, package) != "Zip")
      return leave(resource, false, Why::unknown_place);
    NodeId code = value_of(document_, resource.properties, serverless ? "CodeUri" : "Code");
    if (serverless && code == NodeId::none) {
      const NodeId globals = value_of(document_, document_.root(), "Globals");
      code = value_of(document_, value_of(document_, globals, "Function"), "CodeUri");
    }
    add({.resource = &resource}, code, serverless ? std::string_view() : "AWS::Serverless::Function");
  }

  void read_layer(const Layer& layer) {
    ToSign entry{.resource = layer.resource, .is_layer = true};
    for (const Function* consumer : layer.consumers)
      if (is_signed(*consumer) && !is_image(*consumer)) entry.used_by.push_back(consumer);
    if (entry.used_by.empty()) return;
    const bool serverless = layer.resource->type == "AWS::Serverless::LayerVersion";
    const NodeId content = value_of(document_, layer.resource->properties, serverless ? "ContentUri" : "Content");
    add(std::move(entry), content, serverless ? std::string_view() : "AWS::Serverless::LayerVersion");
  }

  // `sam_type`: what the resource would have to be; empty where it is that.
  void add(ToSign entry, NodeId code, std::string_view sam_type) {
    const Resource& resource = *entry.resource;
    if (resource.is_in_loop()) return leave(resource, entry.is_layer, Why::loop);
    if (resource.properties != NodeId::none && !is_plain_mapping(document_, resource.properties))
      return leave(resource, entry.is_layer, Why::unknown_place);
    const Artifact* artifact = artifact_of(resource);
    if (is_plain_mapping(document_, code)) {
      if (!is_null(document_, value_of(document_, code, "ZipFile")))
        return leave(resource, entry.is_layer, Why::inline_code);
      return leave(resource, entry.is_layer, Why::bucket_map,
                   artifact ? object_url(artifact->bucket, artifact->key) : std::string());
    }
    const auto written = plain_text(document_, code);
    if (written) {
      entry.path = *written;
    } else if (artifact && artifact->is_local) {
      entry.path = artifact->path;
      entry.is_computed = true;
    } else if (artifact) {
      entry.path = object_url(artifact->bucket, artifact->key);
    }
    if (is_object_url(entry.path)) return leave(resource, entry.is_layer, Why::uploaded, entry.path);
    // Nothing written, or an empty text, is the folder of the template.
    if (!is_null(document_, code) && written != "" && !is_local_path(entry.path))
      return leave(resource, entry.is_layer, Why::unknown_place);
    if (!sam_type.empty()) return leave(resource, entry.is_layer, Why::plain_type, std::string(sam_type));
    if (is_package_file(entry.path)) return leave(resource, entry.is_layer, Why::zip_file, entry.path);
    entry.name = sam_resource_id(document_, resource);
    if (!can_be_named(entry.name)) return leave(resource, entry.is_layer, Why::unfit_name, std::string(entry.name));
    plan_.to_sign.push_back(std::move(entry));
  }

  // The copies of a loop are one entry.
  void leave(const Resource& resource, bool is_layer, Why why, std::string what = {}) {
    for (NotSigned& known : plan_.not_signed) {
      if (known.why != why || known.where != resource.key) continue;
      known.names.emplace_back(resource.id);
      return;
    }
    plan_.not_signed.push_back({.why = why,
                                .resource = &resource,
                                .is_layer = is_layer,
                                .where = resource.key,
                                .what = std::move(what),
                                .names = {std::string(resource.id)}});
  }

  void read_layers_of_others(const Function& function) {
    for (const Value& layer : function.layers) {
      std::string what;
      switch (layer.kind) {
        case Value::Kind::literal: what = "the layer " + layer.text; break;
        case Value::Kind::parameter: what = "the layer that parameter " + layer.text + " names"; break;
        case Value::Kind::resource:
          if (layer.resource->type.ends_with("::LayerVersion")) continue;
          what = "the layer that " + layer.text + " names";
          break;
        case Value::Kind::foreign: what = "the layer " + layer.text; break;
        // Why it is not known is a sentence, and says nothing of the layer.
        case Value::Kind::unknown: what = "a layer that this template does not name"; break;
        case Value::Kind::absent:
        case Value::Kind::missing: continue;
      }
      const std::string user(function.resource->id);
      const auto known = std::find_if(plan_.not_signed.begin(), plan_.not_signed.end(), [&](const NotSigned& one) {
        return one.why == Why::layer_of_others && one.what == what;
      });
      if (known == plan_.not_signed.end()) {
        plan_.not_signed.push_back({.why = Why::layer_of_others,
                                    .is_layer = true,
                                    .where = layer.node == NodeId::none ? function.resource->key : layer.node,
                                    .what = std::move(what),
                                    .names = {user}});
      } else if (known->names.back() != user) {
        known->names.push_back(user);
      }
    }
  }

  const Artifact* artifact_of(const Resource& resource) const {
    for (const Artifact& artifact : graph_.artifacts)
      if (artifact.resource == &resource) return &artifact;
    return nullptr;
  }

  std::optional<SigningProfileName> proposal() const {
    std::optional<SigningProfileName> result;
    for (const Function& function : graph_.functions) {
      if (!is_signed(function) || is_image(function)) continue;
      for (const SigningCase& signing : function.signing) {
        if (!names_a_config(signing) || !signing.config) continue;
        for (const Publisher* publisher : signing.config->publishers) {
          const Value& value = publisher->value;
          // The one that signs may be this one, and the literal ones those of layers of others.
          if (value.kind != Value::Kind::literal) return {};
          const std::string plausible = with_plausible_pseudo_parameters(value.text);
          if (is_placeholder_for_profile_version(plausible) || !is_signing_profile_version_arn(plausible)) return {};
          const auto arn = read_arn(value.text);
          if (!arn || is_example_account(arn->account)) return {};
          const bool is_own = arn->account.starts_with("${");
          const auto named = read_signing_profile_name(std::string(signing_profile_in(*arn)) +
                                                       (is_own ? "" : ":" + std::string(arn->account)));
          if (!named || (result && *result != *named)) return {};
          result = named;
        }
      }
    }
    return result;
  }

  const Graph& graph_;
  const Document& document_;
  SigningPlan plan_;
};

}  // namespace

std::optional<SigningProfileName> read_signing_profile_name(std::string_view text) {
  const std::size_t colon = text.find(':');
  SigningProfileName result{.name = std::string(text.substr(0, colon)),
                            .owner = colon == std::string_view::npos ? "" : std::string(text.substr(colon + 1))};
  constexpr std::size_t shortest = 2, longest = 64, digits_of_account = 12;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool fits = result.name.size() >= shortest && result.name.size() <= longest &&
                    std::all_of(result.name.begin(), result.name.end(), [&](char c) {
                      return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
                    });
  const bool has_account =
      result.owner.size() == digits_of_account && std::all_of(result.owner.begin(), result.owner.end(), is_digit);
  if (!fits || (colon != std::string_view::npos && !has_account)) return {};
  return result;
}

SigningPlan read_signing_plan(const Graph& graph) {
  if (!graph.document || !graph.is_template) return {};
  return PlanReader(graph).run();
}

}  // namespace codesign
