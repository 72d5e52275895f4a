#include "lang/os/open_by.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace weft {

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

auto has_open(const std::string& descriptors, const struct stat& wanted) -> bool {
  Folder folder(::opendir(descriptors.c_str()));
  if (!folder) return false;
  while (const dirent* entry = ::readdir(folder.get())) {
    struct stat info {};
    // Through the link, so that a file is known by what it is and not by a name.
    if (::fstatat(::dirfd(folder.get()), entry->d_name, &info, 0) != 0) continue;
    if (S_ISREG(info.st_mode) && info.st_ino == wanted.st_ino && info.st_dev == wanted.st_dev) return true;
  }
  return false;
}

}  // namespace

// The state's letter stands behind the command's name, which may hold parentheses itself.
auto stands_still(pid_t process) -> bool {
  char text[512] = {};
  int fd = ::open(("/proc/" + std::to_string(process) + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t got = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  std::string_view line(text, got > 0 ? static_cast<size_t>(got) : 0);
  size_t at = line.rfind(") ");
  return at != std::string_view::npos && at + 2 < line.size() && (line[at + 2] == 'T' || line[at + 2] == 't');
}

auto open_by(const std::string& path) -> std::vector<OpenBy> {
  std::vector<OpenBy> out;
  struct stat wanted {};
  if (::stat(path.c_str(), &wanted) != 0) return out;
  Folder folder(::opendir("/proc"));
  if (!folder) return out;
  while (const dirent* entry = ::readdir(folder.get())) {
    std::string_view name = entry->d_name;
    pid_t process = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
    if (error != std::errc() || end != name.data() + name.size() || process == ::getpid()) continue;
    if (has_open("/proc/" + std::string(name) + "/fd", wanted)) out.push_back({.process = process, .stands_still = stands_still(process)});
  }
  std::ranges::sort(out, {}, &OpenBy::process);
  return out;
}

}  // namespace weft
