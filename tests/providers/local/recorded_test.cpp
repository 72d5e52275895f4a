// Data, random values and rotation: everything whose value lives in the state alone.
#include <set>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

using Recorded = LocalTest;

TEST_F(Recorded, DataKeepsItsIdAcrossChangesOfItsValue) {
  auto made = desk.create("local.Data", o({{"value", s("one")}}));
  ASSERT_TRUE(made);
  EXPECT_EQ(text(made->observed, "id").size(), 36U);
  EXPECT_EQ(text(made->observed, "id")[14], '4');
  std::optional<Record> record = *made;
  auto decision = desk.plan(record, desk.type("local.Data"), o({{"value", n(2)}}));
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_FALSE(desk.apply(record, desk.type("local.Data"), decision));
  EXPECT_EQ(record->identity, made->identity);
  EXPECT_EQ(*record->observed.get("value"), n(2));
}

TEST_F(Recorded, KeepersReplace) {
  auto made = desk.create("local.Data", o({{"value", s("one")}, {"keepers", o({{"a", n(1)}})}}));
  ASSERT_TRUE(made);
  std::optional<Record> record = *made;
  for (auto keepers : {o({{"a", n(2)}}), Value::null()}) {
    auto decision = desk.plan(record, desk.type("local.Data"), o({{"value", s("one")}, {"keepers", keepers}}));
    EXPECT_EQ(decision.verdict, Verdict::kReplace);
  }
}

TEST_F(Recorded, SecretsOfDataStayMarked) {
  Record none{.address = "x", .type = &desk.type("local.Data")};
  auto desired = o({{"value", o({{"open", s("x")}, {"hidden", s("y").as_secret()}})}});
  auto made = desk.change(desk.step(driver::Change::kCreate, none, desired));
  ASSERT_TRUE(made);
  const Value* value = made->observed.get("value");
  EXPECT_FALSE(value->get("open")->secret());
  EXPECT_TRUE(value->get("hidden")->secret());
}

TEST_F(Recorded, RandomIdIsOneNumberInFourSpellings) {
  auto made = desk.create("local.RandomId", o({{"bytes", n(8)}}));
  ASSERT_TRUE(made);
  auto bytes = from_hex(text(made->observed, "hex"));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size(), 8U);
  EXPECT_EQ(text(made->observed, "base64"), base64(*bytes));
  EXPECT_EQ(text(made->observed, "id").size(), 11U);
  uint64_t value = 0;
  for (unsigned char byte : *bytes) value = value * 256 + byte;
  EXPECT_EQ(text(made->observed, "dec"), std::to_string(value));
  auto other = desk.create("local.RandomId", o({{"bytes", n(8)}}));
  EXPECT_NE(text(made->observed, "id"), text(other->observed, "id"));
}

TEST_F(Recorded, RandomIdHasBounds) {
  EXPECT_EQ(problem("local.RandomId", o({{"bytes", n(0)}})), "bytes: 0 random bytes; it must be 1 to 1024");
  EXPECT_EQ(problem("local.RandomId", o({{"bytes", n(1025)}})), "bytes: 1025 random bytes; it must be 1 to 1024");
  EXPECT_EQ(problem("local.RandomId", o({{"bytes", Value::unknown({.type = Type::integer()})}})), "");
}

TEST_F(Recorded, RandomPetHasSoManyWords) {
  for (int64_t words : {1, 2, 3, 5}) {
    auto made = desk.create("local.RandomPet", o({{"words", n(words)}, {"separator", s("_")}}));
    ASSERT_TRUE(made);
    auto id = text(made->observed, "id");
    EXPECT_EQ(std::ranges::count(id, '_'), words - 1) << id;
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos) << id;
  }
  EXPECT_EQ(problem("local.RandomPet", o({{"words", n(17)}})), "words: 17 words; it must be 1 to 16");
  EXPECT_EQ(text(desk.prepare("local.RandomPet", o({{"words", n(2)}})).desired, "separator"), "-");
}

auto count(std::string_view password, std::string_view from) -> int64_t {
  return std::ranges::count_if(password, [&](char c) { return from.find(c) != std::string_view::npos; });
}

TEST_F(Recorded, RandomPasswordHoldsItsLeastCounts) {
  auto desired = o({{"length", n(12)}, {"lower", n(2)}, {"upper", n(3)}, {"digits", n(4)}, {"special", n(3)},
                    {"special_chars", s("-_")}});
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    auto made = desk.create("local.RandomPassword", desired);
    ASSERT_TRUE(made);
    ASSERT_TRUE(made->observed.get("result")->secret());
    auto password = text(made->observed, "result");
    EXPECT_EQ(password.size(), 12U);
    EXPECT_EQ(count(password, "abcdefghijklmnopqrstuvwxyz"), 2);
    EXPECT_EQ(count(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 3);
    EXPECT_EQ(count(password, "0123456789"), 4);
    EXPECT_EQ(count(password, "-_"), 3);
    EXPECT_TRUE(seen.insert(password).second);
  }
}

