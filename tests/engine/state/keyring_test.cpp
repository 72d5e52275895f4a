// Secrets at rest: sealing, digests, where the key comes from, and that nothing is in the clear.
#include "engine/state/seal.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "engine/state/gcm.h"
#include "engine/state/key_source.h"
#include "lang/value/cbor.h"
#include "tests/engine/state/child.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

auto secret(std::string text) -> Value { return Value::string(text).as_secret(); }

auto nested() -> Value {
  return Value::object({
      {.key = "clear", .value = Value::integer(1)},
      {.key = "list", .value = Value::list({Value::string("a"), secret("hunter2")})},
      {.key = "object", .value = Value::object({{.key = "a.b", .value = secret("hunter3")}})},
      {.key = "set", .value = Value::set({secret("hunter4"), Value::string("b"), secret("hunter5")})},
      {.key = "whole", .value = Value::object({{.key = "x", .value = Value::list({Value::integer(7)})}}).as_secret()},
  });
}

// A state with a data key.
struct Keyed : Fabric {
  std::unique_ptr<State> state;
  std::unique_ptr<Writer> writer;
  SealPlace place{.uid = std::string(32, '1'), .address = "web", .rev = 4};

  Keyed() : state(open()), writer(writer_of(*state)) {
    auto ready = state->keyring().ready();
    EXPECT_TRUE(ready) << ready.error().text;
  }
  auto keys() -> Keyring& { return state->keyring(); }
  auto key_path() const -> std::string { return dir.path("home/.local/share/weft/keys/" + *writer->fabric_id()); }
};

TEST(Gcm, OpensOnlyWithTheSameKeyAndPlace) {
  std::string key(32, 'k'), other(32, 'o');
  auto sealed = gcm_seal(key, 7, "place", "plain");
  EXPECT_EQ(*gcm_open(key, "place", sealed), "plain");
  EXPECT_EQ(*gcm_key_id(sealed), 7U);
  EXPECT_EQ(sealed.size(), 1U + 4 + 12 + 5 + 16);
  EXPECT_CODE(gcm_open(other, "place", sealed), Code::kDenied);
  EXPECT_CODE(gcm_open(key, "elsewhere", sealed), Code::kDenied);
  for (size_t i = 5; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_CODE(gcm_open(key, "place", changed), Code::kDenied);
  }
  EXPECT_CODE(gcm_open(key, "place", sealed.substr(0, 32)), Code::kCorrupt);
  auto newer = sealed;
  newer[0] = 2;
  EXPECT_CODE(gcm_open(key, "place", newer), Code::kNewer);
  EXPECT_NE(gcm_seal(key, 7, "place", "plain"), sealed) << "nonces are random";
  EXPECT_EQ(*gcm_open(key, "", gcm_seal(key, 1, "", "")), "");
}

TEST(Keyring, SealsAndUnseals) {
  Keyed keyed;
  auto sealed = keyed.keys().seal(nested(), keyed.place, "observed");
  ASSERT_OK(sealed);
  EXPECT_FALSE(sealed->has_secret());
  EXPECT_TRUE(holds_sealed(*sealed));
  EXPECT_EQ(sealed->get("clear")->as_int(), 1);
  auto bytes = encode_cbor(*sealed);
  EXPECT_EQ(bytes.find("hunter"), std::string::npos);
  auto opened = keyed.keys().unseal(*sealed, keyed.place, "observed");
  ASSERT_OK(opened);
  EXPECT_EQ(*opened, nested());
  EXPECT_TRUE(opened->get("list")->elements()[1].secret());
  EXPECT_TRUE(opened->get("whole")->secret());
  EXPECT_FALSE(opened->get("clear")->secret());
}

TEST(Keyring, ASealIsBoundToItsPlaceLifeAndRevision) {
  Keyed keyed;
  auto sealed = keyed.keys().seal(nested(), keyed.place, "observed");
  ASSERT_OK(sealed);
  auto moved = keyed.place;
  moved.address = "db";
  EXPECT_CODE(keyed.keys().unseal(*sealed, moved, "observed"), Code::kDenied);
  moved = keyed.place;
  moved.rev = 5;
  EXPECT_CODE(keyed.keys().unseal(*sealed, moved, "observed"), Code::kDenied);
  moved = keyed.place;
  moved.uid[0] = '2';
  EXPECT_CODE(keyed.keys().unseal(*sealed, moved, "observed"), Code::kDenied);
  EXPECT_CODE(keyed.keys().unseal(*sealed, keyed.place, "applied"), Code::kDenied);
  // Within the value too: two sealed members cannot change places.
  auto swapped = Value::object({{.key = "list", .value = Value::list({sealed->get("list")->elements()[1]})}});
  EXPECT_CODE(keyed.keys().unseal(swapped, keyed.place, "observed"), Code::kDenied);
}

