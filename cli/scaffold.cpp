#include "cli/commands.h"

#include "cli/files.h"
#include "report/scaffold.h"

namespace codesign {

int scaffold_command(const ScaffoldOptions& options, const World& world) {
  if (options.list) {
    world.out(scaffold_list());
    return done;
  }
  const Scaffold* scaffold = find_scaffold(options.name);
  if (!scaffold) throw WorldError(no_such_scaffold(options.name));
  if (options.output)
    create_file(*options.output, scaffold->text);
  else
    world.out(scaffold->text);
  return done;
}

}  // namespace codesign
