// Pictures: what is in them, where it stands, and that text from templates is never markup.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/core.h>

#include "cli/inputs.h"
#include "report/layout.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/picture.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

using Kind = Picture::Kind;

template <typename... Files>
std::vector<FileResult> run_of(Files... files) {
  std::vector<FileResult> run;
  (run.push_back(std::move(files)), ...);
  return run;
}

const Picture::Node& node_named(const Picture& picture, std::string_view name) {
  const auto found = std::find_if(picture.nodes.begin(), picture.nodes.end(),
                                  [&](const Picture::Node& node) { return node.name == name; });
  REQUIRE_MESSAGE(found != picture.nodes.end(), name);
  return *found;
}

// "A -> B", or "A -> B if CONDITION".
std::vector<std::string> edges_of(const Picture& picture) {
  std::vector<std::string> edges;
  for (const Picture::Edge& edge : picture.edges)
    edges.push_back(picture.nodes[edge.from].name + " -> " + picture.nodes[edge.to].name +
                    (edge.condition.empty() ? "" : " if " + edge.condition));
  return edges;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// What the files of a run, read and joined, are drawn as.
struct Drawn {
  Inputs inputs;
  Picture picture;

  template <typename... Paths>
  explicit Drawn(Paths... paths)
      : inputs(read_inputs({.paths = {paths...}}, quiet_world())), picture(picture_of(inputs.files)) {}

  static World quiet_world() {
    return {.out = [](std::string_view) {}, .err = [](std::string_view) {}, .read_input = [] { return std::string(); }};
  }
};

const std::string signed_template = R"(
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod], Default: dev}
  GivenArn: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Sometimes:
    Type: AWS::Lambda::Function
    Properties:
      Code: {S3Bucket: b, S3Key: k}
      Layers: [!Ref Tools, "arn:aws:lambda:eu-west-1:464622532012:layer:Extension:65"]
      CodeSigningConfigArn: !If [IsProd, !Ref Config, !Ref AWS::NoValue]
  Always:
    Type: AWS::Lambda::Function
    Properties: {Code: {S3Bucket: b, S3Key: k}, CodeSigningConfigArn: !Ref Config}
  Never:
    Type: AWS::Lambda::Function
    Properties: {Code: {S3Bucket: b, S3Key: k}}
  Image:
    Type: AWS::Lambda::Function
    Properties: {PackageType: Image, Code: {ImageUri: i}}
  Given:
    Type: AWS::Lambda::Function
    Properties: {Code: {S3Bucket: b, S3Key: k}, CodeSigningConfigArn: !Ref GivenArn}
  Tools: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}
  Profile: {Type: AWS::Signer::SigningProfile, Properties: {PlatformId: AWSLambda-SHA384-ECDSA}}
  Config:
    Type: AWS::Lambda::CodeSigningConfig
    Properties:
      AllowedPublishers:
        SigningProfileVersionArns:
          - !GetAtt Profile.ProfileVersionArn
          - arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12
      CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}
)";

const std::string hostile_names[] = {
    "</script><img src=x onerror=alert(1)>",
    "\"onload=\"alert(1)",
    "' onclick='alert(1)",
    "]]><script>alert(1)</script>",
    "<!--",
    "a\x1b[31mb",
    "line\nbreak\r\n",
    "\xE2\x80\xAE\xE2\x80\xA8",
    "`#quot;`;[end]{}|\\",
    "\\",
    "\\\"];evil[label=\"x",
    "&lt;&#60;",
    "tab\tbed",
};

std::string json_string(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += static_cast<unsigned char>(c) < 0x20 ? fmt::format("\\u{:04x}", static_cast<int>(c)) : std::string(1, c);
  }
  return result + '"';
}

// Every name, of functions, layers, conditions, parameters, publishers and the file, is an attack.
Picture hostile_picture() {
  std::string resources, conditions, publishers;
  for (const std::string& name : hostile_names) {
    const std::string key = json_string(name);
    resources += fmt::format(
        R"({0}: {{"Type": "AWS::Lambda::Function", "Properties": {{"Code": {{"S3Bucket": "b", "S3Key": "k"}},)"
        R"("Layers": [{0}], "CodeSigningConfigArn": {{"Fn::If": [{0}, {{"Ref": "Config"}}, {{"Ref": "AWS::NoValue"}}]}}}}}},)",
        key);
    conditions += fmt::format("{}{}: {{\"Fn::Equals\": [{{\"Ref\": {}}}, {}]}}", conditions.empty() ? "" : ",", key,
                              json_string(hostile_names[0]), key);
    publishers += (publishers.empty() ? "" : ",") + key;
  }
  const std::string text = fmt::format(
      R"({{"Parameters": {{{}: {{"Type": "String"}}}}, "Conditions": {{{}}}, "Resources": {{{} "Config": {{"Type": )"
      R"("AWS::Lambda::CodeSigningConfig", "Properties": {{"AllowedPublishers": {{"SigningProfileVersionArns": [{}]}}}}}}}}}})",
      json_string(hostile_names[0]), conditions, resources, publishers);
  Picture picture = picture_of(run_of(result_of(text, "<b>&\"'\xFF\x1b.json")));
  CHECK(picture.totals.all_functions() == std::size(hostile_names));
  return picture;
}

