// Whatever a template, a path or a configuration says, what is printed of it is text: for the terminal, for CI systems,
// for who reads JSON and XML. Formats are asked for by the lists that the program itself has, so that none is
// forgotten.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run.h"
#include "report/report.h"
#include "report/text.h"
#include "template/utf8.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// What would be code somewhere.
const std::vector<std::string>& payloads() {
  static const std::vector<std::string> all{
      "\x1b[31mred",             // colour
      "\x1b]0;title\x07",        // the title of the terminal
      "\x1b]8;;http://x\x1b\\",  // a link of the terminal
      "\xC2\x9B"
      "31m",           // a C1 control
      "\x7F\x08\x0B",  // deletes what stands before it
      "\xE2\x80\xAE"
      "gpj.exe",                     // from right to left
      "\xE2\x81\xA6\xD8\x9C",        // isolates, and the mark of Arabic letters
      "\xE2\x80\xA8line",            // another line
      "\r\n::error::new line",       // a command of GitHub Actions
      "\n##[add-mask]new line",      // as it once was
      "%0A::error::escaped",         //
      "##[error]old",                //
      "]]>",                         // ends CDATA
      "</script><script>alert(1)",   //
      "<!--<![CDATA[<?x ?>",         //
      "\"--><img src=x onerror=y>",  //
      "' onload='x",                 //
      "&lt;&#27;&x;",                //
      "\\u001b\\",                   //
      "`x` $(x) ${x} %s {}",         //
      "#quot;\"];a-->b",             // Mermaid and dot
      "\t,:|",                       //
      "::error::at the beginning",   //
  };
  return all;
}

// A template in JSON that says `payload` wherever it can, with something found at most of it.
std::string template_with(const std::string& payload) {
  const std::string name = "F" + payload;
  Json resources;
  resources[name] = {{"Type", "AWS::Serverless::Function"},
                     {"Condition", "C" + payload},
                     {"Properties",
                      {{"Runtime", payload},
                       {"CodeUri", payload},
                       {"Handler", {{"Ref", "P" + payload}}},
                       {"Layers", {payload}},
                       {"CodeSigningConfigArn", {{"Fn::If", {"C" + payload, {{"Ref", "S" + payload}}, payload}}}}}}};
  resources["A" + payload] = {
      {"Type", "AWS::Lambda::Function"},
      {"Metadata", {{"cfn-codesign", {{"allow", {{"unsigned-function", payload}}}}}, {"aws:cdk:path", payload}}},
      {"Properties", {{"Code", {{"ZipFile", payload}}}}}};
  resources["U" + payload] = {{"Type", "AWS::Lambda::Function"}, {"Properties", {{"Runtime", "python3.13"}}}};
  resources["S" + payload] = {
      {"Type", "AWS::Lambda::CodeSigningConfig"},
      {"Properties",
       {{"Description", payload},
        {"AllowedPublishers",
         {{"SigningProfileVersionArns", {payload, {{"Fn::GetAtt", {"G" + payload, "ProfileVersionArn"}}}}}}},
        {"CodeSigningPolicies", {{"UntrustedArtifactOnDeployment", payload}}}}}};
  resources["N" + payload] = {{"Type", "AWS::CloudFormation::Stack"},
                              {"Properties", {{"TemplateURL", "./" + payload + ".yaml"}}}};
  resources["T" + payload] = {{"Type", "AWS::Lam" + payload}};
  const Json whole = {{"AWSTemplateFormatVersion", "2010-09-09"},
                      {"Transform", "AWS::Serverless-2016-10-31"},
                      {"Description", payload},
                      {"Parameters", {{"P" + payload, {{"Type", "String"}, {"AllowedValues", {payload, "b"}}}}}},
                      {"Conditions", {{"C" + payload, {{"Fn::Equals", {{{"Ref", "P" + payload}}, payload}}}}}},
                      {"Resources", resources}};
  std::string text = whole.dump(2);
  for (std::size_t at; (at = text.find('\x7F')) != std::string::npos;) text.replace(at, 1, "\\u007f");
  return text;
}

