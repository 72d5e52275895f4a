// Rows instead of pointers: things live in a Store, the rest of the program holds 4-byte ids whose type
// says which table they belong to.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <vector>

#include "lang/base/check.h"

namespace weft {

template <class T>
struct Id {
  uint32_t index = UINT32_MAX;

  [[nodiscard]] constexpr auto valid() const -> bool { return index != UINT32_MAX; }
  constexpr auto operator<=>(const Id&) const = default;
};

template <class T>
class Store {
 public:
  auto add(T row) -> Id<T> {
    rows_.push_back(std::move(row));
    return Id<T>{static_cast<uint32_t>(rows_.size() - 1)};
  }
  auto operator[](Id<T> id) -> T& {
    CHECK(id.index < rows_.size());
    return rows_[id.index];
  }
  auto operator[](Id<T> id) const -> const T& {
    CHECK(id.index < rows_.size());
    return rows_[id.index];
  }
  [[nodiscard]] auto size() const -> uint32_t { return static_cast<uint32_t>(rows_.size()); }
  [[nodiscard]] auto empty() const -> bool { return rows_.empty(); }
  void reserve(size_t n) { rows_.reserve(n); }
  auto begin() { return rows_.begin(); }
  auto end() { return rows_.end(); }
  auto begin() const { return rows_.begin(); }
  auto end() const { return rows_.end(); }

 private:
  std::vector<T> rows_;
};

}  // namespace weft

template <class T>
struct std::hash<weft::Id<T>> {
  auto operator()(weft::Id<T> id) const noexcept -> size_t { return std::hash<uint32_t>{}(id.index); }
};
