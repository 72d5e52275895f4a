// What the state knows of one resource. Written only by transactions of the log (operations.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft::state {

enum class Status : uint8_t {
#define STATUS(name, word, meaning) name,
#include "engine/state/status.def"
#undef STATUS
};
[[nodiscard]] auto word(Status status) -> std::string_view;
[[nodiscard]] auto status_from(std::string_view word) -> Status;  // kOk for words it does not know

struct Dependency {
  std::string address;       // a resource's, or with `subtree` a whole collection's or module's
  bool subtree = false;
  bool exists_only = false;  // ready is not waited for
  auto operator==(const Dependency&) const -> bool = default;
};

// Secrets never stand in `applied`, `baseline`, `observed` or `driver_data` in the clear: in their place stand
// {"$digest": bytes} (what was sent) and {"$sealed": bytes} (what was given); see seal.h.
struct Record {
  std::string address;        // text form; old objects that await removal: "web#old-<op>"
  std::string type;           // "local.File"
  std::string provider;       // configuration's name
  std::string place;          // where its identity counts; may be empty
  Value identity;             // object
  std::string uid;            // operation id that made or adopted it, 32 hex digits
  Status status = Status::kOk;
  uint64_t rev = 0;           // writes of this uid
  uint64_t version = 0;       // seq of the transaction that wrote it; set by the fold
  uint64_t generation = 0;    // seq of the last transaction that settled anything on this address; set by the fold
  uint32_t schema_version = 1;
  Value applied;              // what was last sent; object
  Value baseline;             // as read when that was ready; null: none yet
  Value observed;             // as last read by an apply
  Value driver_data;
  std::vector<Dependency> dependencies;
  std::string input_digest;   // of the effective desired value and the type's schema, 32 hex digits
  std::vector<uint32_t> durations_ms;  // of the last 8 changes, newest last
  bool protect = false;
  bool retain = false;
  bool create_first = false;
  bool old = false;           // awaits removal after a create-first replacement
  Value extra;                // unknown members of a newer minor: kept
};

[[nodiscard]] auto to_value(const Record& record) -> Value;
[[nodiscard]] auto record_from(const Value& value) -> Result<Record>;

// Outputs are records too: address "#output.NAME", type "#output", `applied` = { value = …, secret = bool }.
inline constexpr std::string_view kOutputPrefix = "#output.";

}  // namespace weft::state
