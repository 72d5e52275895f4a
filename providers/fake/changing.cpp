// Changing: one request a step, but for Clusters (one for each part, with checkpoints) and Records (one for a batch).
#include <algorithm>
#include <utility>

#include "lang/os/sync.h"
#include "providers/fake/session.h"

namespace weft::fake {

using driver::Call;
using driver::Change;
using driver::Changed;
using driver::ChangeResult;
using driver::DriverFailure;
using driver::FailureClass;
using driver::Happened;
using driver::Step;

namespace {

auto name_in(const Step& step) -> std::string {
  for (const Value* from : {&step.desired, &step.instance.observed, &step.instance.identity}) {
    const Value* name = from->get("Name");
    if (name != nullptr && name->is(ValueKind::kString)) return std::string(name->as_string());
  }
  return {};
}

auto request_of(const Step& step, std::string call) -> Request {
  return {.call = std::move(call), .type = step.instance.type->name, .name = name_in(step), .operation = step.operation_id};
}

auto cancelled(Happened happened) -> DriverFailure {
  DriverFailure out;
  out.failure = FailureClass::kCancelled;
  out.happened = happened;
  out.text = happened == Happened::kNo ? "asked to stop before it began" : "asked to stop between two requests";
  return out;
}

// What is not written any more and is to be taken away there; what is kept is left alone.
auto unset_of(const TypeFacts& type, const Step& step) -> std::vector<std::string> {
  std::vector<std::string> out;
  for (const auto& attribute : type.schema.attributes) {
    bool was_ours = step.instance.applied.get(attribute.name) != nullptr;
    bool is_written = step.desired.get(attribute.name) != nullptr;
    if (was_ours && !is_written && attribute.on_remove == driver::OnRemove::kReset) out.push_back(attribute.name);
  }
  return out;
}

}  // namespace

auto FakeSession::change(Call call, std::vector<Step> steps, std::function<void(size_t, ChangeResult)> sink) -> Task<void> {
  TaskGroup group(call.loop);
  std::vector<Step> batch;
  std::vector<size_t> batched;
  for (size_t i = 0; i < steps.size(); ++i) {
    bool together = facts(steps[i].instance.type).atomic && steps[i].change == Change::kCreate;
    if (together) {
      batch.push_back(std::move(steps[i]));
      batched.push_back(i);
    } else {
      group.spawn(change_one(call, std::move(steps[i]), i, sink));
    }
  }
  if (!batch.empty()) group.spawn(create_batch(call, std::move(batch), std::move(batched), sink));
  co_await group.join();
}

auto FakeSession::change_one(Call call, Step step, size_t index, Sink sink) -> Task<void> {
  if (auto failure = unusable()) {
    sink(index, std::unexpected(std::move(*failure)));
    co_return;
  }
  if (call.cancel.requested()) {
    sink(index, std::unexpected(cancelled(Happened::kNo)));
    co_return;
  }
  const TypeFacts& type = facts(step.instance.type);
  Change change = step.change;
  std::string lane;
  if (type.lane) {
    const Value* zone = step.desired.get("Zone");
    if (zone == nullptr) zone = step.instance.observed.get("Zone");
    lane = zone != nullptr && zone->is(ValueKind::kString) ? std::string(zone->as_string()) : "zone-a";
    bool is_free = lanes_.insert(lane).second;
    if (!is_free) wire_.world().with([](FakeWorld::Contents& world) { ++world.lane_overlaps; });
  }
  Value desired = step.desired;
  Sent sent{.answer = std::unexpected(DriverFailure{})};
  if (change == Change::kRemove) {
    sent = co_await remove(call, std::move(step));
  } else if (change == Change::kUpdate) {
    sent = co_await update(call, std::move(step));
  } else if (type.parts) {
    sent = co_await create_parts(call, std::move(step));
  } else {
    sent = co_await create(call, std::move(step));
  }
  if (type.lane) lanes_.erase(lane);
  if (sent.silent) co_return;
  if (!sent.answer) {
    sink(index, std::unexpected(std::move(sent.answer.error())));
  } else {
    Changed changed;
    if (change != Change::kRemove) changed = changed_of(call, type, *sent.answer, desired, change == Change::kCreate);
    if (!sent.warning.empty()) changed.warnings.push_back(sent.warning);
    sink(index, std::move(changed));
  }
}

auto FakeSession::create(Call call, Step step) -> Task<Sent> {
  const TypeFacts& type = facts(step.instance.type);
  Value attributes = sent_of(type, step.desired);
  std::optional<Object> made;
  auto sent = co_await wire_.send(call, request_of(step, "create"), [&](FakeWorld::Contents& world, size_t) {
    auto answer = fake::create(world, type, attributes, step.operation_id);
    if (answer) made = *answer;
    return answer;
  });
  bool is_there = !sent.answer && made && (sent.answer.error().happened == Happened::kPartly || sent.answer.error().happened == Happened::kYes);
  if (is_there) sent.answer.error().identity = identity_of(type, *made);
  co_return sent;
}

// Goes on from the checkpoint, if there is one. A create that is met by our own mark has been done before.
auto FakeSession::create_parts(Call call, Step step) -> Task<Sent> {
  const TypeFacts& type = facts(step.instance.type);
  Value attributes = sent_of(type, step.desired);
  std::string id;
  if (const Value* known = step.checkpoint.get("id"); known != nullptr) id = known->as_string();
  if (id.empty()) {
    auto made = co_await wire_.send(call, request_of(step, "create"), [&](FakeWorld::Contents& world, size_t) -> Answer {
      auto ours = ids(world, type.schema.name, [&](const Object& object) { return object.mark == step.operation_id; });
      if (!ours.empty()) return world.objects.at(ours.front());
      return fake::create(world, type, attributes, step.operation_id);
    });
    if (!made.answer) co_return made;
    id = made.answer->id;
  }
  for (;;) {
    std::optional<Object> now;
    wire_.world().with([&](FakeWorld::Contents& world) {
      if (auto found = world.objects.find(id); found != world.objects.end()) now = found->second;
    });
    if (!now) {
      DriverFailure failure = failure_of({.failure = FailureClass::kNotFound, .code = "NotFound", .text = id + " is gone"}, "attach");
      co_return Sent{.answer = std::unexpected(std::move(failure))};
    }
    bool is_whole = now->parts >= count_of(*now, "Parts");
    Value blob = Value::object({{"id", Value::string(id)}, {"parts", Value::integer(now->parts)}});
    if (!is_whole || now->parts == 0) {
      auto saved = co_await step.save_checkpoint(identity_of(type, *now), std::move(blob));
      if (!saved) {
        DriverFailure failure = cancelled(Happened::kMaybe);
        failure.failure = FailureClass::kInternal;
        failure.text = saved.error().text;
        co_return Sent{.answer = std::unexpected(std::move(failure))};
      }
    }
    if (is_whole) co_return Sent{.answer = std::move(*now)};
    if (call.cancel.requested()) co_return Sent{.answer = std::unexpected(cancelled(Happened::kMaybe))};
    auto attached = co_await wire_.send(call, request_of(step, "attach"), [&](FakeWorld::Contents& world, size_t) {
      return attach(world, id);
    });
    if (!attached.answer) {
      // The rest can be made later: nothing of it is lost, and nothing is undone.
      if (attached.answer.error().happened == Happened::kNo) attached.answer.error().happened = Happened::kMaybe;
      attached.answer.error().identity = identity_of(type, *now);
      co_return attached;
    }
  }
}

// All or none: the one that is to blame is answered for itself, the others are sent again without it.
auto FakeSession::create_batch(Call call, std::vector<Step> steps, std::vector<size_t> indices, Sink sink) -> Task<void> {
  const TypeFacts& type = facts(steps.front().instance.type);
  std::vector<size_t> left;
  for (size_t i = 0; i < steps.size(); ++i) left.push_back(i);
  auto fail_all = [&](const DriverFailure& failure) {
    for (size_t i : left) sink(indices[i], std::unexpected(failure));
  };
  while (!left.empty()) {
    auto failure = unusable();
    if (!failure && call.cancel.requested()) failure = cancelled(Happened::kNo);
    if (failure) co_return fail_all(*failure);
    std::vector<NewRecord> records;
    for (size_t i : left) records.push_back({.attributes = sent_of(type, steps[i].desired), .operation = steps[i].operation_id});
    std::vector<Object> made;
    std::optional<Refusal> refusal;
    auto sent = co_await wire_.send(call, request_of(steps[left.front()], "create"), [&](FakeWorld::Contents& world, size_t) -> Answer {
      auto all = create_all(world, type, records);
      if (!all) {
        refusal = all.error();
        return std::unexpected(all.error());
      }
      made = std::move(*all);
      return made.front();
    });
    if (sent.answer) {
      for (size_t i = 0; i < left.size(); ++i) {
        auto changed = changed_of(call, type, made[i], steps[left[i]].desired, true);
        if (!sent.warning.empty()) changed.warnings.push_back(sent.warning);
        sink(indices[left[i]], std::move(changed));
      }
      co_return;
    }
    if (!refusal || sent.answer.error().happened != Happened::kNo) co_return fail_all(sent.answer.error());
    sink(indices[left[refusal->item]], std::unexpected(failure_of(*refusal, "create")));
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(refusal->item));
  }
}

