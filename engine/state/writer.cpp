#include "engine/state/writer.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "engine/state/bytes.h"
#include "engine/state/claims.h"
#include "engine/state/frame.h"
#include "engine/state/row_types.h"
#include "engine/state/seen.h"
#include "lang/base/digest.h"

namespace weft::state {
namespace {

constexpr size_t kMostText = 8192;       // of what people typed; the log does not keep more
constexpr size_t kMostOutputs = 900;     // beside the end, in one transaction

// Whether a run other than `self` has ended in the transactions after `seq`.
auto another_ended(const Rows& rows, uint64_t seq, const RunId& self) -> Result<bool> {
  std::string from;
  add_u64(from, seq + 1);
  bool ended = false;
  Result<void> result;
  rows.scan(Table::kLog, from, [&](std::string_view, std::string_view bytes) {
    auto frame = read_frame(bytes);
    auto operations = frame ? read_body(frame->body) : Result<std::vector<RawOperation>>(std::unexpected(frame.error()));
    if (!operations) {
      result = std::unexpected(operations.error());
      return false;
    }
    bool ends = std::any_of(operations->begin(), operations->end(), [](const RawOperation& one) { return one.kind == kind_word(EndRun{}); });
    ended = ends && frame->header.run != self;
    return !ended;
  });
  TRY_VOID(result);
  return ended;
}

auto bounded(std::string text) -> std::string {
  if (text.size() <= kMostText) return text;
  text.resize(kMostText);
  while (!text.empty() && (static_cast<uint8_t>(text.back()) & 0xc0U) == 0x80U) text.pop_back();
  text.pop_back();
  return text + "…";
}

// Lock files of runs that died before they wrote anything: nothing in the log speaks of them.
void sweep(Core& core) {
  DIR* folder = opendir(core.folder.runs().c_str());
  if (folder == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* entry = readdir(folder)) {
    std::string_view name = entry->d_name;
    if (name.size() == 32 + 5 && name.ends_with(".lock")) names.emplace_back(name.substr(0, 32));
  }
  closedir(folder);
  // Those in the log are not touched: while their locks were held here they would seem to be alive.
  auto unspoken = [&](std::vector<std::string>& runs) {
    return core.store->read([&](const Rows& rows) -> Result<void> {
      std::erase_if(runs, [&](const std::string& run) { return rows.get(Table::kLive, run).has_value(); });
      return {};
    });
  };
  if (!unspoken(names)) return;
  for (const auto& run : names) {
    auto lock = LockFile::take(core.folder.run_lock(run), LockFile::Mode::kExclusive, false);
    if (!lock) continue;
    std::vector<std::string> still{run};  // it may have spoken and died since
    if (unspoken(still) && !still.empty()) lock->remove_and_drop();
  }
}

// A name for a new run, and its lock. Somebody who sweeps may hold, for a moment, a file that nobody has locked yet.
auto locked_run(Core& core) -> Result<std::pair<RunId, LockFile>> {
  for (int tries = 1;; ++tries) {
    RunId run = hex(random_string(16));
    auto lock = LockFile::take(core.folder.run_lock(run), LockFile::Mode::kExclusive, true);
    if (lock) return std::pair(std::move(run), std::move(*lock));
    if (lock.error().code != Code::kUnavailable || tries == 10) return std::unexpected(lock.error());
  }
}

}  // namespace

auto LocalWriter::begin(std::shared_ptr<Core> core, const BeginRun& run, const Clock& clock, const Environment& variables, std::string fabric_name)
    -> Result<std::unique_ptr<LocalWriter>> {
  if (auto refused = core->committer.refused()) return std::unexpected(*refused);
  TRY_VOID(core->folder.prepare_for_writing());
  core->store->check_readers();
  sweep(*core);
  auto facts = run;
  for (auto* text : {&facts.verb, &facts.owner, &facts.host, &facts.command, &facts.plan_digest}) *text = bounded(std::move(*text));
  TRY(named, locked_run(*core));
  auto shared = std::make_shared<RunCore>(std::move(named.first), std::move(facts), clock);
  return std::unique_ptr<LocalWriter>(new LocalWriter(std::move(core), std::move(shared), std::move(named.second), variables, std::move(fabric_name)));
}

LocalWriter::~LocalWriter() {
  drain();
  // A run that has said something and not its end stays to be fenced: its lock file is there, and free.
  bool said_something = false;
  {
    std::lock_guard lock(run_->mutex);
    said_something = run_->begun;
  }
  if (ended_ || !said_something) lock_.remove_and_drop();
}

void LocalWriter::drain() {
  std::unique_lock lock(run_->mutex);
  run_->drained.wait(lock, [this] { return run_->pending == 0; });
}

auto LocalWriter::is_alive(const RunId& run) const -> bool { return LockFile::is_held(core_->folder.run_lock(run)); }

auto LocalWriter::fabric_id() -> Result<std::string> {
  std::string id;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    id = load_fabric_id(rows);
    return {};
  }));
  std::lock_guard lock(run_->mutex);
  // What the caller reckons with is what the first transaction must say; if somebody else begins the log with another
  // id, this run's transactions are refused.
  if (run_->told_fabric_id.empty()) run_->told_fabric_id = id.empty() ? core_->committer.drawn_fabric_id() : id;
  return run_->told_fabric_id;
}

