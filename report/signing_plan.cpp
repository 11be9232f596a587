#include "report/signing_plan.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/core.h>

#include "report/text.h"

namespace codesign {
namespace {

// "A", "A and B", "A, B and C"
std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

// " (used by Api and Worker)"
std::string in_use_by(const ToSign& layer) {
  std::vector<std::string> names;
  for (const Function* user : layer.used_by) names.push_back(printable(user->resource->id));
  return names.empty() ? std::string() : " (used by " + joined(names) + ")";
}

// The list: name, what it is, its path, its profile.
std::string rows_of(const TemplatePlan& plan) {
  std::vector<std::array<std::string, 4>> rows;  // the last one is not padded
  for (std::size_t i = 0; i < plan.plan.to_sign.size(); ++i) {
    const ToSign& entry = plan.plan.to_sign[i];
    rows.push_back({printable(entry.name), entry.is_layer ? "layer" : "function",
                    entry.path.empty() ? "the template's folder" : printable(entry.path),
                    (plan.profiles[i] ? plan.profiles[i]->text() : "no profile") + in_use_by(entry)});
  }
  std::array<std::size_t, 3> widths{};
  for (const auto& row : rows)
    for (std::size_t column = 0; column < widths.size(); ++column)
      widths[column] = std::max(widths[column], row[column].size());
  std::string text;
  for (const auto& row : rows) {
    text += " ";
    for (std::size_t column = 0; column < widths.size(); ++column)
      text += " " + padded(row[column], widths[column]) + " ";
    text += " " + row.back() + "\n";
  }
  return text;
}

std::string names_without_profile(const TemplatePlan& plan) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < plan.plan.to_sign.size(); ++i)
    if (!plan.profiles[i]) names.push_back(printable(plan.plan.to_sign[i].name));
  return joined(names);
}

}  // namespace

std::vector<std::pair<std::string, SigningProfileName>> TemplatePlan::pairs() const {
  std::vector<std::pair<std::string, SigningProfileName>> result;
  for (std::size_t i = 0; i < plan.to_sign.size(); ++i) {
    const std::string name(plan.to_sign[i].name);
    const bool is_known =
        std::any_of(result.begin(), result.end(), [&](const auto& pair) { return pair.first == name; });
    if (profiles[i] && !is_known) result.emplace_back(name, *profiles[i]);
  }
  return result;
}

std::string signing_arguments(const TemplatePlan& plan) {
  std::string text;
  for (const auto& [name, profile] : plan.pairs()) text += (text.empty() ? "" : " ") + name + "=" + profile.text();
  return text;
}

std::string signing_entry(const TemplatePlan& plan) {
  std::string text;
  for (const auto& [name, profile] : plan.pairs())
    text += (text.empty() ? "" : " ") + name + "=\"" + profile.text() + "\"";
  return text;
}

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string signing_table(std::string_view environment) {
  const bool is_bare = !environment.empty() && std::all_of(environment.begin(), environment.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  });
  return "[" + (is_bare ? std::string(environment) : toml_string(environment)) + ".deploy.parameters]";
}

