#include "tests/benchmarks/inputs.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <fstream>
#include <random>

#include <nlohmann/json.hpp>

#include "template/parse.h"
#include "tests/support.h"

namespace codesign::benchmarks {
namespace {

constexpr std::size_t functions_of_a_template = 10;

std::string config(std::string_view name) {
  return fmt::format(
      "  {}:\n    Type: AWS::Lambda::CodeSigningConfig\n    Properties:\n      AllowedPublishers:\n        "
      "SigningProfileVersionArns:\n          - "
      "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12\n      CodeSigningPolicies:\n        "
      "UntrustedArtifactOnDeployment: Enforce\n",
      name);
}

std::string function(std::size_t number, std::string_view config_arn) {
  return fmt::format(
      "  F{}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a.b\n      Code: {{S3Bucket: b, S3Key: "
      "k}}\n      CodeSigningConfigArn: {}\n",
      number, config_arn);
}

std::string functions(std::string_view config_arn, std::size_t count = functions_of_a_template) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += function(i, config_arn);
  return text;
}

std::string conditions_head(std::size_t conditions) {
  std::string text = "Parameters:\n";
  for (std::size_t i = 0; i < conditions; ++i)
    text += fmt::format("  P{}: {{Type: String, Default: 'no', AllowedValues: ['yes', 'no']}}\n", i);
  text += "Conditions:\n";
  for (std::size_t i = 0; i < conditions; ++i) text += fmt::format("  C{}: !Equals [!Ref P{}, 'yes']\n", i, i);
  return text;
}

constexpr std::size_t functions_under_conditions = 200;

std::string path_of(std::size_t number) {
  return fmt::format("c{}.yaml", number);
}

constexpr std::string_view child_head =
    "Parameters:\n  Csc: {Type: String, Default: none}\n  Stage: {Type: String, AllowedValues: [dev, prod]}\n"
    "Conditions:\n  IsSigned: !Not [!Equals [!Ref Csc, none]]\n  IsProd: !Equals [!Ref Stage, prod]\nResources:\n";
constexpr std::string_view given_config = "!If [IsSigned, !Ref Csc, !Ref AWS::NoValue]";

std::string nested_stack(std::size_t number, std::string_view parameters) {
  return fmt::format(
      "  N{}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {}\n      Parameters: "
      "{{{}}}\n",
      number, path_of(number), parameters);
}

class Words {
 public:
  explicit Words(std::uint32_t seed) : engine_(seed) {}

  std::string word() {
    static constexpr std::array words{"service", "deploy",  "version", "replicas", "labels",    "selector", "ports",
                                      "value",   "default", "string",  "required", "type",      "object",   "array",
                                      "format",  "pattern", "limits",  "memory",   "request",   "path",     "method",
                                      "schema",  "query",   "header",  "token",    "operation", "response", "account"};
    return words[below(words.size())];
  }
  std::size_t below(std::size_t count) { return engine_() % count; }
  // Most files are small, some are large; 17 KB on average.
  std::size_t size() {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(below(1000)) / 1000 - 0.5;
    return static_cast<std::size_t>(std::exp(9.0 + 1.2 * sum));
  }

 private:
  std::mt19937 engine_;
};

std::string manifest(Words& words, std::size_t size) {
  std::string text;
  while (text.size() < size)
    text += fmt::format(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {0}-{1}\n  labels:\n    app: \"{0}\"\nspec:\n  # "
        "{2} "
        "{3}\n  replicas: {4}\n  template:\n    spec:\n      containers:\n        - name: {2}\n          image: "
        "example/{2}:1.{1}\n          resources:\n            limits: {{memory: {1}Mi}}\n---\n",
        words.word(), words.below(1000), words.word(), words.word(), words.below(9));
  return text;
}

std::string lock_file(Words& words, std::size_t size) {
  nlohmann::ordered_json packages;
  for (std::size_t written = 0, i = 0; written < size; written += 260, ++i)
    packages[fmt::format("node_modules/{}-{}", words.word(), i)] = {
        {"version", fmt::format("{}.{}.0", words.below(9), words.below(99))},
        {"description",
         fmt::format("The \"{}\" of {}.\nSee {} and {}.", words.word(), words.word(), words.word(), words.word())},
        {"integrity", fmt::format("sha512-{0:08x}{0:08x}{0:08x}{0:08x}", words.below(0xFFFFFFFF))},
        {"dependencies", {{words.word(), fmt::format("^{}.0.0", words.below(9))}}}};
  return packages.dump(2);
}

}  // namespace