auto FakeSession::update(Call call, Step step) -> Task<Sent> {
  const TypeFacts& type = facts(step.instance.type);
  Value attributes = sent_of(type, step.desired);
  auto unset = unset_of(type, step);
  co_return co_await wire_.send(call, request_of(step, "update"), [&](FakeWorld::Contents& world, size_t most) -> Answer {
    auto found = matching(world, type, step.instance.identity);
    if (found.empty()) {
      return std::unexpected(Refusal{.failure = FailureClass::kNotFound, .code = "NotFound", .text = "there is no such object"});
    }
    const Value* uid = step.instance.driver_data.get("uid");
    if (uid != nullptr && uid->is(ValueKind::kString) && world.objects.at(found.front()).uid != uid->as_string()) {
      return std::unexpected(Refusal{.failure = FailureClass::kMoved, .code = "PreconditionFailed",
                                     .text = "another object has taken its name"});
    }
    return fake::update(world, found.front(), attributes, unset, most);
  });
}

// Another one of the same name is not ours to remove: ours is gone.
auto FakeSession::remove(Call call, Step step) -> Task<Sent> {
  const TypeFacts& type = facts(step.instance.type);
  auto sent = co_await wire_.send(call, request_of(step, "remove"), [&](FakeWorld::Contents& world, size_t) -> Answer {
    auto found = matching(world, type, step.instance.identity);
    const Value* uid = step.instance.driver_data.get("uid");
    bool is_other = !found.empty() && uid != nullptr && uid->is(ValueKind::kString) &&
                    world.objects.at(found.front()).uid != uid->as_string();
    if (found.empty() || is_other) return Object{};
    return fake::remove(world, type, found.front());
  });
  if (!sent.answer && sent.answer.error().failure == FailureClass::kNotFound) sent.answer = Object{};
  co_return sent;
}

}  // namespace weft::fake
