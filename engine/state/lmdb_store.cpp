#include "engine/state/lmdb_store.h"
#include "engine/state/corrupt.h"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <semaphore>
#include <shared_mutex>

#include "lang/base/check.h"
#include "lang/os/crash.h"
#include "lang/os/errors.h"

namespace weft::state {
namespace {

constexpr unsigned kMostReaders = 1024;
constexpr std::ptrdiff_t kMostOwnReaders = 4;
constexpr uint64_t kLeastRoom = 1U << 20, kMostBatch = 64U << 20;
constexpr size_t kLeastMap = size_t{16} << 20;

// Whether the disk, or a limit on the size of files, has no room for the next batch.
auto is_out_of_room(const std::string& folder) -> bool {
  struct statvfs disk{};
  if (::statvfs(folder.c_str(), &disk) == 0 && static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize < kLeastRoom) return true;
  rlimit limit{};
  struct stat file{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
  return ::stat((folder + "/data.mdb").c_str(), &file) == 0 && static_cast<uint64_t>(file.st_size) + kMostBatch > limit.rlim_cur;
}

auto lmdb_failure(int code, std::string_view doing) -> Failure {
  auto what = std::string(doing) + " the state: ";
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {.code = Code::kFull, .text = what + "no room is left on the disk", .hint = "make room on the disk of `.weft/state`, then run the command again"};
    case ENOMEM:
      return {.code = Code::kFull,
              .text = what + "the address space has no room to map it",
              .hint = "lift the limit on it (`ulimit -v unlimited`), or drop old history: `weft state compact`; then run the command again"};
    case EAGAIN:
      return {.code = Code::kUnavailable,
              .text = what + "another process with the same process number uses it, which happens between containers",
              .hint = "give the containers one process namespace, or run them one after the other"};
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PANIC:
      return {.code = Code::kCorrupt, .text = what + "`data.mdb` is damaged (" + mdb_strerror(code) + ")", .hint = std::string(kRestore)};
    case MDB_VERSION_MISMATCH:
      return {.code = Code::kNewer, .text = what + "`data.mdb` was written by another version of LMDB", .hint = "use the weft that wrote it"};
    case MDB_READERS_FULL:
      return {.code = Code::kUnavailable, .text = what + "1,024 processes read it already", .hint = "try again when some of them have ended"};
    default:
      break;
  }
  if (code == EACCES || code == EPERM || code == EROFS) return os_failure(code, std::string(doing) + " the state in `.weft/state`");
  return {.code = Code::kUnavailable, .text = what + mdb_strerror(code), .hint = "check the disk of `.weft/state`, then run the command again: it settles what was in flight"};
}

auto slice(std::string_view bytes) -> MDB_val { return {.mv_size = bytes.size(), .mv_data = const_cast<char*>(bytes.data())}; }
auto text(const MDB_val& value) -> std::string_view { return {static_cast<const char*>(value.mv_data), value.mv_size}; }

using Handles = std::array<MDB_dbi, kTables>;
constexpr MDB_dbi kNoHandle = UINT32_MAX;

class Cursor {
 public:
  Cursor(MDB_txn* txn, MDB_dbi dbi) { CHECK(mdb_cursor_open(txn, dbi, &cursor_) == 0); }
  Cursor(const Cursor&) = delete;
  auto operator=(const Cursor&) -> Cursor& = delete;
  ~Cursor() { mdb_cursor_close(cursor_); }
  auto move(MDB_val& key, MDB_val& value, MDB_cursor_op op) -> bool { return mdb_cursor_get(cursor_, &key, &value, op) == 0; }

 private:
  MDB_cursor* cursor_ = nullptr;
};

class LmdbRows : public Rows {
 public:
  LmdbRows(MDB_txn* txn, const Handles& handles) : txn_(txn), handles_(handles) {}

