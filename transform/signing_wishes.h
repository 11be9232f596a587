// Fifth station: how a team signs. What `transform` is asked for, as values.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace codesign {

// Where the code signing config of a function comes from.
struct ConfigSource {
  enum class Kind : std::uint8_t {
    in_template,         // a resource of the template: the one that is there, or a new one
    arn,                 // an ARN, as it is
    parameter,           // a parameter without a default, which takes only such an ARN
    optional_parameter,  // a parameter whose default, "none", leaves the functions unsigned
    import,              // Fn::ImportValue
    ssm,                 // the dynamic reference {{resolve:ssm:…}}
    stack_output,        // Fn::GetStackOutput
  };
  Kind kind = Kind::in_template;
  std::string name;    // the ARN; of the parameter, or empty for any; of the export; the path; of the stack
  std::string output;  // of the stack
};

struct SigningWishes {
  bool enforce = false;                 // Enforce instead of Warn
  std::vector<std::string> publishers;  // signing profile version ARNs; empty: a parameter asks for them
  std::string publisher_parameter;      // the name of that parameter; empty: any
  std::string new_profile;              // the logical ID of a signing profile to be created and trusted; empty: none
  ConfigSource source;
  bool in_globals = false;                  // where SAM functions take it from Globals rather than each naming it
  bool alarm = false;                       // an alarm for configs that warn
  bool unsafe = false;                      // also what removes a resource
  std::set<std::string, std::less<>> only;  // rules whose remedies are carried out; empty: all

  bool repairs(std::string_view rule) const { return only.empty() || only.contains(rule); }
};

}  // namespace codesign