// The same without what could be code: to the program, which makes something of dots and slashes, it means as much.
std::string harmless_twin_of(std::string_view payload) {
  std::string twin;
  for (std::size_t at = 0; at < payload.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_length(payload, at), 1);
    const char first = payload[at];
    const bool is_kept = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                         (first >= '0' && first <= '9') ||
                         std::string_view("./:!{}$").find(first) != std::string_view::npos;
    twin += is_kept ? first : 'x';
    at += length;
  }
  return twin;
}

// A name of a file that says it, too, as far as names can.
std::string path_with(std::string payload) {
  std::replace(payload.begin(), payload.end(), '/', '!');
  return payload + "/t" + payload + ".json";
}

struct Printed {
  std::string out, err;
};

Printed printed_by(const std::vector<std::string>& arguments, bool in_github_actions = false) {
  Printed printed;
  run(arguments, {.out = [&](std::string_view text) { printed.out += text; },
                  .err = [&](std::string_view text) { printed.err += text; },
                  .read_input = [] { return std::string(); },
                  .in_github_actions = in_github_actions});
  return printed;
}

// The first character that is no text; empty where there is none.
std::string code_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const std::string_view character = text.substr(at, std::max<std::size_t>(length, 1));
    if (length == 0 || (character != "\n" && is_control(character)))
      return "at " + std::to_string(at) + ": " +
             Json(std::string(text.substr(at > 40 ? at - 40 : 0, 60)))
                 .dump(-1, ' ', true, Json::error_handler_t::replace);
    at += length;
  }
  return {};
}

// Objects, lists and their members, without what is in them.
Json shape_of(const Json& json) {
  Json shape;
  if (json.is_array() || json.is_object())
    for (const Json& member : json) shape.push_back(shape_of(member));
  return shape;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// What is printed of a hostile template has the shape of what is printed of a harmless one: of JSON its members, of
// XML, SVG and HTML its tags and attributes, of everything its lines.
void compare_shapes(const std::string& hostile, const std::string& harmless) {
  if (harmless.starts_with('{') || harmless.starts_with('[')) {
    CHECK(shape_of(Json::parse(hostile)) == shape_of(Json::parse(harmless)));
  } else if (harmless.starts_with('<')) {
    for (const std::string part : {"<script", "</script", "<!--", "<![CDATA[", "]]>", "<img", "<?"}) {
      CAPTURE(part);
      CHECK(count_of(hostile, part) == count_of(harmless, part));
    }
  }
  // A picture breaks and shortens names as their letters need it; tests/test_pictures.cpp reads it as XML.
  if (harmless.starts_with("<svg") || harmless.starts_with("<!")) return;
  CHECK(count_of(hostile, "\n") == count_of(harmless, "\n"));
  if (!harmless.starts_with('<')) return;
  for (const std::string part : {"<", ">", "\"", "'"}) {
    CAPTURE(part);
    CHECK(count_of(hostile, part) == count_of(harmless, part));
  }
}

// The lines that GitHub Actions takes for commands.
std::size_t commands_in(const std::string& text) {
  std::size_t count = count_of(text, "##[");
  for (std::size_t at = 0; at < text.size();
       at = text.find('\n', at) == std::string::npos ? text.size() : text.find('\n', at) + 1) {
    const std::size_t first = text.find_first_not_of(" \t\r", at);
    count += first != std::string::npos && text.compare(first, 2, "::") == 0;
  }
  return count;
}

std::vector<std::vector<std::string>> commands_for(const std::string& path) {
  std::vector<std::vector<std::string>> all;
  for (const auto& [name, format] : report_formats())
    all.push_back({"lint", "--profile", "guardrail", "--format", std::string(name), path});
  for (const char* format : {"json", "dot", "mermaid", "svg", "html"})
    all.push_back({"graph", "--format", format, path});
  for (const char* format : {"text", "json"}) {
    all.push_back({"transform", "--format", format, path});
    all.push_back({"plan", "--format", format, "--profile", "Orders", path});
  }
  all.push_back({"transform", "--check", path});
  all.push_back({"lint", "--list-files", path});
  all.push_back({"lint", "--no-suppressions", "--verbose", "--format", "text", path});
  return all;
}

bool is_called(const std::vector<std::string>& command, std::string_view format) {
  return std::find(command.begin(), command.end(), format) != command.end();
}

// A diff and the text of a template are for who reads them to the byte.
bool is_exact(const std::vector<std::string>& command) {
  return command.front() == "transform" && is_called(command, "text");
}

}  // namespace

