// Loaded before the C library: write() takes a few bytes of what goes to a regular file, as any write() may. strace
// cannot show this: it makes a call tell that it wrote less, but then nothing at all was written.
#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

extern "C" ssize_t write(int fd, const void* bytes, size_t size) {
  using Write = ssize_t (*)(int, const void*, size_t);
  static const auto real = reinterpret_cast<Write>(dlsym(RTLD_NEXT, "write"));
  constexpr size_t most = 7;
  struct stat status {};
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) size = std::min(size, most);
  return real(fd, bytes, size);
}
