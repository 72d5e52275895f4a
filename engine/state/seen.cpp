#include "engine/state/seen.h"

#include <charconv>

#include "engine/state/bytes.h"
#include "engine/state/frame.h"
#include "engine/state/row_types.h"
#include "engine/state/user_files.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"

namespace weft::state {
namespace {

// "SEQ HASH": what does not read was never seen.
auto parse_seen(std::string_view text) -> std::optional<Tail> {
  auto parts = split(trim(text), ' ');
  if (parts.size() != 2) return std::nullopt;
  Tail tail;
  auto [end, error] = std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), tail.seq);
  auto hash = from_hex(parts[1]);
  if (error != std::errc() || end != parts[0].data() + parts[0].size() || !hash || hash->size() != 32) return std::nullopt;
  tail.hash = std::move(*hash);
  return tail;
}

}  // namespace

auto seen_file(const Environment& variables, std::string_view fabric_id) -> std::optional<std::string> {
  auto folder = variables.get("XDG_STATE_HOME");
  if (!folder.starts_with('/')) {
    auto home = variables.get("HOME");
    if (!home.starts_with('/')) return std::nullopt;
    folder = home + "/.local/state";
  }
  return folder + "/weft/seen/" + std::string(fabric_id);
}

auto check_seen(const Rows& rows, const Environment& variables) -> Result<void> {
  auto fabric = load_fabric_id(rows);
  auto file = fabric.empty() ? std::nullopt : seen_file(variables, fabric);
  auto text = file ? read_user_file(*file, false) : Result<std::string>(fail(Code::kNotFound, {}));
  auto seen = text ? parse_seen(*text) : std::nullopt;
  if (!seen) return {};
  TRY(tail, load_tail(rows));
  constexpr std::string_view kWayOut = "bring back the newer state; or go on with this one: `weft state heal --accept-rewind`, then look at everything again: `weft drift`";
  if (seen->seq > tail.seq) {
    return fail(Code::kConflict, "the state went back: it ends at @" + std::to_string(tail.seq) + ", and this machine has seen it at @" + std::to_string(seen->seq), std::string(kWayOut));
  }
  std::string key;
  add_u64(key, seen->seq);
  auto bytes = rows.get(Table::kLog, key);
  if (!bytes) return {};  // older than what is kept
  TRY(frame, read_frame(*bytes));
  if (frame.hash == seen->hash) return {};
  return fail(Code::kConflict, "the state has another history: this machine has seen another transaction @" + std::to_string(seen->seq), std::string(kWayOut));
}

void note_seen(const Environment& variables, std::string_view fabric_id, const Tail& tail) {
  auto file = seen_file(variables, fabric_id);
  if (!file || !make_user_folders(*file)) return;
  (void)write_user_file(*file, std::to_string(tail.seq) + " " + hex(tail.hash) + "\n", true);
}

}  // namespace weft::state
