#include "lang/value/cbor.h"

#include <gtest/gtest.h>

#include "lang/base/digest.h"
#include "tests/lang/value/family.h"

namespace weft {
namespace {

auto bytes_of(const Value& value) -> std::string {
  return hex(encode_cbor(value, Secrets::kAllow));
}

TEST(CborTest, PinnedBytes) {
  EXPECT_EQ(bytes_of(Value::null()), "f6");
  EXPECT_EQ(bytes_of(Value::boolean(true)), "f5");
  EXPECT_EQ(bytes_of(Value::integer(23)), "17");
  EXPECT_EQ(bytes_of(Value::integer(24)), "1818");
  EXPECT_EQ(bytes_of(Value::integer(-500)), "3901f3");
  EXPECT_EQ(bytes_of(Value::integer(1000000000000)), "1b000000e8d4a51000");
  EXPECT_EQ(bytes_of(Value::integer(INT64_MIN)), "3b7fffffffffffffff");
  EXPECT_EQ(bytes_of(Value::number(1.5)), "f93e00");
  EXPECT_EQ(bytes_of(Value::number(5.960464477539063e-8)), "f90001");
  EXPECT_EQ(bytes_of(Value::number(0.00006103515625)), "f90400");
  EXPECT_EQ(bytes_of(Value::number(65504)), "f97bff");
  EXPECT_EQ(bytes_of(Value::number(100000)), "fa47c35000");
  EXPECT_EQ(bytes_of(Value::number(-4.1)), "fbc010666666666666");
  EXPECT_EQ(bytes_of(Value::duration(60'000'000'000)), "d9ea601b0000000df8475800");
  EXPECT_EQ(bytes_of(Value::size(1024)), "d9ea61190400");
  EXPECT_EQ(bytes_of(Value::string("é")), "62c3a9");
  EXPECT_EQ(bytes_of(Value::bytes(std::string("\0\xff", 2))), "4200ff");
  EXPECT_EQ(bytes_of(Value::list({Value::integer(1), Value::list({})})), "820180");
  EXPECT_EQ(bytes_of(Value::set({Value::integer(2), Value::integer(1)})), "d9ea62820102");
  EXPECT_EQ(bytes_of(Value::object({{"b", Value::integer(1)}, {"aa", Value::null()}})),
            "a26162016261"
            "61f6")
      << "a shorter key goes first";
  EXPECT_EQ(bytes_of(Value::string("s").as_secret()), "d9ea636173");
  EXPECT_EQ(bytes_of(Value::unknown({.type = Type::string(), .origin = "v"})),
            "d9ea64a2647479706566737472696e67666f726967696e6176");
}

TEST(CborTest, ReadsBackWhatItWrote) {
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    Value value = testing::Family(seed).value();
    std::string bytes = encode_cbor(value, Secrets::kAllow);
    auto back = decode_cbor(bytes);
    ASSERT_TRUE(back.has_value()) << seed << ": " << back.error().text << " " << hex(bytes);
    ASSERT_TRUE(testing::same(value, *back)) << seed << ": " << display_text(value);
    ASSERT_EQ(encode_cbor(*back, Secrets::kAllow), bytes) << seed;
  }
}

TEST(CborTest, EqualValuesHaveEqualBytes) {
  std::vector<Value> all;
  testing::Family family(99);
  for (int i = 0; i < 300; ++i) all.push_back(family.value(1).revealed());
  for (const auto& a : all) {
    for (const auto& b : all)
      ASSERT_EQ(a == b, encode_cbor(a) == encode_cbor(b)) << display_text(a) << display_text(b);
  }
}

TEST(CborTest, CutOffBytesAreRefused) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    std::string bytes = encode_cbor(testing::Family(seed).value(), Secrets::kAllow);
    for (size_t size = 0; size < bytes.size(); ++size) {
      auto read = decode_cbor(std::string_view(bytes).substr(0, size));
      ASSERT_FALSE(read.has_value()) << seed << " " << size;
      ASSERT_EQ(read.error().code, Code::kCorrupt);
    }
  }
}

TEST(CborTest, ChangedBytesAreReadInOneFormOrRefused) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    testing::Family family(seed);
    std::string bytes = encode_cbor(family.value(), Secrets::kAllow);
    for (int round = 0; round < 20; ++round) {
      std::string changed = bytes;
      changed[family.next(changed.size())] ^= static_cast<char>(1 << family.next(8));
      if (auto read = decode_cbor(changed)) {
        ASSERT_EQ(hex(encode_cbor(*read, Secrets::kAllow)), hex(changed)) << "two forms of one value";
      }
    }
  }
}

TEST(CborTest, OnlyTheCanonicalForm) {
  const char* kBad[] = {
      "1800",                // 0 in two bytes
      "1b0000000000000001",  // 1 in nine
      "3bffffffffffffffff",  // below 64 bits
      "1b8000000000000000",  // above
      "fa3fc00000",          // 1.5 as a single
      "fb3ff8000000000000",  // and as a double
      "f98000",              // negative zero
      "f97e01",              // another not-a-number
      "9f01ff",
      "5f4101ff",
      "bf6161"
      "01ff",            // indefinite lengths
      "a2616201616101",  // keys out of order
      "a2616101616102",  // the same key twice
      "a2626161"
      "01616201",                                        // a longer key first
      "a10101",                                          // a key that is no text
      "62c328",                                          // not UTF-8
      "d9ea62820201",                                    // a set out of order
      "d9ea62820101",                                    // with doubles
      "d9ea60f6",                                        // a duration that is no int
      "d9ea63d9ea636173",                                // secret twice
      "d9ea60d9ea6301",                                  // the secret inside the duration
      "d9ea64a0",                                        // an unknown without a type
      "d9ea64a164747970656461",                          // cut off inside
      "d9ea64a2647479706563616e79686e6f745f6e756c6cf4",  // a fact that is written only when true
      "c001",
      "d9d9f7f6",  // tags of others
      "f7",
      "f0",
      "f818",
      "1c",
      "ff",
      "fc",
      "0000",                // two items
      "9b7fffffffffffffff",  // more elements than memory
      "bb7fffffffffffffff",
      "7b7fffffffffffffff",
  };
  for (const auto* bad : kBad) {
    auto bytes = from_hex(bad);
    ASSERT_TRUE(bytes.has_value()) << bad;
    EXPECT_FALSE(decode_cbor(*bytes).has_value()) << bad;
  }
}

TEST(CborTest, DepthIsBounded) {
  std::string deep(256, '\x81');
  EXPECT_TRUE(decode_cbor(deep + '\xf6').has_value());
  EXPECT_FALSE(decode_cbor("\x81" + deep + '\xf6').has_value());
  EXPECT_FALSE(decode_cbor(std::string(1 << 20, '\x81')).has_value());
  std::string tags;
  for (int i = 0; i < 100000; ++i) tags += "\xd9\xea\x63";
  EXPECT_FALSE(decode_cbor(tags).has_value());
}

TEST(CborDeathTest, SecretsAreNeverWrittenByAccident) {
  Value value = Value::list({Value::string("s").as_secret()});
  EXPECT_DEATH(encode_cbor(value).clear(), "has_secret");
}

}  // namespace
}  // namespace weft
