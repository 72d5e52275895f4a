#include "engine/state/verify.h"

#include "engine/state/bytes.h"
#include "engine/state/fold.h"
#include "engine/state/row_types.h"
#include "engine/state/rows.h"
#include "lang/base/digest.h"

namespace weft::state {
namespace {

constexpr std::string_view kRestore = "restore the folder `.weft/state` from a backup";

auto shown(std::string_view key) -> std::string {
  bool printable = true;
  for (char c : key) printable = printable && c >= 0x20 && c < 0x7f;
  return printable ? std::string(key) : hex(key);
}

auto differs(Table table, std::string_view key) -> std::unexpected<Failure> {
  return fail(Code::kCorrupt, "the state's table `" + std::string(kTableNames[static_cast<size_t>(table)]) + "` is not what the log says, at " + shown(key), std::string(kRestore));
}

// Where the file is, is no matter of the log.
auto is_folded(Table table, std::string_view key) -> bool { return table != Table::kLog && (table != Table::kMeta || key != kMetaDevice); }

auto has_all(const Rows& rows, const Rows& of, Table table) -> Result<void> {
  Result<void> result;
  of.scan(table, {}, [&](std::string_view key, std::string_view value) {
    if (is_folded(table, key) && rows.get(table, key) != value) result = differs(table, key);
    return result.has_value();
  });
  return result;
}

}  // namespace

auto verify_state(Store& store) -> Result<void> {
  return store.read([](const Rows& rows) -> Result<void> {
    TRY(tail, load_tail(rows));
    MemoryRows folded;
    Result<void> result;
    uint64_t seq = 0;
    rows.scan(Table::kLog, {}, [&](std::string_view key, std::string_view bytes) {
      ++seq;
      auto at = "transaction @" + std::to_string(seq);
      if (ByteReader(key).u64() != seq) {
        result = fail(Code::kCorrupt, at + " of the state's log is missing", std::string(kRestore));
      } else if (auto one = fold_frame(folded, bytes); !one) {
        result = std::unexpected(one.error().in(at));
        result.error().code = one.error().code == Code::kNewer ? Code::kNewer : Code::kCorrupt;
      }
      return result.has_value();
    });
    TRY_VOID(result);
    if (seq != tail.seq) return fail(Code::kCorrupt, "the state's log ends at @" + std::to_string(seq) + ", not at @" + std::to_string(tail.seq), std::string(kRestore));
    for (size_t i = 0; i < kTables; ++i) {
      TRY_VOID(has_all(rows, folded, static_cast<Table>(i)));
      TRY_VOID(has_all(folded, rows, static_cast<Table>(i)));
    }
    return {};
  });
}

}  // namespace weft::state
