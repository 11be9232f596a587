#include "lint/rule.h"

namespace codesign {

static std::optional<Fault> check(const SigningConfig& config, const Graph&) {
  if (config.exported_by == NodeId::none || !config.retention.is_lost_when_deleted) return {};
  return Fault{
      .where = config.resource->key,
      .message = fmt::format("{} is exported for other stacks, but deleted with this one", config.resource->id),
      .remedy = RetainResource{config.resource}};
}

extern const Rule unretained_config = {
    .id = "unretained-config",
    .levels = hint,
    .summary = "Exported code signing config that is deleted with its stack",
    .why =
        "Lambda refuses to delete a config that a function still uses, so the stack cannot be deleted until all "
        "others let go of it.",
    .help = "Add DeletionPolicy: Retain.",
    .source = "AWS Lambda Developer Guide, Deleting a code signing configuration",
    .check = check,
    .repair = Repair::safe,
};

}  // namespace codesign
