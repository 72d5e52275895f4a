#include "engine/state/state.h"

#include <algorithm>
#include <future>
#include <thread>

#include "engine/state/backup.h"
#include "engine/state/bytes.h"
#include "engine/state/compact.h"
#include "engine/state/core.h"
#include "engine/state/keyring.h"
#include "engine/state/row_types.h"
#include "engine/state/turn.h"
#include "engine/state/verify.h"
#include "engine/state/writer.h"
#include "lang/base/digest.h"

namespace weft::state {
namespace {

class LocalState : public State {
 public:
  LocalState(std::shared_ptr<Core> core, const OpenOptions& options, const Clock& clock)
      : core_(std::move(core)), clock_(clock), options_(options), variables_(options.variables), keyring_(core_, variables_) {}

  auto snapshot() -> Result<Snapshot> override;
  auto tail() -> Result<Tail> override;
  auto record(std::string_view address) -> Result<std::optional<Record>> override;
  auto record_at(std::string_view address, uint64_t version) -> Result<std::optional<Record>> override;
  auto versions(std::string_view address) -> Result<std::vector<uint64_t>> override;
  auto setting(std::string_view name) -> Result<Value> override;
  auto history(size_t most) -> Result<std::vector<HistoryEntry>> override;
  auto runs() -> Result<std::vector<RunInfo>> override;
  auto verify() -> Result<void> override { return verify_state(*core_->store); }
  auto backup(const std::string& to) -> Result<void> override { return backup_state(*core_, to); }
  auto compact(const Retention& retention) -> Result<Compacted> override { return compact_state(*core_, retention, clock_); }
  auto dependents(std::string_view address) -> Result<std::vector<std::string>> override;
  auto frames(uint64_t from, size_t most) -> Result<std::vector<std::string>> override;
  auto keyring() -> Keyring& override { return keyring_; }
  auto writer(const BeginRun& run) -> Result<std::unique_ptr<Writer>> override;
  auto check_writable() -> Result<void> override { return check_history(*core_, options_); }
  void watch(TurnWatch watch) { core_->store->watch(std::move(watch)); }

 private:
  // Whether its process is there, for those that may be.
  void look_for_life(std::vector<RunInfo>& runs) const {
    for (auto& run : runs) run.alive = !run.ended && !run.fenced && LockFile::is_held(core_->folder.run_lock(run.id));
  }

  std::shared_ptr<Core> core_;
  const Clock& clock_;
  const OpenOptions options_;
  Environment variables_;
  LocalKeyring keyring_;
};

// Collects the rows of a table by `read`; the first that does not read ends it.
template <class T>
auto collect(const Rows& rows, Table table, Result<T> (*read)(std::string_view), std::vector<T>& out) -> Result<void> {
  Result<void> result;
  rows.scan(table, {}, [&](std::string_view, std::string_view bytes) {
    auto row = read(bytes);
    if (row) {
      out.push_back(std::move(*row));
    } else {
      result = std::unexpected(std::move(row).error());
    }
    return result.has_value();
  });
  return result;
}

// Runs that live by the log, and those that left intents.
auto concerned_runs(const Rows& rows, const std::vector<Intent>& open) -> Result<std::vector<RunInfo>> {
  std::vector<RunId> ids;
  rows.scan(Table::kLive, {}, [&](std::string_view key, std::string_view) {
    ids.emplace_back(key);
    return true;
  });
  for (const auto& intent : open) ids.push_back(intent.run);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<RunInfo> out;
  for (const auto& id : ids) {
    TRY(info, run_info(rows, id));
    out.push_back(std::move(info));
  }
  std::sort(out.begin(), out.end(), [](const RunInfo& a, const RunInfo& b) { return a.begun_seq < b.begun_seq; });
  return out;
}

// `ends`: where each row ends. Many rows are read by all processors.
auto read_records(std::string_view bytes, const std::vector<size_t>& ends) -> Result<std::vector<Record>> {
  constexpr size_t kWorthAThread = 2000;
  std::vector<Record> out(ends.size());
  auto read = [&](size_t from, size_t to) -> Result<void> {
    for (size_t i = from; i < to; ++i) {
      size_t begin = i == 0 ? 0 : ends[i - 1];
      TRY(record, record_row(bytes.substr(begin, ends[i] - begin)));
      out[i] = std::move(record);
    }
    return {};
  };
  size_t most = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, 8);
  size_t parts = std::clamp<size_t>(ends.size() / kWorthAThread, 1, most);
  std::vector<std::future<Result<void>>> others;
  for (size_t i = 1; i < parts; ++i) {
    others.push_back(std::async(std::launch::async, read, ends.size() * i / parts, ends.size() * (i + 1) / parts));
  }
  auto result = read(0, ends.size() / parts);
  for (auto& one : others) {
    auto other = one.get();
    if (result && !other) result = std::move(other);
  }
  if (!result) return std::unexpected(std::move(result).error());
  return out;
}

auto LocalState::tail() -> Result<Tail> {
  Tail tail;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    TRY(found, load_tail(rows));
    tail = std::move(found);
    return {};
  }));
  return tail;
}

