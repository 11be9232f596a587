// What must be signed, what makes SAM CLI sign it, and the entry in samconfig.toml.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include <re2/re2.h>

#include "cli/files.h"
#include "cli/sam_config.h"
#include "cli/toml_layout.h"
#include "graph/signing_plan.h"
#include "report/signing_plan.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;
using Why = NotSigned::Why;

const std::string config =
    "  Config:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers:\n"
    "        SigningProfileVersionArns:\n"
    "          - arn:aws:signer:eu-west-1:210987654321:/signing-profiles/OrdersProfile/AbCdEfGh12\n";

// A template with that config; `resources` are indented by two.
std::string with_config(const std::string& resources, const std::string& before = "") {
  return "Transform: AWS::Serverless-2016-10-31\n" + before + "Resources:\n" + config + resources;
}

std::string function(const std::string& name, const std::string& properties, const std::string& more = "") {
  return "  " + name + ":\n    Type: AWS::Serverless::Function\n" + more +
         "    Properties: {CodeSigningConfigArn: !Ref Config, " + properties + "}\n";
}

struct Planned {
  Linted linted;
  SigningPlan plan;

  // "name path", and "name path <- users" of a layer.
  std::vector<std::string> to_sign() const {
    std::vector<std::string> result;
    for (const ToSign& one : plan.to_sign) {
      std::string line = std::string(one.name) + " " + one.path;
      for (const Function* user : one.used_by) line += " <- " + std::string(user->resource->id);
      result.push_back(line);
    }
    return result;
  }
  std::vector<Why> reasons() const {
    std::vector<Why> result;
    for (const NotSigned& one : plan.not_signed) result.push_back(one.why);
    return result;
  }
  std::vector<std::string> sentences() const {
    std::vector<std::string> result;
    for (const NotSigned& one : plan.not_signed) result.push_back(sentence_of(one));
    return result;
  }
};

Planned plan_of(const std::string& text, const std::string& path = "template.yaml") {
  Planned planned{.linted = lint_text(text, path)};
  planned.plan = read_signing_plan(*planned.linted.graph);
  return planned;
}

using Lines = std::vector<std::string>;

// What SAM CLI reads in such a text: the regular expression of SigningProfilesOptionType (aws/aws-sam-cli 1.164.0,
// samcli/cli/types.py), then wrapping quotes away.
std::map<std::string, std::string> read_by_sam(const std::string& text) {
  static const RE2 pattern(R"re((?: ([A-Za-z0-9"]+)=("(?:\\.|[^"\\]+)*"|(?:\\.|[^ "\\]+)+)))re");
  std::map<std::string, std::string> result;
  const std::string padded = " " + text;
  re2::StringPiece rest(padded);
  for (std::string name, profile; RE2::FindAndConsume(&rest, pattern, &name, &profile);) {
    if (profile.size() > 1 && profile.front() == '"' && profile.back() == '"')
      profile = profile.substr(1, profile.size() - 2);
    result[name] = profile;
  }
  return result;
}

const SigningEntries two{{"Api", "Orders"}, {"Shared", "Layers:210987654321"}};
const std::string two_written = R"(signing_profiles = "Api=\"Orders\" Shared=\"Layers:210987654321\"")";

std::string edited(const std::string& bytes, const SigningEntries& entries = two,
                   const std::string& environment = "default", const std::string& name = "template.yaml",
                   bool may_be_default = true) {
  return with_signing_profiles(bytes, "samconfig.toml", name, may_be_default, environment, entries);
}

// The sentence of a refusal, without the path before and what comes behind.
std::string refusal(const std::string& bytes, const std::string& environment = "default",
                    const std::string& name = "template.yaml", bool may_be_default = true) {
  try {
    edited(bytes, two, environment, name, may_be_default);
  } catch (const WorldError& error) {
    std::string text = error.what();
    if (text.starts_with("samconfig.toml: ")) text.erase(0, 16);
    if (text.ends_with("; it is unchanged")) text.resize(text.size() - 17);
    return text;
  }
  return "nothing";
}

}  // namespace

