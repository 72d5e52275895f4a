#include "lang/value/path.h"

#include <gtest/gtest.h>

#include "lang/value/json.h"
#include "tests/lang/value/family.h"

namespace weft {
namespace {

auto path(std::string_view text) -> Path {
  auto read = parse_path(text);
  EXPECT_TRUE(read.has_value()) << text << ": " << read.error().text;
  return read.value_or(Path{});
}

TEST(PathTest, ReadsAndWrites) {
  for (auto* text : {"spec.replicas", "containers[0]", "containers[*].image", "containers[name=web].image",
                     "metadata.annotations[example.com/touched]", "a[\"0\"]", "a[\"*\"]", "a[\"\"]",
                     "a[\"x=y\"]", "a[\"two words\"].b", "[x-y].b", "[0]", "a[name=\"\"]", "a[name=\"a]b\"]",
                     "a[key=x=y]", "a[port=80]", "a[\"q\\\"\"]", "a[\"x=y\"=z]", "a[grün]"}) {
    EXPECT_EQ(path(text).text(), text);
  }
  EXPECT_EQ(path("a[b]"), path("a.b"));
  EXPECT_EQ(path("a[\"b\"]"), path("a.b"));
  EXPECT_NE(path("a[0]"), path("a[\"0\"]"));
}

TEST(PathTest, RoundTripOfAnySteps) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    testing::Family family(seed);
    Path made;
    for (uint64_t left = 1 + family.next(5); left > 0; --left) {
      switch (family.next(4)) {
        case 0: made = made.member(family.text()); break;
        case 1: made = made.at(static_cast<uint32_t>(family.next(100000))); break;
        case 2: made = made / PathStep{.kind = PathStep::Kind::kEvery}; break;
        default:
          made =
              made / PathStep{.kind = PathStep::Kind::kKeyed, .name = family.text(), .value = family.text()};
      }
    }
    auto back = parse_path(made.text());
    ASSERT_TRUE(back.has_value()) << made.text() << ": " << back.error().text;
    ASSERT_EQ(*back, made) << made.text();
  }
}

TEST(PathTest, Refuses) {
  for (auto* text :
       {"", ".a", "a.", "a..b", "a[", "a[]", "a[0", "a]b", "a-b", "a[0]b", "a[01]", "a[99999999999]",
        "a[x y]", "a[\"x]", "a[\"\\x\"]", "a[name=]", "a[=x]", "a[name=x", "1a"}) {
    EXPECT_FALSE(parse_path(text).has_value()) << text;
  }
}

TEST(PathTest, CoveredBy) {
  EXPECT_TRUE(path("spec.replicas").covered_by(path("spec")));
  EXPECT_TRUE(path("spec.replicas").covered_by(path("spec.replicas")));
  EXPECT_FALSE(path("spec").covered_by(path("spec.replicas")));
  EXPECT_TRUE(path("c[3].image.tag").covered_by(path("c[*].image")));
  EXPECT_TRUE(path("c[name=x].image").covered_by(path("c[*]")));
  EXPECT_FALSE(path("c[3].name").covered_by(path("c[*].image")));
  EXPECT_FALSE(path("c[*].image").covered_by(path("c[3].image")));
}

TEST(PathTest, FindWithAndWithout) {
  Value root =
      *from_json(R"({"spec":{"c":[{"name":"web","image":"a"},{"name":"db","port":80}]},"m":{"x/y":1}})");
  EXPECT_EQ(find(root, path("spec.c[name=web].image"))->as_string(), "a");
  EXPECT_EQ(find(root, path("spec.c[port=80].name"))->as_string(), "db");
  EXPECT_EQ(find(root, path("m[x/y]"))->as_int(), 1);
  EXPECT_EQ(find(root, {}), &root);
  for (auto* none : {"spec.c[2]", "spec.c[name=no]", "spec.c.x", "spec.c[*]", "m[0]", "m.x.y"}) {
    EXPECT_EQ(find(root, path(none)), nullptr) << none;
  }
  EXPECT_EQ(to_json(with(root, path("spec.c[name=db].port"), Value::integer(81))),
            R"({"m":{"x/y":1},"spec":{"c":[{"image":"a","name":"web"},{"name":"db","port":81}]}})");
  EXPECT_EQ(to_json(with(Value(), path("a.b.c"), Value::integer(1))), R"({"a":{"b":{"c":1}}})");
  EXPECT_EQ(to_json(*find(with(root, path("spec.c[name=new].port"), Value::integer(1)), path("spec.c[2]"))),
            R"({"name":"new","port":1})");
  EXPECT_EQ(to_json(without(root, path("spec.c[0]"))),
            R"({"m":{"x/y":1},"spec":{"c":[{"name":"db","port":80}]}})");
  EXPECT_EQ(without(root, path("spec.none.deeper")), root) << "nothing is made on the way to a removal";
  EXPECT_EQ(with(root, path("m[x/y].z"), Value()), root) << "an int has no members";
  Value marked = with(root.as_secret(), path("m.n"), Value::integer(1));
  EXPECT_TRUE(marked.secret());
}

}  // namespace
}  // namespace weft
