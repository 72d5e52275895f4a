// What is alike is said once.
#include <gtest/gtest.h>

#include "engine/view/drift_text.h"
#include "engine/view/plan_text.h"
#include "engine/view/why_text.h"
#include "tests/engine/view/sample_plan.h"

namespace weft::draw {
namespace {

auto updated(std::string address, std::string_view before, std::string_view after) -> Step {
  Step step = sample::step(Action::kUpdate, std::move(address), "local.File", "x", "main.fabric", 4);
  step.differences = {sample::change("content", text(before), text(after))};
  return step;
}

auto shown(plan::Plan plan, bool full = false) -> std::string {
  plan.fabric = "shop";
  return plan_text(plan, Look{.full = full}, {.closing = false});
}

TEST(Alike, TextsThatChangeAlikeAreOneDiffThoughTheyDiffer) {
  auto file = [](std::string_view name, std::string_view port) {
    return "server with the name of " + std::string(name) + "\nand some more of it\nlisten " + std::string(port) + "\n";
  };
  plan::Plan plan;
  for (const char* key : {"a", "b", "c"}) plan.steps.push_back(updated("site[" + std::string(key) + "]", file(key, "80"), file(key, "81")));
  EXPECT_EQ(shown(plan),
            "Plan for shop, state @0: update 3\n\nUPDATE 3\n~ 3 × site[…]  local.File  a, b, c  main.fabric:4\n"
            "    content (text, 3 lines)\n      2   and some more of it\n      3 - listen 80\n      3 + listen 81\n");
  // The line above may be another one: then it is left out.
  plan::Plan around;
  for (const char* key : {"a", "b"}) {
    around.steps.push_back(updated("site[" + std::string(key) + "]", "one and two and three\nname " + std::string(key) + "\nlisten 80\n",
                                   "one and two and three\nname " + std::string(key) + "\nlisten 81\n"));
  }
  EXPECT_NE(shown(around).find("    content (text, 3 lines)\n      3 - listen 80\n      3 + listen 81\n"), std::string::npos) << shown(around);
  EXPECT_EQ(shown(around).find("name"), std::string::npos) << shown(around);
  // One that differs stands apart, and the two that are alike together.
  plan.steps[1] = updated("site[b]", file("b", "80"), file("b", "99"));
  EXPECT_NE(shown(plan).find("    content, by key\n      a, c (text, 3 lines)\n"), std::string::npos) << shown(plan);
  EXPECT_NE(shown(plan).find("\n      b (text, 3 lines)\n"), std::string::npos) << shown(plan);
}

TEST(Alike, ReplacementsKeepALineEachAndShareTheirDiff) {
  plan::Plan plan;
  for (const char* key : {"a", "b", "c"}) {
    Step step = sample::step(Action::kReplace, "token[" + std::string(key) + "]", "local.Data", key, "main.fabric", 7);
    step.differences = {sample::change("keepers.round", Value::integer(1), Value::integer(2), true)};
    plan.steps.push_back(step);
  }
  EXPECT_EQ(shown(plan),
            "Plan for shop, state @0: replace 3\n\nREPLACE 3\n± token[a]  local.Data  a  main.fabric:7\n± token[b]  local.Data  b  main.fabric:7\n"
            "± token[c]  local.Data  c  main.fabric:7\n    all 3: keepers.round: 1 → 2  create-only\n    each destroyed first, then created\n");
  EXPECT_EQ(shown(plan).find("no token"), std::string::npos);
  // Other values, another cause: each tells its own.
  plan.steps[1].differences = {sample::change("keepers.round", Value::integer(1), Value::integer(3), true)};
  EXPECT_EQ(shown(plan).find("all "), std::string::npos) << shown(plan);
}

TEST(Alike, InstancesThatHaveDriftedAlikeAreOneEntry) {
  plan::Plan plan;
  plan.fabric = "shop";
  for (const char* key : {"a", "b", "c", "d"}) {
    plan::Drift drift{.address = "page[" + std::string(key) + "]", .type = "local.File", .identity = key, .source = {"main.fabric", 3}};
    drift.differences = {{.kind = Difference::Kind::kDrift, .path = path("mode"), .before = text(key[0] == 'c' ? "0666" : "0600"), .after = text("0644")}};
    plan.drift.push_back(drift);
  }
  std::string said = drift_text(plan, Look{.hints = false});
  EXPECT_NE(said.find("! 2 × page[…]  local.File  a, b  main.fabric:3\n    mode: applied \"0644\", live \"0600\"\n! page[c]  local.File  c  main"),
            std::string::npos) << said;
  EXPECT_NE(said.find("! page[d]  local.File  d  main"), std::string::npos) << said;
  EXPECT_NE(drift_text(plan, Look{.full = true, .hints = false}).find("! page[a]  local.File  a"), std::string::npos);
}

TEST(Outputs, SayWhatDiffersWhereItFitsAndNothingOfSecrets) {
  plan::Plan plan;
  plan.fabric = "shop";
  auto object = [](int64_t size) { return Value::object({{"name", text("web")}, {"size", Value::integer(size)}}); };
  auto holding = [](const Value& value) { return Value::list({text("x"), value}); };
  plan.outputs = {
      {.name = "hidden", .before = {}, .after = holding(later("key.id").as_secret()), .changed = true},
      {.name = "kept", .before = text("a"), .after = text("a"), .changed = false},
      {.name = "limits", .before = object(1), .after = object(2), .changed = true},
      {.name = "names", .before = Value::list({text("a")}), .after = Value::list({text("a"), text("b")}), .changed = true},
      {.name = "part", .before = holding(Value::null().as_secret()), .after = holding(Value::null().as_secret()), .changed = true},
  };
  std::string said = plan_text(plan, Look{});
  EXPECT_NE(said.find("Outputs: hidden is new (partly secret), limits.size: 1 → 2, names: + \"b\", part changes (partly secret), 1 unchanged.\n"),
            std::string::npos) << said;
  plan.outputs[2].after = Value::object({{"name", text("api")}, {"size", Value::integer(2)}});
  EXPECT_NE(plan_text(plan, Look{}).find("limits changes"), std::string::npos);
  std::string full = plan_text(plan, Look{.full = true});
  EXPECT_NE(full.find("Outputs, 1 unchanged:\n  hidden is new (partly secret)\n  limits.name: \"web\" → \"api\"\n  limits.size: 1 → 2\n  names: + \"b\"\n"),
            std::string::npos) << full;
}

TEST(Why, TellsTheNamesBehindTheFirstCause) {
  plan::Plan plan;
  Step key = sample::step(Action::kReplace, "key", "local.Data", "k", "main.fabric", 3);
  key.version = 12;
  key.differences = {sample::change("keepers.round", Value::integer(1), Value::integer(2), true)};
  Step user = sample::step(Action::kReplace, "user", "local.Data", "u", "main.fabric", 6);
  user.differences = {sample::change("keepers.id", text("k"), later("key.id"), true)};
  user.because_of = 0;
  plan.steps = {key, user};
  WhyFacts facts;
  facts.names[0] = {{"round", Value::integer(2), {"main.fabric", 1}, "--set"}, {"token", text("hunter2").as_secret(), {"main.fabric", 2}, ""}};
  facts.names[1] = {{"never", Value::integer(1), {"main.fabric", 9}, ""}};
  facts.written_ms[12] = 1'700'000'000'000;
  auto source = [](const std::string&, uint32_t line) { return line == 1 ? std::string("input round: int = 1") : std::string(); };
  std::string said = why_text(plan, 1, source, Look{}, facts);
  EXPECT_NE(said.find("    keepers.round: 1 → 2\n    applied @12 on 2023-11-1"), std::string::npos) << said;
  EXPECT_NE(said.find("\n  └ round is 2 (--set)  main.fabric:1  input round: int = 1\n  └ token is (secret)  main.fabric:2\n"), std::string::npos) << said;
  EXPECT_EQ(said.find("never"), std::string::npos) << "of what is forced only the cause explains";
  EXPECT_EQ(said.find("hunter2"), std::string::npos);
}

TEST(Plan, SaysWhereManyUpdatesTakeTheirValueFrom) {
  plan::Plan plan;
  plan.fabric = "shop";
  plan.steps = {updated("a", "x", "y")};
  PlanTextOptions options;
  options.common = {{"cost", {"main.fabric", 3}, "prod.inputs:4", 1190}, {"size", {"main.fabric", 4}, "--set", 1}, {"n", {"main.fabric", 5}, "", 2}};
  std::string said = plan_text(plan, Look{}, options);
  EXPECT_NE(said.find("\n1,190 of these steps take the value from `cost` (main.fabric:3, set in prod.inputs:4).\n"
                      "1 of these steps takes the value from `size` (main.fabric:4, set by --set).\n"
                      "2 of these steps take the value from `n` (main.fabric:5).\n"), std::string::npos) << said;
}

}  // namespace
}  // namespace weft::draw
