// The main job, from files to records and back.
#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

TEST_F(EngineTest, PlanApplyPlanDestroy) {
  write("main.fabric", R"(fabric "first" {}
resource name: local.RandomPet { words = 2 }
resource hello: local.File {
  path    = "out/hello.txt"
  content = "Hello, I am ${name.id}.\n"
}
output message = hello.content
)");
  EXPECT_EQ(ids(planned()), (Ids{"create hello", "create name"}));
  EXPECT_FALSE(there(".weft/state/default/data.mdb")) << "a plan writes nothing";
  auto result = applied();
  EXPECT_EQ(result.steps.size(), 2u);
  EXPECT_TRUE(read("out/hello.txt").starts_with("Hello, I am "));
  EXPECT_EQ(records(), (Ids{"hello", "name"}));
  auto again = planned();
  EXPECT_TRUE(again.steps.empty()) << ids(again).front();
  EXPECT_FALSE(again.changes());
  EXPECT_EQ(again.unchanged, 2u);
  EXPECT_TRUE(applied().nothing_to_do);
  destroyed();
  EXPECT_FALSE(there("out/hello.txt"));
  EXPECT_TRUE(records().empty());
}

TEST_F(EngineTest, AChangeUpdatesAndWhatIsNoLongerDeclaredGoes) {
  write("main.fabric", R"(fabric "f" {}
resource a: local.File {
  path    = "a.txt"
  content = "one"
}
resource b: local.File {
  path    = "b.txt"
  content = "two"
}
)");
  applied();
  write("main.fabric", R"(fabric "f" {}
resource a: local.File {
  path    = "a.txt"
  content = "changed"
}
)");
  EXPECT_EQ(ids(planned()), (Ids{"destroy b", "update a"}));
  applied();
  EXPECT_EQ(read("a.txt"), "changed");
  EXPECT_FALSE(there("b.txt"));
}

// As it is written in a file: keys that are names have quotes there.
TEST_F(EngineTest, WhatIsThereAlreadyIsLeftAndToldHowToAdopt) {
  std::ofstream(folder.path() + "/x.txt") << "theirs";
  write("main.fabric", "fabric \"f\" {}\nresource a: local.File for k in [\"x\"] {\n  path    = \"${k}.txt\"\n  content = \"ours\"\n}\n");
  auto w = world();
  auto result = apply(w, {});
  EXPECT_EQ(result.exit, 1);
  ASSERT_EQ(result.steps.size(), 1u) << said(result);
  ASSERT_TRUE(result.steps[0].error);
  EXPECT_EQ(result.steps[0].error->text, "`x.txt` exists already with other content");
  EXPECT_EQ(result.steps[0].error->hint, "`adopt a[\"x\"] from \"x.txt\"` takes it over");
  EXPECT_EQ(read("x.txt"), "theirs");
}

// Whatever the files say by now: what somebody else has made of it is told, from what it was.
TEST_F(EngineTest, DriftIsSeenWhereTheFilesChangeToo) {
  auto file = [&](const std::string& content) {
    write("main.fabric", "fabric \"f\" {}\nresource a: local.File {\n  path    = \"a.txt\"\n  content = \"" + content + "\"\n}\n");
  };
  file("plain");
  applied();
  std::ofstream(folder.path() + "/a.txt") << "theirs";
  file("new");
  auto plan = planned();
  ASSERT_EQ(ids(plan), Ids{"update a"});
  EXPECT_FALSE(plan.steps[0].drift_only);
  ASSERT_EQ(plan.steps[0].differences.size(), 2u);
  EXPECT_EQ(plan.steps[0].differences[1].kind, plan::Difference::Kind::kDrift);
  ASSERT_EQ(plan.drift.size(), 1u);
  EXPECT_FALSE(plan.drift[0].missing);
  ASSERT_EQ(plan.drift[0].differences.size(), 1u);
  EXPECT_EQ(*plan.drift[0].differences[0].before, Value::string("theirs"));
  EXPECT_EQ(*plan.drift[0].differences[0].after, Value::string("plain"));
  applied();
  EXPECT_EQ(read("a.txt"), "new");
  EXPECT_FALSE(planned().changes());
}

