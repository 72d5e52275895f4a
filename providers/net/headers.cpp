#include "providers/net/headers.h"

#include <algorithm>

namespace weft::net {
namespace {

auto lower(char c) -> char {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

auto same_name(std::string_view a, std::string_view b) -> bool {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::set(std::string_view name, std::string value) {
  auto first = std::ranges::find_if(rows_, [&](const Header& row) { return same_name(row.name, name); });
  if (first == rows_.end()) return add(std::string(name), std::move(value));
  first->value = std::move(value);
  rows_.erase(
      std::remove_if(first + 1, rows_.end(), [&](const Header& row) { return same_name(row.name, name); }),
      rows_.end());
}

void Headers::remove(std::string_view name) {
  std::erase_if(rows_, [&](const Header& row) { return same_name(row.name, name); });
}

auto Headers::find(std::string_view name) const -> const std::string* {
  for (const Header& row : rows_) {
    if (same_name(row.name, name)) return &row.value;
  }
  return nullptr;
}

auto is_token(std::string_view text) -> bool {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || kMarks.contains(c);
  });
}

auto is_header_value(std::string_view text) -> bool {
  return std::ranges::none_of(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

}  // namespace weft::net
