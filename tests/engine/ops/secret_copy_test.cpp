// What is copied of a secret file is for its owner alone too.
#include <sys/stat.h>

#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

TEST_F(EngineTest, TheCopyOfASecretFileIsSecretToo) {
  write("main.fabric", R"(fabric "f" {}
resource f: local.File {
  path    = "f"
  content = secret("tell nobody")
}
resource g: local.File {
  path   = "g"
  source = "f"
}
)");
  applied();
  struct stat facts {};
  ASSERT_EQ(::stat((folder.path() + "/g").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_EQ(read("g"), "tell nobody");
  EXPECT_FALSE(planned().changes());
}

}  // namespace
}  // namespace weft::ops
