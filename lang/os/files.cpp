#include "lang/os/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/os/descriptor.h"
#include "lang/os/errors.h"

namespace weft {

namespace {

auto refused(std::string_view doing, const std::string& path) -> std::unexpected<Failure> {
  return std::unexpected(os_failure(errno, std::string(doing) + ' ' + path));
}

auto kind_of(mode_t mode) -> FileKind {
  if (S_ISREG(mode)) return FileKind::kFile;
  if (S_ISDIR(mode)) return FileKind::kFolder;
  if (S_ISLNK(mode)) return FileKind::kLink;
  return FileKind::kOther;
}

auto info_of(const struct stat& raw) -> FileInfo {
  return {.kind = kind_of(raw.st_mode),
          .size = static_cast<uint64_t>(raw.st_size),
          .mode = raw.st_mode & 07777U,
          .links = raw.st_nlink,
          .device = raw.st_dev,
          .inode = raw.st_ino,
          .modified = std::chrono::seconds(raw.st_mtim.tv_sec) + std::chrono::nanoseconds(raw.st_mtim.tv_nsec)};
}

auto sync_folder(const std::string& folder) -> Result<void> {
  Descriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return refused("syncing", folder);
  // Some file systems cannot sync a folder and say EINVAL; there is nothing better to do on them.
  if (fsync(fd.get()) != 0 && errno != EINVAL) return refused("syncing", folder);
  return {};
}

auto write_all(int fd, std::string_view bytes) -> bool {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

class RealFiles : public Files {
 public:
  auto read(const std::string& path, uint64_t most) const -> Result<std::string> override;
  auto write_atomic(const std::string& path, std::string_view bytes, uint32_t mode) -> Result<void> override;
  auto info(const std::string& path) const -> Result<FileInfo> override;
  auto link_info(const std::string& path) const -> Result<FileInfo> override;
  auto list(const std::string& path) const -> Result<std::vector<FolderEntry>> override;
  auto remove(const std::string& path) -> Result<void> override;
  auto make_dir(const std::string& path, uint32_t mode) -> Result<void> override;
  auto set_mode(const std::string& path, uint32_t mode) -> Result<void> override;
  auto canonical(const std::string& path) const -> Result<std::string> override;
};

auto RealFiles::read(const std::string& path, uint64_t most) const -> Result<std::string> {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return refused("reading", path);
  struct stat raw{};
  if (fstat(fd.get(), &raw) != 0) return refused("reading", path);
  if (S_ISDIR(raw.st_mode)) return fail(Code::kInvalid, "reading " + path + ": it is a folder");
  if (!S_ISREG(raw.st_mode)) return fail(Code::kInvalid, "reading " + path + ": it is not a plain file");
  auto too_big = [&] {
    return fail(Code::kInvalid, "reading " + path + ": more than " + with_thousands(most) + " bytes");
  };
  if (static_cast<uint64_t>(raw.st_size) > most) return too_big();
  std::string bytes;
  bytes.resize(static_cast<size_t>(raw.st_size));
  size_t have = 0;
  for (;;) {
    // One byte beyond the size that was promised: files of /proc say 0, and a file may grow.
    if (have == bytes.size()) bytes.resize(have + (have == static_cast<size_t>(raw.st_size) ? 1 : 65'536));
    ssize_t n = ::read(fd.get(), bytes.data() + have, bytes.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused("reading", path);
    if (n == 0) break;
    have += static_cast<size_t>(n);
    if (have > most) return too_big();
  }
  bytes.resize(have);
  return bytes;
}

auto RealFiles::write_atomic(const std::string& path, std::string_view bytes, uint32_t mode) -> Result<void> {
  if (auto there = info(path); there && there->kind == FileKind::kOther) {
    // O_NONBLOCK: opening a pipe must not wait for its reader. Writing waits for it.
    Descriptor fd(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid() && errno == ENXIO) {
      return fail(Code::kUnavailable, "writing " + path + ": nobody reads from it", "start first who reads from this pipe");
    }
    if (!fd.valid() || fcntl(fd.get(), F_SETFL, 0) != 0 || !write_all(fd.get(), bytes)) return refused("writing", path);
    return {};
  }
  std::string target = path;
  if (auto link = link_info(path); link && link->kind == FileKind::kLink) {
    TRY(real, canonical(path));
    target = std::move(real);
  }
  std::string folder = folder_of(target);
  // Random, so that two writers of one file do not meet; hidden, so that a crash leaves nothing in the way.
  std::string beside = join_path(folder, "." + file_name(target) + "." + hex(random_string(6)) + ".tmp");
  Descriptor fd(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return refused("writing", path);
  bool good = write_all(fd.get(), bytes) && fchmod(fd.get(), mode) == 0 && fsync(fd.get()) == 0 &&
              rename(beside.c_str(), target.c_str()) == 0;
  if (!good) {
    auto failure = refused("writing", path);
    unlink(beside.c_str());
    return failure;
  }
  return sync_folder(folder);
}

auto RealFiles::info(const std::string& path) const -> Result<FileInfo> {
  struct stat raw{};
  if (stat(path.c_str(), &raw) != 0) return refused("looking at", path);
  return info_of(raw);
}

auto RealFiles::link_info(const std::string& path) const -> Result<FileInfo> {
  struct stat raw{};
  if (lstat(path.c_str(), &raw) != 0) return refused("looking at", path);
  return info_of(raw);
}

auto RealFiles::list(const std::string& path) const -> Result<std::vector<FolderEntry>> {
  struct Close {
    void operator()(DIR* folder) const { closedir(folder); }
  };
  std::unique_ptr<DIR, Close> folder(opendir(path.c_str()));
  if (folder == nullptr) return refused("listing", path);
  std::vector<FolderEntry> out;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(folder.get());
    if (entry == nullptr && errno != 0) return refused("listing", path);
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat raw{};
    if (fstatat(dirfd(folder.get()), entry->d_name, &raw, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;  // gone between the two calls
      return refused("looking at", join_path(path, name));
    }
    out.push_back({.name = std::move(name), .kind = kind_of(raw.st_mode)});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

auto RealFiles::remove(const std::string& path) -> Result<void> {
  if (::remove(path.c_str()) != 0) return refused("removing", path);
  return sync_folder(folder_of(path));
}

auto RealFiles::make_dir(const std::string& path, uint32_t mode) -> Result<void> {
  if (mkdir(path.c_str(), mode) == 0) return sync_folder(folder_of(path));
  if (errno == EEXIST) {
    TRY(there, info(path));
    if (there.kind == FileKind::kFolder) return {};
    return fail(Code::kExists, "making folder " + path + ": a file of that name is there");
  }
  std::string parent = folder_of(path);
  if (errno != ENOENT || parent == path || parent == ".") return refused("making folder", path);
  TRY_VOID(make_dir(parent, mode));
  if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return refused("making folder", path);
  return sync_folder(parent);
}

auto RealFiles::set_mode(const std::string& path, uint32_t mode) -> Result<void> {
  if (chmod(path.c_str(), mode) != 0) return refused("setting the mode of", path);
  return {};
}

auto RealFiles::canonical(const std::string& path) const -> Result<std::string> {
  std::array<char, PATH_MAX> out{};
  if (realpath(path.c_str(), out.data()) == nullptr) return refused("finding", path);
  return std::string(out.data());
}

}  // namespace

auto real_files() -> Files& {
  static RealFiles files;
  return files;
}

}  // namespace weft
