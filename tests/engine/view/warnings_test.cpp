// What drivers warn of is seen wherever the end of a step is: on the way, in the report and as JSON.
#include <gtest/gtest.h>

#include "engine/view/event_json.h"
#include "engine/view/page.h"
#include "engine/view/run_picture.h"
#include "engine/view/run_report.h"

namespace weft::draw {
namespace {

auto ended(uint32_t step, const std::string& address, std::vector<std::string> warnings) -> event::StepMoved {
  event::StepMoved moved{.step = step, .id = "1:" + address + ":create", .address = address, .resource = "fake.Thing", .action = "create",
                         .from = event::StepState::kRunning, .to = event::StepState::kDone};
  moved.warnings = std::move(warnings);
  return moved;
}

auto text(const std::vector<Row>& rows) -> std::string {
  Page page(Look{});
  page.block(rows);
  return page.text();
}

TEST(Warnings, StandUnderTheirStep) {
  RunPicture picture;
  picture.on(event::Event{.run = "8a10ffff", .fact = event::RunStarted{.verb = "apply", .fabric = "f", .steps = 3}}, 1000);
  (void)picture.log_lines({});
  for (uint32_t i = 0; i < 3; ++i) {
    std::vector<std::string> warnings;
    if (i == 1) warnings = {"zone is nearly full", "deprecated"};
    picture.on(event::Event{.run = "8a10ffff", .fact = ended(i, "one[" + std::to_string(i) + "]", warnings)}, 1000);
  }
  auto said = text(picture.log_lines({}));
  EXPECT_NE(said.find("2 × one[…]"), std::string::npos) << said;
  EXPECT_NE(said.find("one[1] (fake.Thing) in 0.0s\n                  warning: zone is nearly full\n                  warning: deprecated\n"), std::string::npos) << said;
}

TEST(Warnings, AreInTheReport) {
  plan::Step step;
  step.action = plan::Action::kCreate;
  step.address = "one";
  step.type = "fake.Thing";
  RunReport report{.fabric = "f"};
  report.steps.push_back({.step = &step, .state = event::StepState::kDone, .warnings = {"zone is nearly full"}});
  auto said = run_report_text(report, Look{});
  EXPECT_NE(said.find("WARNED 1\n+ one  fake.Thing\n    warning: zone is nearly full\n\nApplied f in"), std::string::npos) << said;
  report.steps[0].warnings.clear();
  EXPECT_EQ(run_report_text(report, Look{}).find("WARNED"), std::string::npos);
}

TEST(Warnings, AreInTheEvent) {
  auto members = event_members(ended(0, "one", {"zone is nearly full"}));
  EXPECT_NE(members.find(R"("warnings":["zone is nearly full"])"), std::string::npos) << members;
  EXPECT_EQ(event_members(ended(0, "one", {})).find("warnings"), std::string::npos);
}

}  // namespace
}  // namespace weft::draw
