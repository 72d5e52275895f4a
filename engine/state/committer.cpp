#include "engine/state/committer.h"

#include <algorithm>
#include <future>

#include "engine/state/fold.h"
#include "engine/state/large.h"
#include "engine/state/soundness.h"
#include "lang/base/check.h"
#include "lang/base/digest.h"
#include "lang/os/crash.h"

namespace weft::state {
namespace {

// What a transaction can hold beside what the committer itself puts first.
constexpr size_t kMostUnitOperations = kMostOperations - 1;

template <class T>
auto holds(const Unit& unit) -> bool {
  return std::any_of(unit.operations.begin(), unit.operations.end(), [](const EncodedOperation& one) { return std::holds_alternative<T>(one.body); });
}

enum class Moment { kBatched, kSent, kDurable };

// Where tests kill the process: by what is in the batch.
void crash_points(const std::vector<Unit>& batch, Moment moment) {
  if constexpr (!kHasCrashPoints) return;
  auto any = [&](auto kind) { return std::any_of(batch.begin(), batch.end(), [&](const Unit& unit) { return holds<decltype(kind)>(unit); }); };
  auto settled_by = [&](bool by_answer) {
    return std::any_of(batch.begin(), batch.end(), [&](const Unit& unit) {
      return std::any_of(unit.operations.begin(), unit.operations.end(), [&](const EncodedOperation& one) {
        const auto* settle = std::get_if<Settle>(&one.body);
        return settle != nullptr && (settle->by == "answer") == by_answer;
      });
    });
  };
  switch (moment) {
    case Moment::kBatched:
      if (any(Intent{})) crash_point("intent.batched");
      if (any(Checkpoint{})) crash_point("checkpoint.batched");
      if (settled_by(true)) crash_point("result.batched");
      break;
    case Moment::kSent:
      if (any(Claim{})) crash_point("claim.sent");
      if (any(Intent{})) crash_point("intent.sent");
      if (settled_by(true)) crash_point("result.sent");
      if (settled_by(false)) crash_point("settle.sent");
      if (any(Renew{})) crash_point("renew.sent");
      if (any(Fence{})) crash_point("fence.sent");
      if (any(EndRun{})) crash_point("end.sent");
      break;
    case Moment::kDurable:
      crash_point("append.landed");
      if (any(Claim{})) crash_point("claim.durable");
      if (any(Intent{})) crash_point("intent.durable");
      if (any(Checkpoint{})) crash_point("checkpoint.durable");
      if (settled_by(true)) crash_point("result.durable");
      if (settled_by(false)) crash_point("settle.durable");
      if (any(Fence{})) crash_point("fence.durable");
      if (any(EndRun{})) crash_point("end.durable");
      break;
  }
}

auto encoded(std::vector<OperationBody> operations) -> Result<std::vector<EncodedOperation>> {
  std::vector<EncodedOperation> out;
  out.reserve(operations.size());
  for (auto& one : operations) {
    TRY(operation, encode_operation(std::move(one)));
    out.push_back(std::move(operation));
  }
  return out;
}

}  // namespace

Committer::Committer(Store& store, const StateFolder& folder) : store_(store), folder_(folder), drawn_fabric_id_(hex(random_string(16))) {}

Committer::~Committer() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

auto Committer::refused() -> std::optional<Failure> {
  std::lock_guard lock(mutex_);
  return failed_ ? failed_ : full_;
}

void Committer::submit(std::shared_ptr<RunCore> run, std::vector<OperationBody> operations, Done done, bool at_once) {
  Unit unit{.run = std::move(run), .done = std::move(done), .at_once = at_once};
  {
    std::lock_guard lock(unit.run->mutex);
    ++unit.run->pending;
  }
  if (operations.empty() || operations.size() > kMostUnitOperations) {
    auto text = "operations that belong together are " + std::to_string(operations.size());
    return answer(unit, fail(Code::kInvalid, text, "one transaction takes from 1 to 999 of them"));
  }
  auto ready = encoded(std::move(operations));
  if (!ready) return answer(unit, std::unexpected(std::move(ready).error()));
  unit.operations = std::move(*ready);
  unit.starts_calls = holds<Intent>(unit) || holds<Claim>(unit);
  auto parts = split_large(unit.operations);
  if (!parts) return answer(unit, std::unexpected(std::move(parts).error()));
  unit.parts = std::move(*parts);
  for (const auto& one : unit.operations) unit.bytes += one.size();
  enqueue(std::move(unit));
}

auto Committer::append(const std::shared_ptr<RunCore>& run, std::vector<OperationBody> operations) -> Result<Appended> {
  auto promise = std::make_shared<std::promise<Result<Appended>>>();
  submit(run, std::move(operations), [promise](Result<Appended> result) { promise->set_value(std::move(result)); }, true);
  return promise->get_future().get();
}

auto Committer::decide(const std::shared_ptr<RunCore>& run, bool starts_calls, std::function<Result<std::vector<OperationBody>>(const Rows&)> decision)
    -> Result<Appended> {
  auto promise = std::make_shared<std::promise<Result<Appended>>>();
  {
    std::lock_guard lock(run->mutex);
    ++run->pending;
  }
  enqueue({.run = run, .decide = std::move(decision), .starts_calls = starts_calls,
           .done = [promise](Result<Appended> result) { promise->set_value(std::move(result)); }, .at_once = true});
  return promise->get_future().get();
}

void Committer::enqueue(Unit unit) {
  {
    std::lock_guard lock(mutex_);
    bool results = !unit.decide && std::all_of(unit.operations.begin(), unit.operations.end(), [&](const EncodedOperation& one) {
      if (const auto* settle = std::get_if<Settle>(&one.body)) return !queued_intents_.contains(settle->operation);
      if (const auto* checkpoint = std::get_if<Checkpoint>(&one.body)) return !queued_intents_.contains(checkpoint->operation);
      return false;
    });
    for (const auto& one : unit.operations) {
      if (const auto* intent = std::get_if<Intent>(&one.body)) queued_intents_.insert(intent->operation);
    }
    (results ? results_ : others_).push_back(std::move(unit));
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  }
  wake_.notify_one();
}

void Committer::work() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || !results_.empty() || !others_.empty(); });
      if (results_.empty() && others_.empty()) return;
    }
    commit(take_batch());
  }
}

