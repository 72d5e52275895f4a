// The Keyring of seal.h over the keys that stand wrapped in the log.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/state/core.h"
#include "engine/state/key_source.h"
#include "engine/state/seal.h"
#include "lang/os/env.h"

namespace weft::state {

class LocalKeyring : public Keyring {
 public:
  LocalKeyring(std::shared_ptr<Core> core, Environment variables) : core_(std::move(core)), variables_(std::move(variables)) {}

  // The run through which ready() appends a new key.
  void write_through(std::weak_ptr<RunCore> run) {
    std::lock_guard lock(mutex_);
    run_ = std::move(run);
  }

  [[nodiscard]] auto has_data_key() const -> bool override;
  [[nodiscard]] auto ready() -> Result<void> override;
  [[nodiscard]] auto seal(const Value& value, const SealPlace& place, std::string_view attribute) -> Result<Value> override;
  [[nodiscard]] auto unseal(const Value& value, const SealPlace& place, std::string_view attribute) -> Result<Value> override;
  [[nodiscard]] auto digest(const Value& value, std::string_view address) -> Result<Value> override;
  [[nodiscard]] auto digest_text(const Value& value, std::string_view address, std::string_view path) -> Result<std::string> override;

 private:
  struct Subkeys {
    std::string seal, digest;
  };
  struct Loaded {
    std::string fabric_id;
    std::map<uint32_t, Subkeys> keys;  // the highest id is for new seals
  };
  // Reads and unwraps what the log holds, once something is there. Nothing: no data key yet.
  [[nodiscard]] auto load() -> Result<const Loaded*>;
  // The same, where a key is needed.
  [[nodiscard]] auto loaded() -> Result<const Loaded*>;
  [[nodiscard]] auto new_key(const Rows& rows) -> Result<std::vector<OperationBody>>;

  std::shared_ptr<Core> core_;
  Environment variables_;
  std::mutex mutex_;
  std::weak_ptr<RunCore> run_;
  std::optional<Loaded> loaded_;
};

}  // namespace weft::state