TEST(Keyring, DigestsTellPlacesApartButNotRevisions) {
  Keyed keyed;
  auto one = keyed.keys().digest(nested(), "web");
  ASSERT_OK(one);
  EXPECT_TRUE(holds_digest(*one));
  EXPECT_FALSE(holds_sealed(*one));
  EXPECT_FALSE(one->has_secret());
  EXPECT_EQ(*one, *keyed.keys().digest(nested(), "web"));
  EXPECT_NE(*one, *keyed.keys().digest(nested(), "db"));
  EXPECT_NE(encode_cbor(*one->get("list")->elements()[1].get("$digest")), encode_cbor(*keyed.keys().digest(secret("hunter2"), "web")->get("$digest")));
  EXPECT_EQ(one->get("list")->elements()[1].get("$digest")->as_string().size(), 20U);
  // Marks inside a secret are no part of it.
  auto marked_inside = Value::list({Value::string("a").as_secret()}).as_secret();
  EXPECT_EQ(*keyed.keys().digest(marked_inside, "web"), *keyed.keys().digest(Value::list({Value::string("a")}).as_secret(), "web"));
}

TEST(Keyring, DigestTexts) {
  Fabric fabric;
  auto state = fabric.open();
  auto clear = Value::object({{.key = "a", .value = Value::integer(1)}});
  auto before = state->keyring().digest_text(clear, "web", "p");
  ASSERT_OK(before);
  EXPECT_EQ(before->size(), 32U);
  EXPECT_CODE(state->keyring().digest_text(secret("x"), "web", "p"), Code::kNotFound);
  auto writer = writer_of(*state);
  ASSERT_OK(state->keyring().ready());
  EXPECT_EQ(*state->keyring().digest_text(clear, "web", "p"), *before) << "getting a key changes nothing that holds no secret";
  auto keyed = state->keyring().digest_text(secret("x"), "web", "p");
  ASSERT_OK(keyed);
  EXPECT_NE(*keyed, *state->keyring().digest_text(secret("x"), "web", "q"));
  EXPECT_NE(*keyed, *state->keyring().digest_text(secret("x"), "db", "p"));
  EXPECT_NE(*keyed, *state->keyring().digest_text(Value::string("x"), "web", "p"));
}

