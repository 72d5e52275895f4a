#include "engine/state/compact.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <utility>

#include "engine/state/bytes.h"
#include "engine/state/corrupt.h"
#include "engine/state/fold.h"
#include "engine/state/row_types.h"
#include "engine/state/soundness.h"
#include "lang/os/crash.h"
#include "lang/os/errors.h"

namespace weft::state {
namespace {

// Writers wait while a batch of this many rows is changed: milliseconds.
constexpr size_t kBatch = 1000;

auto number_key(uint64_t number) -> std::string {
  std::string key;
  add_u64(key, number);
  return key;
}

auto floor_of(const Rows& rows) -> uint64_t { return ByteReader(rows.get(Table::kMeta, kMetaFloor).value_or("")).u64(); }

auto slot_of(const Rows& rows) -> char {
  auto slot = rows.get(Table::kMeta, kMetaBase);
  return slot && !slot->empty() ? (*slot)[0] : '\0';
}

// The first transaction that stays: younger than the age, or among the last `versions`.
auto new_floor(const Rows& rows, const Retention& retention, int64_t now_ms) -> Result<uint64_t> {
  TRY(tail, load_tail(rows));
  uint64_t floor = floor_of(rows);
  // The last one stays in any case: it says where the log ends.
  uint64_t kept = std::max<uint64_t>(retention.versions, 1);
  uint64_t most = tail.seq >= kept ? tail.seq - kept + 1 : 0;
  auto cutoff = now_ms - retention.age.count();
  Result<void> result;
  uint64_t found = floor;
  rows.scan(Table::kLog, number_key(floor), [&](std::string_view key, std::string_view bytes) {
    auto frame = read_frame(bytes);
    if (!frame) result = std::unexpected(frame.error());
    if (!frame || found >= most || static_cast<int64_t>(frame->header.wall_ms) >= cutoff) return false;
    found = ByteReader(key).u64() + 1;
    return true;
  });
  TRY_VOID(result);
  return found;
}

// Runs of which intents are still open: they are kept, however old.
auto runs_in_doubt(const Rows& rows) -> std::set<std::string, std::less<>> {
  std::set<std::string, std::less<>> runs;
  rows.scan(Table::kOpen, {}, [&](std::string_view, std::string_view bytes) {
    if (auto intent = intent_row(bytes)) runs.insert(intent->run);
    return true;
  });
  return runs;
}

// The tables as they were just before `floor`, without what is older than that.
auto fold_base(Store& store, uint64_t floor, MemoryRows& base) -> Result<void> {
  TRY_VOID(store.read([&](const Rows& rows) { return load_base(rows, base); }));
  TRY(tail, load_tail(base));
  for (uint64_t next = tail.seq + 1; next < floor;) {
    std::vector<std::string> frames;
    TRY_VOID(store.read([&](const Rows& rows) -> Result<void> {
      rows.scan(Table::kLog, number_key(next), [&](std::string_view, std::string_view bytes) {
        frames.emplace_back(bytes);
        return frames.size() < 256 && next + frames.size() < floor;
      });
      return {};
    }));
    if (frames.empty()) return corrupt("transaction @" + std::to_string(next) + " of the state's log is missing");
    for (const auto& one : frames) TRY_VOID(fold_frame(base, one));
    next += frames.size();
  }
  base.put(Table::kMeta, kMetaFloor, number_key(floor));
  std::vector<std::pair<Table, std::string>> old;
  for (auto table : {Table::kHistory, Table::kRun, Table::kLog}) {
    base.scan(table, {}, [&](std::string_view key, std::string_view value) {
      if (table == Table::kLog || is_left_over(table, key, value, floor)) old.emplace_back(table, key);
      return true;
    });
  }
  auto doubtful = runs_in_doubt(base);
  for (const auto& [table, key] : old) {
    if (table != Table::kRun || !doubtful.contains(key)) base.del(table, key);
  }
  return {};
}

// Deletes in batches what `unwanted` names of the rows from `from` on; it gives nothing when there are no more to look at.
using Pick = std::function<Result<void>(const Rows&, std::string& from, std::vector<std::string>& keys)>;
auto delete_in_batches(Store& store, Table table, std::string from, const Pick& pick) -> Result<uint64_t> {
  uint64_t deleted = 0;
  for (bool more = true; more;) {
    std::vector<std::string> keys;
    auto next = from;
    auto done = store.write([&](Rows& rows) -> Result<Outcome> {
      keys.clear();
      next = from;
      TRY_VOID(pick(rows, next, keys));
      for (const auto& key : keys) rows.del(table, key);
      return keys.empty() ? Outcome::kAbort : Outcome::kCommit;
    });
    if (!done) return std::unexpected(done.error());
    deleted += keys.size();
    more = next != from;
    from = next;
  }
  return deleted;
}

// The next rows of a table that `wanted` does not keep; at most a batch is looked at.
auto pick_rows(const Rows& rows, Table table, std::string& from, std::vector<std::string>& keys, const std::function<bool(std::string_view, std::string_view)>& wanted) -> void {
  size_t looked = 0;
  rows.scan(table, from, [&](std::string_view key, std::string_view value) {
    if (!wanted(key, value)) keys.emplace_back(key);
    from = std::string(key) + '\0';
    return ++looked < kBatch;
  });
}

auto write_base(Store& store, const MemoryRows& base, char slot) -> Result<void> {
  std::string prefix(1, slot);
  TRY(cleared, delete_in_batches(store, Table::kBase, prefix, [&](const Rows& rows, std::string& from, std::vector<std::string>& keys) -> Result<void> {
    pick_rows(rows, Table::kBase, from, keys, [&](std::string_view key, std::string_view) { return !key.starts_with(prefix); });
    return {};
  }));
  (void)cleared;
  std::vector<std::pair<std::string, std::string>> batch;
  auto flush = [&]() -> Result<void> {
    auto done = store.write([&](Rows& rows) -> Result<Outcome> {
      for (const auto& [key, value] : batch) rows.put(Table::kBase, key, value);
      return Outcome::kCommit;
    });
    batch.clear();
    return done ? Result<void>() : std::unexpected(done.error());
  };
  Result<void> result;
  for (size_t table = 0; table < kTables; ++table) {
    base.scan(static_cast<Table>(table), {}, [&](std::string_view key, std::string_view value) {
      batch.emplace_back(prefix + static_cast<char>(table) + std::string(key), value);
      if (batch.size() == kBatch) result = flush();
      return result.has_value();
    });
    TRY_VOID(result);
  }
  return flush();
}

// When the version of a row of the history was followed by the next one; what is current has the greatest.
auto followed_at(const Rows& rows, std::string_view key) -> Result<uint64_t> {
  auto prefix = key.substr(0, key.size() - 8);
  uint64_t next = 0;
  rows.scan(Table::kHistory, std::string(key) + '\0', [&](std::string_view after, std::string_view) {
    if (after.size() == key.size() && after.starts_with(prefix)) next = ByteReader(after.substr(prefix.size())).u64();
    return false;
  });
  if (next != 0) return next;
  auto address = prefix.substr(0, prefix.size() - 1);
  if (auto bytes = rows.get(Table::kRecord, address)) {
    TRY(record, record_row(*bytes));
    return record.version;
  }
  return UINT64_MAX;
}

auto trim_log(Store& store, uint64_t floor) -> Result<uint64_t> {
  TRY(history, delete_in_batches(store, Table::kHistory, {}, [&](const Rows& rows, std::string& from, std::vector<std::string>& keys) -> Result<void> {
    Result<void> result;
    pick_rows(rows, Table::kHistory, from, keys, [&](std::string_view key, std::string_view value) {
      if (!is_left_over(Table::kHistory, key, value, floor)) return true;
      auto row = history_row(value);
      auto next = followed_at(rows, key);
      if (!row) result = std::unexpected(row.error());
      if (!next) result = std::unexpected(next.error());
      return !row || !next || (row->record && *next >= floor);
    });
    return result;
  }));
  (void)history;
  TRY(runs, delete_in_batches(store, Table::kRun, {}, [&](const Rows& rows, std::string& from, std::vector<std::string>& keys) -> Result<void> {
    auto doubtful = runs_in_doubt(rows);
    pick_rows(rows, Table::kRun, from, keys, [&](std::string_view key, std::string_view value) {
      return !is_left_over(Table::kRun, key, value, floor) || doubtful.contains(key);
    });
    return {};
  }));
  (void)runs;
  return delete_in_batches(store, Table::kLog, {}, [&](const Rows& rows, std::string& from, std::vector<std::string>& keys) -> Result<void> {
    pick_rows(rows, Table::kLog, from, keys, [&](std::string_view key, std::string_view) { return ByteReader(key).u64() >= floor; });
    return {};
  });
}

auto file_size(const std::string& path) -> uint64_t {
  std::error_code ignored;
  auto size = std::filesystem::file_size(path, ignored);
  return ignored ? 0 : size;
}

// The copy beside, made whole and durable, that knows its own inode.
auto make_copy(Core& core, const std::string& beside) -> Result<void> {
  std::error_code error;
  std::filesystem::remove_all(beside, error);
  if (mkdir(beside.c_str(), 0700) != 0) return std::unexpected(os_failure(errno, "making the folder " + beside));
  TRY_VOID(core.store->copy(beside, true));
  struct stat facts {};
  if (stat((beside + "/data.mdb").c_str(), &facts) != 0) return std::unexpected(os_failure(errno, "looking at the copy"));
  TRY(copy, Store::open(beside, {}));
  auto noted = copy->write([&](Rows& rows) -> Result<Outcome> {
    note_identity(rows, {.device = facts.st_dev, .inode = facts.st_ino});
    return Outcome::kCommit;
  });
  if (!noted) return std::unexpected(noted.error());
  copy.reset();
  int fd = open((beside + "/data.mdb").c_str(), O_RDONLY | O_CLOEXEC);
  int failed = fd >= 0 && fsync(fd) == 0 ? 0 : errno;
  if (fd >= 0) close(fd);
  if (failed != 0) return std::unexpected(os_failure(failed, "syncing the copy"));
  return sync_folder(beside);
}

// Only while nobody else has the state open: a writer on the file that is replaced would lose everything.
auto give_room_back(Core& core) -> Result<void> {
  auto alone = core.folder.open_lock().change(LockFile::Mode::kExclusive);
  if (!alone) return fail(Code::kUnavailable, "another process has the state open, so its file was not made smaller", "run `weft state compact` again when no other run is under way");
  auto beside = core.folder.path() + "/compact";
  auto made = make_copy(core, beside);
  if (made) {
    crash_point("compact.copied");
    made = core.store->replace([&]() -> Result<void> {
      auto data = core.folder.path() + "/data.mdb";
      if (rename((beside + "/data.mdb").c_str(), data.c_str()) != 0) return std::unexpected(os_failure(errno, "putting the copy in place"));
      TRY_VOID(sync_folder(core.folder.path()));
      crash_point("compact.renamed");
      return {};
    });
  }
  std::error_code error;
  std::filesystem::remove_all(beside, error);
  auto shared = core.folder.open_lock().change(LockFile::Mode::kShared);
  return made ? shared : made;
}

}  // namespace

auto is_left_over(Table table, std::string_view key, std::string_view value, uint64_t floor) -> bool {
  if (table == Table::kHistory) return key.size() > 8 && ByteReader(key.substr(key.size() - 8)).u64() < floor;
  if (table != Table::kRun) return false;
  auto row = run_row(value);
  return row && !row->live() && row->last_seq < floor;
}

auto load_base(const Rows& rows, Rows& into) -> Result<void> {
  char slot = slot_of(rows);
  if (slot == '\0') return {};
  rows.scan_prefix(Table::kBase, std::string(1, slot), [&](std::string_view key, std::string_view value) {
    if (key.size() >= 2 && static_cast<uint8_t>(key[1]) < kTables) into.put(static_cast<Table>(key[1]), key.substr(2), value);
    return true;
  });
  return {};
}

auto compact_state(Core& core, const Retention& retention, const Clock& clock) -> Result<Compacted> {
  // Two at once would fill the same slot of the base, and one put the floor below what the other has dropped.
  auto alone = LockFile::take(core.folder.path() + "/compact.lock", LockFile::Mode::kExclusive, true);
  if (!alone && alone.error().code == Code::kUnavailable) {
    return fail(Code::kUnavailable, "another `weft state compact` is under way", "run the command again when that has ended");
  }
  if (!alone) return std::unexpected(std::move(alone).error());
  auto& store = *core.store;
  auto data = core.folder.path() + "/data.mdb";
  Compacted out{.bytes_before = file_size(data)};
  char slot = '\0';
  uint64_t before = 0;
  TRY_VOID(store.read([&](const Rows& rows) -> Result<void> {
    before = floor_of(rows);
    slot = slot_of(rows);
    TRY(floor, new_floor(rows, retention, clock.wall_ms()));
    out.floor = floor;
    return {};
  }));
  if (out.floor > before) {
    MemoryRows base;
    TRY_VOID(fold_base(store, out.floor, base));
    auto former = std::exchange(slot, slot == 1 ? 2 : 1);
    TRY_VOID(write_base(store, base, slot));
    auto turned = store.write([&](Rows& rows) -> Result<Outcome> {
      // A program that knows no such lock may have been here.
      if (floor_of(rows) != before || slot_of(rows) != former) {
        return fail(Code::kConflict, "another program has compacted the state meanwhile", "run the command again");
      }
      rows.put(Table::kMeta, kMetaBase, std::string(1, slot));
      rows.put(Table::kMeta, kMetaFloor, number_key(out.floor));
      return Outcome::kCommit;
    });
    if (!turned) return std::unexpected(turned.error());
  }
  if (out.floor > 1) {
    TRY(dropped, trim_log(store, out.floor));
    out.dropped = dropped;
    std::string current(1, slot);
    TRY(old, delete_in_batches(store, Table::kBase, {}, [&](const Rows& rows, std::string& from, std::vector<std::string>& keys) -> Result<void> {
      pick_rows(rows, Table::kBase, from, keys, [&](std::string_view key, std::string_view) { return key.starts_with(current); });
      return {};
    }));
    (void)old;
  }
  if (auto made = give_room_back(core); !made) {
    if (made.error().code != Code::kUnavailable) return std::unexpected(made.error());
    out.kept_open = made.error();
  }
  out.bytes_after = file_size(data);
  return out;
}

}  // namespace weft::state
