// 29 to 36: crashes and repeats. A crash is a new session that knows the record and the journal's intent alone.
#include "tests/conformance/subjects.h"

namespace weft::conformance {
namespace {

using driver::Change;
using driver::FailureClass;
using driver::Happened;
using driver::Idempotency;
using driver::Settled;

class Crash : public Conformance {
 protected:
  auto idempotency(const driver::Step& step, const Value& desired) -> Idempotency {
    auto prepared = desk.prepare(step.instance.type->name, desired);
    return prepared.idempotency.value_or(step.instance.type->create.idempotency);
  }

  // What the engine does with an open intent: looks, goes on from the checkpoint, repeats what may be repeated.
  auto recover(driver::Step step, Idempotency idempotency) -> Settled {
    desk.reopen();
    Settled settled;
    for (int round = 0; round < 10; ++round) {
      if (!desk.checkpoints.empty()) step.checkpoint = desk.checkpoints.back().second;
      settled = desk.settle(step, true);
      bool repeats = settled.kind == Settled::Kind::kResume ||
                     (settled.kind == Settled::Kind::kNotDone && idempotency == Idempotency::kToken);
      if (!repeats) return settled;
      auto again = desk.change(step);
      if (again) {
        settled.kind = Settled::Kind::kDone;
        settled.result = *again;
        return settled;
      }
    }
    return settled;
  }

  void lose(const Sample& sample, Injection::What what, const std::string& call, uint32_t nth) {
    desk.checkpoints.clear();
    std::string at = sample.type + " " + call + " " + std::to_string(nth) + (what == Injection::What::kLoseAnswer ? " answer" : " request");
    auto before = subject->objects();
    ASSERT_TRUE(subject->inject({.what = what, .call = call, .nth = nth}));
    auto step = new_step(sample);
    auto kind = idempotency(step, sample.desired);
    auto result = desk.change(step);
    subject->clear();
    ASSERT_FALSE(result) << at;
    EXPECT_EQ(result.error().happened, Happened::kMaybe) << at;
    auto settled = recover(step, kind);
    if (settled.kind == Settled::Kind::kNotDone) {
      EXPECT_EQ(subject->objects(), before) << at << ": said to be undone";
      return;
    }
    if (kind == Idempotency::kBlind) {
      bool open = settled.kind == Settled::Kind::kUnknown || settled.kind == Settled::Kind::kFound;
      EXPECT_TRUE(open) << at << ": nobody can know that";
      return clean(sample, settled);
    }
    bool is_there = settled.kind == Settled::Kind::kDone || settled.kind == Settled::Kind::kLost;
    ASSERT_TRUE(is_there) << at << ": " << settled.why;
    EXPECT_EQ(subject->objects(), before + 1) << at << ": one object";
    Record record{.address = "x", .type = step.instance.type};
    Desk::keep(record, step.desired, settled.result);
    EXPECT_NE(desk.read(record).kind, driver::ReadState::Kind::kMissing) << at << ": the record names something else";
    EXPECT_TRUE(removal(record)) << at;
    EXPECT_EQ(subject->objects(), before) << at;
  }