auto LocalWriter::fill_holders(const Rows& rows, std::vector<Holder>& holders) const -> Result<void> {
  std::map<RunId, RunInfo> known;
  for (auto& holder : holders) {
    auto at = known.find(holder.run.id);
    if (at == known.end()) {
      TRY(info, run_info(rows, holder.run.id));
      info.alive = true;
      at = known.emplace(holder.run.id, std::move(info)).first;
    }
    holder.run = at->second;
  }
  return {};
}

auto LocalWriter::claim(std::vector<ClaimItem> items, std::vector<Pin> pins) -> Result<Claimed> {
  Decision decision;
  auto decide = [&](const Rows& rows) -> Result<std::vector<OperationBody>> {
    uint64_t ticket = 0;
    {
      std::lock_guard lock(run_->mutex);
      ticket = run_->ticket;
    }
    TRY(decided, decide_claim(rows, {.run = run_->id, .ticket = ticket, .items = items, .pins = pins, .alive = [this](const RunId& run) { return is_alive(run); }}));
    decision = std::move(decided);
    if (!decision.answer.granted) {
      TRY_VOID(fill_holders(rows, decision.answer.holders));
      return std::vector<OperationBody>();
    }
    std::vector<OperationBody> operations;
    for (const auto& dead : decision.dead) {
      TRY(row, load_run(rows, dead));
      operations.emplace_back(Fence{.run = dead, .last_seen = row->last_n, .reason = "dead"});
    }
    operations.emplace_back(Claim{.items = decision.items});
    return operations;
  };
  TRY_VOID(core_->committer.decide(run_, true, decide));
  if (decision.answer.granted) {
    for (const auto& dead : decision.dead) unlink(core_->folder.run_lock(dead).c_str());
    std::lock_guard lock(run_->mutex);
    run_->ticket = 0;
  }
  return std::move(decision.answer);
}

void LocalWriter::submit(std::vector<OperationBody> operations, std::function<void(Result<Appended>)> done) {
  core_->committer.submit(run_, std::move(operations), std::move(done));
}

void LocalWriter::on_ready(std::function<void()> notify) {
  std::function<void()> now;
  {
    std::lock_guard lock(run_->mutex);
    if (!run_->due.empty()) now = notify;
    run_->notify.push_back(std::move(notify));
  }
  if (now) now();
}

auto LocalWriter::poll() -> size_t {
  size_t called = 0;
  for (;;) {
    std::function<void()> next;
    {
      std::lock_guard lock(run_->mutex);
      if (run_->due.empty()) return called;
      next = std::move(run_->due.front());
      run_->due.pop_front();
    }
    next();
    ++called;
  }
}

auto LocalWriter::append(std::vector<OperationBody> operations) -> Result<Appended> { return core_->committer.append(run_, std::move(operations)); }

auto LocalWriter::put_outputs(std::vector<OperationBody>& outputs) -> Result<void> {
  if (outputs.size() <= kMostOutputs) return {};
  std::string all(kOutputPrefix.substr(0, kOutputPrefix.size() - 1));
  TRY(claimed, claim({{.address = all, .subtree = true}}, {}));
  if (!claimed.granted) {
    return fail(Code::kConflict, "run " + short_run(claimed.holders.front().run.id) + " is writing the outputs", "run the command again when that has ended");
  }
  while (outputs.size() > kMostOutputs) {
    std::vector<OperationBody> some(std::make_move_iterator(outputs.end() - kMostOutputs), std::make_move_iterator(outputs.end()));
    outputs.resize(outputs.size() - kMostOutputs);
    TRY_VOID(append(std::move(some)));
  }
  return {};
}

auto LocalWriter::end(EndRun end, std::vector<OperationBody> outputs, uint64_t looked_at) -> Result<Appended> {
  do {
    drain();
  } while (poll() > 0);
  end.summary = bounded(std::move(end.summary));
  TRY_VOID(put_outputs(outputs));
  std::string known;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    known = load_fabric_name(rows);
    return {};
  }));
  if (!fabric_name_.empty() && known != fabric_name_) outputs.emplace_back(Set{.name = std::string(kFabricName), .value = Value::string(fabric_name_)});
  outputs.emplace_back(std::move(end));
  auto decide = [&](const Rows& rows) -> Result<std::vector<OperationBody>> {
    TRY(late, another_ended(rows, looked_at, run_->id));
    if (late) return fail(Code::kConflict, "another run has ended since the outputs were worked out");
    return outputs;
  };
  TRY(appended, looked_at == 0 ? append(std::move(outputs)) : core_->committer.decide(run_, false, decide));
  ended_ = true;
  lock_.remove_and_drop();
  Tail tail;
  std::string fabric;
  auto looked = core_->store->read([&](const Rows& rows) -> Result<void> {
    TRY(now, load_tail(rows));
    tail = std::move(now);
    fabric = load_fabric_id(rows);
    return {};
  });
  if (looked) note_seen(variables_, fabric, tail);
  return appended;
}

auto LocalWriter::refused() const -> std::optional<Failure> {
  {
    std::lock_guard lock(run_->mutex);
    if (run_->refused) return run_->refused;
  }
  return core_->committer.refused();
}

}  // namespace weft::state
