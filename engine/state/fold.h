// The one place where the log becomes tables. A transaction is folded in the same write that appends it, so the tables
// are never behind; folding the log again from the start gives the same rows (verify). What would break an invariant of
// docs/state.md (I3 claims, I4 intents, I5 numbers) is refused here, whoever asks.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/state/frame.h"
#include "engine/state/row_types.h"
#include "engine/state/rows.h"
#include "lang/base/result.h"

namespace weft::state {

// One frame: begin, its operations, finish. After a failure the transaction of `rows` must be dropped.
class Fold {
 public:
  // `header.previous` is set by begin().
  Fold(Rows& rows, FrameHeader header) : rows_(rows), header_(std::move(header)) {}

  // kConflict: the log does not end where the header says, or the run was fenced.
  [[nodiscard]] auto begin() -> Result<void>;
  // kInternal: an invariant; kExists: a second address for one object; kConflict: what it writes is read by a call in doubt.
  // `kind` is its word, which a reference to parts (large.h) does not tell by itself.
  [[nodiscard]] auto operation(std::string_view kind, const EncodedOperation& operation) -> Result<void>;
  // Operations that belong together end here: within them an object may change its address.
  [[nodiscard]] auto end_unit() -> Result<void>;
  // Says that the outputs that follow are put together with the run's end.
  void expect_end() { ending_ = true; }
  [[nodiscard]] auto finish(const WrittenFrame& frame) -> Result<void>;

  [[nodiscard]] auto header() const -> const FrameHeader& { return header_; }

 private:
  auto apply(const BeginRun& op, const Value& value) -> Result<void>;
  auto apply(const EndRun& op, const Value& value) -> Result<void>;
  auto apply(const Claim& op, const Value& value) -> Result<void>;
  auto apply(const Fence& op, const Value& value) -> Result<void>;
  auto apply(const Renew& op, const Value& value) -> Result<void>;
  auto apply(const Wait& op, const Value& value) -> Result<void>;
  auto apply(const Intent& op, const Value& value) -> Result<void>;
  auto apply(const Settle& op, const Value& value) -> Result<void>;
  auto apply(const Checkpoint& op, const Value& value) -> Result<void>;
  auto apply(const Put& op, const Value& value) -> Result<void>;
  auto apply(const Delete& op, const Value& value) -> Result<void>;
  auto apply(const Key& op, const Value& value) -> Result<void>;
  auto apply(const Set& op, const Value& value) -> Result<void>;
  auto apply(const Note& op, const Value& value) -> Result<void>;
  auto apply_part(const Value& part) -> Result<void>;
  auto apply_large(std::string_view kind, const Value& reference) -> Result<void>;

  auto may_write(std::string_view address) -> Result<void>;
  auto put_record(Record record, bool settles) -> Result<void>;
  auto delete_record(const std::string& address, bool settles) -> Result<void>;
  // Nothing was put or deleted, but an intent on the address was settled.
  auto mark_settled(const std::string& address) -> Result<void>;
  void drop_identity(const Record& record);
  void change_dependencies(const Record* before, const Record* after);
  void release(const RunId& run, RunRow& row);

  Rows& rows_;
  FrameHeader header_;
  std::optional<RunRow> run_;
  bool ending_ = false;
  std::vector<std::pair<std::string, std::string>> identities_;  // key, address: checked when the unit ends
};

// Folds a frame as it stands in the log. kCorrupt when it does not follow the tail.
[[nodiscard]] auto fold_frame(Rows& rows, std::string_view bytes) -> Result<void>;

// The operation in whose place a reference stands, when its map is too large for one frame.
inline constexpr std::string_view kLargeReference = "$blob";
inline constexpr std::string_view kPartNote = "blob";

}  // namespace weft::state
