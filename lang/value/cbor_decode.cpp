#include <bit>
#include <cmath>

#include "lang/base/text.h"
#include "lang/value/cbor.h"
#include "lang/value/cbor_parts.h"
#include "lang/value/type_text.h"

namespace weft {

namespace {

using cbor::Major;

constexpr int kMaxCborDepth = 256;

auto corrupt(std::string_view what) -> std::unexpected<Failure> {
  return fail(Code::kCorrupt, "these bytes are no canonical CBOR: " + std::string(what));
}

struct Head {
  Major major{};
  uint8_t info = 0;
  uint64_t argument = 0;
};

class CborReader {
 public:
  explicit CborReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] auto at_end() const -> bool { return pos_ == bytes_.size(); }

  auto value(int depth) -> Result<Value> {
    if (depth > kMaxCborDepth) return corrupt("nested deeper than 256 levels");
    TRY(head, this->head());
    switch (head.major) {
      case Major::kUnsigned:
      case Major::kNegative: return integer(head);
      case Major::kBytes: {
        TRY(bytes, chunk(head));
        return Value::bytes(bytes);
      }
      case Major::kText: {
        TRY(text, chunk(head));
        if (first_invalid_utf8(text) != std::string_view::npos) return corrupt("a text that is not UTF-8");
        return Value::string(text);
      }
      case Major::kArray: {
        TRY(elements, array(head, depth));
        return Value::list(std::move(elements));
      }
      case Major::kMap: return map(head, depth);
      case Major::kTag: return tagged(head, depth);
      case Major::kSimple: return simple(head);
    }
    return corrupt("an unknown kind of item");
  }

 private:
  auto head() -> Result<Head> {
    if (at_end()) return corrupt("they end too early");
    auto first = static_cast<uint8_t>(bytes_[pos_++]);
    Head head{.major = static_cast<Major>(first >> 5), .info = static_cast<uint8_t>(first & 31)};
    if (head.info < 24) {
      head.argument = head.info;
      return head;
    }
    if (head.info > 27) return corrupt("an item of indefinite length");
    size_t size = size_t{1} << (head.info - 24);
    if (bytes_.size() - pos_ < size) return corrupt("they end too early");
    for (size_t i = 0; i < size; ++i)
      head.argument = head.argument << 8 | static_cast<uint8_t>(bytes_[pos_++]);
    if (head.major == Major::kSimple) return head;  // there the argument is the number itself
    uint64_t shorter = head.info == 24 ? 23 : head.info == 25 ? 0xFF : head.info == 26 ? 0xFFFF : 0xFFFFFFFF;
    if (head.argument <= shorter) return corrupt("a length that is not in its shortest form");
    return head;
  }

  static auto integer(const Head& head) -> Result<Value> {
    if (head.argument > static_cast<uint64_t>(INT64_MAX)) return corrupt("an int beyond 64 bits");
    auto magnitude = static_cast<int64_t>(head.argument);
    return Value::integer(head.major == Major::kNegative ? -1 - magnitude : magnitude);
  }

  auto chunk(const Head& head) -> Result<std::string_view> {
    if (head.argument > bytes_.size() - pos_) return corrupt("they end too early");
    auto chunk = bytes_.substr(pos_, head.argument);
    pos_ += head.argument;
    return chunk;
  }

  auto array(const Head& head, int depth) -> Result<std::vector<Value>> {
    // Each element takes a byte at least, so a lying length cannot ask for more memory than the input has.
    if (head.argument > bytes_.size() - pos_) return corrupt("they end too early");
    std::vector<Value> elements;
    elements.reserve(std::min<uint64_t>(head.argument, 4096));
    for (uint64_t i = 0; i < head.argument; ++i) {
      TRY(element, value(depth + 1));
      elements.push_back(std::move(element));
    }
    return elements;
  }

  auto map(const Head& head, int depth) -> Result<Value> {
    if (head.argument > (bytes_.size() - pos_) / 2) return corrupt("they end too early");
    std::vector<Field> fields;
    fields.reserve(std::min<uint64_t>(head.argument, 4096));
    std::string_view before;
    for (uint64_t i = 0; i < head.argument; ++i) {
      TRY(key_head, this->head());
      if (key_head.major != Major::kText) return corrupt("a key that is no text");
      TRY(key, chunk(key_head));
      if (first_invalid_utf8(key) != std::string_view::npos) return corrupt("a key that is not UTF-8");
      bool sorted = i == 0 || before.size() < key.size() || (before.size() == key.size() && before < key);
      if (!sorted) return corrupt("keys out of order or twice");
      before = key;
      TRY(member, value(depth + 1));
      fields.push_back({key, std::move(member)});
    }
    return Value::object(std::move(fields));
  }

