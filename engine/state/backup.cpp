#include "engine/state/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "lang/base/digest.h"
#include "lang/os/errors.h"

namespace weft::state {

auto backup_state(Core& core, const std::string& to) -> Result<void> {
  bool made = mkdir(to.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return std::unexpected(os_failure(errno, "making the folder " + to));
  auto file = to + "/data.mdb";
  if (access(file.c_str(), F_OK) == 0) return fail(Code::kExists, file + " is there already", "name an empty folder");
  // Under another name until it is whole: whoever is killed in between leaves nothing that looks like a copy.
  auto beside = to + "/.part-" + hex(random_string(6));
  auto part = beside + "/data.mdb";
  auto done = [&]() -> Result<void> {
    if (mkdir(beside.c_str(), 0700) != 0) return std::unexpected(os_failure(errno, "making the folder " + beside));
    if (auto copied = core.store->copy(beside, false); !copied) {
      auto failure = copied.error();
      // What is full is the disk of the copy, and of two that failed it is one.
      if (failure.code == Code::kFull) failure.hint = "make room on the disk of `" + to + "`, then run the command again";
      else if (failure.hint.starts_with("check the disk")) failure.hint = "check the disk of `" + to + "`, then run the command again";
      return std::unexpected(std::move(failure));
    }
    int fd = open(part.c_str(), O_RDONLY | O_CLOEXEC);
    int error = fd >= 0 && fsync(fd) == 0 && fchmod(fd, 0600) == 0 ? 0 : errno;
    if (fd >= 0) close(fd);
    if (error == 0 && renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) != 0) {
      // Not every file system can refuse to replace.
      error = errno == EINVAL && rename(part.c_str(), file.c_str()) == 0 ? 0 : errno;
    }
    if (error != 0) return std::unexpected(os_failure(error, "writing " + file));
    return {};
  }();
  (void)unlink(part.c_str());
  (void)rmdir(beside.c_str());
  if (done) return sync_folder(to);
  if (made) (void)rmdir(to.c_str());
  return done;
}

}  // namespace weft::state
