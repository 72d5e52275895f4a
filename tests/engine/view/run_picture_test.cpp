#include "engine/view/run_picture.h"

#include <gtest/gtest.h>

#include "tests/engine/view/sample_plan.h"

namespace weft::draw {
namespace {

using event::StepState;

class Pictured {
 public:
  void at(uint64_t ms) { now_ = ms; }
  void fact(event::Fact fact) { picture.on(event::Event{.run = "8a10ffff", .fact = std::move(fact)}, now_); }
  void start(uint64_t steps, std::string name = "reference.plan") {
    fact(event::RunStarted{.verb = "apply", .fabric = "reference", .plan_name = std::move(name), .state = 41, .steps = steps, .claimed = 17});
  }
  void move(uint32_t step, std::string address, std::string type, std::string action, StepState to, std::string part = {}) {
    event::StepMoved moved{.step = step, .address = std::move(address), .resource = std::move(type), .action = std::move(action), .part = std::move(part), .to = to};
    moved.elapsed_ms = began_.contains(step) ? now_ - began_[step] : 0;
    began_.try_emplace(step, now_);
    fact(moved);
  }
  auto live(size_t most = 14, uint32_t width = 100) -> std::string {
    std::string out;
    for (const Line& line : picture.live(now_, {.width = width}, most)) out += line.paint({}) + "\n";
    return out;
  }
  static auto text(const std::vector<Row>& rows, uint32_t width = 0) -> std::string {
    Page page({.width = width});
    page.block(rows);
    return page.text();
  }

  RunPicture picture;

 private:
  uint64_t now_ = 1'000'000;
  std::map<uint32_t, uint64_t> began_;
};

TEST(LiveView, SaysWhatTheNextCtrlCDoes) {
  Pictured run;
  run.start(3);
  run.move(0, "cache", "aws.elasticache.CacheCluster", "destroy", StepState::kRunning);
  run.fact(event::Stopping{.hard = false, .running = 1});
  EXPECT_NE(run.live().find("Ctrl-C leaves running steps open\n"), std::string::npos) << run.live();
  run.fact(event::Stopping{.hard = true, .running = 1});
  EXPECT_NE(run.live().find("leaving what runs open\n"), std::string::npos) << run.live();
  // Whoever heard the signal has said it.
  EXPECT_EQ(Pictured::text(run.picture.log_lines({})).find("stopping"), std::string::npos);
}

TEST(LiveView, ShowsWhatRunsTheSlowestFirst) {
  Pictured run;
  run.start(16);
  run.move(0, "cache", "aws.elasticache.CacheCluster", "destroy", StepState::kRunning);
  run.move(1, "nat[us-east-2c]", "aws.ec2.NatGateway", "replace", StepState::kRunning, "destroy");
  for (uint32_t i = 2; i < 5; ++i) {
    run.move(i, "alarm[us-east-2" + std::string(1, static_cast<char>('a' + i)) + "]", "aws.cloudwatch.Alarm", "create", StepState::kRunning);
  }
  run.fact(event::StepProgress{.step = 0, .address = "cache", .phase = "waiting", .status = "deleting"});
  run.fact(event::StepProgress{.step = 1, .address = "nat[us-east-2c]", .phase = "waiting", .status = "deleting"});
  run.at(1'001'200);
  EXPECT_EQ(run.live(),
            "── 00:01  running 5, waiting 11, done 0                                  Ctrl-C finishes and stops\n"
            "destroying  cache            aws.elasticache.CacheCluster     1s  \"deleting\"\n"
            "replacing   nat[us-east-2c]  aws.ec2.NatGateway               1s  1 of 2: old one \"deleting\"\n"
            "creating    3 × alarm[…]     aws.cloudwatch.Alarm             1s\n");
}

// How long it usually takes; longer than that stands first, with what its provider says.
TEST(LiveView, SlowStepsStandFirst) {
  Pictured run;
  run.start(3);
  run.move(0, "a", "t.T", "create", StepState::kRunning);
  event::StepMoved known{.step = 1, .address = "cache", .resource = "t.Cache", .action = "destroy", .to = StepState::kRunning};
  known.usual = event::Usual{.least_ms = 245'000, .most_ms = 455'000};
  run.fact(known);
  run.fact(event::StepProgress{.step = 1, .address = "cache", .phase = "waiting", .status = "deleting"});
  run.at(1'001'200);
  EXPECT_NE(run.live().find("creating    a      t.T         1s\ndestroying  cache  t.Cache     1s  \"deleting\", usually 4m–7m here\n"), std::string::npos) << run.live();
  run.at(1'470'000);
  EXPECT_NE(run.live().find("destroying  cache  t.Cache  7m50s  slow: \"deleting\", usually 4m–7m here\ncreating    a "), std::string::npos) << run.live();
}

TEST(LiveView, WhatIsMeasuredTellsHowMuchIsLeft) {
  Pictured run;
  run.start(1);
  run.move(0, "pool", "t.Pool", "update", StepState::kRunning);
  auto reached = [&](uint64_t done) { run.fact(event::StepProgress{.step = 0, .address = "pool", .phase = "waiting", .status = "moved", .done = done, .total = 14}); };
  reached(0);
  run.at(1'018'000);
  EXPECT_NE(run.live().find("18s  0 of 14 moved\n"), std::string::npos) << run.live();
  reached(11);
  EXPECT_NE(run.live().find("18s  11 of 14 moved, about 4s left\n"), std::string::npos) << run.live();
  reached(14);
  EXPECT_NE(run.live().find("18s  14 of 14 moved\n"), std::string::npos) << run.live();
}

TEST(LiveView, TheSecondHalfOfAReplacementCountsAnew) {
  Pictured run;
  run.start(1);
  run.move(0, "nat", "aws.ec2.NatGateway", "replace", StepState::kRunning, "destroy");
  run.at(1'150'000);
  run.move(0, "nat", "aws.ec2.NatGateway", "replace", StepState::kRunning, "create");
  run.at(1'281'000);
  EXPECT_NE(run.live().find("4m41s  2 of 2: new one, 2m11s"), std::string::npos) << run.live();
}

TEST(LiveView, NeverTakesMoreLinesThanItMay) {
  Pictured run;
  run.start(40);
  for (uint32_t i = 0; i < 30; ++i) run.move(i, "r" + std::to_string(i), "t.T", "create", StepState::kRunning);
  run.fact(event::EndpointRate{.endpoint = "ec2", .per_second = 4, .was = 32, .sent_again = 14});
  for (size_t most : {14u, 6u, 2u, 1u}) {
    std::string text = run.live(most);
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), static_cast<long>(most)) << text;
  }
  EXPECT_NE(run.live(14).find("and 19 more"), std::string::npos) << run.live(14);
  EXPECT_NE(run.live(14).find("throttled   ec2: 4 requests a second, was 32; 14 sent again, no step failed"), std::string::npos);
}

