#include "providers/local/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/os/errors.h"
#include "lang/os/files.h"

namespace weft::local {

namespace {

constexpr size_t kChunk = size_t{256} << 10;

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  auto operator=(const Fd&) -> Fd& = delete;
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] auto get() const -> int { return fd_; }

 private:
  int fd_;
};

// Reads to the end, in pieces; `take` may refuse.
auto read_all(int fd, const std::string& path, const std::function<Result<void>(std::string_view)>& take)
    -> Result<void> {
  std::string chunk(kChunk, '\0');
  for (;;) {
    ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(os_failure(errno, "reading " + path));
    if (got == 0) return {};
    TRY_VOID(take(std::string_view(chunk).substr(0, static_cast<size_t>(got))));
  }
}

auto digest_and_keep(int fd, const std::string& path, uint64_t keep, Seen& seen) -> Result<void> {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  CHECK(context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  std::string content;
  bool whole = true;
  seen.size = 0;
  TRY_VOID(read_all(fd, path, [&](std::string_view piece) -> Result<void> {
    CHECK(EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1);
    seen.size += piece.size();
    whole = whole && seen.size <= keep;
    if (whole) content += piece;
    return {};
  }));
  Sha256 digest{};
  CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  seen.sha256 = hex(view(digest));
  if (whole) seen.content = std::move(content);
  return {};
}

auto is_absent(int error) -> bool { return error == ENOENT || error == ENOTDIR; }

}  // namespace

auto sync_folder_of(const std::string& path) -> Result<void> {
  std::string folder = folder_of(path);
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems refuse to sync a folder; what was done in it is done.
  if (fd.get() >= 0 && ::fsync(fd.get()) != 0 && errno == EIO) {
    return std::unexpected(os_failure(errno, "writing the folder " + folder));
  }
  return {};
}

namespace {

// Without a folder and the `..` behind it: the folder need not be there. What a link leads to has another one above it.
auto without_returns(const std::string& path) -> std::string {
  std::string out;
  for (std::string_view part : split(path, '/')) {
    if (part == ".") continue;
    if (part == "..") {
      std::string_view last = std::string_view(out).substr(out.rfind('/') + 1);
      struct stat facts {};
      bool is_folder = !last.empty() && last != "." && last != ".." && !(::lstat(out.c_str(), &facts) == 0 && S_ISLNK(facts.st_mode));
      if (is_folder) {
        out = folder_of(out);
        continue;
      }
    }
    if (!part.empty() || out.empty()) out += (out.empty() || out.ends_with('/') ? "" : "/") + (part.empty() ? std::string("/") : std::string(part));
  }
  return out;
}

}  // namespace

auto resolved(const driver::Call& call, std::string_view path) -> std::string {
  std::string out(path);
  if (!out.starts_with('/') && !call.working_folder.empty()) out = call.working_folder + "/" + out;
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out.find("/..") == std::string::npos ? out : without_returns(out);
}

// Opened before it is judged, and without waiting, so that a pipe of that name holds nobody up.
auto look(const std::string& path, uint64_t keep) -> Result<Seen> {
  Seen seen;
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) {
    if (is_absent(errno)) return seen;
    return std::unexpected(os_failure(errno, "looking at " + path));
  }
  seen.mode = facts.st_mode & 07777U;
  seen.size = static_cast<uint64_t>(facts.st_size);
  seen.kind = S_ISREG(facts.st_mode) ? Seen::Kind::kFile
              : S_ISDIR(facts.st_mode) ? Seen::Kind::kFolder
                                       : Seen::Kind::kOther;
  if (seen.kind != Seen::Kind::kFile) return seen;
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) {
    if (is_absent(errno)) return Seen{};
    if (errno != EACCES && errno != EPERM) return std::unexpected(os_failure(errno, "opening " + path));
    seen.readable = false;
    return seen;
  }
  TRY_VOID(digest_and_keep(fd.get(), path, keep, seen));
  return seen;
}

auto is_taken(const std::string& path) -> bool {
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0;
}

auto names_in(const std::string& path, size_t most) -> Result<std::vector<std::string>> {
  std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), &::closedir);
  if (folder == nullptr) return std::unexpected(os_failure(errno, "listing " + path));
  std::vector<std::string> names;
  errno = 0;
  while (names.size() <= most) {
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return std::unexpected(os_failure(errno, "listing " + path));
  std::ranges::sort(names);
  return names;
}

