// What belongs together and is not always all there: outputs of what is destroyed in part, outputs of other fabrics, adoptions
// and environments that nobody has.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class PartedTest : public FakeTest {
 protected:
  static auto destroying(std::vector<std::string> only, std::vector<std::string> except = {}) -> ApplyRequest {
    ApplyRequest request;
    request.planning.destroy = true;
    request.planning.only = std::move(only);
    request.planning.except = std::move(except);
    return request;
  }
  auto forgotten(const PlanRequest& request) -> Ids {
    Ids all;
    for (const auto& output : planned(request).outputs) {
      if (output.changed && !output.after) all.push_back(output.name);
    }
    return all;
  }
};

TEST_F(PartedTest, OutputsGoWithWhatTheyRead) {
  write("main.fabric", R"(fabric "f" {}
resource b: fake.Thing { Name = "b" }
resource c: fake.Thing {
  Name = "c"
  Note = b.Name
}
resource d: fake.Thing { Name = "d" }
output b = b.Name
output c = "${c.Note ?? ""}!"
output d = d.Name
output e = "nobody's"
)");
  applied();
  EXPECT_EQ(forgotten(destroying({"c"}, {"c"}).planning), Ids{}) << "nothing goes";
  EXPECT_EQ(forgotten(destroying({"b"}).planning), (Ids{"b", "c"}));
  applied(destroying({"b"}));
  EXPECT_EQ(outputs(), "d = \"d\"\ne = \"nobody's\"\n");
  // One that stays keeps its own, though the rest of the run fails.
  write("main.fabric", read("main.fabric") + "resource f: fake.Thing { Name = \"f\" }\noutput f = f.Name\n");
  applied();
  bends->change = [](driver::ChangeResult& result) {
    if (result) result = std::unexpected(driver::DriverFailure{.failure = driver::FailureClass::kDenied, .happened = driver::Happened::kNo, .text = "no"});
  };
  auto failed = tried(destroying({"f"}));
  EXPECT_NE(failed.exit, 0);
  EXPECT_NE(outputs().find("f = \"f\""), std::string::npos) << outputs();
  bends->change = {};
  destroyed();
  EXPECT_EQ(outputs(), "");
}

class OtherFabricTest : public FakeTest {
 protected:
  void net(const std::string& output) { write("net/main.fabric", "fabric \"net\" {}\nresource a: local.Data { value = 1 }\n" + output); }
  void apply_net() {
    auto w = world();
    w.folder = folder.path() + "/net";
    auto result = apply(w, {});
    EXPECT_EQ(result.exit, 0) << said(result);
  }
  void reads(const std::string& expression, const char* type = "weft.Outputs") {
    write("main.fabric", std::string("fabric \"f\" {}\nlookup net: ") + type + " { fabric = \"./net\" }\noutput got = " + expression + "\n");
  }
};

TEST_F(OtherFabricTest, AnOutputOfAnotherTypeThanItsFilesSayIsNotRead) {
  net("output n: int = a.value\noutput m: int = 2\n");
  apply_net();
  net("output n: string = \"x\"\noutput m: int = 2\n");
  reads("net.n");
  auto result = tried();
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(said(result).find("`n` is declared there as string and was recorded as int"), std::string::npos) << said(result);
  reads("net.m");
  applied();
  apply_net();
  reads("net.n");
  applied();
  EXPECT_EQ(outputs(), "got = \"x\"\n");
}

TEST_F(OtherFabricTest, OneThatMayBeMissingIsNull) {
  net("output n: int = a.value\n");
  reads("net == null", "weft.Outputs?");
  applied();
  EXPECT_EQ(outputs(), "got = true\n");
  apply_net();
  applied();
  EXPECT_EQ(outputs(), "got = false\n");
  reads("net.n");
  auto w = world();
  w.folder = folder.path() + "/net";
  ApplyRequest gone;
  gone.planning.destroy = true;
  EXPECT_EQ(apply(w, gone).exit, 0);
  EXPECT_NE(said(tried()).find("E0618"), std::string::npos) << "this one has to be there";
}

