// What a `for` runs over, whose values are known only when what they come from is made.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class ElementsTest : public FakeTest {
 protected:
  void fabric(const std::string& text) { write("main.fabric", "fabric \"f\" {}\n" + text); }
};

TEST_F(ElementsTest, OfAMapACollectionALetAndAModule) {
  write("inner/inner.fabric", "input v: string\nresource r: fake.Named {\n  Name = \"in-${v}\"\n}\noutput o = r.Name\n");
  const std::string all = R"(use inner from "./inner"
input name: string = "one"
resource a: fake.Thing { Name = name }
let both = { x = { id = a.Id, n = 1 }, y = { id = "known", n = 2 } }
resource m: fake.Named for k, v in { x = a.Id } {
  Name = "m-${k}"
  Note = v
}
resource c: fake.Named for k, v in m {
  Name = "c-${k}"
  Note = v.Note
}
resource b: fake.Named for k, v in both {
  Name = "b-${k}"
  Note = v.id
}
module w: inner for k, v in { x = a.Id } { v = v }
resource f: fake.Named for k, v in { for k, one in both: k => "${one.id}!" } {
  Name = "f-${k}"
  Note = v
}
output all = [for k, v in w: v.o]
)";
  fabric(all);
  applied();
  std::string id = fake->objects().empty() ? "" : fake->named("one")->id;
  auto note = [&](const std::string& name) {
    auto object = fake->named(name);
    const Value* value = object ? object->attributes.get("Note") : nullptr;
    return value == nullptr ? std::string("none") : std::string(value->as_string());
  };
  EXPECT_EQ(note("m-x"), id);
  EXPECT_EQ(note("c-x"), id);
  EXPECT_EQ(note("b-x"), id);
  EXPECT_EQ(note("b-y"), "known");
  EXPECT_EQ(note("f-x"), id + "!");
  EXPECT_TRUE(names().contains("in-" + id));
  EXPECT_EQ(outputs(), "all = [\"in-" + id + "\"]\n");
  EXPECT_FALSE(planned().changes());
  // And as a change.
  ApplyRequest again;
  again.planning.replace = {"a"};
  applied(again);
  auto other = fake->named("one")->id;
  EXPECT_NE(other, id);
  EXPECT_EQ(note("m-x"), other);
  EXPECT_EQ(note("f-x"), other + "!");
  EXPECT_FALSE(planned().changes());
}

}  // namespace
}  // namespace weft::ops