TEST(Keyring, TheKeyIsMadeOnceOutsideTheProject) {
  Keyed keyed;
  struct stat facts {};
  ASSERT_EQ(stat(keyed.key_path().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  ASSERT_EQ(stat(keyed.dir.path("home/.local/share/weft/keys").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0700U);
  EXPECT_EQ(facts.st_nlink, 2U) << "nothing is left beside it";
  auto seq = keyed.state->tail()->seq;
  ASSERT_OK(keyed.keys().ready());
  EXPECT_EQ(keyed.state->tail()->seq, seq);
  EXPECT_TRUE(keyed.keys().has_data_key());
  ASSERT_OK(keyed.state->verify());
}

TEST(Keyring, TwoRunsGetOneKey) {
  Fabric fabric;
  auto one = fabric.open(), other = fabric.open();
  auto first = writer_of(*one), second = writer_of(*other);
  EXPECT_FALSE(one->keyring().has_data_key());
  EXPECT_CODE(one->keyring().seal(secret("x"), {}, "a"), Code::kNotFound);
  ASSERT_OK(one->keyring().ready());
  ASSERT_OK(other->keyring().ready());
  auto sealed = one->keyring().seal(secret("x"), {.address = "a"}, "p");
  ASSERT_OK(sealed);
  EXPECT_EQ(other->keyring().unseal(*sealed, {.address = "a"}, "p")->as_string(), "x");
  EXPECT_EQ(one->tail()->seq, 1U);
}

TEST(Keyring, ReadyNeedsARun) {
  Fabric fabric;
  auto state = fabric.open();
  EXPECT_CODE(state->keyring().ready(), Code::kInternal);
}

TEST(Keyring, AWrongKeyChangesNothing) {
  auto fabric = std::make_unique<Keyed>();
  auto sealed = fabric->keys().seal(secret("x"), fabric->place, "p");
  ASSERT_OK(sealed);
  ASSERT_OK(fabric->writer->end({.outcome = "done"}, {}));
  auto key_path = fabric->key_path();
  auto seq = fabric->state->tail()->seq;
  auto options = fabric->options();
  options.variables.variables["WEFT_KEY"] = std::string(64, 'a');
  {
    auto state = State::open(options, fabric->clock);
    ASSERT_OK(state);
    auto writer = writer_of(**state);
    EXPECT_CODE((*state)->keyring().ready(), Code::kDenied);
    EXPECT_CODE((*state)->keyring().unseal(*sealed, fabric->place, "p"), Code::kDenied);
    EXPECT_EQ((*state)->tail()->seq, seq);
  }
  options.variables.variables["WEFT_KEY"] = "not a key";
  {
    auto state = State::open(options, fabric->clock);
    ASSERT_OK(state);
    EXPECT_CODE((*state)->keyring().unseal(*sealed, fabric->place, "p"), Code::kInvalid);
  }
  // What the file holds is what WEFT_KEY takes.
  std::ifstream in(key_path);
  std::string hex_digits;
  in >> hex_digits;
  EXPECT_EQ(hex_digits.size(), 64U);
  options.variables.variables["WEFT_KEY"] = hex_digits;
  {
    auto state = State::open(options, fabric->clock);
    EXPECT_EQ((*state)->keyring().unseal(*sealed, fabric->place, "p")->as_string(), "x");
  }
  options.variables.variables.erase("WEFT_KEY");
  std::filesystem::permissions(key_path, std::filesystem::perms(0644));
  EXPECT_CODE((*State::open(options, fabric->clock))->keyring().unseal(*sealed, fabric->place, "p"), Code::kDenied);
  std::filesystem::remove(key_path);
  EXPECT_CODE((*State::open(options, fabric->clock))->keyring().unseal(*sealed, fabric->place, "p"), Code::kNotFound);
}

TEST(Keyring, WithoutAHomeTheVariableIsNamed) {
  Fabric fabric;
  auto options = fabric.options();
  options.variables.variables.clear();
  auto state = State::open(options, fabric.clock);
  ASSERT_OK(state);
  auto writer = writer_of(**state);
  auto ready = (*state)->keyring().ready();
  EXPECT_CODE(ready, Code::kNotFound);
  EXPECT_NE(ready.error().hint.find("WEFT_KEY"), std::string::npos);
  EXPECT_EQ((*state)->tail()->seq, 0U);
  options.variables.variables["WEFT_KEY"] = std::string(64, 'b');
  auto given = State::open(options, fabric.clock);
  auto run = writer_of(**given);
  ASSERT_OK((*given)->keyring().ready());
}

TEST(KeySource, FilesOfUsers) {
  Environment variables{.variables = {{"HOME", "/home/ada"}}};
  EXPECT_EQ(*key_file(variables, "f"), "/home/ada/.local/share/weft/keys/f");
  variables.variables["XDG_DATA_HOME"] = "/data";
  EXPECT_EQ(*key_file(variables, "f"), "/data/weft/keys/f");
  variables.variables["XDG_DATA_HOME"] = "relative";
  EXPECT_EQ(*key_file(variables, "f"), "/home/ada/.local/share/weft/keys/f");
  EXPECT_CODE(key_file(Environment{.variables = {{"HOME", "x"}}}, "f"), Code::kNotFound);
}

TEST(Keyring, NothingSecretIsInAnyFile) {
  const std::string needle = "correct-horse-battery-staple";
  Keyed keyed;
  ASSERT_TRUE(claim(*keyed.writer, writes({"web"})).granted);
  auto made = record("web", "i-1");
  made.uid = keyed.place.uid;
  made.rev = keyed.place.rev;
  auto attributes = Value::object({{.key = "password", .value = secret(needle)}});
  made.applied = *keyed.keys().digest(attributes, "web");
  made.observed = *keyed.keys().seal(attributes, keyed.place, "observed");
  auto begun = intent("web", "1");
  begun.request_digest = *keyed.keys().digest_text(attributes, "web", "create");
  ASSERT_OK(keyed.writer->append({begun}));
  // A caller that forgets to seal is refused before anything is written.
  auto careless = made;
  careless.observed = attributes;
  EXPECT_CODE(keyed.writer->append({done("1", careless)}), Code::kInternal);
  ASSERT_OK(keyed.writer->append({done("1", made)}));
  ASSERT_OK(keyed.writer->end({.outcome = "done"}, {}));
  size_t files = 0;
  for (const auto& one : std::filesystem::recursive_directory_iterator(keyed.dir.path())) {
    if (!one.is_regular_file()) continue;
    std::ifstream in(one.path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find(needle), std::string::npos) << one.path();
    ++files;
  }
  EXPECT_GE(files, 4U);
  auto stored = keyed.state->record("web");
  ASSERT_OK(stored);
  EXPECT_EQ(keyed.keys().unseal((*stored)->observed, keyed.place, "observed")->get("password")->as_string(), needle);
}

}  // namespace
}  // namespace weft::state::test
