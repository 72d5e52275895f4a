// 1 to 8: schemas and values.
#include <algorithm>
#include <set>

#include "lang/value/json.h"
#include "tests/conformance/subjects.h"

namespace weft::conformance {
namespace {

using driver::Attribute;
using driver::Input;

using Schemas = Conformance;

TEST_P(Schemas, LoadOfflineAndAreStable) {
  NUMBER(1);
  auto again = GetParam()();
  auto types = subject->driver().types();
  ASSERT_FALSE(types.empty());
  for (size_t i = 0; i < types.size(); ++i) {
    const auto& type = types[i];
    EXPECT_EQ(type.digest(), again->driver().types()[i].digest()) << type.name;
    EXPECT_TRUE(type.name.starts_with(std::string(subject->driver().name()) + ".")) << type.name;
    EXPECT_TRUE(type.resource || type.lookup) << type.name;
    for (const auto& name : type.identity) EXPECT_TRUE(type.attribute(name) || type.filter(name)) << type.name << "." << name;
    for (const auto& group : type.unique) {
      for (const auto& name : group) EXPECT_NE(type.attribute(name), nullptr) << type.name << "." << name;
    }
    for (const auto& attribute : type.attributes) {
      for (const auto& name : attribute.follows) EXPECT_NE(type.attribute(name), nullptr) << type.name << "." << name;
      for (const auto& reference : attribute.refs) {
        auto meant = std::ranges::find(types, reference.type, &driver::TypeSchema::name);
        ASSERT_NE(meant, types.end()) << type.name << "." << attribute.name << " means a " << reference.type;
        EXPECT_NE(meant->attribute(reference.attribute), nullptr) << type.name << "." << attribute.name;
      }
    }
    EXPECT_FALSE(type.lookup && type.filters.empty()) << type.name;
    EXPECT_FALSE(type.documentation.empty()) << type.name;
    EXPECT_NE(type.example.find(type.name), std::string::npos) << type.name;
  }
}

void check_attribute(const driver::TypeSchema& type, const Attribute& attribute) {
  std::string at = type.name + "." + attribute.name;
  bool is_computed = attribute.input == Input::kNone;
  EXPECT_FALSE(attribute.type.is_error()) << at;
  EXPECT_FALSE(attribute.documentation.empty()) << at;
  EXPECT_FALSE(attribute.default_value && attribute.input != Input::kOptional && attribute.input != Input::kLocal) << at;
  EXPECT_FALSE(attribute.input == Input::kRequired && attribute.on_remove != driver::OnRemove::kRefuse) << at;
  EXPECT_FALSE(!is_computed && attribute.secrecy == driver::Secrecy::kOnce) << at << ": only what is given is given once";
  EXPECT_FALSE(is_computed && attribute.secrecy == driver::Secrecy::kWriteOnly) << at << ": nobody writes it";
  EXPECT_FALSE(!is_computed && !attribute.follows.empty()) << at << ": only computed values follow";
  if (!attribute.default_value) return;
  auto [converted, problem] = convert(*attribute.default_value, attribute.type);
  EXPECT_TRUE(converted) << at << ": its default is none of its type: " << problem;
}

TEST_P(Schemas, AttributesAreWholeAndConsistent) {
  NUMBER(2);
  for (const auto& type : subject->driver().types()) {
    std::set<std::string> names;
    for (const auto& attribute : type.attributes) {
      EXPECT_TRUE(names.insert(attribute.name).second) << type.name << "." << attribute.name;
      check_attribute(type, attribute);
    }
    for (const auto& filter : type.filters) EXPECT_NE(filter.input, Input::kNone) << type.name << "." << filter.name;
  }
}

// Every member of the declaration, and every member of those.
auto paths_in(const Value& value) -> std::vector<Path> {
  std::vector<Path> out;
  for (const auto& field : value.fields()) {
    Path path = Path{}.member(field.key.view());
    out.push_back(path);
    if (!field.value.is(ValueKind::kObject)) continue;
    for (const auto& inner : field.value.fields()) out.push_back(path.member(inner.key.view()));
  }
  return out;
}

TEST_P(Schemas, PrepareIsPureAndItsResultIsAFixedPoint) {
  NUMBER(3);
  for (const auto& sample : subject->samples()) {
    auto before = subject->world();
    auto first = desk.prepare(sample.type, sample.desired);
    auto second = desk.prepare(sample.type, sample.desired);
    EXPECT_TRUE(first.problems.empty()) << sample.type;
    EXPECT_EQ(first.desired, second.desired) << sample.type;
    EXPECT_EQ(desk.prepare(sample.type, first.desired).desired, first.desired) << sample.type;
    for (const auto& path : paths_in(sample.desired)) {
      Value holed = with(sample.desired, path, Value::unknown({.type = Type::any()}));
      auto prepared = desk.prepare(sample.type, holed);
      EXPECT_TRUE(prepared.problems.empty()) << sample.type << " " << path.text() << ": " << prepared.problems.front().text;
      const Value* hole = weft::find(prepared.desired, path);
      EXPECT_TRUE(hole != nullptr && hole->is_unknown()) << sample.type << " " << path.text() << " was guessed";
      EXPECT_EQ(desk.prepare(sample.type, prepared.desired).desired, prepared.desired) << sample.type << " " << path.text();
    }
    EXPECT_EQ(subject->world(), before) << sample.type;
  }
}

TEST_P(Schemas, NullAbsentAndEmptyAreThreeThings) {
  NUMBER(4);
  auto empty = Value::object({{"null", Value::null()}, {"text", Value::string("")}, {"list", Value::list({})}, {"object", Value::object({})}});
  EXPECT_EQ(subject->echo(empty), R"({"list":[],"null":null,"object":{},"text":""})");
  EXPECT_EQ(subject->echo(Value::object({})), "{}");
  EXPECT_EQ(subject->echo(Value::list({Value::null(), Value::string("")})), R"([null,""])");
}

TEST_P(Schemas, SetOrderNeverMatters) {
  NUMBER(5);
  size_t sets = 0;
  for (const auto& sample : subject->samples()) {
    for (const auto& field : sample.desired.fields()) {
      if (!field.value.is(ValueKind::kSet)) continue;
      ++sets;
      std::vector<Value> turned(field.value.elements().rbegin(), field.value.elements().rend());
      Value other = with(sample.desired, Path{}.member(field.key.view()), Value::set(std::move(turned)));
      std::optional<Record> record = made(sample);
      EXPECT_EQ(desk.plan(record, *record->type, other).verdict, driver::Verdict::kNone) << sample.type << "." << field.key.view();
      EXPECT_TRUE(removal(*record));
    }
  }
  EXPECT_GT(sets, 0U) << "no sample holds a set";
}

TEST_P(Schemas, LargeNumbersSurvive) {
  NUMBER(6);
  for (int64_t number : {int64_t{9007199254740993}, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(subject->echo(Value::integer(number)), std::to_string(number));
  }
  EXPECT_EQ(subject->echo(Value::number(0.1)), "0.1");
}

// What of a value anybody may see.
auto clear_text(const Value& value) -> std::string {
  if (value.is_null()) return {};
  JsonStyle style;
  style.escape_dollar = true;
  return to_json(value, style);
}

class Canary {
 public:
  explicit Canary(std::string_view word) : word_(word) {}
  void look(const std::string& text, std::string_view where) const {
    EXPECT_EQ(text.find(word_), std::string::npos) << "the canary is in " << where << ": " << text;
  }
  void look(const driver::DriverFailure& failure, std::string_view where) const {
    look(failure.text + failure.hint + failure.code + failure.request_id + failure.operation + failure.path.text(), where);
    for (const auto& blocker : failure.blockers) look(blocker, where);
  }
  void look(const driver::ChangeResult& result, std::string_view where) const {
    if (!result) return look(result.error(), where);
    look(clear_text(result->identity) + clear_text(result->observed) + clear_text(result->driver_data), where);
    for (const auto& warning : result->warnings) look(warning, where);
  }

 private:
  std::string word_;
};

TEST_P(Schemas, ASecretIsNowhere) {
  NUMBER(7);
  constexpr std::string_view kWord = "canary-5d41402abc4b";
  Canary canary(kWord);
  auto samples = subject->with_secret(Value::string(kWord).as_secret());
  ASSERT_FALSE(samples.empty());
  for (const auto& sample : samples) {
    auto step = new_step(sample);
    auto result = desk.change(step);
    canary.look(result, sample.type + " create");
    auto settled = desk.settle(step, true);
    canary.look(settled.why + clear_text(settled.result.observed), sample.type + " settle");
    for (const auto& found : settled.candidates) canary.look(clear_text(found.observed), sample.type + " settle");
    if (!result) continue;
    Record record{.address = "x", .type = step.instance.type};
    Desk::keep(record, step.desired, *result);
    canary.look(clear_text(record.applied) + clear_text(record.observed), sample.type + " record");
    auto state = desk.read(record);
    canary.look(clear_text(state.observed) + state.why, sample.type + " read");
    for (const auto& update : sample.updates) {
      std::optional<Record> now = record;
      auto decision = desk.plan(now, *record.type, update);
      canary.look(clear_text(decision.plan_data) + decision.why, sample.type + " plan");
      if (!now) continue;
      canary.look(desk.change(desk.step(driver::Change::kUpdate, *now, desk.prepare(sample.type, update).desired, decision.changed)),
                  sample.type + " update");
    }
    canary.look(removal(record), sample.type + " remove");
  }
  for (const auto& status : desk.statuses) canary.look(status, "progress");
  for (const auto& [identity, blob] : desk.checkpoints) canary.look(clear_text(identity) + clear_text(blob), "a checkpoint");
}

FOR_EVERY_DRIVER(Schemas);

}  // namespace
}  // namespace weft::conformance
