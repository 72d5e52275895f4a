#include "tests/stdlib/functions/tables.h"

namespace weft::testing {
namespace {

TEST(CoreTest, Length) {
  expect_equal({
      {"length([])", "0"},
      {"length(\"grün\")", "4"},
      {"length({ a = 1, b = 2 })", "2"},
      {"length(to.set([1, 1]))", "1"},
  });
  expect_failure(
      {{"length(3)", "length: expected list<any> | set<any> | map<any> | string, this is an int"}});
  Names names = {
      {"u", unknown()},
      {"two", Value::unknown({.type = Type::list(Type::any()), .least_length = 2, .most_length = 2})},
      {"s", Value::set({unknown(), Value::string("a")})}};
  expect_shown({{"length([u, u])", "2"},
                {"length({ a = u })", "1"},
                {"length(two)", "2"},
                {"length(s)", "(known after vpc.Id)"}},
               names);
}

TEST(CoreTest, KeysAndValues) {
  expect_equal({{"keys({})", "[]"}, {"values({ b = 2, a = \"x\" })", "[\"x\", 2]"}});
  expect_shown({{"keys({ a = u })", "[\"a\"]"}, {"values({ a = u, b = 1 })", "[(known after vpc.Id), 1]"}},
               {{"u", unknown()}});
}

TEST(CoreTest, OneAndRange) {
  expect_equal({
      {"one([]) ?? 7", "7"},
      {"one([5])", "5"},
      {"range(3)", "[0, 1, 2]"},
      {"range(0)", "[]"},
      {"range(-2)", "[]"},
      {"range(5, 1, -2)", "[5, 3]"},
      {"range(1, 5)", "[1, 2, 3, 4]"},
      {"length(range(1000000))", "1000000"},
      {"range(9223372036854775806, 9223372036854775807, 5)", "[9223372036854775806]"},
  });
  expect_failure({
      {"one([1, 2])", "`one`: the list has 2 elements; none or one are expected"},
      {"range(1000001)", "`range`: more than 1,000,000 elements"},
      {"range(0, 9223372036854775807)", "`range`: more than 1,000,000 elements"},
      {"range(1, 2, 0)", "`range`: `step` is 0"},
  });
}

TEST(CoreTest, TypeOf) {
  expect_equal(
      {
          {"type_of(null)", "\"null\""},
          {"type_of(1h)", "\"duration\""},
          {"type_of({})", "\"object\""},
          {"type_of(to.set([]))", "\"set\""},
          {"type_of(u)", "\"string\""},
      },
      {{"u", unknown()}});
  expect_shown({{"type_of(x)", "(known after a.b)"}},
               {{"x", Value::unknown({.type = Type::string(), .origin = "a.b"})}});
}

TEST(NumberTest, MinMaxAbsSum) {
  expect_equal({
      {"min(2, 1.5, 3)", "1.5"},
      {"max(1, 2)", "2"},
      {"max(1KiB, 1KB)", "1KiB"},
      {"min(90s, 1m)", "1m"},
      {"abs(-1.5)", "1.5"},
      {"abs(-1h)", "1h"},
      {"sum([])", "0"},
      {"sum([1, 2.5])", "3.5"},
      {"sum([1h, 30m])", "1h30m"},
      {"sum([1GiB, 1GiB])", "2GiB"},
      {"type_of(sum([1, 2]))", "\"int\""},
  });
  expect_failure({
      {"max(1, \"a\")", "`max`: takes numbers, durations or sizes of one kind, this is a string"},
      {"min(1, 1s)", "`min`: takes numbers, durations or sizes of one kind, this is a duration"},
      {"abs(true)", "`abs`: takes numbers, durations or sizes of one kind, this is a bool"},
      {"sum([9223372036854775807, 1])", "`sum`: the result is beyond 64 bits"},
      {"sum([1, \"2\"])", "`sum`: takes numbers, durations or sizes of one kind, this is a string"},
      {"sum([1e308, 1e308])", "`sum`: the result is no finite number"},
  });
}

TEST(NumberTest, SumsOfNothingAreOfTheirType) {
  Files files;
  Value none = Value::list({});
  Type duration = Type::duration();
  auto sum = call_function(*table().find("sum")->function,
                           {.values = {&none, 1}, .context = files, .result_type = &duration});
  EXPECT_EQ(*sum, Value::duration(0));
}

TEST(NumberTest, Rounding) {
  expect_equal({
      {"floor(-0.5)", "-1"},
      {"ceil(-0.5)", "0"},
      {"round(-2.5)", "-3"},
      {"round(0.49999999999999994)", "0"},
      {"floor(5)", "5"},
      {"type_of(round(1.2))", "\"int\""},
  });
  expect_failure({{"floor(1e30)", "`floor`: the result is beyond 64 bits"},
                  {"ceil(9223372036854775808.0)", "`ceil`: the result is beyond 64 bits"}});
}

TEST(NumberTest, Parse) {
  expect_equal({
      {"number.parse(\"-42\")", "-42"},
      {"number.parse(\"+7\")", "7"},
      {"number.parse(\"ZZ\", 36)", "1295"},
      {"number.parse(\"0777\", 8)", "511"},
      {"number.parse(\"-9223372036854775808\")", "-9223372036854775807 + -1"},
  });
  expect_failure({
      {"number.parse(\"12x\")", "`number.parse`: \"12x\" is no int"},
      {"number.parse(\"\")", "`number.parse`: \"\" is no int"},
      {"number.parse(\"1.5\")", "`number.parse`: \"1.5\" is no int"},
      {"number.parse(\" 1\")", "`number.parse`: \" 1\" is no int"},
      {"number.parse(\"+-1\")", "`number.parse`: \"+-1\" is no int"},
      {"number.parse(\"19\", 8)", "`number.parse`: \"19\" is no int in base 8"},
      {"number.parse(\"1\", 40)", "`number.parse`: the base is 40; it is from 2 to 36"},
      {"number.parse(\"9223372036854775808\")", "`number.parse`: \"9223372036854775808\" is beyond 64 bits"},
  });
}

TEST(NumberTest, PowLogSign) {
  expect_equal({{"number.pow(2, -1)", "0.5"},
                {"number.log(1000, 10)", "3"},
                {"number.sign(0)", "0"},
                {"number.sign(3s)", "1"}});
  expect_failure({
      {"number.pow(10, 400)", "`number.pow`: the result is no finite number"},
      {"number.pow(-1, 0.5)", "`number.pow`: the result is no finite number"},
      {"number.log(0, 2)", "`number.log`: takes a number and a base above 0, and no base 1"},
  });
}

TEST(ToTest, Narrow) {
  expect_equal({
      {"to.string(36h)", "\"1d12h\""},
      {"to.string(\"x\")", "\"x\""},
      {"to.number(3)", "3.0"},
      {"to.number(\"1e3\")", "1000"},
      {"to.bool(\"false\")", "false"},
      {"to.list([1])", "[1]"},
      {"length(to.set([1, 2, 1]))", "2"},
      {"to.map({ a = 1 })", "{ a = 1 }"},
  });
  expect_failure({
      {"to.string([1])", "`to.string`: takes no list; `json.encode` makes a text of anything"},
      {"to.number(\"x\")", "`to.number`: \"x\" is no number"},
      {"to.number(\"inf\")", "`to.number`: \"inf\" is no number"},
      {"to.number(1h)", "`to.number`: takes no duration"},
      {"to.bool(\"yes\")", "`to.bool`: \"yes\" is neither \"true\" nor \"false\""},
      {"to.map([1])", "to.map: expected map<T>, this is a list"},
  });
  expect_shown({{"to.set([u, \"a\"])", "[\"a\", (known after vpc.Id)]"},
                {"to.list(to.set([u]))", "(known after vpc.Id)"}},
               {{"u", unknown()}});
}

}  // namespace
}  // namespace weft::testing
