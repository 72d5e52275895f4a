#include "providers/local/values.h"

#include <algorithm>
#include <utility>

#include "lang/base/digest.h"
#include "lang/value/function.h"
#include "lang/value/json.h"

namespace weft::local {

using driver::Attribute;
using driver::DriverFailure;
using driver::FailureClass;

auto written(const Value& object, std::string_view name) -> const Value* {
  const Value* value = object.get(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

auto known(const Value& object, std::string_view name) -> const Value* {
  const Value* value = written(object, name);
  return value == nullptr || value->has_unknown() ? nullptr : value;
}

auto text_of(const Value& object, std::string_view name) -> std::string {
  const Value* value = known(object, name);
  return value != nullptr && value->is(ValueKind::kString) ? std::string(value->as_string()) : std::string();
}

auto int_of(const Value& object, std::string_view name, int64_t otherwise) -> int64_t {
  const Value* value = known(object, name);
  if (value == nullptr) return otherwise;
  bool is_int = value->is(ValueKind::kInt) || value->is(ValueKind::kDuration) || value->is(ValueKind::kSize);
  return is_int ? value->as_int() : otherwise;
}

auto bool_of(const Value& object, std::string_view name) -> bool {
  const Value* value = known(object, name);
  return value != nullptr && value->is(ValueKind::kBool) && value->as_bool();
}

auto was_secret(const Value& object, std::string_view name) -> bool {
  const Value* value = written(object, name);
  return value != nullptr && (value->has_secret() || value->get("$digest") != nullptr);
}

auto has_digest(const Value& value) -> bool {
  if (value.get("$digest") != nullptr) return true;
  if (value.is(ValueKind::kObject)) {
    return std::ranges::any_of(value.fields(), [](const Field& field) { return has_digest(field.value); });
  }
  bool is_many = value.is(ValueKind::kList) || value.is(ValueKind::kSet);
  return is_many && std::ranges::any_of(value.elements(), [](const Value& element) { return has_digest(element); });
}

auto merged(const Value& base, std::vector<Field> fields) -> Value {
  std::vector<Field> all;
  for (const auto& field : base.is(ValueKind::kObject) ? base.fields() : std::span<const Field>()) {
    bool replaced = std::ranges::any_of(fields, [&](const Field& other) { return other.key == field.key; });
    if (!replaced) all.push_back(field);
  }
  for (auto& field : fields) all.push_back(std::move(field));
  return Value::object(std::move(all));
}

auto omitting(const Value& object, std::initializer_list<std::string_view> names) -> Value {
  std::vector<Field> kept;
  for (const auto& field : object.is(ValueKind::kObject) ? object.fields() : std::span<const Field>()) {
    if (std::ranges::find(names, field.key.view()) == names.end()) kept.push_back(field);
  }
  return Value::object(std::move(kept));
}

namespace {

auto row(std::string name, std::string_view type, driver::Input input, std::string documentation) -> Attribute {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.type = type_from_text(type);
  attribute.input = input;
  attribute.documentation = std::move(documentation);
  return attribute;
}

}  // namespace

auto required(std::string name, std::string_view type, std::string documentation) -> Attribute {
  auto attribute = row(std::move(name), type, driver::Input::kRequired, std::move(documentation));
  attribute.on_remove = driver::OnRemove::kRefuse;
  return attribute;
}

auto optional(std::string name, std::string_view type, std::string documentation) -> Attribute {
  return row(std::move(name), type, driver::Input::kOptional, std::move(documentation));
}

auto computed(std::string name, std::string_view type, std::string documentation) -> Attribute {
  return row(std::move(name), type, driver::Input::kNone, std::move(documentation));
}

auto replacing(Attribute attribute) -> Attribute {
  attribute.change = driver::OnChange::kReplace;
  if (attribute.input != driver::Input::kRequired) attribute.on_remove = driver::OnRemove::kReplace;
  return attribute;
}

auto with_default(Attribute attribute, Value value) -> Attribute {
  attribute.default_value = std::move(value);
  attribute.on_remove = driver::OnRemove::kReset;
  return attribute;
}

auto following(Attribute attribute, std::vector<std::string> follows) -> Attribute {
  attribute.stability = driver::Stability::kFollows;
  attribute.follows = std::move(follows);
  return attribute;
}

auto secret(Attribute attribute, driver::Secrecy secrecy) -> Attribute {
  attribute.secrecy = secrecy;
  return attribute;
}

auto plain(Attribute attribute) -> Attribute {
  attribute.plain = true;
  return attribute;
}

auto formatted(Attribute attribute, std::string format) -> Attribute {
  attribute.format = std::move(format);
  return attribute;
}

auto keepers_row() -> Attribute {
  return replacing(optional("keepers", "map<any>", "Any values; when one of them changes, a new value is made."));
}

auto recorded_schema(std::string name, std::string documentation) -> driver::TypeSchema {
  driver::TypeSchema type;
  type.name = std::move(name);
  type.role = driver::TypeRole::kRecorded;
  driver::Operation pure;
  pure.idempotency = driver::Idempotency::kPure;
  type.create = type.update = type.remove = pure;
  type.documentation = std::move(documentation);
  return type;
}

auto refused(FailureClass failure, std::string text, std::string hint) -> DriverFailure {
  DriverFailure out;
  out.failure = failure;
  out.happened = driver::Happened::kNo;
  out.text = std::move(text);
  out.hint = std::move(hint);
  return out;
}

auto unseen(const std::string& path, std::string_view what) -> DriverFailure {
  return refused(FailureClass::kDenied, "`" + path + "` " + std::string(what), "make it readable (`chmod u+r`) and plan again");
}

auto invalid(std::string_view attribute, std::string text, std::string hint) -> DriverFailure {
  auto out = refused(FailureClass::kInvalid, std::move(text), std::move(hint));
  out.path = Path{}.member(attribute);
  return out;
}

auto failed(const Failure& failure, std::string_view operation) -> DriverFailure {
  auto failure_class = [&] {
    switch (failure.code) {
      case Code::kInvalid:
        return FailureClass::kInvalid;
      case Code::kNotFound:
        return FailureClass::kNotFound;
      case Code::kExists:
        return FailureClass::kExists;
      case Code::kDenied:
        return FailureClass::kDenied;
      case Code::kConflict:
        return FailureClass::kMoved;
      case Code::kFull:
        return FailureClass::kQuota;
      case Code::kUnavailable:
      case Code::kCorrupt:
        return FailureClass::kTransient;
      case Code::kUnsupported:
        return FailureClass::kUnsupported;
      case Code::kCancelled:
        return FailureClass::kCancelled;
      default:
        return FailureClass::kInternal;
    }
  };
  auto out = refused(failure_class(), failure.text, failure.hint);
  out.operation = operation;
  return out;
}

auto unplaced(const Failure& failure, std::string_view operation) -> DriverFailure {
  auto out = failed(failure, operation);
  if (failure.code == Code::kCorrupt) out.happened = driver::Happened::kMaybe;
  if (out.failure == FailureClass::kNotFound) out.failure = FailureClass::kInvalid;
  return out;
}

auto path_of(const driver::Step& step) -> std::string {
  bool recorded = step.change == driver::Change::kRemove || step.desired.is_null();
  return text_of(recorded ? step.instance.identity : step.desired, "path");
}

auto random_uuid() -> std::string {
  std::string bytes = random_string(16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);
  std::string digits = hex(bytes);
  for (size_t at : {20U, 16U, 12U, 8U}) digits.insert(at, "-");
  return digits;
}

namespace {

constexpr size_t kLeastSecret = 8;  // shorter ones would blot out half of any text

// A text that is made of a secret and other things is secret as a whole; which part of it is the secret, nobody knows
// here. So each of its longer words counts: `echo ${token} >&2` hides the token that it prints.
void add_text(std::string_view text, std::vector<std::string>& out) {
  if (text.size() < kLeastSecret) return;
  out.emplace_back(text);
  constexpr std::string_view kBetween = " \t\r\n\"'`=;:,|&(){}[]<>$";
  for (size_t at = text.find_first_not_of(kBetween); at < text.size();) {
    size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    if (end - at >= kLeastSecret && end - at < text.size()) out.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBetween, end);
  }
}

// What got its input as JSON may print it as it came.
void add_escaped(std::vector<std::string>& texts) {
  for (size_t i = 0, count = texts.size(); i < count; ++i) {
    std::string quoted = to_json(Value::string(texts[i]));
    std::string inner = quoted.substr(1, quoted.size() - 2);
    if (inner != texts[i]) texts.push_back(std::move(inner));
  }
}

// Of an int, a number, a duration or a size: as JSON writes it, without its quotes. Nothing of others.
auto scalar_text(const Value& value) -> std::string {
  switch (value.kind()) {
    case ValueKind::kInt:
    case ValueKind::kNumber:
    case ValueKind::kDuration:
    case ValueKind::kSize: {
      std::string text = to_json(value, {.reveal = true});
      return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
    }
    default:
      return {};
  }
}

void collect(const Value& value, bool inside_secret, std::vector<std::string>& out) {
  bool is_secret = inside_secret || value.secret();
  if (!is_secret && !value.has_secret()) return;
  switch (value.kind()) {
    case ValueKind::kString:
      if (is_secret) add_text(value.as_string(), out);
      break;
    case ValueKind::kList:
    case ValueKind::kSet:
      for (const auto& element : value.elements()) collect(element, is_secret, out);
      break;
    case ValueKind::kObject:
      for (const auto& field : value.fields()) collect(field.value, is_secret, out);
      break;
    default:
      if (is_secret) add_text(scalar_text(value), out);
      break;
  }
}

}  // namespace

auto as_found(driver::Changed changed, std::string_view path) -> driver::Changed {
  changed.driver_data = merged(changed.driver_data, {{"found", Value::boolean(true)}});
  changed.warnings.push_back("`" + std::string(path) + "` was there already: it stays when this is destroyed");
  return changed;
}

auto was_found(const driver::Step& step) -> bool { return bool_of(step.instance.driver_data, "found"); }

auto still_found(const driver::Step& step, std::string_view sha256) -> bool {
  return was_found(step) && text_of(step.instance.driver_data, "sha256") == sha256;
}

auto secret_texts(const Value& value) -> std::vector<std::string> {
  std::vector<std::string> out;
  collect(value, false, out);
  add_escaped(out);
  // Longer ones first, so that a secret inside another does not leave the other's rest behind.
  std::ranges::sort(out, [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

auto redacted(std::string text, const std::vector<std::string>& secrets) -> std::string {
  for (const auto& one : secrets) {
    std::string clear;
    size_t from = 0;
    for (size_t at = text.find(one); at != std::string::npos; at = text.find(one, from)) {
      clear.append(text, from, at - from).append("(secret)");
      from = at + one.size();
    }
    if (from > 0) text = clear.append(text, from);
  }
  return text;
}

auto holds_any(std::string_view text, const std::vector<std::string>& secrets) -> bool {
  return std::ranges::any_of(secrets, [&](const auto& one) { return text.find(one) != std::string_view::npos; });
}

auto has_secret_key(const Value& value, const std::vector<std::string>& secrets) -> bool {
  if (value.is(ValueKind::kList)) {
    return std::ranges::any_of(value.elements(), [&](const auto& element) { return has_secret_key(element, secrets); });
  }
  if (!value.is(ValueKind::kObject)) return false;
  return std::ranges::any_of(value.fields(), [&](const auto& field) {
    return holds_any(field.key.view(), secrets) || has_secret_key(field.value, secrets);
  });
}

auto marked(const Value& value, const std::vector<std::string>& secrets) -> Value {
  if (secrets.empty()) return value;
  switch (value.kind()) {
    case ValueKind::kString:
      return holds_any(value.as_string(), secrets) ? value.as_secret() : value;
    case ValueKind::kList: {
      std::vector<Value> elements;
      for (const auto& element : value.elements()) elements.push_back(marked(element, secrets));
      return Value::list(std::move(elements)).as_secret(value.secret());
    }
    case ValueKind::kObject: {
      std::vector<Field> fields;
      for (const auto& field : value.fields()) fields.push_back({field.key, marked(field.value, secrets)});
      return Value::object(std::move(fields)).as_secret(value.secret());
    }
    default:
      return holds_any(scalar_text(value), secrets) ? value.as_secret() : value;
  }
}

}  // namespace weft::local
