// Addresses: where something stands in a fabric: module path, name, keys. One text form everywhere (state, plans, logs,
// JSON, command line): subnet[us-east-2a], node[0], network.subnet[a]. Quotes only where a key needs them.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft::addr {

using Key = std::variant<int64_t, std::string>;

struct Segment {
  std::string name;
  std::vector<Key> keys;
  auto operator<=>(const Segment&) const = default;
};

struct Address {
  std::vector<Segment> segments;

  [[nodiscard]] auto text() const -> std::string;
  // "subnet[us-east-2a]" and everything in it is inside "subnet"; compared segment by segment, key by key.
  [[nodiscard]] auto inside(const Address& outer) const -> bool;
  auto operator<=>(const Address&) const = default;
};

// A key as it stands between the brackets: us-east-2a, 0, "0", "a b".
[[nodiscard]] auto key_text(const Key& key) -> std::string;
[[nodiscard]] auto key_of(const Value& value) -> Key;         // string or int
[[nodiscard]] auto value_of(const Key& key) -> Value;

// Reads the text form; quoted keys are read everywhere. Bounded: 64 segments, 64 KiB.
[[nodiscard]] auto parse_address(std::string_view text) -> Result<Address>;

// The shorter texts that a text form stands inside of, outermost first: a[b].c has `a` and `a[b]`. Works on names of the
// state's own too (`#output.x`, `web#old-…`) and on any bytes; nothing is checked.
[[nodiscard]] auto enclosing(std::string_view text) -> std::vector<std::string_view>;

// What people type to select: an address, a whole collection or module (`subnet`, `network`), `network.*`, `subnet[*]`.
struct Selector {
  struct Part {
    std::string name;                                   // empty: any name (`*`)
    std::vector<std::variant<std::monostate, Key>> keys;  // monostate: any key (`[*]`)
  };
  std::vector<Part> parts;
  // An address is selected when the parts match its first segments.
  [[nodiscard]] auto matches(const Address& address) const -> bool;
  [[nodiscard]] auto text() const -> std::string;
};
[[nodiscard]] auto parse_selector(std::string_view text) -> Result<Selector>;

// Names sort naturally: w[2] before w[10].
[[nodiscard]] auto natural_less(const Address& a, const Address& b) -> bool;

}  // namespace weft::addr