  [[nodiscard]] auto get(Table table, std::string_view key) const -> std::optional<std::string_view> override {
    if (handle(table) == kNoHandle || error_ != 0) return std::nullopt;
    auto wanted = slice(key);
    MDB_val value{};
    int code = mdb_get(txn_, handle(table), &wanted, &value);
    if (code != 0) {
      if (code != MDB_NOTFOUND) error_ = code;
      return std::nullopt;
    }
    return text(value);
  }

  void scan(Table table, std::string_view from, const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    if (handle(table) == kNoHandle || error_ != 0) return;
    Cursor cursor(txn_, handle(table));
    auto key = slice(from);
    MDB_val value{};
    bool more = from.empty() ? cursor.move(key, value, MDB_FIRST) : cursor.move(key, value, MDB_SET_RANGE);
    while (more && visit(text(key), text(value))) more = cursor.move(key, value, MDB_NEXT);
  }

  [[nodiscard]] auto last(Table table, std::string_view prefix, std::string_view upto) const -> std::optional<std::pair<std::string, std::string>> override {
    if (handle(table) == kNoHandle || error_ != 0) return std::nullopt;
    Cursor cursor(txn_, handle(table));
    auto key = slice(upto);
    MDB_val value{};
    bool found = cursor.move(key, value, MDB_SET_RANGE);
    if (!found) {
      found = cursor.move(key, value, MDB_LAST);
    } else if (text(key) != upto) {
      found = cursor.move(key, value, MDB_PREV);
    }
    if (!found || !text(key).starts_with(prefix)) return std::nullopt;
    return std::pair(std::string(text(key)), std::string(text(value)));
  }

  void put(Table table, std::string_view key, std::string_view bytes) override {
    if (error_ != 0) return;
    auto at = slice(key);
    auto value = slice(bytes);
    error_ = mdb_put(txn_, handle(table), &at, &value, 0);
  }

  void del(Table table, std::string_view key) override {
    if (error_ != 0) return;
    auto at = slice(key);
    int code = mdb_del(txn_, handle(table), &at, nullptr);
    if (code != MDB_NOTFOUND) error_ = code;
  }

  [[nodiscard]] auto broken() const -> bool override { return error_ != 0; }
  [[nodiscard]] auto error() const -> int { return error_; }

 private:
  [[nodiscard]] auto handle(Table table) const -> MDB_dbi { return handles_[static_cast<size_t>(table)]; }

  MDB_txn* txn_;
  const Handles& handles_;
  mutable int error_ = 0;
};

struct GivenBack {
  Turn& turn;
  ~GivenBack() { turn.give_back(); }
};

class LmdbStore : public Store {
 public:
  LmdbStore(std::string folder, StoreOptions options) : folder_(std::move(folder)), options_(std::move(options)), map_size_(options_.map_size) {
    handles_.fill(kNoHandle);
  }
  ~LmdbStore() override { close(); }

  auto open_environment() -> Result<void>;
  auto open_mapped() -> int;

  auto read(const std::function<Result<void>(const Rows&)>& look) -> Result<void> override;
  auto write(const std::function<Result<Outcome>(Rows&)>& change, const std::function<void()>& sent, Patience patience) -> Result<Outcome> override;
  void watch(TurnWatch watch) override { turn_.watch(std::move(watch)); }
  auto copy(const std::string& to, bool compact) -> Result<void> override;
  auto replace(const std::function<Result<void>()>& swap) -> Result<void> override;
  void check_readers() override {
    std::shared_lock inside(gate_);
    int dead = 0;
    if (env_ != nullptr && !options_.read_only) mdb_reader_check(env_, &dead);
  }
  auto map_size() -> size_t override {
    std::shared_lock inside(gate_);
    return map_size_;
  }

 private:
  enum class Next { kDone, kAgain };

