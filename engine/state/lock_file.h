// Locks that the kernel drops when their holder dies: open-file-description locks on small files of their own. Unlike
// LMDB's they belong to the descriptor: two in one process exclude each other, and a child that inherits the descriptor
// keeps the lock.
#pragma once

#include <optional>
#include <string>

#include "lang/base/result.h"

namespace weft::state {

class LockFile {
 public:
  enum class Mode { kShared, kExclusive };

  LockFile() = default;
  LockFile(LockFile&& other) noexcept;
  auto operator=(LockFile&& other) noexcept -> LockFile&;
  ~LockFile();

  // Makes the file when `create`. kUnavailable: somebody holds it the other way; never waits.
  [[nodiscard]] static auto take(const std::string& path, Mode mode, bool create) -> Result<LockFile>;
  // The same lock, held the other way; what was held is lost only if this is granted. kUnavailable as above.
  [[nodiscard]] auto change(Mode mode) -> Result<void>;
  [[nodiscard]] auto fd() const -> int { return fd_; }
  [[nodiscard]] auto held() const -> bool { return fd_ >= 0; }
  // Takes the file away first, so that nobody finds it unlocked.
  void remove_and_drop();
  void drop();

  // Whether somebody holds it, this process included. A file that is not there is held by nobody.
  [[nodiscard]] static auto is_held(const std::string& path) -> bool;

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace weft::state
