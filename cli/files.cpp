#include "cli/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "report/text.h"

namespace codesign {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
  return std::generic_category().message(error);
}

[[noreturn]] void fail(const std::string& what, int error = errno) {
  throw std::system_error(error, std::generic_category(), what);
}

// A signal is no failure: what it interrupted is done again.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int value) : value_(value) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~FileDescriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  explicit operator bool() const { return value_ >= 0; }
  // The error of close, 0 where there was none. On Linux, one that a signal interrupted has closed all the same.
  int close() {
    const int result = ::close(value_);
    value_ = -1;
    return result == 0 || errno == EINTR ? 0 : errno;
  }

 private:
  int value_ = -1;
};

FileDescriptor open_file(const std::string& path, int flags, mode_t mode = 0) {
  return FileDescriptor(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); }));
}

// All bytes, or the first `limit` + 1. Throws std::system_error.
std::string read_all(int fd, std::size_t limit) {
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  while (bytes.size() <= limit) {
    const std::size_t most = std::min(buffer.size(), limit + 1 - bytes.size());
    const ssize_t count = uninterrupted([&] { return ::read(fd, buffer.data(), most); });
    if (count < 0) fail("it cannot be read");
    if (count == 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return bytes;
}

// 0, or the error. A file system that has no such thing as fsync has not failed.
int synced(int fd) {
  if (uninterrupted([&] { return ::fsync(fd); }) == 0 || errno == EINVAL || errno == ENOTSUP) return 0;
  return errno;
}

struct stat status_of(int fd) {
  struct stat status {};
  if (uninterrupted([&] { return ::fstat(fd, &status); }) != 0) fail("it cannot be looked at");
  return status;
}

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool is_untouched(const struct stat& before, const struct stat& now) {
  return is_same_file(before, now) && before.st_size == now.st_size && before.st_mtim.tv_sec == now.st_mtim.tv_sec &&
         before.st_mtim.tv_nsec == now.st_mtim.tv_nsec && before.st_ctim.tv_sec == now.st_ctim.tv_sec &&
         before.st_ctim.tv_nsec == now.st_ctim.tv_nsec;
}

// While it lives, signals by which people and machines end a program wait, so that none ends it between two steps.
class SignalsLater {
 public:
  SignalsLater() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) ::sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }
  SignalsLater(const SignalsLater&) = delete;
  SignalsLater& operator=(const SignalsLater&) = delete;
  ~SignalsLater() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

// What a killed run leaves behind has a name that the next run finds; a lock tells it from what another run is writing.
class NewFile {
 public:
  NewFile(const fs::path& target, mode_t mode)
      : target_(target.string()),
        path_((target.parent_path() / ("." + target.filename().string() + ".cfn-codesign")).string()),
        folder_(open_file(target.parent_path().string(), O_RDONLY | O_DIRECTORY)) {
    // A folder that may be written but not read cannot be synced.
    if (!folder_ && errno != EACCES) fail("its folder cannot be opened");
    constexpr int most_rounds = 10;
    for (int round = 0; round < most_rounds; ++round) {
      fd_ = open_file(path_, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
      if (!fd_ && errno != EEXIST) fail("no file can be made beside it");
      if (!fd_) {
        remove_leftover();
        continue;
      }
      // Another run may have taken it for a leftover in between.
      const bool is_looked_at = !lock(fd_.get()) && errno == EWOULDBLOCK;
      if (!is_looked_at && is_at_path(fd_.get())) return;
    }
    throw std::runtime_error("another run is writing it (run this again)");
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!is_placed_) uninterrupted([&] { return ::unlink(path_.c_str()); });
  }

  int get() const { return fd_.get(); }

  void write(std::string_view bytes) const {
    for (std::string_view rest = bytes; !rest.empty();) {
      const ssize_t written = uninterrupted([&] { return ::write(fd_.get(), rest.data(), rest.size()); });
      if (written <= 0) fail("the new text cannot be stored", written == 0 ? EIO : errno);
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  // All is on the disk, and ends where it should.
  void finish(std::size_t size) {
    if (const int error = synced(fd_.get())) fail("the new text cannot be stored", error);
    identity_ = status_of(fd_.get());
    if (identity_.st_size != static_cast<off_t>(size)) fail("the new text is not what was stored", EIO);
    // Closing may tell of an error. The lock lasts as long as another descriptor of the same opening.
    locked_ = FileDescriptor(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
    if (!locked_) fail("the new text cannot be stored");
    if (const int error = fd_.close()) fail("the new text cannot be stored", error);
  }

  void take_the_place() {
    // The answer of a network file system may get lost, and only that.
    if (uninterrupted([&] { return ::rename(path_.c_str(), target_.c_str()); }) != 0 && !is_finished_at_target())
      fail("the new file cannot take its place");
    is_placed_ = true;
  }

  // False where something is there.
  bool take_a_free_place() {
    int result = uninterrupted(
        [&] { return ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE); });
    is_placed_ = result == 0;
    if (result != 0 && (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP))  // not on this file system
      result = uninterrupted([&] { return ::link(path_.c_str(), target_.c_str()); });
    if (result == 0 || is_finished_at_target()) return true;
    if (errno != EEXIST) fail("the new file cannot be given its name");
    return false;
  }

  // 0, or the error.
  int sync_folder() const { return folder_ ? synced(folder_.get()) : 0; }

 private:
  static bool lock(int fd) {
    return uninterrupted([&] { return ::flock(fd, LOCK_EX | LOCK_NB); }) == 0;
  }

  bool is_at_path(int fd) const {
    struct stat there {
    }, own{};
    return ::lstat(path_.c_str(), &there) == 0 && ::fstat(fd, &own) == 0 && is_same_file(there, own);
  }

  bool is_finished_at_target() const {
    const int error = errno;
    struct stat there {};
    const bool is_there = ::lstat(target_.c_str(), &there) == 0 && is_same_file(there, identity_);
    errno = error;
    return is_there;
  }

  void remove_leftover() const {
    const std::string name = fs::path(path_).filename().string();
    const FileDescriptor leftover = open_file(path_, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!leftover && errno == ENOENT) return;
    if (leftover && !lock(leftover.get()) && errno == EWOULDBLOCK)
      throw std::runtime_error("another run is writing it just now (run this again)");
    // Its run has put it into its place by now, or somebody else has removed it.
    if (leftover && !is_at_path(leftover.get())) return;
    if (!leftover || uninterrupted([&] { return ::unlink(path_.c_str()); }) != 0)
      fail(fmt::format("{} is beside it, left by a run that was killed, and cannot be removed", name));
  }

  const std::string target_, path_;
  FileDescriptor folder_, fd_, locked_;
  struct stat identity_ {};
  bool is_placed_ = false;
};

// Access control lists are among them.
std::vector<std::string> attributes_of(int fd) {
  std::string names;
  for (ssize_t size; (size = ::flistxattr(fd, nullptr, 0)) != 0;) {
    if (size < 0 && (errno == ENOTSUP || errno == ENOSYS)) break;  // the file system has none
    if (size > 0) {
      names.resize(static_cast<std::size_t>(size));
      size = ::flistxattr(fd, names.data(), names.size());
      if (size >= 0) {
        names.resize(static_cast<std::size_t>(size));
        break;
      }
    }
    if (errno != ERANGE && errno != EINTR) fail("its extended attributes cannot be read");
  }
  std::vector<std::string> attributes;
  for (std::size_t at = 0; at < names.size(); at += attributes.back().size() + 1)
    attributes.emplace_back(names.c_str() + at);
  return attributes;
}

std::optional<std::string> attribute_of(int fd, const std::string& name) {
  for (;;) {
    const ssize_t size = ::fgetxattr(fd, name.c_str(), nullptr, 0);
    std::string value(size > 0 ? static_cast<std::size_t>(size) : 0, '\0');
    const ssize_t count = size > 0 ? ::fgetxattr(fd, name.c_str(), value.data(), value.size()) : size;
    if (count >= 0) {
      value.resize(static_cast<std::size_t>(count));
      return value;
    }
    if (errno == ENODATA) return {};
    if (errno != ERANGE && errno != EINTR) fail(fmt::format("its extended attribute {} cannot be read", name));
  }
}

void keep_attributes(int from, int to) {
  const std::vector<std::string> kept = attributes_of(from);
  for (const std::string& name : kept) {
    const std::optional<std::string> value = attribute_of(from, name);
    if (!value || attribute_of(to, name) == value) continue;
    if (uninterrupted([&] { return ::fsetxattr(to, name.c_str(), value->data(), value->size(), 0); }) != 0)
      fail(fmt::format("its extended attribute {} cannot be kept", name));
  }
  // A folder may give what is made in it an access control list.
  for (const std::string& name : attributes_of(to))
    if (name.starts_with("system.") && std::find(kept.begin(), kept.end(), name) == kept.end() &&
        uninterrupted([&] { return ::fremovexattr(to, name.c_str()); }) != 0)
      fail(fmt::format("its extended attribute {} cannot be taken off", name));
}

void keep_owner(const struct stat& from, int to) {
  const struct stat now = status_of(to);
  if (now.st_uid == from.st_uid && now.st_gid == from.st_gid) return;
  if (uninterrupted([&] { return ::fchown(to, from.st_uid, from.st_gid); }) != 0)
    fail("it would not keep its owner and group");
}

void confirm(const NewFile& file, const std::string& path) {
  if (const int error = file.sync_folder())
    throw NotConfirmed(
        fmt::format("{}: is written, but the disk did not confirm it: {}; check that it is there after the next start",
                    path, reason(error)));
}

// `expected`: null, any content may be replaced.
void replace(const std::string& path, const std::string_view* expected, std::string_view bytes) {
  try {
    std::error_code error;
    const fs::path target = fs::canonical(path, error);
    if (error) throw std::runtime_error(error.message());
    const auto refuse_others = [](bool is_regular) {
      if (!is_regular) throw std::runtime_error("it is no regular file (name another one)");
    };
    refuse_others(fs::is_regular_file(target, error));  // to open one of the others may do something
    const FileDescriptor old = open_file(target.string(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    if (!old) fail("it cannot be read");
    const struct stat before = status_of(old.get());
    refuse_others(S_ISREG(before.st_mode));
    // Root may write whatever it likes, but whoever took the permission away meant everybody.
    if ((before.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0)
      throw std::runtime_error("it is read-only (make it writable first)");
    if (uninterrupted([&] { return ::access(target.c_str(), W_OK); }) != 0) fail("it may not be written");
    if (before.st_nlink > 1)
      throw std::runtime_error("it has other hard links, which would keep the old text (replace it by a copy first)");
    const auto refuse_changed = [](bool is_as_it_was) {
      if (!is_as_it_was) throw std::runtime_error("it was changed by someone else meanwhile (run this again)");
    };
    refuse_changed(!expected || read_all(old.get(), expected->size()) == *expected);

    const SignalsLater later;
    NewFile fresh(target, S_IRUSR | S_IWUSR);
    fresh.write(bytes);
    // The owner first: to change it may clear mode bits and capabilities.
    keep_owner(before, fresh.get());
    keep_attributes(old.get(), fresh.get());
    if (uninterrupted([&] { return ::fchmod(fresh.get(), before.st_mode & 07777); }) != 0)
      fail("it would not keep its mode");
    fresh.finish(bytes.size());
    struct stat now {};
    refuse_changed(::lstat(target.c_str(), &now) == 0 && is_untouched(before, now));
    fresh.take_the_place();
    confirm(fresh, path);
  } catch (const WorldError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw WorldError(fmt::format("{}: cannot be written: {}; it is unchanged", path, error.what()));
  }
}

}  // namespace

WorldError::WorldError(std::string_view sentence) : std::runtime_error(printable(sentence)) {}

std::string read_file(const std::string& path, std::size_t limit) {
  const FileDescriptor fd = open_file(path, O_RDONLY);
  int error = errno;
  if (fd) try {
      return read_all(fd.get(), limit);
    } catch (const std::system_error& failure) {
      error = failure.code().value();
    }
  throw WorldError(
      fmt::format("{}: cannot be read: {}; check the path, and that you may read it", path, reason(error)));
}

void replace_file(const std::string& path, std::string_view expected, std::string_view bytes) {
  replace(path, &expected, bytes);
}

void create_file(const std::string& path, std::string_view bytes) {
  const auto refuse = [&] {
    throw WorldError(fmt::format("{}: exists already, and is left as it is; name another file, or remove it", path));
  };
  try {
    struct stat there {};
    if (::lstat(path.c_str(), &there) == 0) refuse();
    const fs::path wanted = path;
    std::error_code error;
    const fs::path folder = fs::canonical(wanted.has_parent_path() ? wanted.parent_path() : ".", error);
    if (error) throw std::runtime_error(error.message() + " (check that its folder is there)");
    const SignalsLater later;
    constexpr mode_t for_all_to_read = 0666;  // less what umask takes away
    NewFile fresh(folder / wanted.filename(), for_all_to_read);
    fresh.write(bytes);
    fresh.finish(bytes.size());
    if (!fresh.take_a_free_place()) refuse();
    confirm(fresh, path);
  } catch (const WorldError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw WorldError(fmt::format("{}: cannot be made: {}", path, error.what()));
  }
}

void write_file(const std::string& path, std::string_view bytes) {
  std::error_code error;
  if (fs::exists(fs::status(path, error)))
    replace(path, nullptr, bytes);
  else
    create_file(path, bytes);
}

bool are_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return fs::equivalent(a, b, error);
}

std::string path_from_here(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error).lexically_normal();
  const fs::path relative = absolute.lexically_relative(fs::current_path(error));
  const std::string text = relative.string();
  if (error || text.empty() || text == ".." || text.starts_with("../")) return absolute.string();
  return text;
}

}  // namespace codesign
