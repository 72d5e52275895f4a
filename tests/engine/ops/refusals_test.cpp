// What adopt, forget and recover refuse: in words that say why, and without a trace in the log.
#include "tests/engine/ops/fake_bench.h"
#include "tests/engine/ops/other_run.h"

namespace weft::ops {
namespace {

class RefusalsTest : public FakeTest {
 protected:
  auto tail() -> uint64_t {
    auto state = state_now();
    auto now = state ? state->tail() : Result<state::Tail>(fail(Code::kInternal, "no state"));
    EXPECT_TRUE(now.has_value());
    return now ? now->seq : 0;
  }
  auto adopted(const std::string& address, const std::string& id) -> std::string {
    auto w = world();
    return said(adopt(w, {}, address, id));
  }
  auto answered(RecoverRequest::Answer answer, const std::string& id = {}) -> RecoverResult {
    auto w = world();
    RecoverRequest request;
    request.address = "a";
    request.answer = answer;
    request.id = id;
    return recover(w, request);
  }
};

TEST_F(RefusalsTest, WhatLivesInTheStateAloneIsNotAdopted) {
  write("main.fabric", "fabric \"f\" {}\nresource r: local.RandomId { bytes = 4 }\nresource a: fake.Thing { Name = \"a\" }\n");
  auto told = adopted("r", "01020304");
  EXPECT_NE(told.find("r is a local.RandomId, which lives in the state alone: there is nothing in the world to adopt"), std::string::npos) << told;
  told = adopted("a", "nobody");
  EXPECT_EQ(told.find("is not declared"), std::string::npos) << told;
  EXPECT_NE(told.find("nobody"), std::string::npos) << told;
  applied();
  EXPECT_NE(adopted("r", "01020304").find("has a record already"), std::string::npos);
}

TEST_F(RefusalsTest, ARefusedAnswerWritesNothing) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Named { Name = \"a\" }\n");
  applied();
  dies_before(folder.path(), "a", "fake.Named", "update");
  auto before = tail();
  using Answer = RecoverRequest::Answer;
  EXPECT_NE(said(answered(Answer::kDone)).find("leaves an object"), std::string::npos);
  EXPECT_NE(said(answered(Answer::kAdopt, "nobody")).find("knows 0 objects"), std::string::npos);
  EXPECT_EQ(tail(), before);
  auto w = world();
  EXPECT_NE(said(forget(w, "default", {"a"})).find("a call on a is in doubt"), std::string::npos);
  EXPECT_EQ(tail(), before);
  auto good = answered(Answer::kNotDone);
  EXPECT_TRUE(good.ok()) << said(good);
  EXPECT_EQ(good.open, 0u);
  EXPECT_GT(tail(), before);
}

// The files hold a secret by now, and the state has no key yet.
TEST_F(RefusalsTest, WhatIsAdoptedIsKeptAsTheFilesSay) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Named {\n  Name     = \"a\"\n  Pin      = secret(\"1234\")\n  @protect = true\n}\n");
  dies_before(folder.path(), "a", "fake.Named", "create");
  fake->put("fake.Named", Value::object({Field{"Name", Value::string("a")}}));
  auto recovered = answered(RecoverRequest::Answer::kAdopt, "a");
  ASSERT_TRUE(recovered.ok()) << said(recovered);
  EXPECT_EQ(records(), Ids{"a"});
  write("main.fabric", "fabric \"f\" {}\n");
  EXPECT_EQ(tried().exit, 3);
  EXPECT_EQ(fake->requests("remove"), 0u);
}

TEST_F(RefusalsTest, WhatIsGivenOnceSurvivesAPersonsWordForAnUpdate) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Key { Name = \"a\" }\noutput key = a.AccessKey\n");
  applied();
  auto key = outputs();
  ASSERT_NE(key.find("key = "), std::string::npos) << key;
  dies_before(folder.path(), "a", "fake.Key", "update");
  auto recovered = answered(RecoverRequest::Answer::kAdopt, "a");
  ASSERT_TRUE(recovered.ok()) << said(recovered);
  // Another output that reads it.
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Key { Name = \"a\" }\noutput other = a.AccessKey\n");
  auto result = tried();
  EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  EXPECT_EQ(outputs(), "other" + key.substr(3));
  EXPECT_EQ(fake->requests("remove"), 0u) << "replaced, because its key was lost";
}

}  // namespace
}  // namespace weft::ops