TEST_F(EngineTest, DriftIsSeenAndSetBack) {
  write("main.fabric", R"(fabric "f" {}
resource a: local.File {
  path    = "a.txt"
  content = "mine"
}
)");
  applied();
  std::ofstream(folder.path() + "/a.txt") << "theirs";
  auto plan = planned();
  ASSERT_EQ(ids(plan), Ids{"update a"});
  EXPECT_TRUE(plan.steps[0].drift_only);
  ASSERT_EQ(plan.drift.size(), 1u);
  applied();
  EXPECT_EQ(read("a.txt"), "mine");
  std::remove((folder.path() + "/a.txt").c_str());
  plan = planned();
  EXPECT_EQ(ids(plan), Ids{"create a"});
  EXPECT_TRUE(plan.drift[0].missing);
}

TEST_F(EngineTest, AForOverKnownKeysMakesInstances) {
  write("main.fabric", R"(fabric "f" {}
input names: list<string> = ["x", "y"]
resource file: local.File for name in names {
  path    = "${name}.txt"
  content = name
}
output paths = file[*].path
)");
  applied();
  EXPECT_EQ(records(), (Ids{"file[x]", "file[y]"}));
  PlanRequest less;
  less.inputs.sets = {{"names", "[\"y\"]"}};
  EXPECT_EQ(ids(planned(less)), Ids{"destroy file[x]"});
}

TEST_F(EngineTest, ModulesHaveAddressesOfTheirOwn) {
  write("site/site.fabric", R"(input name: string
resource page: local.File {
  path    = "${name}.txt"
  content = name
}
output path = page.path
)");
  write("main.fabric", R"(fabric "f" {}
use site from "./site"
module web: site for name in ["a", "b"] { name = name }
output paths = [for name, w in web: w.path]
)");
  applied();
  EXPECT_EQ(records(), (Ids{"web[a].page", "web[b].page"}));
}

TEST_F(EngineTest, MovedKeepsTheWorldAndForgetLetsGo) {
  write("main.fabric", R"(fabric "f" {}
resource a: local.File {
  path    = "a.txt"
  content = "x"
}
resource b: local.File {
  path    = "b.txt"
  content = "x"
}
)");
  applied();
  write("main.fabric", R"(fabric "f" {}
resource c: local.File {
  path    = "a.txt"
  content = "x"
}
moved a to c
forget b
)");
  EXPECT_EQ(ids(planned()), (Ids{"move c", "forget b"}));
  applied();
  EXPECT_EQ(records(), Ids{"c"});
  EXPECT_TRUE(there("b.txt"));
  EXPECT_FALSE(planned().changes());
}

TEST_F(EngineTest, ProtectedResourcesAreNotDestroyed) {
  write("main.fabric", R"(fabric "f" {}
resource a: local.File {
  path     = "a.txt"
  content  = "x"
  @protect = true
}
)");
  applied();
  auto w = world();
  ApplyRequest request;
  request.planning.destroy = true;
  auto refused = apply(w, request);
  EXPECT_EQ(refused.exit, 3);
  EXPECT_TRUE(there("a.txt"));
  // Also when the declaration is gone.
  write("main.fabric", "fabric \"f\" {}\n");
  EXPECT_EQ(apply(w, {}).exit, 3);
  EXPECT_TRUE(there("a.txt"));
}

TEST_F(EngineTest, ReplaceTakesTheOldAwayFirst) {
  write("main.fabric", R"(fabric "f" {}
input path: string = "a.txt"
resource a: local.File {
  path    = path
  content = "x"
}
)");
  applied();
  ApplyRequest request;
  request.planning.inputs.sets = {{"path", "b.txt"}};
  EXPECT_EQ(ids(planned(request.planning)), Ids{"replace a"});
  applied(request);
  EXPECT_FALSE(there("a.txt"));
  EXPECT_TRUE(there("b.txt"));
  EXPECT_FALSE(planned(request.planning).changes());
}

TEST_F(EngineTest, CreateFirstMakesTheNewOneBeforeTheOldOneGoes) {
  write("main.fabric", R"(fabric "f" {}
input path: string = "a.txt"
resource a: local.File {
  path          = path
  content       = "x"
  @create_first = true
}
)");
  applied();
  ApplyRequest request;
  request.planning.inputs.sets = {{"path", "b.txt"}};
  auto result = applied(request);
  ASSERT_EQ(result.steps.size(), 1u);
  EXPECT_TRUE(result.steps[0].step.create_first);
  EXPECT_FALSE(there("a.txt"));
  EXPECT_TRUE(there("b.txt"));
  EXPECT_EQ(records(), Ids{"a"});
  EXPECT_FALSE(planned(request.planning).changes());
}

