// The smallest engine that a driver can be tried with: it prepares, compares, changes, waits, keeps records the way the
// state does (what was sent is kept without its secrets), and does nothing that the contract does not say.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lang/base/digest.h"
#include "lang/os/loop.h"
#include "lang/value/cbor.h"
#include "lang/value/path.h"
#include "providers/api/driver.h"
#include "providers/api/registry.h"
#include "tests/support/fake_clock.h"

namespace weft::conformance {

// As records keep what was sent: a keyed digest in the place of each secret.
inline auto without_secrets(const Value& value) -> Value {
  if (value.secret()) {
    auto digest = hmac_sha256("desk", encode_cbor(value, Secrets::kAllow));
    return Value::object({{"$digest", Value::bytes(view(digest))}});
  }
  if (!value.has_secret()) return value;
  if (value.is(ValueKind::kObject)) {
    std::vector<Field> fields;
    for (const auto& field : value.fields()) fields.push_back({field.key, without_secrets(field.value)});
    return Value::object(std::move(fields));
  }
  std::vector<Value> elements;
  for (const auto& element : value.elements()) elements.push_back(without_secrets(element));
  return value.is(ValueKind::kSet) ? Value::set(std::move(elements)) : Value::list(std::move(elements));
}

// As records keep what was seen: attributes that were sent as secrets are digests there too; what was given stays,
// sealed by the state and opened again for the driver.
inline auto at_rest(const driver::TypeSchema& type, const Value& observed, const Value& desired) -> Value {
  if (!observed.is(ValueKind::kObject)) return observed;
  std::vector<Field> fields;
  for (const auto& field : observed.fields()) {
    const Value* sent = desired.get(field.key);
    const auto* attribute = type.attribute(field.key.view());
    bool secret = attribute != nullptr && attribute->secrecy != driver::Secrecy::kClear;
    bool is_digest = field.value.get("$digest") != nullptr;
    if (is_digest || sent == nullptr || (!sent->has_secret() && !secret)) {
      fields.push_back(field);
    } else {
      bool inside_only = sent->has_secret() && !sent->secret();
      fields.push_back({field.key, without_secrets(inside_only ? field.value : field.value.as_secret())});
    }
  }
  return Value::object(std::move(fields));
}

struct Record {
  std::string address;
  const driver::TypeSchema* type = nullptr;
  Value identity;
  Value applied;
  Value baseline;
  Value observed;
  Value driver_data;
  bool unready = false;

  [[nodiscard]] auto instance() const -> driver::Instance {
    return {.address = address, .type = type, .identity = identity, .applied = applied, .observed = observed,
            .driver_data = driver_data};
  }
};

// What a plan says of one instance.
struct Decision {
  driver::Verdict verdict = driver::Verdict::kNone;
  std::vector<Path> changed{};
  std::vector<Path> drifted{};
  std::string why{};
  Value desired{};      // effective
  Value plan_data{};
  std::optional<driver::DriverFailure> failure{};
};

class Desk {
 public:
  // The driver must outlive the desk.
  explicit Desk(driver::Driver& driver, std::string working_folder = {})
      : driver_(driver), working_folder_(std::move(working_folder)) {
    reopen();
  }

  // A new session, as a new process would have; records stay.
  void reopen() {
    session_.reset();
    auto opened = block_on(loop, driver_.open(call(), settings));
    CHECK(opened.has_value());
    session_ = std::move(*opened);
  }

  [[nodiscard]] auto type(std::string_view name) const -> const driver::TypeSchema& {
    for (const auto& one : driver_.types()) {
      if (one.name == name) return one;
    }
    CHECK(!"no such type");
  }
  [[nodiscard]] auto session() -> driver::Session& { return *session_; }
  [[nodiscard]] auto call() -> driver::Call {
    driver::Call out{.loop = loop, .clock = clock, .cancel = stop.token(), .deadline = deadline,
                     .working_folder = working_folder_};
    out.progress = [this](size_t, const driver::Progress& progress) { statuses.push_back(progress.status); };
    out.api_calls = &api_calls;
    return out;
  }