// An independent reader of what markup there is: tags are balanced, attributes quoted, nothing but the elements below
// occurs, and text has no raw "<". Returns what is wrong; empty where nothing is.
std::string fault_of_xml(std::string_view xml) {
  const std::vector<std::string_view> known{"svg",  "style", "defs", "symbol", "path",  "circle",
                                            "rect", "g",     "text", "use",    "title", "marker"};
  const std::vector<std::string_view> attributes{
      "xmlns",     "class",   "viewBox", "width", "height", "role",       "aria-label",  "id",          "d",
      "cx",        "cy",      "r",       "x",     "y",      "rx",         "href",        "data-node",   "transform",
      "data-from", "data-to", "refX",    "refY",  "orient", "marker-end", "markerUnits", "markerWidth", "markerHeight"};
  std::vector<std::string_view> open;
  for (std::size_t at = 0; at < xml.size();) {
    if (xml[at] != '<') {
      if (xml[at] == '&' && !xml.substr(at).starts_with("&amp;") && !xml.substr(at).starts_with("&lt;") &&
          !xml.substr(at).starts_with("&gt;") && !xml.substr(at).starts_with("&quot;") &&
          !xml.substr(at).starts_with("&#39;"))
        return "a raw &";
      if (static_cast<unsigned char>(xml[at]) < 0x20 && xml[at] != '\n') return "a control character";
      ++at;
      continue;
    }
    const bool closes = xml[at + 1] == '/';
    std::size_t end = at + (closes ? 2 : 1);
    const std::size_t name_begin = end;
    while (end < xml.size() && std::isalpha(static_cast<unsigned char>(xml[end]))) ++end;
    const std::string_view name = xml.substr(name_begin, end - name_begin);
    if (std::find(known.begin(), known.end(), name) == known.end()) return "an element " + std::string(name);
    if (closes) {
      if (open.empty() || open.back() != name || xml[end] != '>') return "a wrong end of " + std::string(name);
      open.pop_back();
      at = end + 1;
      continue;
    }
    while (xml[end] == ' ' || xml[end] == '\n') {
      const std::size_t begin = ++end;
      while (std::isalpha(static_cast<unsigned char>(xml[end])) || xml[end] == '-') ++end;
      const std::string_view attribute = xml.substr(begin, end - begin);
      if (std::find(attributes.begin(), attributes.end(), attribute) == attributes.end())
        return "an attribute " + std::string(attribute);
      if (xml.substr(end, 2) != "=\"") return "an attribute without quotes";
      end = xml.find('"', end + 2) + 1;
    }
    const bool is_empty = xml[end] == '/';
    if (is_empty) ++end;
    if (xml[end] != '>') return "a tag that does not end: " + std::string(name);
    if (!is_empty) open.push_back(name);
    at = end + 1;
  }
  return open.empty() ? "" : "no end of " + std::string(open.back());
}

// A made-up template with so many functions, in several states and with several configs.
FileResult many(std::size_t count, const std::string& path) {
  std::string text = "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\nResources:\n";
  for (std::size_t i = 0; i < count; ++i) {
    text +=
        fmt::format("  F{}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Layers: [!Ref L{}]\n", i, i % 3);
    text +=
        i % 7 == 2 ? "      PackageType: Image\n      Code: {ImageUri: i}\n" : "      Code: {S3Bucket: b, S3Key: k}\n";
    if (i % 7 == 1) text += "      CodeSigningConfigArn: !If [C, !Ref C0, !Ref C1]\n";
    if (i % 7 > 2) text += fmt::format("      CodeSigningConfigArn: !Ref C{}\n", i % 12);
  }
  for (int i = 0; i < 12; ++i)
    text += fmt::format(
        "  C{}:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers:\n"
        "        SigningProfileVersionArns: [!GetAtt P.ProfileVersionArn, "
        "'arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders{}/AbCdEfGh12']\n",
        i, i % 5);
  text +=
      "  P: {Type: AWS::Signer::SigningProfile}\n  N: {Type: AWS::CloudFormation::Stack, Properties: "
      "{TemplateURL: other.yaml}}\n";
  for (int i = 0; i < 3; ++i) text += fmt::format("  L{}: {{Type: AWS::Lambda::LayerVersion}}\n", i);
  return result_of(text, path);
}

