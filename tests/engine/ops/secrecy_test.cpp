// Whether something is a secret may show only when it is there.
#include <sys/stat.h>

#include <algorithm>

#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

class SecrecyTest : public EngineTest {
 protected:
  auto mode_of(const std::string& name) -> int {
    struct stat facts {};
    return ::stat((folder.path() + "/" + name).c_str(), &facts) == 0 ? static_cast<int>(facts.st_mode & 0777U) : -1;
  }
};

constexpr const char* kMade = R"(fabric "f" {}
resource password: local.RandomPassword { length = 24 }
resource told: local.Command {
  create     = "cat >&3"
  input      = WHAT
  idempotent = true
}
resource file: local.File {
  path    = "out"
  content = json.encode(told.output)
}
)";

auto with_input(std::string_view what) -> std::string {
  std::string text = kMade;
  return text.replace(text.find("WHAT"), 4, what);
}

TEST_F(SecrecyTest, AFileWhoseContentTurnsOutSecretIsClosed) {
  write("main.fabric", with_input("{ word = password.result }"));
  auto first = planned();
  auto step = std::ranges::find_if(first.steps, [](const auto& one) { return one.address == "file"; });
  ASSERT_NE(step, first.steps.end());
  const Value* mode = step->after.get("mode");
  ASSERT_NE(mode, nullptr);
  EXPECT_TRUE(mode->is_unknown()) << "nobody knows yet whether it is a secret";
  applied();
  EXPECT_EQ(mode_of("out"), 0600);
  EXPECT_FALSE(planned().changes());
}

TEST_F(SecrecyTest, OneThatIsClearIsOpenAndStaysSo) {
  write("main.fabric", with_input("{ word = \"one\" }"));
  applied();
  EXPECT_EQ(mode_of("out"), 0644);
  write("main.fabric", with_input("{ word = \"two\" }"));
  auto next = planned();
  for (const auto& step : next.steps) {
    for (const auto& difference : step.differences) EXPECT_NE(difference.path.text(), "mode") << step.address;
  }
  applied();
  EXPECT_EQ(mode_of("out"), 0644);
  EXPECT_FALSE(planned().changes());
}

}  // namespace
}  // namespace weft::ops
