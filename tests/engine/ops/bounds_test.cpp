// What one plan may hold altogether.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class BoundsTest : public FakeTest {};

TEST_F(BoundsTest, AllValuesOfAPlanTogetherHaveABound) {
  auto fabric = [&](int many) {
    write("main.fabric", "fabric \"f\" {}\nlet text = string.repeat(\"x\", 16000000)\nresource small: fake.Thing { Name = \"small\" }\n"
                         "resource big: fake.Thing for i in range(" + std::to_string(many) + ") {\n  Name = \"big-${i}\"\n  Note = text\n}\n");
  };
  fabric(200);
  auto w = world();
  auto result = plan(w, {});
  EXPECT_FALSE(result.ok());
  ASSERT_EQ(result.diagnostics.size(), 1u) << said(result);
  EXPECT_EQ(said(result), "E0409 this would hold more than 2GiB of values in one plan at main.fabric:4\n");
  EXPECT_TRUE(result.diagnostics[0].label.ends_with("of it so far")) << result.diagnostics[0].label;
  fabric(20);
  EXPECT_EQ(planned().steps.size(), 21u);
}

}  // namespace
}  // namespace weft::ops
