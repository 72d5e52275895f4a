#include "providers/fake/session.h"

#include <algorithm>
#include <utility>

#include "providers/fake/fake.h"

namespace weft::fake {

using driver::Call;
using driver::DriverFailure;
using driver::FailureClass;
using driver::Planned;
using driver::Prepare;
using driver::Prepared;
using driver::Verdict;

namespace {

auto invalid(std::string attribute, std::string text) -> DriverFailure {
  DriverFailure out;
  out.failure = FailureClass::kInvalid;
  out.text = std::move(text);
  out.path = Path{}.member(attribute);
  return out;
}

// The same for one address for ever; one that was given before stays, also when the address moves.
auto generated_alias(const Prepare& item) -> std::string {
  std::string before = text_in(item.previous, "Alias");
  return before.empty() ? item.fabric + "-" + item.environment + "-" + item.address : before;
}

// Between Least and Most texts, none of them known yet.
auto unknown_addresses(const Prepare& item, const Value& desired) -> Value {
  Unknown facts;
  facts.type = item.type->attribute("Addresses")->type;
  facts.not_null = true;
  facts.origin = item.address + ".Addresses";
  const Value* least = desired.get("Least");
  const Value* most = desired.get("Most");
  if (least != nullptr && least->is(ValueKind::kInt)) facts.least_length = static_cast<uint32_t>(least->as_int());
  if (most != nullptr && most->is(ValueKind::kInt)) facts.most_length = static_cast<uint32_t>(most->as_int());
  return Value::unknown(std::move(facts));
}

class FakeDriver : public driver::Driver {
 public:
  explicit FakeDriver(std::shared_ptr<FakeWorld> world) : world_(std::move(world)) {
    auto facts = std::make_shared<Facts>();
    for (auto& one : type_facts()) {
      types_.push_back(one.schema);
      std::string name = one.schema.name;
      facts->emplace(std::move(name), std::move(one));
    }
    facts_ = std::move(facts);
    driver::Attribute place;
    place.name = "Place";
    place.type = Type::string();
    place.documentation = "Which of the fake places this is; \"here\" unless written.";
    driver::Attribute token;
    token.name = "Token";
    token.type = Type::string();
    token.secrecy = driver::Secrecy::kSecret;
    token.documentation = "A credential; `over` is one that is not good any more.";
    settings_ = {place, token};
  }

  auto name() const -> std::string_view override { return "fake"; }
  auto types() const -> std::span<const driver::TypeSchema> override { return types_; }
  auto settings() const -> std::span<const driver::Attribute> override { return settings_; }

  auto open(Call /*call*/, Value settings)
      -> Task<std::expected<std::unique_ptr<driver::Session>, DriverFailure>> override {
    driver::Configured configured;
    configured.place = "here";
    configured.partial = settings.has_unknown();
    if (auto place = text_in(settings, "Place"); !place.empty()) configured.place = place;
    if (const Value* place = settings.get("Place"); place != nullptr && place->is_unknown()) configured.place.clear();
    if (text_in(settings, "Token") == "over") {
      DriverFailure failure;
      failure.failure = FailureClass::kExpired;
      failure.code = "ExpiredToken";
      failure.text = "the token is not good any more";
      co_return std::unexpected(std::move(failure));
    }
    co_return std::make_unique<FakeSession>(facts_, world_, std::move(configured));
  }

