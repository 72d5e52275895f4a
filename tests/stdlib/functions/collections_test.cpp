#include "tests/stdlib/functions/tables.h"

namespace weft::testing {
namespace {

TEST(ListTest, Order) {
  expect_equal({
      {"list.sort([3, 1, 2])", "[1, 2, 3]"},
      {"list.sort([2, 1.5])", "[1.5, 2]"},
      {"list.sort([1h, 1m])", "[1m, 1h]"},
      {"list.sort([\"b\", \"aa\", \"a\"])", "[\"a\", \"aa\", \"b\"]"},
      {"list.sort([true, false])", "[false, true]"},
      {"list.sort([])", "[]"},
      {"list.sort_by([{ a = { n = 2 } }, { a = { n = 1 } }], \"a.n\")",
       "[{ a = { n = 1 } }, { a = { n = 2 } }]"},
      {"list.sort_by([{ n = 1, k = 1 }, { n = 0, k = 2 }, { n = 1, k = 3 }], \"n\")[*].k", "[2, 1, 3]"},
      {"list.reverse([])", "[]"},
  });
  expect_failure({
      {"list.sort([1, \"a\"])",
       "`list.sort`: sorts strings, numbers, durations, sizes or bools, all of one kind; here is a string"},
      {"list.sort([null])",
       "`list.sort`: sorts strings, numbers, durations, sizes or bools, all of one kind; here is null"},
      {"list.sort_by([{ a = 1 }], \"b\")", "`list.sort_by`: an element has no `b`"},
      {"list.sort_by([{ a = 1 }], \"b-c\")", "`list.sort_by`: `b-c`: `b-c` is no name; other keys stand in brackets"},
  });
  expect_shown({{"list.reverse([u, \"a\"])", "[\"a\", (known after vpc.Id)]"},
                {"list.sort_by([{ n = 2, id = u }, { n = 1, id = u }], \"n\")[*].n", "[1, 2]"},
                {"list.sort_by([{ n = u }], \"n\")", "(known after vpc.Id)"}},
               {{"u", unknown()}});
}

TEST(ListTest, Find) {
  expect_equal(
      {
          {"list.index([1, 2, 2], 2.0)", "1"},
          {"list.index([{ a = 1 }], { a = 1 })", "0"},
          {"list.first([]) ?? 7", "7"},
          {"list.at([1, 2, 3], 4)", "2"},
          {"list.all([])", "true"},
          {"list.any([])", "false"},
          {"list.all([b, false])", "false"},
          {"list.any([b, true])", "true"},
      },
      {{"b", Value::unknown({.type = Type::boolean()})}});
  expect_failure({
      {"list.index([\"a\"], \"b\")", "`list.index`: the list has no element \"b\""},
      {"list.at([], 0)", "`list.at`: the list is empty"},
      {"list.at([1], -1)", "`list.at`: `index` is -1; it cannot be negative"},
  });
  expect_shown({{"list.all([b, true])", "(known after x)"},
                {"list.any([false, b])", "(known after x)"},
                {"list.index([\"a\", u], \"a\")", "0"},
                {"list.last([u, \"a\"])", "\"a\""},
                {"list.first([u, \"a\"])", "(known after vpc.Id)"}},
               {{"b", Value::unknown({.type = Type::boolean(), .origin = "x"})}, {"u", unknown()}});
}

TEST(ListTest, Parts) {
  expect_equal({
      {"list.slice([1, 2, 3], 1)", "[2, 3]"},
      {"list.slice([1, 2, 3], 3)", "[]"},
      {"list.slice([1], 5, 9)", "[]"},
      {"list.chunk([], 3)", "[]"},
      {"list.chunk([1, 2, 3, 4], 2)", "[[1, 2], [3, 4]]"},
      {"list.chunk([1], 9223372036854775807)", "[[1]]"},
      {"list.compact([null, 0, false, \"\", \"a\"])", "[0, false, \"a\"]"},
      {"list.distinct([1, 1, 2])", "[1, 2]"},
      {"list.distinct([{ a = 1 }, { a = 1 }])", "[{ a = 1 }]"},
  });
  expect_failure({
      {"list.slice([1], -1)", "`list.slice`: `start` is -1; it cannot be negative"},
      {"list.slice([1], 2, 1)", "`list.slice`: `end` is before `start`"},
      {"list.chunk([1], 0)", "`list.chunk`: `size` is 0"},
  });
  expect_shown({{"list.compact([p, null])", "[(known after vpc.Id, starts with \"vpc-\")]"},
                {"list.compact([u])", "(known after vpc.Id)"},
                {"list.chunk([u, \"a\"], 1)", "[[(known after vpc.Id)], [\"a\"]]"}},
               {{"p", unknown("vpc-")}, {"u", unknown()}});
}

TEST(ListTest, Together) {
  expect_equal({
      {"list.flatten([])", "[]"},
      {"list.flatten([[[1]], [2]])", "[[1], 2]"},
      {"list.zip([], [])", "[]"},
      {"list.product([])", "[]"},
      {"list.product([[1, 2], []])", "[]"},
      {"list.product([[1], [2, 3], [4, 5]])", "[[1, 2, 4], [1, 2, 5], [1, 3, 4], [1, 3, 5]]"},
      {"list.coalesce([], [1])", "[1]"},
      {"list.match_keys([\"x\"], [1.0], [1])", "[\"x\"]"},
  });
  expect_failure(
      {
          {"list.zip([1], [])", "`list.zip`: the lists have 1 element and 0"},
          {"list.product([r, r, r])", "`list.product`: more than 1,000,000 combinations"},
          {"list.flatten([m, [1]])", "`list.flatten`: more than 1,000,000 elements"},
          {"list.coalesce([], [])", "`list.coalesce`: all the lists are empty"},
          {"list.match_keys([1], [], [])", "`list.match_keys`: there are 1 value and 0 keys"},
      },
      {{"r", *evaluate("range(101)")}, {"m", *evaluate("range(1000000)")}});
  expect_shown(
      {{"list.flatten([[u], [\"a\"]])", "[(known after vpc.Id), \"a\"]"},
       {"list.flatten([l, [\"a\"]])", "(known after y)"}},
      {{"u", unknown()}, {"l", Value::unknown({.type = Type::list(Type::string()), .origin = "y"})}});
}

TEST(MapTest, MergeAndChoose) {
  expect_equal({
      {"map.merge([])", "{}"},
      {"map.merge([{ a = { x = 1 } }, null, { a = { y = 2 } }])", "{ a = { y = 2 } }"},
      {"map.deep_merge([{ a = [1], b = { c = 1, d = 1 } }, { a = [2], b = { d = null } }])",
       "{ a = [2], b = { c = 1, d = null } }"},
      {"map.get({}, \"a\") ?? 1", "1"},
      {"map.select({ a = 1 }, [])", "{}"},
      {"map.omit({ a = 1 }, [])", "{ a = 1 }"},
  });
  expect_failure({{"map.deep_merge([1])", "`map.deep_merge`: an element is an int; they are objects"}});
  expect_shown({{"map.merge([{ a = u }, { b = 1 }])", "{ a = (known after vpc.Id), b = 1 }"},
                {"map.get({ a = u, b = 1 }, \"b\")", "1"},
                {"map.omit({ a = u, b = 1 }, [\"b\"])", "{ a = (known after vpc.Id) }"},
                {"map.omit({ a = u, b = 1 }, [u])", "(known after vpc.Id)"},
                {"map.deep_merge([{ a = { x = u } }, { a = { y = 1 } }])",
                 "{ a = { x = (known after vpc.Id), y = 1 } }"}},
               {{"u", unknown()}});
}

TEST(MapTest, FromLists) {
  expect_equal({
      {"map.by([{ m = { n = 7 } }], \"m.n\")", "{ \"7\" = { m = { n = 7 } } }"},
      {"map.by([], \"x\")", "{}"},
      {"map.zip([], [])", "{}"},
      {"map.group([], \"x\")", "{}"},
      {"map.invert({})", "{}"},
  });
  expect_failure({
      {"map.by([{ n = \"a\" }, { n = \"a\" }], \"n\")",
       "`map.by`: two elements have the `n` \"a\"; `map.group` takes several"},
      {"map.by([{ n = \"a\" }], \"m\")", "`map.by`: an element has no `m`"},
      {"map.by([{ n = true }], \"n\")", "`map.by`: `n` is a bool; keys are made of strings and ints"},
      {"map.zip([\"a\"], [])", "`map.zip`: there are 1 key and 0 values"},
      {"map.zip([\"a\", \"a\"], [1, 2])", "`map.zip`: the key \"a\" is there twice"},
  });
  expect_shown(
      {{"map.by([{ n = \"a\", id = u }], \"n\")", "{ a = { id = (known after vpc.Id), n = \"a\" } }"},
       {"map.by([{ n = u }], \"n\")", "(known after vpc.Id)"},
       {"map.zip([\"a\"], [u])", "{ a = (known after vpc.Id) }"},
       {"map.zip([u], [\"a\"])", "(known after vpc.Id)"}},
      {{"u", unknown()}});
}

TEST(SetTest, Algebra) {
  expect_equal({
      {"set.union([1], [2], [3, 1])", "to.set([1, 2, 3])"},
      {"set.intersect([1, 2], [2, 3], [2])", "to.set([2])"},
      {"set.intersect([1, 2])", "to.set([1, 2])"},
      {"set.subtract([1, 2], [])", "to.set([1, 2])"},
      {"set.subtract([\"a\"], [\"a\"])", "to.set([])"},
  });
}

}  // namespace
}  // namespace weft::testing
