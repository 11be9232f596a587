// How fast the program is: against what starts, what reads and what judges as well, in ratios of medians, run in turns;
// and how its work grows, in instructions. Prints tables, and writes them to a JSON file. An exponent of growth above
// the limit is a failure, exit code 1; a time never is, as machines differ.
#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/benchmarks/inputs.h"
#include "tests/benchmarks/processes.h"

namespace {

namespace fs = std::filesystem;
using namespace codesign::benchmarks;

struct Options {
  std::string program, guard, rule, corpus, json;
  bool small = false;
};

// A folder that is gone at the end.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "cfn-codesign-bench-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("there is no room for a folder of inputs");
    folder_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  fs::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  fs::path folder_;
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

struct Side {
  std::string name;
  Words words;
};
struct Measured {
  double milliseconds = 0, peak_mib = 0;
};

// Medians of runs in turns, after one of each that does not count.
std::vector<Measured> in_turns(const std::vector<Side>& sides, int repeats) {
  std::vector<std::vector<double>> times(sides.size());
  std::vector<Measured> result(sides.size());
  for (int turn = -1; turn < repeats; ++turn) {
    for (std::size_t i = 0; i < sides.size(); ++i) {
      const Run one = run(sides[i].words);
      if (one.exit_code == 2) throw std::runtime_error(sides[i].name + " could not do its work");
      if (turn < 0) continue;
      times[i].push_back(one.seconds * 1000);
      result[i].peak_mib = std::max(result[i].peak_mib, one.peak_mib);
    }
  }
  for (std::size_t i = 0; i < sides.size(); ++i) result[i].milliseconds = median(times[i]);
  return result;
}

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) {
    // Below the folder, no file is part of a repository, so that git is not asked.
    write({{"small/template.yaml", small_template()}, {"large/template.yaml", template_of(large_functions)}},
          scratch_ / "");
    prepare_corpus();
    write_repository(options.small ? 500 : 5000, scratch_ / "repository");
  }

  bool run() {
    fmt::print("cfn-codesign against others: whole processes, run in turns, medians; peaks of resident memory\n");
    compare("start", "one small template (1 KB)",
            {{"/bin/true", {"/bin/true"}}, lint("small/template.yaml"), guard("small/template.yaml")}, 25);
    compare("corpus", fmt::format("{} real templates", corpus_files_), {guard("corpus"), lint("corpus")}, 5);
    compare("large",
            fmt::format("one template with {} functions ({:.1f} MB)", large_functions,
                        static_cast<double>(fs::file_size(scratch_ / "large/template.yaml")) / 1e6),
            {guard("large/template.yaml"), lint("large/template.yaml")}, 5);
    compare("repository", "a folder of YAML and JSON, one template in a hundred",
            {cat("repository"), lint("repository")}, 11);
    compare("transform", "lint and transform of the real templates", {lint("corpus"), transform("corpus")}, 11);
    cores();
    join();
    grow();
    if (!options_.json.empty()) std::ofstream(options_.json) << result_.dump(2) << '\n';
    for (const std::string& failure : failures_) fmt::print("FAILED: {}\n", failure);
    return failures_.empty();
  }

 private:
  static constexpr std::size_t large_functions = 500;

  // What cfn-guard cannot read makes it stop, so both are given the rest.
  void prepare_corpus() {
    if (!fs::is_directory(options_.corpus)) {
      say("there are no real templates beside this project; made-up ones stand for them");
      write(separate_templates(100), scratch_ / "corpus");
      corpus_files_ = 100;
      return;
    }
    for (const auto& entry : fs::recursive_directory_iterator(options_.corpus)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".yaml" && extension != ".yml" && extension != ".json" && extension != ".template") continue;
      if (has_guard() && codesign::benchmarks::run(guard_words(entry.path())).exit_code > 100) {
        say(fmt::format("cfn-guard cannot read {}: left out for all",
                        fs::relative(entry.path(), options_.corpus).string()));
        continue;
      }
      const fs::path copy = scratch_ / "corpus" / fs::relative(entry.path(), options_.corpus);
      fs::create_directories(copy.parent_path());
      fs::copy_file(entry.path(), copy);
      ++corpus_files_;
    }
  }

  void say(const std::string& sentence) {
    fmt::print("{}\n", sentence);
    result_["remarks"].push_back(sentence);
  }

  Side lint(const std::string& path) const {
    return {"cfn-codesign", {options_.program, "lint", (scratch_ / path).string()}};
  }
  Side transform(const std::string& path) const {
    return {"transform", {options_.program, "transform", (scratch_ / path).string()}};
  }
  Side cat(const std::string& folder) const {
    Side side{"cat", {"cat"}};
    for (const auto& entry : fs::recursive_directory_iterator(scratch_ / folder))
      if (entry.is_regular_file()) side.words.push_back(entry.path().string());
    return side;
  }
  bool has_guard() const { return !options_.guard.empty() && fs::exists(options_.guard) && fs::exists(options_.rule); }
  // With the options that make it fastest.
  Words guard_words(const fs::path& path) const {
    return {options_.guard,   "validate", "--rules",         options_.rule, "--data",      path.string(),
            "--show-summary", "none",     "--output-format", "json",        "--structured"};
  }
  Side guard(const std::string& path) const {
    return has_guard() ? Side{"cfn-guard", guard_words(scratch_ / path)} : Side{"cfn-guard", {}};
  }

  // The first side is what the others are measured by.
  void compare(const std::string& name, const std::string& what, std::vector<Side> sides, int repeats) {
    const auto missing = std::find_if(sides.begin(), sides.end(), [](const Side& side) { return side.words.empty(); });
    fmt::print("\n{}: {}\n", name, what);
    if (missing != sides.end()) {
      say(fmt::format("  {} is not here, and is not compared with", missing->name));
      sides.erase(missing);
    }
    const std::vector<Measured> measured = in_turns(sides, options_.small ? std::min(repeats, 3) : repeats);
    nlohmann::ordered_json& result = result_["comparisons"][name];
    result["what"] = what;
    for (std::size_t i = 0; i < sides.size(); ++i) {
      const double ratio = measured[i].milliseconds / measured[0].milliseconds;
      fmt::print("  {:<24}{:>10.2f} ms {:>8.2f} x {:>8.1f} MiB\n", sides[i].name, measured[i].milliseconds, ratio,
                 measured[i].peak_mib);
      result["sides"].push_back({{"name", sides[i].name},
                                 {"milliseconds", measured[i].milliseconds},
                                 {"ratio", ratio},
                                 {"peak_mib", measured[i].peak_mib}});
    }
  }

  void cores() {
    if (std::thread::hardware_concurrency() < 2 || !is_installed("taskset"))
      return say("\ncores: there is one core, or no taskset: not compared");
    Side one = lint("corpus"), two = one;
    one.name = "one core";
    one.words.insert(one.words.begin(), {"taskset", "--cpu-list", "0"});
    two.name = "two cores";
    two.words.insert(two.words.begin(), {"taskset", "--cpu-list", "0,1"});
    compare("cores", "lint of the real templates", {two, one}, 11);
  }

  struct Growth {
    std::string name;
    std::size_t least;
    std::function<Folder(std::size_t)> make;
  };

  static Folder one_file(std::string text, const char* path = "template.yaml") { return {{path, std::move(text)}}; }

  static std::vector<Growth> workspaces() {
    return {{"templates, separate", 50, separate_templates},
            {"templates, nested", 50, nested_templates},
            {"templates, in chains", 50, chained_templates},
            {"templates, importing", 50, importing_templates},
            {"templates, of one export", 50, templates_of_one_export}};
  }

  // In time: to count the instructions of thousands of templates takes minutes. What fails if it grows is `grow`.
  void join() {
    const std::size_t many = options_.small ? 500 : 5000, few = many / factor;
    fmt::print(
        "\njoined: lint of so many templates with ten functions each\n  "
        "{:<28}{:>8}{:>10}{:>8}{:>10}{:>10}{:>10}\n",
        "of", "n", "ms", "n", "ms", "exponent", "MiB");
    for (const Growth& shape : workspaces()) {
      for (const std::size_t count : {few, many}) {
        fs::remove_all(scratch_ / std::to_string(count));
        write(shape.make(count), scratch_ / std::to_string(count));
      }
      const auto measured = in_turns({lint(std::to_string(few)), lint(std::to_string(many))}, options_.small ? 1 : 5);
      const double exponent =
          std::log(measured[1].milliseconds / measured[0].milliseconds) / std::log(static_cast<double>(factor));
      fmt::print("  {:<28}{:>8}{:>10.1f}{:>8}{:>10.1f}{:>10.2f}{:>10.1f}\n", shape.name, few, measured[0].milliseconds,
                 many, measured[1].milliseconds, exponent, measured[1].peak_mib);
      result_["joined"].push_back({{"of", shape.name},
                                   {"n", few},
                                   {"milliseconds", measured[0].milliseconds},
                                   {"n_many", many},
                                   {"milliseconds_many", measured[1].milliseconds},
                                   {"exponent", exponent},
                                   {"peak_mib", measured[1].peak_mib}});
    }
  }

  void grow() {
    std::vector<Growth> shapes{
        {"bytes of YAML", 500, [](std::size_t n) { return one_file(template_with(10, n)); }},
        {"bytes of JSON", 500, [](std::size_t n) { return one_file(json_template_with(10, n), "template.json"); }},
        {"findings on one line", 250, [](std::size_t n) { return one_file(on_one_line(n), "template.json"); }},
        {"functions", 250, [](std::size_t n) { return one_file(template_with(n, 0)); }},
        {"conditions, independent", 25, [](std::size_t n) { return one_file(independent_conditions(n)); }},
        {"conditions, nested", 15, [](std::size_t n) { return one_file(nested_conditions(n)); }},
        {"conditions, joined", 25, [](std::size_t n) { return one_file(joined_conditions(n)); }},
    };
    for (Growth& shape : workspaces()) shapes.push_back(std::move(shape));
    fmt::print(
        "\ngrowth: instructions of lint, less those of a template that is empty; the exponent is 1 where twice as much "
        "takes twice as long\n");
    write(one_file("Resources: {}\n"), scratch_ / "empty");
    const auto empty = instructions_of(lint("empty").words);
    if (!empty) return say("  valgrind is not here: not measured");
    fmt::print("  {:<28}{:>8}{:>14}{:>8}{:>14}{:>10}\n", "of", "n", "millions", "n", "millions", "exponent");
    for (const Growth& shape : shapes) {
      const std::size_t most = shape.least * factor;
      const double few = work_of(shape.name, shape.make(shape.least)) - *empty;
      const double many = work_of(shape.name, shape.make(most)) - *empty;
      const double exponent = std::log(many / few) / std::log(static_cast<double>(factor));
      fmt::print("  {:<28}{:>8}{:>14.1f}{:>8}{:>14.1f}{:>10.2f}\n", shape.name, shape.least, few / 1e6, most,
                 many / 1e6, exponent);
      result_["growth"].push_back({{"of", shape.name},
                                   {"n", shape.least},
                                   {"instructions", few},
                                   {"n_many", most},
                                   {"instructions_many", many},
                                   {"exponent", exponent}});
      if (exponent > most_growth)
        failures_.push_back(fmt::format("{}: the exponent of growth is {:.2f}, and may be {:.1f} at most", shape.name,
                                        exponent, most_growth));
    }
  }

  double work_of(const std::string& name, const Folder& files) {
    const fs::path folder = scratch_ / "growth";
    fs::remove_all(folder);
    write(files, folder);
    const auto work = instructions_of(lint("growth").words);
    if (!work) throw std::runtime_error(name + ": cannot be measured");
    return *work;
  }

  static constexpr std::size_t factor = 4;
  static constexpr double most_growth = 1.3;

  const Options& options_;
  Scratch scratch_;
  std::size_t corpus_files_ = 0;
  nlohmann::ordered_json result_;
  std::vector<std::string> failures_;
};

}  // namespace

int main(int count, char** words) {
  Options options;
  CLI::App app("Measures cfn-codesign", "cfn-codesign-bench");
  app.add_option("PROGRAM", options.program, "cfn-codesign")->required()->check(CLI::ExistingFile);
  app.add_option("--guard", options.guard, "cfn-guard");
  app.add_option("--rule", options.rule, "The rule for cfn-guard that asks the same");
  app.add_option("--corpus", options.corpus, "A folder of real templates");
  app.add_option("--json", options.json, "Where to write the results, too");
  app.add_flag("--small", options.small, "Fewer repeats, smaller inputs: whether it runs, and how work grows");
  CLI11_PARSE(app, count, words);
  try {
    return Bench(options).run() ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "cfn-codesign-bench: {}\n", error.what());
    return 2;
  }
}
