#include "providers/fake/server.h"

#include <algorithm>
#include <utility>

#include "lang/value/json.h"
#include "lang/value/path.h"

namespace weft::fake {

using driver::FailureClass;

namespace {

constexpr int64_t kMostSize = 100;
constexpr int64_t kMostNodes = 1000;

auto lower(std::string_view text) -> std::string {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

auto set_in(const Value& object, std::string_view name, Value value) -> Value {
  return weft::with(object, Path{}.member(name), value);
}

// As this provider keeps what it is sent: host names in lower case, documents in its own layout.
auto normal(const Value& attributes) -> Value {
  Value out = attributes;
  if (const Value* host = attributes.get("Host"); host != nullptr && host->is(ValueKind::kString)) {
    out = set_in(out, "Host", Value::string(lower(host->as_string())));
  }
  if (const Value* policy = attributes.get("Policy"); policy != nullptr && policy->is(ValueKind::kString)) {
    JsonStyle style;
    style.indent = 2;
    if (auto document = from_json(policy->as_string())) out = set_in(out, "Policy", Value::string(to_json(*document, style)));
  }
  return out;
}

auto int_in(const Value& attributes, std::string_view name, int64_t otherwise) -> int64_t {
  const Value* value = attributes.get(name);
  return value != nullptr && value->is(ValueKind::kInt) ? value->as_int() : otherwise;
}

auto judged(const Value& attributes) -> std::optional<Refusal> {
  auto refuse = [](std::string attribute, std::string text) {
    return Refusal{.code = "InvalidParameterValue", .text = std::move(text), .attribute = std::move(attribute)};
  };
  int64_t size = int_in(attributes, "Size", 1);
  // Whole numbers beyond 2^53 stand for themselves, to show that they arrive whole.
  if (size > kMostSize && size <= (int64_t{1} << 53)) return refuse("Size", "Size is " + std::to_string(size) + ", at most 100");
  int64_t least = int_in(attributes, "Least", 0);
  int64_t most = int_in(attributes, "Most", kMostNodes);
  if (least < 0 || least > most || most > kMostNodes) return refuse("Least", "Least and Most do not fit");
  return std::nullopt;
}

auto named(const FakeWorld::Contents& world, std::string_view type, std::string_view name) -> const Object* {
  for (const auto& [id, object] : world.objects) {
    if (object.type == type && text_of(object, "Name") == name) return &object;
  }
  return nullptr;
}

auto names_of(const Value& attributes, std::string_view list) -> std::vector<std::string> {
  std::vector<std::string> out;
  const Value* value = attributes.get(list);
  if (value == nullptr || !value->is(ValueKind::kList)) return out;
  for (const auto& element : value->elements()) {
    if (element.is(ValueKind::kString)) out.emplace_back(element.as_string());
  }
  return out;
}

// What a create answers when its name is taken; nothing when it is free.
auto met(const FakeWorld::Contents& world, const TypeFacts& type, const Value& attributes) -> std::optional<Answer> {
  if (!type.by_name) return std::nullopt;
  const Value* name = attributes.get("Name");
  const Object* there = name == nullptr ? nullptr : named(world, type.schema.name, name->as_string());
  if (there == nullptr) return std::nullopt;
  bool is_same = type.schema.create.idempotency == driver::Idempotency::kRepeatable && there->attributes == attributes;
  if (is_same) return *there;
  return std::unexpected(Refusal{.failure = FailureClass::kExists, .code = "AlreadyExists",
                                 .text = type.schema.name + " " + std::string(name->as_string()) + " exists already",
                                 .attribute = "Name"});
}

}  // namespace

auto text_in(const Value& object, std::string_view name) -> std::string {
  const Value* value = object.get(name);
  return value != nullptr && value->is(ValueKind::kString) ? std::string(value->as_string()) : std::string();
}

auto text_of(const Object& object, std::string_view attribute) -> std::string { return text_in(object.attributes, attribute); }

auto count_of(const Object& object, std::string_view attribute) -> uint32_t {
  return static_cast<uint32_t>(std::clamp<int64_t>(int_in(object.attributes, attribute, 0), 0, 1'000'000));
}

auto status_of(const TypeFacts& type, const Object& object) -> std::string_view {
  if (!object.broken.empty()) return "broken";
  if (object.leaving > 0) return "removing";
  bool is_pending = (type.slow && object.polls > 0) || (type.parts && object.parts < count_of(object, "Parts"));
  return is_pending ? "pending" : "ready";
}

auto create(FakeWorld::Contents& world, const TypeFacts& type, const Value& attributes, const std::string& operation)
    -> Answer {
  if (type.keeps_token) {
    if (auto known = world.tokens.find(operation); known != world.tokens.end()) {
      auto made = world.objects.find(known->second);
      if (made != world.objects.end()) return made->second;
    }
  }
  if (auto refusal = judged(attributes)) return std::unexpected(std::move(*refusal));
  Value kept = normal(attributes);
  if (kept.get("Zone") == nullptr) kept = set_in(kept, "Zone", Value::string("zone-a"));
  if (auto there = met(world, type, kept)) return std::move(*there);
  Object object;
  object.type = type.schema.name;
  object.id = "id-" + std::to_string(world.next++);
  object.uid = "u-" + std::to_string(world.next++);
  object.attributes = std::move(kept);
  if (type.keeps_mark) object.mark = operation;
  if (type.keeps_token) {
    object.token = operation;
    world.tokens[operation] = object.id;
  }
  if (type.slow) object.polls = count_of(object, "Polls");
  world.objects.emplace(object.id, object);
  return object;
}

auto create_all(FakeWorld::Contents& world, const TypeFacts& type, const std::vector<NewRecord>& items)
    -> std::expected<std::vector<Object>, Refusal> {
  FakeWorld::Contents before = world;
  std::vector<Object> out;
  for (size_t i = 0; i < items.size(); ++i) {
    auto made = create(world, type, items[i].attributes, items[i].operation);
    if (!made) {
      world = std::move(before);
      made.error().item = i;
      return std::unexpected(std::move(made.error()));
    }
    out.push_back(std::move(*made));
  }
  return out;
}

namespace {

auto not_found(const std::string& id) -> std::unexpected<Refusal> {
  return std::unexpected(Refusal{.failure = FailureClass::kNotFound, .code = "NotFound", .text = "there is no " + id});
}

}  // namespace

namespace {

auto is_big(const Value& attributes) -> bool {
  const Value* mode = attributes.get("Mode");
  return mode != nullptr && mode->is(ValueKind::kString) && mode->as_string().starts_with("big");
}

}  // namespace

auto attach(FakeWorld::Contents& world, const std::string& id) -> Answer {
  auto found = world.objects.find(id);
  if (found == world.objects.end()) return not_found(id);
  Object& object = found->second;
  if (object.parts < count_of(object, "Parts")) {
    ++object.parts;
    ++object.revision;
  }
  return object;
}

auto update(FakeWorld::Contents& world, const std::string& id, const Value& set, const std::vector<std::string>& unset,
            size_t most) -> Answer {
  auto found = world.objects.find(id);
  if (found == world.objects.end() || found->second.leaving > 0) return not_found(id);
  if (auto refusal = judged(set)) return std::unexpected(std::move(*refusal));
  Object& object = found->second;
  if (is_big(set) && !is_big(object.attributes)) {
    return std::unexpected(Refusal{.failure = FailureClass::kNeedsReplace, .code = "NotModifiable", .text = "a big mode needs another machine", .attribute = "Mode"});
  }
  Value kept = normal(set);
  size_t done = 0;
  Value attributes = object.attributes;
  for (const auto& field : kept.fields()) {
    const Value* is = attributes.get(field.key);
    if ((is != nullptr && *is == field.value) || done == most) continue;
    attributes = set_in(attributes, field.key.view(), field.value);
    ++done;
  }
  for (const auto& name : unset) {
    if (attributes.get(name) == nullptr || done == most) continue;
    attributes = weft::without(attributes, Path{}.member(name));
    ++done;
  }
  if (done > 0) {
    object.before = object.attributes;
    object.attributes = std::move(attributes);
    ++object.revision;
  }
  return object;
}

auto remove(FakeWorld::Contents& world, const TypeFacts& type, const std::string& id) -> Answer {
  auto found = world.objects.find(id);
  if (found == world.objects.end()) return not_found(id);
  Object& object = found->second;
  Refusal in_use{.failure = FailureClass::kInUse, .code = "DependencyViolation", .text = id + " is in use"};
  for (const auto& [other_id, other] : world.objects) {
    auto needs = names_of(other.attributes, "Needs");
    if (auto home = text_of(other, "Home"); !home.empty()) needs.push_back(std::move(home));
    bool uses = std::ranges::any_of(needs, [&](const auto& need) { return need == id || need == text_of(object, "Name"); });
    if (uses && other_id != id) in_use.blockers.push_back(text_of(other, "Name"));
  }
  if (!in_use.blockers.empty()) return std::unexpected(std::move(in_use));
  Object last = object;
  if (type.slow) {
    if (object.leaving == 0) object.leaving = count_of(object, "Polls") + 1;
    last = object;
  } else {
    world.objects.erase(found);
  }
  return last;
}

auto seen(FakeWorld::Contents& world, const std::string& id) -> std::optional<Object> {
  auto found = world.objects.find(id);
  if (found == world.objects.end()) return std::nullopt;
  Object& object = found->second;
  if (object.hidden > 0) {
    --object.hidden;
    return std::nullopt;
  }
  ++object.seen;
  if (object.leaving > 0 && --object.leaving == 0) {
    world.objects.erase(found);
    return std::nullopt;
  }
  Object out = object;
  if (object.stale > 0) {
    --object.stale;
    out.attributes = object.before;
    --out.revision;
  }
  if (object.polls > 0 && text_of(object, "Fate") != "never") {
    if (--object.polls == 0 && text_of(object, "Fate") == "fails") object.broken = "its health check failed";
  }
  return out;
}

auto ids(const FakeWorld::Contents& world, std::string_view type, const std::function<bool(const Object&)>& wanted)
    -> std::vector<std::string> {
  std::vector<std::string> out;
  for (const auto& [id, object] : world.objects) {
    if (object.type == type && wanted(object)) out.push_back(id);
  }
  return out;
}

}  // namespace weft::fake