  // ---- single calls

  auto prepare(std::string_view type_name, Value desired, std::string address = "x", Value previous = {})
      -> driver::Prepared {
    std::vector<driver::Prepare> items{{.address = std::move(address), .type = &type(type_name),
                                        .desired = std::move(desired), .previous = std::move(previous),
                                        .fabric = "fab", .environment = "default"}};
    auto out = session_->prepare(items);
    CHECK(out.size() == 1);
    return std::move(out.front());
  }

  auto step(driver::Change change, const Record& record, Value desired, std::vector<Path> changed = {})
      -> driver::Step {
    driver::Step out;
    out.change = change;
    out.instance = record.instance();
    out.desired = std::move(desired);
    out.changed = std::move(changed);
    out.generation = ++generation_;
    out.operation_id = hex(view(sha256(record.address + "/" + std::to_string(generation_))).substr(0, 16));
    out.fabric_id = "fab";
    out.save_checkpoint = [this](Value identity, Value blob) -> Task<Result<void>> {
      return keep_checkpoint(std::move(identity), std::move(blob));
    };
    return out;
  }

  auto change(driver::Step step) -> driver::ChangeResult {
    std::optional<driver::ChangeResult> out;
    std::vector<driver::Step> steps;
    steps.push_back(std::move(step));
    block_on(loop, session_->change(call(), std::move(steps), [&](size_t item, driver::ChangeResult result) {
      CHECK(item == 0 && !out);
      out.emplace(std::move(result));
    }));
    CHECK(out.has_value());
    return std::move(*out);
  }

  auto read(const Record& record) -> driver::ReadState {
    std::vector<driver::Instance> items{record.instance()};
    std::optional<driver::ReadState> out;
    block_on(loop, session_->read(call(), std::move(items), [&](size_t item, driver::ReadState state) {
      CHECK(item == 0 && !out);
      out.emplace(std::move(state));
    }));
    CHECK(out.has_value());
    return std::move(*out);
  }

  auto ready(const Record& record, bool gone = false) -> driver::ReadyResult {
    std::vector<driver::ReadyGoal> goals{{.instance = record.instance(), .gone = gone}};
    std::optional<driver::ReadyResult> out;
    block_on(loop, session_->ready(call(), std::move(goals), [&](size_t item, driver::ReadyResult result) {
      CHECK(item == 0 && !out);
      out.emplace(std::move(result));
    }));
    CHECK(out.has_value());
    return std::move(*out);
  }

  auto settle(driver::Step step, bool window_over = false) -> driver::Settled {
    std::vector<driver::Settle> items;
    items.push_back({.step = std::move(step), .window_over = window_over});
    std::optional<driver::Settled> out;
    block_on(loop, session_->settle(call(), std::move(items), [&](size_t item, driver::Settled settled) {
      CHECK(item == 0 && !out);
      out.emplace(std::move(settled));
    }));
    CHECK(out.has_value());
    return std::move(*out);
  }

  auto find(std::string_view type_name, Value selector)
      -> std::expected<std::vector<driver::Found>, driver::DriverFailure> {
    driver::Find out{.type = &type(type_name), .selector = std::move(selector), .working_folder = working_folder_};
    return block_on(loop, session_->find(call(), std::move(out)));
  }

  // ---- the engine's side

  // What a finished change leaves in the state.
  static void keep(Record& record, const Value& desired, const driver::Changed& changed) {
    record.identity = changed.identity;
    record.applied = without_secrets(desired);
    record.observed = at_rest(*record.type, changed.observed, desired);
    record.baseline = record.observed;
    record.driver_data = changed.driver_data;
  }

  auto create(std::string_view type_name, Value desired, std::string address = "x")
      -> std::expected<Record, driver::DriverFailure> {
    auto prepared = prepare(type_name, std::move(desired), address);
    if (!prepared.problems.empty()) return std::unexpected(prepared.problems.front());
    Record record{.address = std::move(address), .type = &type(type_name)};
    auto changed = change(step(driver::Change::kCreate, record, prepared.desired));
    if (!changed) return std::unexpected(changed.error());
    keep(record, prepared.desired, *changed);
    auto end = ready(record);
    if (end.failure) return std::unexpected(*end.failure);
    record.baseline = record.observed = at_rest(*record.type, end.observed, prepared.desired);
    return record;
  }

