#include "engine/state/verify.h"

#include "engine/state/bytes.h"
#include "engine/state/compact.h"
#include "engine/state/corrupt.h"
#include "engine/state/fold.h"
#include "engine/state/row_types.h"
#include "engine/state/rows.h"
#include "lang/base/digest.h"

namespace weft::state {
namespace {

auto shown(std::string_view key) -> std::string {
  bool printable = true;
  for (char c : key) printable = printable && c >= 0x20 && c < 0x7f;
  return printable ? std::string(key) : hex(key);
}

auto differs(Table table, std::string_view key) -> std::unexpected<Failure> {
  return corrupt("the state's table `" + std::string(kTableNames[static_cast<size_t>(table)]) + "` is not what the log says, at " + shown(key));
}

// Where the file is and how it was trimmed is no matter of the log.
auto is_folded(Table table, std::string_view key) -> bool {
  return table != Table::kLog && table != Table::kBase && (table != Table::kMeta || (key != kMetaDevice && key != kMetaBase));
}

// `excused`: rows of `of` that need not be there.
auto has_all(const Rows& rows, const Rows& of, Table table, const std::function<bool(std::string_view, std::string_view)>& excused) -> Result<void> {
  Result<void> result;
  of.scan(table, {}, [&](std::string_view key, std::string_view value) {
    if (!is_folded(table, key)) return true;
    auto other = rows.get(table, key);
    if (other != value && (other || !excused(key, value))) result = differs(table, key);
    return result.has_value();
  });
  return result;
}

}  // namespace

auto verify_state(Store& store) -> Result<void> {
  return store.read([](const Rows& rows) -> Result<void> {
    TRY(tail, load_tail(rows));
    MemoryRows folded;
    TRY_VOID(load_base(rows, folded));
    TRY(begun, load_tail(folded));
    Result<void> result;
    uint64_t seq = begun.seq;
    std::string first;
    add_u64(first, seq + 1);
    rows.scan(Table::kLog, first, [&](std::string_view key, std::string_view bytes) {
      ++seq;
      auto at = "transaction @" + std::to_string(seq);
      if (ByteReader(key).u64() != seq) {
        result = corrupt(at + " of the state's log is missing");
      } else if (auto one = fold_frame(folded, bytes); !one) {
        result = std::unexpected(one.error().in(at));
        result.error().code = one.error().code == Code::kNewer ? Code::kNewer : Code::kCorrupt;
      }
      return result.has_value();
    });
    TRY_VOID(result);
    if (seq != tail.seq) return corrupt("the state's log ends at @" + std::to_string(seq) + ", not at @" + std::to_string(tail.seq));
    for (size_t i = 0; i < kTables; ++i) {
      auto table = static_cast<Table>(i);
      // An interrupted trimming leaves rows; a run whose last doubt was settled after the floor was trimmed without trace.
      auto left_over = [&](std::string_view key, std::string_view value) { return is_left_over(table, key, value, begun.seq + 1); };
      TRY_VOID(has_all(rows, folded, table, [&](std::string_view key, std::string_view value) { return table == Table::kRun && left_over(key, value); }));
      TRY_VOID(has_all(folded, rows, table, left_over));
    }
    return {};
  });
}

}  // namespace weft::state
