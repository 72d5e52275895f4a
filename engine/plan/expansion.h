// The tables of a plan in the making: module instances, resource instances, and what has read what. Rows, not pointers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/addr/address.h"
#include "engine/plan/plan.h"
#include "engine/state/record.h"
#include "lang/base/ids.h"
#include "lang/check/program.h"
#include "lang/value/value.h"
#include "providers/api/schema.h"

namespace weft::plan {

// What an expression has read: an instance (even) or a joint (odd).
struct ReadRef {
  uint32_t bits = UINT32_MAX;
  static auto instance(uint32_t row) -> ReadRef { return {row << 1}; }
  static auto joint(uint32_t row) -> ReadRef { return {(row << 1) | 1}; }
  [[nodiscard]] auto is_joint() const -> bool { return (bits & 1) != 0; }
  [[nodiscard]] auto row() const -> uint32_t { return bits >> 1; }
  auto operator<=>(const ReadRef&) const = default;
};
using Reads = std::vector<ReadRef>;

// A whole collection, a let or an input that read several things: one node between N readers and M read, so that edges
// stay linear.
struct Joint {
  std::string address;             // a collection's or module's; empty for values
  Reads members;
  bool deferred = false;           // belongs to a later stage
  std::string deferred_by;         // what it waits for, as messages call it
  std::optional<uint32_t> node;    // in the plan's graph, once made
};

enum class Phase : uint8_t { kPending, kBusy, kDone, kFailed };

struct DeclarationState {
  Phase phase = Phase::kPending;
  bool deferred = false;           // keys or condition unknown: a later stage
  bool absent = false;             // `if` is false
  Value value;                     // of an input, let, output; a collection's, once asked for as a whole
  bool has_value = false;
  ReadRef reads;                   // joint or instance behind `value`; invalid when nothing was read
  std::vector<uint32_t> rows;      // instances, or module instances, in source order
  std::unique_ptr<std::unordered_map<std::string, uint32_t>> by_key;
};

struct Instance {
  uint32_t module = 0;             // row
  const check::Declaration* declaration = nullptr;
  std::optional<addr::Key> key;
  std::string address;
  Value key_value, each_value;     // of the declaration's `for`
  Value desired;                   // effective; null for lookups
  Value value;                     // what references see: predicted, later as it is
  Reads reads;
  const state::Record* record = nullptr;
  std::optional<uint32_t> step;    // before sorting: row in the planner's steps
  bool deferred = false;
  bool failed = false;
  bool applied = false;            // `value` is what is
  bool protect = false, retain = false, create_first = false;
  std::string replace_digest;      // of @replace_when
};

struct ModuleInstance {
  const check::Module* module = nullptr;
  std::optional<uint32_t> parent;
  const check::Declaration* call = nullptr;  // in the parent
  Value key_value, each_value;
  std::string prefix;              // "network.", "app[web]."; empty for the root
  std::vector<DeclarationState> states;
  std::map<std::string, std::string> providers;  // slot → configuration of the root
  ReadRef elements;                // what its call's `for` and `if` have read
  ReadRef everything;              // joint of all instances inside, once asked for
};

// The first of the address and what it stands in (a[b].c, a[b], a) that is in `set`; end() when none is.
template <class Set>
[[nodiscard]] auto find_around(const Set& set, std::string_view address) {
  for (;;) {
    if (auto found = set.find(address); found != set.end()) return found;
    // Cut the last part: a key or a name.
    // A quoted key ends in `"]` and begins at the last `["`: inside, every quote is escaped.
    size_t cut = address.ends_with("\"]") ? address.rfind("[\"") : address.back() == ']' ? address.rfind('[') : address.rfind('.');
    if (cut == std::string_view::npos || cut == 0) return set.end();
    address = address.substr(0, cut);
  }
}

}  // namespace weft::plan
