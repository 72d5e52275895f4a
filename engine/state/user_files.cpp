#include "engine/state/user_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "engine/state/state_folder.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/os/errors.h"

namespace weft::state {
namespace {

auto write_whole(const std::string& path, std::string_view text) -> int {
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  auto written = ::write(fd, text.data(), text.size());
  int error = written < 0 ? errno : (written == static_cast<ssize_t>(text.size()) ? 0 : ENOSPC);
  if (error == 0 && fsync(fd) != 0) error = errno;
  close(fd);
  return error;
}

auto put_in_place(const std::string& from, const std::string& path, bool replace) -> int {
  if (replace) return rename(from.c_str(), path.c_str()) == 0 ? 0 : errno;
  return link(from.c_str(), path.c_str()) == 0 || errno == EEXIST ? 0 : errno;
}

}  // namespace

auto make_user_folders(const std::string& path) -> Result<void> {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    auto folder = path.substr(0, at);
    if (mkdir(folder.c_str(), 0700) == 0) {
      TRY_VOID(sync_folder(folder.substr(0, folder.rfind('/') + 1)));
    } else if (errno != EEXIST) {
      return std::unexpected(os_failure(errno, "making the folder " + folder));
    }
  }
  return {};
}

auto read_user_file(const std::string& path, bool secret) -> Result<std::string> {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(os_failure(errno, "reading " + path));
  struct stat facts {};
  std::array<char, 256> buffer{};
  ssize_t size = fstat(fd, &facts) == 0 ? ::read(fd, buffer.data(), buffer.size()) : -1;
  int error = errno;
  close(fd);
  if (size < 0) return std::unexpected(os_failure(error, "reading " + path));
  if (secret && (facts.st_mode & 077U) != 0) return fail(Code::kDenied, path + " can be read by others", "chmod 600 " + shell_quote(path));
  return std::string(buffer.data(), static_cast<size_t>(size));
}

auto write_user_file(const std::string& path, std::string_view text, bool replace) -> Result<void> {
  auto beside = path + "." + hex(random_string(8));
  int error = write_whole(beside, text);
  if (error == 0) error = put_in_place(beside, path, replace);
  unlink(beside.c_str());
  if (error != 0) return std::unexpected(os_failure(error, "writing " + path));
  return sync_folder(path.substr(0, path.rfind('/')));
}

}  // namespace weft::state