void write(const Folder& files, const std::filesystem::path& folder) {
  for (const File& file : files) {
    std::filesystem::create_directories((folder / file.path).parent_path());
    std::ofstream(folder / file.path, std::ios::binary) << file.text;
  }
}

std::string small_template() {
  return R"(AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Description: Takes orders and writes them to a table

Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: orders/
      Handler: app.take
      Runtime: python3.12
      Environment:
        Variables:
          TABLE: !Ref Table
  Bills:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: bills/
      Handler: app.send
      Runtime: python3.12
      Policies:
        - DynamoDBReadPolicy: {TableName: !Ref Table}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - AttributeName: id
          AttributeType: S
      KeySchema:
        - AttributeName: id
          KeyType: HASH
)";
}

std::string template_of(std::size_t functions) {
  std::string text = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n";
  for (std::size_t i = 0; i < functions; ++i)
    text += fmt::format(R"(  Orders{0}:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: orders-{0}
      Description: Takes orders of kind {0} from the queue, checks them and writes them to the table
      Code:
        S3Bucket: artifacts
        S3Key: services/orders{0}.zip
      Handler: app.handler
      Runtime: python3.12
      Role: !GetAtt Role{0}.Arn
      MemorySize: 256
      Timeout: 30
      Environment:
        Variables:
          TABLE_NAME: !Ref Table{0}
          QUEUE_URL: !GetAtt Queue{0}.QueueUrl
          SERVICE: "orders-{0}"
  Role{0}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal:
              Service: lambda.amazonaws.com
            Action: sts:AssumeRole
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action:
                  - dynamodb:PutItem
                  - dynamodb:UpdateItem
                Resource: !GetAtt Table{0}.Arn
  Table{0}:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - AttributeName: id
          AttributeType: S
        - AttributeName: created
          AttributeType: S
      KeySchema:
        - AttributeName: id
          KeyType: HASH
        - AttributeName: created
          KeyType: RANGE
      Tags:
        - Key: service
          Value: orders-{0}
  Queue{0}:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 180
      MessageRetentionPeriod: 1209600
      KmsMasterKeyId: alias/aws/sqs
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt DeadLetters.Arn
        maxReceiveCount: 5
      Tags:
        - Key: service
          Value: orders-{0}
        - Key: data
          Value: confidential
)",
                        i);
  return text + "  DeadLetters:\n    Type: AWS::SQS::Queue\n";
}

std::string template_with(std::size_t functions, std::size_t resources) {
  std::string text = "Resources:\n" + config("Csc");
  for (std::size_t i = 0; i < functions; ++i) text += function(i, "!GetAtt Csc.CodeSigningConfigArn");
  for (std::size_t i = 0; i < resources; ++i)
    text +=
        fmt::format("  Q{0}:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: queue-of-orders-{0}\n", i);
  return text;
}

std::string json_template_with(std::size_t functions, std::size_t resources) {
  return nlohmann::ordered_json::parse(as_json(parse({"template.yaml", template_with(functions, resources)}))).dump(2) +
         "\n";
}

std::string on_one_line(std::size_t functions) {
  std::string text = "{\"Resources\": {";
  for (std::size_t i = 0; i < functions; ++i)
    text += fmt::format(
        "{}\"F{}\": {{\"Type\": \"AWS::Lambda::Function\", \"Properties\": {{\"Handler\": \"a.b\", \"Code\": "
        "{{\"S3Bucket\": \"b\", \"S3Key\": \"k\"}}}}}}",
        i == 0 ? "" : ", ", i);
  return text + "}}";
}

std::string independent_conditions(std::size_t conditions) {
  std::string text = conditions_head(conditions) + "Resources:\n" + config("Csc");
  for (std::size_t i = 0; i < functions_under_conditions; ++i)
    text += function(i, fmt::format("!If [C{}, !Ref Csc, !Ref AWS::NoValue]", i % conditions));
  return text;
}