TEST_F(EngineTest, AFailedStepStopsOnlyWhatDependsOnIt) {
  write("blocked", "this is a file, so nothing can stand below it\n");
  write("main.fabric", R"(fabric "f" {}
resource bad: local.File {
  path    = "blocked/x.txt"
  content = "x"
}
resource after: local.File {
  path    = "after.txt"
  content = bad.sha256
}
resource good: local.File {
  path    = "good.txt"
  content = "x"
}
)");
  auto w = world();
  auto result = apply(w, {});
  EXPECT_EQ(result.exit, 4) << said(result);
  EXPECT_TRUE(there("good.txt"));
  EXPECT_FALSE(there("after.txt"));
  for (const auto& step : result.steps) {
    if (step.step.address == "bad") {
      EXPECT_EQ(step.state, event::StepState::kFailed);
    }
    if (step.step.address == "after") {
      EXPECT_EQ(step.state, event::StepState::kSkipped);
      EXPECT_EQ(step.because, "bad");
    }
    if (step.step.address == "good") {
      EXPECT_EQ(step.state, event::StepState::kDone);
    }
  }
  EXPECT_EQ(records(), Ids{"good"});
}

TEST_F(EngineTest, SecretsAreNeverInTheClearAtRest) {
  write("main.fabric", R"(fabric "f" {}
input token: secret string = "hunter2-is-the-canary"
resource password: local.RandomPassword { length = 20 }
resource conf: local.File {
  path    = "conf.txt"
  content = "${token} ${password.result}"
}
output login = { user = "web", password = password.result }
)");
  applied();
  auto content = read("conf.txt");
  ASSERT_TRUE(content.starts_with("hunter2-is-the-canary "));
  auto password = content.substr(content.find(' ') + 1);
  auto state = read(".weft/state/default/data.mdb");
  ASSERT_FALSE(state.empty());
  EXPECT_EQ(state.find("hunter2"), std::string::npos);
  EXPECT_EQ(state.find(password), std::string::npos);
  EXPECT_FALSE(planned().changes());
  auto w = world();
  auto out = output(w, "default", "login", true);
  ASSERT_TRUE(out.ok()) << said(out);
  ASSERT_EQ(out.outputs.size(), 1u);
  EXPECT_EQ(out.outputs[0].second.get("password")->as_string(), password);
  PlanRequest request;
  request.inputs.sets = {{"token", "another-canary"}};
  request.out = folder.path() + "/p.plan";
  EXPECT_EQ(ids(planned(request)), Ids{"update conf"});
  auto file = read("p.plan");
  EXPECT_EQ(file.find("another-canary"), std::string::npos);
  EXPECT_EQ(file.find("hunter2"), std::string::npos);
  EXPECT_EQ(file.find(password), std::string::npos);
}

TEST_F(EngineTest, ASavedPlanIsAppliedExactlyAndRefusedWhenStale) {
  write("main.fabric", R"(fabric "f" {}
input text: string = "one"
resource a: local.File {
  path    = "a.txt"
  content = text
}
resource b: local.File {
  path    = "b.txt"
  content = "b"
}
)");
  applied();
  PlanRequest request;
  request.out = folder.path() + "/p.plan";
  request.inputs.sets = {{"text", "two"}};
  planned(request);
  // Somebody else changes an unrelated record: no matter.
  auto main = read("main.fabric");
  ApplyRequest exactly;
  exactly.plan_file = request.out;
  auto result = applied(exactly);
  EXPECT_EQ(read("a.txt"), "two");
  ASSERT_EQ(result.steps.size(), 1u);
  // Done already: the same plan again has nothing left.
  EXPECT_TRUE(applied(exactly).nothing_to_do);
  // The files have moved since.
  request.inputs.sets = {{"text", "three"}};
  planned(request);
  write("main.fabric", main + "\nlet x = 1\n");
  auto w = world();
  auto stale = apply(w, exactly);
  EXPECT_EQ(stale.exit, 3);
  EXPECT_NE(stale.stale.find("files"), std::string::npos);
  write("main.fabric", main);
  // A record that it relies on has moved.
  ApplyRequest other;
  other.planning.inputs.sets = {{"text", "four"}};
  applied(other);
  stale = apply(w, exactly);
  EXPECT_EQ(stale.exit, 3);
  EXPECT_EQ(read("a.txt"), "four");
}