  // Reads, compares, asks the driver where the contract says so. `desired` null: removal. The record is refreshed.
  auto plan(std::optional<Record>& record, const driver::TypeSchema& type, const Value& desired) -> Decision {
    Decision out;
    if (!desired.is_null()) {
      auto prepared = prepare(type.name, desired, "x", record ? record->applied : Value::null());
      if (!prepared.problems.empty()) out.failure = prepared.problems.front();
      out.desired = prepared.desired;
    }
    if (record && type.role == driver::TypeRole::kResource) refresh(record, out);
    if (out.failure) return out;
    driver::Candidate candidate{.desired = out.desired};
    if (record) candidate.instance = record->instance();
    candidate.instance.type = &type;
    compare(record, type, candidate, out);
    if (out.failure) return out;
    if (asks_driver(type, candidate)) {
      auto planned = block_on(loop, session_->plan(call(), {candidate}));
      CHECK(planned.size() == 1);
      out.verdict = planned[0].verdict;
      out.why = planned[0].why;
      out.plan_data = planned[0].plan_data;
      out.failure = planned[0].failure;
      out.changed.insert(out.changed.end(), planned[0].changed.begin(), planned[0].changed.end());
    }
    return out;
  }

  // Carries the decision out; an empty record is one that is gone.
  auto apply(std::optional<Record>& record, const driver::TypeSchema& type, const Decision& decision)
      -> std::optional<driver::DriverFailure> {
    using driver::Change;
    using driver::Verdict;
    if (decision.verdict == Verdict::kNone) return std::nullopt;
    bool removes = decision.verdict == Verdict::kReplace || decision.verdict == Verdict::kRemove;
    if (removes && record) {
      auto gone = change(step(Change::kRemove, *record, Value::null()));
      if (!gone) return gone.error();
      if (type.waits) {
        if (auto end = ready(*record, true); end.failure) return end.failure;
      }
      record.reset();
    }
    if (decision.verdict == Verdict::kRemove) return std::nullopt;
    bool update = decision.verdict == Verdict::kUpdate;
    Record next = update ? *record : Record{.address = "x", .type = &type};
    auto one = step(update ? Change::kUpdate : Change::kCreate, next, decision.desired, decision.changed);
    one.plan_data = decision.plan_data;
    auto changed = change(std::move(one));
    if (!changed) return changed.error();
    keep(next, decision.desired, *changed);
    auto end = ready(next);
    if (end.failure) return end.failure;
    next.baseline = next.observed = at_rest(type, end.observed, decision.desired);
    record = std::move(next);
    return std::nullopt;
  }

  Loop loop;
  test::FakeClock clock;
  CancelSource stop;
  std::chrono::milliseconds deadline{std::chrono::minutes(20)};
  Value settings = Value::object({});
  uint64_t api_calls = 0;
  std::vector<std::string> statuses;
  std::vector<std::pair<Value, Value>> checkpoints;  // identity and blob, oldest first
  std::optional<Failure> refuse_checkpoint;

 private:
  auto keep_checkpoint(Value identity, Value blob) -> Task<Result<void>> {
    if (refuse_checkpoint) co_return std::unexpected(*refuse_checkpoint);
    checkpoints.emplace_back(std::move(identity), std::move(blob));
    co_await loop.yield();
    co_return Result<void>{};
  }

