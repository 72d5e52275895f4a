#include "engine/state/keyring.h"

#include "engine/state/bytes.h"
#include "engine/state/document.h"
#include "engine/state/gcm.h"
#include "engine/state/marked.h"
#include "engine/state/row_types.h"
#include "lang/base/digest.h"
#include "lang/os/crash.h"
#include "lang/value/cbor.h"

namespace weft::state {
namespace {

constexpr std::string_view kCheckText = "weft state key";

auto wrap_place(std::string_view fabric_id, uint32_t key_id, std::string_view what) -> std::string {
  std::string parts;
  add_part(parts, "weft/1/key");
  add_part(parts, fabric_id);
  add_part(parts, std::to_string(key_id));
  add_part(parts, what);
  return parts;
}

auto value_place(std::string_view fabric_id, const SealPlace& place, std::string_view path) -> std::string {
  std::string parts;
  for (auto part : {std::string_view("weft/1"), fabric_id, std::string_view(place.uid), std::string_view(place.address), path}) add_part(parts, part);
  add_part(parts, std::to_string(place.rev));
  return parts;
}

// HMAC over where it stands and what it is, 16 bytes: equal secrets in two places look different.
auto keyed_digest(std::string_view key, std::string_view fabric_id, std::string_view address, std::string_view path, const Value& value) -> std::string {
  std::string parts;
  for (auto part : {fabric_id, address, path}) add_part(parts, part);
  add_part(parts, encode_cbor(value.revealed(), Secrets::kAllow));
  return std::string(view(hmac_sha256(key, parts)).substr(0, 16));
}

auto stored_keys(const Rows& rows) -> Result<std::vector<Key>> {
  std::vector<Key> out;
  Result<void> result;
  rows.scan_prefix(Table::kMeta, kMetaKey, [&](std::string_view, std::string_view bytes) {
    result = [&]() -> Result<void> {
      TRY(value, row_value(bytes));
      TRY(key, operation_from("key", value));
      out.push_back(std::get<Key>(std::move(key)));
      return {};
    }();
    return result.has_value();
  });
  if (!result) return std::unexpected(result.error());
  return out;
}

auto subkey(std::string_view data_key, std::string_view purpose) -> std::string { return std::string(view(hkdf_sha256(data_key, purpose))); }

}  // namespace

auto LocalKeyring::has_data_key() const -> bool {
  bool there = false;
  auto looked = core_->store->read([&](const Rows& rows) -> Result<void> {
    rows.scan_prefix(Table::kMeta, kMetaKey, [&](std::string_view, std::string_view) {
      there = true;
      return false;
    });
    return {};
  });
  return looked && there;
}

auto LocalKeyring::load() -> Result<const Loaded*> {
  if (loaded_) return &*loaded_;
  Loaded found;
  std::vector<Key> wrapped;
  TRY_VOID(core_->store->read([&](const Rows& rows) -> Result<void> {
    found.fabric_id = load_fabric_id(rows);
    TRY(keys, stored_keys(rows));
    wrapped = std::move(keys);
    return {};
  }));
  if (wrapped.empty()) return nullptr;
  TRY(source, find_key(variables_, found.fabric_id));
  for (const auto& key : wrapped) {
    auto check = gcm_open(source.key, wrap_place(found.fabric_id, key.id, "check"), key.check);
    if (!check || *check != kCheckText) {
      return fail(Code::kDenied, source.from + " is not the key of this state", source.environment ? "unset WEFT_KEY, or set it to the key with which this state was begun" : "bring the file from the machine that made it, or set WEFT_KEY to what it holds");
    }
    TRY(data_key, gcm_open(source.key, wrap_place(found.fabric_id, key.id, "data"), key.wrapped));
    found.keys[key.id] = {.seal = subkey(data_key, "weft/1/seal"), .digest = subkey(data_key, "weft/1/digest")};
  }
  loaded_ = std::move(found);
  return &*loaded_;
}

auto LocalKeyring::loaded() -> Result<const Loaded*> {
  TRY(keys, load());
  if (keys == nullptr) return fail(Code::kNotFound, "this state has no data key yet: nothing secret was ever kept in it");
  return keys;
}

auto LocalKeyring::new_key(const Rows& rows) -> Result<std::vector<OperationBody>> {
  TRY(there, stored_keys(rows));
  if (!there.empty()) return std::vector<OperationBody>();
  auto fabric_id = load_fabric_id(rows);
  if (fabric_id.empty()) fabric_id = core_->committer.drawn_fabric_id();
  TRY(source, find_or_make_key(variables_, fabric_id));
  auto data_key = random_string(kKeyBytes);
  crash_point("key.made");
  constexpr uint32_t kFirst = 1;
  Members parameters;
  parameters.text("source", source.environment ? "env" : "file");
  return std::vector<OperationBody>{Key{
      .id = kFirst,
      .wrapped = gcm_seal(source.key, kFirst, wrap_place(fabric_id, kFirst, "data"), data_key),
      .check = gcm_seal(source.key, kFirst, wrap_place(fabric_id, kFirst, "check"), kCheckText),
      .parameters = parameters.take(),
  }};
}

auto LocalKeyring::ready() -> Result<void> {
  std::lock_guard lock(mutex_);
  TRY(keys, load());
  if (keys != nullptr) return {};
  auto run = run_.lock();
  if (!run) return fail(Code::kInternal, "a data key is needed, but no run writes", "this is a bug of weft: report it");
  TRY_VOID(core_->committer.decide(run, false, [this](const Rows& rows) { return new_key(rows); }));
  crash_point("key.wrapped");
  TRY_VOID(loaded());
  return {};
}

auto LocalKeyring::seal(const Value& value, const SealPlace& place, std::string_view attribute) -> Result<Value> {
  if (!value.has_secret()) return value;
  std::lock_guard lock(mutex_);
  TRY(keys, loaded());
  const auto& [id, subkeys] = *keys->keys.rbegin();
  return replace_secrets(value, attribute, [&](const Value& secret, std::string_view path) {
    auto plain = encode_cbor(secret.as_secret(false), Secrets::kAllow);
    return marked("$sealed", gcm_seal(subkeys.seal, id, value_place(keys->fabric_id, place, path), plain));
  });
}

auto LocalKeyring::unseal(const Value& value, const SealPlace& place, std::string_view attribute) -> Result<Value> {
  if (!holds_sealed(value)) return value;
  std::lock_guard lock(mutex_);
  TRY(keys, loaded());
  return replace_marked(value, "$sealed", attribute, [&](std::string_view sealed, std::string_view path) -> Result<Value> {
    TRY(id, gcm_key_id(sealed));
    auto key = keys->keys.find(id);
    if (key == keys->keys.end()) return fail(Code::kDenied, "a value of `" + place.address + "` is sealed with key " + std::to_string(id) + ", which this state does not have");
    auto plain = gcm_open(key->second.seal, value_place(keys->fabric_id, place, path), sealed);
    if (!plain) return std::unexpected(plain.error().in("`" + place.address + "`, " + std::string(path)));
    TRY(secret, decode_cbor(*plain));
    return secret.as_secret();
  });
}

auto LocalKeyring::digest(const Value& value, std::string_view address) -> Result<Value> {
  if (!value.has_secret()) return value;
  std::lock_guard lock(mutex_);
  TRY(keys, loaded());
  const auto& [id, subkeys] = *keys->keys.rbegin();
  return replace_secrets(value, {}, [&](const Value& secret, std::string_view path) {
    std::string bytes;
    add_u32(bytes, id);
    return marked("$digest", bytes + keyed_digest(subkeys.digest, keys->fabric_id, address, path, secret));
  });
}

auto LocalKeyring::digest_text(const Value& value, std::string_view address, std::string_view path) -> Result<std::string> {
  if (!value.has_secret()) {
    // Without a key on purpose: it must not change when the fabric gets one.
    std::string parts;
    for (auto part : {std::string_view("weft/1/clear"), address, path}) add_part(parts, part);
    add_part(parts, encode_cbor(value));
    return hex(view(sha256(parts)).substr(0, 16));
  }
  std::lock_guard lock(mutex_);
  TRY(keys, loaded());
  return hex(keyed_digest(keys->keys.rbegin()->second.digest, keys->fabric_id, address, path, value));
}

}  // namespace weft::state