TEST_F(EngineTest, EnvironmentsHaveStatesOfTheirOwn) {
  write("main.fabric", R"(fabric "f" {}
input text: string = "default"
resource a: local.File {
  path    = "${fabric.env}.txt"
  content = text
}
output where = a.path
)");
  write("dev.inputs", "text = \"from dev\"\n");
  applied();
  ApplyRequest dev;
  dev.planning.inputs.environment = "dev";
  applied(dev);
  EXPECT_EQ(read("default.txt"), "default");
  EXPECT_EQ(read("dev.txt"), "from dev");
  EXPECT_EQ(records(), Ids{"a"});
}

TEST_F(EngineTest, OnlyAndExceptTakeTheirClosure) {
  write("main.fabric", R"(fabric "f" {}
resource a: local.Data { value = 1 }
resource b: local.Data { value = a.id }
resource c: local.Data { value = 2 }
)");
  PlanRequest only;
  only.only = {"b"};
  EXPECT_EQ(ids(planned(only)), (Ids{"create a", "create b"}));
  PlanRequest except;
  except.except = {"a"};
  EXPECT_EQ(ids(planned(except)), Ids{"create c"});
  PlanRequest wrong;
  wrong.only = {"nothing"};
  auto w = world();
  EXPECT_FALSE(plan(w, wrong).ok());
}

TEST_F(EngineTest, ChecksAreJudgedAtPlan) {
  write("main.fabric", R"(fabric "f" {}
input n: int = 1
check "small" {
  require n < 3, "n is ${n}"
}
)");
  EXPECT_FALSE(planned().changes());
  auto w = world();
  PlanRequest request;
  request.inputs.sets = {{"n", "5"}};
  auto result = plan(w, request);
  EXPECT_FALSE(result.ok());
  EXPECT_NE(said(result).find("n is 5"), std::string::npos);
}

TEST_F(EngineTest, MistakesInInputsAreSaidBeforeAnythingIsTouched) {
  write("main.fabric", R"(fabric "f" {}
input size: "small" | "large"
input count: int
)");
  auto w = world();
  auto missing = plan(w, {});
  EXPECT_EQ(missing.diagnostics.size(), 2u) << said(missing);
  PlanRequest request;
  request.inputs.sets = {{"size", "huge"}, {"coutn", "1"}};
  auto wrong = said(plan(w, request));
  EXPECT_NE(wrong.find("E0510"), std::string::npos) << wrong;
  EXPECT_FALSE(there(".weft"));
}

TEST_F(EngineTest, EnsureFailsTheStepAndIsJudgedAgain) {
  write("main.fabric", R"(fabric "f" {}
input want: int = 1
resource a: local.File {
  path    = "a.txt"
  content = "four"
  ensure self.size == 1B * want, "it has the wrong size"
}
)");
  auto w = world();
  auto result = apply(w, {});
  EXPECT_EQ(result.exit, 4) << said(result) << steps_said(result);
  EXPECT_EQ(records(), Ids{"a"});
  ApplyRequest right;
  right.planning.inputs.sets = {{"want", "4"}};
  EXPECT_EQ(ids(planned(right.planning)), Ids{"update a"});
  applied(right);
  EXPECT_FALSE(planned(right.planning).changes());
}

TEST_F(EngineTest, TwoAppliesOnOneFabricOneAfterTheOther) {
  write("main.fabric", R"(fabric "f" {}
resource a: local.Data for i in range(50) { value = i }
)");
  ApplyRequest first;
  first.planning.only = {"a[1]"};
  applied(first);
  EXPECT_EQ(records(), Ids{"a[1]"});
  auto rest = applied();
  EXPECT_EQ(rest.steps.size(), 49u);
  EXPECT_EQ(records().size(), 50u);
}

}  // namespace
}  // namespace weft::ops
