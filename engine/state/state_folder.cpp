#include "engine/state/state_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "lang/os/errors.h"

namespace weft::state {
namespace {

auto is_environment(std::string_view name) -> bool {
  auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), fits);
}

auto canonical(const std::string& path) -> Result<std::string> {
  char* real = realpath(path.c_str(), nullptr);
  if (real == nullptr) return std::unexpected(os_failure(errno, "opening the folder " + path));
  std::string out(real);
  free(real);
  return out;
}

auto check_file_system(const std::string& path) -> Result<void> {
  struct statfs facts {};
  if (statfs(path.c_str(), &facts) != 0) return std::unexpected(os_failure(errno, "looking at " + path));
  auto name = network_file_system(static_cast<uint64_t>(facts.f_type));
  if (name.empty()) return {};
  return fail(Code::kUnsupported, "the state cannot be kept in " + path + ": it is on " + std::string(name) + ", which breaks locks between machines",
              "move the fabric to a disk of this machine");
}

auto make_folder(const std::string& path, mode_t mode) -> Result<void> {
  if (mkdir(path.c_str(), mode) == 0) return {};
  if (errno == EEXIST) return {};
  return std::unexpected(os_failure(errno, "making the folder " + path));
}

// A second name is a second lock file for one data file, and two locks are none.
auto check_single(const std::string& path) -> Result<bool> {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return std::unexpected(os_failure(errno, "looking at " + path));
  }
  if (!S_ISREG(facts.st_mode) || facts.st_nlink > 1) {
    return fail(Code::kUnsupported, path + " is a link, or has a second name", "copy it to a file of its own with `weft state backup`");
  }
  return true;
}

}  // namespace

auto network_file_system(uint64_t magic) -> std::string_view {
  switch (magic & 0xffffffffU) {
    case 0x6969: return "nfs";
    case 0x517b:
    case 0xff534d42:
    case 0xfe534d42: return "smb";
    case 0x00c36400: return "ceph";
    case 0x01021997: return "9p";
    case 0x65735546: return "fuse or virtiofs";
    case 0x786f4256: return "vboxsf";
    case 0x5346414f:
    case 0x6b414653: return "afs";
    case 0x0bd00bd0: return "lustre";
    case 0x01161970: return "gfs2";
    case 0x7461636f: return "ocfs2";
    case 0xbacbacbc: return "hgfs";
    default: return {};
  }
}

auto sync_folder(const std::string& path) -> Result<void> {
  int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(os_failure(errno, "syncing the folder " + path));
  int error = fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (error != 0) return std::unexpected(os_failure(error, "syncing the folder " + path));
  return {};
}

auto StateFolder::open(const std::string& fabric_folder, std::string_view environment, bool create) -> Result<StateFolder> {
  if (!is_environment(environment)) {
    return fail(Code::kInvalid, "`" + std::string(environment) + "` is no name of an environment", "an environment is named with a-z, 0-9 and `-`, at most 40 of them");
  }
  TRY(root, canonical(fabric_folder));
  auto weft = root + "/.weft";
  StateFolder folder;
  folder.path_ = weft + "/state/" + std::string(environment);
  TRY(there, check_single(folder.path_ + "/data.mdb"));
  // The ballast is made by the first writer, after the file: without the file, or with an empty one, it tells of a loss.
  struct stat data {};
  bool empty = stat((folder.path_ + "/data.mdb").c_str(), &data) != 0 || data.st_size == 0;
  if (empty && access((folder.path_ + "/ballast").c_str(), F_OK) == 0) {
    return fail(Code::kCorrupt, "the state in " + folder.path_ + " has lost its file `data.mdb`" + (there ? ", which is empty" : ""),
                "restore the folder from a backup; if there is none and the state shall begin anew, take the folder away");
  }
  if (!there && !create) {
    return fail(Code::kNotFound, "there is no state of the environment `" + std::string(environment) + "` in " + root, "`weft apply` makes it");
  }
  TRY_VOID(check_file_system(root));
  if (!there) {
    TRY_VOID(make_folder(weft, 0755));
    TRY_VOID(make_folder(weft + "/state", 0755));
    TRY_VOID(make_folder(folder.path_, 0700));
    for (const auto& one : {root, weft, weft + "/state"}) TRY_VOID(sync_folder(one));
  }
  // `.weft` may be a mount or a link of its own: what counts is where the files stand.
  TRY(real, canonical(folder.path_));
  folder.path_ = std::move(real);
  TRY_VOID(check_file_system(folder.path_));
  auto lock = LockFile::take(folder.path_ + "/open.lock", LockFile::Mode::kShared, true);
  if (lock) {
    folder.open_lock_ = std::move(*lock);
  } else if (access(folder.path_.c_str(), W_OK) != 0 && (errno == EROFS || errno == EACCES)) {
    folder.read_only_ = true;
  } else if (lock.error().code == Code::kUnavailable) {
    return fail(Code::kUnavailable, "the state in " + folder.path_ + " is being compacted by another process", "run the command again when that has ended");
  } else {
    return std::unexpected(std::move(lock).error());
  }
  return folder;
}

auto StateFolder::prepare_for_writing() const -> Result<void> {
  if (read_only_) return fail(Code::kDenied, "the state in " + path_ + " cannot be written by this user, or on this file system");
  TRY_VOID(make_folder(runs(), 0700));
  auto ballast = path_ + "/ballast";
  int fd = ::open(ballast.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return std::unexpected(os_failure(errno, "making " + ballast));
  struct stat facts {};
  int error = fstat(fd, &facts) == 0 ? 0 : errno;
  if (error == 0 && facts.st_blocks * 512 < kBallast) error = posix_fallocate(fd, 0, kBallast);
  if (error == 0 && fsync(fd) != 0) error = errno;
  ::close(fd);
  if (error == 0) return {};
  unlink(ballast.c_str());
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    return fail(Code::kFull, "the disk of " + path_ + " has no 16 MiB left", "make room on it, then run the command again");
  }
  return std::unexpected(os_failure(error, "making " + ballast));
}

auto StateFolder::free_ballast() const -> bool { return unlink((path_ + "/ballast").c_str()) == 0 && sync_folder(path_).has_value(); }

auto StateFolder::data_identity() const -> Result<FileIdentity> {
  struct stat facts {};
  auto data = path_ + "/data.mdb";
  if (stat(data.c_str(), &facts) != 0) return std::unexpected(os_failure(errno, "looking at " + data));
  return FileIdentity{.device = facts.st_dev, .inode = facts.st_ino};
}

}  // namespace weft::state
