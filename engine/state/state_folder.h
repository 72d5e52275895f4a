// The folder of one state, `.weft/state/ENV/`: where it is, whether its file system can be trusted, its ballast, and the
// locks that say which process has it open and which run lives.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/state/lock_file.h"
#include "lang/base/result.h"

namespace weft::state {

struct FileIdentity {
  uint64_t device = 0, inode = 0;
  auto operator==(const FileIdentity&) const -> bool = default;
};

class StateFolder {
 public:
  // Real blocks that are given up when the disk is full, so that what is in flight can still be written down.
  static constexpr int64_t kBallast = 16 << 20;

  // kNotFound when there is no state and `create` is off; kUnsupported on a network file system; kInvalid for a name
  // that is no environment's. Makes nothing unless `create`.
  [[nodiscard]] static auto open(const std::string& fabric_folder, std::string_view environment, bool create) -> Result<StateFolder>;

  [[nodiscard]] auto path() const -> const std::string& { return path_; }
  [[nodiscard]] auto runs() const -> std::string { return path_ + "/runs"; }
  [[nodiscard]] auto run_lock(std::string_view run) const -> std::string { return runs() + "/" + std::string(run) + ".lock"; }
  // A file system that cannot be written: looking is all that can be done.
  [[nodiscard]] auto read_only() const -> bool { return read_only_; }
  [[nodiscard]] auto open_lock() -> LockFile& { return open_lock_; }

  // What a writer needs beside the store: `runs/` and the ballast. kFull when there is no room for it.
  [[nodiscard]] auto prepare_for_writing() const -> Result<void>;
  // False when it was gone already.
  auto free_ballast() const -> bool;
  [[nodiscard]] auto data_identity() const -> Result<FileIdentity>;

 private:
  std::string path_;
  bool read_only_ = false;
  LockFile open_lock_;
};

// The name of a file system that breaks locks or maps, by its number in statfs; empty for all others.
[[nodiscard]] auto network_file_system(uint64_t magic) -> std::string_view;
// Makes a folder's new entries durable.
[[nodiscard]] auto sync_folder(const std::string& path) -> Result<void>;

}  // namespace weft::state