TEST_SUITE("signing-plan") {
  TEST_CASE("signed functions and the layers they use, each once, in the order of the template") {
    const std::string text = with_config(
        "  First:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: layers/first}\n" +
            function("Api", "CodeUri: api/, Layers: [!Ref Last]") + function("Worker", "Handler: x") +
            function("Here", "Handler: x, CodeUri: ''") +
            "  Unsigned:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: u/, Layers: [!Ref Unused]}\n"
            "  Unused:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: layers/unused}\n"
            "  Last:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: layers/last}\n",
        "Globals: {Function: {CodeUri: src/, Layers: [!Ref First]}}\n");
    const Planned yaml = plan_of(text);
    CHECK(yaml.to_sign() == Lines{"First layers/first <- Api <- Worker <- Here", "Api api/", "Worker src/", "Here ",
                                  "Last layers/last <- Api"});
    CHECK(yaml.plan.not_signed.empty());
    const Planned json = plan_of(as_json(*yaml.linted.document), "template.json");
    CHECK(json.to_sign() == yaml.to_sign());
  }

  TEST_CASE("a function counts where some deployment gives it a config") {
    const std::string types = "Parameters: {Arn: {Type: String}}\nConditions: {Is: !Equals [!Ref Arn, x]}\n";
    const auto count = [&](const std::string& value) {
      const std::string text = with_config(
          "  F:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: f/, CodeSigningConfigArn: " + value +
              "}\n",
          types);
      return plan_of(text).plan.to_sign.size();
    };
    CHECK(count("!Ref Config") == 1);
    CHECK(count("!Ref Arn") == 1);
    CHECK(count("!ImportValue a") == 1);
    CHECK(count("'arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0'") == 1);
    CHECK(count("!If [Is, !Ref Config, !Ref AWS::NoValue]") == 1);
    CHECK(count("!Ref AWS::NoValue") == 0);
    CHECK(count("null") == 0);
    CHECK(count("''") == 0);
    CHECK(plan_of("Resources: {F: {Type: AWS::S3::Bucket}}\n").plan.is_empty());
    CHECK(plan_of("nothing: of ours\n").plan.is_empty());
    CHECK(plan_of("").plan.is_empty());
  }

  TEST_CASE("what SAM CLI does not sign is named, with the reason") {
    const std::string text = with_config(
        function("Inline", "InlineCode: 'pass'") + function("Map", "CodeUri: {Bucket: b, Key: k.zip}") +
            function("Open", "CodeUri: {Bucket: !Ref P, Key: k.zip}") + function("Up", "CodeUri: 's3://b/k.zip'") +
            function("Path", "CodeUri: 'https://s3.eu-west-1.amazonaws.com/b/k.zip'") +
            function("Zip", "CodeUri: build/f.zip") + function("Computed", "CodeUri: !Ref P") +
            function("Image", "PackageType: Image, ImageUri: i") +
            function("Either", "PackageType: !Ref P, CodeUri: s/") +
            "  Plain:\n    Type: AWS::Lambda::Function\n"
            "    Properties: {CodeSigningConfigArn: !Ref Config, Code: plain/, Layers: [!Ref PlainLayer]}\n"
            "  PlainInline:\n    Type: AWS::Lambda::Function\n"
            "    Properties: {CodeSigningConfigArn: !Ref Config, Code: {ZipFile: 'pass'}}\n"
            "  PlainMap:\n    Type: AWS::Lambda::Function\n"
            "    Properties: {CodeSigningConfigArn: !Ref Config, Code: {S3Bucket: b, S3Key: k}}\n"
            "  PlainLayer:\n    Type: AWS::Lambda::LayerVersion\n    Properties: {Content: layer/}\n",
        "Parameters: {P: {Type: String}}\n");
    const Planned yaml = plan_of(text);
    CHECK(yaml.plan.to_sign.empty());
    CHECK(yaml.reasons() == std::vector<Why>{Why::inline_code, Why::bucket_map, Why::bucket_map, Why::uploaded,
                                             Why::uploaded, Why::zip_file, Why::unknown_place, Why::image,
                                             Why::unknown_place, Why::plain_type, Why::inline_code, Why::bucket_map,
                                             Why::plain_type});
    const Lines said = yaml.sentences();
    CHECK(said[0] == "Inline is inline code, which is not packaged, and which no signature covers: move it to a file");
    CHECK(mentions(said[1], "the code of Map is given as a bucket and a key (s3://b/k.zip), which SAM CLI leaves"));
    CHECK(mentions(said[2], "the code of Open is given as a bucket and a key, which SAM CLI leaves"));
    CHECK(mentions(said[3], "the code of Up is uploaded already (s3://b/k.zip), and SAM CLI packages nothing"));
    CHECK(mentions(said[5], "the code of Zip is the package build/f.zip"));
    CHECK(mentions(said[7], "Image is a container image, which code signing of Lambda does not cover"));
    CHECK(mentions(said[9],
                   "Plain is packaged and uploaded unsigned, as SAM CLI signs only resources of SAM: make it "
                   "an AWS::Serverless::Function"));
    CHECK(mentions(said[12], "make it an AWS::Serverless::LayerVersion, or sign and upload its content yourself"));
    const Planned json = plan_of(as_json(*yaml.linted.document), "template.json");
    CHECK(json.sentences() == said);
  }

  TEST_CASE("an intrinsic path counts, and needs a build; copies of a loop are one entry") {
    const Planned planned = plan_of(with_config(function("Sub", "CodeUri: !Sub sub/") +
                                                "  Fn::ForEach::L:\n    - X\n    - [A, B]\n    - Fn${X}:\n"
                                                "        Type: AWS::Serverless::Function\n        Properties: "
                                                "{CodeUri: l/, CodeSigningConfigArn: !Ref Config}\n"));
    REQUIRE(planned.to_sign() == Lines{"Sub sub/"});
    CHECK(planned.plan.to_sign.front().is_computed);
    REQUIRE(planned.reasons() == std::vector<Why>{Why::loop});
    CHECK(mentions(planned.sentences().front(), "FnA and FnB are made in Fn::ForEach, which SAM CLI passes over"));
  }

  TEST_CASE("names are SAM CLI's") {
    const auto planned = [](const std::string& metadata) {
      return plan_of(with_config(function("F", "CodeUri: f/", "    Metadata: {" + metadata + "}\n")));
    };
    CHECK(planned("Other: x").to_sign() == Lines{"F f/"});
    CHECK(planned("SamResourceId: Named").to_sign() == Lines{"Named f/"});
    CHECK(planned("SamResourceId: ''").to_sign() == Lines{"F f/"});
    CHECK(planned("aws:cdk:path: Stack/Construct/Resource").to_sign() == Lines{"Construct f/"});
    CHECK(planned("aws:cdk:path: Stack/Construct").to_sign() == Lines{"Construct f/"});
    CHECK(planned("aws:cdk:path: A/B/C/Resource").to_sign() == Lines{"F f/"});
    CHECK(planned("aws:cdk:path: A/B/Resource, SamResourceId: Named").to_sign() == Lines{"Named f/"});
    for (const char* unfit : {"a-b", "a_b", "a/b", "'a b'", "ä"}) {
      CAPTURE(unfit);
      const Planned one = planned("SamResourceId: " + std::string(unfit));
      CHECK(one.plan.to_sign.empty());
      REQUIRE(one.reasons() == std::vector<Why>{Why::unfit_name});
      CHECK(mentions(one.sentences().front(), "takes only names of letters and digits in --signing-profiles"));
    }
  }

  TEST_CASE("layers that are published elsewhere") {
    const Planned planned = plan_of(with_config(
        function("F", "CodeUri: f/, Layers: ['arn:aws:lambda:eu-west-1:998877665544:layer:other:3', !Ref P]") +
            function("G", "CodeUri: g/, Layers: ['arn:aws:lambda:eu-west-1:998877665544:layer:other:3']"),
        "Parameters: {P: {Type: String}}\n"));
    CHECK(planned.to_sign() == Lines{"F f/", "G g/"});
    REQUIRE(planned.reasons() == std::vector<Why>{Why::layer_of_others, Why::layer_of_others});
    CHECK(mentions(planned.sentences()[0],
                   "the layer arn:aws:lambda:eu-west-1:998877665544:layer:other:3, used by F and G, is published"));
    CHECK(mentions(planned.sentences()[1], "the layer that parameter P names, used by F, is published elsewhere"));
  }

  TEST_CASE("a profile is proposed where all publishers agree, and are nobody's example") {
    const auto proposal = [](const std::string& publishers) {
      const std::string text =
          "Transform: AWS::Serverless-2016-10-31\nParameters: {P: {Type: String}}\nResources:\n"
          "  Config: {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: "
          "{SigningProfileVersionArns: [" +
          publishers + "]}}}\n" + function("F", "CodeUri: f/");
      const Planned planned = plan_of(text);
      return planned.plan.proposal ? planned.plan.proposal->text() : "none";
    };
    const std::string one = "'arn:aws:signer:eu-west-1:210987654321:/signing-profiles/One/AbCdEfGh12'";
    CHECK(proposal(one) == "One:210987654321");
    CHECK(proposal(one + ", 'arn:aws:signer:us-east-1:210987654321:/signing-profiles/One/ZyXwVuTs98'") ==
          "One:210987654321");
    CHECK(proposal(one + ", !Ref P") == "none");
    CHECK(proposal(one + ", 'arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Two/AbCdEfGh12'") == "none");
    CHECK(proposal(one + ", 'arn:aws:signer:eu-west-1:998877665544:/signing-profiles/One/AbCdEfGh12'") == "none");
    CHECK(proposal("!Ref P") == "none");
    CHECK(proposal("!Sub 'arn:aws:signer:eu-west-1:${AWS::AccountId}:/signing-profiles/Own/AbCdEfGh12'") == "Own");
    CHECK(proposal("'arn:aws:signer:eu-west-1:123456789012:/signing-profiles/One/AbCdEfGh12'") == "none");
    CHECK(proposal("'arn:aws:signer:eu-west-1:210987654321:/signing-profiles/<NAME>/AbCdEfGh12'") == "none");
    CHECK(proposal("'TODO'") == "none");
  }

  TEST_CASE("NAME[:OWNER]") {
    for (const char* good : {"My_Profile1", "ab", "ab:210987654321"}) {
      CAPTURE(good);
      REQUIRE(read_signing_profile_name(good));
      CHECK(read_signing_profile_name(good)->text() == good);
    }
    CHECK(read_signing_profile_name(std::string(64, 'x')));
    for (const char* bad : {"", "a", "my-profile", "a b", "ab:", "ab:12", "ab:21098765432a", "ab:210987654321:1",
                            ":210987654321", "ab\n", "a$(x)", "\"ab\"", "ää"})
      CHECK_FALSE_MESSAGE(read_signing_profile_name(bad), bad);
    CHECK_FALSE(read_signing_profile_name(std::string(65, 'x')));
  }

  TEST_CASE("the entry is what SAM CLI's own regular expression reads") {
    const Planned planned =
        plan_of(with_config(function("Api", "CodeUri: a/, Layers: [!Ref Shared]") +
                            "  Shared:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: s/}\n"));
    TemplatePlan plan{.file = nullptr, .plan = planned.plan, .environment = "default"};
    plan.profiles = {SigningProfileName{"Orders", ""}, SigningProfileName{"Layers", "210987654321"}};
    CHECK(signing_entry(plan) == R"(Api="Orders" Shared="Layers:210987654321")");
    CHECK(signing_arguments(plan) == "Api=Orders Shared=Layers:210987654321");
    const std::map<std::string, std::string> expected{{"Api", "Orders"}, {"Shared", "Layers:210987654321"}};
    CHECK(read_by_sam(signing_entry(plan)) == expected);
    CHECK(read_by_sam(signing_arguments(plan)) == expected);
    // What it would not read is not put there: that is what an unfit name is.
    CHECK(read_by_sam("my-fn=Orders").empty());
    CHECK(signing_table("default") == "[default.deploy.parameters]");
    CHECK(signing_table("prod-1_x") == "[prod-1_x.deploy.parameters]");
    CHECK(signing_table("a.b") == "[\"a.b\".deploy.parameters]");
  }

  TEST_CASE("a new file, a new table, a new key") {
    CHECK(edited("") == "version = 0.1\n\n[default.deploy.parameters]\n" + two_written + "\n");
    CHECK(edited("# mine\n") == "# mine\n\nversion = 0.1\n\n[default.deploy.parameters]\n" + two_written + "\n");
    CHECK(edited("version = 0.1\n") == "version = 0.1\n\n[default.deploy.parameters]\n" + two_written + "\n");
    CHECK(edited("version = 0.1") == "version = 0.1\n\n[default.deploy.parameters]\n" + two_written);
    CHECK(edited("version = 0.1\r\n") == "version = 0.1\r\n\r\n[default.deploy.parameters]\r\n" + two_written + "\r\n");
    CHECK(edited("version = 0.1\n", two, "my env") ==
          "version = 0.1\n\n[\"my env\".deploy.parameters]\n" + two_written + "\n");
    const std::string table = "[default.deploy.parameters] # deploy\nstack_name = \"s\" # the stack\n";
    CHECK(edited(table + "\n[prod.deploy.parameters]\nx = 1\n") ==
          table + two_written + "\n\n[prod.deploy.parameters]\nx = 1\n");
    CHECK(edited(table + "# last\n") == table + two_written + "\n# last\n");
    CHECK(edited("[default.deploy.parameters]\n  a = [\n 1, # one ]\n ] # end\n") ==
          "[default.deploy.parameters]\n  a = [\n 1, # one ]\n ] # end\n  " + two_written + "\n");
    CHECK(edited("[default.deploy.parameters]") == "[default.deploy.parameters]\n" + two_written);
    CHECK(edited("[default.deploy.parameters]\r\na = '''x\r\n]'''\r\n") ==
          "[default.deploy.parameters]\r\na = '''x\r\n]'''\r\n" + two_written + "\r\n");
    CHECK(edited("\xEF\xBB\xBF[default.deploy.parameters]\na = 1") ==
          "\xEF\xBB\xBF[default.deploy.parameters]\na = 1\n" + two_written);
    CHECK(edited("[ default . 'deploy' . \"parameters\" ]\na = 1\n") ==
          "[ default . 'deploy' . \"parameters\" ]\na = 1\n" + two_written + "\n");
    CHECK(edited("[default.deploy.parameters]\ntags.a = 1\n[default.deploy.parameters.more]\nb = 2\n") ==
          "[default.deploy.parameters]\ntags.a = 1\n" + two_written + "\n[default.deploy.parameters.more]\nb = 2\n");
    CHECK(edited("[default.deploy]\nx = 1\n") ==
          "[default.deploy]\nx = 1\n\n[default.deploy.parameters]\n" + two_written + "\n");
  }

  TEST_CASE("a key that is there: others stay, ours are brought up to date") {
    const std::string table = "[default.deploy.parameters]\n";
    const auto value = [&](const std::string& written) {
      std::string text = edited(table + "signing_profiles = " + written + " # why\nz = 1\n");
      REQUIRE(text.starts_with(table + "signing_profiles = "));
      REQUIRE(text.ends_with(" # why\nz = 1\n"));
      return text.substr(table.size() + 19, text.size() - table.size() - 19 - 13);
    };
    CHECK(value(R"("Other=\"O\" Api=\"Old\"")") == R"("Other=\"O\" Api=\"Orders\" Shared=\"Layers:210987654321\"")");
    CHECK(value(R"("Api=Old Other=O")") == R"("Api=Orders Other=O Shared=\"Layers:210987654321\"")");
    CHECK(value(R"('Api="Old"')") == R"('Api="Orders" Shared="Layers:210987654321"')");
    CHECK(value(R"("")") == R"("Api=\"Orders\" Shared=\"Layers:210987654321\"")");
    CHECK(value(R"("""Api=Old""")") == R"("Api=Orders Shared=\"Layers:210987654321\"")");
    CHECK(value(R"("Api=Old Api=Older")") == R"("Api=Orders Api=Orders Shared=\"Layers:210987654321\"")");
    CHECK(value(R"(["Other=O", "Api=Old"])") == R"(["Other=O", "Api=Orders", "Shared=Layers:210987654321"])");
    CHECK(value("[]") == R"(["Api=Orders", "Shared=Layers:210987654321"])");
    CHECK(value(R"(['Api="Old" Other=O',])") == R"(['Api="Orders" Other=O', "Shared=Layers:210987654321",])");
    CHECK(value("[ # list\n  \"Api=Old\", # api\n]") ==
          "[ # list\n  \"Api=Orders\", # api\n  \"Shared=Layers:210987654321\",\n]");
    CHECK(value("[\n  \"Api=Old\" # api\n]") == "[\n  \"Api=Orders\", # api\n  \"Shared=Layers:210987654321\"\n]");
    CHECK(value("[\n  \"Api=Old\"]") == "[\n  \"Api=Orders\",\n  \"Shared=Layers:210987654321\"]");
    CHECK(value("[\n  \"Api=Old\",\n\n  # none yet\n]") ==
          "[\n  \"Api=Orders\",\n  \"Shared=Layers:210987654321\",\n\n  # none yet\n]");
    // The list may end its line, and the file.
    for (const char* end : {"", "\n"})
      CHECK(edited(table + "signing_profiles = [\n  \"Api=Old\"]" + end) ==
            table + "signing_profiles = [\n  \"Api=Orders\",\n  \"Shared=Layers:210987654321\"]" + end);
    for (const char* complete :
         {R"("Api=Orders Shared='Layers:210987654321' X=Yz")", R"(["Shared=Layers:210987654321", "Api=\"Orders\""])"})
      CHECK(value(complete) == complete);
  }

  TEST_CASE("every list that SAM CLI reads for the environment is brought up to date") {
    const std::string old = "signing_profiles = \"Api=Old\"\n",
                      fresh = "signing_profiles = \"Api=Orders Shared=\\\"Layers:210987654321\\\"\"\n";
    for (const char* command : {"global", "package", "deploy"}) {
      const std::string header = "[default." + std::string(command) + ".parameters]\n";
      CHECK(edited(header + old) == header + fresh);
    }
    const std::string global = "[default.global.parameters]\n", deploy = "[default.deploy.parameters]\n";
    CHECK(edited(deploy + old + global + old) == deploy + fresh + global + fresh);
    // Of another environment: none of ours.
    CHECK(edited(deploy + old, two, "prod") == deploy + old + "\n[prod.deploy.parameters]\n" + two_written + "\n");
  }

  TEST_CASE("a place that is not plain is refused") {
    CHECK(refusal("[default\n").starts_with("samconfig.toml:1:9: not valid TOML"));
    CHECK(refusal("default.deploy.parameters.x = 1\n") ==
          "default.deploy.parameters.x is written with a dotted key or an inline table; write it as "
          "[default.deploy.parameters]");
    CHECK(mentions(refusal("[default]\ndeploy = {parameters = {x = 1}}\n"), "default.deploy is written with a dotted"));
    CHECK(mentions(refusal("[default.deploy]\nparameters.x = 1\n"), "default.deploy.parameters.x is written with"));
    CHECK(mentions(refusal("[default.deploy]\nparameters = {}\n"), "write it as [default.deploy.parameters]"));
    CHECK(refusal("[[default.deploy.parameters]]\nx = 1\n") ==
          "[[default.deploy.parameters]] is a list of tables, and SAM CLI reads one");
    CHECK(mentions(refusal("[[default]]\nx = 1\n"), "[[default]] is a list of tables"));
    const std::string table = "[default.deploy.parameters]\n";
    const std::string no_text =
        "default.deploy.parameters.signing_profiles is neither a text nor a list, and SAM CLI takes nothing else; "
        "write it as a text";
    CHECK(refusal(table + "signing_profiles = {Api = \"Old\"}\n") == no_text);
    CHECK(refusal(table + "signing_profiles.Api = \"Old\"\n") == no_text);
    CHECK(refusal("[default.deploy.parameters.signing_profiles]\nApi = \"Old\"\n") == no_text);
    CHECK(refusal(table + "signing_profiles = 1\n") == no_text);
    CHECK(refusal(table + "signing_profiles = [1]\n") ==
          "signing_profiles holds something else than texts; write each entry as \"Name=Profile\"");
    CHECK(refusal(table + "signing_profiles = \"my-fn=Old\"\n") ==
          "signing_profiles holds my-fn=Old, which is not Name=Profile[:Owner] as SAM CLI takes it");
    CHECK(mentions(refusal(table + "signing_profiles = \"\"\"Api=Old\nX=Y\"\"\"\n"), "signing_profiles holds Api=Old"));
    CHECK(mentions(refusal(table + "signing_profiles = [ # none\n]\n"), "is empty but for a comment"));
  }

  TEST_CASE("a file that deploys another template is refused, or asked for what it deploys") {
    const std::string deploy = "[default.deploy.parameters]\n", package = "[default.package.parameters]\n";
    CHECK(refusal(deploy + "template_file = \"other.yaml\"\n") ==
          "[default] is for the template other.yaml, not for template.yaml");
    CHECK(refusal("[default.global.parameters]\ntemplate_file = \"other.yaml\"\n") ==
          "[default] is for the template other.yaml, not for template.yaml");
    CHECK(refusal("", "default", "other.yaml", false) ==
          "it is read for the template that SAM CLI takes when none is named, and not for other.yaml; name that as "
          "template_file, or pass the arguments");
    CHECK(refusal(deploy + "template_file = \".aws-sam/build/template.yaml\"\n") == "nothing");
    CHECK(refusal(deploy + "template = \"./other.yaml\"\n", "default", "other.yaml", false) == "nothing");
    CHECK(refusal("", "default", "other.yaml", true) == "nothing");
    // Signed when it is packaged, and deployed as what came of that: signing again would fail.
    const std::string text =
        deploy + "template_file = \"packaged.yaml\"\n" + package + "template_file = \"template.yaml\"\n";
    CHECK(edited(text) == text + two_written + "\n");
  }

  TEST_CASE("any file: nothing but the value changes, and nothing at the second time") {
    const Lines pieces{
        "# a comment = [x]\n",
        "[default.build.parameters]\ncached = true # yes\n",
        "[default.global.parameters]\nstack_name = \"a # b\"\n",
        "[prod.deploy.parameters]\nsigning_profiles = \"Api=Prod\"\n",
        "[default.deploy.parameters]\nparameter_overrides = \"A=\\\"1\\\" B='2'\"\ncapabilities = [\n  \"X\", # ]\n]\n",
        "[default.sync.parameters]\nwatch = true\ntext = '''\n[default.deploy.parameters]\n'''\n",
        "\n\n",
        "[\"odd name\".deploy.parameters]\nx = {y = \"}\"}\n",
    };
    const Lines keys{"", "signing_profiles = \"Api=\\\"Old\\\" Other=O\" # keep\n",
                     "signing_profiles = [\n    \"Other=O\", # other\n    'Api=Old'\n  ] # keep\n",
                     "signing_profiles = 'Api=Orders'\n"};
    std::mt19937 random(7);
    for (int round = 0; round < 400; ++round) {
      Lines parts = pieces;
      parts[4] += keys[random() % keys.size()];
      std::shuffle(parts.begin(), parts.end(), random);
      parts.resize(1 + random() % parts.size());
      std::string text = random() % 3 == 0 ? "" : "version = 0.1\n";
      for (const std::string& part : parts) text += part;
      if (random() % 3 == 0 && text.ends_with('\n')) text.pop_back();
      if (random() % 3 == 0) {
        std::string with_returns;
        for (const char c : text) with_returns += c == '\n' ? std::string("\r\n") : std::string(1, c);
        text = with_returns;
      }
      if (random() % 4 == 0) text.insert(0, "\xEF\xBB\xBF");
      CAPTURE(text);
      const std::string result = edited(text);
      CAPTURE(result);
      CHECK(edited(result) == result);
      // What stands before and behind the first and last difference is what stood there; between them stood at most
      // the value.
      const auto begin = std::mismatch(text.begin(), text.end(), result.begin(), result.end());
      const auto prefix = static_cast<std::size_t>(begin.first - text.begin());
      std::size_t suffix = 0;
      while (suffix < text.size() - prefix && suffix < result.size() - prefix &&
             text[text.size() - 1 - suffix] == result[result.size() - 1 - suffix])
        ++suffix;
      const std::string replaced = text.substr(prefix, text.size() - prefix - suffix);
      const auto statements = toml_statements(text);
      REQUIRE(statements);
      const auto key = std::find_if(statements->begin(), statements->end(), [](const TomlStatement& one) {
        return one.path == Lines{"default", "deploy", "parameters", "signing_profiles"};
      });
      if (key == statements->end()) {
        CHECK(replaced.empty());
      } else {
        CHECK(prefix >= key->value.begin);
        CHECK(prefix + replaced.size() <= key->value.end);
      }
    }
  }

  TEST_CASE("any text at all: edited and read back, or refused") {
    const std::string sample =
        "version = 0.1\n[default.deploy.parameters]\na = [1, {b = '''x'''}]\n'q' = \"\"\"y\"\"\"\nsigning_profiles = "
        "[\n \"Api=Old\", # c\n 'X=Yz']\n[[t]]\nd.e = 1979-05-27 07:32:00\n";
    const std::string bytes = "[]{}'\"=.,# \n\r\\x1_\t";
    std::mt19937 random(11);
    int changed = 0;
    for (int round = 0; round < 4000; ++round) {
      std::string text = sample;
      for (std::size_t count = 1 + random() % 3; count > 0; --count) {
        const std::size_t at = random() % text.size();
        switch (random() % 3) {
          case 0: text[at] = bytes[random() % bytes.size()]; break;
          case 1: text.insert(at, 1, bytes[random() % bytes.size()]); break;
          default: text.erase(at, 1);
        }
      }
      CAPTURE(text);
      try {
        const std::string result = edited(text);
        CHECK(edited(result) == result);
        ++changed;
      } catch (const WorldError&) {  // refused: it is no TOML any more, or not plain
      }
    }
    CHECK(changed > 100);
  }

  TEST_CASE("plan: the list, the arguments, the entry") {
    const Scratch scratch;
    scratch.write(
        "template.yaml",
        with_config(function("Api", "CodeUri: api/, Layers: [!Ref Shared]") + function("Inline", "InlineCode: 'pass'") +
                    "  Shared:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: s/}\n"));
    const Outcome bare = run_with({"plan", "template.yaml"});
    CHECK(bare.code == done);
    CHECK(bare.err.empty());
    CHECK(bare.out ==
          "template.yaml: 2 packages to sign\n\n"
          "  Api     function  api/  no profile\n"
          "  Shared  layer     s/    no profile (used by Api)\n\n"
          "No signing profile is given for Api and Shared: name it with --profile NAME[:OWNER]; the configs allow one, "
          "which is --profile OrdersProfile:210987654321.\n\n"
          "SAM CLI does not sign:\n"
          "- Inline is inline code, which is not packaged, and which no signature covers: move it to a file\n\n"
          "2 packages to sign in 1 template\n");
    const Outcome full = run_with({"plan", "--profile", "Orders", "--profile=Shared=Layers:210987654321", "."});
    CHECK(full.code == done);
    CHECK(mentions(full.out, "\nsam deploy --signing-profiles Api=Orders Shared=Layers:210987654321\n"));
    CHECK(mentions(full.out, "\n[default.deploy.parameters]\n" + two_written + "\n"));
    CHECK_FALSE(mentions(full.out, "No signing profile"));
    CHECK(mentions(run_with({"plan", "--profile", "Orders", "--config-env", "prod", "."}).out,
                   "\n[prod.deploy.parameters]\n"));
    const Outcome some = run_with({"plan", "--profile", "Api=Orders", "."});
    CHECK(mentions(some.out, "--signing-profiles Api=Orders\n"));
    CHECK(mentions(some.out, "No signing profile is given for Shared"));

    const auto json = nlohmann::json::parse(run_with({"plan", "--profile", "Orders", "--format", "json", "."}).out);
    const auto& file = json["files"][0];
    CHECK(file["sign"].size() == 2);
    CHECK(file["sign"][1]["name"] == "Shared");
    CHECK(file["sign"][1]["used_by"] == nlohmann::json::array({"Api"}));
    CHECK(file["sign"][0]["profile"]["name"] == "Orders");
    CHECK(file["sign"][0]["profile"]["owner"].is_null());
    CHECK(file["not_signed"][0]["resource"] == "Inline");
    CHECK(file["signing_profiles"] == "Api=Orders Shared=Orders");
    CHECK(file["samconfig"]["value"] == R"(Api="Orders" Shared="Orders")");
    CHECK(file["samconfig"]["written"] == false);
    CHECK(file["proposed_profile"] == "OrdersProfile:210987654321");
    const auto without = nlohmann::json::parse(run_with({"plan", "--format", "json", "."}).out);
    CHECK(without["files"][0]["signing_profiles"].is_null());
    CHECK(without["files"][0]["samconfig"].is_null());

    scratch.write("template.yaml", "Resources: {B: {Type: AWS::S3::Bucket}}\n");
    CHECK(run_with({"plan", "--profile", "Orders", "."}).out == "nothing to sign in 1 template\n");
    CHECK(run_with({"plan", "--profile", "Orders", "--write", "."}).code == done);
    CHECK_FALSE(fs::exists("samconfig.toml"));
    scratch.write("template.yaml", "Resources: {B: {Type: \"AWS::S3::Bucket}}\n");
    const Outcome unreadable = run_with({"plan", "template.yaml"});
    CHECK(unreadable.code == has_findings);
    CHECK(mentions(unreadable.err, "template.yaml: cannot be read: "));
  }

  TEST_CASE("plan: options that are wrong") {
    const Scratch scratch;
    scratch.write("template.yaml", with_config(function("Api", "CodeUri: api/") + function("In", "InlineCode: 'p'")));
    const auto wrong = [](const std::vector<std::string>& options) {
      std::vector<std::string> arguments{"plan", "template.yaml"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      const Outcome outcome = run_with(arguments);
      CHECK(outcome.code == world_is_wrong);
      CHECK(outcome.out.empty());
      return outcome.err;
    };
    CHECK(mentions(wrong({"--profile", "my-profile"}), "--profile my-profile is not [RESOURCE=]NAME[:OWNER]"));
    CHECK(mentions(wrong({"--profile", "Api=P"}), "--profile Api=P is not [RESOURCE=]NAME[:OWNER]"));
    CHECK(mentions(wrong({"--profile", "=Orders"}), "--profile =Orders is not"));
    CHECK(mentions(wrong({"--profile", "Orders:12"}), "OWNER is an account of 12 digits"));
    CHECK(mentions(wrong({"--profile", "One", "--profile", "Two"}), "--profile Two is one too many"));
    CHECK(mentions(wrong({"--profile", "Api=One", "--profile", "Api=Two"}), "--profile names Api twice"));
    CHECK(wrong({"--profile", "Apo=One"}) ==
          "cfn-codesign: --profile Apo=One: no template has a function or layer of that name to sign; did you mean "
          "Api?\n");
    CHECK(mentions(wrong({"--profile", "In=One"}), "--profile In=One: SAM CLI does not sign that: In is inline code"));
    CHECK(mentions(wrong({"--write"}), "--write needs --profile NAME[:OWNER]"));
    CHECK(mentions(wrong({"--profile", "One", "--config-env", ""}), "--config-env is empty"));
    CHECK(wrong({"--strict"}).find("--strict") != std::string::npos);
    CHECK(
        mentions(run_with({"plan", "--write", "--profile", "One", "-"}, with_config(function("F", "CodeUri: f/"))).err,
                 "--write needs a file"));
    CHECK(mentions(run_with({"plan", "--profile", "One", "-"}, with_config(function("F", "CodeUri: f/"))).out,
                   "--signing-profiles F=One\n"));
    CHECK(run_with({"plan", "missing.yaml"}).code == world_is_wrong);
  }

  TEST_CASE("plan --write: lint has nothing to say about it any more") {
    const Scratch scratch;
    scratch.write(
        "app/template.yaml",
        with_config(function("Api", "CodeUri: api/, Layers: [!Ref Shared]") +
                    "  Shared:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: s/}\n"));
    const std::string before = "version = 0.1\r\n# mine\r\n[default.deploy.parameters]\r\nstack_name = \"s\" # name";
    scratch.write("app/samconfig.toml", before);
    CHECK(mentions(run_with({"lint", "app"}).out, "[unconfigured-signing]"));
    const std::vector<std::string> command{
        "plan", "--write", "--profile", "Orders", "--profile", "Shared=Layers:210987654321", "app"};
    const Outcome first = run_with(command);
    CHECK(first.code == done);
    CHECK(first.err.empty());
    CHECK(first.out.ends_with("\n2 packages to sign in 1 template\nchanged app/samconfig.toml\n"));
    CHECK(read_whole_file("app/samconfig.toml") == before + "\r\n" + two_written);
    CHECK_FALSE(mentions(run_with({"lint", "app"}).out, "[unconfigured-signing]"));
    CHECK(run_with(command).out.ends_with("\nunchanged app/samconfig.toml\n"));
    CHECK(read_whole_file("app/samconfig.toml") == before + "\r\n" + two_written);

    fs::remove("app/samconfig.toml");
    CHECK(run_with(command).code == done);
    CHECK(read_whole_file("app/samconfig.toml") ==
          "version = 0.1\n\n[default.deploy.parameters]\n" + two_written + "\n");
    CHECK_FALSE(mentions(run_with({"lint", "app"}).out, "[unconfigured-signing]"));
    CHECK(std::distance(fs::directory_iterator("app"), fs::directory_iterator()) == 2);

    scratch.write("app/samconfig.toml", "[default.deploy.parameters]\n");
    CHECK(run_with(command).err ==
          "cfn-codesign: app/samconfig.toml: SAM CLI refuses it without version = 0.1 before its first table\n");
  }

  TEST_CASE("plan --write: what is refused is unchanged, said in one sentence, and the rest goes on") {
    const Scratch scratch;
    const std::string text = with_config(function("Api", "CodeUri: api/"));
    scratch.write("template.yaml", text);
    const auto refused = [](const std::string& path = "template.yaml") {
      const Outcome outcome = run_with({"plan", "--write", "--profile", "Orders", path});
      CHECK(outcome.code == world_is_wrong);
      CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
      return outcome.err;
    };
    scratch.write("samconfig.toml", "[default\n");
    CHECK(mentions(refused(), "samconfig.toml:1:9: not valid TOML"));
    CHECK(read_whole_file("samconfig.toml") == "[default\n");
    scratch.write("samconfig.toml", "[default.deploy.parameters]\ntemplate_file = \"other.yaml\"\n");
    CHECK(mentions(refused(), "[default] is for the template other.yaml"));
    fs::rename("samconfig.toml", "real.toml");
    fs::create_symlink("real.toml", "samconfig.toml");
    CHECK(mentions(refused(), "samconfig.toml: it is a link; write to what it names, or pass the arguments"));
    fs::remove("samconfig.toml");
    fs::create_directory("samconfig.toml");
    CHECK(mentions(refused(), "samconfig.toml: it is no file"));
    fs::remove("samconfig.toml");
    scratch.write("samconfig.yaml", "version: 0.1\n");
    CHECK(mentions(refused(), "samconfig.yaml: a new samconfig.toml would be read in its place"));
    CHECK_FALSE(fs::exists("samconfig.toml"));
    fs::remove("samconfig.yaml");
    scratch.write("other.yaml", text);
    CHECK(mentions(refused("other.yaml"), "and not for other.yaml; name that as template_file"));
    CHECK_FALSE(fs::exists("samconfig.toml"));

    fs::remove("other.yaml");
    // Two templates that SAM CLI could mean: neither, until one is named.
    fs::rename("template.yaml", "template.yml");
    scratch.write("template.json", as_json(parse({"template.yaml", text})));
    CHECK(mentions(refused("."), "samconfig.toml: template.json and 1 more beside it have packages to sign"));
    CHECK_FALSE(fs::exists("samconfig.toml"));
    scratch.write("samconfig.toml", "version = 0.1\n[default.deploy.parameters]\ntemplate_file = \"template.yml\"\n");
    scratch.write("good/template.yaml", text);
    const Outcome both = run_with({"plan", "--write", "--profile", "Orders", "."});
    CHECK(both.code == world_is_wrong);
    CHECK(mentions(both.err, "[default] is for the template template.yml, not for template.json"));
    CHECK(mentions(both.out, "changed good/samconfig.toml\nchanged samconfig.toml\n"));
    CHECK(mentions(read_whole_file("samconfig.toml"), "signing_profiles = \"Api=\\\"Orders\\\"\""));
  }

  TEST_CASE("plan: nested stacks beside the template are named") {
    const Scratch scratch;
    scratch.write("child.yaml", with_config(function("Deep", "CodeUri: d/")));
    scratch.write("template.yaml",
                  "Resources: {Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}}\n");
    const Outcome outcome = run_with({"plan", "template.yaml"});
    CHECK(mentions(outcome.out, "template.yaml: 0 packages to sign\n"));
    CHECK(mentions(outcome.out,
                   "- Deep of child.yaml, in the nested stack Nested: SAM CLI signs nothing in nested stacks"));
    CHECK(outcome.code == done);
  }
}

}  // namespace codesign
