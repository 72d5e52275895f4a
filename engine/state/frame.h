// A transaction as bytes (docs/state.md, "The frame"): what stands in the log, and what shared stores will carry.
//
//   "WFTX" | u8 format | u8 flags | u16 0 | u32 header size | header | u32 body size | body | u32 crc32c of all before
//   header  fabric id 16 | u64 seq | previous hash 32 | run id 16 | u32 n | u64 wall-clock ms
//   body    operations, each u8 kind | u32 size | deterministic CBOR map
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/state/operations.h"
#include "lang/base/result.h"

namespace weft::state {

inline constexpr uint8_t kFormat = 1;
inline constexpr size_t kMostFrameBytes = 1024 * 1024;
inline constexpr size_t kMostOperations = 1000;
// All of a frame that is neither header nor body.
inline constexpr size_t kFrameOverhead = 4 + 1 + 1 + 2 + 4 + 84 + 4 + 4;

struct FrameHeader {
  std::string fabric_id;      // 32 hex digits
  uint64_t seq = 0;
  std::string previous;       // 32 bytes; zeros for the first
  RunId run;
  uint32_t n = 0;             // the run's n-th transaction, from 1
  uint64_t wall_ms = 0;       // shown, never compared
};

// An operation ready to be written: its kind and its map, encoded. The value is what the bytes say.
struct EncodedOperation {
  OperationBody body;
  Value value;
  std::string bytes;
  [[nodiscard]] auto size() const -> size_t { return 1 + 4 + bytes.size(); }
};
// kInternal when a secret stands in it in the clear.
[[nodiscard]] auto encode_operation(OperationBody body) -> Result<EncodedOperation>;

struct Frame {
  FrameHeader header;
  std::string hash;           // 32 bytes: SHA-256 of header and body
  std::string_view body;      // into the bytes that were read
};

struct WrittenFrame {
  std::string bytes;
  std::string hash;
};
[[nodiscard]] auto write_frame(const FrameHeader& header, std::string_view body) -> WrittenFrame;
void add_to_body(std::string& body, const EncodedOperation& operation);

// Checks magic, sizes and crc; not the chain. kCorrupt, or kNewer for another format or unknown flags.
[[nodiscard]] auto read_frame(std::string_view bytes) -> Result<Frame>;
// The operations of a body, in order. kNewer for a kind that this program does not know.
struct RawOperation {
  std::string_view kind;      // word
  std::string_view bytes;
};
[[nodiscard]] auto read_body(std::string_view body) -> Result<std::vector<RawOperation>>;

}  // namespace weft::state