// As much as has gathered, of one run, up to the bounds of a transaction.
auto Committer::take_batch() -> Batch {
  std::lock_guard lock(mutex_);
  Batch batch;
  size_t operations = 1;
  size_t bytes = kFrameOverhead + 64 * 1024;  // room for the run's own beginning
  for (auto* queue : {&results_, &others_}) {
    while (!queue->empty()) {
      auto& next = queue->front();
      bool alone = next.decide || !next.parts.empty();
      bool fits = operations + next.operations.size() <= kMostOperations && bytes + next.bytes <= kMostFrameBytes;
      if (!batch.empty() && (alone || !fits || next.run != batch.front().run)) return batch;
      operations += next.operations.size();
      bytes += next.bytes;
      for (const auto& one : next.operations) {
        if (const auto* intent = std::get_if<Intent>(&one.body)) queued_intents_.erase(intent->operation);
      }
      batch.push_back(std::move(next));
      queue->pop_front();
      if (alone) return batch;
    }
  }
  return batch;
}

void Committer::drop_refused(Batch& batch) {
  std::optional<Failure> failed, full;
  {
    std::lock_guard lock(mutex_);
    failed = failed_;
    full = full_;
  }
  std::erase_if(batch, [&](Unit& unit) {
    auto why = failed;
    if (!why && unit.starts_calls) why = full;
    if (!why) {
      std::lock_guard lock(unit.run->mutex);
      why = unit.run->refused;
    }
    if (why) answer(unit, std::unexpected(*why));
    return why.has_value();
  });
}

void Committer::commit(Batch batch) {
  crash_points(batch, Moment::kBatched);
  for (drop_refused(batch); !batch.empty(); drop_refused(batch)) {
    size_t culprit = SIZE_MAX;
    auto seq = write(batch, culprit);
    if (seq) {
      if (*seq != 0) crash_points(batch, Moment::kDurable);
      for (auto& unit : batch) answer(unit, Appended{.seq = *seq});
      return;
    }
    if (culprit == SIZE_MAX && seq.error().code == Code::kCancelled) {
      // Nobody waits for the turn any more. What must not be lost waits longer; after it nothing is tried again.
      if (patience(batch) == Patience::kUntilStoppedTwice) {
        std::lock_guard lock(mutex_);
        failed_ = seq.error();
      }
      for (auto& unit : batch) answer(unit, std::unexpected(seq.error()));
      return;
    }
    if (culprit < batch.size()) {
      // One of them may not be written: it alone is told, the rest is tried again.
      answer(batch[culprit], std::unexpected(seq.error()));
      batch.erase(batch.begin() + static_cast<ptrdiff_t>(culprit));
    } else if (culprit == batch.size()) {
      std::lock_guard lock(batch.front().run->mutex);
      batch.front().run->refused = seq.error();
    } else if (!is_full(seq.error())) {
      std::lock_guard lock(mutex_);
      failed_ = seq.error();
    }
  }
}

// The first time that the disk is full its ballast is given up: what is in flight can be written, nothing new begins.
auto Committer::is_full(const Failure& failure) -> bool {
  if (failure.code != Code::kFull) return false;
  crash_point("disk.full");
  {
    std::lock_guard lock(mutex_);
    if (full_) return false;
    full_ = failure;
  }
  if (folder_.free_ballast()) crash_point("ballast.freed");
  return true;
}

