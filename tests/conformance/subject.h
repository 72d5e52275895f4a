// A driver under the harness, with its world in the test's hand. Each hook that a world has not answers false (or nothing);
// the numbers that need it are then declared in `excuses`, with the reason. Drivers are listed in subjects.h.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conformance/desk.h"

namespace weft::conformance {

struct Excuse {
  int number = 0;
  std::string_view reason;
};

// A declaration of each type, with what may become of it.
struct Sample {
  std::string type;
  Value desired;
  std::vector<Value> updates{};       // each differs from `desired` in ways that change in place
  std::vector<Value> replacements{};  // each forces replacement
  std::vector<Value> invalid{};       // each is refused, by prepare or by the create
};

// What the world is to do to coming calls.
struct Injection {
  enum class What : uint8_t {
    kFail,             // with `failure`, nothing having happened
    kLoseAnswer,       // done, and nobody hears of it
    kLoseRequest,      // not done, and nobody can tell
    kDuplicate,        // delivered twice
    kLag,              // not seen by the next three reads
    kStale,            // seen as before by the next three reads
    kBreak,            // made, and broken
    kPartial,          // an update stops after one attribute
  };
  What what = What::kFail;
  std::string call{};                 // "create", "update", "remove", "read", "list", "ready"; empty: each that changes
  uint32_t nth = 1;
  uint32_t times = 1;                 // 0: from then on
  uint32_t every = 0;                 // instead of nth
  driver::FailureClass failure = driver::FailureClass::kTransient;
  std::string name{};                 // Name of the only object that it is for
};

class Subject {
 public:
  virtual ~Subject() = default;
  [[nodiscard]] virtual auto name() const -> std::string = 0;
  [[nodiscard]] virtual auto excuses() const -> std::vector<Excuse> = 0;
  virtual auto desk() -> Desk& = 0;
  [[nodiscard]] virtual auto driver() -> driver::Driver& = 0;
  [[nodiscard]] virtual auto samples() -> std::vector<Sample> = 0;

  // ---- looking at the world
  // All that there is, as text: equal texts, equal worlds. What looking itself changes is left out.
  [[nodiscard]] virtual auto world() -> std::string = 0;
  // How many objects there are.
  [[nodiscard]] virtual auto objects() -> size_t = 0;
  // What an `any` attribute arrived as, as JSON: of the type and attribute that the driver has for it.
  virtual auto echo(const Value& /*value*/) -> std::optional<std::string> { return std::nullopt; }

  // ---- changing it behind the driver's back
  virtual auto drop(const Record& /*record*/) -> bool { return false; }
  virtual auto remake(const Record& /*record*/) -> bool { return false; }
  // Changes the attribute to something else, so that a read sees it.
  virtual auto touch(const Record& /*record*/, std::string_view /*attribute*/) -> bool { return false; }
  // An object as `sample` would make it, but somebody else's and with other content.
  virtual auto foreign(const Sample& /*sample*/) -> bool { return false; }
  virtual auto inject(const Injection& /*injection*/) -> bool { return false; }
  virtual void clear() {}
  // Changes what an update relies on between plan and apply.
  virtual auto interfere(const Record& /*record*/) -> bool { return false; }
  // Makes reading this one fail, and only this one.
  virtual auto deny(const Record& /*record*/) -> bool { return false; }


  // ---- what only its author knows
  // What a lookup of the sample's type may ask for, so that it finds one, where its own objects are not found again.
  virtual auto selector(const Sample& /*sample*/) -> std::optional<Value> { return std::nullopt; }
  // Each failure class that the driver can return, produced now.
  virtual auto failures() -> std::vector<driver::DriverFailure> { return {}; }
  // Declarations with `canary` as a secret in them, wherever a secret may be; some of them fail.
  virtual auto with_secret(const Value& /*canary*/) -> std::vector<Sample> { return {}; }
  // One that cannot be removed, and the one that keeps it.
  virtual auto in_use() -> std::optional<std::pair<Record, Record>> { return std::nullopt; }
  // A change that never ends by itself, and whether it has begun.
  virtual auto hanging() -> std::optional<driver::Step> { return std::nullopt; }
  virtual auto hangs() -> bool { return false; }
  // Settings of another place, of one not known yet, and with a credential that is not good any more.
  virtual auto elsewhere() -> Value { return Value::null(); }
  virtual auto unknown_settings() -> Value { return Value::null(); }
  virtual auto expired_settings() -> Value { return Value::null(); }

  [[nodiscard]] auto excuse(int number) const -> std::optional<std::string> {
    for (const auto& one : excuses()) {
      if (one.number == number) return std::string(one.reason);
    }
    return std::nullopt;
  }
};

using MakeSubject = std::unique_ptr<Subject> (*)();

// Every test is run for every driver: TEST_P(Conformance, …) in each file, instantiated over subjects().
class Conformance : public ::testing::TestWithParam<MakeSubject> {
 protected:
  std::unique_ptr<Subject> subject = GetParam()();
  Desk& desk = subject->desk();

  // A record of the sample, made just now.
  auto made(const Sample& sample) -> Record {
    auto record = desk.create(sample.type, sample.desired);
    EXPECT_TRUE(record) << sample.type << ": " << (record ? "" : record.error().text);
    return record ? *record : Record{.address = "x", .type = &desk.type(sample.type)};
  }
  auto new_step(const Sample& sample) -> driver::Step {
    Record none{.address = "x", .type = &desk.type(sample.type)};
    return desk.step(driver::Change::kCreate, none, desk.prepare(sample.type, sample.desired).desired);
  }
  auto removal(const Record& record) -> driver::ChangeResult {
    auto gone = desk.change(desk.step(driver::Change::kRemove, record, Value::null()));
    if (gone && record.type->waits) {
      EXPECT_FALSE(desk.ready(record, true).failure);
    }
    return gone;
  }
  static auto is_resource(const Record& record) -> bool { return record.type->role == driver::TypeRole::kResource; }
};

// Begins a test of that number; a driver that has declared it as not its own says why instead.
#define NUMBER(n) \
  if (auto reason = subject->excuse(n)) GTEST_SKIP() << "number " #n " is not for " << subject->name() << ": " << *reason

}  // namespace weft::conformance
