// 18 to 24: planning against the world.
#include "tests/conformance/subjects.h"

namespace weft::conformance {
namespace {

using driver::FailureClass;
using driver::OnRemove;
using driver::Verdict;

using Planning = Conformance;

auto text(const std::vector<Path>& paths) -> std::string {
  std::string out;
  for (const auto& path : paths) out += path.text() + " ";
  return out;
}

TEST_P(Planning, NothingIsLeftAfterAnyApply) {
  NUMBER(18);
  for (const auto& sample : subject->samples()) {
    std::optional<Record> record = made(sample);
    const auto& type = *record->type;
    std::vector<Value> all{sample.desired};
    for (const auto* more : {&sample.updates, &sample.replacements}) all.insert(all.end(), more->begin(), more->end());
    for (const auto& desired : all) {
      auto failure = desk.apply(record, type, desk.plan(record, type, desired));
      ASSERT_FALSE(failure) << sample.type << " " << display_text(desired) << ": " << failure->text;
      auto before = desk.api_calls;
      auto next = desk.plan(record, type, desired);
      EXPECT_EQ(next.verdict, Verdict::kNone) << sample.type << " " << display_text(desired) << ": " << text(next.changed) << next.why;
      EXPECT_TRUE(next.drifted.empty()) << sample.type << ": " << text(next.drifted);
      EXPECT_LE(desk.api_calls - before, 1U) << sample.type;
    }
    EXPECT_TRUE(removal(*record)) << sample.type;
  }
}

TEST_P(Planning, OutsideChangesAreDriftWhereTheyAre) {
  NUMBER(19);
  size_t touched = 0;
  for (const auto& sample : subject->samples()) {
    for (const auto& field : sample.desired.fields()) {
      const auto& type = desk.type(sample.type);
      const auto* attribute = type.attribute(field.key.view());
      bool names_it = std::ranges::find(type.identity, field.key.view()) != type.identity.end();
      bool is_readable = attribute->secrecy != driver::Secrecy::kWriteOnly && attribute->input != driver::Input::kLocal;
      if (names_it || !is_readable || type.role != driver::TypeRole::kResource) continue;
      std::optional<Record> record = made(sample);
      if (subject->touch(*record, field.key.view())) {
        ++touched;
        auto decision = desk.plan(record, type, sample.desired);
        ASSERT_EQ(decision.drifted.size(), 1U) << sample.type << "." << field.key.view() << ": " << text(decision.drifted);
        EXPECT_EQ(decision.drifted[0], Path{}.member(field.key.view())) << sample.type;
        EXPECT_NE(decision.verdict, Verdict::kNone) << sample.type;
      }
      EXPECT_TRUE(removal(*record)) << sample.type;
    }
  }
  EXPECT_GE(touched, 2U);
}

TEST_P(Planning, OnRemoveDoesWhatItSays) {
  NUMBER(20);
  for (const auto& sample : subject->samples()) {
    for (const auto& field : sample.desired.fields()) {
      const auto& type = desk.type(sample.type);
      const auto& attribute = *type.attribute(field.key.view());
      if (attribute.input == driver::Input::kRequired || attribute.input == driver::Input::kLocal) continue;
      Value without_it = weft::without(sample.desired, Path{}.member(field.key.view()));
      // Where another must stand in its place, leaving it out is no change but a mistake.
      if (!desk.prepare(sample.type, without_it).problems.empty()) continue;
      std::string at = sample.type + "." + attribute.name;
      std::optional<Record> record = made(sample);
      auto decision = desk.plan(record, type, without_it);
      switch (attribute.on_remove) {
        case OnRemove::kRefuse:
          EXPECT_TRUE(decision.failure) << at;
          break;
        case OnRemove::kReplace:
          EXPECT_EQ(decision.verdict, Verdict::kReplace) << at;
          break;
        case OnRemove::kKeep: {
          EXPECT_EQ(decision.verdict, Verdict::kNone) << at;
          const Value* kept = desk.read(*record).observed.get(attribute.name);
          EXPECT_TRUE(attribute.secrecy != driver::Secrecy::kClear || kept != nullptr) << at;
          break;
        }
        case OnRemove::kReset: {
          EXPECT_FALSE(desk.apply(record, type, decision)) << at;
          const Value* left = record->observed.get(attribute.name);
          bool is_reset = left == nullptr || (attribute.default_value && *left == *attribute.default_value);
          EXPECT_TRUE(is_reset) << at << " is still " << (left == nullptr ? "" : display_text(*left));
          break;
        }
      }
      EXPECT_TRUE(removal(*record)) << at;
    }
  }
}

TEST_P(Planning, ReplacementsAgreeWithTheWorld) {
  NUMBER(21);
  for (const auto& sample : subject->samples()) {
    std::optional<Record> record = made(sample);
    const auto& type = *record->type;
    for (const auto& update : sample.updates) {
      auto decision = desk.plan(record, type, update);
      EXPECT_EQ(decision.verdict, Verdict::kUpdate) << sample.type << " " << display_text(update) << ": " << decision.why;
      auto identity = record->identity;
      EXPECT_FALSE(desk.apply(record, type, decision)) << sample.type;
      EXPECT_EQ(record->identity, identity) << sample.type << ": an update made another object";
      EXPECT_FALSE(desk.apply(record, type, desk.plan(record, type, sample.desired))) << sample.type;
    }
    for (const auto& replacement : sample.replacements) {
      auto decision = desk.plan(record, type, replacement);
      EXPECT_EQ(decision.verdict, Verdict::kReplace) << sample.type << " " << display_text(replacement);
      auto count = subject->objects();
      EXPECT_FALSE(desk.apply(record, type, decision)) << sample.type;
      EXPECT_EQ(subject->objects(), count) << sample.type << ": the old one is still there, or the new one is not";
    }
    EXPECT_TRUE(removal(*record)) << sample.type;
  }
}

TEST_P(Planning, PlanChangesNothing) {
  NUMBER(22);
  for (const auto& sample : subject->samples()) {
    std::optional<Record> none;
    auto untouched = subject->world();
    desk.plan(none, desk.type(sample.type), sample.desired);
    EXPECT_EQ(subject->world(), untouched) << sample.type << ": planning a create";
    std::optional<Record> record = made(sample);
    auto before = subject->world();
    for (const auto* more : {&sample.updates, &sample.replacements, &sample.invalid}) {
      for (const auto& desired : *more) {
        desk.plan(record, desk.type(sample.type), desired);
        EXPECT_EQ(subject->world(), before) << sample.type << " " << display_text(desired);
      }
    }
    desk.plan(record, desk.type(sample.type), Value::null());
    EXPECT_EQ(subject->world(), before) << sample.type << ": planning a removal";
    EXPECT_TRUE(removal(*record)) << sample.type;
  }
}

TEST_P(Planning, AChangeInBetweenIsMoved) {
  NUMBER(24);
  size_t moved = 0;
  for (const auto& sample : subject->samples()) {
    std::optional<Record> record = made(sample);
    if (!is_resource(*record) || sample.updates.empty()) continue;
    auto decision = desk.plan(record, *record->type, sample.updates[0]);
    if (!subject->interfere(*record)) continue;
    ++moved;
    auto before = subject->world();
    auto failure = desk.apply(record, *record->type, decision);
    ASSERT_TRUE(failure) << sample.type;
    EXPECT_EQ(failure->failure, FailureClass::kMoved) << sample.type << ": " << failure->text;
    EXPECT_EQ(failure->happened, driver::Happened::kNo) << sample.type;
    EXPECT_EQ(subject->world(), before) << sample.type;
    subject->drop(*record);
  }
  EXPECT_GT(moved, 0U);
}

FOR_EVERY_DRIVER(Planning);

}  // namespace
}  // namespace weft::conformance
