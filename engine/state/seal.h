// Secrets at rest: sealed (AES-256-GCM) when they were given to us, a keyed digest (HMAC-SHA256) when we sent them.
// The data key is made when the first secret is sealed; it is stored only wrapped, in the log. The key-encryption key
// is by default a random file outside the project (docs/state.md, "Secrets").
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lang/base/result.h"
#include "lang/value/path.h"
#include "lang/value/value.h"

namespace weft::state {

// Where a value stands; bound into every seal, so that it cannot be moved to another place, life or revision.
struct SealPlace {
  std::string uid;
  std::string address;
  uint64_t rev = 0;
};

class Keyring {
 public:
  virtual ~Keyring() = default;
  [[nodiscard]] virtual auto has_data_key() const -> bool = 0;
  // Makes (and appends, through whoever made the keyring) the data key when there is none. kDenied: wrong key;
  // kNotFound: no home directory, the text names WEFT_KEY.
  [[nodiscard]] virtual auto ready() -> Result<void> = 0;

  // A copy in which every secret-marked node is {"$sealed": bytes}. The value needs ready() if it holds any.
  [[nodiscard]] virtual auto seal(const Value& value, const SealPlace& place, std::string_view attribute) -> Result<Value> = 0;
  // The way back: sealed nodes become secret-marked values. kDenied: wrong key or moved value.
  [[nodiscard]] virtual auto unseal(const Value& value, const SealPlace& place, std::string_view attribute) -> Result<Value> = 0;
  // A copy in which every secret-marked node is {"$digest": key id and 16 bytes}; bound to address and path, not to rev.
  [[nodiscard]] virtual auto digest(const Value& value, std::string_view address) -> Result<Value> = 0;
  // 32 hex digits over the canonical value, keyed; equal secrets in two places look different. Without a data key
  // (nothing secret was ever sealed) it is unkeyed for values without secrets, else kNotFound.
  [[nodiscard]] virtual auto digest_text(const Value& value, std::string_view address, std::string_view path) -> Result<std::string> = 0;
};

// Whether the value holds {"$digest": …} or {"$sealed": …} anywhere.
[[nodiscard]] auto holds_digest(const Value& value) -> bool;
[[nodiscard]] auto holds_sealed(const Value& value) -> bool;

}  // namespace weft::state
