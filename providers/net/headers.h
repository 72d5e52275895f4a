// Header fields of a request or an answer: in the order they were added, names without regard to case.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::net {

struct Header {
  std::string name;
  std::string value;
  auto operator==(const Header&) const -> bool = default;
};

[[nodiscard]] auto same_name(std::string_view a, std::string_view b) -> bool;

class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> headers) : rows_(headers) {}

  void add(std::string name, std::string value) { rows_.push_back({std::move(name), std::move(value)}); }
  // In place of all of that name.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);
  // The first of that name.
  [[nodiscard]] auto find(std::string_view name) const -> const std::string*;
  [[nodiscard]] auto has(std::string_view name) const -> bool { return find(name) != nullptr; }

  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }
  [[nodiscard]] auto size() const -> size_t { return rows_.size(); }
  [[nodiscard]] auto empty() const -> bool { return rows_.empty(); }
  auto operator==(const Headers&) const -> bool = default;

 private:
  std::vector<Header> rows_;
};

// A method or a header name: letters, digits and !#$%&'*+-.^_`|~.
[[nodiscard]] auto is_token(std::string_view text) -> bool;
// Nothing that ends a line or a string: what could smuggle in another header.
[[nodiscard]] auto is_header_value(std::string_view text) -> bool;

}  // namespace weft::net
