#include "engine/state/lock_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "lang/os/errors.h"

namespace weft::state {
namespace {

auto whole_file(LockFile::Mode mode) -> struct flock {
  struct flock lock {};
  lock.l_type = mode == LockFile::Mode::kExclusive ? F_WRLCK : F_RDLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

// Whether `path` still names the file behind `fd`: whoever cleans up may have taken it away between open and lock.
auto still_there(const std::string& path, int fd) -> bool {
  struct stat open_one {};
  struct stat named {};
  return fstat(fd, &open_one) == 0 && stat(path.c_str(), &named) == 0 && open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

}  // namespace

LockFile::LockFile(LockFile&& other) noexcept : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

auto LockFile::operator=(LockFile&& other) noexcept -> LockFile& {
  if (this != &other) {
    drop();
    path_ = std::move(other.path_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

LockFile::~LockFile() { drop(); }

auto LockFile::take(const std::string& path, Mode mode, bool create) -> Result<LockFile> {
  for (;;) {
    LockFile lock;
    lock.path_ = path;
    lock.fd_ = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0600);
    if (lock.fd_ < 0) return std::unexpected(os_failure(errno, "locking " + path));
    TRY_VOID(lock.change(mode));
    if (still_there(path, lock.fd_)) return lock;
  }
}

auto LockFile::change(Mode mode) -> Result<void> {
  auto wanted = whole_file(mode);
  if (fcntl(fd_, F_OFD_SETLK, &wanted) == 0) return {};
  if (errno == EAGAIN || errno == EACCES) return fail(Code::kUnavailable, "another process holds " + path_);
  return std::unexpected(os_failure(errno, "locking " + path_));
}

void LockFile::remove_and_drop() {
  if (fd_ >= 0) unlink(path_.c_str());
  drop();
}

void LockFile::drop() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

auto LockFile::is_held(const std::string& path) -> bool {
  // Read-only, so that those who watch the folder for closed locks do not hear of a mere look.
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno != ENOENT;
  auto probe = whole_file(Mode::kExclusive);
  bool held = fcntl(fd, F_OFD_GETLK, &probe) != 0 || probe.l_type != F_UNLCK;
  close(fd);
  return held;
}

}  // namespace weft::state
