// What became of a request whose answer never came, by the class of its type.
#include <algorithm>
#include <utility>

#include "providers/fake/session.h"

namespace weft::fake {

using driver::Call;
using driver::Change;
using driver::Settle;
using driver::Settled;
using driver::Step;

namespace {

auto found_of(const Call& call, const TypeFacts& type, const Object& object, const Value& declared) -> driver::Found {
  driver::Found out;
  out.identity = identity_of(type, object);
  out.observed = remarked(observed_of(type, object), declared);
  out.mark = object.mark;
  out.driver_data = driver_data_of(call, object);
  return out;
}

// Whether every attribute that was sent is there now.
auto is_as_sent(const TypeFacts& type, const Value& desired, const Object& object) -> bool {
  Value observed = observed_of(type, object);
  Value sent = sent_of(type, desired);
  return std::ranges::all_of(type.schema.attributes, [&](const driver::Attribute& attribute) {
    const Value* wanted = sent.get(attribute.name);
    if (wanted == nullptr) return true;
    if (attribute.secrecy == driver::Secrecy::kWriteOnly) {
      const Value* kept = object.attributes.get(attribute.name);
      return kept != nullptr && *kept == *wanted;
    }
    const Value* is = observed.get(attribute.name);
    Value expected = convert(*wanted, attribute.type).first.value_or(*wanted);
    return is != nullptr && driver::equivalent(*is, expected, attribute.equivalence);
  });
}

auto settled(Settled::Kind kind, std::string why) -> Settled {
  Settled out;
  out.kind = kind;
  out.why = std::move(why);
  return out;
}

// Not seen: that is an answer only when nothing can take effect any more.
auto absent(const Settle& item) -> Settled {
  return item.window_over ? settled(Settled::Kind::kNotDone, "nothing carries its operation id")
                          : settled(Settled::Kind::kUnknown, "it may still appear");
}

auto ours(const Call& call, const TypeFacts& type, const Object& object, const Value& declared) -> Settled {
  auto out = settled(Settled::Kind::kDone, "carries its operation id");
  if (type.parts && object.parts < count_of(object, "Parts")) {
    out = settled(Settled::Kind::kResume, "some of its parts are missing");
  } else if (type.once) {
    out = settled(Settled::Kind::kLost, "its AccessKey was in the answer that never came");
  }
  out.result = changed_of(call, type, object, declared, false);
  return out;
}

auto settled_create(const Call& call, const TypeFacts& type, const Settle& item, const std::vector<Object>& all) -> Settled {
  const Step& step = item.step;
  for (const auto& object : all) {
    bool is_ours = (type.keeps_mark && object.mark == step.operation_id) || (type.keeps_token && object.token == step.operation_id);
    if (is_ours) return ours(call, type, object, step.desired);
  }
  if (type.keeps_token || (type.keeps_mark && !type.by_name)) return absent(item);
  std::vector<Object> alike;
  for (const auto& object : all) {
    if (!step.desired.is_null() && is_as_sent(type, step.desired, object)) alike.push_back(object);
  }
  if (type.schema.create.idempotency == driver::Idempotency::kRepeatable) {
    if (alike.empty()) return settled(Settled::Kind::kNotDone, "it is not there as it was to be");
    return ours(call, type, alike.front(), step.desired);
  }
  if (type.by_name && !type.keeps_mark) return absent(item);
  const Value* name = step.desired.get("Name");
  for (const auto& object : all) {
    bool same_name = type.by_name && name != nullptr && *name == Value::string(text_of(object, "Name"));
    if (same_name && alike.empty()) alike.push_back(object);
  }
  if (type.by_name && alike.empty()) return absent(item);
  auto out = settled(alike.empty() ? Settled::Kind::kUnknown : Settled::Kind::kFound,
                     alike.empty() ? "nothing tells whether it was done" : "it may be one of these");
  for (const auto& object : alike) out.candidates.push_back(found_of(call, type, object, step.desired));
  return out;
}

auto settled_change(const Call& call, const TypeFacts& type, const Settle& item, const std::vector<Object>& all) -> Settled {
  const Step& step = item.step;
  const Object* object = nullptr;
  const Value* wanted = step.instance.identity.get(type.schema.identity.front());
  for (const auto& one : all) {
    if (wanted != nullptr && *wanted == *identity_of(type, one).get(type.schema.identity.front())) object = &one;
  }
  if (step.change == Change::kRemove) {
    if (object == nullptr) return settled(Settled::Kind::kDone, "it is gone");
    if (object->leaving > 0) return settled(Settled::Kind::kDone, "it is on its way out");
    return settled(Settled::Kind::kNotDone, "it is still there");
  }
  bool is_done = object != nullptr && !step.desired.is_null() && is_as_sent(type, step.desired, *object);
  if (!is_done) return settled(Settled::Kind::kNotDone, object == nullptr ? "it is gone" : "it is not as it was to be");
  auto out = settled(Settled::Kind::kDone, "it is as it was to be");
  out.result = changed_of(call, type, *object, step.desired, false);
  return out;
}

}  // namespace

auto FakeSession::settle_one(Call call, Settle item) -> Task<Settled> {
  if (auto failure = unusable()) co_return settled(Settled::Kind::kUnknown, failure->text);
  const TypeFacts& type = facts(item.step.instance.type);
  std::vector<Object> all;
  Request request{.call = "settle", .type = type.schema.name};
  auto done = co_await wire_.look(call, std::move(request), [&](FakeWorld::Contents& world) {
    for (const auto& id : ids(world, type.schema.name, [](const Object&) { return true; })) {
      if (auto object = seen(world, id)) all.push_back(std::move(*object));
    }
  });
  // A search that fails has not found out that there is nothing.
  if (!done) co_return settled(Settled::Kind::kUnknown, done.error().text);
  bool is_create = item.step.change == Change::kCreate;
  co_return is_create ? settled_create(call, type, item, all) : settled_change(call, type, item, all);
}

auto FakeSession::settle(Call call, std::vector<Settle> items, std::function<void(size_t, Settled)> sink) -> Task<void> {
  for (size_t i = 0; i < items.size(); ++i) {
    Settled answer = co_await settle_one(call, std::move(items[i]));
    sink(i, std::move(answer));
  }
}

}  // namespace weft::fake
