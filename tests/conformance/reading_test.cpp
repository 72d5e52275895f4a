// 9 to 17: reading and finding.
#include "tests/conformance/subjects.h"

namespace weft::conformance {
namespace {

using driver::FailureClass;
using driver::ReadState;
using driver::Verdict;

using Reading = Conformance;

TEST_P(Reading, LagIsNeverMissing) {
  NUMBER(9);
  for (const auto& sample : subject->samples()) {
    ASSERT_TRUE(subject->inject({.what = Injection::What::kLag, .call = "create"}));
    auto step = new_step(sample);
    auto changed = desk.change(step);
    ASSERT_TRUE(changed) << sample.type;
    Record record{.address = "x", .type = step.instance.type};
    Desk::keep(record, step.desired, *changed);
    EXPECT_EQ(desk.read(record).kind, ReadState::Kind::kPresent) << sample.type;
    subject->clear();
    EXPECT_TRUE(removal(record));
  }
}

TEST_P(Reading, StaleReadsAreNoDrift) {
  NUMBER(10);
  for (const auto& sample : subject->samples()) {
    std::optional<Record> record = made(sample);
    ASSERT_FALSE(sample.updates.empty());
    auto decision = desk.plan(record, *record->type, sample.updates[0]);
    ASSERT_TRUE(subject->inject({.what = Injection::What::kStale, .call = "update"}));
    EXPECT_FALSE(desk.apply(record, *record->type, decision));
    auto next = desk.plan(record, *record->type, sample.updates[0]);
    EXPECT_TRUE(next.drifted.empty()) << sample.type << ": " << (next.drifted.empty() ? "" : next.drifted[0].text());
    EXPECT_EQ(next.verdict, Verdict::kNone) << sample.type;
    subject->clear();
    EXPECT_TRUE(removal(*record));
  }
}

TEST_P(Reading, UnreadPathsAreNoDrift) {
  NUMBER(11);
  size_t unread = 0;
  for (const auto& sample : subject->samples()) {
    std::optional<Record> record = made(sample);
    auto state = desk.read(*record);
    for (const auto& path : state.unread) {
      ++unread;
      EXPECT_NE(record->type->attribute(path.steps[0].name), nullptr) << sample.type << " " << path.text();
      EXPECT_EQ(weft::find(state.observed, path), nullptr) << sample.type << " " << path.text();
    }
    auto decision = desk.plan(record, *record->type, sample.desired);
    EXPECT_TRUE(decision.drifted.empty()) << sample.type;
    EXPECT_EQ(decision.verdict, Verdict::kNone) << sample.type;
    EXPECT_TRUE(removal(*record));
  }
  EXPECT_GT(unread, 0U) << "nothing was unread";
}

TEST_P(Reading, MissingAndOtherAreToldApart) {
  NUMBER(12);
  size_t others = 0;
  for (const auto& sample : subject->samples()) {
    auto record = made(sample);
    if (!is_resource(record)) {
      EXPECT_EQ(desk.read(record).kind, ReadState::Kind::kSame) << sample.type;
      continue;
    }
    ASSERT_TRUE(subject->drop(record)) << sample.type;
    EXPECT_NE(desk.read(record).kind, ReadState::Kind::kPresent) << sample.type;
    desk.clock.advance(std::chrono::hours(1));  // past any grace after our own change
    EXPECT_EQ(desk.read(record).kind, ReadState::Kind::kMissing) << sample.type;
    record = made(sample);
    if (subject->remake(record)) {
      ++others;
      EXPECT_EQ(desk.read(record).kind, ReadState::Kind::kOther) << sample.type;
      auto before = subject->world();
      EXPECT_TRUE(removal(record)) << sample.type << ": ours is gone";
      EXPECT_EQ(subject->world(), before) << sample.type << ": another's was removed";
    }
    subject->drop(record);
  }
  EXPECT_GT(others, 0U);
}

TEST_P(Reading, RemovingAndBrokenAreToldApart) {
  NUMBER(13);
  size_t removing = 0;
  for (const auto& sample : subject->samples()) {
    auto record = made(sample);
    EXPECT_TRUE(desk.change(desk.step(driver::Change::kRemove, record, Value::null())));
    if (record.type->waits) {
      ++removing;
      auto state = desk.read(record);
      EXPECT_EQ(state.kind, ReadState::Kind::kRemoving) << sample.type;
      EXPECT_FALSE(state.why.empty()) << sample.type;
      EXPECT_FALSE(desk.ready(record, true).failure) << sample.type;
    }
    desk.clock.advance(std::chrono::hours(1));
    EXPECT_EQ(desk.read(record).kind, ReadState::Kind::kMissing) << sample.type;
    ASSERT_TRUE(subject->inject({.what = Injection::What::kBreak, .call = "create"}));
    auto step = new_step(sample);
    auto broken = desk.change(step);
    ASSERT_TRUE(broken) << sample.type;
    Desk::keep(record, step.desired, *broken);
    auto state = desk.read(record);
    EXPECT_EQ(state.kind, ReadState::Kind::kBroken) << sample.type;
    EXPECT_FALSE(state.why.empty()) << sample.type;
    subject->clear();
    subject->drop(record);
  }
  EXPECT_GT(removing, 0U);
}

TEST_P(Reading, ABatchGivesEachItsOwnAnswer) {
  NUMBER(14);
  const auto sample = subject->samples().front();
  // Identities must differ; the name does, whatever it is called.
  auto named = [&](std::string_view name) {
    const auto& type = desk.type(sample.type);
    std::string key = type.attribute("Name") != nullptr ? "Name" : type.identity.front();
    Sample one = sample;
    one.desired = with(sample.desired, Path{}.member(key), Value::string(name));
    return made(one);
  };
  auto denied = named("denied"), missing = named("missing"), good = named("good");
  ASSERT_TRUE(subject->deny(denied));
  ASSERT_TRUE(subject->drop(missing));
  desk.clock.advance(std::chrono::hours(1));
  std::map<size_t, ReadState> answers;
  block_on(desk.loop, desk.session().read(desk.call(), {denied.instance(), missing.instance(), good.instance()},
                                          [&](size_t item, ReadState state) {
                                            EXPECT_TRUE(answers.emplace(item, std::move(state)).second) << "a second answer for " << item;
                                          }));
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].kind, ReadState::Kind::kFailed);
  ASSERT_TRUE(answers[0].failure);
  EXPECT_EQ(answers[0].failure->happened, driver::Happened::kNo);
  EXPECT_EQ(answers[1].kind, ReadState::Kind::kMissing);
  EXPECT_EQ(answers[2].kind, ReadState::Kind::kPresent);
}

