// Corners of the plan's drawings: later stages, chains of replacements, what stands beside a create.
#include "engine/view/plan_documents.h"
#include "engine/view/plan_text.h"
#include "providers/api/registry.h"
#include "tests/engine/view/sample_plan.h"

#include <gtest/gtest.h>

namespace weft::draw {
namespace {

using plan::Plan;
using sample::change;
using sample::step;

auto holds(const std::string& text, std::string_view part) -> testing::AssertionResult {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "`" << part << "` is not in\n" << text;
}

// A provider of one type; never opened.
class Types : public driver::Driver {
 public:
  Types() {
    driver::TypeSchema type{.name = "test.Thing"};
    type.attributes = {{.name = "Name", .type = Type::string(), .input = driver::Input::kRequired},
                       {.name = "Note", .type = Type::string()},
                       {.name = "Alias", .type = Type::string()},
                       {.name = "Size", .type = Type::integer(), .default_value = Value::integer(1)}};
    type.identity = {"Name"};
    types_.push_back(std::move(type));
  }
  auto name() const -> std::string_view override { return "test"; }
  auto types() const -> std::span<const driver::TypeSchema> override { return types_; }
  auto settings() const -> std::span<const driver::Attribute> override { return {}; }
  auto open(driver::Call, Value) -> Task<std::expected<std::unique_ptr<driver::Session>, driver::DriverFailure>> override {
    co_return std::unexpected(driver::DriverFailure{.text = "never opened"});
  }

