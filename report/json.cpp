#include "report/json.h"

#include <functional>

#include "lint/lint.h"
#include "report/json_writing.h"
#include "report/text.h"
#include "version.h"

namespace codesign {
namespace {

Json begin_report() {
  Json report;
  report["version"] = CODESIGN_VERSION;
  return report;
}

Json file_entry(const FileResult& file) {
  return {{"path", file.path}, {"status", std::string(name_of(file.status))}, {"why", text_or_null(file.why)}};
}

std::string_view name_of(PackageType package) {
  switch (package) {
    case PackageType::zip: return "zip";
    case PackageType::image: return "image";
    case PackageType::inline_code: return "inline";
    case PackageType::unknown: break;
  }
  return "unknown";
}

std::string_view name_of(DeploymentPolicy policy) {
  switch (policy) {
    case DeploymentPolicy::warn: return "Warn";
    case DeploymentPolicy::enforce: return "Enforce";
    case DeploymentPolicy::defaulted: return "default";
    case DeploymentPolicy::invalid: return "invalid";
    case DeploymentPolicy::unknown: break;
  }
  return "unknown";
}

// One word for a value: a logical ID, with its attribute; a text; what else it is.
Json value_json(const Value& value) {
  switch (value.kind) {
    case Value::Kind::literal: return value.text;
    case Value::Kind::resource:
      return value.attribute.empty() || value.resource->type.ends_with("LayerVersion")
                 ? value.text
                 : value.text + "." + value.attribute;
    case Value::Kind::foreign: return value.attribute.empty() ? value.text : value.attribute + " of " + value.text;
    case Value::Kind::parameter: return "parameter " + value.text;
    case Value::Kind::missing: return "missing " + value.text;
    case Value::Kind::unknown: return "unknown: " + value.text;
    case Value::Kind::absent: break;
  }
  return nullptr;
}

// How the entry of a resource begins, whose key stands at these bytes of the file.
using EntryOf = std::function<Json(const Resource&, Span)>;

// `stack_set`: in whose TemplateBody the graph stands; empty for that of a file.
void add_graph(Json& report, const Graph& graph, const std::string& stack_set, const EntryOf& entry_of) {
  const auto add = [&](const char* list, const Resource& resource, const Json& more) {
    Json json = entry_of(resource, (*graph.document)[resource.key].span);
    json["stack_set"] = text_or_null(stack_set);
    json.update(more);
    report[list].push_back(std::move(json));
  };
  for (const Function& function : graph.functions) {
    Json json;
    json["package"] = std::string(name_of(function.package));
    json["signing"] = Json::array();
    for (const SigningCase& signing : function.signing) {
      const std::string config = signing.config ? codesign::name_of(*signing.config->resource, graph) : signing.arn;
      json["signing"].push_back({{"state", std::string(codesign::name_of(signing.state))},
                                 {"config", text_or_null(config)},
                                 {"when", when_json(signing.when)},
                                 {"reason", text_or_null(signing.reason)}});
    }
    json["layers"] = Json::array();
    for (const Value& layer : function.layers) json["layers"].push_back(value_json(layer));
    add("functions", *function.resource, json);
  }
  for (const Layer& layer : graph.layers) {
    Json json;
    json["used_by"] = Json::array();
    for (const Function* consumer : layer.consumers)
      json["used_by"].push_back(codesign::name_of(*consumer->resource, graph));
    add("layers", *layer.resource, json);
  }
  for (const SigningConfig& config : graph.configs) {
    Json json;
    json["policy"] = config.policies.size() == 1 ? std::string(name_of(config.policies.front().policy)) : "varies";
    json["policies"] = Json::array();
    for (const PolicyCase& policy : config.policies)
      json["policies"].push_back({{"policy", std::string(name_of(policy.policy))}, {"when", when_json(policy.when)}});
    json["publishers"] = Json::array();
    for (const Publisher* publisher : config.publishers) json["publishers"].push_back(value_json(publisher->value));
    add("configs", *config.resource, json);
  }
  for (const SigningProfile& profile : graph.profiles)
    add("profiles", *profile.resource, {{"platform", value_json(profile.platform)}});
  for (const NestedStack& nested : graph.nested_stacks)
    add("nested_stacks", *nested.resource,
        {{"template", nested.path},
         {"file", text_or_null(nested.graph ? nested.graph->document->source.path : "")},
         {"not_covered", text_or_null(nested.unfollowed)}});
  for (const EmbeddedTemplate& embedded : graph.embedded) {
    const std::string name = stack_set + (stack_set.empty() ? "" : "/") + std::string(embedded.stack_set->id);
    add_graph(report, *embedded.graph, name, [&](const Resource& resource, Span key) {
      return entry_of(resource, embedded.place(*graph.document, key));
    });
  }
}

Json finding_json(const Finding& finding, const FileResult& file, const LineTable& lines) {
  const Position begin = lines.position(finding.where.begin), end = lines.position(finding.where.end);
  const bool is_fixable = finding.remedy.index() != 0;
  return {{"rule", std::string(finding.rule->id)},
          {"severity", std::string(codesign::name_of(finding.severity))},
          {"path", file.path},
          {"line", begin.line},
          {"column", begin.column},
          {"end_line", end.line},
          {"end_column", end.column},
          {"resource", text_or_null(finding.resource)},
          {"message", finding.message},
          {"fixable", is_fixable},
          {"fix_option", text_or_null(is_fixable ? option_for(finding.rule->repair) : std::string_view())},
          {"when", when_json(finding.when)},
          {"construct", text_or_null(finding.construct)},
          {"stack_set", text_or_null(finding.stack_set)},
          {"stacks", finding.stacks}};
}

}  // namespace

std::string json_of_findings(const std::vector<FileResult>& files) {
  Json report = begin_report();
  for (const char* list : {"files", "findings", "allowed"}) report[list] = Json::array();
  for (const FileResult& file : files) {
    report["files"].push_back(file_entry(file));
    if (file.findings.empty() && file.allowed.empty()) continue;
    const LineTable lines(file.document->source.bytes);
    for (const Finding& finding : file.findings) report["findings"].push_back(finding_json(finding, file, lines));
    for (const AllowedFinding& one : file.allowed) {
      Json json = finding_json(one.finding, file, lines);
      json["reason"] = one.reason;
      report["allowed"].push_back(std::move(json));
    }
  }
  return written(report);
}

std::string json_of_edits(const std::vector<FileResult>& files) {
  Json report = begin_report();
  report["files"] = Json::array();
  for (const FileResult& file : files) {
    Json entry = file_entry(file);
    entry["changed"] = file.is_changed();
    entry["edits"] = Json::array();
    for (const Edit& edit : file.transformation.edits)
      entry["edits"].push_back({{"start", edit.where.begin}, {"end", edit.where.end}, {"text", edit.text}});
    entry["left_alone"] = Json::array();
    for (const LeftAlone& left : file.transformation.plan.left_alone)
      entry["left_alone"].push_back({{"resource", left.resource}, {"reason", left.reason}});
    report["files"].push_back(std::move(entry));
  }
  return written(report);
}

std::string json_of_graph(const std::vector<FileResult>& files) {
  Json report = begin_report();
  for (const char* list : {"files", "functions", "layers", "configs", "profiles", "nested_stacks"})
    report[list] = Json::array();
  for (const FileResult& file : files) {
    report["files"].push_back(file_entry(file));
    if (!file.graph) continue;
    const LineTable lines(file.document->source.bytes);
    for (const auto& deployment : deployments_of(file))
      add_graph(report, *deployment.first, "", [&](const Resource& resource, Span key) -> Json {
        return {{"path", file.path},
                {"line", lines.position(key.begin).line},
                {"id", std::string(resource.id)},
                {"type", std::string(resource.type)},
                {"stack", text_or_null(deployment.second)}};
      });
  }
  return written(report);
}

std::string json_of_plans(const std::vector<TemplatePlan>& plans) {
  Json report = begin_report();
  report["files"] = Json::array();
  for (const TemplatePlan& plan : plans) {
    Json entry = file_entry(*plan.file);
    entry["sign"] = Json::array();
    entry["not_signed"] = Json::array();
    const LineTable lines(plan.file->document ? std::string_view(plan.file->document->source.bytes) : "");
    const auto line_of = [&](NodeId node) { return lines.position((*plan.file->document)[node].span.begin).line; };
    for (std::size_t i = 0; i < plan.plan.to_sign.size(); ++i) {
      const ToSign& one = plan.plan.to_sign[i];
      Json json = {{"name", std::string(one.name)},
                   {"resource", std::string(one.resource->id)},
                   {"type", std::string(one.resource->type)},
                   {"line", line_of(one.resource->key)},
                   {"path", one.path.empty() ? "." : one.path},
                   {"needs_build", one.is_computed},
                   {"profile", nullptr}};
      if (plan.profiles[i])
        json["profile"] = {{"name", plan.profiles[i]->name}, {"owner", text_or_null(plan.profiles[i]->owner)}};
      json["used_by"] = Json::array();
      for (const Function* user : one.used_by) json["used_by"].push_back(std::string(user->resource->id));
      entry["sign"].push_back(std::move(json));
    }
    for (const NotSigned& left : plan.plan.not_signed)
      entry["not_signed"].push_back({{"resource", left.resource ? Json(std::string(left.resource->id)) : Json(nullptr)},
                                     {"line", line_of(left.where)},
                                     {"names", left.names},
                                     {"reason", sentence_of(left)}});
    entry["proposed_profile"] = plan.plan.proposal ? Json(plan.plan.proposal->text()) : Json(nullptr);
    entry["signing_profiles"] = text_or_null(signing_arguments(plan));
    const std::string value = signing_entry(plan);
    entry["samconfig"] = value.empty() ? Json(nullptr)
                                       : Json({{"table", signing_table(plan.environment)},
                                               {"value", value},
                                               {"path", text_or_null(plan.config_path)},
                                               {"written", plan.is_written},
                                               {"changed", plan.is_changed}});
    report["files"].push_back(std::move(entry));
  }
  return written(report);
}

std::string config_schema() {
  Json rules = Json::object(), names = Json::array();
  for (const Rule* rule : all_rules()) names.push_back(std::string(rule->id));
  for (const Rule* rule : all_rules())
    rules[std::string(rule->id)] = {{"$ref", "#/definitions/level"}, {"description", std::string(rule->summary)}};
  const Json publisher = {
      {"type", "object"},
      {"required", {"name"}},
      {"anyOf", Json::array({{{"required", {"accounts"}}}, {{"required", {"layers"}}}})},
      {"additionalProperties", false},
      {"properties",
       {{"name", {{"type", "string"}, {"description", "What messages call the publisher"}}},
        {"accounts",
         {{"type", "array"},
          {"items", {{"type", "string"}, {"pattern", "^[0-9]{12}$"}}},
          {"description", "Of the ARNs of the layers; left out: any"}}},
        {"layers",
         {{"type", "array"},
          {"items", {{"type", "string"}}},
          {"description", "Names of layers, * for any characters; left out: any"}}},
        {"signs", {{"enum", {"yes", "no", "unknown", true, false}}, {"description", "Whether the layers are signed"}}},
        {"signers",
         {{"type", "array"},
          {"items", {{"type", "string"}, {"pattern", "^[0-9]{12}$"}}},
          {"description", "Accounts of the signing profiles; left out: the account of the layer"}}},
        {"source", {{"type", "string"}, {"description", "Where that was learnt"}}}}}};
  const Json schema = {
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "Configuration of cfn-codesign"},
      {"type", "object"},
      {"additionalProperties", false},
      {"properties",
       {{"profile",
         {{"enum", {"default", "strict", "guardrail"}}, {"description", "What to report; --profile stands before it"}}},
        {"rules",
         {{"type", "object"},
          {"additionalProperties", false},
          {"description", "How loudly single rules speak"},
          {"properties", rules}}},
        {"unsuppressible",
         {{"type", "array"},
          {"items", {{"enum", names}}},
          {"description", "Rules whose findings no comment and no Metadata of a template allows"}}},
        {"publishers",
         {{"type", "array"},
          {"items", publisher},
          {"description", "Who publishes layers for others; stands before what the program knows"}}},
        {"approved",
         {{"type", "object"},
          {"additionalProperties", false},
          {"description",
           "Anything else is a finding. ARNs, or logical IDs of resources in templates; * stands for any characters"},
          {"properties",
           {{"configs", {{"$ref", "#/definitions/texts"}, {"description", "Code signing configs"}}},
            {"publishers", {{"$ref", "#/definitions/texts"}, {"description", "Versions of signing profiles"}}}}}}},
        {"exclude",
         {{"$ref", "#/definitions/texts"},
          {"description", "What is not searched, as lines of a .gitignore beside this file"}}},
        {"parameters",
         {{"type", "object"},
          {"additionalProperties", {{"type", Json::array({"string", "number", "boolean"})}}},
          {"description", "Values that parameters have in every deployment; --parameters stands before them"}}},
        {"transform",
         {{"type", "object"},
          {"additionalProperties", false},
          {"description", "What transform takes where its options do not say otherwise"},
          {"properties",
           {{"policy", {{"enum", {"warn", "enforce"}}, {"description", "Of new configs"}}},
            {"config-from",
             {{"type", "string"},
              {"pattern", "^(template|parameter(=.+)?|optional-parameter(=.+)?|(arn|import|ssm|stack-output)=.+)$"},
              {"description", "Where functions take their config from"}}},
            {"place", {{"enum", {"functions", "globals"}}, {"description", "Where SAM functions name it"}}},
            {"publishers",
             {{"$ref", "#/definitions/texts"},
              {"description", "Version ARNs of signing profiles that new configs allow"}}},
            {"publisher-parameter",
             {{"type", "string"}, {"description", "The parameter that new configs take their publishers from"}}},
            {"create-profile", {{"type", "string"}, {"description", "The logical ID of a new signing profile"}}},
            {"alarm", {{"type", "boolean"}, {"description", "Whether warning configs get an alarm"}}}}}}}}},
      {"definitions",
       {{"level", {{"enum", {"off", "note", "warning", "error"}}}},
        {"texts", {{"type", "array"}, {"items", {{"type", "string"}, {"minLength", 1}}}}}}}};
  return written(schema);
}

}  // namespace codesign
