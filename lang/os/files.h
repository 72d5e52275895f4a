// Files as an interface, so that tests can hand in others and pull any plug. Paths are plain strings in UTF-8 or
// whatever bytes the system gave; failures carry the path.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"

namespace weft {

enum class FileKind : uint8_t { kFile, kFolder, kLink, kOther };

struct FileInfo {
  FileKind kind = FileKind::kOther;
  uint64_t size = 0;
  uint32_t mode = 0;  // permission bits, 07777
  uint64_t links = 0;
  uint64_t device = 0;
  uint64_t inode = 0;
  std::chrono::nanoseconds modified{};
};

struct FolderEntry {
  std::string name;
  FileKind kind = FileKind::kOther;  // of the entry itself: a link is a link
};

class Files {
 public:
  virtual ~Files() = default;

  // The whole file; more than `most` bytes are a failure, and so is anything but a plain file.
  [[nodiscard]] virtual auto read(const std::string& path, uint64_t most) const -> Result<std::string> = 0;
  // All or nothing, also over a power cut: written beside, synced, renamed, folder synced. The file has exactly `mode`
  // afterwards. A symbolic link is followed and stays; a device or a pipe is written to as it is. The folder must be there.
  [[nodiscard]] virtual auto write_atomic(const std::string& path, std::string_view bytes, uint32_t mode)
      -> Result<void> = 0;
  // Of what the path leads to (kNotFound if nothing is there), or of the link itself.
  [[nodiscard]] virtual auto info(const std::string& path) const -> Result<FileInfo> = 0;
  [[nodiscard]] virtual auto link_info(const std::string& path) const -> Result<FileInfo> = 0;
  [[nodiscard]] auto exists(const std::string& path) const -> bool { return info(path).has_value(); }
  // By name, bytewise; without "." and "..".
  [[nodiscard]] virtual auto list(const std::string& path) const -> Result<std::vector<FolderEntry>> = 0;
  // A file, a link or an empty folder; the folder that held it is synced. kNotFound if nothing is there.
  [[nodiscard]] virtual auto remove(const std::string& path) -> Result<void> = 0;
  // With its parents; a folder that is there already is fine. `mode` is for those that are made.
  [[nodiscard]] virtual auto make_dir(const std::string& path, uint32_t mode) -> Result<void> = 0;
  // Sets the permission bits.
  [[nodiscard]] virtual auto set_mode(const std::string& path, uint32_t mode) -> Result<void> = 0;
  // Absolute, without links, "." and "..". It must exist.
  [[nodiscard]] virtual auto canonical(const std::string& path) const -> Result<std::string> = 0;
};

// The files of this machine. It holds nothing.
[[nodiscard]] auto real_files() -> Files&;

struct WalkLimits {
  size_t most_entries = 100'000;
  size_t most_depth = 64;
};
// Everything below `root` but folders, as paths relative to it, ordered bytewise. Links are listed, not followed.
// Entries for which `skip` (a relative path, a folder's without a slash at its end) says true are left out whole.
[[nodiscard]] auto walk(const Files& files, const std::string& root, const WalkLimits& limits,
                        const std::function<bool(std::string_view)>& skip = nullptr)
    -> Result<std::vector<std::string>>;

// --- names only, nothing is looked at
// "a" and "b" → "a/b"; an absolute `name` stands for itself; an empty or "." folder is left out.
[[nodiscard]] auto join_path(std::string_view folder, std::string_view name) -> std::string;
// "a/b.c" → "a"; "b.c" → "."; "/b" → "/".
[[nodiscard]] auto folder_of(std::string_view path) -> std::string;
// "a/b.c" → "b.c".
[[nodiscard]] auto file_name(std::string_view path) -> std::string;

}  // namespace weft
