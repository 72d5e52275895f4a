// Files as this room needs them: looked at whole, put in place in one instant, never over somebody else's.
// Everything here blocks: call it on a pool thread (Loop::offload). Paths are complete.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"
#include "providers/api/driver.h"

namespace weft::local {

// `path` as a resource writes it, relative to the fabric's folder.
[[nodiscard]] auto resolved(const driver::Call& call, std::string_view path) -> std::string;

// ---- looking

struct Seen {
  enum class Kind { kMissing, kFile, kFolder, kOther };
  Kind kind = Kind::kMissing;
  uint32_t mode = 0;                    // permission bits
  uint64_t size = 0;
  bool readable = true;                 // false: it is there, but its bytes may not be read by us
  std::string sha256{};                 // of a readable file, hexadecimal
  std::optional<std::string> content{}; // of a readable file not larger than asked
};
// Follows symbolic links; a dangling one is missing. Content is kept up to `keep` bytes; more is only digested.
[[nodiscard]] auto look(const std::string& path, uint64_t keep) -> Result<Seen>;
// Whether anything has that name, a dangling link too.
[[nodiscard]] auto is_taken(const std::string& path) -> bool;
// Names in a folder, sorted; at most `most` and one.
[[nodiscard]] auto names_in(const std::string& path, size_t most) -> Result<std::vector<std::string>>;

// ---- changing

// Makes durable that `path` is there, or gone, by syncing the folder that it is named in.
[[nodiscard]] auto sync_folder_of(const std::string& path) -> Result<void>;
// Makes the missing folders above `path`, mode 0755, each marked as made along by that fabric: whoever takes the last
// thing out takes it away as well. A folder has its mark before it has its name: under another one, beside it, that the
// operation alone uses. Gives those that could not be marked, because their file system keeps no such notes.
[[nodiscard]] auto make_parents(const std::string& path, std::string_view fabric, std::string_view operation) -> Result<std::vector<std::string>>;
// Takes away what a killed process left of that operation above `path`: a folder that had no name yet, and those with the
// mark of that fabric that are empty.
void sweep_parents(const std::string& path, std::string_view fabric, std::string_view operation);
// Takes away the folders above `path` that were made along and are empty by now, nearest first, up to the first that is
// not: those with the mark of that fabric, and those in `made`. What cannot be taken away stays.
void take_parents(const std::string& path, std::string_view fabric, const std::vector<std::string>& made);
// Whether that fabric has made the folder along.
[[nodiscard]] auto is_made_along(const std::string& path, std::string_view fabric) -> bool;
// Whether any has.
[[nodiscard]] auto is_made_along(const std::string& path) -> bool;
// That folder belongs to somebody from now on.
void take_mark(const std::string& path);

// Bytes on their way into a file: written beside it under a name that the operation alone uses, put in place by one
// rename, so that nobody ever sees half a file. What is not put in place is removed by the destructor.
class NewFile {
 public:
  // An earlier attempt's leftover of the same operation is overwritten.
  [[nodiscard]] static auto begin(const std::string& path, std::string_view operation) -> Result<NewFile>;
  // With the folders above it (make_parents; what could not be marked is added to `made`).
  [[nodiscard]] static auto begin_new(const std::string& path, std::string_view operation, std::string_view fabric,
                                      std::vector<std::string>& made) -> Result<NewFile>;
  // Removes what a killed process left of that operation.
  static void sweep(const std::string& path, std::string_view operation);

  NewFile(NewFile&& other) noexcept;
  auto operator=(NewFile&&) -> NewFile& = delete;
  ~NewFile();

  [[nodiscard]] auto fd() const -> int { return fd_; }
  [[nodiscard]] auto write(std::string_view bytes) -> Result<void>;
  // Appends a whole file.
  [[nodiscard]] auto copy(const std::string& source) -> Result<void>;
  // Fails with kExists, and changes nothing, if the name is taken.
  [[nodiscard]] auto place_new(uint32_t mode) -> Result<void>;
  // In the place of whatever file is there; through a symbolic link.
  [[nodiscard]] auto replace(uint32_t mode) -> Result<void>;

 private:
  NewFile(std::string path, std::string beside, int fd);
  [[nodiscard]] auto finish(uint32_t mode) -> Result<void>;

  std::string path_;
  std::string beside_;
  int fd_ = -1;
};

[[nodiscard]] auto change_mode(const std::string& path, uint32_t mode) -> Result<void>;
// False when there was nothing.
[[nodiscard]] auto remove_file(const std::string& path) -> Result<bool>;

// ---- modes as text

[[nodiscard]] auto mode_text(uint32_t mode) -> std::string;                             // 0644 → "0644"
[[nodiscard]] auto mode_from(std::string_view text) -> std::optional<uint32_t>;        // "644", "0644", "1777"

// ---- on the pool

// Runs `work` on a pool thread and gives its result.
template <class T>
auto on_pool(Loop& loop, std::function<T()> work) -> Task<T> {
  std::optional<T> result;
  std::function<void()> job = [&] { result.emplace(work()); };
  // With a name of its own: that of a temporary differs from file to file, and so would this template's frame.
  auto done = loop.offload(std::move(job));
  co_await done;
  co_return std::move(*result);
}

}  // namespace weft::local