 private:
  std::vector<driver::TypeSchema> types_;
};

auto shop(std::vector<Step> steps = {}) -> Plan {
  Plan plan;
  plan.fabric = "shop";
  plan.steps = std::move(steps);
  return plan;
}

auto staged() -> Plan {
  Plan plan;
  plan.fabric = "edge";
  plan.stages.push_back({.number = 2,
                         .deferred = {{.address = "record", .type = "aws.route53.RecordSet", .each = "nodes\n    .Addresses", .why = "its keys are (known after nodes)",
                                       .after = {"nodes"}, .least = 3, .most = 9, .creates_only = true, .source = {"dns.fabric", 9}}}});
  return plan;
}

TEST(PlanGaps, AStageSaysWhatThereIsOneFor) {
  auto text = plan_text(staged(), Look{});
  EXPECT_TRUE(holds(text, "? record[…]  aws.route53.RecordSet, one for each of nodes .Addresses  dns.fabric:9\n"));
  EXPECT_TRUE(holds(text, "    bounds: creates only, 3 to 9, nothing destroyed or replaced\n"));
  EXPECT_TRUE(holds(plan_markdown(staged()), "- `record[…]` (aws.route53.RecordSet, one for each of nodes .Addresses): its keys are (known after nodes); bounds: creates only"));
  EXPECT_TRUE(holds(plan_html(staged()), "one for each of nodes .Addresses"));
}

TEST(PlanGaps, AForcedReplacementWithAKnownValueSaysItOnce) {
  auto folder = step(Action::kReplace, "folder", "local.Directory", "out/1", "main.fabric", 3);
  folder.differences = {change("path", text("out/1"), text("out/2"), true)};
  auto page = step(Action::kReplace, "page", "local.File", "out/1/a", "main.fabric", 5);
  page.differences = {change("path", text("out/1/a"), text("out/2/a"), true)};
  page.because_of = 0;
  auto plan = shop({folder, page});
  auto drawn = plan_text(plan, Look{});
  EXPECT_TRUE(holds(drawn, "└ ± page  local.File  out/1/a\n"));
  EXPECT_TRUE(holds(drawn, "path: \"out/1/a\" → \"out/2/a\"  create-only\n"));
  EXPECT_EQ(drawn.find("path is create-only"), std::string::npos) << drawn;
}

// Too many for a line each: what they force is counted all the same.
TEST(PlanGaps, ALargePlanCountsWhatItForces) {
  auto plan = shop();
  auto pet = step(Action::kReplace, "pet", "local.RandomPet", "swift-owl", "main.fabric", 3);
  pet.differences = {change("words", Value::integer(2), Value::integer(3), true)};
  plan.steps.push_back(pet);
  for (int i = 0; i < 220; ++i) {
    auto id = step(Action::kReplace, "id[" + std::to_string(i) + "]", "local.RandomId", "x", "main.fabric", 4);
    id.differences = {change("keepers.pet", text("swift-owl"), later("pet"), true)};
    id.because_of = 0;
    plan.steps.push_back(id);
  }
  for (int i = 0; i < 220; ++i) {
    auto file = step(Action::kUpdate, "file[" + std::to_string(i) + "]", "local.File", "f", "main.fabric", 5);
    file.differences = {change("content", text("x"), later("id"))};
    file.because_of = static_cast<plan::StepIndex>(1 + i);
    plan.steps.push_back(file);
  }
  auto drawn = plan_text(plan, Look{});
  EXPECT_TRUE(holds(drawn, "REPLACE 221 in 1 group, alike within each group\n"));
  EXPECT_TRUE(holds(drawn, "    forces replace 220, update 220: weft plan --full\n"));
  EXPECT_TRUE(holds(drawn, "UPDATE 220 (above)\n"));
  EXPECT_EQ(drawn.find("0 groups"), std::string::npos) << drawn;
}

// What could not be planned is not nothing to do.
TEST(PlanGaps, EveryDrawingTellsWhatCouldNotBePlanned) {
  auto plan = shop();
  plan.failed.push_back({.address = "a", .type = "local.File", .failure = {.text = "too many links"}});
  for (const auto& drawn : {plan_text(plan, Look{}), plan_markdown(plan), plan_html(plan)}) {
    EXPECT_TRUE(holds(drawn, "too many links"));
    EXPECT_EQ(drawn.find("Nothing to do"), std::string::npos) << drawn;
  }
}

// Outputs, drift, what is ignored and what is kept stand below every drawing.
TEST(PlanGaps, EveryDrawingHasWhatStandsBelow) {
  auto one = step(Action::kUpdate, "a", "local.Data", "a", "main.fabric", 3);
  one.differences = {change("value", text("1"), text("2"))};
  auto plan = shop({one});
  plan.outputs = {{.name = "url", .before = text("x"), .after = text("y"), .changed = true}};
  plan.drift.push_back({.address = "b", .type = "local.File", .missing = true});
  plan.ignored_differences = 2;
  plan.kept = {"c  --except"};
  for (const auto& drawn : {plan_text(plan, Look{}), plan_markdown(plan), plan_html(plan)}) {
    EXPECT_TRUE(holds(drawn, "Drift: 1 resource missing (weft drift)."));
    EXPECT_TRUE(holds(drawn, "Ignored: 2 differences in resources that no step touches."));
    EXPECT_TRUE(holds(drawn, "Outputs: url: "));
    EXPECT_TRUE(holds(drawn, "KEEP 1"));
  }
}

// The text and the document count alike.
TEST(PlanGaps, DefaultsAreLeftOutOfMarkdownToo) {
  driver::Registry types;
  types.add(std::make_unique<Types>());
  auto one = step(Action::kCreate, "one", "test.Thing", "", "main.fabric", 3);
  one.after = Value::object({{"Name", text("one")}, {"Note", text("n")}, {"Size", Value::integer(1)}});
  auto plan = shop({one});
  EXPECT_TRUE(holds(plan_text(plan, Look{.types = &types}), "Name = \"one\", and 1 more"));
  EXPECT_TRUE(holds(plan_markdown(plan, kMarkdownMost, Look{.types = &types}), "Name = \"one\", and 1 more"));
  EXPECT_TRUE(holds(plan_html(plan, &types), "and 1 more"));
}

TEST(PlanGaps, WhatNamesTheObjectStandsBesideIt) {
  driver::Registry types;
  types.add(std::make_unique<Types>());
  auto one = step(Action::kCreate, "one", "test.Thing", "", "main.fabric", 3);
  one.after = Value::object({{"Alias", text("x")}, {"Name", later("zone.Id", "web-")}, {"Note", text("n")}});
  auto plan = shop({one});
  EXPECT_TRUE(holds(plan_text(plan, Look{.types = &types}), "Name = (known after zone.Id, starts with \"web-\"), and 2 more"));
}

// Its driver will tell `Size` once it knows more: nobody wrote it, so there is nothing to wait for.
TEST(PlanGaps, WhatNobodyWroteAndNobodyKnowsIsNoRow) {
  driver::Registry types;
  types.add(std::make_unique<Types>());
  auto one = step(Action::kCreate, "one", "test.Thing", "", "main.fabric", 3);
  one.after = Value::object({{"Name", text("one")}, {"Note", later("zone.Id")}, {"Size", Value::unknown({.type = Type::integer(), .not_null = true})}});
  auto plan = shop({one});
  EXPECT_TRUE(holds(plan_text(plan, Look{.types = &types}), "Name = \"one\", and 1 more"));
  auto full = plan_text(plan, Look{.full = true, .types = &types});
  EXPECT_TRUE(holds(full, "Note = (known after zone.Id)"));
  EXPECT_FALSE(holds(full, "Size")) << full;
  plan.steps[0].after = with(one.after, path("Size"), later("zone.Size"));
  EXPECT_TRUE(holds(plan_text(plan, Look{.full = true, .types = &types}), "Size = (known after zone.Size)"));
}

TEST(PlanGaps, DriftOfWhatTheFilesChangeIsOverwritten) {
  auto one = step(Action::kUpdate, "one", "test.Thing", "", "main.fabric", 3);
  one.version = 4;
  one.differences = {change("Note", text("a"), text("b"))};
  one.differences.push_back({.kind = plan::Difference::Kind::kDrift, .path = path("Note"), .before = text("x"), .after = text("b")});
  auto plan = shop({one});
  plan::Drift drift{.address = "one", .type = "test.Thing", .identity = {}, .source = {}, .why = {}, .differences = {}, .in_step = true};
  drift.differences.push_back({.kind = plan::Difference::Kind::kDrift, .path = path("Note"), .before = text("x"), .after = text("a")});
  plan.drift = {drift};
  auto drawn = plan_text(plan, Look{});
  EXPECT_TRUE(holds(drawn, "    Note: \"a\" → \"b\"\n  ! Note: is \"x\", changed since @4; this step overwrites it\n"));
  EXPECT_TRUE(holds(drawn, "Drift: 1 value, overwritten above.\n"));
  // Of several that drifted apart each is told by its key, marked.
  auto two = one;
  plan.steps[0].address = "one[a]";
  two.address = "one[b]";
  two.differences[1].before = text("y");
  plan.steps[0].declaration = two.declaration = "one";
  plan.steps.push_back(two);
  EXPECT_TRUE(holds(plan_text(plan, Look{}), "  ! Note, drifted, by key\n"));
}

TEST(PlanGaps, AsciiHasNothingElseOfOurs) {
  auto plan = sample_plan();
  auto later_stage = staged();
  plan.stages = later_stage.stages;
  plan.kept = {"a[1]  --except", "a[2]  --except"};
  for (const auto& drawn : {plan_text(plan, Look{.ascii = true}), plan_markdown(plan, kMarkdownMost, Look{.ascii = true})}) {
    for (char c : drawn) ASSERT_LT(static_cast<unsigned char>(c), 0x80u) << drawn;
  }
}

}  // namespace
}  // namespace weft::draw