  void close() {
    if (env_ != nullptr) mdb_env_close(env_);
    env_ = nullptr;
    ++opened_;
    handles_.fill(kNoHandle);
    complete_ = false;
  }
  auto is_whole() const -> bool;
  // False: somebody removed the file, and what is written to it is lost with the last process that has it open.
  auto has_name() const -> bool;
  auto find_tables(MDB_txn* txn) -> int;
  auto make_tables(MDB_txn* txn, Handles& made) -> int;
  auto write_once(const std::function<Result<Outcome>(Rows&)>& change, const std::function<void()>& sent, Outcome& outcome) -> Result<Next>;
  auto grow() -> Result<void>;
  auto take_over_size() -> Result<void>;
  auto reopen() -> Result<void>;
  // Begins a transaction; takes over the size that another process gave the map.
  auto begin(unsigned flags, MDB_txn*& txn, std::shared_lock<std::shared_mutex>& inside) -> Result<void>;

  std::string folder_;
  StoreOptions options_;
  size_t map_size_;
  MDB_env* env_ = nullptr;
  // Whoever has a transaction is inside, shared. Whoever changes the size of the map, or closes the environment, waits
  // until nobody is: LMDB would unmap the pages under a reader's feet.
  std::shared_mutex gate_;
  std::mutex writer_;
  Turn turn_;  // of whoever holds `writer_`
  std::mutex handles_mutex_;
  std::counting_semaphore<kMostOwnReaders> readers_{kMostOwnReaders};
  Handles handles_{};
  std::atomic<bool> complete_ = false;  // every table has its handle
  std::atomic<uint64_t> opened_ = 0;    // how often: a handle belongs to one opening
};

// Where the address space is bounded, the map begins with what it gives.
auto LmdbStore::open_environment() -> Result<void> {
  for (;;) {
    int code = open_mapped();
    if (code == 0) break;
    close();
    if (code != ENOMEM || map_size_ / 2 < kLeastMap) return std::unexpected(lmdb_failure(code, "opening"));
    map_size_ /= 2;
  }
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  map_size_ = info.me_mapsize;
  if (!is_whole()) {
    close();
    return corrupt("opening the state: `data.mdb` is shorter than it says");
  }
  int dead = 0;
  if (!options_.read_only) mdb_reader_check(env_, &dead);
  return {};
}

auto LmdbStore::open_mapped() -> int {
  CHECK(mdb_env_create(&env_) == 0);
  mdb_env_set_maxdbs(env_, kTables + 8);
  mdb_env_set_maxreaders(env_, kMostReaders);
  mdb_env_set_mapsize(env_, map_size_);
  unsigned flags = MDB_NOTLS | (options_.read_only ? MDB_RDONLY : 0U);
  return mdb_env_open(env_, folder_.c_str(), flags, 0600);
}

// A file cut short would be a SIGBUS at the first look beyond its end.
auto LmdbStore::is_whole() const -> bool {
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &stat);
  mdb_filehandle_t file = -1;
  struct stat facts {};
  if (mdb_env_get_fd(env_, &file) != 0 || fstat(file, &facts) != 0) return false;
  if (info.me_last_txnid == 0) return true;  // the size of a new one is 0 until the first commit
  return static_cast<uint64_t>(facts.st_size) >= (info.me_last_pgno + 1) * stat.ms_psize;
}

auto LmdbStore::has_name() const -> bool {
  mdb_filehandle_t file = -1;
  struct stat facts {};
  return mdb_env_get_fd(env_, &file) == 0 && fstat(file, &facts) == 0 && facts.st_nlink > 0;
}

auto LmdbStore::begin(unsigned flags, MDB_txn*& txn, std::shared_lock<std::shared_mutex>& inside) -> Result<void> {
  for (;;) {
    inside = std::shared_lock(gate_);
    if (env_ == nullptr) return fail(Code::kUnavailable, "the state is closed after a failure of the disk", "run the command again");
    int code = mdb_txn_begin(env_, nullptr, flags, &txn);
    if (code == 0) return {};
    inside.unlock();
    if (code != MDB_MAP_RESIZED) return std::unexpected(lmdb_failure(code, (flags & MDB_RDONLY) != 0 ? "reading" : "writing"));
    TRY_VOID(take_over_size());
  }
}

auto LmdbStore::take_over_size() -> Result<void> {
  std::unique_lock alone(gate_);
  if (env_ == nullptr) return {};
  if (int code = mdb_env_set_mapsize(env_, 0); code != 0) {
    // Without a map LMDB must not be touched any more; one for as much as there is may still find room.
    close();
    if (!open_environment()) return std::unexpected(lmdb_failure(code, "mapping"));
    return {};
  }
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  map_size_ = info.me_mapsize;
  crash_point("map.resized");
  return {};
}

auto LmdbStore::grow() -> Result<void> {
  std::unique_lock alone(gate_);
  int dead = 0;
  mdb_reader_check(env_, &dead);
  if (map_size_ > SIZE_MAX / 4) return fail(Code::kFull, "writing the state: it is too large to be mapped");
  if (int code = mdb_env_set_mapsize(env_, map_size_ * 2); code != 0) {
    // LMDB has given up the map that it had, and must not be touched without one.
    close();
    auto failure = lmdb_failure(code, "mapping");
    if (auto again = open_environment(); !again) failure.text += "; " + again.error().text;
    return std::unexpected(std::move(failure));
  }
  map_size_ *= 2;
  crash_point("map.grown");
  return {};
}

auto LmdbStore::reopen() -> Result<void> {
  std::unique_lock alone(gate_);
  close();
  if (options_.fault) {
    if (int code = options_.fault("reopen"); code != 0) return std::unexpected(lmdb_failure(code, "opening"));
  }
  return open_environment();
}

auto LmdbStore::find_tables(MDB_txn* txn) -> int {
  std::lock_guard lock(handles_mutex_);
  bool all = true;
  for (size_t i = 0; i < kTables; ++i) {
    if (handles_[i] != kNoHandle) continue;
    MDB_dbi handle = 0;
    int code = mdb_dbi_open(txn, kTableNames[i], 0, &handle);
    if (code == 0) {
      handles_[i] = handle;
    } else if (code == MDB_NOTFOUND) {
      all = false;
    } else {
      return code;
    }
  }
  complete_ = all;
  return 0;
}

auto LmdbStore::make_tables(MDB_txn* txn, Handles& made) -> int {
  std::lock_guard lock(handles_mutex_);
  made = handles_;
  for (size_t i = 0; i < kTables; ++i) {
    if (made[i] != kNoHandle) continue;
    if (int code = mdb_dbi_open(txn, kTableNames[i], MDB_CREATE, &made[i]); code != 0) return code;
  }
  return 0;
}

auto LmdbStore::read(const std::function<Result<void>(const Rows&)>& look) -> Result<void> {
  struct Slot {
    std::counting_semaphore<kMostOwnReaders>& readers;
    explicit Slot(std::counting_semaphore<kMostOwnReaders>& all) : readers(all) { readers.acquire(); }
    ~Slot() { readers.release(); }
  } slot(readers_);
  std::shared_lock<std::shared_mutex> inside;
  MDB_txn* txn = nullptr;
  for (;;) {
    uint64_t opened = opened_;
    if (!complete_) {
      // A handle lives on only if the transaction that opened it is committed.
      TRY_VOID(begin(MDB_RDONLY, txn, inside));
      int code = find_tables(txn);
      mdb_txn_commit(txn);
      inside.unlock();
      if (code != 0) return std::unexpected(lmdb_failure(code, "reading"));
    }
    TRY_VOID(begin(MDB_RDONLY, txn, inside));
    // Opened anew meanwhile, it has no handles yet, and tables without handles look empty.
    if (opened == opened_) break;
    mdb_txn_abort(txn);
    inside.unlock();
  }
  LmdbRows rows(txn, handles_);
  auto result = look(rows);
  mdb_txn_abort(txn);
  if (rows.error() != 0) return std::unexpected(lmdb_failure(rows.error(), "reading"));
  return result;
}

auto LmdbStore::write(const std::function<Result<Outcome>(Rows&)>& change, const std::function<void()>& sent, Patience patience) -> Result<Outcome> {
  std::lock_guard lock(writer_);
  TRY_VOID(turn_.take(folder_, patience));
  GivenBack after{turn_};
  for (;;) {
    Outcome outcome = Outcome::kAbort;
    TRY(next, write_once(change, sent, outcome));
    if (next == Next::kDone) return outcome;
    TRY_VOID(grow());
  }
}

auto LmdbStore::write_once(const std::function<Result<Outcome>(Rows&)>& change, const std::function<void()>& sent, Outcome& outcome) -> Result<Next> {
  std::shared_lock<std::shared_mutex> inside;
  MDB_txn* txn = nullptr;
  TRY_VOID(begin(0, txn, inside));
  if (!has_name()) {
    mdb_txn_abort(txn);
    return fail(Code::kUnavailable, "writing the state: `data.mdb` was removed while it was in use",
                "put `.weft/state` back from a copy; what was made since then stands in the world and in no state");
  }
  Handles handles{};
  bool had_all = complete_;
  int code = had_all ? 0 : make_tables(txn, handles);
  LmdbRows rows(txn, had_all ? handles_ : handles);
  Result<Outcome> decided = Outcome::kAbort;
  if (code == 0) {
    decided = change(rows);
    code = rows.error();
  }
  if (code == 0 && (!decided || *decided == Outcome::kAbort)) {
    mdb_txn_abort(txn);
    if (!decided) return std::unexpected(std::move(decided).error());
    return Next::kDone;
  }
  if (code == 0) {
    if (sent) sent();
    code = options_.fault ? options_.fault("commit") : 0;
    if (code == 0) {
      code = mdb_txn_commit(txn);
    } else {
      mdb_txn_abort(txn);
    }
    if (code == 0) {
      if (!had_all) {
        std::lock_guard lock(handles_mutex_);
        handles_ = handles;
        complete_ = true;
      }
      outcome = Outcome::kCommit;
      return Next::kDone;
    }
  } else {
    mdb_txn_abort(txn);
  }
  inside.unlock();
  if (code == MDB_MAP_FULL) return Next::kAgain;
  // LMDB calls it EIO when a write found room for a part only.
  if (code == EIO && is_out_of_room(folder_)) code = ENOSPC;
  auto failure = lmdb_failure(code, "writing");
  // The environment may have half a page of ours in mind: forget it all and read it from the disk.
  if (auto again = reopen(); !again) failure.text += "; " + again.error().text;
  return std::unexpected(std::move(failure));
}

auto LmdbStore::copy(const std::string& to, bool compact) -> Result<void> {
  if (!compact && !options_.read_only) {
    // LMDB takes its writer's lock for a moment then: whoever would stand there for good is told here.
    std::lock_guard lock(writer_);
    TRY_VOID(turn_.take(folder_, Patience::kUntilStopped));
    turn_.give_back();
  }
  std::shared_lock inside(gate_);
  if (env_ == nullptr) return fail(Code::kUnavailable, "the state is closed after a failure of the disk", "run the command again");
  if (int code = mdb_env_copy2(env_, to.c_str(), compact ? MDB_CP_COMPACT : 0); code != 0) {
    auto failure = lmdb_failure(code, "copying");
    return std::unexpected(std::move(failure));
  }
  return {};
}

auto LmdbStore::replace(const std::function<Result<void>()>& swap) -> Result<void> {
  std::unique_lock alone(gate_);
  close();
  auto swapped = swap();
  TRY_VOID(open_environment());
  return swapped;
}

}  // namespace

auto Store::open(const std::string& folder, StoreOptions options) -> Result<std::unique_ptr<Store>> {
  auto store = std::make_unique<LmdbStore>(folder, std::move(options));
  TRY_VOID(store->open_environment());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace weft::state