namespace {

constexpr const char* kMark = "user.weft.made";
constexpr int kTries = 10;  // each lost to somebody who took a folder away at that very moment

auto is_marked(const std::string& folder, std::string_view fabric) -> bool {
  std::array<char, 128> mark{};
  ssize_t size = ::getxattr(folder.c_str(), kMark, mark.data(), mark.size());
  return size >= 0 && std::string_view(mark.data(), static_cast<size_t>(size)) == fabric;
}

auto unnamed(const std::string& folder, std::string_view operation) -> std::string {
  return folder_of(folder) + "/.weft-" + std::string(operation.empty() ? "new" : operation) + ".dir";
}

// Made under another name, marked, and put in place in one instant: whenever the process is killed, no folder of that
// name is there without its mark. False: its file system cannot.
auto make_marked(const std::string& folder, std::string_view fabric, std::string_view operation) -> Result<bool> {
  std::string first = unnamed(folder, operation);
  ::rmdir(first.c_str());  // of a killed process
  if (::mkdir(first.c_str(), 0755) != 0) return std::unexpected(os_failure(errno, "making the folder " + folder));
  if (::setxattr(first.c_str(), kMark, fabric.data(), fabric.size(), 0) != 0) {
    ::rmdir(first.c_str());
    return false;
  }
  if (Fd fd(::open(first.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); fd.get() >= 0) (void)::fsync(fd.get());
  if (::renameat2(AT_FDCWD, first.c_str(), AT_FDCWD, folder.c_str(), RENAME_NOREPLACE) == 0) return true;
  int error = errno;
  ::rmdir(first.c_str());
  // Somebody else may make it at the same time, which is as good.
  if (error == EEXIST) return true;
  if (error == EINVAL || error == ENOSYS) return false;
  return std::unexpected(os_failure(error, "making the folder " + folder));
}

auto make_folder(const std::string& folder, std::string_view fabric, std::string_view operation, std::vector<std::string>& made) -> Result<void> {
  struct stat facts {};
  if (::stat(folder.c_str(), &facts) == 0) {
    if (S_ISDIR(facts.st_mode)) return {};
    return fail(Code::kInvalid, folder + " is no folder", "choose another path, or remove that file");
  }
  if (errno != ENOENT) return std::unexpected(os_failure(errno, "looking at " + folder));
  TRY_VOID(make_folder(folder_of(folder), fabric, operation, made));
  TRY(done, make_marked(folder, fabric, operation));
  if (!done) {
    if (::mkdir(folder.c_str(), 0755) != 0) {
      if (errno == EEXIST) return {};
      return std::unexpected(os_failure(errno, "making the folder " + folder));
    }
    if (::setxattr(folder.c_str(), kMark, fabric.data(), fabric.size(), 0) != 0) made.push_back(folder);
  }
  return sync_folder_of(folder);
}

}  // namespace

auto make_parents(const std::string& path, std::string_view fabric, std::string_view operation) -> Result<std::vector<std::string>> {
  std::vector<std::string> made;
  TRY_VOID(make_folder(folder_of(path), fabric, operation, made));
  return made;
}

void sweep_parents(const std::string& path, std::string_view fabric, std::string_view operation) {
  std::string missing = folder_of(path);
  // It stands where the first folder that is missing was to be.
  for (;; missing = folder_of(missing)) {
    ::rmdir(unnamed(missing, operation).c_str());
    struct stat facts {};
    std::string above = folder_of(missing);
    if (above == missing || ::stat(above.c_str(), &facts) == 0) break;
  }
  struct stat facts {};
  std::string nearest = path;
  while (folder_of(nearest) != nearest && ::stat(folder_of(nearest).c_str(), &facts) != 0) nearest = folder_of(nearest);
  take_parents(nearest, fabric, {});
}

void take_parents(const std::string& path, std::string_view fabric, const std::vector<std::string>& made) {
  for (std::string folder = folder_of(path);; folder = folder_of(folder)) {
    bool ours = is_marked(folder, fabric) || std::ranges::find(made, folder) != made.end();
    if (!ours || ::rmdir(folder.c_str()) != 0) return;
    if (!sync_folder_of(folder)) return;
  }
}

auto is_made_along(const std::string& path, std::string_view fabric) -> bool { return is_marked(path, fabric); }

auto is_made_along(const std::string& path) -> bool { return ::getxattr(path.c_str(), kMark, nullptr, 0) >= 0; }

void take_mark(const std::string& path) { ::removexattr(path.c_str(), kMark); }

namespace {

// A link stays a link: it is the file behind it that is replaced.
auto behind_link(const std::string& path) -> std::string {
  struct stat facts {};
  std::array<char, PATH_MAX> real{};
  bool is_link = ::lstat(path.c_str(), &facts) == 0 && S_ISLNK(facts.st_mode);
  return is_link && ::realpath(path.c_str(), real.data()) != nullptr ? std::string(real.data()) : path;
}

auto beside(const std::string& path, std::string_view operation) -> std::string {
  return folder_of(path) + "/.weft-" + std::string(operation.empty() ? "new" : operation) + ".part";
}

}  // namespace

NewFile::NewFile(std::string path, std::string beside, int fd)
    : path_(std::move(path)), beside_(std::move(beside)), fd_(fd) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)), beside_(std::exchange(other.beside_, {})), fd_(std::exchange(other.fd_, -1)) {}

