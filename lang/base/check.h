// Bugs of our own stop the program at once, with the place: the third channel of failure beside
// diagnostics (the user's mistakes) and Result (the world's refusals).
#pragma once

namespace weft {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace weft

#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::weft::check_failed(#condition, __FILE__, __LINE__))
