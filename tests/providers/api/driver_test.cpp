#include "providers/api/driver.h"

#include <gtest/gtest.h>

#include "providers/api/registry.h"

namespace weft::driver {
namespace {

// Writes the required calls only, so that the others are the defaults.
class BareSession : public Session {
 public:
  auto configured() const -> const Configured& override { return configured_; }
  auto read(Call, std::vector<Instance>, std::function<void(size_t, ReadState)>) -> Task<void> override { co_return; }
  auto change(Call, std::vector<Step>, std::function<void(size_t, ChangeResult)>) -> Task<void> override { co_return; }
  auto settle(Call, std::vector<Settle>, std::function<void(size_t, Settled)>) -> Task<void> override { co_return; }

 private:
  Configured configured_;
};

class BareDriver : public Driver {
 public:
  explicit BareDriver(std::string name, std::vector<TypeSchema> types)
      : name_(std::move(name)), types_(std::move(types)) {}
  auto name() const -> std::string_view override { return name_; }
  auto types() const -> std::span<const TypeSchema> override { return types_; }
  auto open(Call, Value) -> Task<std::expected<std::unique_ptr<Session>, DriverFailure>> override {
    co_return std::make_unique<BareSession>();
  }

 private:
  std::string name_;
  std::vector<TypeSchema> types_;
};

auto thing() -> TypeSchema {
  TypeSchema type;
  type.name = "bare.Thing";
  type.attributes.push_back({.name = "name", .type = Type::string(), .input = Input::kRequired});
  type.attributes.push_back({.name = "size", .type = Type::integer(), .default_value = Value::integer(3)});
  type.attributes.push_back({.name = "note", .type = Type::string()});
  type.identity = {"name"};
  return type;
}

auto prepared(const TypeSchema& type, Value desired) -> Prepared {
  BareSession session;
  std::vector<Prepare> items{{.address = "x", .type = &type, .desired = std::move(desired)}};
  auto out = session.prepare(items);
  EXPECT_EQ(out.size(), 1U);
  return out.front();
}

TEST(Prepare, FillsDefaultsAndPredictsIdentity) {
  auto type = thing();
  auto out = prepared(type, Value::object({{"name", Value::string("a")}}));
  EXPECT_EQ(out.desired, Value::object({{"name", Value::string("a")}, {"size", Value::integer(3)}}));
  ASSERT_TRUE(out.identity);
  EXPECT_EQ(*out.identity, Value::object({{"name", Value::string("a")}}));
  EXPECT_FALSE(out.idempotency);
  EXPECT_TRUE(out.problems.empty());
}

TEST(Prepare, KeepsWhatIsWrittenAndIsAFixedPoint) {
  auto type = thing();
  auto written = Value::object({{"name", Value::string("a")}, {"size", Value::integer(9)}});
  auto out = prepared(type, written);
  EXPECT_EQ(out.desired, written);
  EXPECT_EQ(prepared(type, out.desired).desired, out.desired);
}

TEST(Prepare, TakesNullForNotWritten) {
  auto type = thing();
  auto out = prepared(type, Value::object({{"name", Value::string("a")}, {"size", Value::null()}, {"note", Value::null()}}));
  EXPECT_EQ(out.desired, Value::object({{"name", Value::string("a")}, {"size", Value::integer(3)}}));
}

TEST(Prepare, PredictsNoIdentityFromUnknowns) {
  auto type = thing();
  auto out = prepared(type, Value::object({{"name", Value::unknown({.type = Type::string()})}}));
  EXPECT_FALSE(out.identity);
  EXPECT_TRUE(out.desired.get("name")->is_unknown());
  type.identity.clear();
  EXPECT_FALSE(prepared(type, Value::object({{"name", Value::string("a")}})).identity);
}

class Defaults : public ::testing::Test {
 protected:
  Loop loop;
  const Clock& clock = system_clock();
  auto call() -> Call { return Call{.loop = loop, .clock = clock, .cancel = {}}; }
  BareSession session;
  TypeSchema type = thing();
};

TEST_F(Defaults, FindAnswersUnsupported) {
  auto found = block_on(loop, session.find(call(), {.type = &type}));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().failure, FailureClass::kUnsupported);
  EXPECT_EQ(found.error().happened, Happened::kNo);
  EXPECT_EQ(found.error().text, "`bare.Thing` cannot be looked up");
}

TEST_F(Defaults, PlanAgreesWithTheEngine) {
  std::vector<Candidate> items(2);
  items[0].proposed = Verdict::kReplace;
  items[1].proposed = Verdict::kUpdate;
  auto planned = block_on(loop, session.plan(call(), items));
  ASSERT_EQ(planned.size(), 2U);
  EXPECT_EQ(planned[0].verdict, Verdict::kReplace);
  EXPECT_EQ(planned[1].verdict, Verdict::kUpdate);
}

TEST_F(Defaults, ReadyIsAtOnceWithWhatWasObserved) {
  std::vector<ReadyGoal> goals(2);
  goals[0].instance.observed = Value::string("seen");
  goals[1].gone = true;
  std::vector<std::string> seen;
  block_on(loop, session.ready(call(), goals, [&](size_t item, ReadyResult result) {
    EXPECT_FALSE(result.failure);
    seen.push_back(std::to_string(item) + " " + display_text(result.observed));
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"0 \"seen\"", "1 null"}));
}

TEST(Words, AreThoseOfTheTables) {
  EXPECT_EQ(word(FailureClass::kInUse), "in_use");
  EXPECT_EQ(word(FailureClass::kNeedsReplace), "needs_replace");
  EXPECT_EQ(word(Idempotency::kBlind), "blind");
}

TEST(Registry, FindsDriversAndTypesByName) {
  Registry registry;
  registry.add(std::make_unique<BareDriver>("bare", std::vector<TypeSchema>{thing()}));
  registry.add(std::make_unique<BareDriver>("empty", std::vector<TypeSchema>{}));
  ASSERT_NE(registry.driver("bare"), nullptr);
  EXPECT_EQ(registry.driver("bare")->name(), "bare");
  EXPECT_EQ(registry.driver("bar"), nullptr);
  ASSERT_NE(registry.type("bare.Thing"), nullptr);
  EXPECT_EQ(registry.type("bare.Thing"), &registry.driver("bare")->types()[0]);
  EXPECT_EQ(registry.type("bare.Thin"), nullptr);
  EXPECT_EQ(registry.drivers().size(), 2U);
  EXPECT_TRUE(registry.driver("bare")->settings().empty());
  EXPECT_TRUE(registry.driver("bare")->functions().empty());
}

TEST(RegistryDeathTest, RefusesTwoOfOneName) {
  Registry registry;
  registry.add(std::make_unique<BareDriver>("bare", std::vector<TypeSchema>{}));
  EXPECT_DEATH(registry.add(std::make_unique<BareDriver>("bare", std::vector<TypeSchema>{})), "CHECK|driver");
  EXPECT_DEATH(registry.add(std::make_unique<BareDriver>("other", std::vector<TypeSchema>{thing()})), "CHECK|starts_with");
}

}  // namespace
}  // namespace weft::driver
