// The fake driver: its world can do everything, so hardly a number is excused.
#pragma once

#include "lang/value/json.h"
#include "providers/fake/fake.h"
#include "tests/conformance/subject.h"

namespace weft::conformance {

class FakeSubject : public Subject {
 public:
  auto name() const -> std::string override { return "fake"; }
  auto excuses() const -> std::vector<Excuse> override { return {}; }
  auto desk() -> Desk& override { return desk_; }
  auto driver() -> driver::Driver& override { return *driver_; }
  auto fake() -> fake::FakeWorld& { return *world_; }

  auto samples() -> std::vector<Sample> override {
    std::vector<Sample> out;
    for (const auto& type : driver_->types()) {
      Value base = object({{"Name", text("x")}, {"Size", number(3)}, {"Note", text("n")}, {"Zone", text("zone-b")},
                           {"Ports", Value::set({number(80), number(443)})}, {"Host", text("Web.Example.Com")},
                           {"Policy", text("{\"b\":1,\"a\":[ 2 ]}")}, {"Labels", object({{"app", text("web")}})},
                           {"Kept", text("k")}, {"Fixed", text("f")}, {"Sticky", text("s")},
                           {"Password", text("pass-word-one").as_secret()}, {"Pin", text("pin-number-one").as_secret()}});
      if (type.name == "fake.Nodes") base = put(put(base, "Least", number(1)), "Most", number(4));
      Sample sample{.type = type.name, .desired = base};
      sample.updates = {put(base, "Size", number(4)), put(base, "Ports", Value::set({number(22)})),
                        put(base, "Password", text("another-word").as_secret()), put(base, "Mode", text("small")),
                        weft::without(base, Path{}.member("Note"))};
      sample.replacements = {put(base, "Zone", text("zone-c")), put(base, "Mode", text("big one"))};
      sample.invalid = {put(base, "Size", number(101)), put(base, "Name", text(""))};
      out.push_back(std::move(sample));
    }
    return out;
  }

  auto world() -> std::string override {
    std::string out;
    for (const auto& one : world_->objects()) {
      out += one.type + " " + one.uid + " " + std::to_string(one.revision) + " " + to_json(one.attributes) + "\n";
    }
    return out;
  }
  auto objects() -> size_t override { return world_->objects().size(); }

  auto echo(const Value& value) -> std::optional<std::string> override {
    auto made = desk_.create("fake.Thing", object({{"Name", text("echo")}, {"Extra", value}}));
    auto there = world_->named("echo");
    if (!made || !there) return std::nullopt;
    const Value* extra = there->attributes.get("Extra");
    const Value* seen = made->observed.get("Extra");
    if (extra == nullptr || seen == nullptr || !(*extra == *seen)) return std::nullopt;
    world_->drop("echo");
    return to_json(*extra);
  }

  auto drop(const Record& record) -> bool override {
    world_->drop(name_of(record));
    return true;
  }
  auto remake(const Record& record) -> bool override {
    world_->remake(name_of(record));
    return true;
  }
  auto touch(const Record& record, std::string_view attribute) -> bool override {
    const auto* row = record.type->attribute(attribute);
    Value other = text("somebody else's");
    if (attribute == "Policy") other = text("{\"c\":3}");
    if (row->type.is(TypeKind::kInt)) other = number(77);
    if (row->type.is(TypeKind::kSet)) other = Value::list({number(9)});
    if (row->type.is(TypeKind::kMap)) other = object({{"app", text("theirs")}});
    if (row->type.is(TypeKind::kList)) other = Value::list({text("theirs")});
    if (row->type.is(TypeKind::kUnion)) other = text("never");
    world_->touch(name_of(record), attribute, other);
    return true;
  }
  auto foreign(const Sample& sample) -> bool override {
    world_->put(sample.type, object({{"Name", text("x")}, {"Size", number(50)}, {"Zone", text("theirs")}}));
    return desk_.type(sample.type).identity.front() == "Name";
  }
  auto inject(const Injection& injection) -> bool override {
    fake::Fault fault;
    fault.call = injection.call;
    fault.nth = injection.nth;
    fault.times = injection.times;
    fault.every = injection.every;
    fault.failure = injection.failure;
    fault.name = injection.name;
    fault.count = injection.what == Injection::What::kPartial ? 1 : 3;
    constexpr fake::Effect kEffects[] = {fake::Effect::kFail,      fake::Effect::kLoseAnswer, fake::Effect::kLoseRequest,
                                         fake::Effect::kDuplicate, fake::Effect::kLag,        fake::Effect::kStale,
                                         fake::Effect::kBreak,     fake::Effect::kPartial};
    fault.effect = kEffects[static_cast<size_t>(injection.what)];
    world_->add(fault);
    return true;
  }
  void clear() override { world_->clear_faults(); }
  auto interfere(const Record& record) -> bool override { return remake(record); }
  auto deny(const Record& record) -> bool override {
    return inject({.call = "read", .times = 0, .failure = driver::FailureClass::kDenied, .name = name_of(record)});
  }