  void clean(const Sample& sample, const Settled& settled) {
    for (const auto& candidate : settled.candidates) {
      Record record{.address = "x", .type = &desk.type(sample.type), .identity = candidate.identity, .driver_data = candidate.driver_data};
      EXPECT_TRUE(removal(record));
    }
  }
};

TEST_P(Crash, BeforeAndAfterTheRequest) {
  NUMBER(29);
  for (const auto& sample : subject->samples()) {
    const auto& type = desk.type(sample.type);
    if (type.create.idempotency == Idempotency::kPure) continue;
    desk.checkpoints.clear();
    auto step = new_step(sample);
    auto kind = idempotency(step, sample.desired);
    // Killed before it was sent.
    auto none = desk.settle(step, true).kind;
    EXPECT_EQ(none == Settled::Kind::kUnknown, kind == Idempotency::kBlind) << sample.type;
    EXPECT_TRUE(none == Settled::Kind::kNotDone || kind == Idempotency::kBlind) << sample.type;
    // Killed after it was done and before that was recorded.
    auto count = subject->objects();
    auto done = desk.change(step);
    ASSERT_TRUE(done) << sample.type << ": " << done.error().text;
    auto settled = recover(step, kind);
    bool is_repeatable_command = kind == Idempotency::kRepeatable && settled.kind == Settled::Kind::kNotDone;
    if (kind != Idempotency::kBlind && !is_repeatable_command) {
      bool is_there = settled.kind == Settled::Kind::kDone || settled.kind == Settled::Kind::kLost;
      EXPECT_TRUE(is_there) << sample.type << ": " << settled.why;
      EXPECT_EQ(settled.result.identity, done->identity) << sample.type;
    }
    EXPECT_EQ(subject->objects(), count + 1) << sample.type;
    Record record{.address = "x", .type = &type};
    Desk::keep(record, step.desired, *done);
    // The same of its removal.
    auto gone = desk.step(Change::kRemove, record, Value::null());
    auto still_there = desk.settle(gone, true).kind;
    EXPECT_NE(still_there, Settled::Kind::kDone) << sample.type << ": it was not removed yet";
    EXPECT_TRUE(desk.change(gone)) << sample.type;
    desk.reopen();
    (void)desk.ready(record, true);
    auto after = desk.settle(gone, true).kind;
    EXPECT_TRUE(is_repeatable_command || after == Settled::Kind::kDone) << sample.type;
    EXPECT_EQ(subject->objects(), count) << sample.type;
  }
}

TEST_P(Crash, LostRequestsAndAnswers) {
  NUMBER(30);
  for (const auto& sample : subject->samples()) {
    for (auto what : {Injection::What::kLoseAnswer, Injection::What::kLoseRequest}) {
      lose(sample, what, "create", 1);
      if (desk.type(sample.type).attribute("Parts") == nullptr) continue;
      lose(sample, what, "attach", 1);
      lose(sample, what, "attach", 2);
    }
  }
}

TEST_P(Crash, DuplicatesMakeOneObject) {
  NUMBER(30);
  for (const auto& sample : subject->samples()) {
    auto kind = desk.type(sample.type).create.idempotency;
    // A twin in these classes is what the design says cannot be excluded; searching finds both.
    if (kind == Idempotency::kBlind || kind == Idempotency::kTag) continue;
    ASSERT_TRUE(subject->inject({.what = Injection::What::kDuplicate, .call = "create"}));
    auto count = subject->objects();
    auto record = made(sample);
    EXPECT_EQ(subject->objects(), count + 1) << sample.type;
    subject->clear();
    ASSERT_TRUE(subject->inject({.what = Injection::What::kDuplicate, .call = "remove"}));
    EXPECT_TRUE(removal(record)) << sample.type;
    subject->clear();
  }
}

TEST_P(Crash, LostAnswersOfUpdatesAndRemovals) {
  NUMBER(30);
  for (const auto& sample : subject->samples()) {
    for (auto what : {Injection::What::kLoseAnswer, Injection::What::kLoseRequest}) {
      bool is_done = what == Injection::What::kLoseAnswer;
      std::optional<Record> record = made(sample);
      auto decision = desk.plan(record, *record->type, sample.updates[0]);
      auto update = desk.step(Change::kUpdate, *record, decision.desired, decision.changed);
      ASSERT_TRUE(subject->inject({.what = what, .call = "update"}));
      EXPECT_FALSE(desk.change(update)) << sample.type;
      subject->clear();
      auto settled = desk.settle(update, true);
      EXPECT_EQ(settled.kind, is_done ? Settled::Kind::kDone : Settled::Kind::kNotDone) << sample.type << ": " << settled.why;
      auto remove = desk.step(Change::kRemove, *record, Value::null());
      ASSERT_TRUE(subject->inject({.what = what, .call = "remove"}));
      EXPECT_FALSE(desk.change(remove)) << sample.type;
      subject->clear();
      EXPECT_EQ(desk.settle(remove, true).kind, is_done ? Settled::Kind::kDone : Settled::Kind::kNotDone) << sample.type;
      EXPECT_TRUE(removal(*record)) << sample.type;
    }
  }
}

TEST_P(Crash, TheSameTokenFindsTheTwin) {
  NUMBER(31);
  size_t tokens = 0;
  for (const auto& sample : subject->samples()) {
    if (desk.type(sample.type).create.idempotency != Idempotency::kToken) continue;
    ++tokens;
    auto count = subject->objects();
    auto step = new_step(sample);
    auto first = desk.change(step);
    auto again = desk.change(step);
    ASSERT_TRUE(first && again) << sample.type;
    EXPECT_EQ(first->identity, again->identity) << sample.type;
    EXPECT_EQ(subject->objects(), count + 1) << sample.type;
    auto next = desk.change(new_step(sample));
    ASSERT_TRUE(next) << sample.type;
    EXPECT_FALSE(next->identity == first->identity) << sample.type << ": another operation, another token";
  }
  EXPECT_GT(tokens, 0U);
}

TEST_P(Crash, ALostSecretIsLost) {
  NUMBER(32);
  size_t once = 0;
  for (const auto& sample : subject->samples()) {
    const auto& type = desk.type(sample.type);
    for (const auto& attribute : type.attributes) {
      if (attribute.secrecy != driver::Secrecy::kOnce) continue;
      ++once;
      auto step = new_step(sample);
      auto done = desk.change(step);
      ASSERT_TRUE(done) << sample.type;
      const Value* given = done->observed.get(attribute.name);
      ASSERT_NE(given, nullptr) << sample.type;
      EXPECT_TRUE(given->secret()) << sample.type;
      auto settled = desk.settle(step, true);
      EXPECT_EQ(settled.kind, Settled::Kind::kLost) << sample.type;
      EXPECT_EQ(settled.result.observed.get(attribute.name), nullptr) << sample.type;
      EXPECT_EQ(settled.result.identity, done->identity) << sample.type;
    }
  }
  EXPECT_GT(once, 0U);
}

TEST_P(Crash, AForeignObjectIsLeftAlone) {
  NUMBER(33);
  size_t foreign = 0;
  for (const auto& sample : subject->samples()) {
    if (!subject->foreign(sample)) continue;
    ++foreign;
    auto before = subject->world();
    auto step = new_step(sample);
    auto refused = desk.change(step);
    ASSERT_FALSE(refused) << sample.type;
    EXPECT_EQ(refused.error().failure, FailureClass::kExists) << sample.type << ": " << refused.error().text;
    EXPECT_EQ(refused.error().happened, Happened::kNo) << sample.type;
    EXPECT_EQ(subject->world(), before) << sample.type;
    EXPECT_NE(desk.settle(step, true).kind, Settled::Kind::kDone) << sample.type << ": it was never ours";
    EXPECT_EQ(subject->world(), before) << sample.type;
  }
  EXPECT_GT(foreign, 0U);
}

TEST_P(Crash, RemovingWhatIsMissingSucceeds) {
  NUMBER(34);
  for (const auto& sample : subject->samples()) {
    auto record = made(sample);
    EXPECT_TRUE(!is_resource(record) || subject->drop(record)) << sample.type;
    auto gone = removal(record);
    EXPECT_TRUE(gone) << sample.type << ": " << (gone ? "" : gone.error().text);
    EXPECT_TRUE(removal(record)) << sample.type;
  }
}

TEST_P(Crash, AHalfDoneUpdateIsCompleted) {
  NUMBER(35);
  for (const auto& sample : subject->samples()) {
    std::optional<Record> record = made(sample);
    Value desired = with(with(sample.desired, Path{}.member("Note"), Value::string("other")), Path{}.member("Size"), Value::integer(7));
    auto decision = desk.plan(record, *record->type, desired);
    ASSERT_TRUE(subject->inject({.what = Injection::What::kPartial, .call = "update"}));
    auto half = desk.apply(record, *record->type, decision);
    subject->clear();
    ASSERT_TRUE(half) << sample.type;
    EXPECT_EQ(half->happened, Happened::kPartly) << sample.type;
    auto next = desk.plan(record, *record->type, desired);
    EXPECT_EQ(next.verdict, driver::Verdict::kUpdate) << sample.type;
    EXPECT_FALSE(desk.apply(record, *record->type, next)) << sample.type;
    EXPECT_EQ(desk.plan(record, *record->type, desired).verdict, driver::Verdict::kNone) << sample.type;
    EXPECT_TRUE(removal(*record)) << sample.type;
  }
}

TEST_P(Crash, RemovalNeedsTheRecordAlone) {
  NUMBER(36);
  for (const auto& sample : subject->samples()) {
    auto count = subject->objects();
    auto record = made(sample);
    desk.reopen();
    record.baseline = Value::null();
    EXPECT_TRUE(removal(record)) << sample.type;
    EXPECT_EQ(subject->objects(), count) << sample.type;
  }
}

FOR_EVERY_DRIVER(Crash);

}  // namespace
}  // namespace weft::conformance
