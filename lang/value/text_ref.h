// An immutable string shared by reference: the bytes of string values and of object keys. Copying costs a counter.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace weft {

class Text {
 public:
  Text() = default;
  Text(std::string_view text) {  // NOLINT: implicit on purpose, as std::string is
    if (text.empty()) return;
    if (text.size() > UINT32_MAX) std::abort();
    void* memory = std::malloc(sizeof(Rep) + text.size());
    if (memory == nullptr) std::abort();
    rep_ = new (memory) Rep{1, static_cast<uint32_t>(text.size())};
    std::memcpy(static_cast<void*>(rep_ + 1), text.data(), text.size());
  }
  Text(const std::string& text) : Text(std::string_view(text)) {}  // NOLINT
  Text(const char* text) : Text(std::string_view(text)) {}         // NOLINT
  Text(const Text& other) : rep_(other.rep_) { retain(); }
  Text(Text&& other) noexcept : rep_(std::exchange(other.rep_, nullptr)) {}
  auto operator=(Text other) noexcept -> Text& {
    std::swap(rep_, other.rep_);
    return *this;
  }
  ~Text() { release(); }

  [[nodiscard]] auto view() const -> std::string_view {
    return rep_ == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(rep_ + 1), rep_->size);
  }
  operator std::string_view() const { return view(); }  // NOLINT
  [[nodiscard]] auto str() const -> std::string { return std::string(view()); }
  [[nodiscard]] auto empty() const -> bool { return rep_ == nullptr; }
  [[nodiscard]] auto size() const -> size_t { return rep_ == nullptr ? 0 : rep_->size; }
  friend auto operator==(const Text& a, const Text& b) -> bool { return a.rep_ == b.rep_ || a.view() == b.view(); }
  friend auto operator==(const Text& a, std::string_view b) -> bool { return a.view() == b; }
  friend auto operator==(const Text& a, const char* b) -> bool { return a.view() == std::string_view(b); }
  friend auto operator<=>(const Text& a, const Text& b) { return a.view() <=> b.view(); }
  friend auto operator<=>(const Text& a, std::string_view b) { return a.view() <=> b; }

 private:
  struct Rep {
    std::atomic<uint32_t> count;
    uint32_t size;
  };
  void retain() const {
    if (rep_ != nullptr) rep_->count.fetch_add(1, std::memory_order_relaxed);
  }
  void release() {
    if (rep_ != nullptr && rep_->count.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      rep_->~Rep();
      std::free(rep_);
    }
  }
  Rep* rep_ = nullptr;
};

}  // namespace weft

template <>
struct std::hash<weft::Text> {
  auto operator()(const weft::Text& text) const noexcept -> size_t { return std::hash<std::string_view>{}(text.view()); }
};
