// Which files a run is about. Where a git is at hand, it is the witness: what it ignores, and what it lists.
#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/core.h>

#include "cli/child_process.h"
#include "cli/discovery.h"
#include "cli/git.h"
#include "cli/path_patterns.h"
#include "cli/prefilter.h"
#include "tests/dice.h"
#include "tests/repository.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

const std::string template_text = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n";

Names listed(Names arguments) {
  arguments.insert(arguments.begin(), {"lint", "--list-files", "-0"});
  return split_at_zeros(run_with(arguments).out);
}

Names found(Search search, Names* errors = nullptr) {
  Names said, names;
  for (const FoundFile& file : find_files(search, said)) names.push_back(file.path);
  if (errors)
    *errors = said;
  else
    CHECK(said.empty());
  return names;
}

void expect_with_and_without_git(const Names& arguments, const Names& expected) {
  CAPTURE(arguments);
  CHECK(listed(arguments) == expected);
  const WithoutGit without_git;
  CHECK(listed(arguments) == expected);
}

std::string any_name(Dice& dice) {
  std::string name;
  for (std::size_t left = 1 + dice.below(3); left > 0; --left)
    name +=
        dice.one_of({"a", "b", "c", "a", "b", "c", "[", "]", "!", "*", " ", "\\", "#", "-", ".x", "\xC3\xA4", "\n"});
  return name;
}

// "**" stands alone between slashes: next to other characters it is "*", says gitignore(5), but git 2.39 takes "a**/b"
// for "a" and "**/b".
std::string any_pattern(Dice& dice) {
  std::string pattern = dice.one_of({"", "", "", "", "!", "/", "**/"});
  for (std::size_t names = 1 + dice.below(3); names > 0; --names) {
    if (dice.below(6) == 0)
      pattern += "**";
    else
      for (std::size_t left = 1 + dice.below(3); left > 0; --left)
        pattern += dice.one_of({"a",     "b",       "c",     "a",     "b",    "c",           "*",   "?",
                                "[ab]",  "[!a]",    "[^b]",  "[a-c]", "[",    "]",           "\\",  "\\*",
                                "\\[",   "#",       " ",     "-",     "[]a]", "[[:alpha:]]", "[a",  "[\\]]",
                                "[b-a]", "[[:x:]]", "[--a]", "[!-a]", "[a-]", "\xC3\xA4",    "\\ ", ".x"});
    if (names > 1) pattern += '/';
  }
  if (dice.below(4) == 0) pattern += dice.one_of({"/", "/", "/**", " ", "\r"});
  return pattern;
}

// One of the ways to write a key in double quotes.
std::string with_escapes(Dice& dice, std::string_view key, bool in_json) {
  std::string text = "\"";
  for (const char c : key) {
    const auto code = static_cast<unsigned>(c);
    switch (dice.below(in_json ? 3 : 6)) {
      case 0: text += c; break;
      case 1: text += fmt::format("\\u{:04x}", code); break;
      case 2: text += fmt::format("\\u{:04X}", code); break;
      case 3: text += fmt::format("\\x{:02x}", code); break;
      case 4: text += fmt::format("\\U{:08X}", code); break;
      default: text += fmt::format("\\\n    {}", c);
    }
  }
  return text + "\"";
}

bool is_a_template(const std::string& text) {
  const Document document = parse({"t.yaml", text});
  return document.problems.empty() && link(document).is_template;
}

}  // namespace

