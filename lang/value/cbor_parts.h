// What the two halves of the canonical encoding share. Part of this room only; the door is cbor.h.
#pragma once

#include <cstdint>
#include <optional>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft::cbor {

enum class Major : uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

inline constexpr uint64_t kDurationTag = 60000;
inline constexpr uint64_t kSizeTag = 60001;
inline constexpr uint64_t kSetTag = 60002;
inline constexpr uint64_t kSecretTag = 60003;
inline constexpr uint64_t kUnknownTag = 60004;

inline constexpr uint8_t kFalseByte = 0xF4;
inline constexpr uint8_t kTrueByte = 0xF5;
inline constexpr uint8_t kNullByte = 0xF6;
inline constexpr uint8_t kHalfByte = 0xF9;
inline constexpr uint8_t kSingleByte = 0xFA;
inline constexpr uint8_t kDoubleByte = 0xFB;

// IEEE 754 binary16, when it keeps the number exactly.
[[nodiscard]] auto to_half(double number) -> std::optional<uint16_t>;
[[nodiscard]] auto from_half(uint16_t half) -> double;

// The facts of an unknown as an object; the type as text, in which a named object is its name alone.
[[nodiscard]] auto facts_to_document(const Unknown& facts) -> Value;

}  // namespace weft::cbor