TEST(LiveView, OneLineOfTheRegionIsOneLineOfTheTerminal) {
  Pictured run;
  run.start(2);
  run.move(0, std::string(90, 'n'), "some.very.long.Type.name.that.does.not.fit", "create", StepState::kRunning);
  run.fact(event::StepProgress{.step = 0, .status = std::string(200, 's')});
  for (const Line& line : run.picture.live(1'000'000, {.width = 80}, 14)) EXPECT_LT(line.width({.width = 80}), 80u);
}

TEST(LiveView, WaitingStepsNameWhatTheyWaitFor) {
  plan::Plan plan = sample_plan();
  plan.steps[3].after_steps = {2};  // route waits for … as planned
  Pictured run;
  run.picture.know(plan);
  run.start(16);
  run.move(2, plan.steps[2].address, plan.steps[2].type, "replace", StepState::kRunning, "create");
  std::string waiting = plan.steps[3].address + " for " + plan.steps[2].address;
  EXPECT_NE(run.live().find("waiting     " + waiting), std::string::npos) << run.live();
  run.move(2, plan.steps[2].address, plan.steps[2].type, "replace", StepState::kDone, "create");
  EXPECT_EQ(run.live().find("waiting     "), std::string::npos);
}

TEST(LiveView, BeforeTheRunOnlyWhatTakesLong) {
  Pictured run;
  run.fact(event::PlanProgress{.doing = "reading resources", .done = 0, .total = 4310});
  run.at(1'000'400);
  EXPECT_EQ(run.live(), "");
  run.fact(event::PlanProgress{.doing = "reading resources", .done = 1200, .total = 4310});
  run.at(1'002'100);
  EXPECT_EQ(run.live(), "── reading resources  1,200 of 4,310  2s\n");
}

