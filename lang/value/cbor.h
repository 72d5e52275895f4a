// The canonical encoding of values: deterministic CBOR (RFC 8949 4.2.1). Equal values have equal bytes.
//
// Plain CBOR: null, bool, int, double, text, byte string, array, map with text keys sorted by bytes.
// Tags of our own mark what CBOR lacks: 60000 duration (int ns), 60001 size (int bytes), 60002 set (array in canonical
// order), 60003 secret (the value inside; refused unless allowed), 60004 unknown (map of its facts).
#pragma once

#include <string>
#include <string_view>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft {

enum class Secrets { kRefuse, kAllow };

// kRefuse: a value with a secret inside is a bug of ours (CHECK), so nothing secret is ever written by accident.
void encode_cbor(const Value& value, std::string& out, Secrets secrets = Secrets::kRefuse);
[[nodiscard]] auto encode_cbor(const Value& value, Secrets secrets = Secrets::kRefuse) -> std::string;
// Bounded: depth ≤ 256 (a document around values of at most 64), the whole input must be used, maps sorted, no duplicate keys, shortest forms only.
[[nodiscard]] auto decode_cbor(std::string_view bytes) -> Result<Value>;

}  // namespace weft