std::string nested_conditions(std::size_t conditions) {
  std::string value = "!Ref AWS::NoValue";
  for (std::size_t i = conditions; i-- > 0;) value = fmt::format("!If [C{}, !Ref Csc, {}]", i, value);
  return conditions_head(conditions) + "Resources:\n" + config("Csc") + functions(value, functions_under_conditions);
}

std::string joined_conditions(std::size_t conditions) {
  std::string text = conditions_head(conditions) + "  All: !And\n";
  for (std::size_t i = 0; i < conditions; ++i)
    text += fmt::format("    - !Or [!Condition C{}, !Not [!Condition C{}]]\n", i, (i * 7 + 3) % conditions);
  return text + "Resources:\n" + config("Csc") +
         functions("!If [All, !Ref Csc, !Ref AWS::NoValue]", functions_under_conditions);
}

Folder separate_templates(std::size_t count) {
  Folder files;
  for (std::size_t i = 0; i < count; ++i)
    files.push_back({path_of(i), "Resources:\n" + config("Csc") + functions("!Ref Csc")});
  return files;
}

Folder nested_templates(std::size_t count) {
  constexpr std::size_t children = 100;
  Folder files;
  while (files.size() < count) {
    const std::size_t parent = files.size();
    files.push_back({path_of(parent),
                     "Parameters:\n  Stage: {Type: String, AllowedValues: [dev, prod]}\nConditions:\n  IsProd: !Equals "
                     "[!Ref Stage, prod]\nResources:\n" +
                         config("Csc") + functions("!Ref Csc")});
    for (std::size_t i = 0; i < children && files.size() < count; ++i) {
      files[parent].text += nested_stack(files.size(), "Csc: !If [IsProd, !Ref Csc, none], Stage: !Ref Stage");
      files.push_back({path_of(files.size()), std::string(child_head) + functions(given_config)});
    }
  }
  return files;
}

Folder chained_templates(std::size_t count) {
  constexpr std::size_t length = 10;
  Folder files;
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_first = i % length == 0, is_last = i % length == length - 1 || i + 1 == count;
    std::string text = is_first ? "Resources:\n" + config("Csc") + functions("!Ref Csc")
                                : std::string(child_head) + functions(given_config);
    if (!is_last) text += nested_stack(i + 1, "Stage: dev, Csc: !Ref Csc");
    files.push_back({path_of(i), std::move(text)});
  }
  return files;
}

Folder importing_templates(std::size_t count) {
  constexpr std::size_t importers = 10;
  Folder files;
  for (std::size_t i = 0; i < count; ++i)
    files.push_back(
        {path_of(i),
         i % importers == 0
             ? "Resources:\n" + config("Csc") + functions("!Ref Csc") +
                   fmt::format("Outputs:\n  Csc:\n    Value: !Ref Csc\n    Export: {{Name: csc-{}}}\n", i / importers)
             : "Resources:\n" + functions(fmt::format("!ImportValue csc-{}", i / importers))});
  return files;
}

Folder templates_of_one_export(std::size_t count) {
  Folder files{{path_of(0), "Resources:\n" + config("Csc") + functions("!Ref Csc") +
                                "Outputs:\n  Csc: {Value: !Ref Csc, Export: {Name: csc}}\n"}};
  for (std::size_t i = 1; i < count; ++i) files.push_back({path_of(i), "Resources:\n" + functions("!ImportValue csc")});
  return files;
}

void write_repository(std::size_t files, const std::filesystem::path& folder) {
  constexpr std::size_t files_of_a_service = 20, one_template_in = 100;
  Words words(20201123);
  for (std::size_t i = 0; i < files; ++i) {
    const std::string service = fmt::format("services/{}{}/", words.word(), i / files_of_a_service);
    if (i % one_template_in == 0)
      write({{service + "template.yaml", small_template()}}, folder);
    else if (i % 2 == 0)
      write({{fmt::format("{}deploy{}.yaml", service, i), manifest(words, words.size())}}, folder);
    else
      write({{fmt::format("{}package{}.json", service, i), lock_file(words, words.size())}}, folder);
  }
}

}  // namespace codesign::benchmarks