Picture large_picture() {
  return picture_of(run_of(many(300, "a.yaml"), many(40, "b/one.yaml"), many(7, "other.yaml"), many(1, "c.yaml"),
                           result_of("Resources: {B: {Type: AWS::S3::Bucket}}", "empty.yaml")));
}

}  // namespace

TEST_SUITE("pictures") {
  TEST_CASE("what refers to what, and when") {
    const Picture picture = picture_of(run_of(result_of(signed_template)));
    CHECK(edges_of(picture) == std::vector<std::string>{"Sometimes -> Config if Stage=prod", "Sometimes -> Tools",
                                                        "Sometimes -> Extension:65", "Always -> Config",
                                                        "Given -> GivenArn", "Config -> Profile", "Config -> Orders"});
    CHECK(node_named(picture, "Orders").full_name ==
          "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12");
    CHECK(node_named(picture, "Orders").is_elsewhere);
    CHECK_FALSE(node_named(picture, "Orders").stack);
    CHECK(node_named(picture, "GivenArn").is_elsewhere);
  }

  TEST_CASE("the worst state counts, and all are told") {
    const Picture picture = picture_of(run_of(result_of(signed_template)));
    const Picture::Node& sometimes = node_named(picture, "Sometimes");
    CHECK(sometimes.worst == Signing::none);
    CHECK(sometimes.is_mixed);
    CHECK(states_in_words(sometimes) == "unsigned when Stage=dev (the default); enforced when Stage=prod");
    CHECK(node_named(picture, "Always").worst == Signing::enforced);
    CHECK(node_named(picture, "Image").worst == Signing::unsupported);
    CHECK(node_named(picture, "Given").worst == Signing::unknown);
    CHECK(node_named(picture, "Config").worst == Signing::enforced);
    CHECK(picture.totals.functions == std::array<std::size_t, 5>{1, 2, 0, 1, 1});
    CHECK(picture.totals.mixed == 1);
  }

  TEST_CASE("totals are those of what is drawn") {
    const Picture picture = large_picture();
    std::map<Signing, std::size_t> states;
    std::size_t mixed = 0, stacks = 0, remarks = 0;
    for (const Picture::Node& node : picture.nodes) {
      stacks += node.kind == Kind::stack;
      remarks += node.remarks.size();
      if (node.kind != Kind::function) continue;
      ++states[node.worst];
      mixed += node.is_mixed;
    }
    CHECK(picture.totals.all_functions() == 348);
    for (const Signing state : states_by_urgency)
      CHECK(picture.totals.functions[static_cast<std::size_t>(state)] == states[state]);
    CHECK(picture.totals.mixed == mixed);
    CHECK(picture.totals.stacks == stacks);
    CHECK(picture.totals.all_findings() == remarks);
  }

  TEST_CASE("a template is drawn in each of its stacks, with what its parent gives it") {
    const Scratch scratch;
    scratch.write("api/child.yaml", R"(
Parameters: {Csc: {Type: String, Default: none}}
Conditions: {IsSigned: !Not [!Equals [!Ref Csc, none]]}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Code: {S3Bucket: b, S3Key: k}, CodeSigningConfigArn: !If [IsSigned, !Ref Csc, !Ref AWS::NoValue]}
)");
    scratch.write("app.yaml", R"(
Resources:
  Config:
    Type: AWS::Lambda::CodeSigningConfig
    Properties:
      AllowedPublishers:
        SigningProfileVersionArns: ["arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12"]
      CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}
  Signed:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: api/child.yaml, Parameters: {Csc: !Ref Config}}
  Bare: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./api/child.yaml}}
)");
    const Drawn drawn(".");
    const Picture& picture = drawn.picture;
    const auto at = [&](std::string_view stack) {
      const auto box = std::find_if(picture.nodes.begin(), picture.nodes.end(),
                                    [&](const auto& node) { return node.kind == Kind::stack && node.detail == stack; });
      REQUIRE(box != picture.nodes.end());
      const auto index = static_cast<Picture::Index>(box - picture.nodes.begin());
      return *std::find_if(picture.nodes.begin(), picture.nodes.end(),
                           [&](const auto& node) { return node.kind == Kind::function && node.stack == index; });
    };
    CHECK(at("Signed of app.yaml").worst == Signing::enforced);
    CHECK(at("Signed of app.yaml").states.front().config == "Config of app.yaml");
    CHECK(at("Signed of app.yaml").remarks.empty());
    CHECK(at("Bare of app.yaml").worst == Signing::none);
    CHECK(at("Bare of app.yaml").remarks.size() == 1);
    CHECK(picture.totals.templates == 2);
    CHECK(picture.totals.all_functions() == 2);
    std::vector<std::string> edges = edges_of(picture);
    std::sort(edges.begin(), edges.end());
    CHECK(edges == std::vector<std::string>{
                       "Bare -> api/child.yaml",
                       "Config -> Orders",
                       "F -> Config",
                       "Signed -> api/child.yaml",
                   });
    CHECK(mentions(html_of_picture(picture), "Bare of app.yaml"));
    CHECK(mentions(svg_of_picture(picture), ">1 unsigned of 1 function \xC2\xB7 Bare of app.yaml<"));
    for (const std::string& text : {dot_of_picture(picture), mermaid_of_picture(picture)})
      CHECK(mentions(text, "Signed of app.yaml"));

    // What is not drawn is named in full, outside of all stacks.
    const Drawn child("api/child.yaml", "app.yaml");
    CHECK(count_of(dot_of_picture(child.picture), "Config of app.yaml") == 0);
    scratch.write("other.yaml",
                  "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app.yaml}}}");
    const Drawn parent("other.yaml");
    CHECK(edges_of(parent.picture).empty());
    CHECK(node_named(parent.picture, "S").detail == "app.yaml");
  }

  TEST_CASE("the template in a stack set is a stack of its own, at its lines of the file") {
    const Scratch scratch;
    scratch.write("t.yaml", R"(
Resources:
  Set:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: s
      PermissionModel: SELF_MANAGED
      TemplateBody: |
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties: {Code: {S3Bucket: b, S3Key: k}}
)");
    const Drawn drawn("t.yaml");
    CHECK(edges_of(drawn.picture) == std::vector<std::string>{"Set -> t.yaml"});
    const Picture::Node& function = node_named(drawn.picture, "F");
    CHECK(function.line == 10);
    CHECK(function.remarks.size() == 1);
    CHECK(drawn.picture.nodes[*function.stack].detail == "TemplateBody of Set");
    CHECK(drawn.picture.totals.templates == 1);
  }

  TEST_CASE("equal names in two templates are two nodes, equal ARNs outside are one") {
    const Picture picture =
        picture_of(run_of(result_of(signed_template, "a.yaml"), result_of(signed_template, "b.yaml")));
    const auto count = [&](std::string_view name) {
      return std::count_if(picture.nodes.begin(), picture.nodes.end(),
                           [&](const auto& node) { return node.name == name; });
    };
    CHECK(count("Config") == 2);
    CHECK(count("GivenArn") == 2);
    CHECK(count("Orders") == 1);
  }

  TEST_CASE("the copies of a loop's body share its findings") {
    const Picture picture = picture_of(run_of(result_of(R"(
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::All:
    - Name
    - [A, B]
    - Handler${Name}: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}}}
)")));
    for (const char* name : {"HandlerA", "HandlerB"}) {
      REQUIRE(node_named(picture, name).remarks.size() == 1);
      CHECK(node_named(picture, name).remarks.front().rule == "unsigned-function");
    }
  }

  TEST_CASE("what cannot be read is a stack that says so") {
    FileResult broken = result_of("Resources: {", "broken.yaml");
    broken.status = FileResult::Status::unreadable;
    broken.why = "something";
    FileResult missing{.path = "missing.yaml", .status = FileResult::Status::unreadable, .why = "no such file"};
    FileResult skipped{.path = "skipped.yaml", .status = FileResult::Status::skipped, .why = "no template"};
    const Picture picture = picture_of(run_of(std::move(broken), std::move(missing), std::move(skipped)));
    CHECK(picture.totals.templates == 2);
    CHECK(picture.totals.unreadable == 2);
    CHECK(node_named(picture, "missing.yaml").hidden == std::vector<std::string>{"no such file"});
    CHECK(stack_summaries(picture).front() == "cannot be read");
    const std::string svg = svg_of_picture(picture), html = html_of_picture(picture);
    CHECK(count_of(svg, "class=\"node stack unreadable\"") == 2);
    CHECK(mentions(svg, "no such file"));
    CHECK(mentions(html, "<b>missing.yaml</b> cannot be read: no such file"));
    CHECK(mentions(dot_of_picture(picture), "missing.yaml\\ncannot be read\\nno such file"));
    CHECK(mentions(mermaid_of_picture(picture), "missing.yaml, cannot be read"));
  }

  TEST_CASE("a headline never reassures where something cannot be read") {
    Picture::Totals totals{.stacks = 1, .templates = 1};
    const auto with = [&](std::size_t none, std::size_t warns, std::size_t enforced, std::size_t unreadable) {
      totals.functions = {0, none, warns, enforced, 0};
      totals.unreadable = unreadable;
      return headline_of(totals);
    };
    CHECK(with(0, 0, 1, 0) == "The only function is enforced");
    CHECK(totals.is_all_enforced());
    CHECK(with(0, 0, 1, 1) == "The only function is enforced; 1 template cannot be read");
    CHECK_FALSE(totals.is_all_enforced());
    CHECK(with(1, 0, 0, 0) == "The only function is unsigned");
    CHECK(with(0, 0, 2, 0) == "All 2 functions enforced");
    CHECK(with(3, 1, 2, 2) == "3 of 6 functions unsigned; 2 templates cannot be read");
    CHECK(with(0, 1, 1, 0) == "None of 2 functions unsigned");
    CHECK_FALSE(totals.is_all_enforced());
    CHECK(with(0, 1, 0, 0) == "None of 1 function unsigned");
    CHECK(with(0, 0, 0, 0) == "No functions");
    CHECK(headline_of({}) == "No template was read");

    FileResult broken{.path = "broken.yaml", .status = FileResult::Status::unreadable, .why = "something"};
    const std::string one = "Resources: {F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image}}}";
    const std::string html = html_of_picture(picture_of(run_of(result_of(one), std::move(broken))));
    CHECK(mentions(html, "<title>Code signing: None of 1 function unsigned; 1 template cannot be read<"));
    CHECK(mentions(html, "<span class=\"alarm\">; 1 template cannot be read</span>"));
  }

  TEST_CASE("every format says first what is unsigned") {
    const Picture picture = large_picture();
    const std::string headline = headline_of(picture.totals);
    CHECK(headline == "51 of 348 functions unsigned");
    CHECK(mentions(html_of_picture(picture), ">51 of 348 functions unsigned<"));
    CHECK(mentions(svg_of_picture(picture), ">51 of 348 functions unsigned, "));
    CHECK_FALSE(mentions(svg_of_picture(picture, Headline::elsewhere), ">51 of 348"));
    CHECK(mentions(dot_of_picture(picture), "label=\"51 of 348 functions unsigned\""));
    CHECK(mentions(dot_of_picture(picture), "label=\"b/one.yaml\\n6 unsigned of 40 functions"));
    CHECK(mentions(mermaid_of_picture(picture), "b/one.yaml, 6 unsigned of 40 functions"));
  }

  TEST_CASE("what no template defines is dashed in Mermaid, too, and all of it goes from left to right") {
    const std::string text = mermaid_of_picture(picture_of(run_of(result_of(signed_template))));
    CHECK(mentions(text, "Orders<br/>publisher\"\\]:::elsewhere\n"));
    CHECK(mentions(text, "  classDef elsewhere stroke-dasharray"));
    CHECK(count_of(text, "  subgraph ") == count_of(text, "    direction LR\n"));
  }

  TEST_CASE("a row does not repeat its function's name") {
    const std::string html = html_of_picture(picture_of(run_of(result_of(signed_template))));
    CHECK(mentions(html, ">error</span> accepts unsigned code <span"));
  }

  TEST_CASE("a page without functions says so, and offers nothing to narrow") {
    const std::string none = html_of_picture(picture_of({}));
    CHECK(mentions(none, "<body class=\"empty\">"));
    CHECK(mentions(none, ">No template was read.<"));
    const std::string empty = html_of_picture(picture_of(run_of(result_of("Resources: {B: {Type: AWS::S3::Bucket}}"))));
    CHECK(mentions(empty, ">No functions in these templates.<"));
    CHECK_FALSE(mentions(html_of_picture(large_picture()), "<body class=\"empty\">"));
  }

  TEST_CASE("where names are too small to be read, cards have signs") {
    const Picture picture = large_picture();
    const Layout layout = lay_out_picture(picture);
    REQUIRE(layout.scale > far);
    constexpr int letters = 12;
    CHECK(letters * layout.sign_scale / layout.scale >= 11);
    for (const Picture::Node& node : picture.nodes)
      if (node.kind == Kind::function) {
        const Box &box = layout.boxes[static_cast<std::size_t>(&node - picture.nodes.data())],
                  &card = layout.boxes[*node.stack];
        CHECK(box.y > card.y + 28 * layout.sign_scale);  // below both lines of the sign
      }
    const std::string svg = svg_of_picture(picture);
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture far\""));
    CHECK(count_of(svg, "<g class=\"sign\"") == 6);

    const Picture small =
        picture_of(run_of(result_of(signed_template, "a/b/orders.yaml"), result_of(signed_template, "a/c/d.yaml")));
    CHECK(lay_out_picture(small).scale <= far);
    CHECK(mentions(svg_of_picture(small), ">b/orders.yaml<"));  // without the folder that both are in
    CHECK(mentions(svg_of_picture(small), ">a/b/orders.yaml<"));
  }

  TEST_CASE("conditions can be read in full, and alternatives are told apart") {
    const Picture picture = picture_of(run_of(result_of(R"(
Parameters:
  Stage: {Type: String, AllowedValues: [development, production]}
  Mode: {Type: String, AllowedValues: [slow, fast, none]}
Conditions:
  IsProduction: !Equals [!Ref Stage, production]
  IsSlow: !Equals [!Ref Mode, slow]
Resources:
  Config: {Type: AWS::Lambda::CodeSigningConfig, Properties: {CodeSigningPolicies: {UntrustedArtifactOnDeployment: !If [IsProduction, Enforce, Warn]}}}
  Other: {Type: AWS::Lambda::CodeSigningConfig}
  F:
    Type: AWS::Lambda::Function
    Properties:
      Code: {S3Bucket: b, S3Key: k}
      CodeSigningConfigArn: !If [IsSlow, !Ref Config, !Ref Other]
)")));
    const auto edge = std::find_if(picture.edges.begin(), picture.edges.end(),
                                   [&](const Picture::Edge& one) { return picture.nodes[one.to].name == "Config"; });
    REQUIRE(edge != picture.edges.end());
    CHECK(edge->condition == "(Stage=production and Mode=slow) or (Stage=development and Mode=slow)");
    const std::string svg = svg_of_picture(picture);
    CHECK(count_of(svg, "<title>" + edge->condition + "</title>") == 2);  // of the line and of its label
    CHECK(mentions(svg, ">(Stage=production and Mode=slow) \xE2\x80\xA6<"));
  }

  TEST_CASE("names that begin and end alike are told apart") {
    std::string text = "Resources:\n";
    for (const char* word : {"Morning", "Midday", "Evening"})
      text += fmt::format(
          "  HelloWorldService{}GreetingsFunction: {{Type: AWS::Lambda::Function, Properties: {{Code: {{S3Bucket: b, "
          "S3Key: k}}}}}}\n",
          word);
    const std::string svg = svg_of_picture(picture_of(run_of(result_of(text))));
    for (const char* word : {"Morning", "Midday", "Evening"})
      CHECK(mentions(svg, fmt::format(">{}GreetingsFunction<", word)));
  }

  TEST_CASE("boxes lie inside their stacks, and apart") {
    for (const Picture& picture : {large_picture(), hostile_picture(), picture_of({})}) {
      const Layout layout = lay_out_picture(picture);
      const Box all{0, 0, layout.width, layout.height};
      for (Picture::Index i = 0; i < picture.nodes.size(); ++i) {
        const Box& box = layout.boxes[i];
        const auto& stack = picture.nodes[i].stack;
        const Box& around = stack ? layout.boxes[*stack] : picture.nodes[i].kind == Kind::stack ? all : *layout.outside;
        CHECK((box.x > around.x && box.y > around.y && box.right() < around.right() && box.bottom() < around.bottom()));
        for (Picture::Index j = i + 1; j < picture.nodes.size(); ++j) {
          const bool is_inside = picture.nodes[j].stack == i || picture.nodes[i].stack == j;
          if (!is_inside && box.overlaps(layout.boxes[j]))
            FAIL(picture.nodes[i].name << " over " << picture.nodes[j].name);
        }
        if (layout.outside && picture.nodes[i].stack) CHECK_FALSE(box.overlaps(*layout.outside));
      }
    }
  }

  TEST_CASE("no edge runs through a box") {
    const Picture picture = large_picture();
    const Layout layout = lay_out_picture(picture);
    for (std::size_t edge = 0; edge < picture.edges.size(); ++edge) {
      const std::vector<Point>& corners = layout.routes[edge].corners;
      for (std::size_t i = 0; i + 1 < corners.size(); ++i) {
        const Point a = corners[i], b = corners[i + 1];
        CHECK((a.x == b.x || a.y == b.y));
        const Box line{std::min(a.x, b.x), std::min(a.y, b.y), std::abs(a.x - b.x), std::abs(a.y - b.y)};
        for (Picture::Index node = 0; node < picture.nodes.size(); ++node) {
          const Box& box = layout.boxes[node];
          const bool crosses = line.x < box.right() && box.x < line.right() + 1 - (line.width > 0) &&
                               line.y < box.bottom() && box.y < line.bottom() + 1 - (line.height > 0);
          if (crosses && picture.nodes[node].kind != Kind::stack)
            FAIL(picture.nodes[picture.edges[edge].from].name << " to " << picture.nodes[picture.edges[edge].to].name
                                                              << " through " << picture.nodes[node].name);
        }
      }
    }
  }

  TEST_CASE("every function is drawn once, and twice the same") {
    const Picture picture = large_picture();
    const std::string svg = svg_of_picture(picture), html = html_of_picture(picture);
    CHECK(count_of(svg, "class=\"node function ") == 348);
    CHECK(count_of(html, "class=\"node function ") == 348);
    CHECK(count_of(html, "<tr data-node=") == 348);
    CHECK(count_of(mermaid_of_picture(picture), "\"F299<br/>") == 1);
    CHECK(count_of(dot_of_picture(picture), "[label=\"F299\\n") == 1);
    CHECK(mentions(html, svg_of_picture(picture, Headline::elsewhere)));
    const Picture again = large_picture();
    CHECK(svg == svg_of_picture(again));
    CHECK(html == html_of_picture(again));
    CHECK(dot_of_picture(picture) == dot_of_picture(again));
    CHECK(mermaid_of_picture(picture) == mermaid_of_picture(again));
  }

  TEST_CASE("names are never markup in SVG and HTML") {
    for (const Picture& picture : {hostile_picture(), large_picture()}) {
      const std::string svg = svg_of_picture(picture);
      CHECK(fault_of_xml(svg) == "");
      std::string html = html_of_picture(picture);
      for (const std::string_view part : {"page.css", "picture.css", "page.js"}) {
        const std::string_view text = page_part(part).text;
        const std::size_t at = html.find(text);
        REQUIRE(at != std::string::npos);
        html.erase(at, text.size());
      }
      CHECK(count_of(html, "<script") == 1);
      CHECK(count_of(html, "</script") == 1);
      CHECK(count_of(html, "<style") == 2);
      for (const char* part : {"<img", "<!--", "onerror=\"", "onclick=\"", "\x1b", "http://www.w3.org/1999", "https:"})
        CHECK_FALSE(mentions(html, part));
      CHECK(count_of(html, "http:") == 1);  // the name space of SVG
    }
  }

  TEST_CASE("names are never syntax in dot and Mermaid") {
    const Picture picture = hostile_picture();
    // Of dot, what is left without its quoted strings has a known shape.
    const std::string dot = dot_of_picture(picture);
    std::string bare;
    bool is_quoted = false;
    for (std::size_t i = 0; i < dot.size(); ++i) {
      if (is_quoted && dot[i] == '\\') {
        ++i;
      } else if (dot[i] == '"') {
        is_quoted = !is_quoted;
      } else if (!is_quoted) {
        bare += dot[i];
      } else {
        CHECK(dot[i] != '\n');
      }
    }
    CHECK_FALSE(is_quoted);
    CHECK_FALSE(mentions(bare, "evil"));
    CHECK_FALSE(mentions(bare, "alert"));
    CHECK(count_of(bare, "{") == count_of(bare, "}"));
    const std::string mermaid = mermaid_of_picture(picture);
    for (const char* part : {"<img", "`", "<script", "\\\\", "\x1b", "[end]", "&lt;"})
      CHECK_FALSE(mentions(mermaid, part));
    for (std::size_t at = 0, end; (end = mermaid.find('\n', at)) != std::string::npos; at = end + 1)
      CHECK(count_of(std::string_view(mermaid).substr(at, end - at), "\"") % 2 == 0);
  }

  TEST_CASE("text is well-formed, on one line, and without control characters") {
    CHECK(markup("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(plain_line("a\nb\tc\x1b") ==
          "a\xE2\x90\x8A"
          "b c\xE2\x90\x9B");
    for (const char* broken : {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xEF\xBF\xBE", "\xF5\x80\x80\x80", "\xE2\x82"})
      CHECK(mentions(plain_line(broken), "\xEF\xBF\xBD"));
    CHECK(plain_line("\xC3\xA4\xF0\x9F\x94\x92") == "\xC3\xA4\xF0\x9F\x94\x92");
  }

  TEST_CASE("what does not fit is shortened") {
    const std::string name = "CreateShipmentInTheBackgroundForEveryTenant";
    for (const int width : {20, 60, 120, 200}) {
      CHECK(text_width(shortened(name, width, 13, true), 13, true) <= width);
      CHECK(text_width(cut(name, width, 11), 11) <= width);
      CHECK(text_width(end_of(name, width, 11), 11) <= width);
    }
    CHECK(shortened("Short", 200, 13) == "Short");
    CHECK(shortened(name, 120, 13).starts_with("Create"));
    CHECK(shortened(name, 120, 13).ends_with("nant"));
    CHECK(end_of("services/orders/template.yaml", 120, 13).ends_with("template.yaml"));
    CHECK(cut(name, 120, 13).ends_with("\xE2\x80\xA6"));
    CHECK(cut("Stage=production and Region=eu-west-1", 200, 11) == "Stage=production and \xE2\x80\xA6");
  }

  TEST_CASE("the page allows its own styles and program, and nothing else") {
    const std::string html = html_of_picture(picture_of(run_of(result_of(signed_template))));
    CHECK(mentions(html, "content=\"default-src 'none'; style-src 'sha256-"));
    CHECK_FALSE(mentions(html, "unsafe"));
    CHECK_FALSE(mentions(html, " style="));
    for (const std::string_view part : {"page.css", "picture.css", "page.js"})
      CHECK(mentions(html, page_part(part).hash));
  }

  TEST_CASE("graph draws, and writes to a file") {
    Scratch scratch;
    scratch.write("t.yaml", signed_template);
    CHECK(mentions(run_with({"graph", "t.yaml"}).out, "\"functions\""));
    CHECK(run_with({"graph", "--format", "dot", "t.yaml"}).out.starts_with("digraph"));
    CHECK(run_with({"graph", "--format", "mermaid", "t.yaml"}).out.starts_with("flowchart"));
    CHECK(run_with({"graph", "--format", "svg", "t.yaml"}).out.starts_with("<svg"));
    const Outcome page = run_with({"graph", "--format", "html", "t.yaml"});
    CHECK(page.code == done);
    CHECK(page.out.starts_with("<!DOCTYPE html>"));
    for (int round = 0; round < 2; ++round) {
      const Outcome written = run_with({"graph", "--format", "html", "--output", "page.html", "t.yaml"});
      CHECK(written.code == done);
      CHECK(written.out.empty());
      CHECK(written.err == "written: page.html\n");
      CHECK(read_whole_file("page.html") == page.out);
      scratch.write("page.html", "something else");
    }
    CHECK(run_with({"graph", "--output", "t.yaml", "t.yaml"}).code == world_is_wrong);
    CHECK(read_whole_file("t.yaml") == signed_template);
    CHECK(run_with({"graph", "--output", "no/such/folder", "t.yaml"}).code == world_is_wrong);
    CHECK(run_with({"graph", "--format", "png", "t.yaml"}).code == world_is_wrong);
    scratch.write("broken.yaml", "AWSTemplateFormatVersion: 2010-09-09\nResources: {");
    CHECK(run_with({"graph", "--format", "svg", "."}).code == has_findings);
  }

  TEST_CASE("Graphviz and xmllint take what is drawn, where they are installed") {
    Scratch scratch;
    for (const Picture& picture : {hostile_picture(), large_picture()}) {
      scratch.write("picture.dot", dot_of_picture(picture));
      scratch.write("picture.svg", svg_of_picture(picture));
      for (const auto& [tool, command] :
           {std::pair("dot",
                      "dot -Tcanon picture.dot >/dev/null 2>errors && (test ! -s errors || (cat errors; false))"),
            std::pair("xmllint", "xmllint --noout picture.svg 2>/dev/null")}) {
        if (std::system(fmt::format("command -v {} >/dev/null", tool).c_str()) == 0)
          CHECK(std::system(command) == 0);
        else
          MESSAGE("SKIPPED: there is no ", tool);
      }
    }
  }
}

}  // namespace codesign
