#include "graph/arn.h"

#include <algorithm>
#include <array>
#include <utility>

namespace codesign {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter_or_digit(char c) {
  return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_partition_or_region_character(char c) {
  return is_letter_or_digit(c) || c == '-';
}

bool all_of(std::string_view text, bool (*accepts)(char)) {
  return std::all_of(text.begin(), text.end(), accepts);
}
bool is_account(std::string_view text) {
  return text.size() == 12 && all_of(text, is_digit);
}
bool is_region(std::string_view text) {
  return !text.empty() && all_of(text, is_partition_or_region_character);
}

}  // namespace

std::optional<Arn> read_arn(std::string_view text) {
  if (!text.starts_with("arn:")) return {};
  text.remove_prefix(4);
  std::array<std::string_view, 4> fields;
  for (std::string_view& field : fields) {
    // A field may be a pseudo parameter, which holds colons of its own: "${AWS::Region}".
    const std::size_t from = text.starts_with("${") ? text.find('}') : 0;
    const std::size_t colon = from == std::string_view::npos ? from : text.find(':', from);
    if (colon == std::string_view::npos) return {};
    field = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const bool is_partition = fields[0].starts_with("aws") && all_of(fields[0], is_partition_or_region_character);
  if (!is_partition && fields[0] != "${AWS::Partition}") return {};
  return Arn{fields[0], fields[1], fields[2], fields[3], text};
}

bool is_code_signing_config_arn(std::string_view text) {
  const auto arn = read_arn(text);
  constexpr std::string_view prefix = "code-signing-config:csc-";
  if (!arn || text.size() > 200 || arn->service != "lambda" || !is_region(arn->region) || !is_account(arn->account))
    return false;
  if (!arn->resource.starts_with(prefix)) return false;
  const std::string_view id = arn->resource.substr(prefix.size());
  return id.size() == 17 && all_of(id, [](char c) { return is_digit(c) || is_lower(c); });
}

bool is_signing_profile_version_arn(std::string_view text) {
  const auto arn = read_arn(text);
  constexpr std::string_view prefix = "/signing-profiles/";
  if (!arn || arn->service != "signer" || !is_region(arn->region) || !is_account(arn->account)) return false;
  if (!arn->resource.starts_with(prefix)) return false;
  const std::string_view path = arn->resource.substr(prefix.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view name = path.substr(0, slash), version = path.substr(slash + 1);
  return name.size() >= 2 && name.size() <= 64 &&
         all_of(name, [](char c) { return is_letter_or_digit(c) || c == '_'; }) && version.size() == 10 &&
         all_of(version, is_letter_or_digit);
}

bool is_placeholder_for_profile_version(std::string_view text) {
  const auto contains = [&](std::string_view sign) { return text.find(sign) != std::string_view::npos; };
  if (is_signing_profile_version_arn(text)) return contains("XXXX");
  return !read_arn(text) || contains("<") || contains(">") || contains("XXXX") || contains("xxxx") ||
         contains("TODO") || contains("SAMPLE") || contains("EXAMPLE");
}

bool has_dynamic_reference(std::string_view text) {
  return text.find("{{resolve:") != std::string_view::npos;
}

std::string with_plausible_pseudo_parameters(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> values{{
      {"${AWS::Partition}", "aws"},
      {"${AWS::Region}", "us-east-1"},
      {"${AWS::AccountId}", "210987654321"},
      {"${AWS::URLSuffix}", "amazonaws.com"},
  }};
  std::string result(text);
  for (const auto& [name, value] : values)
    for (std::size_t at = result.find(name); at != std::string::npos; at = result.find(name, at + value.size()))
      result.replace(at, name.size(), value);
  return result;
}

std::string_view signing_profile_in(const Arn& arn) {
  constexpr std::string_view kind = "/signing-profiles/";
  if (!arn.resource.starts_with(kind)) return {};
  const std::string_view name = arn.resource.substr(kind.size());
  return name.substr(0, name.find('/'));
}

bool is_example_account(std::string_view account) {
  return account == "123456789012" || account == "111122223333";
}

}  // namespace codesign
