// The world's file: JSON, so that tests in any language can write faults into it and look at what became of things.
#include <utility>

#include "lang/value/json.h"
#include "providers/fake/world.h"

namespace weft::fake {

namespace {

auto s(std::string_view text) -> Value { return Value::string(text); }
auto n(uint64_t number) -> Value { return Value::integer(static_cast<int64_t>(number)); }

auto object_value(const Object& object) -> Value {
  return Value::object({{"type", s(object.type)},
                        {"id", s(object.id)},
                        {"uid", s(object.uid)},
                        {"attributes", object.attributes},
                        {"mark", s(object.mark)},
                        {"token", s(object.token)},
                        {"revision", n(object.revision)},
                        {"parts", n(object.parts)},
                        {"polls", n(object.polls)},
                        {"leaving", n(object.leaving)},
                        {"hidden", n(object.hidden)},
                        {"stale", n(object.stale)},
                        {"before", object.before},
                        {"broken", s(object.broken)},
                        {"seen", n(object.seen)}});
}

auto fault_value(const Fault& fault) -> Value {
  constexpr std::string_view kHappened[] = {"no", "yes", "partly", "maybe"};
  return Value::object({{"call", s(fault.call)},
                        {"type", s(fault.type)},
                        {"name", s(fault.name)},
                        {"nth", n(fault.nth)},
                        {"times", n(fault.times)},
                        {"every", n(fault.every)},
                        {"effect", s(word(fault.effect))},
                        {"failure", s(driver::word(fault.failure))},
                        {"happened", s(kHappened[static_cast<size_t>(fault.happened)])},
                        {"count", n(fault.count)},
                        {"text", s(fault.text)},
                        {"met", n(fault.met)}});
}

// Members of a JSON object, with defaults for those that are not there; remembers the first mistake.
class Reader {
 public:
  explicit Reader(const Value& object) : object_(object) {
    if (!object.is(ValueKind::kObject)) mistake("an object was expected");
  }
  auto text(std::string_view name) -> std::string {
    const Value* value = object_.get(name);
    if (value == nullptr || value->is_null()) return {};
    if (value->is(ValueKind::kString)) return std::string(value->as_string());
    mistake("`" + std::string(name) + "` is no text");
    return {};
  }
  template <class T>
  void number(std::string_view name, T& out) {
    const Value* value = object_.get(name);
    if (value == nullptr) return;
    if (value->is(ValueKind::kInt) && value->as_int() >= 0) {
      out = static_cast<T>(value->as_int());
    } else {
      mistake("`" + std::string(name) + "` is no count");
    }
  }
  auto value(std::string_view name) -> Value {
    const Value* value = object_.get(name);
    return value == nullptr ? Value::null() : *value;
  }
  // Position of a text in `words`.
  template <class T>
  void choice(std::string_view name, std::initializer_list<std::string_view> words, T& out) {
    std::string chosen = text(name);
    if (chosen.empty()) return;
    size_t index = 0;
    for (auto one : words) {
      if (one == chosen) {
        out = static_cast<T>(index);
        return;
      }
      ++index;
    }
    mistake("`" + std::string(name) + "` cannot be `" + chosen + "`");
  }
  void mistake(std::string text) {
    if (mistake_.empty()) mistake_ = std::move(text);
  }
  [[nodiscard]] auto end() const -> Result<void> {
    return mistake_.empty() ? Result<void>{} : fail(Code::kCorrupt, "the fake world: " + mistake_);
  }

 private:
  const Value& object_;
  std::string mistake_;
};

auto object_from(const Value& value) -> Result<Object> {
  Reader in(value);
  Object out;
  out.type = in.text("type");
  out.id = in.text("id");
  out.uid = in.text("uid");
  out.attributes = in.value("attributes");
  out.mark = in.text("mark");
  out.token = in.text("token");
  out.before = in.value("before");
  out.broken = in.text("broken");
  in.number("revision", out.revision);
  in.number("parts", out.parts);
  in.number("polls", out.polls);
  in.number("leaving", out.leaving);
  in.number("hidden", out.hidden);
  in.number("stale", out.stale);
  in.number("seen", out.seen);
  TRY_VOID(in.end());
  return out;
}

auto fault_from(const Value& value) -> Result<Fault> {
  Reader in(value);
  Fault out;
  out.call = in.text("call");
  out.type = in.text("type");
  out.name = in.text("name");
  out.text = in.text("text");
  in.number("nth", out.nth);
  in.number("times", out.times);
  in.number("every", out.every);
  in.number("count", out.count);
  in.number("met", out.met);
  in.choice("effect",
            {
#define EFFECT(name, word, meaning) word,
#include "providers/fake/effects.def"
#undef EFFECT
            },
            out.effect);
  in.choice("failure",
            {
#define FAILURE(name, word, meaning) word,
#include "providers/api/failure.def"
#undef FAILURE
            },
            out.failure);
  in.choice("happened", {"no", "yes", "partly", "maybe"}, out.happened);
  TRY_VOID(in.end());
  return out;
}

auto elements(const Value& world, std::string_view name) -> std::span<const Value> {
  const Value* list = world.get(name);
  return list != nullptr && list->is(ValueKind::kList) ? list->elements() : std::span<const Value>();
}

}  // namespace

auto to_text(const FakeWorld::Contents& contents) -> std::string {
  std::vector<Value> objects, faults, requests;
  std::vector<Field> tokens;
  for (const auto& [id, object] : contents.objects) objects.push_back(object_value(object));
  for (const auto& fault : contents.faults) faults.push_back(fault_value(fault));
  for (const auto& [token, id] : contents.tokens) tokens.push_back({token, s(id)});
  for (const auto& request : contents.requests) {
    requests.push_back(Value::object({{"call", s(request.call)},
                                      {"type", s(request.type)},
                                      {"name", s(request.name)},
                                      {"operation", s(request.operation)}}));
  }
  Value all = Value::object({{"objects", Value::list(std::move(objects))},
                             {"faults", Value::list(std::move(faults))},
                             {"requests", Value::list(std::move(requests))},
                             {"tokens", Value::object(std::move(tokens))},
                             {"next", n(contents.next)},
                             {"reads", n(contents.reads)},
                             {"lane_overlaps", n(contents.lane_overlaps)}});
  JsonStyle style;
  style.indent = 1;
  return to_json(all, style) + "\n";
}

auto contents_from(std::string_view text) -> Result<FakeWorld::Contents> {
  FakeWorld::Contents out;
  TRY(all, from_json(text));
  Reader in(all);
  in.number("next", out.next);
  in.number("reads", out.reads);
  in.number("lane_overlaps", out.lane_overlaps);
  TRY_VOID(in.end());
  for (const auto& value : elements(all, "objects")) {
    TRY(object, object_from(value));
    std::string id = object.id;
    out.objects.emplace(std::move(id), std::move(object));
  }
  for (const auto& value : elements(all, "faults")) {
    TRY(fault, fault_from(value));
    out.faults.push_back(std::move(fault));
  }
  for (const auto& value : elements(all, "requests")) {
    Reader request(value);
    out.requests.push_back({request.text("call"), request.text("type"), request.text("name"), request.text("operation")});
    TRY_VOID(request.end());
  }
  if (const Value* tokens = all.get("tokens"); tokens != nullptr && tokens->is(ValueKind::kObject)) {
    Reader token(*tokens);
    for (const auto& field : tokens->fields()) out.tokens[field.key.str()] = token.text(field.key.view());
    TRY_VOID(token.end());
  }
  return out;
}

}  // namespace weft::fake
