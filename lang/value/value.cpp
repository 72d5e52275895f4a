#include "lang/value/value.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>

#include "lang/value/weight.h"

namespace weft {

namespace {

// What stands before the first element of every counted allocation.
struct Header {
  std::atomic<uint32_t> count{1};
  uint32_t size = 0;
  uint64_t inside : 48 = 0;  // the weight of what it holds
  uint64_t levels : 16 = 1;  // of collections, itself included

  void hold(const Value& value, size_t key) {
    inside = std::min(inside + weight(value) + key, kMostWeight);
    levels = std::min<uint64_t>(std::max<uint64_t>(levels, nesting(value) + 1), 0xffff);
  }
};

// Of a collection; null when it is empty, for an empty one has none.
auto header_of(const Value& value) -> const Header* {
  const void* first = nullptr;
  if (value.is(ValueKind::kList) || value.is(ValueKind::kSet)) first = value.elements().data();
  if (value.is(ValueKind::kObject)) first = value.fields().data();
  return first == nullptr ? nullptr : static_cast<const Header*>(first) - 1;
}

}  // namespace

struct Value::Rep : Header {
  template <class T>
  auto items() -> T* {
    static_assert(alignof(T) <= sizeof(Rep) && sizeof(Rep) == sizeof(Header));
    return std::launder(reinterpret_cast<T*>(this + 1));
  }
};

static_assert(sizeof(Value) == 16);

template <class T>
auto Value::allocate(size_t count) -> std::pair<Rep*, T*> {
  CHECK(count <= std::numeric_limits<uint32_t>::max());
  void* memory = std::malloc(sizeof(Rep) + count * sizeof(T));
  CHECK(memory != nullptr);
  auto* rep = new (memory) Rep;
  rep->size = static_cast<uint32_t>(count);
  return {rep, reinterpret_cast<T*>(rep + 1)};
}

void Value::retain() const {
  if (kind_ == ValueKind::kString || kind_ == ValueKind::kBytes) {
    // The copied bytes become a handle of their own: one more count, which their own release() gives back.
    alignas(Text) unsigned char handle[sizeof(Text)];
    new (handle) Text(bits_.text);
  } else if (bits_.rep != nullptr) {
    bits_.rep->count.fetch_add(1, std::memory_order_relaxed);
  }
}

void Value::release() {
  if (kind_ == ValueKind::kString || kind_ == ValueKind::kBytes) {
    bits_.text.~Text();
    return;
  }
  Rep* rep = bits_.rep;
  if (rep == nullptr || rep->count.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  switch (kind_) {
    case ValueKind::kList:
    case ValueKind::kSet: std::destroy_n(rep->items<Value>(), rep->size); break;
    case ValueKind::kObject: std::destroy_n(rep->items<Field>(), rep->size); break;
    case ValueKind::kUnknown: std::destroy_at(rep->items<Unknown>()); break;
    default: break;
  }
  rep->~Rep();
  std::free(rep);
}

auto Value::boolean(bool value) -> Value {
  Value made;
  made.kind_ = ValueKind::kBool;
  made.bits_.boolean = value;
  return made;
}

auto Value::integer(int64_t value) -> Value {
  Value made;
  made.kind_ = ValueKind::kInt;
  made.bits_.integer = value;
  return made;
}

auto Value::number(double value) -> Value {
  Value made;
  made.kind_ = ValueKind::kNumber;
  // One zero and one not-a-number: equal values have equal bytes.
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  made.bits_.number = value == 0 ? 0.0 : value;
  return made;
}

auto Value::duration(int64_t nanoseconds) -> Value {
  Value made = integer(nanoseconds);
  made.kind_ = ValueKind::kDuration;
  return made;
}

auto Value::size(int64_t bytes) -> Value {
  Value made = integer(bytes);
  made.kind_ = ValueKind::kSize;
  return made;
}

auto Value::string(Text text) -> Value {
  Value made;
  made.kind_ = ValueKind::kString;
  new (&made.bits_.text) Text(std::move(text));
  return made;
}

auto Value::bytes(Text bytes) -> Value {
  Value made = string(std::move(bytes));
  made.kind_ = ValueKind::kBytes;
  return made;
}

auto Value::list(std::vector<Value> elements) -> Value {
  Value made;
  made.kind_ = ValueKind::kList;
  made.bits_.rep = nullptr;
  if (elements.empty()) return made;
  auto [rep, items] = allocate<Value>(elements.size());
  for (auto& element : elements) {
    if (element.has_secret()) made.marks_ |= kHasSecret;
    if (element.has_unknown()) made.marks_ |= kHasUnknown;
    rep->hold(element, 0);
    new (items++) Value(std::move(element));
  }
  made.bits_.rep = rep;
  return made;
}

auto Value::set(std::vector<Value> elements) -> Value {
  // Of equal ones the first stays; a marked one goes first, so that no mark is lost.
  std::ranges::stable_sort(elements, [](const Value& a, const Value& b) {
    int order = canonical_compare(a, b);
    return order != 0 ? order < 0 : a.has_secret() && !b.has_secret();
  });
  auto same = [](const Value& a, const Value& b) { return !a.has_unknown() && a == b; };
  auto doubles = std::ranges::unique(elements, same);
  elements.erase(doubles.begin(), doubles.end());
  Value made = list(std::move(elements));
  made.kind_ = ValueKind::kSet;
  return made;
}

auto Value::object(std::vector<Field> fields) -> Value {
  Value made;
  made.kind_ = ValueKind::kObject;
  made.bits_.rep = nullptr;
  if (fields.empty()) return made;
  auto less = [](const Field& a, const Field& b) { return a.key < b.key; };
  if (!std::ranges::is_sorted(fields, less)) std::ranges::sort(fields, less);
  auto [rep, items] = allocate<Field>(fields.size());
  const Field* before = nullptr;
  for (auto& field : fields) {
    CHECK(before == nullptr || before->key != field.key);
    if (field.value.has_secret()) made.marks_ |= kHasSecret;
    if (field.value.has_unknown()) made.marks_ |= kHasUnknown;
    rep->hold(field.value, field.key.size());
    before = new (items++) Field(std::move(field));
  }
  made.bits_.rep = rep;
  return made;
}

auto Value::unknown(Unknown facts) -> Value {
  Value made;
  made.kind_ = ValueKind::kUnknown;
  made.marks_ = kHasUnknown;
  auto [rep, item] = allocate<Unknown>(1);
  new (item) Unknown(std::move(facts));
  made.bits_.rep = rep;
  return made;
}

auto Value::as_secret(bool secret) const -> Value {
  Value made = *this;
  made.marks_ = static_cast<uint8_t>(secret ? marks_ | kSecret : marks_ & ~kSecret);
  return made;
}

auto Value::revealed() const -> Value {
  return has_secret() ? reveal_all() : *this;
}

auto Value::reveal_all() const -> Value {
  if ((marks_ & kHasSecret) == 0) return as_secret(false);
  if (kind_ == ValueKind::kObject) {
    std::vector<Field> made;
    made.reserve(length());
    for (const auto& [key, value] : fields()) made.push_back({key, value.revealed()});
    return object(std::move(made));
  }
  std::vector<Value> made;
  made.reserve(length());
  for (const auto& element : elements()) made.push_back(element.revealed());
  return kind_ == ValueKind::kSet ? set(std::move(made)) : list(std::move(made));
}

auto Value::as_bool() const -> bool {
  CHECK(kind_ == ValueKind::kBool);
  return bits_.boolean;
}

auto Value::as_int() const -> int64_t {
  CHECK(kind_ == ValueKind::kInt || kind_ == ValueKind::kDuration || kind_ == ValueKind::kSize);
  return bits_.integer;
}

auto Value::as_number() const -> double {
  CHECK(kind_ == ValueKind::kNumber || kind_ == ValueKind::kInt);
  return kind_ == ValueKind::kInt ? static_cast<double>(bits_.integer) : bits_.number;
}

auto Value::as_text() const -> const Text& {
  CHECK(kind_ == ValueKind::kString || kind_ == ValueKind::kBytes);
  return bits_.text;
}

auto Value::elements() const -> std::span<const Value> {
  CHECK(kind_ == ValueKind::kList || kind_ == ValueKind::kSet);
  if (bits_.rep == nullptr) return {};
  return {bits_.rep->items<Value>(), bits_.rep->size};
}

auto Value::fields() const -> std::span<const Field> {
  CHECK(kind_ == ValueKind::kObject);
  if (bits_.rep == nullptr) return {};
  return {bits_.rep->items<Field>(), bits_.rep->size};
}

auto Value::facts() const -> const Unknown& {
  CHECK(kind_ == ValueKind::kUnknown);
  return *bits_.rep->items<Unknown>();
}

auto Value::get(std::string_view key) const -> const Value* {
  if (kind_ != ValueKind::kObject) return nullptr;
  auto all = fields();
  auto found = std::ranges::lower_bound(all, key, {}, [](const Field& field) { return field.key.view(); });
  return found != all.end() && found->key == key ? &found->value : nullptr;
}

auto Value::length() const -> size_t {
  switch (kind_) {
    case ValueKind::kList:
    case ValueKind::kSet:
    case ValueKind::kObject: return bits_.rep == nullptr ? 0 : bits_.rep->size;
    default: return 0;
  }
}

auto weight(const Value& value) -> uint64_t {
  if (value.is(ValueKind::kString) || value.is(ValueKind::kBytes)) return kWeightOfOne + value.as_text().size();
  const Header* header = header_of(value);
  return header == nullptr ? kWeightOfOne : std::min(kWeightOfOne + header->inside, kMostWeight);
}

auto nesting(const Value& value) -> uint32_t {
  if (value.length() == 0) return value.is(ValueKind::kList) || value.is(ValueKind::kSet) || value.is(ValueKind::kObject) ? 1 : 0;
  return static_cast<uint32_t>(header_of(value)->levels);
}

auto origin_of(const Value& value) -> Text {
  if (!value.has_unknown()) return {};
  if (value.is_unknown()) return value.facts().origin;
  if (value.is(ValueKind::kObject)) {
    for (const auto& field : value.fields()) {
      if (field.value.has_unknown()) return origin_of(field.value);
    }
    return {};
  }
  for (const auto& element : value.elements()) {
    if (element.has_unknown()) return origin_of(element);
  }
  return {};
}

}  // namespace weft