 private:
  std::shared_ptr<FakeWorld> world_;
  std::shared_ptr<const Facts> facts_;
  std::vector<driver::TypeSchema> types_;
  std::vector<driver::Attribute> settings_;
};

}  // namespace

auto make_fake_driver(std::shared_ptr<FakeWorld> world) -> std::unique_ptr<driver::Driver> {
  return std::make_unique<FakeDriver>(std::move(world));
}

auto is_wanted([[maybe_unused]] const Environment& environment) -> bool {
#ifdef WEFT_CRASH_POINTS
  return environment.get("WEFT_FAKE") == "1";
#else
  return false;
#endif
}

auto world_of(const Environment& environment) -> std::shared_ptr<FakeWorld> {
  std::string file = environment.get("WEFT_FAKE_WORLD");
  return file.empty() ? std::make_shared<FakeWorld>() : std::make_shared<FakeWorld>(std::move(file));
}

auto FakeSession::facts(const driver::TypeSchema* type) const -> const TypeFacts& {
  CHECK(type != nullptr);
  auto found = facts_->find(type->name);
  CHECK(found != facts_->end());
  return found->second;
}

auto FakeSession::unusable() const -> std::optional<DriverFailure> {
  if (!configured_.partial) return std::nullopt;
  DriverFailure failure;
  failure.failure = FailureClass::kUnsupported;
  failure.text = "some settings of the provider are not known yet";
  failure.hint = "only what needs no provider can be asked before they are";
  return failure;
}

auto FakeSession::prepare(std::span<const Prepare> items) -> std::vector<Prepared> {
  auto out = driver::Session::prepare(items);
  for (size_t i = 0; i < items.size(); ++i) {
    const TypeFacts& type = facts(items[i].type);
    Value& desired = out[i].desired;
    if (desired.get("Alias") == nullptr) {
      desired = weft::with(desired, Path{}.member("Alias"), Value::string(generated_alias(items[i])));
    }
    const Value* name = desired.get("Name");
    if (name != nullptr && name->is(ValueKind::kString) && name->as_string().empty()) {
      out[i].problems.push_back(invalid("Name", "the name is empty"));
    }
    std::string zone = text_in(desired, "Zone").empty() ? "zone-a" : text_in(desired, "Zone");
    if (type.lane) out[i].lane = "queue:" + zone;
    if (type.atomic) {
      out[i].batch = "record:" + zone;
      out[i].batch_limit = kMostInBatch;
    }
    if (type.nodes) out[i].computed = Value::object({{"Addresses", unknown_addresses(items[i], desired)}});
  }
  return out;
}

auto FakeSession::plan(Call /*call*/, std::vector<driver::Candidate> items) -> Task<std::vector<Planned>> {
  std::vector<Planned> out;
  Path mode = Path{}.member("Mode");
  for (const auto& item : items) {
    Planned planned;
    planned.verdict = item.proposed;
    bool changes_mode = std::ranges::find(item.changed, mode) != item.changed.end();
    if (item.proposed == Verdict::kUpdate && changes_mode && text_in(item.desired, "Mode").starts_with("big")) {
      planned.verdict = Verdict::kReplace;
      planned.forces_replace.push_back(mode);
      planned.why = "a big mode needs another machine";
    }
    out.push_back(std::move(planned));
  }
  co_return out;
}

// ---- an object as the contract sees it

auto identity_of(const TypeFacts& type, const Object& object) -> driver::Identity {
  Value value = type.by_name ? Value::string(text_of(object, "Name")) : Value::string(object.id);
  return Value::object({{type.schema.identity.front(), std::move(value)}});
}

auto observed_of(const TypeFacts& type, const Object& object, bool created) -> Value {
  std::vector<Field> fields;
  for (const auto& attribute : type.schema.attributes) {
    const Value* value = object.attributes.get(attribute.name);
    if (value == nullptr || attribute.secrecy == driver::Secrecy::kWriteOnly) continue;
    auto [converted, problem] = convert(*value, attribute.type);
    Value is = converted ? *converted : *value;
    fields.push_back({attribute.name, attribute.secrecy == driver::Secrecy::kClear ? is : is.as_secret()});
  }
  auto add = [&](std::string_view name, Value value) { fields.push_back({name, std::move(value)}); };
  add("Id", Value::string(object.id));
  add("Revision", Value::integer(static_cast<int64_t>(object.revision)));
  add("Digest", Value::string("size-" + std::to_string(count_of(object, "Size"))));
  add("Status", Value::string(status_of(type, object)));
  add("Seen", Value::integer(static_cast<int64_t>(object.seen)));
  if (type.once && created) add("AccessKey", Value::string("access-key-of-" + object.uid).as_secret());
  if (type.parts) add("Attached", Value::integer(object.parts));
  if (type.nodes) {
    std::vector<Value> addresses;
    for (uint32_t i = 0; i < count_of(object, "Least"); ++i) {
      addresses.push_back(Value::string("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
    }
    add("Addresses", Value::list(std::move(addresses)));
  }
  return Value::object(std::move(fields));
}

namespace {

auto holds_secret(const Value& value) -> bool {
  if (value.has_secret() || value.get("$digest") != nullptr) return true;
  if (value.is(ValueKind::kObject)) {
    return std::ranges::any_of(value.fields(), [](const Field& field) { return holds_secret(field.value); });
  }
  bool is_many = value.is(ValueKind::kList) || value.is(ValueKind::kSet);
  return is_many && std::ranges::any_of(value.elements(), [](const Value& element) { return holds_secret(element); });
}

}  // namespace

auto remarked(const Value& observed, const Value& declared) -> Value {
  std::vector<Field> fields;
  for (const auto& field : observed.fields()) {
    const Value* written = declared.get(field.key);
    bool is_secret = written != nullptr && holds_secret(*written);
    fields.push_back({field.key, is_secret ? field.value.as_secret() : field.value});
  }
  return Value::object(std::move(fields));
}

auto driver_data_of(const Call& call, const Object& object) -> Value {
  return Value::object({{"uid", Value::string(object.uid)},
                        {"revision", Value::integer(static_cast<int64_t>(object.revision))},
                        {"changed_ms", Value::integer(call.clock.wall_ms())}});
}

auto changed_of(const Call& call, const TypeFacts& type, const Object& object, const Value& declared, bool created)
    -> driver::Changed {
  driver::Changed out;
  out.identity = identity_of(type, object);
  out.observed = remarked(observed_of(type, object, created), declared);
  out.driver_data = driver_data_of(call, object);
  return out;
}

auto matching(const FakeWorld::Contents& world, const TypeFacts& type, const driver::Identity& identity)
    -> std::vector<std::string> {
  std::string wanted = text_in(identity, type.schema.identity.front());
  return ids(world, type.schema.name, [&](const Object& object) {
    return (type.by_name ? text_of(object, "Name") : object.id) == wanted;
  });
}

auto sent_of(const TypeFacts& type, const Value& desired) -> Value {
  std::vector<Field> fields;
  for (const auto& field : desired.fields()) {
    const auto* attribute = type.schema.attribute(field.key.view());
    if (attribute == nullptr || attribute->input == driver::Input::kLocal) continue;
    Value value = field.value.revealed();
    if (value.is(ValueKind::kSet)) value = Value::list({value.elements().begin(), value.elements().end()});
    fields.push_back({field.key, std::move(value)});
  }
  return Value::object(std::move(fields));
}

}  // namespace weft::fake
