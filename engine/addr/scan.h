// How addresses and selectors are read: names, and keys between brackets. Inside this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/addr/address.h"
#include "lang/base/result.h"

namespace weft::addr {

inline constexpr size_t kMostSegments = 64;
inline constexpr size_t kMostBytes = 64 * 1024;

// Whether a string key is written as a JSON string: it is empty or `*`, reads as an int, or holds white space, a control
// character or one of [ ] " \ #.
[[nodiscard]] auto needs_quotes(std::string_view key) -> bool;

class Scanner {
 public:
  // `what`: "address" or "selector", for messages.
  Scanner(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  // Refuses what is empty, too long or not UTF-8.
  [[nodiscard]] auto begin() const -> Result<void>;
  [[nodiscard]] auto done() const -> bool { return at_ == text_.size(); }
  // Goes on past `c` if it is next.
  auto take(char c) -> bool;
  [[nodiscard]] auto name() -> Result<std::string_view>;
  // The key and its closing bracket; nothing for `*`.
  [[nodiscard]] auto key() -> Result<std::optional<Key>>;

  [[nodiscard]] auto unexpected(std::string_view wanted) const -> std::unexpected<Failure>;
  [[nodiscard]] auto refuse(std::string_view seen, std::string hint) const -> std::unexpected<Failure>;

 private:
  [[nodiscard]] auto quoted_key() -> Result<Key>;
  [[nodiscard]] auto plain_key(std::string_view text) const -> Result<Key>;

  std::string_view text_;
  std::string_view what_;
  size_t at_ = 0;
};

}  // namespace weft::addr
