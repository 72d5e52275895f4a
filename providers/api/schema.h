// The facts of a resource type: what it is, what may be written, what changes in place, what is secret.
// Closed lists stand in the .def tables of this room. See docs/drivers.md, section "Schemas".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/value/path.h"
#include "lang/value/type.h"
#include "lang/value/value.h"

namespace weft::driver {

// kResource   desired state, read back from its world
// kRecorded   the state is the only place where the value lives: never re-read
// kEphemeral, kSource, kDynamic are reserved for later versions of the contract
enum class TypeRole : uint8_t { kResource, kRecorded, kEphemeral, kSource, kDynamic };

// What makes a repeat of an operation safe (docs/state.md, "Every crash looks the same").
enum class Idempotency : uint8_t {
#define IDEMPOTENCY(name, word, meaning) name,
#include "providers/api/idempotency.def"
#undef IDEMPOTENCY
};

enum class Input : uint8_t {
  kRequired,
  kOptional,
  kNone,   // computed: only the provider sets it
  kLocal,  // read by the driver, never sent; a change only updates the record
};
enum class OnChange : uint8_t {
  kInPlace,
  kReplace,
  kMayReplace,  // conditional: the driver's `plan` decides
};
enum class OnRemove : uint8_t {
  kReset,    // cleared or set to the default
  kKeep,     // no longer managed
  kReplace,
  kRefuse,
};
enum class Stability : uint8_t {
  kStable,    // for the object's life: ids, ARNs
  kFollows,   // unknown in a plan that changes one of `follows` (empty: any attribute)
  kVolatile,  // status, times: never a difference
};
enum class Secrecy : uint8_t {
  kClear,
  kSecret,
  kWriteOnly,  // never readable: compared by keyed digest of desired with applied
  kOnce,       // readable only in the answer to create
};
// How two values of an attribute are compared (providers/api/equivalence.def); one implementation for all drivers.
enum class Equivalence : uint8_t {
#define EQUIVALENCE(name, word, meaning) name,
#include "providers/api/equivalence.def"
#undef EQUIVALENCE
};

// A value that means an object of another type: it is that object's `attribute`.
struct Reference {
  std::string type;                 // "aws.ec2.Subnet"
  std::string attribute;            // "SubnetId"
};

struct Attribute {
  std::string name;
  Type type;                        // without `?`: a missing value is absent
  Input input = Input::kOptional;
  std::optional<Value> default_value{};  // literal; filled in by the default `prepare`
  OnChange change = OnChange::kInPlace;
  OnRemove on_remove = OnRemove::kReset;
  Stability stability = Stability::kStable;  // of computed attributes
  std::vector<std::string> follows{};
  Secrecy secrecy = Secrecy::kClear;
  Equivalence equivalence = Equivalence::kExact;
  bool plain = false;               // stands in the clear (messages, results): never a secret; identity attributes are so anyway
  std::string format{};             // "path", "json", "pem" … for documentation and drawing
  std::vector<Reference> refs{};    // whose attributes are wanted here, in a list or map of them too; empty: of nobody known
  std::string documentation{};
};

struct Operation {
  bool exists = true;
  Idempotency idempotency = Idempotency::kRepeatable;
  // The longest that a sent request can still take effect; 0 where a call cannot outlive its caller.
  std::chrono::milliseconds settle_window{0};
  std::chrono::milliseconds timeout{std::chrono::minutes(20)};
};

struct TypeSchema {
  std::string name;                 // "local.File"
  TypeRole role = TypeRole::kResource;
  bool resource = true;             // may be declared as a resource
  bool lookup = false;              // may be looked up
  std::vector<Attribute> attributes;
  std::vector<Attribute> filters{}; // lookup: what may be asked by; the answer holds filters and attributes
  std::vector<std::string> identity;  // attributes that name the object; all are in the record's identity
  uint32_t version = 1;             // of the record layout
  Operation create{}, update{}, remove{};
  bool stateful = false;            // holds data: its removal and replacement stand first in a plan
  bool in_use_blocks_remove = false;
  // Attribute groups that two live objects cannot share: with them, create-first needs a change in each group.
  std::vector<std::vector<std::string>> unique{};
  bool driver_diff = false;         // only the driver can tell what differs: `plan` is asked for every candidate
  bool waits = false;               // `ready` may take long: a change is durable as `unready` before it is waited for
  bool renews = false;              // recorded types whose record may fall due: `plan` is asked even when nothing changed
  // @ arguments aside, a record of this type alone can be removed (36 of the conformance list).
  std::string documentation{};
  std::string example{};            // a whole resource or lookup declaration, checked by the tests

  [[nodiscard]] auto attribute(std::string_view name) const -> const Attribute*;
  [[nodiscard]] auto filter(std::string_view name) const -> const Attribute*;
  // 16 hex digits of this type's facts alone; a saved plan goes stale only by the types that it uses.
  [[nodiscard]] auto digest() const -> std::string;
};

// Whether two values of that attribute mean the same (unknowns never do).
[[nodiscard]] auto equivalent(const Value& a, const Value& b, Equivalence equivalence) -> bool;

}  // namespace weft::driver