TEST_SUITE("discovery") {
  TEST_CASE("patterns: what gitignore(5) says") {
    const auto takes_out = [](const char* patterns, std::string_view path) {
      return PathPatterns::read(patterns).take_out_file(path);
    };
    CHECK(takes_out("*.yaml", "a/b.yaml"));
    CHECK_FALSE(takes_out("/*.yaml", "a/b.yaml"));
    CHECK_FALSE(takes_out("a*c", "a/c"));
    CHECK(takes_out("a/", "a/b"));
    CHECK_FALSE(takes_out("a/", "a"));
    CHECK(takes_out("doc/*.yaml", "doc/a.yaml"));
    CHECK_FALSE(takes_out("doc/*.yaml", "x/doc/a.yaml"));
    CHECK(takes_out("**/doc/a.yaml", "x/y/doc/a.yaml"));
    CHECK(takes_out("**/doc/a.yaml", "doc/a.yaml"));
    CHECK(takes_out("a/**/b", "a/b"));
    CHECK(takes_out("a/**/b", "a/x/y/b"));
    CHECK(takes_out("a/**", "a/x/y"));
    CHECK_FALSE(takes_out("a/**", "a"));
    CHECK_FALSE(takes_out("*.yaml\n!b.yaml", "b.yaml"));
    CHECK(takes_out("a/\n!a/b.yaml", "a/b.yaml"));
    CHECK_FALSE(takes_out("# a\n\n   \n", "a"));
    CHECK(takes_out("\\#a", "#a"));
    CHECK(takes_out("\\!a", "!a"));
    CHECK(takes_out("a  ", "a"));
    CHECK(takes_out("a\\ ", "a "));
    CHECK(
        takes_out("\xEF\xBB\xBF"
                  "a\r\nb\r\n",
                  "b"));
    CHECK_FALSE(takes_out("[a", "[a"));
    CHECK_FALSE(takes_out("a\\", "a\\"));
    CHECK(takes_out("[[:upper:][:digit:]-]", "-"));
    CHECK(takes_out("[[:punct:]]", "@"));
    CHECK_FALSE(takes_out("[[:punct:]]", "a"));
  }

  TEST_CASE("patterns take time in proportion to their length and the path's, not more") {
    std::string pattern, path;
    for (int i = 0; i < 2000; ++i) pattern += "*a";
    CHECK_FALSE(PathPatterns({pattern + "b"}).take_out_file(std::string(20'000, 'a')));
    pattern.clear();
    for (int i = 0; i < 300; ++i) pattern += "**/a/";
    for (int i = 0; i < 1000; ++i) path += "a/";
    CHECK_FALSE(PathPatterns({pattern + "b"}).take_out(path + "c", false));
  }

  TEST_CASE("made-up patterns take out what git ignores") {
    const Scratch scratch;
    make_repository();
    Dice dice(7);
    Names paths;
    for (int i = 0; i < 60; ++i) {
      fs::path path;
      for (std::size_t depth = 1 + dice.below(4); depth > 0; --depth) {
        path /= any_name(dice);
        std::error_code error;
        if (depth > 1)
          fs::create_directory(path, error);
        else
          std::ofstream(path) << "x";
      }
    }
    std::string asked;
    for (const auto& entry : fs::recursive_directory_iterator(".")) {
      const std::string path = entry.path().string().substr(2);
      if (path == ".git" || path.starts_with(".git/")) continue;
      paths.push_back(path);
      asked += path + '\0';
    }
    scratch.write(".git/asked", asked);
    REQUIRE(paths.size() > 60);
    std::size_t ignored = 0;
    for (int round = 0; round < 60; ++round) {
      std::string patterns;
      for (std::size_t count = 1 + dice.below(4); count > 0; --count) patterns += any_pattern(dice) + "\n";
      scratch.write(".git/info/exclude", patterns);
      // "source, line, pattern, path" of each
      const auto result = run_program({"sh", "-c", "git check-ignore --no-index -z -v -n --stdin <.git/asked"});
      REQUIRE(result);
      const Names answers = split_at_zeros(result->out);
      REQUIRE(answers.size() == 4 * paths.size());
      const PathPatterns read = PathPatterns::read(patterns);
      for (std::size_t i = 0; i < paths.size(); ++i) {
        const std::string& pattern = answers[4 * i + 2];
        const bool by_git = !pattern.empty() && !pattern.starts_with('!');
        const std::string& path = paths[i];
        bool here = read.take_out(path, fs::is_directory(path)).value_or(false);
        for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
          here |= read.take_out(path.substr(0, slash), true).value_or(false);
        CAPTURE(patterns);
        CAPTURE(path);
        CHECK(here == by_git);
        ignored += by_git;
      }
    }
    CHECK(ignored > 200);
  }

  TEST_CASE("the walk without git finds what git lists, in made-up trees with .gitignore in many folders") {
    const Scratch scratch;
    std::size_t total = 0;
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
      CAPTURE(seed);
      const std::string top = "r" + std::to_string(seed);
      fs::create_directory(top);
      fs::current_path(top);
      make_repository();
      Dice dice(seed);
      for (int i = 0; i < 80; ++i) {
        fs::path folder;
        for (std::size_t depth = dice.below(4); depth > 0; --depth) folder /= any_name(dice);
        std::error_code error;
        if (!folder.empty()) fs::create_directories(folder, error);
        if (error) continue;
        if (dice.below(5) == 0) {
          std::string patterns;
          for (std::size_t count = 1 + dice.below(3); count > 0; --count) patterns += any_pattern(dice) + "\n";
          scratch.write((folder / ".gitignore").string(), patterns);
        } else if (const fs::path name = folder / any_name(dice); !fs::exists(name)) {
          scratch.write(name.string() + ".yaml", template_text);
        }
      }
      const Names by_git = found({.paths = {"."}});
      total += by_git.size();
      Names all = split_at_zeros(git({"ls-files", "-z", "--others", "--exclude-standard"}));
      std::erase_if(all, [](const std::string& path) {
        return !path.ends_with(".yaml") || path.find("/.x") != std::string::npos || path.starts_with(".x");
      });
      CHECK(all.size() <= by_git.size());
      {
        const WithoutGit without_git;
        CHECK(found({.paths = {"."}}) == by_git);
        CHECK(found({.paths = {"."}, .respects_ignore_files = false}).size() >= by_git.size());
      }
      fs::current_path("..");
    }
    CHECK(total > 200);
  }

  TEST_CASE("what is tracked is found though it is ignored; what is excluded for one clone is not") {
    const Scratch scratch;
    make_repository();
    scratch.write("a/tracked.yaml", template_text);
    git({"add", "."});
    scratch.write(".gitignore", "a/\n");
    scratch.write("a/other.yaml", template_text);
    scratch.write("mine.yaml", template_text);
    scratch.write("deleted.yaml", template_text);
    git({"add", "deleted.yaml"});
    fs::remove("deleted.yaml");
    scratch.write(".git/info/exclude", "mine.yaml\n");
    CHECK(listed({}) == Names{"a/tracked.yaml"});
    CHECK(listed({"--no-ignore"}) == Names{"a/other.yaml", "a/tracked.yaml", "mine.yaml"});
    const WithoutGit without_git;
    CHECK(listed({}).empty());
    CHECK(listed({"--no-ignore"}).size() == 3);
  }

  TEST_CASE("core.excludesFile is git's affair, and is asked of git") {
    const Scratch scratch;
    make_repository();
    scratch.write("personal", "p.yaml\n");
    scratch.write("p.yaml", template_text);
    scratch.write("q.yaml", template_text);
    CHECK(listed({}) == Names{"p.yaml", "q.yaml"});
    git({"config", "core.excludesFile", (fs::current_path() / "personal").string()});
    CHECK(listed({}) == Names{"q.yaml"});
  }

  TEST_CASE("a folder that is named is searched even if it is ignored") {
    const Scratch scratch;
    make_repository();
    scratch.write(".gitignore", "cdk.out\nbuild/*\n");
    scratch.write("cdk.out/Orders.template.json", R"({"Resources": {"F": {"Type": "AWS::Lambda::Function"}}})");
    scratch.write("cdk.out/inner/x.yaml", template_text);
    scratch.write("cdk.out/inner/.gitignore", "y.yaml\n");
    scratch.write("cdk.out/inner/y.yaml", template_text);
    scratch.write("app/t.yaml", template_text);
    expect_with_and_without_git({}, {"app/t.yaml"});
    const Names inside{"cdk.out/Orders.template.json", "cdk.out/inner/x.yaml"};
    expect_with_and_without_git({"cdk.out"}, inside);
    expect_with_and_without_git({"./cdk.out/"}, inside);
    expect_with_and_without_git({"cdk.out/inner"}, {"cdk.out/inner/x.yaml"});
    expect_with_and_without_git({"cdk.out/*"}, inside);
    expect_with_and_without_git({"cdk.out/inner/y.yaml"}, {"cdk.out/inner/y.yaml"});
    expect_with_and_without_git({"app", "."}, {"app/t.yaml"});
  }

  TEST_CASE(".gitignore counts without a repository, also that of the working folder for a folder in it") {
    const Scratch scratch;
    scratch.write(".gitignore", "*.tmp.yaml\n/services/x/\n");
    scratch.write("services/a.yaml", template_text);
    scratch.write("services/b.tmp.yaml", template_text);
    scratch.write("services/x/c.yaml", template_text);
    scratch.write("services/d/.gitignore", "!b.tmp.yaml\ne.yaml");
    scratch.write("services/d/b.tmp.yaml", template_text);
    scratch.write("services/d/e.yaml", template_text);
    const Names expected{"services/a.yaml", "services/d/b.tmp.yaml"};
    CHECK(listed({}) == expected);
    CHECK(listed({"services"}) == expected);
    CHECK(listed({fs::current_path() / "services"}).size() == 2);
  }

  TEST_CASE("repositories in a repository: submodules, others, and a work tree of its own") {
    const Scratch scratch;
    fs::create_directories("library");
    fs::current_path("library");
    make_repository();
    scratch.write("l.yaml", template_text);
    scratch.write("ignored.yaml", template_text);
    scratch.write(".gitignore", "ignored.yaml");
    git({"add", "."});
    git({"commit", "-q", "-m", "l"});
    fs::current_path("..");
    fs::create_directories("app");
    fs::current_path("app");
    make_repository();
    scratch.write("a.yaml", template_text);
    git({"submodule", "--quiet", "add", "../library", "sub.yaml"});
    git({"submodule", "--quiet", "add", "../library", "empty"});
    git({"add", "."});
    git({"commit", "-q", "-m", "a"});
    git({"submodule", "--quiet", "deinit", "--force", "empty"});
    scratch.write("sub.yaml/ignored.yaml", template_text);
    git({"clone", "-q", "../library", "other"});
    CHECK(listed({}) == Names{"a.yaml", "other/l.yaml", "sub.yaml/l.yaml"});
    CHECK(listed({"sub.yaml"}) == Names{"sub.yaml/l.yaml"});
    git({"worktree", "add", "-q", "../tree"});
    fs::current_path("../tree");
    scratch.write(".gitignore", "b.yaml");
    scratch.write("b.yaml", template_text);
    scratch.write("in/c.yaml", template_text);
    CHECK(listed({}) == Names{"a.yaml", "in/c.yaml"});
    CHECK(listed({"in"}) == Names{"in/c.yaml"});
  }

  TEST_CASE("links: loops end, and none leads out of the folder that is searched") {
    const Scratch scratch;
    scratch.write("outside/secret.yaml", template_text);
    scratch.write("in/a/t.yaml", template_text);
    fs::create_directory_symlink("..", "in/a/loop");
    fs::create_directory_symlink("../../outside", "in/a/folder");
    fs::create_symlink("../../outside/secret.yaml", "in/a/file.yaml");
    fs::create_symlink("t.yaml", "in/a/again.yaml");
    fs::create_symlink("nothing", "in/a/broken.yaml");
    fs::create_symlink("self.yaml", "in/a/self.yaml");
    REQUIRE(::mkfifo("in/a/pipe.yaml", 0600) == 0);
    // The first name of one file is the one it gets.
    const Names expected{"in/a/again.yaml"};
    CHECK(listed({"in"}) == expected);
    CHECK(listed({"in/a/file.yaml"}) == Names{"in/a/file.yaml"});
    fs::create_directory_symlink("in", "named");
    CHECK(listed({"named"}) == Names{"named/a/again.yaml"});
    make_repository();
    CHECK(listed({"in"}) == expected);
    CHECK(listed({"named"}) == Names{"named/a/again.yaml"});
  }

  TEST_CASE("names of any kind, in the same order everywhere") {
    const Scratch scratch;
    const Names names{"\xC3\xA4 \xE2\x82\xAC/t.yaml",
                      "-x.yaml",
                      "a b/t.yaml",
                      "a.yaml",
                      "a/z.yaml",
                      "b\n.yaml",
                      "q\"uote.yaml",
                      "tab\t.yaml"};
    for (const std::string& name : names) scratch.write(name, template_text);
    const Names expected{"-x.yaml",  "a/z.yaml",     "a b/t.yaml", "a.yaml",
                         "b\n.yaml", "q\"uote.yaml", "tab\t.yaml", "\xC3\xA4 \xE2\x82\xAC/t.yaml"};
    expect_with_and_without_git({}, expected);
    make_repository();
    git({"add", "."});
    expect_with_and_without_git({}, expected);
    CHECK(listed({"--", "-x.yaml"}) == Names{"-x.yaml"});
    CHECK(listed({"./-x.yaml"}) == Names{"./-x.yaml"});
    CHECK(mentions(run_with({"lint", "--list-files"}).out, "a b/t.yaml\na.yaml\n"));
    // A line is a line.
    const std::string lines = run_with({"lint", "--list-files"}).out;
    CHECK(static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')) == names.size());
  }

  TEST_CASE("hidden folders and node_modules are not searched, unless they are named; hidden files are") {
    const Scratch scratch;
    for (const char* name : {".aws-sam/build/t.yaml", "node_modules/t.yaml", "a/node_modules/b/t.yaml", ".x/t.yaml",
                             ".t.yaml", "a/t.yaml", "a/.json"})
      scratch.write(name, template_text);
    const Names expected{".t.yaml", "a/t.yaml"};
    expect_with_and_without_git({}, expected);
    expect_with_and_without_git({"--no-ignore"}, expected);
    make_repository();
    git({"add", "."});
    expect_with_and_without_git({}, expected);
    expect_with_and_without_git({".aws-sam"}, {".aws-sam/build/t.yaml"});
    expect_with_and_without_git({"a/node_modules"}, {"a/node_modules/b/t.yaml"});
  }

  TEST_CASE("patterns for shells that do not expand them") {
    const Scratch scratch;
    for (const char* name : {"services/a/template.yaml", "services/b/template.yml", "services/b/other.yaml",
                             "services/c/deep/template.yaml", "x[1].yaml", "stack.tmpl"})
      scratch.write(name, template_text);
    scratch.write("services/readme.md", "# no template");
    expect_with_and_without_git({"services/*/template.y*ml"}, {"services/a/template.yaml", "services/b/template.yml"});
    expect_with_and_without_git({"services/**/template.*"}, {"services/a/template.yaml", "services/b/template.yml",
                                                             "services/c/deep/template.yaml"});
    expect_with_and_without_git({"**/other.yaml"}, {"services/b/other.yaml"});
    expect_with_and_without_git({"*.tmpl"}, {"stack.tmpl"});
    expect_with_and_without_git({"services/[ab]"},
                                {"services/a/template.yaml", "services/b/other.yaml", "services/b/template.yml"});
    expect_with_and_without_git({"services/c/**"}, {"services/c/deep/template.yaml"});
    expect_with_and_without_git({"x[1].yaml"}, {"x[1].yaml"});
    expect_with_and_without_git({fs::current_path() / "*.tmpl"}, {fs::current_path() / "stack.tmpl"});
    const Outcome nothing = run_with({"lint", "services/*/nothing.yaml", "stack.tmpl"});
    CHECK(nothing.code == world_is_wrong);
    CHECK(mentions(nothing.err, "services/*/nothing.yaml: no file matches"));
    CHECK(mentions(nothing.out, "unsigned-function"));
    CHECK(mentions(run_with({"lint", "nowhere/*.yaml"}).err, "there is no folder nowhere/"));
  }

  TEST_CASE("--exclude: in the words of .gitignore; a file that is named needs --force-exclude") {
    const Scratch scratch;
    for (const char* name : {"a.yaml", "b/a.yaml", "b/c/d.yaml", "vendor/x/t.yaml"}) scratch.write(name, template_text);
    expect_with_and_without_git({"--exclude", "/a.yaml"}, {"b/a.yaml", "b/c/d.yaml", "vendor/x/t.yaml"});
    expect_with_and_without_git({"--exclude", "a.yaml", "--exclude=vendor/"}, {"b/c/d.yaml"});
    expect_with_and_without_git({"--exclude", "*.yaml", "--exclude", "!d.yaml"}, {"b/c/d.yaml"});
    expect_with_and_without_git({"b", "--exclude", "b/*/d.yaml"}, {"b/a.yaml"});
    expect_with_and_without_git({fs::current_path() / "b", "--exclude", "/b/c"}, {fs::current_path() / "b/a.yaml"});
    expect_with_and_without_git({"vendor", "--exclude", "vendor"}, {"vendor/x/t.yaml"});
    expect_with_and_without_git({"*.yaml", "--exclude", "a.yaml"}, {});
    expect_with_and_without_git({"--exclude", "a.yaml", "a.yaml"}, {"a.yaml"});
    expect_with_and_without_git({"--exclude", "b", "--force-exclude", "a.yaml", "b/a.yaml"}, {"a.yaml"});
    make_repository();
    git({"add", "."});
    expect_with_and_without_git({"--exclude", "a.yaml", "--exclude", "vendor"}, {"b/c/d.yaml"});
    const Outcome none = run_with({"lint", "--force-exclude", "--exclude", "a.yaml", "a.yaml"});
    CHECK(none.code == done);
    CHECK(none.err == "cfn-codesign: there is no template: a.yaml: it is excluded\n");
    CHECK(run_with({"transform", "--write", "--force-exclude", "--exclude", "*", "a.yaml"}).out.empty());
    CHECK(read_whole_file("a.yaml") == template_text);
  }

  TEST_CASE("excludes of a folder elsewhere count for what lies below it") {
    const Scratch scratch;
    const fs::path here = fs::current_path();
    const Excludes excludes{here / "a", PathPatterns(Names{"/x.yaml", "y/"})};
    CHECK(excludes.take_out_file(here / "a/x.yaml"));
    CHECK_FALSE(excludes.take_out_file(here / "x.yaml"));
    CHECK_FALSE(excludes.take_out_file(here / "a/b/x.yaml"));
    CHECK(excludes.take_out_file(here / "a/b/y/z.yaml"));
    CHECK_FALSE(excludes.take_out_file(here / "a/b/y/z.yaml", here / "a/b/y"));
    CHECK(excludes.take_out_file(here / "a/b/y/q/y/z.yaml", here / "a/b/y"));
    CHECK(excludes.take_out_file(here / "a/b/y/z.yaml", here));
  }

  TEST_CASE("where nothing is left, a sentence says so; otherwise what is no template is not spoken of") {
    const Scratch scratch;
    const Outcome empty = run_with({"lint"});
    CHECK(empty.code == done);
    CHECK(mentions(empty.err, "cfn-codesign: there is no template: . has no *.yaml, *.yml, *.json or *.template"));
    scratch.write("values.yaml", "a: 1\n");
    scratch.write("package.json", "{}");
    CHECK(run_with({"lint"}).err == "cfn-codesign: there is no template among 2 files; --verbose says why\n");
    CHECK(run_with({"lint"}).code == done);
    CHECK(mentions(run_with({"lint", "values.yaml"}).err, "values.yaml: it is not a CloudFormation template"));
    scratch.write("t.yaml", template_text);
    CHECK(run_with({"lint"}).err.empty());
    CHECK(run_with({"lint", "t.yaml", "values.yaml", "package.json"}).err.empty());
    for (const char* command : {"lint", "transform", "graph", "plan"})
      CHECK(mentions(run_with({command, "t.yaml", "values.yaml", "--verbose"}).err, "values.yaml: skipped: it is not"));
    CHECK(run_with({"lint", "--list-files", "t.yaml", "values.yaml"}).out == "t.yaml\n");
  }

  TEST_CASE("--stdin-filename: standard input has a name, and neighbours") {
    const Scratch scratch;
    scratch.write(
        "app/template.yaml",
        "Resources:\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: "
        "{Arn: !Ref AWS::NoValue}}}\n");
    scratch.write("app/samconfig.toml", "[default\n");
    const std::string child =
        "Resources:\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: sub/child.yaml}}\n  F: {Type: "
        "AWS::Lambda::Function, Properties: {Role: r}}\n";
    scratch.write("app/sub/child.yaml", template_text);
    const Outcome lint = run_with({"lint", "--strict", "-", "--stdin-filename", "app/new.yaml"}, child);
    CHECK(mentions(lint.out, " --> app/new.yaml:3:3"));
    // It does not exist, but what it nests does, and the file beside it is read.
    CHECK_FALSE(mentions(lint.out, "not at hand"));
    CHECK(mentions(lint.err, "app/samconfig.toml"));
    fs::remove("app/samconfig.toml");
    const Outcome filter = run_with({"transform", "-", "--stdin-filename=app/new.yaml"}, child);
    CHECK(mentions(filter.out, "CodeSigningConfigArn"));
    CHECK(run_with({"transform", "--write", "-", "--stdin-filename=app/new.yaml"}, child).code == world_is_wrong);
    CHECK_FALSE(fs::exists("app/new.yaml"));
    const Names excluded{"-", "--stdin-filename=app/new.yaml", "--exclude=app"};
    const auto with = [](Names words, const Names& more) {
      words.insert(words.end(), more.begin(), more.end());
      return words;
    };
    CHECK(run_with(with({"lint"}, excluded), child).code == has_findings);
    CHECK(run_with(with({"lint", "--force-exclude"}, excluded), child).code == done);
    CHECK(run_with(with({"transform", "--force-exclude"}, excluded), child).out == child);
    CHECK(run_with({"lint", "app", "--stdin-filename=app/new.yaml"}).code == world_is_wrong);
    CHECK(run_with(with({"lint", "--list-files"}, excluded), child).out == "app/new.yaml\n");
  }

  TEST_CASE("a folder of thousands of files, and one that lies deep") {
    const Scratch scratch;
    fs::path deep;
    for (int i = 0; i < 200; ++i) deep /= "d";
    scratch.write((deep / "t.yaml").string(), template_text);
    for (int i = 0; i < 4000; ++i)
      scratch.write("many/" + std::to_string(i) + (i % 40 == 0 ? ".yaml" : ".txt"),
                    i % 80 == 0 ? template_text : "a: 1");
    CHECK(found({.paths = {"."}}).size() == 101);
    make_repository();
    CHECK(found({.paths = {"."}}).size() == 101);
    CHECK(listed({"many"}).size() == 50);
  }

  TEST_CASE("a folder that cannot be listed is named, whether git is asked or not") {
    const Scratch scratch;
    scratch.write("closed/t.yaml", template_text);
    scratch.write("open/t.yaml", template_text);
    fs::permissions("closed", fs::perms::none);
    if (::access("closed", R_OK) == 0) {
      fs::permissions("closed", fs::perms::owner_all);
      MESSAGE("SKIPPED: nothing is closed to this user");
      return;
    }
    for (int round = 0; round < 2; ++round) {
      const Outcome outcome = run_with({"lint"});
      CHECK(outcome.code == world_is_wrong);
      CHECK(mentions(outcome.err, "cfn-codesign: closed/: cannot be listed: Permission denied"));
      CHECK(mentions(outcome.out, "open/t.yaml"));
      CHECK(run_with({"lint", "--exclude", "closed"}).code == has_findings);
      make_repository();
    }
    fs::permissions("closed", fs::perms::owner_all);
  }

  TEST_CASE("what is passed over unread is no template, however its keys are written") {
    std::size_t templates = 0;
    const auto expect_not_passed_over = [&](const std::string& text) {
      if (!is_a_template(text)) return;
      ++templates;
      CHECK_MESSAGE(may_be_a_template(text), text);
    };
    for (const char* folder : {SOURCE_FOLDER "/samples", SOURCE_FOLDER "/scaffolds", CORPUS_FOLDER})
      for (const auto& entry :
           fs::exists(folder) ? fs::recursive_directory_iterator(folder) : fs::recursive_directory_iterator())
        if (entry.is_regular_file()) expect_not_passed_over(read_whole_file(entry.path()));
    CHECK(templates > 300);

    templates = 0;
    Dice dice(816);
    constexpr std::size_t rounds = 3000;
    for (std::size_t round = 0; round < rounds; ++round) {
      const std::string key = dice.one_of({"Resources", "AWSTemplateFormatVersion"});
      const bool in_json = dice.below(2) == 0;
      const std::string written = with_escapes(dice, key, in_json);
      const std::string value =
          key == "Resources" ? "{\"F\": {\"Type\": \"AWS::Lambda::Function\"}}" : "\"2010-09-09\"";
      // A key of several lines needs its question mark.
      const std::string text = in_json ? "{" + written + ": " + value + "}" : "? " + written + "\n: " + value + "\n";
      CHECK_MESSAGE(is_a_template(text), text);
      expect_not_passed_over(text);
    }
    CHECK(templates == rounds);
    for (const std::string text :
         {"? |-\n  Resources\n: {F: {Type: T}}\n", "? >-\n  Resources\n: {F: {Type: T}}\n",
          "'Resources': {F: {Type: T}}\n", "<<: {Resources: {F: {Type: T}}}\n",
          "\xEF\xBB\xBFResources: {F: {Type: T}}\n", "? !!str Resources\n: {F: {Type: T}}\n"}) {
      CHECK_MESSAGE(is_a_template(text), text);
      expect_not_passed_over(text);
    }
    CHECK_FALSE(may_be_a_template("resources: {}\n"));
    CHECK_FALSE(may_be_a_template("{\"a\": \"C:\\\\b \\n \\\" \"}"));
  }
}

}  // namespace codesign
