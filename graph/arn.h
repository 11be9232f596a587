// The names AWS gives its things. Patterns: the CloudFormation resource schemas of AWS::Lambda::Function,
// AWS::Lambda::CodeSigningConfig and AWS::Signer::SigningProfile, and the Service Authorization Reference.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace codesign {

struct Arn {
  std::string_view partition, service, region, account, resource;
};

// "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"; nothing for other text. Fields may be pseudo parameters:
// "${AWS::Region}".
std::optional<Arn> read_arn(std::string_view text);

// "arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-" and 17 lower-case letters or digits, at most 200
// bytes. Partitions and regions are not compared with a list: new ones appear.
bool is_code_signing_config_arn(std::string_view text);

// "arn:aws:signer:eu-west-1:210987654321:/signing-profiles/NAME/VERSION": NAME 2 to 64 letters, digits and "_",
// VERSION 10 letters and digits.
bool is_signing_profile_version_arn(std::string_view text);

// NAME of such an ARN, read; empty for others.
std::string_view signing_profile_in(const Arn& arn);

// The accounts of AWS's own examples: nobody's.
bool is_example_account(std::string_view account);

// No ARN at all, or one with a part left open: "<…>", "XXXX", "TODO", "SAMPLE", "EXAMPLE". The words may stand in the
// name of a complete ARN.
bool is_placeholder_for_profile_version(std::string_view text);

// "{{resolve:ssm:…}}" somewhere in the text: its value is read at deployment.
bool has_dynamic_reference(std::string_view text);

// "${AWS::Region}", "${AWS::AccountId}", "${AWS::Partition}" and "${AWS::URLSuffix}" replaced by plausible values, so
// that the shape of the text can be judged.
std::string with_plausible_pseudo_parameters(std::string_view text);

}  // namespace codesign