  auto failures() -> std::vector<driver::DriverFailure> override {
    std::vector<driver::DriverFailure> out;
    auto thing = object({{"Name", text("x")}});
    for (auto failure : {
#define FAILURE(name, word, meaning) driver::FailureClass::name,
#include "providers/api/failure.def"
#undef FAILURE
         }) {
      inject({.call = "create", .failure = failure});
      auto refused = desk_.create("fake.Thing", thing);
      if (!refused) out.push_back(refused.error());
      world_->clear_faults();
    }
    // The same from its own causes, where it has some.
    auto slow = object({{"Name", text("slow")}, {"Fate", text("never")}});
    desk_.deadline = std::chrono::milliseconds(20);
    if (auto late = desk_.create("fake.Slow", slow); !late) out.push_back(late.error());
    desk_.deadline = std::chrono::minutes(20);
    if (auto broken = desk_.create("fake.Slow", put(slow, "Fate", text("fails"))); !broken) out.push_back(broken.error());
    if (auto wrong = desk_.create("fake.Thing", put(thing, "Size", number(101))); !wrong) out.push_back(wrong.error());
    return out;
  }
  auto with_secret(const Value& canary) -> std::vector<Sample> override {
    std::vector<Sample> out;
    for (auto& sample : samples()) {
      for (auto name : {"Note", "Password", "Pin", "Mode", "Extra"}) sample.desired = put(sample.desired, name, canary);
      sample.updates = {put(sample.desired, "Size", number(9)), put(sample.desired, "Size", number(101))};
      out.push_back(sample);
    }
    return out;
  }
  auto in_use() -> std::optional<std::pair<Record, Record>> override {
    auto kept = desk_.create("fake.Thing", object({{"Name", text("kept")}}));
    auto keeper = desk_.create("fake.Thing", object({{"Name", text("keeper")}, {"Needs", Value::list({text("kept")})}}));
    return std::pair(*kept, *keeper);
  }
  auto hanging() -> std::optional<driver::Step> override {
    world_->add(fake::Fault{.call = "create", .effect = fake::Effect::kHold});
    Record none{.address = "x", .type = &desk_.type("fake.Thing")};
    return desk_.step(driver::Change::kCreate, none, object({{"Name", text("x")}}));
  }
  auto hangs() -> bool override { return world_->held() == 1; }
  auto elsewhere() -> Value override { return object({{"Place", text("elsewhere")}}); }
  auto unknown_settings() -> Value override { return object({{"Place", Value::unknown({.type = Type::string()})}}); }
  auto expired_settings() -> Value override { return object({{"Token", text("over").as_secret()}}); }

 private:
  static auto text(std::string_view value) -> Value { return Value::string(value); }
  static auto number(int64_t value) -> Value { return Value::integer(value); }
  static auto object(std::vector<Field> fields) -> Value { return Value::object(std::move(fields)); }
  static auto put(const Value& in, std::string_view name, const Value& value) -> Value {
    return with(in, Path{}.member(name), value);
  }
  static auto name_of(const Record& record) -> std::string { return std::string(record.observed.get("Name")->as_string()); }

  std::shared_ptr<fake::FakeWorld> world_ = std::make_shared<fake::FakeWorld>();
  std::unique_ptr<driver::Driver> driver_ = fake::make_fake_driver(world_);
  Desk desk_{*driver_};
};

inline auto make_fake_subject() -> std::unique_ptr<Subject> { return std::make_unique<FakeSubject>(); }

}  // namespace weft::conformance