TEST_F(PartedTest, WhoAdoptsIsDeclared) {
  fake->put("fake.Named", Value::object({{"Name", Value::string("there")}, {"Size", Value::integer(1)}, {"Zone", Value::string("z")}, {"Alias", Value::string("f-default-two")}}));
  auto fabric = [&](const std::string& keys, const std::string& more) {
    write("main.fabric", "fabric \"f\" {}\ninput on: bool = true\nresource one: fake.Named for name in " + keys + " { Name = name }\nresource two: fake.Named if on { Name = \"there\" }\n" + more);
  };
  fabric("[\"x\"]", "adopt one[\"zz\"] from \"there\"\n");
  auto result = tried();
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(said(result).find("E0615 nothing is called `one[zz]` at main.fabric:5"), std::string::npos) << said(result);
  fabric("[\"x\"]", "adopt two from \"there\"\n");
  ApplyRequest off;
  off.planning.inputs.sets = {{"on", "false"}};
  auto left_out = tried(off);
  EXPECT_EQ(left_out.exit, 0) << said(left_out);
  EXPECT_NE(said(left_out).find("W0615"), std::string::npos) << said(left_out);
  EXPECT_EQ(ids(planned()), Ids{"adopt two"});
  applied();
  EXPECT_FALSE(planned().changes()) << "the line may stay";
}

TEST_F(PartedTest, WhyItIsGoneIsSaid) {
  write("part/main.fabric", "resource p: fake.Thing { Name = \"p\" }\n");
  auto fabric = [&](const std::string& value, const std::string& more) {
    write("main.fabric", "fabric \"f\" {}\nresource off: fake.Thing if " + value + " { Name = \"off\" }\nresource each: fake.Thing for k in " +
                             (value == "true" ? "[\"x\", \"y\"]" : "[\"y\"]") + " { Name = k }\nuse piece from \"./part\"\nmodule part: piece if " + value + " {}\n" + more);
  };
  fabric("true", "resource gone: fake.Thing { Name = \"gone\" }\n");
  applied();
  fabric("false", "");
  auto plan = planned();
  std::map<std::string, std::vector<std::string>> reasons;
  for (const auto& step : plan.steps) reasons[step.address] = step.reasons;
  EXPECT_EQ(reasons["off"], Ids{"left out by its `if`"});
  EXPECT_EQ(reasons["each[x]"], Ids{"left out by its `for`"});
  EXPECT_EQ(reasons["part.p"], Ids{"left out by its module's `if`"});
  EXPECT_EQ(reasons["gone"], Ids{"no longer declared"});
}

TEST_F(PartedTest, WhatIsProtectedAndLeftOutIsNotDeclaredAgain) {
  auto fabric = [&](const char* value) { write("main.fabric", std::string("fabric \"f\" {}\nresource off: fake.Thing if ") + value + " {\n  Name = \"off\"\n  @protect = true\n}\n"); };
  fabric("true");
  applied();
  fabric("false");
  auto result = tried();
  EXPECT_EQ(result.exit, 3);
  ASSERT_TRUE(result.failure.has_value());
  EXPECT_NE(result.failure->text.find("left out by its `if`"), std::string::npos) << result.failure->text;
  EXPECT_EQ(result.failure->hint.find("declare it again"), std::string::npos) << result.failure->hint;
}

TEST_F(PartedTest, AnEnvironmentThatNobodyHasIsAMistake) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Thing { Name = \"a\" }\n");
  auto request = destroying({});
  request.planning.inputs.environment = "typo";
  auto gone = tried(request);
  EXPECT_EQ(gone.exit, 1);
  EXPECT_EQ(said(gone), "failure: there is no state of environment `typo` in this folder\n");
  auto w = world();
  auto looked = plan(w, request.planning);
  EXPECT_FALSE(looked.ok());
  RecoverRequest doubts;
  doubts.inputs.environment = "typo";
  EXPECT_FALSE(recover(w, doubts).ok());
  // A new one is made by an apply, and nothing to destroy there is no mistake where one has been.
  request.planning.destroy = false;
  applied(request);
  request.planning.destroy = true;
  applied(request);
  applied(request);
}

TEST_F(PartedTest, AGraphOfThePlanWantsTheKeyToo) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Thing {\n  Name = \"a\"\n  Pin = secret(\"1234\")\n}\n");
  applied();
  setenv("XDG_DATA_HOME", (home.path() + "/elsewhere").c_str(), 1);
  auto w = world();
  auto drawn = graph(w, {}, true);
  EXPECT_TRUE(drawn.failure.has_value());
  EXPECT_TRUE(drawn.nodes.empty());
  EXPECT_TRUE(graph(w, {}, false).ok());
}

TEST_F(PartedTest, AMoveIsAdvisedAsItIsWritten) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Thing for k in [\"x\"] {\n  Name = k\n  Pin = secret(\"1234\")\n}\n");
  applied();
  auto w = world();
  auto moved = state_move(w, "default", "a[x]", "a[y]");
  ASSERT_TRUE(moved.failure.has_value());
  EXPECT_NE(moved.failure->hint.find("`moved a[\"x\"] to a[\"y\"]`"), std::string::npos) << moved.failure->hint;
}

}  // namespace
}  // namespace weft::ops