  void refresh(std::optional<Record>& record, Decision& out) {
    using Kind = driver::ReadState::Kind;
    auto state = read(*record);
    switch (state.kind) {
      case Kind::kSame:
        break;
      case Kind::kPresent: {
        Value seen = at_rest(*record->type, state.observed, out.desired);
        for (const auto& path : state.unread) {
          if (const Value* last = weft::find(record->observed, path)) seen = with(seen, path, *last);
        }
        for (const auto& attribute : record->type->attributes) {
          bool is_declared = record->applied.get(attribute.name) != nullptr;
          if (!is_declared || attribute.secrecy == driver::Secrecy::kWriteOnly) continue;
          if (!same(record->baseline.get(attribute.name), seen.get(attribute.name), driver::Equivalence::kExact)) {
            out.drifted.push_back(Path{}.member(attribute.name));
          }
        }
        record->observed = seen;
        break;
      }
      case Kind::kMissing:
      case Kind::kOther:
        record.reset();
        break;
      case Kind::kFailed:
        out.failure = state.failure;
        break;
      case Kind::kBroken:
        out.why = state.why;
        out.verdict = driver::Verdict::kReplace;
        break;
      case Kind::kRemoving:
        out.failure = driver::DriverFailure{.failure = driver::FailureClass::kBusy, .text = state.why};
        break;
    }
    if (!state.driver_data.is_null() && record) record->driver_data = state.driver_data;
  }

  static auto same(const Value* a, const Value* b, driver::Equivalence equivalence) -> bool {
    return driver::equivalent(a == nullptr ? Value::null() : *a, b == nullptr ? Value::null() : *b, equivalence);
  }

  // D against A, and where the world drifted away D against O; after an adoption (no A) D against O alone.
  static void compare(const std::optional<Record>& record, const driver::TypeSchema& type, driver::Candidate& candidate,
                      Decision& out) {
    using driver::Verdict;
    if (out.desired.is_null()) {
      out.verdict = candidate.proposed = record ? Verdict::kRemove : Verdict::kNone;
      return;
    }
    if (!record) {
      out.verdict = candidate.proposed = Verdict::kCreate;
      return;
    }
    bool replace = out.verdict == Verdict::kReplace;
    Value desired = without_secrets(out.desired);
    bool adopted = !record->applied.is(ValueKind::kObject);
    for (const auto& attribute : type.attributes) {
      if (attribute.input == driver::Input::kNone) continue;
      const Value* wanted = desired.get(attribute.name);
      const Value* had = adopted ? record->observed.get(attribute.name) : record->applied.get(attribute.name);
      bool unread = attribute.secrecy == driver::Secrecy::kWriteOnly || attribute.input == driver::Input::kLocal;
      if (adopted && (wanted == nullptr || unread)) continue;
      Path path = Path{}.member(attribute.name);
      bool drifted = std::ranges::find(out.drifted, path) != out.drifted.end();
      if (same(wanted, had, attribute.equivalence) && !drifted) continue;
      if (wanted == nullptr && attribute.on_remove == driver::OnRemove::kKeep) continue;
      if (wanted == nullptr && attribute.on_remove == driver::OnRemove::kRefuse) {
        out.failure = driver::DriverFailure{.failure = driver::FailureClass::kInvalid,
                                            .text = "`" + attribute.name + "` may not be left out", .path = path};
      }
      out.changed.push_back(path);
      bool leaves = wanted == nullptr && attribute.on_remove == driver::OnRemove::kReplace;
      replace = replace || leaves || attribute.change == driver::OnChange::kReplace;
    }
    out.verdict = replace ? Verdict::kReplace : out.changed.empty() ? Verdict::kNone : Verdict::kUpdate;
    candidate.proposed = out.verdict;
    candidate.changed = out.changed;
  }

  static auto asks_driver(const driver::TypeSchema& type, const driver::Candidate& candidate) -> bool {
    return type.driver_diff || type.renews ||
           std::ranges::any_of(candidate.changed, [&](const Path& path) {
             const auto* attribute = path.empty() ? nullptr : type.attribute(path.steps[0].name);
             return attribute != nullptr && attribute->change == driver::OnChange::kMayReplace;
           });
  }

  driver::Driver& driver_;
  std::string working_folder_;
  std::unique_ptr<driver::Session> session_;
  uint64_t generation_ = 0;
};

}  // namespace weft::conformance
