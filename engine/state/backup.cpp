#include "engine/state/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "lang/os/errors.h"

namespace weft::state {

auto backup_state(Core& core, const std::string& to) -> Result<void> {
  if (mkdir(to.c_str(), 0700) != 0 && errno != EEXIST) return std::unexpected(os_failure(errno, "making the folder " + to));
  auto file = to + "/data.mdb";
  if (access(file.c_str(), F_OK) == 0) return fail(Code::kExists, file + " is there already", "name an empty folder");
  TRY_VOID(core.store->copy(to, false));
  int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  int error = fd >= 0 && fsync(fd) == 0 && fchmod(fd, 0600) == 0 ? 0 : errno;
  if (fd >= 0) close(fd);
  if (error != 0) return std::unexpected(os_failure(error, "syncing " + file));
  return sync_folder(to);
}

}  // namespace weft::state
