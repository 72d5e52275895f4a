// Writing canonical CBOR; reading it back is in cbor_decode.cpp.
#include "lang/value/cbor.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lang/value/cbor_parts.h"

namespace weft {

namespace {

using cbor::Major;

class CborWriter {
 public:
  CborWriter(std::string& out, Secrets secrets) : out_(out), secrets_(secrets) {}

  void value(const Value& value) {
    CHECK(secrets_ == Secrets::kAllow || !value.has_secret());
    if (value.secret()) head(Major::kTag, cbor::kSecretTag);
    switch (value.kind()) {
      case ValueKind::kNull: out_ += static_cast<char>(cbor::kNullByte); return;
      case ValueKind::kBool:
        out_ += static_cast<char>(value.as_bool() ? cbor::kTrueByte : cbor::kFalseByte);
        return;
      case ValueKind::kInt: integer(value.as_int()); return;
      case ValueKind::kNumber: number(value.as_number()); return;
      case ValueKind::kDuration:
        head(Major::kTag, cbor::kDurationTag);
        integer(value.as_int());
        return;
      case ValueKind::kSize:
        head(Major::kTag, cbor::kSizeTag);
        integer(value.as_int());
        return;
      case ValueKind::kString: text(value.as_string()); return;
      case ValueKind::kBytes:
        head(Major::kBytes, value.as_text().size());
        out_ += value.as_string();
        return;
      case ValueKind::kSet: head(Major::kTag, cbor::kSetTag); [[fallthrough]];
      case ValueKind::kList:
        head(Major::kArray, value.length());
        for (const auto& element : value.elements()) this->value(element);
        return;
      case ValueKind::kObject: object(value.fields()); return;
      case ValueKind::kUnknown:
        head(Major::kTag, cbor::kUnknownTag);
        this->value(cbor::facts_to_document(value.facts()));
        return;
    }
  }

 private:
  void head(Major major, uint64_t argument) {
    auto first = static_cast<uint8_t>(static_cast<uint8_t>(major) << 5);
    if (argument < 24) {
      out_ += static_cast<char>(first | argument);
      return;
    }
    int bytes = argument <= 0xFF ? 1 : argument <= 0xFFFF ? 2 : argument <= 0xFFFFFFFF ? 4 : 8;
    out_ += static_cast<char>(first | (24 + std::countr_zero(static_cast<unsigned>(bytes))));
    big_endian(argument, bytes);
  }

  void big_endian(uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      out_ += static_cast<char>((number >> shift) & 0xFF);
  }

  void integer(int64_t number) {
    if (number >= 0) return head(Major::kUnsigned, static_cast<uint64_t>(number));
    head(Major::kNegative, ~static_cast<uint64_t>(number));
  }

  // The shortest of half, single and double that keeps the number.
  void number(double number) {
    if (auto half = cbor::to_half(number)) {
      out_ += static_cast<char>(cbor::kHalfByte);
      return big_endian(*half, 2);
    }
    if (auto single = static_cast<float>(number); static_cast<double>(single) == number) {
      out_ += static_cast<char>(cbor::kSingleByte);
      return big_endian(std::bit_cast<uint32_t>(single), 4);
    }
    out_ += static_cast<char>(cbor::kDoubleByte);
    big_endian(std::bit_cast<uint64_t>(number), 8);
  }

  void text(std::string_view text) {
    head(Major::kText, text.size());
    out_ += text;
  }

  // RFC 8949 4.2.1 sorts keys by their encoded bytes, so a shorter key goes first; fields come sorted by
  // content.
  void object(std::span<const Field> fields) {
    head(Major::kMap, fields.size());
    auto write = [&](const Field& field) {
      text(field.key);
      value(field.value);
    };
    auto shorter = [](const Field& a, const Field& b) { return a.key.size() < b.key.size(); };
    if (std::ranges::is_sorted(fields, shorter)) {
      for (const auto& field : fields) write(field);
      return;
    }
    std::vector<const Field*> sorted;
    sorted.reserve(fields.size());
    for (const auto& field : fields) sorted.push_back(&field);
    std::ranges::stable_sort(sorted, [&](const Field* a, const Field* b) { return shorter(*a, *b); });
    for (const auto* field : sorted) write(*field);
  }

  std::string& out_;
  Secrets secrets_;
};

}  // namespace

auto cbor::to_half(double number) -> std::optional<uint16_t> {
  if (std::isnan(number)) return 0x7E00;
  auto sign = static_cast<uint16_t>(std::signbit(number) ? 0x8000 : 0);
  double size = std::fabs(number);
  if (size == 0) return sign;
  if (std::isinf(size)) return static_cast<uint16_t>(sign | 0x7C00);
  int exponent = 0;
  double fraction = std::frexp(size, &exponent);  // size = fraction * 2^exponent, fraction in [0.5, 1)
  if (exponent > 16 || exponent < -23) return std::nullopt;
  // Normal numbers have 11 significant bits; below 2^-14 the last bit is worth 2^-24 throughout.
  int shift = exponent >= -13 ? 11 : exponent + 24;
  double scaled = std::ldexp(fraction, shift);
  if (scaled != std::trunc(scaled)) return std::nullopt;
  auto bits = static_cast<uint16_t>(scaled);
  if (exponent < -13) return static_cast<uint16_t>(sign | bits);
  return static_cast<uint16_t>(sign | ((exponent + 14) << 10) | (bits & 0x3FF));
}

auto cbor::from_half(uint16_t half) -> double {
  int exponent = (half >> 10) & 31;
  int fraction = half & 0x3FF;
  double size = exponent == 0    ? std::ldexp(fraction, -24)
                : exponent == 31 ? (fraction == 0 ? INFINITY : NAN)
                                 : std::ldexp(fraction + 1024, exponent - 25);
  return (half & 0x8000) != 0 ? -size : size;
}

auto cbor::facts_to_document(const Unknown& facts) -> Value {
  std::vector<Field> fields;
  fields.push_back({"type", Value::string(facts.type.text())});
  if (facts.not_null) fields.push_back({"not_null", Value::boolean(true)});
  if (!facts.prefix.empty()) fields.push_back({"prefix", Value::string(facts.prefix)});
  if (facts.least_length) fields.push_back({"least", Value::integer(*facts.least_length)});
  if (facts.most_length) fields.push_back({"most", Value::integer(*facts.most_length)});
  if (!facts.origin.empty()) fields.push_back({"origin", Value::string(facts.origin)});
  return Value::object(std::move(fields));
}

void encode_cbor(const Value& value, std::string& out, Secrets secrets) {
  CborWriter(out, secrets).value(value);
}

auto encode_cbor(const Value& value, Secrets secrets) -> std::string {
  std::string out;
  encode_cbor(value, out, secrets);
  return out;
}

}  // namespace weft