TEST(LiveView, WhatEndsStaysAboveTheRegion) {
  Pictured run;
  run.start(4);
  run.move(0, "subnet[a]", "aws.ec2.Subnet", "replace", StepState::kRunning, "destroy");
  run.move(1, "alarm[a]", "aws.cloudwatch.Alarm", "create", StepState::kRunning);
  run.move(2, "alarm[b]", "aws.cloudwatch.Alarm", "create", StepState::kRunning);
  run.move(3, "topic", "aws.sns.Topic", "move", StepState::kRunning);
  EXPECT_EQ(Pictured::text(run.picture.ended({})), "Applying reference.plan to reference: 4 steps, 17 records claimed, state @41, run r-8a10\n");
  run.at(1'004'100);
  for (uint32_t i : {0u, 1u, 2u, 3u}) {
    const char* names[] = {"subnet[a]", "alarm[a]", "alarm[b]", "topic"};
    const char* types[] = {"aws.ec2.Subnet", "aws.cloudwatch.Alarm", "aws.cloudwatch.Alarm", "aws.sns.Topic"};
    const char* actions[] = {"replace", "create", "create", "move"};
    run.move(i, names[i], types[i], actions[i], StepState::kDone);
  }
  EXPECT_EQ(Pictured::text(run.picture.ended({.width = 60}), 60),
            "replaced    subnet[a]  aws.ec2.Subnet                  4.1s\n"
            "created     2 × alarm[…]  aws.cloudwatch.Alarm         4.1s\n");
  EXPECT_EQ(Pictured::text(run.picture.ended({})), "");
}

TEST(LogLines, OneWhenAStepEnds) {
  Pictured run;
  run.start(16);
  EXPECT_EQ(Pictured::text(run.picture.log_lines({})),
            "00:00 applying    reference.plan: 16 steps, 17 records claimed, state @41, run r-8a10\n");
  for (uint32_t i = 0; i < 3; ++i) run.move(i, "alarm[" + std::to_string(i) + "]", "aws.cloudwatch.Alarm", "create", StepState::kRunning);
  run.at(1'001'200);
  for (uint32_t i = 0; i < 3; ++i) run.move(i, "alarm[" + std::to_string(i) + "]", "aws.cloudwatch.Alarm", "create", StepState::kDone);
  EXPECT_EQ(Pictured::text(run.picture.log_lines({})), "00:01 created     3 × alarm[…] (aws.cloudwatch.Alarm) in 1.2s\n");
  run.fact(event::EndpointRate{.endpoint = "ec2 us-east-2", .per_second = 4, .was = 32});
  EXPECT_EQ(Pictured::text(run.picture.log_lines({})), "00:01 throttled   ec2 us-east-2: 4 requests a second, was 32; no step failed\n");
}

TEST(LogLines, FailuresSayWhatIsKnown) {
  Pictured run;
  run.start(1);
  run.move(0, "nat", "aws.ec2.NatGateway", "create", StepState::kRunning);
  run.at(1'041'000);
  event::StepMoved failed{.step = 0, .address = "nat", .resource = "aws.ec2.NatGateway", .action = "create", .to = StepState::kFailed, .elapsed_ms = 41'000};
  failed.error = event::StepError{.code = "NatGatewayLimitExceeded", .text = "limit of 5", .operation = "ec2 CreateNatGateway", .request_id = "7c2f"};
  (void)run.picture.log_lines({});
  run.fact(failed);
  EXPECT_EQ(Pictured::text(run.picture.log_lines({})),
            "00:41 failed      nat (aws.ec2.NatGateway) after 41s\n"
            "                  ec2 CreateNatGateway: NatGatewayLimitExceeded\n"
            "                  \"limit of 5\"\n"
            "                  request id 7c2f; final, not sent again\n");
}

TEST(LogLines, WhatStillRunsAtGrowingIntervals) {
  Pictured run;
  run.start(5);
  run.move(0, "cache", "aws.elasticache.CacheCluster", "destroy", StepState::kRunning);
  std::vector<uint64_t> reported;
  for (uint64_t s = 0; s <= 1200; ++s) {
    if (run.picture.still_running(1'000'000 + s * 1000)) reported.push_back(s);
  }
  EXPECT_EQ(reported, (std::vector<uint64_t>{30, 60, 120, 240, 540, 840, 1140}));
}

TEST(LogLines, SettlingADeadRunIsTold) {
  Pictured run;
  run.fact(event::RunInDoubt{.run = "8a10ffff", .owner = "deploy", .host = "ci-runner-4", .intents = 1});
  run.at(1'001'100);
  run.fact(event::IntentSettled{.address = "nat", .change = "create", .outcome = "found", .why = "nat-1 carries its operation id: taken over"});
  std::string text = Pictured::text(run.picture.log_lines({}));
  EXPECT_NE(text.find("ended without a word and left 1 intent open. Settling:\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  create nat               found      nat-1 carries its operation id: taken over\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Settled 1 in 1.1s; nothing was made twice.\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace weft::draw
