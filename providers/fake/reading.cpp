// Reading: one list for many of a type, single reads for few or where listing is forbidden, and patience with a provider
// that does not yet show what it was just told.
#include <algorithm>
#include <utility>

#include "providers/fake/session.h"

namespace weft::fake {

using driver::Call;
using driver::DriverFailure;
using driver::FailureClass;
using driver::Instance;
using driver::ReadState;
using driver::ReadyGoal;
using driver::ReadyResult;

namespace {

constexpr size_t kWorthAList = 4;
constexpr int64_t kGraceMs = 60'000;   // after a change of our own
constexpr uint32_t kMostLooks = 20;
constexpr auto kBetweenPolls = std::chrono::milliseconds(1);

auto int_in(const Value& object, std::string_view name) -> int64_t {
  const Value* value = object.get(name);
  return value != nullptr && value->is(ValueKind::kInt) ? value->as_int() : 0;
}

auto failed_read(DriverFailure failure) -> ReadState {
  ReadState state;
  state.kind = ReadState::Kind::kFailed;
  state.failure = std::move(failure);
  return state;
}

// Whether what was seen may be older than our own last change.
auto may_be_stale(const Call& call, const Instance& item, const std::optional<Object>& seen) -> bool {
  if (item.driver_data.is_null()) return false;
  if (call.clock.wall_ms() - int_in(item.driver_data, "changed_ms") > kGraceMs) return false;
  return !seen || static_cast<int64_t>(seen->revision) < int_in(item.driver_data, "revision");
}

auto state_of(const TypeFacts& type, const Instance& item, const std::optional<Object>& seen) -> ReadState {
  ReadState state;
  if (!seen) return state;
  std::string uid = text_in(item.driver_data, "uid");
  if (!uid.empty() && uid != seen->uid) {
    state.kind = ReadState::Kind::kOther;
    state.why = "another one of that name";
    return state;
  }
  state.observed = remarked(observed_of(type, *seen), item.applied);
  if (!seen->broken.empty()) {
    state.kind = ReadState::Kind::kBroken;
    state.why = seen->broken;
  } else if (seen->leaving > 0) {
    state.kind = ReadState::Kind::kRemoving;
    state.why = "it is on its way out";
  } else {
    state.kind = ReadState::Kind::kPresent;
  }
  // What was given once is not there to be read again.
  if (type.once && state.kind == ReadState::Kind::kPresent) state.unread.push_back(Path{}.member("AccessKey"));
  return state;
}

}  // namespace

auto FakeSession::list(Call call, const TypeFacts& type, const std::vector<Instance>& items)
    -> Task<std::expected<std::map<std::string, Object>, DriverFailure>> {
  std::map<std::string, Object> out;  // by identity
  std::set<std::string> wanted;
  for (const auto& item : items) wanted.insert(text_in(item.identity, type.schema.identity.front()));
  Request request{.call = "list", .type = type.schema.name};
  auto done = co_await wire_.look(call, std::move(request), [&](FakeWorld::Contents& world) {
    for (const auto& id : ids(world, type.schema.name, [](const Object&) { return true; })) {
      if (auto object = seen(world, id)) {
        std::string key = type.by_name ? text_of(*object, "Name") : object->id;
        if (wanted.contains(key)) out.emplace(std::move(key), std::move(*object));
      }
    }
  });
  if (!done) co_return std::unexpected(done.error());
  co_return out;
}

auto FakeSession::read_one(Call call, Instance item) -> Task<ReadState> {
  const TypeFacts& type = facts(item.type);
  for (uint32_t round = 0;; ++round) {
    std::optional<Object> object;
    Request request{.call = "read", .type = type.schema.name, .name = text_in(item.observed, "Name")};
    auto done = co_await wire_.look(call, std::move(request), [&](FakeWorld::Contents& world) {
      for (const auto& id : matching(world, type, item.identity)) object = seen(world, id);
    });
    if (!done) co_return failed_read(done.error());
    bool again = may_be_stale(call, item, object) && round < kMostLooks && !call.cancel.requested();
    if (!again) co_return state_of(type, item, object);
    co_await call.loop.yield();
  }
}

auto FakeSession::read(Call call, std::vector<Instance> items, std::function<void(size_t, ReadState)> sink) -> Task<void> {
  std::map<const driver::TypeSchema*, std::vector<size_t>> by_type;
  for (size_t i = 0; i < items.size(); ++i) by_type[items[i].type].push_back(i);
  for (const auto& [schema, indices] : by_type) {
    const TypeFacts& type = facts(schema);
    std::optional<std::map<std::string, Object>> all;
    if (!unusable() && indices.size() >= kWorthAList) {
      std::vector<Instance> wanted;
      for (size_t index : indices) wanted.push_back(items[index]);
      // Where listing is forbidden or fails, each is asked for by itself.
      if (auto listed = co_await list(call, type, wanted)) all = std::move(*listed);
    }
    for (size_t index : indices) {
      if (auto failure = unusable()) {
        sink(index, failed_read(std::move(*failure)));
        continue;
      }
      if (all) {
        auto found = all->find(text_in(items[index].identity, type.schema.identity.front()));
        std::optional<Object> object;
        if (found != all->end()) object = found->second;
        if (!may_be_stale(call, items[index], object)) {
          sink(index, state_of(type, items[index], object));
          continue;
        }
      }
      ReadState state = co_await read_one(call, items[index]);
      sink(index, std::move(state));
    }
  }
}

auto FakeSession::find(Call call, driver::Find selector) -> Task<std::expected<std::vector<driver::Found>, DriverFailure>> {
  if (auto failure = unusable()) co_return std::unexpected(std::move(*failure));
  const TypeFacts& type = facts(selector.type);
  std::vector<driver::Found> out;
  auto fits = [&](const Object& object) {
    if (!selector.selector.is(ValueKind::kObject)) return true;
    return std::ranges::all_of(selector.selector.fields(), [&](const Field& field) {
      if (field.value.is_null()) return true;
      if (field.key == "id" || field.key == "Id") {
        return field.value.is(ValueKind::kString) &&
               (object.id == field.value.as_string() || (type.by_name && text_of(object, "Name") == field.value.as_string()));
      }
      const Value* is = object.attributes.get(field.key);
      if (is == nullptr) return false;
      if (!field.value.is(ValueKind::kObject)) return *is == field.value;
      return std::ranges::all_of(field.value.fields(), [&](const Field& label) {
        const Value* has = is->get(label.key);
        return has != nullptr && *has == label.value;
      });
    });
  };
  Request request{.call = "find", .type = type.schema.name};
  auto done = co_await wire_.look(call, std::move(request), [&](FakeWorld::Contents& world) {
    for (const auto& id : ids(world, type.schema.name, fits)) {
      if (out.size() == selector.limit) break;
      auto object = seen(world, id);
      if (!object) continue;
      driver::Found found;
      found.identity = identity_of(type, *object);
      found.observed = observed_of(type, *object);
      found.mark = object->mark;
      found.driver_data = driver_data_of(call, *object);
      out.push_back(std::move(found));
    }
  });
  if (!done) co_return std::unexpected(done.error());
  co_return out;
}

// One look at all that are still waited for.
auto FakeSession::poll(Call call, const TypeFacts& type, std::vector<ReadyGoal>& goals, std::vector<size_t>& open,
                       const std::function<void(size_t, ReadyResult)>& sink) -> Task<void> {
  std::map<size_t, std::optional<Object>> looked;
  Request request{.call = "ready", .type = type.schema.name};
  auto done = co_await wire_.look(call, std::move(request), [&](FakeWorld::Contents& world) {
    for (size_t index : open) {
      looked[index] = std::nullopt;
      for (const auto& id : matching(world, type, goals[index].instance.identity)) looked[index] = seen(world, id);
    }
  });
  // A poll that fails is tried again with the next one.
  if (!done) co_return;
  std::erase_if(open, [&](size_t index) {
    const auto& object = looked[index];
    ReadyResult result;
    auto fail = [&](FailureClass failure, std::string text) {
      result.failure = DriverFailure{};
      result.failure->failure = failure;
      result.failure->happened = driver::Happened::kYes;
      result.failure->text = std::move(text);
    };
    if (goals[index].gone) {
      // Another one of that name is not the one that goes.
      std::string uid = text_in(goals[index].instance.driver_data, "uid");
      if (object && (uid.empty() || uid == object->uid)) return false;
    } else if (may_be_stale(call, goals[index].instance, object) && !call.cancel.requested()) {
      return false;
    } else if (!object) {
      fail(FailureClass::kNotFound, "it went away while it was waited for");
    } else if (!object->broken.empty()) {
      fail(FailureClass::kBroken, object->broken);
    } else if (status_of(type, *object) != "ready") {
      return false;
    } else {
      result.observed = remarked(observed_of(type, *object), goals[index].instance.applied);
    }
    sink(index, std::move(result));
    return true;
  });
}

auto FakeSession::ready(Call call, std::vector<ReadyGoal> goals, std::function<void(size_t, ReadyResult)> sink) -> Task<void> {
  std::map<const driver::TypeSchema*, std::vector<size_t>> by_type;
  for (size_t i = 0; i < goals.size(); ++i) by_type[goals[i].instance.type].push_back(i);
  auto begun = Loop::now();
  while (!by_type.empty()) {
    for (auto& [schema, open] : by_type) co_await poll(call, facts(schema), goals, open, sink);
    std::erase_if(by_type, [](const auto& one) { return one.second.empty(); });
    if (by_type.empty()) break;
    bool over = Loop::now() - begun >= call.deadline;
    if (!over && !call.cancel.requested()) {
      (void)co_await call.loop.sleep_for(kBetweenPolls, call.cancel);
      continue;
    }
    for (const auto& [schema, open] : by_type) {
      for (size_t index : open) {
        ReadyResult result;
        result.failure = DriverFailure{};
        result.failure->failure = over ? FailureClass::kTimeout : FailureClass::kCancelled;
        result.failure->happened = driver::Happened::kYes;
        result.failure->text = over ? "it was not ready in time" : "asked to stop waiting";
        sink(index, std::move(result));
      }
    }
    co_return;
  }
}

}  // namespace weft::fake
