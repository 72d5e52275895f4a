// What the rows of the tables hold, as structs. Every value begins with a byte for its format; the rest is canonical CBOR.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/state/operations.h"
#include "engine/state/record.h"
#include "engine/state/rows.h"
#include "engine/state/state.h"
#include "lang/base/result.h"

namespace weft::state {

[[nodiscard]] auto row_bytes(const Value& value) -> std::string;
[[nodiscard]] auto row_value(std::string_view bytes) -> Result<Value>;

struct RunRow {
  BeginRun facts;
  uint64_t begun_seq = 0, begun_ms = 0, last_seq = 0, last_ms = 0;
  uint32_t last_n = 0;
  bool ended = false, fenced = false;
  std::string outcome, summary;   // of its end
  std::string reason;             // of its fence
  uint64_t ticket = 0;            // seq of its waiting ticket
  [[nodiscard]] auto live() const -> bool { return !ended && !fenced; }
};
struct ClaimRow {
  RunId run;
  std::string address;
  bool subtree = false, write = true;
  uint64_t since = 0;
};
struct TicketRow {
  RunId run;
  std::vector<ClaimItem> items;
};
// What outlives a record: its address has no object now, but neither its generation nor the rev of a life goes back.
struct TombRow {
  std::string address;
  uint64_t generation = 0, rev = 0, version = 0;
  std::string uid;
};
// hist: an earlier record, or nothing where it was gone.
struct HistoryRow {
  std::optional<Record> record;
};

[[nodiscard]] auto to_bytes(const RunRow& row) -> std::string;
[[nodiscard]] auto to_bytes(const ClaimRow& row) -> std::string;
[[nodiscard]] auto to_bytes(const TicketRow& row) -> std::string;
[[nodiscard]] auto to_bytes(const TombRow& row) -> std::string;
[[nodiscard]] auto to_bytes(const Record& record) -> std::string;
[[nodiscard]] auto run_row(std::string_view bytes) -> Result<RunRow>;
[[nodiscard]] auto claim_row(std::string_view bytes) -> Result<ClaimRow>;
[[nodiscard]] auto ticket_row(std::string_view bytes) -> Result<TicketRow>;
[[nodiscard]] auto tomb_row(std::string_view bytes) -> Result<TombRow>;
[[nodiscard]] auto history_row(std::string_view bytes) -> Result<HistoryRow>;
[[nodiscard]] auto record_row(std::string_view bytes) -> Result<Record>;
[[nodiscard]] auto intent_row(std::string_view bytes) -> Result<Intent>;

// Rows by what they are called.
[[nodiscard]] auto load_run(const Rows& rows, std::string_view run) -> Result<std::optional<RunRow>>;
[[nodiscard]] auto load_record(const Rows& rows, std::string_view address) -> Result<std::optional<Record>>;
[[nodiscard]] auto load_tomb(const Rows& rows, std::string_view address) -> Result<std::optional<TombRow>>;
[[nodiscard]] auto load_intent(const Rows& rows, std::string_view operation) -> Result<std::optional<Intent>>;
[[nodiscard]] auto load_tail(const Rows& rows) -> Result<Tail>;
// 32 hex digits; empty before the first transaction.
[[nodiscard]] auto load_fabric_id(const Rows& rows) -> std::string;
// The name of the fabric that wrote the state last; empty before its first run ended.
inline constexpr std::string_view kFabricName = "fabric";  // the setting that holds it
[[nodiscard]] auto load_setting(const Rows& rows, std::string_view name) -> Result<Value>;  // null: never set
[[nodiscard]] auto load_fabric_name(const Rows& rows) -> std::string;

// Names of rows in `meta`.
inline constexpr std::string_view kMetaFormat = "format";
inline constexpr std::string_view kMetaFabric = "fabric";
inline constexpr std::string_view kMetaTail = "tail";
inline constexpr std::string_view kMetaFloor = "floor";
inline constexpr std::string_view kMetaDevice = "device";   // not folded from the log
inline constexpr std::string_view kMetaBase = "base";       // which slot of `base` counts; not folded
inline constexpr std::string_view kMetaKey = "key/";        // + id, big-endian
inline constexpr std::string_view kMetaSet = "set/";        // + name

// "r-8a10".
[[nodiscard]] auto short_run(std::string_view run) -> std::string;

}  // namespace weft::state