TEST_F(Recorded, RandomPasswordLeavesOutAClassOfZero) {
  auto made = desk.create("local.RandomPassword", o({{"length", n(200)}, {"special", n(0)}, {"upper", n(0)}}));
  ASSERT_TRUE(made);
  auto password = text(made->observed, "result");
  EXPECT_EQ(password.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos) << password;
}

TEST_F(Recorded, RandomPasswordRefusesWhatCannotBe) {
  auto with = [](std::vector<Field> fields) {
    fields.push_back({"length", n(4)});
    return o(std::move(fields));
  };
  EXPECT_EQ(problem("local.RandomPassword", with({{"lower", n(5)}})),
            "length: the least counts add up to 8, which is more than the length 4");
  EXPECT_EQ(problem("local.RandomPassword", with({{"lower", n(0)}, {"upper", n(0)}, {"digits", n(0)}, {"special", n(0)}})),
            "lower: no class of characters is left to draw from");
  EXPECT_EQ(problem("local.RandomPassword", with({{"upper", n(-1)}})), "upper: `upper` is -1; it must be 0 to 4096");
  EXPECT_EQ(problem("local.RandomPassword", with({{"special_chars", s("aB3")}})),
            "special_chars: `special_chars` holds no character that is not in another class");
  EXPECT_EQ(problem("local.RandomPassword", o({{"length", n(0)}})), "length: 0 characters; it must be 1 to 4096");
  EXPECT_EQ(problem("local.RandomPassword", with({{"lower", Value::unknown({.type = Type::integer()})}})), "");
}

TEST_F(Recorded, RandomPasswordTakesSpecialsBeyondAscii) {
  auto made = desk.create("local.RandomPassword",
                          o({{"length", n(6)}, {"lower", n(0)}, {"upper", n(0)}, {"digits", n(0)}, {"special_chars", s("ä€")}}));
  ASSERT_TRUE(made);
  auto password = text(made->observed, "result");
  EXPECT_EQ(count_code_points(password), 6U);
}

TEST_F(Recorded, AreNeverReadAgainAndRemovedWithTheRecord) {
  auto made = desk.create("local.RandomId", o({{"bytes", n(4)}}));
  ASSERT_TRUE(made);
  EXPECT_EQ(desk.read(*made).kind, ReadState::Kind::kSame);
  auto gone = desk.change(desk.step(driver::Change::kRemove, *made, Value::null()));
  EXPECT_TRUE(gone);
  EXPECT_EQ(desk.settle(desk.step(driver::Change::kCreate, *made, Value::null())).kind, Settled::Kind::kNotDone);
  EXPECT_EQ(desk.find("local.RandomId", o({{"id", s("x")}})).error().failure, FailureClass::kUnsupported);
}

using Rotating = LocalTest;

TEST_F(Rotating, IsReplacedWhenItsTimeHasCome) {
  auto desired = o({{"every", seconds(3600)}});
  std::optional<Record> record = *times.create("time.Rotating", desired);
  EXPECT_EQ(text(record->observed, "since"), "2026-03-20T14:05:00Z");
  EXPECT_EQ(text(record->observed, "next"), "2026-03-20T15:05:00Z");
  auto first = text(record->observed, "id");
  const auto& type = times.type("time.Rotating");
  times.clock.advance(std::chrono::seconds(3599));
  EXPECT_EQ(times.plan(record, type, desired).verdict, Verdict::kNone);
  times.clock.advance(std::chrono::seconds(1));
  auto decision = times.plan(record, type, desired);
  EXPECT_EQ(decision.verdict, Verdict::kReplace);
  EXPECT_EQ(decision.why, "due since 2026-03-20T15:05:00Z");
  EXPECT_FALSE(times.apply(record, type, decision));
  EXPECT_NE(text(record->observed, "id"), first);
  EXPECT_EQ(times.plan(record, type, desired).verdict, Verdict::kNone);
}

TEST_F(Rotating, CountsANewSpanFromTheSameBeginning) {
  std::optional<Record> record = *times.create("time.Rotating", o({{"every", seconds(3600)}}));
  const auto& type = times.type("time.Rotating");
  times.clock.advance(std::chrono::seconds(100));
  auto decision = times.plan(record, type, o({{"every", seconds(200)}}));
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_FALSE(times.apply(record, type, decision));
  EXPECT_EQ(text(record->observed, "since"), "2026-03-20T14:05:00Z");
  EXPECT_EQ(text(record->observed, "next"), "2026-03-20T14:08:20Z");
  EXPECT_EQ(times.plan(record, type, o({{"every", seconds(50)}})).verdict, Verdict::kReplace);
}

TEST_F(Rotating, RefusesLessThanASecond) {
  auto prepared = times.prepare("time.Rotating", o({{"every", Value::duration(999'999'999)}}));
  ASSERT_EQ(prepared.problems.size(), 1U);
  EXPECT_EQ(prepared.problems[0].text, "`every` must be at least a second");
}

TEST_F(Recorded, TheProvidersTakeNoSettings) {
  auto opened = block_on(desk.loop, local->open(desk.call(), o({{"region", s("x")}})));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().failure, FailureClass::kInvalid);
  EXPECT_EQ(opened.error().text, "provider `local` has no setting `region`");
}

}  // namespace
}  // namespace weft::local
