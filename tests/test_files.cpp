// Safe writing, where a test can stand beside it. What happens when calls fail, runs are killed and disks are full:
// tests/faults.
#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "cli/files.h"
#include "cli/parallel.h"
#include "tests/scratch.h"
#include "tests/support.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

std::size_t files_here() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator("."), fs::directory_iterator()));
}

std::string refusal_of(const char* path, std::string_view expected = "old") {
  try {
    replace_file(path, expected, "new");
  } catch (const WorldError& error) {
    return error.what();
  }
  return "";
}

mode_t mode_of(const char* path) {
  struct stat status {};
  REQUIRE(::stat(path, &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_SUITE("files") {
  TEST_CASE("files are replaced whole, or not at all") {
    const Scratch scratch;
    scratch.write("t.yaml", "old");
    fs::create_symlink("t.yaml", "link.yaml");
    fs::create_symlink("link.yaml", "far.yaml");
    for (const mode_t mode : {0600u, 0640u, 0664u, 04711u}) {
      REQUIRE(::chmod("t.yaml", mode) == 0);
      replace_file("far.yaml", "old", "new");
      CHECK(mode_of("t.yaml") == mode);
      replace_file("t.yaml", "new", "old");
      CHECK(mode_of("t.yaml") == mode);
    }
    replace_file("t.yaml", "old", "new");
    CHECK(read_whole_file("t.yaml") == "new");
    CHECK(fs::is_symlink("link.yaml"));
    CHECK(fs::is_symlink("far.yaml"));
    CHECK(files_here() == 3);
    replace_file("t.yaml", "new", "");
    CHECK(read_whole_file("t.yaml").empty());
  }

  TEST_CASE("what somebody else changed, or another name would keep, is left alone, and so is what is read-only") {
    const Scratch scratch;
    scratch.write("t.yaml", "old");
    for (const char* expected : {"", "ol", "odd", "older"})
      CHECK(refusal_of("t.yaml", expected) ==
            "t.yaml: cannot be written: it was changed by someone else meanwhile (run this again); it is unchanged");
    fs::create_hard_link("t.yaml", "hard.yaml");
    CHECK(refusal_of("t.yaml") ==
          "t.yaml: cannot be written: it has other hard links, which would keep the old text (replace it by a copy "
          "first); it is unchanged");
    fs::remove("hard.yaml");
    REQUIRE(::chmod("t.yaml", 0444) == 0);
    CHECK(refusal_of("t.yaml") ==
          "t.yaml: cannot be written: it is read-only (make it writable first); it is unchanged");
    CHECK_THROWS_AS(write_file("t.yaml", "new"), WorldError);
    CHECK(read_whole_file("t.yaml") == "old");
    CHECK(files_here() == 1);
  }

  TEST_CASE("what is no file is not replaced by one, and nobody waits for it") {
    const Scratch scratch;
    REQUIRE(::mkfifo("pipe.yaml", 0600) == 0);
    fs::create_directory("folder.yaml");
    fs::create_symlink("nothing", "dangling.yaml");
    fs::create_symlink("/dev/null", "device.yaml");
    for (const char* path : {"pipe.yaml", "folder.yaml", "device.yaml"}) {
      CAPTURE(path);
      CHECK(mentions(refusal_of(path), "it is no regular file (name another one); it is unchanged"));
      CHECK_THROWS_AS(write_file(path, "new"), WorldError);
    }
    CHECK(mentions(refusal_of("dangling.yaml"), "No such file"));
    CHECK_THROWS_AS(write_file("dangling.yaml", "new"), WorldError);
    CHECK(fs::is_symlink("dangling.yaml"));
    CHECK(files_here() == 4);
  }

  TEST_CASE("extended attributes are kept, and those that a folder gives are not added") {
    const Scratch scratch;
    scratch.write("t.yaml", "old");
    if (::setxattr("t.yaml", "user.team", "orders", 6, 0) != 0) {
      MESSAGE("SKIPPED: this file system has no extended attributes");
      return;
    }
    REQUIRE(::setxattr("t.yaml", "user.empty", "", 0, 0) == 0);
    replace_file("t.yaml", "old", "new");
    std::string value(32, '\0');
    const ssize_t size = ::getxattr("t.yaml", "user.team", value.data(), value.size());
    CHECK(value.substr(0, size < 0 ? 0 : static_cast<std::size_t>(size)) == "orders");
    CHECK(::getxattr("t.yaml", "user.empty", value.data(), value.size()) == 0);
    // Access control lists, as the kernel has them: version 2, then tag, permissions and who, for the owner, user
    // 12345, the group, the mask and others.
    constexpr std::string_view list(
        "\2\0\0\0\1\0\6\0\xff\xff\xff\xff\2\0\4\0\x39\x30\0\0\4\0\4\0\xff\xff\xff\xff\x10\0\4\0\xff\xff\xff\xff\x20\0\0"
        "\0\xff\xff\xff\xff",
        44);
    if (::setxattr("t.yaml", "system.posix_acl_access", list.data(), list.size(), 0) != 0) {
      MESSAGE("SKIPPED: this file system has no access control lists");
      return;
    }
    std::string kept(64, '\0');
    replace_file("t.yaml", "new", "old");
    const ssize_t kept_size = ::getxattr("t.yaml", "system.posix_acl_access", kept.data(), kept.size());
    REQUIRE(kept_size > 0);
    CHECK(kept.substr(0, static_cast<std::size_t>(kept_size)) == list);
    CHECK(mode_of("t.yaml") == 0640);
    REQUIRE(::removexattr("t.yaml", "system.posix_acl_access") == 0);
    REQUIRE(::setxattr(".", "system.posix_acl_default", list.data(), list.size(), 0) == 0);
    replace_file("t.yaml", "old", "new");
    CHECK(::getxattr("t.yaml", "system.posix_acl_access", kept.data(), kept.size()) < 0);
  }

  TEST_CASE("new files: readable as umask has it, whole, and never over another") {
    const Scratch scratch;
    const mode_t before = ::umask(027);
    create_file("new.toml", "text");
    ::umask(before);
    CHECK(read_whole_file("new.toml") == "text");
    CHECK(mode_of("new.toml") == 0640);
    CHECK_THROWS_WITH_AS(create_file("new.toml", "other"),
                         "new.toml: exists already, and is left as it is; name another file, or remove it", WorldError);
    CHECK(read_whole_file("new.toml") == "text");
    CHECK_THROWS_WITH_AS(create_file("missing/new.toml", "text"),
                         "missing/new.toml: cannot be made: No such file or directory (check that its folder is there)",
                         WorldError);
    CHECK_THROWS_AS(create_file(std::string(250, 'n'), "text"), WorldError);
    CHECK_THROWS_AS(create_file("folder/", "text"), WorldError);
    write_file("new.toml", "other");
    CHECK(read_whole_file("new.toml") == "other");
    CHECK(mode_of("new.toml") == 0640);
    CHECK(files_here() == 1);
  }

  TEST_CASE("what a killed run left behind is removed, unless it is being written") {
    const Scratch scratch;
    scratch.write("t.yaml", "old");
    scratch.write(".t.yaml.cfn-codesign", "half");
    replace_file("t.yaml", "old", "new");
    CHECK(files_here() == 1);
    scratch.write(".other.yaml.cfn-codesign", "half");
    create_file("other.yaml", "whole");
    CHECK(files_here() == 2);

    scratch.write(".t.yaml.cfn-codesign", "half");
    const int fd = ::open(".t.yaml.cfn-codesign", O_RDONLY | O_CLOEXEC);
    REQUIRE(::flock(fd, LOCK_EX | LOCK_NB) == 0);
    CHECK(refusal_of("t.yaml", "new") ==
          "t.yaml: cannot be written: another run is writing it just now (run this again); it is unchanged");
    CHECK(read_whole_file(".t.yaml.cfn-codesign") == "half");
    ::close(fd);
    replace_file("t.yaml", "new", "newer");

    // Somebody's trap: what a link of that name leads to is not touched.
    scratch.write("treasure", "gold");
    fs::create_symlink("treasure", ".t.yaml.cfn-codesign");
    CHECK(mentions(refusal_of("t.yaml", "newer"),
                   ".t.yaml.cfn-codesign is beside it, left by a run that was killed, and cannot be removed"));
    fs::remove(".t.yaml.cfn-codesign");
    fs::create_hard_link("treasure", ".t.yaml.cfn-codesign");
    replace_file("t.yaml", "newer", "newest");
    CHECK(read_whole_file("treasure") == "gold");
    CHECK(read_whole_file("t.yaml") == "newest");
    CHECK(files_here() == 3);
  }

  TEST_CASE("many runs at once: one after the other, each whole") {
    const Scratch scratch;
    const std::string one(70'000, '1'), other(50'000, '2');
    scratch.write("t.yaml", one);
    std::size_t failed = 0;
    {
      std::vector<std::jthread> runs;
      std::atomic<std::size_t> refused = 0;
      for (int run = 0; run < 4; ++run)
        runs.emplace_back([&, run] {
          for (int i = 0; i < 50; ++i) try {
              write_file("t.yaml", run % 2 == 0 ? one : other);
            } catch (const WorldError& error) {
              refused += mentions(error.what(), "run this again") ? 0 : 1;
            }
        });
      runs.clear();
      failed = refused;
    }
    CHECK(failed == 0);
    const std::string now = read_whole_file("t.yaml");
    CHECK((now == one || now == other));
    CHECK(files_here() == 1);
  }

  TEST_CASE("a working folder that is gone is a sentence, not a crash") {
    const Scratch scratch;
    scratch.write("t.yaml", "Resources: {}\n");
    const std::string file = fs::absolute("t.yaml").string();
    fs::create_directory("gone");
    fs::current_path("gone");
    fs::remove("../gone");
    for (const char* command : {"lint", "transform", "plan", "graph"}) {
      const Outcome outcome = run_with({command, file});
      CHECK(outcome.code == world_is_wrong);
      CHECK(outcome.err.starts_with("cfn-codesign: "));
      CHECK(mentions(outcome.err, "check the folder you are in"));
    }
    fs::current_path("/");
  }

  TEST_CASE("what work throws in parallel arrives") {
    const auto work = [](std::size_t i) {
      if (i == 57) throw WorldError("57");
    };
    CHECK_THROWS_WITH_AS(in_parallel(100, work), "57", WorldError);
  }
}

}  // namespace codesign
