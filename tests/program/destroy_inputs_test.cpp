// weft destroy asks for those inputs alone that it cannot do without.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/http_server.h"
#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFabric = R"(fabric "shop" {}
input region: string
input names: list<string>
input token: secret string
resource folder: local.Directory { path = "out" }
resource page: local.File for name in names {
  path    = "${folder.path}/${name}"
  content = "${region} ${token}"
}
resource mark: local.Command for name in names {
  create = ["sh", "-c", "echo ${region} > ${name}.mark"]
  remove = ["rm", "-f", "${name}.mark"]
  input  = page[name].path
}
output region = region
output where = page[*].path
check "named" { require length(names) > 0, "there is no name" }
)";

const std::vector<std::string> kGiven = {"--set", "region=north", "--set", "names=[\"a\", \"b\"]", "--set", "token=quiet"};

class DestroyInputs : public testing::Test {
 protected:
  void SetUp() override {
    program.files().write("main.fabric", kFabric);
    auto words = kGiven;
    words.insert(words.begin(), {"apply", "--auto-approve"});
    auto ran = program.run(words);
    ASSERT_EQ(ran.exit, 0) << ran.all();
  }
  [[nodiscard]] auto there(const std::string& name) const -> bool { return fs::exists(program.files().path(name)); }
  void expect_gone() {
    EXPECT_FALSE(there("out") || there("a.mark") || there("b.mark"));
    auto list = program.run({"state", "list"});
    EXPECT_NE(list.out.find("holds no resources"), std::string::npos) << list.all();
  }
  test::Program program;
};

TEST_F(DestroyInputs, WhatTheRecordsSayIsNotAskedFor) {
  auto plan = program.run({"plan", "--destroy"});
  EXPECT_EQ(plan.exit, 0) << plan.all();
  EXPECT_NE(plan.out.find("DESTROY 5"), std::string::npos) << plan.all();
  auto ran = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  expect_gone();
}

// Written since: whom it protects can be told with the input alone.
TEST_F(DestroyInputs, WhatTheFilesKeepByNowIsAskedFor) {
  std::string text = kFabric;
  text.replace(text.find("resource page: local.File for name in names {"), 45, "resource page: local.File for name in names {\n  @protect = true");
  program.files().write("main.fabric", text);
  auto ran = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.all().find("input `names` has no value"), std::string::npos) << ran.all();
  EXPECT_TRUE(there("out/a"));
  auto words = kGiven;
  words.insert(words.begin(), {"destroy", "--auto-approve"});
  ran = program.run(words);
  EXPECT_EQ(ran.exit, 3) << ran.all();
  EXPECT_TRUE(there("out/a"));
}

TEST_F(DestroyInputs, NorByASavedPlan) {
  auto plan = program.run({"plan", "--destroy", "--out", "gone.plan"});
  ASSERT_EQ(plan.exit, 0) << plan.all();
  auto ran = program.run({"apply", "gone.plan"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  expect_gone();
}

TEST_F(DestroyInputs, WithInputsItIsTheSame) {
  auto words = kGiven;
  words.insert(words.begin(), {"destroy", "--auto-approve"});
  auto ran = program.run(words);
  EXPECT_EQ(ran.exit, 0) << ran.all();
  expect_gone();
}

TEST(DestroyInputsOfProviders, AreNotAskedForWhereNothingIsSent) {
  test::HttpServer server([](const test::SeenRequest&) { return test::reply(200, "{}", {{"Content-Type", "application/json"}}); }, {});
  test::Program program;
  program.files().write("main.fabric", R"(fabric "shop" {}
input region: string
input token: secret string
provider http { headers = { Authorization = token } }
resource note: http.Request {
  url    = ")" + server.url("/notes") + R"("
  method = "POST"
  body   = region
}
)");
  auto made = program.run({"apply", "--auto-approve", "--set", "region=north", "--set", "token=quiet"});
  ASSERT_EQ(made.exit, 0) << made.all();
  auto ran = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(ran.exit, 0) << "nothing is sent at a removal\n" << ran.all();
}

TEST_F(DestroyInputs, AnApplyAsksForAll) {
  auto ran = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  for (const char* name : {"region", "names", "token"}) EXPECT_NE(ran.out.find(std::string("input `") + name + "` has no value"), std::string::npos) << ran.all();
}

}  // namespace
}  // namespace weft
