// Every function with absurd arguments of the types that it takes: it ends, says why it refuses, and keeps what is secret.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lang/base/text.h"
#include "lang/value/json.h"
#include "tests/stdlib/functions/small_evaluator.h"

namespace weft::testing {
namespace {

class Absurd {
 public:
  explicit Absurd(uint64_t seed) : state_(seed) {}

  auto below(size_t bound) -> size_t {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<size_t>(state_ >> 33U) % bound;
  }

  auto of(const Type& type, const Type& variable, int depth = 0) -> Value {
    if (type.optional() && below(3) == 0) return Value::null();
    switch (type.kind()) {
      case TypeKind::kBool: return Value::boolean(below(2) == 0);
      case TypeKind::kInt: return Value::integer(some_int());
      case TypeKind::kNumber: return below(2) == 0 ? Value::integer(some_int()) : Value::number(some_number());
      case TypeKind::kString: return Value::string(some_text());
      case TypeKind::kDuration: return Value::duration(some_int());
      case TypeKind::kSize: return Value::size(some_int());
      case TypeKind::kList: return Value::list(many(type.element(), variable, depth));
      case TypeKind::kSet: return Value::set(many(type.element(), variable, depth));
      case TypeKind::kMap: {
        std::vector<Field> fields;
        for (auto& value : many(type.element(), variable, depth)) fields.push_back({some_text() + std::to_string(fields.size()), std::move(value)});
        return Value::object(std::move(fields));
      }
      case TypeKind::kUnion: return of(type.alternatives()[below(type.alternatives().size())], variable, depth);
      case TypeKind::kVariable: return of(variable, variable, depth);
      default: return of(some_type(), variable, depth);
    }
  }

  auto some_type() -> Type {
    static const std::vector<Type> kTypes = {Type::boolean(),
                                             Type::integer(),
                                             Type::number(),
                                             Type::string(),
                                             Type::string().with_optional(),
                                             Type::duration(),
                                             Type::size(),
                                             Type::list(Type::any()),
                                             Type::list(Type::string()),
                                             Type::set(Type::integer()),
                                             Type::map(Type::any()),
                                             Type::map(Type::list(Type::string()))};
    return kTypes[below(kTypes.size())];
  }

 private:
  auto many(const Type& element, const Type& variable, int depth) -> std::vector<Value> {
    std::vector<Value> all;
    size_t count = depth > 3 ? 0 : below(8) == 0 ? 40 : below(4);
    for (size_t i = 0; i < count; ++i) all.push_back(of(element, variable, depth + 1));
    return all;
  }
  auto some_int() -> int64_t {
    constexpr int64_t kMost = std::numeric_limits<int64_t>::max(), kLeast = std::numeric_limits<int64_t>::min();
    constexpr int64_t kInts[] = {0, 1, -1, 2, 3, 7, 8, 31, 32, 33, 64, 127, 128, 1000, -1000, 1'000'000, 1'000'001, 1LL << 32, kMost, kMost - 1, kLeast, kLeast + 1};
    return kInts[below(std::size(kInts))];
  }
  auto some_number() -> double {
    constexpr double kNumbers[] = {0.0, -0.0, 0.5, -1.5, 1e-300, 5e-324, 1e300, -1e300, 9.3e18, -9.3e18, 0.1, 1e15 + 0.5};
    return kNumbers[below(std::size(kNumbers))];
  }
  auto some_text() -> std::string {
    static const std::vector<std::string> kTexts = {
        "", " ", "\n", "canary", "canary canary", "Canary\r\n\tcanary\n", std::string("can\0ary", 7), "ß ﬃ İ ǅ canary", "e\xCC\x81 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
        "\xE2\x80\xAE canary", std::string(5000, 'c'), std::string(300, '('), "0", "-1", "007", "1e999", "0x7f", "9223372036854775808", "a[\n]", "null", "true",
        "10.0.0.0/8", "10.0.0.0/33", "::/0", "2001:db8::/129", "1.2.3.4", "256.1.1.1/0", "1.2.3", "v1.2.3-rc.1+x", ">=1 <2 || *", "^", "~> 99999999999999999999",
        "2024-02-29T23:59:60Z", "0000-00-00", "9999-12-31T23:59:59+14:00", "-5h", "%d %s %", "%-9999999999s", "%.99999999999f", "%[99]s", "{", "[", "[[[[", "{\"canary\": [1, ",
        "{\"a\":1,\"a\":2}", "a: &a [*a]", "a: *canary", "- \t- ", "a,\"b\nc", "\"\"\"", "Y2FuYXJ5", "!!!!", "%zz", "%", "c", "zz", "sha256", "md5", "(a+)+$", "[[:alpha:]",
        "(?P<n>", "\\", "$1\\2", "a.b.c", "a[0].b", "..", "/", "//a//../..", "~", "notes.txt", "greeting.tmpl", "binary.dat", "../x", "${", "%{if", "${name}",
        "aHR0cA==", "/regex/", "YYYY", "%Y-%m-%d", "*", "**", "[a-", "K", "\xEF\xBB\xBF", "\x7F"};
    return kTexts[below(kTexts.size())];
  }

