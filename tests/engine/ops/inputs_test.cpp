// What is said of inputs that were not given, or wrongly.
#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

class InputsTest : public EngineTest {
 protected:
  auto codes(PlanRequest request) -> std::vector<std::string> {
    auto w = world();
    auto result = plan(w, request);
    std::vector<std::string> all;
    for (const auto& one : result.diagnostics) all.emplace_back(one.code);
    return all;
  }
  using Codes = std::vector<std::string>;
};

TEST_F(InputsTest, OneThatWasGivenWronglyIsNotMissingToo) {
  write("main.fabric", "fabric \"f\" {}\ninput n: int\ninput m: int\ninput s: secret int\nresource x: local.Data { value = n + m + s }\n");
  PlanRequest request;
  request.inputs.sets = {{"n", "many"}, {"s", "[1"}};
  EXPECT_EQ(codes(request), (Codes{"E0511", "E0512", "E0512"})) << "the last is the secret's, which has no place";
  request.inputs.sets = {{"n", "1"}, {"m", "1 +"}, {"s", "3"}};
  EXPECT_EQ(codes(request), Codes{"E0021"});
  // A file that cannot be read whole may hold any of them.
  write("weft.inputs", "n = 1\nm =\n");
  EXPECT_EQ(codes({}), Codes{"E0021"});
  write("weft.inputs", "n = 1\nm = 2\n");
  EXPECT_EQ(codes({}), Codes{"E0511"});
}

}  // namespace
}  // namespace weft::ops