  auto tagged(const Head& head, int depth) -> Result<Value> {
    TRY(inner, value(depth + 1));
    switch (head.argument) {
      case cbor::kDurationTag:
      case cbor::kSizeTag:
        if (!inner.is(ValueKind::kInt)) return corrupt("a duration or size that is no int");
        if (inner.secret()) return corrupt("marks in the wrong order");
        return head.argument == cbor::kSizeTag ? Value::size(inner.as_int())
                                               : Value::duration(inner.as_int());
      case cbor::kSetTag: return set(inner);
      case cbor::kSecretTag:
        if (inner.secret()) return corrupt("a secret marked twice");
        return inner.as_secret();
      case cbor::kUnknownTag: return unknown(inner);
      default: return corrupt("the unknown tag " + std::to_string(head.argument));
    }
  }

  static auto set(const Value& list) -> Result<Value> {
    if (!list.is(ValueKind::kList) || list.secret()) return corrupt("a set that is no array");
    auto elements = list.elements();
    for (size_t i = 1; i < elements.size(); ++i) {
      int order = canonical_compare(elements[i - 1], elements[i]);
      if (order > 0 || (order == 0 && !elements[i].has_unknown())) return corrupt("a set out of order");
    }
    return Value::set({elements.begin(), elements.end()});
  }

  static auto length(const Value* value) -> Result<std::optional<uint32_t>> {
    if (value == nullptr) return std::nullopt;
    if (!value->is(ValueKind::kInt) || value->as_int() < 0 || value->as_int() > UINT32_MAX) {
      return corrupt("a length of an unknown");
    }
    return static_cast<uint32_t>(value->as_int());
  }

  static auto unknown(const Value& document) -> Result<Value> {
    Unknown facts;
    const Value* type = document.get("type");
    if (type == nullptr || !type->is(ValueKind::kString)) return corrupt("an unknown without a type");
    TypeReader reader(type->as_string(), TypeReader::Names::kOpaque);
    auto read = reader.type();
    if (!read || !reader.at_end()) return corrupt("an unknown of no type");
    facts.type = *read;
    if (const auto* prefix = document.get("prefix")) {
      if (!prefix->is(ValueKind::kString)) return corrupt("a prefix that is no text");
      facts.prefix = prefix->as_text();
    }
    if (const auto* origin = document.get("origin")) {
      if (!origin->is(ValueKind::kString)) return corrupt("an origin that is no text");
      facts.origin = origin->as_text();
    }
    facts.not_null = document.get("not_null") != nullptr;
    TRY(least, length(document.get("least")));
    TRY(most, length(document.get("most")));
    facts.least_length = least;
    facts.most_length = most;
    // One form only: whatever else the map held, or held otherwise, is refused.
    if (cbor::facts_to_document(facts) != document) return corrupt("facts of an unknown in another form");
    return Value::unknown(std::move(facts));
  }

  static auto simple(const Head& head) -> Result<Value> {
    switch (head.info) {
      case 20: return Value::boolean(false);
      case 21: return Value::boolean(true);
      case 22: return Value::null();
      case 25: return number(cbor::from_half(static_cast<uint16_t>(head.argument)), head);
      case 26: return number(std::bit_cast<float>(static_cast<uint32_t>(head.argument)), head);
      case 27: return number(std::bit_cast<double>(head.argument), head);
      default: return corrupt("an unknown simple value");
    }
  }

  static auto number(double number, const Head& head) -> Result<Value> {
    if (number == 0 && std::signbit(number)) return corrupt("a negative zero");
    auto half = cbor::to_half(number);
    bool shortest = head.info == 25   ? half == head.argument
                    : half            ? false
                    : head.info == 27 ? static_cast<double>(static_cast<float>(number)) != number
                                      : true;
    if (!shortest) return corrupt("a number that is not in its shortest form");
    return Value::number(number);
  }

  std::string_view bytes_;
  size_t pos_ = 0;
};

}  // namespace

auto decode_cbor(std::string_view bytes) -> Result<Value> {
  CborReader reader(bytes);
  TRY(value, reader.value(0));
  if (!reader.at_end()) return corrupt("bytes are left over");
  return value;
}

}  // namespace weft
