// What people select by: several texts at once, each a selector, or the whole name of a row that only the state has
// (`web#old-1f2e`), which no selector names. The one reader of --only, --except, --replace and of what verbs on the state take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/addr/address.h"

namespace weft::addr {

// One of them.
struct Choice {
  std::string text;                  // as it was typed
  std::optional<Selector> selector;  // nothing: a row of the state's own

  [[nodiscard]] auto matches(std::string_view address) const -> bool;  // in its text form; nothing else is matched
  // Whether it selects something inside `collection` (`subnet`, of which no member is known yet), or all of it.
  [[nodiscard]] auto reaches_into(std::string_view collection) const -> bool;
};
[[nodiscard]] auto parse_choice(std::string_view text) -> Result<Choice>;

class Selection {
 public:
  Selection() = default;
  // Refused with the first text that cannot name anything.
  [[nodiscard]] static auto of(const std::vector<std::string>& texts) -> Result<Selection>;
  void add(Choice choice) { choices_.push_back(std::move(choice)); }

  [[nodiscard]] auto empty() const -> bool { return choices_.empty(); }
  [[nodiscard]] auto choices() const -> const std::vector<Choice>& { return choices_; }
  // Any of them does.
  [[nodiscard]] auto matches(std::string_view address) const -> bool;
  [[nodiscard]] auto reaches_into(std::string_view collection) const -> bool;

 private:
  std::vector<Choice> choices_;
};

// The one of `known` that was probably meant; empty when none is near.
[[nodiscard]] auto likely(std::string_view text, const std::vector<std::string>& known) -> std::string;

}  // namespace weft::addr
