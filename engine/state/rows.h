// The tables of the state as rows of bytes, seen inside one transaction. LMDB has them in lmdb_store.cpp; MemoryRows
// has them in memory, to fold the log a second time and compare.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace weft::state {

enum class Table : uint8_t {
#define TABLE(name, word, meaning) name,
#include "engine/state/tables.def"
#undef TABLE
};
inline constexpr auto kTableNames = std::to_array<const char*>({
#define TABLE(name, word, meaning) word,
#include "engine/state/tables.def"
#undef TABLE
});
inline constexpr size_t kTables = kTableNames.size();

// Views that it gives are good until the next put or del.
class Rows {
 public:
  virtual ~Rows() = default;
  [[nodiscard]] virtual auto get(Table table, std::string_view key) const -> std::optional<std::string_view> = 0;
  // Rows in order of their keys from the first that is not below `from`; until `visit` gives false. `visit` changes nothing.
  virtual void scan(Table table, std::string_view from, const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;
  // The last row whose key is not above `upto`, if it begins with `prefix`.
  [[nodiscard]] virtual auto last(Table table, std::string_view prefix, std::string_view upto) const -> std::optional<std::pair<std::string, std::string>> = 0;
  // A write that the store refuses is remembered and refuses the commit.
  virtual void put(Table table, std::string_view key, std::string_view value) = 0;
  virtual void del(Table table, std::string_view key) = 0;

  // Whether the store has refused something: what was read or decided since means nothing.
  [[nodiscard]] virtual auto broken() const -> bool { return false; }

  // The rows whose keys begin with `prefix`.
  void scan_prefix(Table table, std::string_view prefix, const std::function<bool(std::string_view key, std::string_view value)>& visit) const;
};

class MemoryRows : public Rows {
 public:
  [[nodiscard]] auto get(Table table, std::string_view key) const -> std::optional<std::string_view> override;
  void scan(Table table, std::string_view from, const std::function<bool(std::string_view, std::string_view)>& visit) const override;
  [[nodiscard]] auto last(Table table, std::string_view prefix, std::string_view upto) const -> std::optional<std::pair<std::string, std::string>> override;
  void put(Table table, std::string_view key, std::string_view value) override;
  void del(Table table, std::string_view key) override;

 private:
  using Rows1 = std::map<std::string, std::string, std::less<>>;
  [[nodiscard]] auto rows(Table table) const -> const Rows1& { return tables_[static_cast<size_t>(table)]; }
  std::array<Rows1, kTables> tables_;
};

// The key of an address: itself, or beyond 400 bytes its first 360, a 0 and its SHA-256 (LMDB takes 511 bytes).
[[nodiscard]] auto address_key(std::string_view address) -> std::string;
// address 0 tail: versions, runs, operation ids.
[[nodiscard]] auto address_key(std::string_view address, std::string_view tail) -> std::string;
[[nodiscard]] auto version_key(std::string_view address, uint64_t version) -> std::string;

}  // namespace weft::state