TEST_P(Reading, AThousandAreListedAndAForbiddenListFallsBack) {
  NUMBER(15);
  const auto sample = subject->samples().front();
  std::vector<driver::Instance> instances;
  for (int i = 0; i < 1000; ++i) {
    Sample one = sample;
    one.desired = with(sample.desired, Path{}.member("Name"), Value::string("n" + std::to_string(i)));
    instances.push_back(made(one).instance());
  }
  auto read_all = [&] {
    size_t present = 0;
    block_on(desk.loop, desk.session().read(desk.call(), instances, [&](size_t, ReadState state) {
      present += state.kind == ReadState::Kind::kPresent ? 1 : 0;
    }));
    return present;
  };
  auto before = desk.api_calls;
  EXPECT_EQ(read_all(), 1000U);
  EXPECT_LE(desk.api_calls - before, 2U);
  ASSERT_TRUE(subject->inject({.call = "list", .times = 0, .failure = FailureClass::kDenied}));
  EXPECT_EQ(read_all(), 1000U) << "where listing is forbidden each must be read by itself";
}

TEST_P(Reading, FindsByEachIdentifier) {
  NUMBER(16);
  size_t found_some = 0;
  for (const auto& sample : subject->samples()) {
    auto record = made(sample);
    auto by_identity = desk.find(sample.type, record.identity);
    if (!by_identity) {
      EXPECT_EQ(by_identity.error().failure, FailureClass::kUnsupported) << sample.type;
      if (auto selector = subject->selector(sample)) {
        ++found_some;
        auto found = desk.find(sample.type, *selector);
        ASSERT_TRUE(found && found->size() == 1) << sample.type << ": " << (found ? "" : found.error().text);
        for (const auto& field : selector->fields()) EXPECT_EQ(*found->front().observed.get(field.key), field.value) << sample.type;
      }
      continue;
    }
    ++found_some;
    ASSERT_EQ(by_identity->size(), 1U) << sample.type;
    EXPECT_EQ(by_identity->front().identity, record.identity) << sample.type;
    auto by_id = desk.find(sample.type, Value::object({{"id", record.identity.fields()[0].value}}));
    ASSERT_TRUE(by_id && by_id->size() == 1) << sample.type;
    EXPECT_EQ(by_id->front().identity, record.identity) << sample.type;
    EXPECT_TRUE(desk.find(sample.type, Value::object({{"id", Value::string("nobody")}}))->empty()) << sample.type;
    if (record.type->attribute("Zone") != nullptr) {
      Sample second = sample;
      second.desired = with(sample.desired, Path{}.member("Name"), Value::string("second"));
      auto other = made(second);
      Value zone = Value::object({{"Zone", *sample.desired.get("Zone")}});
      EXPECT_EQ(desk.find(sample.type, zone)->size(), 2U) << sample.type;
      EXPECT_EQ(desk.find(sample.type, with(zone, Path{}.member("Name"), Value::string("second")))->size(), 1U) << sample.type;
      EXPECT_TRUE(removal(other));
    }
    EXPECT_TRUE(removal(record));
  }
  EXPECT_GT(found_some, 0U);
}

TEST_P(Reading, AdoptingWhatWasJustMadePlansNothing) {
  NUMBER(17);
  size_t adopted_some = 0;
  for (const auto& sample : subject->samples()) {
    auto record = made(sample);
    auto found = desk.find(sample.type, record.identity);
    if (found) {
      ++adopted_some;
      ASSERT_EQ(found->size(), 1U) << sample.type;
      std::optional<Record> adopted = Record{.address = "y", .type = record.type, .identity = found->front().identity};
      adopted->observed = found->front().observed;
      adopted->driver_data = found->front().driver_data;
      auto decision = desk.plan(adopted, *record.type, sample.desired);
      EXPECT_EQ(decision.verdict, Verdict::kNone) << sample.type << " " << (decision.changed.empty() ? "" : decision.changed[0].text());
    }
    EXPECT_TRUE(removal(record));
  }
  EXPECT_GT(adopted_some, 0U);
}

FOR_EVERY_DRIVER(Reading);

}  // namespace
}  // namespace weft::conformance