std::string sentence_of(const NotSigned& left) {
  using Why = NotSigned::Why;
  const std::string names = joined(left.names);
  const bool is_one = left.names.size() == 1;
  const std::string_view code = left.is_layer ? "content" : "code";
  switch (left.why) {
    case Why::inline_code:
      return fmt::format("{} {} inline code, which is not packaged, and which no signature covers: move it to a file",
                         names, is_one ? "is" : "are");
    case Why::image:
      return fmt::format(
          "{} {}, which code signing of Lambda does not cover: remove the code signing config, and sign the image in "
          "Amazon ECR",
          names, is_one ? "is a container image" : "are container images");
    case Why::bucket_map:
      return fmt::format(
          "the {} of {} is given as a bucket and a key{}, which SAM CLI leaves as they are: sign the object and name "
          "the signed one, or give the path of a folder",
          code, names, left.what.empty() ? "" : " (" + left.what + ")");
    case Why::uploaded:
      return fmt::format(
          "the {} of {} is uploaded already{}, and SAM CLI packages nothing: sign the object where it is uploaded, and "
          "name the signed one",
          code, names, left.what.empty() ? "" : " (" + left.what + ")");
    case Why::zip_file:
      return fmt::format(
          "the {} of {} is the package {}, which SAM CLI uploads under a name without an extension, though it says "
          "that AWS Signer takes only .zip: give the folder that is in it, or sign and upload the package yourself",
          code, names, left.what);
    case Why::plain_type:
      return fmt::format(
          "{} is packaged and uploaded unsigned, as SAM CLI signs only resources of SAM: make it an {}, or sign and "
          "upload its {} yourself",
          names, left.what, code);
    case Why::loop:
      return fmt::format(
          "{} {} in Fn::ForEach, which SAM CLI passes over unless its language extensions are switched on: write {} "
          "outside of the loop, or sign and upload the {} yourself",
          names, is_one ? "is made" : "are made", is_one ? "it" : "them", code);
    case Why::unfit_name:
      return fmt::format(
          "SAM CLI calls {} \"{}\", and takes only names of letters and digits in --signing-profiles: give it such a "
          "name in Metadata.SamResourceId",
          names, left.what);
    case Why::unknown_place:
      return fmt::format(
          "where the {} of {} is depends on the deployment, or is no file, and SAM CLI packages only a path that is "
          "written out: write the path, or sign and upload it yourself",
          code, names);
    case Why::layer_of_others:
      return fmt::format(
          "{}, used by {}, is published elsewhere: whoever publishes it signs it, and the config must allow that "
          "signing profile",
          left.what, names);
    case Why::nested_stack: break;
  }
  return fmt::format(
      "{} of {}, in the nested stack {}: SAM CLI signs nothing in nested stacks; package and sign that template on its "
      "own, and refer to the result by its S3 URL",
      names, left.what, left.resource->id);
}

std::string text_of_plan(const TemplatePlan& plan) {
  const SigningPlan& signing = plan.plan;
  if (signing.is_empty()) return {};
  std::string text =
      fmt::format("{}: {} to sign\n", printable(plan.file->path), counted(signing.to_sign.size(), "package"));
  if (!signing.to_sign.empty()) text += "\n" + rows_of(plan);
  if (const std::string arguments = signing_arguments(plan); !arguments.empty()) {
    text += "\nAs arguments, which sam package takes, too:\n\nsam deploy --signing-profiles " + arguments + "\n";
    text += "\nAs an entry of samconfig.toml:\n\n" + signing_table(plan.environment) +
            "\nsigning_profiles = " + toml_string(signing_entry(plan)) + "\n";
  }
  if (const std::string missing = names_without_profile(plan); !missing.empty()) {
    text += fmt::format("\nNo signing profile is given for {}: name it with --profile NAME[:OWNER]", missing);
    if (signing.proposal)
      text += fmt::format("; the configs allow one, which is --profile {}", signing.proposal->text());
    text += ".\n";
  }
  std::string computed;
  for (const ToSign& entry : signing.to_sign)
    if (entry.is_computed)
      computed += fmt::format(
          "- {}: its path is an intrinsic function, which SAM CLI packages and signs only after "
          "sam build has put a path there\n",
          printable(entry.name));
  if (!computed.empty()) text += "\nBuild before you package:\n" + computed;
  if (!signing.not_signed.empty()) {
    text += "\nSAM CLI does not sign:\n";
    for (const NotSigned& left : signing.not_signed) text += "- " + printable(sentence_of(left)) + "\n";
  }
  return text + "\n";
}

std::string summary_of_plans(const std::vector<TemplatePlan>& plans) {
  std::size_t packages = 0, templates = 0;
  for (const TemplatePlan& plan : plans) {
    templates += plan.file->status == FileResult::Status::linted;
    packages += plan.plan.to_sign.size();
  }
  if (packages == 0) return fmt::format("nothing to sign in {}\n", counted(templates, "template"));
  return fmt::format("{} to sign in {}\n", counted(packages, "package"), counted(templates, "template"));
}

}  // namespace codesign