NewFile::~NewFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

auto NewFile::begin(const std::string& path, std::string_view operation) -> Result<NewFile> {
  std::string target = behind_link(path);
  std::string name = local::beside(target, operation);
  if (::unlink(name.c_str()) != 0 && !is_absent(errno)) {
    return std::unexpected(os_failure(errno, "removing the leftover " + name));
  }
  // Nobody else may look in before it has its mode.
  int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return std::unexpected(os_failure(errno, "writing beside " + path));
  return NewFile(std::move(target), std::move(name), fd);
}

auto NewFile::begin_new(const std::string& path, std::string_view operation, std::string_view fabric,
                        std::vector<std::string>& made) -> Result<NewFile> {
  for (int left = kTries;; --left) {
    auto more = make_parents(path, fabric, operation);
    if (!more && more.error().code == Code::kNotFound && left > 0) continue;
    if (!more) return std::unexpected(more.error());
    made.insert(made.end(), more->begin(), more->end());
    auto file = begin(path, operation);
    if (file || file.error().code != Code::kNotFound || left == 0) return file;
  }
}

void NewFile::sweep(const std::string& path, std::string_view operation) {
  ::unlink(local::beside(behind_link(path), operation).c_str());
}

auto NewFile::write(std::string_view bytes) -> Result<void> {
  while (!bytes.empty()) {
    ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return std::unexpected(os_failure(errno, "writing " + path_));
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

auto NewFile::copy(const std::string& source) -> Result<void> {
  Fd fd(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return std::unexpected(os_failure(errno, "opening " + source));
  return read_all(fd.get(), source, [&](std::string_view piece) { return write(piece); });
}

auto NewFile::finish(uint32_t mode) -> Result<void> {
  if (::fchmod(fd_, mode) != 0) return std::unexpected(os_failure(errno, "setting the mode of " + path_));
  if (::fsync(fd_) != 0) return std::unexpected(os_failure(errno, "writing " + path_));
  return {};
}

auto NewFile::place_new(uint32_t mode) -> Result<void> {
  TRY_VOID(finish(mode));
  int placed = ::renameat2(AT_FDCWD, beside_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE);
  bool unsupported = placed != 0 && (errno == EINVAL || errno == ENOSYS);
  // A file system without that rename still makes links, which never replace.
  if (unsupported) placed = ::link(beside_.c_str(), path_.c_str());
  if (placed != 0) {
    if (errno == EEXIST) return fail(Code::kExists, path_ + " exists already");
    return std::unexpected(os_failure(errno, "putting " + path_ + " in place"));
  }
  if (!unsupported) beside_.clear();
  return sync_folder_of(path_);
}

auto NewFile::replace(uint32_t mode) -> Result<void> {
  TRY_VOID(finish(mode));
  if (::rename(beside_.c_str(), path_.c_str()) != 0) {
    return std::unexpected(os_failure(errno, "putting " + path_ + " in place"));
  }
  beside_.clear();
  return sync_folder_of(path_);
}

auto change_mode(const std::string& path, uint32_t mode) -> Result<void> {
  if (::chmod(path.c_str(), mode) == 0) return {};
  return std::unexpected(os_failure(errno, "setting the mode of " + path));
}

auto remove_file(const std::string& path) -> Result<bool> {
  if (::unlink(path.c_str()) == 0) {
    TRY_VOID(sync_folder_of(path));
    return true;
  }
  if (is_absent(errno)) return false;
  return std::unexpected(os_failure(errno, "removing " + path));
}

auto mode_text(uint32_t mode) -> std::string {
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), "%04o", mode & 07777U);
  return out.data();
}

auto mode_from(std::string_view text) -> std::optional<uint32_t> {
  if (text.size() < 3 || text.size() > 4) return std::nullopt;
  uint32_t mode = 0;
  for (char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    mode = mode * 8 + static_cast<uint32_t>(c - '0');
  }
  return mode;
}

}  // namespace weft::local