TEST_SUITE("output") {
  TEST_CASE("no format lets a template or a path speak to a terminal, or to who parses it") {
    const Scratch scratch;
    for (const std::string& payload : payloads()) {
      const std::string path = path_with(payload), twin = harmless_twin_of(payload);
      CAPTURE(path);
      scratch.write(path, template_with(payload));
      scratch.write(path_with(twin), template_with(twin));
      const auto hostile = commands_for(path), harmless = commands_for(path_with(twin));
      for (std::size_t i = 0; i < hostile.size(); ++i) {
        const std::string command = hostile[i][0] + " " + hostile[i][1] + " " + hostile[i][2];
        CAPTURE(command);
        const Printed printed = printed_by(hostile[i]), expected = printed_by(harmless[i]);
        CHECK_FALSE((expected.out + expected.err).empty());
        CHECK(code_in(printed.err) == "");
        if (is_exact(hostile[i])) continue;
        CHECK(code_in(printed.out) == "");
        // SAM CLI takes only some names, so that plans differ.
        if (hostile[i].front() != "plan") compare_shapes(printed.out, expected.out);
      }
    }
  }

  TEST_CASE("in GitHub Actions nothing but the annotations is a command") {
    const Scratch scratch;
    for (const std::string& payload : payloads()) {
      const std::string path = path_with(payload);
      CAPTURE(path);
      scratch.write(path, template_with(payload));
      for (const std::vector<std::string>& command : commands_for(path)) {
        CAPTURE(command[2]);
        const Printed plain = printed_by(command), printed = printed_by(command, true);
        CHECK(commands_in(printed.err) == 0);
        if (is_called(command, "github")) {
          CHECK(printed.out == plain.out);
          continue;
        }
        CHECK(commands_in(printed.out) == 0);
        // What programs read is the same everywhere.
        if (command[0] != "transform" &&
            (printed.out.starts_with('{') || printed.out.starts_with('[') || printed.out.starts_with('<')))
          CHECK(printed.out == plain.out);
      }
      const Printed annotated = printed_by({"lint", path}, true);
      CHECK(commands_in(annotated.out) == 0);
      std::size_t annotations = 0;
      for (const char* command : {"::error file=", "::warning file=", "::notice file="})
        annotations += count_of("\n" + annotated.err, "\n" + std::string(command));
      CHECK(annotations > 0);
      CHECK(count_of("\n" + annotated.err, "\n::") == annotations);
    }
  }

  TEST_CASE("what another program reads to the byte is exact, in GitHub Actions, too") {
    const std::string text =
        "# ##[error]\nResources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code: |\n        "
        "::error::x\n";
    Printed printed;
    run({"transform", "-"}, {.out = [&](std::string_view part) { printed.out += part; },
                             .err = [](std::string_view) {},
                             .read_input = [&] { return text; },
                             .in_github_actions = true});
    CHECK(mentions(printed.out, "# ##[error]\nResources:"));
    CHECK(mentions(printed.out, "\n        ::error::x\n"));
    const Scratch scratch;
    scratch.write("::error::x.yaml", text);
    CHECK(printed_by({"lint", "--list-files", "-0"}, true).out == std::string("::error::x.yaml\0", 16));
    CHECK(printed_by({"lint", "--list-files"}, true).out == ": :error::x.yaml\n");
  }

  TEST_CASE("complaints are one line each, whatever they are about") {
    for (std::string payload : payloads()) {
      std::replace(payload.begin(), payload.end(), '/', '!');
      CAPTURE(payload);
      const Scratch scratch;
      const std::string broken = payload + ".json";
      scratch.write("t.yaml", "Resources: {F: {Type: AWS::Lambda::Function}}\n");
      scratch.write(broken, "{\"Resources\": {\"" + Json(payload).dump().substr(1) + ": ");
      scratch.write("c/t.yaml", "Resources: {F: {Type: AWS::Lambda::Function}}\n");
      scratch.write("c/.cfn-codesign.yaml", Json{{payload, payload}, {"rules", {{payload, payload}}}}.dump());
      scratch.write("p/t.yaml",
                    "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, "
                    "Properties: {CodeUri: .}}}\n");
      scratch.write("p/samconfig.toml", "[default.deploy.parameters]\ntemplate_file = " + Json(payload).dump() + "\n[" +
                                            Json(payload).dump());
      scratch.write("baseline.json", Json{{"version", payload}, {"files", payload}}.dump());
      const std::vector<std::vector<std::string>> wrong{
          {"lint", payload},
          {"lint", "missing" + broken},
          {"lint", broken},
          {"lint", "--verbose", broken},
          {"lint", "c"},
          {"lint", "p"},
          {"plan", "--write", "--profile", "P", "p/t.yaml"},
          {"plan", "--profile", payload, "t.yaml"},
          {"plan", "--profile", payload + "=P", "t.yaml"},
          {"plan", "--config-env", payload, "--profile", "P", "t.yaml"},
          {"lint", "--baseline", "baseline.json", "t.yaml"},
          {"lint", "--baseline", "missing" + payload, "t.yaml"},
          {"lint", "--parameters", payload, "t.yaml"},
          {"lint", "--parameters", "A" + payload + "=" + payload, "t.yaml"},
          {"lint", "--config", payload, "t.yaml"},
          {"lint", "--output", payload, "t.yaml"},
          {"lint", "--output", "json=missing/" + payload, "t.yaml"},
          {"lint", "--format", payload, "t.yaml"},
          {"lint", "--" + payload, "t.yaml"},
          {"lint", "--changed-since", payload, "t.yaml"},
          {"lint", "--exclude", payload, payload + "*"},
          {"graph", "--output", "missing/" + payload, "t.yaml"},
          {"transform", "--config-from", payload, "t.yaml"},
          {"transform", "--publisher", payload, "t.yaml"},
          {"transform", "--only", payload, "t.yaml"},
          {"explain", payload},
          {"scaffold", payload},
          {"scaffold", "--output", "missing/" + payload, "layer-consumer"},
          {payload},
      };
      for (const std::vector<std::string>& command : wrong) {
        const std::string shown = command.front() + " " + (command.size() > 1 ? command[1] : "");
        CAPTURE(shown);
        const Printed plain = printed_by(command), guarded = printed_by(command, true);
        CHECK_FALSE((plain.err + plain.out).empty());
        CHECK(code_in(plain.err) == "");
        CHECK(code_in(plain.out) == "");
        CHECK(count_of(plain.err, "::error::new line") == count_of(plain.err, "\xE2\x90\x8A::error::new line"));
        CHECK(count_of("\n" + guarded.err, "\n::") == count_of("\n" + guarded.err, "\n::error file="));
        CHECK(commands_in(guarded.out) == 0);
      }
    }
  }

  TEST_CASE("bytes that are no UTF-8 hide nothing") {
    for (const char* lead :
         {"\x80", "\x9B", "\xC2", "\xE2", "\xE2\x80", "\xF0", "\xF0\x9F\x98", "\xFF", "\xC0\xAF", "\xED\xA0\x80"}) {
      CHECK(code_in(printable(std::string(lead) + "\x1b[31m")) == "");
      CHECK(mentions(printable(std::string(lead) + "\x1b[31m"), "\xE2\x90\x9B[31m"));
      CHECK(code_in(printable(lead)) == "");
    }
    const Scratch scratch;
    const std::string name = "t\xE2\x1b[31m.yaml";
    scratch.write(name, "Resources: {F: {Type: AWS::Lambda::Function}}\n");
    for (const std::vector<std::string>& command : commands_for(".")) {
      const Printed printed = printed_by(command);
      if (!is_exact(command)) CHECK(code_in(printed.out) == "");
      CHECK(code_in(printed.err) == "");
    }
  }
}

}  // namespace codesign
