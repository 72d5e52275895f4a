#include "providers/fake/world.h"

#include <gtest/gtest.h>

#include "providers/fake/fake.h"
#include "tests/support/temp_dir.h"

namespace weft::fake {
namespace {

auto sample() -> FakeWorld::Contents {
  FakeWorld::Contents out;
  Object object;
  object.type = "fake.Thing";
  object.id = "id-1";
  object.uid = "u-2";
  object.attributes = Value::object({{"Name", Value::string("a")}, {"Extra", Value::object({{"x", Value::null()}})}});
  object.mark = "m";
  object.token = "t";
  object.revision = 7;
  object.parts = 1;
  object.polls = 2;
  object.leaving = 3;
  object.hidden = 4;
  object.stale = 5;
  object.before = Value::object({});
  object.broken = "sick";
  object.seen = 6;
  out.objects.emplace(object.id, object);
  Fault fault;
  fault.call = "create";
  fault.type = "fake.Thing";
  fault.name = "a";
  fault.nth = 2;
  fault.times = 0;
  fault.every = 3;
  fault.effect = Effect::kPartial;
  fault.failure = driver::FailureClass::kQuota;
  fault.happened = driver::Happened::kPartly;
  fault.count = 9;
  fault.text = "no more";
  fault.met = 1;
  out.faults.push_back(fault);
  out.requests.push_back({"create", "fake.Thing", "a", "op"});
  out.tokens["t"] = "id-1";
  out.next = 3;
  out.reads = 8;
  out.lane_overlaps = 1;
  return out;
}

TEST(WorldText, ReadsBackWhatItWrites) {
  auto text = to_text(sample());
  auto back = contents_from(text);
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(to_text(*back), text);
  EXPECT_EQ(back->objects.at("id-1").revision, 7U);
  EXPECT_EQ(back->faults.front().effect, Effect::kPartial);
  EXPECT_EQ(back->faults.front().failure, driver::FailureClass::kQuota);
  EXPECT_EQ(back->faults.front().happened, driver::Happened::kPartly);
  EXPECT_TRUE(back->objects.at("id-1").attributes.get("Extra")->get("x")->is_null());
}

TEST(WorldText, RefusesMistakes) {
  auto refused = [](std::string_view text) {
    auto contents = contents_from(text);
    return contents ? std::string() : contents.error().text;
  };
  EXPECT_EQ(refused("{}"), "");
  EXPECT_EQ(refused(R"({"faults":[{"effect":"explode"}]})"), "the fake world: `effect` cannot be `explode`");
  EXPECT_EQ(refused(R"({"faults":[{"nth":-1}]})"), "the fake world: `nth` is no count");
  EXPECT_EQ(refused(R"({"objects":[3]})"), "the fake world: an object was expected");
  EXPECT_NE(refused("{"), "");
}

TEST(World, InAFileOutlivesTheOneWhoMadeIt) {
  test::TempDir folder;
  auto path = folder.path("world.json");
  {
    FakeWorld world(path);
    world.put("fake.Thing", Value::object({{"Name", Value::string("a")}}));
    world.add(Fault{.call = "read"});
  }
  FakeWorld again(path);
  ASSERT_TRUE(again.named("a"));
  EXPECT_EQ(again.named("a")->type, "fake.Thing");
  again.touch("a", "Size", Value::integer(3));
  EXPECT_EQ(again.named("a")->revision, 2U);
  auto before = again.named("a")->uid;
  again.remake("a");
  EXPECT_NE(again.named("a")->uid, before);
  again.drop("a");
  EXPECT_TRUE(again.objects().empty());
  size_t faults = 0;
  again.with([&](FakeWorld::Contents& world) { faults = world.faults.size(); });
  EXPECT_EQ(faults, 1U);
}

TEST(World, IsTheProgramsOnlyWhenAskedFor) {
  Environment environment;
  EXPECT_FALSE(is_wanted(environment));
  environment.variables["WEFT_FAKE"] = "1";
#ifdef WEFT_CRASH_POINTS
  EXPECT_TRUE(is_wanted(environment));
#else
  EXPECT_FALSE(is_wanted(environment));
#endif
  test::TempDir folder;
  environment.variables["WEFT_FAKE_WORLD"] = folder.path("w.json");
  world_of(environment)->put("fake.Thing", Value::object({}));
  EXPECT_EQ(world_of(environment)->objects().size(), 1U);
}

}  // namespace
}  // namespace weft::fake
