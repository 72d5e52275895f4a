// A whole engine on a temporary folder: real state, real local driver, events kept in a list.
#pragma once

#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/ops/ops.h"
#include "lang/os/env.h"
#include "providers/local/local.h"
#include "stdlib/functions/library.h"
#include "tests/support/temp_dir.h"

namespace weft::ops {

class EngineTest : public ::testing::Test {
 protected:
  struct Events : event::Listener {
    std::vector<event::Event> all;
    std::function<void(const event::Event&)> hook;  // what the test does in the middle of a run
    void on(const event::Event& event) override {
      all.push_back(event);
      if (hook) hook(event);
    }
  };

  void SetUp() override {
    drivers.add(local::make_local_driver());
    drivers.add(local::make_time_driver());
    // Keys are kept outside the fabric's folder.
    setenv("XDG_DATA_HOME", (home.path() + "/data").c_str(), 1);
    setenv("XDG_STATE_HOME", (home.path() + "/state").c_str(), 1);
  }

  auto world() -> World {
    return World{.folder = folder.path(),
                 .drivers = drivers,
                 .functions = functions,
                 .clock = const_cast<Clock&>(system_clock()),
                 .loop = loop,
                 .listener = events,
                 .soft_stop = soft.token(),
                 .hard_stop = hard.token(),
                 .environment = {},
                 .owner = "tester",
                 .host = "here",
                 .command = "weft test",
                 .version = "0.1.0"};
  }

  void write(const std::string& name, const std::string& text) {
    auto path = folder.path() + "/" + name;
    auto slash = path.rfind('/');
    ASSERT_EQ(std::system(("mkdir -p '" + path.substr(0, slash) + "'").c_str()), 0);
    std::ofstream(path) << text;
  }
  auto read(const std::string& name) -> std::string {
    std::ifstream in(folder.path() + "/" + name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  auto there(const std::string& name) -> bool { return std::ifstream(folder.path() + "/" + name).good(); }

  static auto said(const Reported& reported) -> std::string {
    std::string text = reported.failure ? "failure: " + reported.failure->text + "\n" : "";
    for (const auto& diagnostic : reported.diagnostics) {
      text += std::string(diagnostic.code) + " " + diagnostic.message + " at " + reported.sources->where(diagnostic.range) + "\n";
    }
    return text;
  }

  auto planned(PlanRequest request = {}) -> plan::Plan {
    auto w = world();
    auto result = plan(w, request);
    EXPECT_TRUE(result.ok()) << said(result);
    EXPECT_TRUE(result.plan.has_value());
    return result.plan.value_or(plan::Plan{});
  }
  auto applied(ApplyRequest request = {}) -> ApplyResult {
    auto w = world();
    auto result = apply(w, request);
    EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
    return result;
  }
  static auto steps_said(const ApplyResult& result) -> std::string {
    std::string text;
    for (const auto& step : result.steps) {
      text += step.step.id + ": " + std::string(event::word(step.state)) + (step.error ? " " + step.error->text : "") + "\n";
    }
    return text;
  }
  static auto ids(const plan::Plan& plan) -> std::vector<std::string> {
    std::vector<std::string> all;
    for (const auto& step : plan.steps) all.push_back(std::string(plan::word(step.action)) + " " + step.address);
    return all;
  }
  auto destroyed() -> ApplyResult {
    ApplyRequest request;
    request.planning.destroy = true;
    return applied(request);
  }
  // As the next command would find it; null: there is none, which fails the test.
  auto state_now() -> std::unique_ptr<state::State> {
    auto opened = state::State::open({.folder = folder.path()}, system_clock());
    EXPECT_TRUE(opened) << opened.error().text;
    return opened ? std::move(*opened) : nullptr;
  }
  auto records() -> std::vector<std::string> {
    std::vector<std::string> all;
    auto state = state_now();
    if (state == nullptr) return all;
    auto snapshot = state->snapshot();
    if (!snapshot) return all;
    for (const auto& record : snapshot->records) all.push_back(record.address);
    return all;
  }

  test::TempDir folder, home;
  driver::Registry drivers;
  FunctionTable functions{functions::library()};
  Loop loop;
  Events events;
  CancelSource soft, hard;
};

using Ids = std::vector<std::string>;

}  // namespace weft::ops