auto LocalState::snapshot() -> Result<Snapshot> {
  Snapshot out;
  // Bytes are copied inside the transaction and read after it: an open reader keeps pages from being used again.
  std::string bytes;
  std::vector<size_t> ends;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    TRY(tail, load_tail(rows));
    out.tail = std::move(tail);
    out.fabric_id = load_fabric_id(rows);
    TRY_VOID(collect(rows, Table::kOpen, intent_row, out.open));
    TRY(runs, concerned_runs(rows, out.open));
    out.runs = std::move(runs);
    Result<void> result;
    rows.scan(Table::kTomb, {}, [&](std::string_view, std::string_view value) {
      auto tomb = tomb_row(value);
      if (!tomb) result = std::unexpected(tomb.error());
      if (tomb && tomb->generation != 0) out.generations.emplace_back(tomb->address, tomb->generation);
      return result.has_value();
    });
    TRY_VOID(result);
    rows.scan(Table::kRecord, {}, [&](std::string_view, std::string_view value) {
      bytes += value;
      ends.push_back(bytes.size());
      return true;
    });
    return {};
  }));
  look_for_life(out.runs);
  TRY(records, read_records(bytes, ends));
  out.records.reserve(records.size());
  for (auto& record : records) (record.address.starts_with(kOutputPrefix) ? out.outputs : out.records).push_back(std::move(record));
  auto by_address = [](const Record& a, const Record& b) { return a.address < b.address; };
  if (!std::is_sorted(out.records.begin(), out.records.end(), by_address)) std::sort(out.records.begin(), out.records.end(), by_address);
  return out;
}

auto LocalState::record(std::string_view address) -> Result<std::optional<Record>> {
  std::optional<Record> out;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    TRY(found, load_record(rows, address));
    out = std::move(found);
    return {};
  }));
  return out;
}

auto LocalState::setting(std::string_view name) -> Result<Value> {
  Value out;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    TRY(found, load_setting(rows, name));
    out = std::move(found);
    return {};
  }));
  return out;
}

auto LocalState::record_at(std::string_view address, uint64_t version) -> Result<std::optional<Record>> {
  std::optional<Record> out;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    uint64_t floor = ByteReader(rows.get(Table::kMeta, kMetaFloor).value_or("")).u64();
    if (version < floor) {
      return fail(Code::kNotFound, "@" + std::to_string(version) + " is older than what is kept: history begins at @" + std::to_string(floor));
    }
    TRY(current, load_record(rows, address));
    if (current && current->version <= version) {
      out = std::move(current);
      return {};
    }
    auto earlier = rows.last(Table::kHistory, address_key(address, ""), version_key(address, version));
    if (!earlier || earlier->first.size() != version_key(address, version).size()) return {};
    TRY(row, history_row(earlier->second));
    out = std::move(row.record);
    return {};
  }));
  return out;
}

auto LocalState::versions(std::string_view address) -> Result<std::vector<uint64_t>> {
  std::vector<uint64_t> out;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    auto prefix = address_key(address, "");
    rows.scan_prefix(Table::kHistory, prefix, [&](std::string_view key, std::string_view) {
      if (key.size() == prefix.size() + 8) out.push_back(ByteReader(key.substr(prefix.size())).u64());
      return true;
    });
    TRY(current, load_record(rows, address));
    if (current) out.push_back(current->version);
    return {};
  }));
  return out;
}