  uint64_t state_;
};

void expect_sound(const Value& value, const std::string& call) {
  switch (value.kind()) {
    case ValueKind::kString: EXPECT_EQ(first_invalid_utf8(value.as_string()), std::string_view::npos) << call; return;
    case ValueKind::kNumber: EXPECT_TRUE(std::isfinite(value.as_number())) << call; return;
    case ValueKind::kList:
    case ValueKind::kSet:
      for (const auto& element : value.elements()) expect_sound(element, call);
      return;
    case ValueKind::kObject:
      for (const auto& field : value.fields()) {
        EXPECT_EQ(first_invalid_utf8(field.key.view()), std::string_view::npos) << call;
        expect_sound(field.value, call);
      }
      return;
    default: return;
  }
}

struct Seen {
  size_t done = 0, refused = 0;
};

void call_once(const FunctionTable::Row& row, Absurd& absurd, Seen& seen) {
  std::vector<Value> values;
  Type variable = absurd.some_type();
  for (const auto& parameter : row.signature.parameters) {
    size_t times = parameter.rest ? absurd.below(4) : 1;
    for (size_t i = 0; i < times; ++i) {
      bool left_out = parameter.optional && absurd.below(3) == 0;
      values.push_back(left_out ? parameter.default_value : absurd.of(parameter.type, variable));
    }
  }
  size_t mode = absurd.below(4);
  bool secret = mode == 1 && !values.empty();
  bool unknown = mode == 2 && !values.empty();
  if (secret) {
    auto& chosen = values[absurd.below(values.size())];
    chosen = chosen.as_secret();
  }
  if (unknown) values[absurd.below(values.size())] = testing::unknown("can");
  std::string call(row.function->name);
  call += "(";
  for (const auto& value : values) call += display_text(value).substr(0, 200) + "; ";
  call += ")";

  Files files;
  auto result = call_function(*row.function, Arguments{.values = values, .context = files});
  auto again = call_function(*row.function, Arguments{.values = values, .context = files});
  ASSERT_EQ(result.has_value(), again.has_value()) << call;
  if (!result) {
    ++seen.refused;
    const auto& failure = result.error();
    // What files say is said by whoever looks for them.
    if (!row.function->reads_files) {
      EXPECT_NE(failure.text.find("`" + std::string(row.function->name) + "`"), std::string::npos) << call << " says " << failure.text.substr(0, 500);
      EXPECT_LT(failure.text.size(), 1000U) << call << " says " << failure.text.substr(0, 500);
      EXPECT_EQ(failure.text.find_first_of("\n\r\x1b"), std::string::npos) << call << " says " << failure.text.substr(0, 500);
    }
    if (secret) {
      EXPECT_EQ((failure.text + failure.hint).find("anary"), std::string::npos) << call << " says " << failure.text;
    }
    return;
  }
  ++seen.done;
  EXPECT_EQ(to_json(*result, {.escape_dollar = true}), to_json(*again, {.escape_dollar = true})) << call;
  expect_sound(*result, call);
  // `can` and `try` are the evaluator's; of what kind a secret is, is none.
  auto name = row.function->name;
  bool keeps = name != "reveal" && name != "can" && name != "try" && name != "type_of";
  if (secret && keeps) {
    EXPECT_TRUE(result->has_secret()) << call << " is " << display_text(*result).substr(0, 500);
  }
}

TEST(Absurd, NothingCrashesHangsOrTellsASecret) {
  Absurd absurd(20261122);
  for (const auto& row : table().rows()) {
    Seen seen;
    for (int i = 0; i < 100; ++i) {
      call_once(row, absurd, seen);
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(seen.done, 0U) << row.function->name << " was refused each time";
  }
}

}  // namespace
}  // namespace weft::testing
