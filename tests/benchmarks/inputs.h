// What is measured: templates and folders, made up, the same in every run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace codesign::benchmarks {

// A file of a folder: its path from there, and its text.
struct File {
  std::string path;
  std::string text;
};
using Folder = std::vector<File>;

void write(const Folder& files, const std::filesystem::path& folder);

// Three functions with what people write around them.
std::string small_template();

// Functions, each with a role, a table and a queue: 1.8 KB for each function.
std::string template_of(std::size_t functions);

// Functions of one line each, in a template that has `resources` other resources.
std::string template_with(std::size_t functions, std::size_t resources);
// The same as JSON.
std::string json_template_with(std::size_t functions, std::size_t resources);

// Unsigned functions, in JSON without a line break.
std::string on_one_line(std::size_t functions);

// 200 functions under so many conditions: each under one of them; all behind as many branches; all under one condition
// of which the others are part.
std::string independent_conditions(std::size_t conditions);
std::string nested_conditions(std::size_t conditions);
std::string joined_conditions(std::size_t conditions);

// Templates of ten functions: that have nothing to do with each other; a parent for every hundred; chains of ten; one
// export for every ten; one export for all.
Folder separate_templates(std::size_t count);
Folder nested_templates(std::size_t count);
Folder chained_templates(std::size_t count);
Folder importing_templates(std::size_t count);
Folder templates_of_one_export(std::size_t count);

// Manifests, lock files and descriptions as they stand in repositories, of 17 KB on average, with a small template
// for every hundred of them. Written one by one: what this process holds counts as memory of those that it starts.
void write_repository(std::size_t files, const std::filesystem::path& folder);

}  // namespace codesign::benchmarks
