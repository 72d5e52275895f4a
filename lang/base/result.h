// The world's refusals: a value, or a Failure that says what was refused and whether waiting helps.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace weft {

enum class Code {
  kInvalid,      // the request makes no sense as it stands
  kNotFound,     // what was named is not there
  kExists,       // it is there already
  kDenied,       // permission
  kConflict,     // somebody else was faster, or holds it
  kCorrupt,      // bytes that do not mean what they should
  kNewer,        // written by a newer program
  kFull,         // disk or map full
  kUnavailable,  // out of reach now; waiting may help
  kUnsupported,  // not in this version, or not on this machine
  kCancelled,    // asked to stop
  kInternal,     // a contract was broken
};

struct Failure {
  Code code = Code::kInternal;
  std::string text;     // what was seen, one sentence without a full stop
  std::string hint{};   // the way out, a command or a sentence; may be empty

  // The same failure with what the caller was doing in front: "reading x: no such file".
  [[nodiscard]] auto in(std::string_view doing) const -> Failure {
    return Failure{code, std::string(doing) + ": " + text, hint};
  }
};

template <class T>
using Result = std::expected<T, Failure>;

[[nodiscard]] inline auto fail(Code code, std::string text, std::string hint = {})
    -> std::unexpected<Failure> {
  return std::unexpected(Failure{code, std::move(text), std::move(hint)});
}

}  // namespace weft

#define WEFT_CAT2(a, b) a##b
#define WEFT_CAT(a, b) WEFT_CAT2(a, b)
// TRY(name, expression): `name` is the value, or the enclosing function returns the failure.
#define TRY(name, ...)                                                                            \
  auto WEFT_CAT(try_, __LINE__) = (__VA_ARGS__);                                                  \
  if (!WEFT_CAT(try_, __LINE__)) return std::unexpected(std::move(WEFT_CAT(try_, __LINE__)).error()); \
  auto name = std::move(*WEFT_CAT(try_, __LINE__))
// TRY_VOID(expression): for Result<void>.
#define TRY_VOID(...)                                                                             \
  if (auto WEFT_CAT(try_, __LINE__) = (__VA_ARGS__); !WEFT_CAT(try_, __LINE__))                    \
  return std::unexpected(std::move(WEFT_CAT(try_, __LINE__)).error())
// The same inside a coroutine.
#define CO_TRY(name, ...)                                                                         \
  auto WEFT_CAT(try_, __LINE__) = (__VA_ARGS__);                                                  \
  if (!WEFT_CAT(try_, __LINE__))                                                                  \
    co_return std::unexpected(std::move(WEFT_CAT(try_, __LINE__)).error());                       \
  auto name = std::move(*WEFT_CAT(try_, __LINE__))
#define CO_TRY_VOID(...)                                                                          \
  if (auto WEFT_CAT(try_, __LINE__) = (__VA_ARGS__); !WEFT_CAT(try_, __LINE__))                    \
  co_return std::unexpected(std::move(WEFT_CAT(try_, __LINE__)).error())
