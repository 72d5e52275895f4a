#include "engine/state/soundness.h"

#include <algorithm>

#include "engine/state/bytes.h"
#include "engine/state/corrupt.h"
#include "engine/state/frame.h"
#include "engine/state/row_types.h"

namespace weft::state {
namespace {

constexpr uint64_t kLooked = 64;

auto device_bytes(const FileIdentity& identity) -> std::string {
  std::string out;
  add_u64(out, identity.device);
  add_u64(out, identity.inode);
  return out;
}

}  // namespace

auto check_sound(const Rows& rows) -> Result<void> {
  auto format = rows.get(Table::kMeta, kMetaFormat);
  if (format && ByteReader(*format).u32() != kFormat) {
    return fail(Code::kNewer, "the state has format " + std::to_string(ByteReader(*format).u32()) + ", this program reads format 1", "use the newer weft that wrote it");
  }
  TRY(tail, load_tail(rows));
  uint64_t floor = ByteReader(rows.get(Table::kMeta, kMetaFloor).value_or("")).u64();
  uint64_t seq = std::max(floor, tail.seq > kLooked ? tail.seq - kLooked + 1 : 1);
  std::string key, hash;
  add_u64(key, seq);
  Result<void> result;
  rows.scan(Table::kLog, key, [&](std::string_view at, std::string_view bytes) {
    result = [&]() -> Result<void> {
      auto name = "transaction @" + std::to_string(seq) + " of the state's log";
      if (ByteReader(at).u64() != seq) return damaged(name + " is missing");
      auto frame = read_frame(bytes);
      if (!frame) return std::unexpected(frame.error());
      if (frame->header.seq != seq || (!hash.empty() && frame->header.previous != hash) || frame->header.fabric_id != load_fabric_id(rows)) {
        return damaged(name + " does not follow the one before it");
      }
      hash = frame->hash;
      ++seq;
      return {};
    }();
    return result.has_value();
  });
  TRY_VOID(result);
  if (seq != tail.seq + 1 || hash != tail.hash) return damaged("the state's log does not end at @" + std::to_string(tail.seq));
  return {};
}

auto note_file(Rows& rows, const StateFolder& folder) -> Result<void> {
  TRY(identity, folder.data_identity());
  note_identity(rows, identity);
  return {};
}

void note_identity(Rows& rows, const FileIdentity& identity) { rows.put(Table::kMeta, kMetaDevice, device_bytes(identity)); }

auto is_same_file(const Rows& rows, const StateFolder& folder) -> Result<bool> {
  auto noted = rows.get(Table::kMeta, kMetaDevice);
  TRY(identity, folder.data_identity());
  return !noted || noted->substr(8) == std::string_view(device_bytes(identity)).substr(8);
}

}  // namespace weft::state