// A run that has not begun, or asks for more, has nothing to lose; results and the end of one that has must get into the log.
auto Committer::patience(const Batch& batch) -> Patience {
  const auto& first = batch.front();
  std::lock_guard lock(first.run->mutex);
  bool asks = first.decide && first.starts_calls;
  return first.run->begun && !asks ? Patience::kUntilStoppedTwice : Patience::kUntilStopped;
}

auto Committer::write(Batch& batch, size_t& culprit) -> Result<uint64_t> {
  Making made;
  auto& run = *batch.front().run;
  auto change = [&](Rows& rows) -> Result<Outcome> {
    made = {.n = run.n, .seq = 0};
    culprit = SIZE_MAX;
    auto outcome = write_frames(rows, batch, made, culprit);
    if (rows.broken()) culprit = SIZE_MAX;
    return outcome;
  };
  TRY(outcome, store_.write(change, [&] { crash_points(batch, Moment::kSent); }, patience(batch)));
  if (outcome == Outcome::kAbort) return 0;
  run.n = made.n;
  std::lock_guard lock(run.mutex);
  run.begun = true;
  return made.seq;
}

auto Committer::header(const Rows& rows, RunCore& run, const Making& making) -> Result<FrameHeader> {
  TRY(tail, load_tail(rows));
  auto fabric = load_fabric_id(rows);
  if (fabric.empty()) fabric = drawn_fabric_id_;
  {
    std::lock_guard lock(run.mutex);
    if (!run.told_fabric_id.empty()) fabric = run.told_fabric_id;
  }
  return FrameHeader{.fabric_id = std::move(fabric), .seq = tail.seq + 1, .run = run.id, .n = making.n + 1, .wall_ms = static_cast<uint64_t>(std::max<int64_t>(run.clock.wall_ms(), 0))};
}

auto Committer::write_part(Rows& rows, RunCore& run, const std::string& body, Making& making) -> Result<void> {
  TRY(operations, read_body(body));
  TRY(head, header(rows, run, making));
  Fold fold(rows, head);
  TRY_VOID(fold.begin());
  for (const auto& one : operations) {
    TRY(operation, decoded_operation(one));
    TRY_VOID(fold.operation(one.kind, operation));
  }
  making = {.n = head.n, .seq = head.seq};
  return fold.finish(write_frame(fold.header(), body));
}

auto Committer::write_frames(Rows& rows, Batch& batch, Making& making, size_t& culprit) -> Result<Outcome> {
  auto& run = *batch.front().run;
  if (batch.front().decide) {
    culprit = 0;
    TRY(decided, batch.front().decide(rows));
    if (decided.empty()) return Outcome::kAbort;
    TRY(ready, encoded(std::move(decided)));
    batch.front().operations = std::move(ready);
    TRY(parts, split_large(batch.front().operations));
    batch.front().parts = std::move(parts);
  }
  culprit = batch.size();
  std::string body;
  std::optional<EncodedOperation> beginning;
  if (making.n == 0) {
    TRY(begin, encode_operation(run.begin));
    beginning = std::move(begin);
  }
  for (const auto& part : batch.front().parts) {
    std::string whole;
    if (beginning) add_to_body(whole, *std::exchange(beginning, std::nullopt));
    TRY_VOID(write_part(rows, run, whole + part, making));
  }
  TRY(head, header(rows, run, making));
  Fold fold(rows, head);
  TRY_VOID(fold.begin());
  if (beginning) {
    TRY_VOID(fold.operation(kind_word(beginning->body), *beginning));
    add_to_body(body, *beginning);
  }
  for (culprit = 0; culprit < batch.size(); ++culprit) {
    auto& unit = batch[culprit];
    if (holds<EndRun>(unit)) fold.expect_end();
    for (const auto& one : unit.operations) {
      TRY_VOID(fold.operation(kind_word(one.body), one));
      add_to_body(body, one);
    }
    TRY_VOID(fold.end_unit());
  }
  culprit = batch.size();
  auto frame = write_frame(fold.header(), body);
  if (frame.bytes.size() > kMostFrameBytes) return fail(Code::kInternal, "a transaction of " + std::to_string(frame.bytes.size()) + " bytes");
  TRY_VOID(fold.finish(frame));
  if (head.seq == 1) TRY_VOID(note_file(rows, folder_));
  making = {.n = head.n, .seq = head.seq};
  culprit = SIZE_MAX;
  return Outcome::kCommit;
}

void Committer::answer(Unit& unit, Result<Appended> result) {
  auto run = unit.run;
  std::vector<std::function<void()>> notify;
  if (unit.at_once) unit.done(std::move(result));
  {
    std::lock_guard lock(run->mutex);
    if (!unit.at_once) {
      run->due.push_back([done = std::move(unit.done), result = std::move(result)]() mutable {
        if (done) done(std::move(result));
      });
      notify = run->notify;
    }
    --run->pending;
    run->drained.notify_all();
  }
  for (const auto& one : notify) one();
}

}  // namespace weft::state
