#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/core.h>

namespace codesign {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
  return std::generic_category().message(error);
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int value) : value_(value) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  explicit operator bool() const { return value_ >= 0; }
  // The error of close, 0 where there was none.
  int close() {
    const int result = ::close(value_);
    value_ = -1;
    return result == 0 ? 0 : errno;
  }

 private:
  int value_;
};

FileDescriptor open_file(const std::string& path, int flags, mode_t mode = 0) {
  int fd;
  do fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  return FileDescriptor(fd);
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

std::string read_file(const std::string& path, std::size_t limit) {
  const FileDescriptor fd = open_file(path, O_RDONLY);
  if (!fd)
    throw WorldError(
        fmt::format("{}: cannot be read: {}; check the path, and that you may read it", path, reason(errno)));
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  while (bytes.size() <= limit) {
    const ssize_t count = ::read(fd.get(), buffer.data(), std::min(buffer.size(), limit + 1 - bytes.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw WorldError(
          fmt::format("{}: cannot be read: {}; check the path, and that you may read it", path, reason(errno)));
    if (count == 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return bytes;
}

void replace_file(const std::string& path, std::string_view expected, std::string_view bytes) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  const auto fail = [&](const std::string& what) {
    throw WorldError(fmt::format("{}: cannot be written: {}; it is unchanged", path, what));
  };
  if (error) fail(error.message());
  struct stat before {};
  if (::stat(target.c_str(), &before) != 0) fail(reason(errno));
  if (::access(target.c_str(), W_OK) != 0) fail(reason(errno));
  if (before.st_nlink > 1) fail("it has other hard links, which would keep the old text (replace it by a copy first)");
  if (read_file(target.string(), expected.size()) != expected)
    fail("it was changed by someone else meanwhile (run this again)");

  std::string temporary = (target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string();
  FileDescriptor fd(::mkstemp(temporary.data()));
  if (!fd) fail(fmt::format("no file can be made beside it: {}", reason(errno)));
  const auto give_up = [&](int code) {
    ::unlink(temporary.c_str());
    fail(reason(code));
  };
  if (const int code = write_all(fd.get(), bytes)) give_up(code);
  // The owner first: changing it may clear mode bits. Only root can give files away; for others it is theirs already.
  if ((before.st_uid != ::geteuid() || before.st_gid != ::getegid()) &&
      ::fchown(fd.get(), before.st_uid, before.st_gid) != 0)
    give_up(errno);
  if (::fchmod(fd.get(), before.st_mode & 07777) != 0) give_up(errno);
  if (::fsync(fd.get()) != 0) give_up(errno);
  if (const int code = fd.close()) give_up(code);
  if (::rename(temporary.c_str(), target.c_str()) != 0) give_up(errno);
  const FileDescriptor folder = open_file(target.parent_path().string(), O_RDONLY | O_DIRECTORY);
  if (folder) ::fsync(folder.get());
}

void create_file(const std::string& path, std::string_view bytes) {
  constexpr mode_t for_all_to_read = 0666;  // less what umask takes away
  FileDescriptor fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL, for_all_to_read);
  if (!fd && errno == EEXIST)
    throw WorldError(fmt::format("{}: exists already, and is left as it is; name another file, or remove it", path));
  if (!fd)
    throw WorldError(fmt::format("{}: cannot be made: {}; check that its folder is there, and that you may write to it",
                                 path, reason(errno)));
  int code = write_all(fd.get(), bytes);
  if (code == 0 && ::fsync(fd.get()) != 0) code = errno;
  if (const int at_close = fd.close(); code == 0) code = at_close;
  if (code == 0) return;
  ::unlink(path.c_str());
  throw WorldError(fmt::format("{}: cannot be written: {}", path, reason(code)));
}

void write_file(const std::string& path, std::string_view bytes) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return create_file(path, bytes);
  if (!fs::is_regular_file(status))
    throw WorldError(fmt::format("{}: cannot be written: it is no regular file; name another one", path));
  constexpr std::size_t any_size = std::size_t{1} << 40;
  replace_file(path, read_file(path, any_size), bytes);
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
