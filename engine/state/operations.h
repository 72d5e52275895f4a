// The operations that transactions consist of (docs/state.md). Each is a map in the frame's body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/state/record.h"
#include "lang/value/value.h"

namespace weft::state {

using RunId = std::string;        // 32 hex digits
using OperationId = std::string;  // 32 hex digits

struct BeginRun {
  std::string verb, owner, host, command, plan_digest;
  uint64_t lease_ms = 0;
};
struct EndRun {
  std::string outcome;            // "done", "partial", "failed", "stopped"
  std::string summary;            // for `state history`: "apply: 16 done"
};
struct ClaimItem {
  std::string address;
  bool subtree = false;
  bool write = true;
};
struct Claim {
  std::vector<ClaimItem> items;
};
struct Fence {
  RunId run;
  uint32_t last_seen = 0;
  std::string reason;             // "dead", "silent", "unlock by NAME"
};
struct Renew {};
struct Wait {
  std::vector<ClaimItem> items;
};
struct Intent {
  OperationId operation;
  std::string address;
  std::string change;             // create, update, remove, act
  std::string type, provider, place;
  std::string idempotency;        // word of the class
  uint64_t generation = 0;
  std::string request_digest;     // keyed, 32 hex digits
  std::string endpoint;           // provider endpoint and account, for people
  uint64_t deadline_ms = 0;
  uint64_t window_ms = 0;         // settle window
  std::vector<std::string> reads;
  Value identity;                 // of update and remove; of create when it is known before
  Value pre_image;                // blind creates: ids seen before
  bool anew = false;              // of create: the object of the record that stands there, if any, is gone
  // filled in by the fold
  RunId run;
  uint64_t seq = 0;
  Value checkpoint;               // last checkpoint's blob, null when none
};
struct Settle {
  OperationId operation;
  std::string outcome;            // done, failed, not_done
  std::string by;                 // answer, look-up, repeat, person NAME
  std::optional<Record> put;      // the record afterwards
  bool remove = false;            // or the record goes
};
struct Checkpoint {
  OperationId operation;
  Value identity;
  Value blob;
};
struct Put {
  Record record;
};
struct Delete {
  std::string address;
};
struct Key {
  uint32_t id = 0;
  std::string wrapped;            // bytes
  std::string check;              // sealed known text: tells a wrong key
  Value parameters;               // of the key-encryption key: source, salt …
};
struct Set {
  std::string name;
  Value value;
};
struct Note {
  std::string what;               // "stage", "moved", …
  Value value;
};

using OperationBody = std::variant<BeginRun, EndRun, Claim, Fence, Renew, Wait, Intent, Settle, Checkpoint, Put, Delete, Key, Set, Note>;

[[nodiscard]] auto kind_word(const OperationBody& operation) -> std::string_view;
// Its byte in a frame, and the word of such a byte; empty when this program does not know it.
[[nodiscard]] auto kind_code(const OperationBody& operation) -> uint8_t;
[[nodiscard]] auto kind_of_code(uint8_t code) -> std::string_view;
[[nodiscard]] auto to_value(const OperationBody& operation) -> Value;
[[nodiscard]] auto operation_from(std::string_view kind, const Value& value) -> Result<OperationBody>;

// op = SHA-256("weft-op-1", fabric id, address, change, generation)[0..16], each part length-prefixed.
[[nodiscard]] auto operation_id(std::string_view fabric_id, std::string_view address, std::string_view change,
                                uint64_t generation) -> OperationId;

}  // namespace weft::state