auto LocalState::history(size_t most) -> Result<std::vector<HistoryEntry>> {
  std::vector<HistoryEntry> out;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    std::vector<std::pair<uint64_t, RunId>> runs;
    Result<void> result;
    rows.scan(Table::kRun, {}, [&](std::string_view key, std::string_view bytes) {
      auto row = run_row(bytes);
      if (!row) result = std::unexpected(row.error());
      if (row) runs.emplace_back(row->last_seq, key);
      return result.has_value();
    });
    TRY_VOID(result);
    std::sort(runs.rbegin(), runs.rend());
    if (runs.size() > most) runs.resize(most);
    for (const auto& [last, id] : runs) {
      TRY(info, run_info(rows, id, false));
      out.push_back({.first_seq = info.begun_seq, .last_seq = last, .run = std::move(info)});
    }
    return {};
  }));
  for (auto& entry : out) entry.run.alive = !entry.run.ended && !entry.run.fenced && LockFile::is_held(core_->folder.run_lock(entry.run.id));
  return out;
}

auto LocalState::runs() -> Result<std::vector<RunInfo>> {
  std::vector<RunInfo> out;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    std::vector<Intent> open;
    TRY_VOID(collect(rows, Table::kOpen, intent_row, open));
    TRY(found, concerned_runs(rows, open));
    out = std::move(found);
    return {};
  }));
  look_for_life(out);
  return out;
}

auto LocalState::dependents(std::string_view address) -> Result<std::vector<std::string>> {
  std::vector<std::string> out;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    rows.scan_prefix(Table::kDependent, view(sha256(address)).substr(0, 16), [&](std::string_view, std::string_view bytes) {
      out.emplace_back(bytes.substr(1));
      return true;
    });
    return {};
  }));
  std::sort(out.begin(), out.end());
  return out;
}

auto LocalState::frames(uint64_t from, size_t most) -> Result<std::vector<std::string>> {
  std::vector<std::string> out;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    std::string key;
    add_u64(key, from);
    rows.scan(Table::kLog, key, [&](std::string_view, std::string_view bytes) {
      if (out.size() < most) out.emplace_back(bytes);
      return out.size() < most;
    });
    return {};
  }));
  return out;
}

auto LocalState::writer(const BeginRun& run) -> Result<std::unique_ptr<Writer>> {
  // What was opened for looking has not been asked yet.
  if (!options_.write) TRY_VOID(check_writable());
  TRY(writer, LocalWriter::begin(core_, run, clock_, variables_, options_.fabric_name));
  keyring_.write_through(writer->shared_run());
  return std::unique_ptr<Writer>(std::move(writer));
}

}  // namespace

auto open_state(const OpenOptions& options, const Clock& clock, const StoreOptions& store) -> Result<std::unique_ptr<State>> {
  TRY(core, open_core(options, store));
  return std::unique_ptr<State>(std::make_unique<LocalState>(std::move(core), options, clock));
}

void watch_turns(State& state, TurnWatch watch) {
  if (auto* local = dynamic_cast<LocalState*>(&state)) local->watch(std::move(watch));
}

auto State::open(const OpenOptions& options, const Clock& clock) -> Result<std::unique_ptr<State>> { return open_state(options, clock, {}); }

auto fence_run(State& state, const RunId& run, std::string reason, const BeginRun& self) -> Result<void> {
  TRY(runs, state.runs());
  auto at = std::find_if(runs.begin(), runs.end(), [&](const RunInfo& one) { return one.id == run; });
  if (at == runs.end() || at->ended || at->fenced) return fail(Code::kNotFound, "there is no run " + short_run(run) + " that holds anything");
  TRY(writer, state.writer(self));
  TRY_VOID(writer->append({Fence{.run = run, .last_seen = at->last_n, .reason = std::move(reason)}}));
  TRY_VOID(writer->end({.outcome = "done", .summary = "unlock " + short_run(run)}, {}));
  return {};
}

}  // namespace weft::state
