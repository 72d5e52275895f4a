// The bench with the fake provider, whose world the test holds, and whose answers it may bend.
#pragma once

#include <algorithm>
#include <optional>
#include <set>

#include "engine/state/state.h"
#include "tests/engine/ops/bench_world.h"
#include "tests/engine/ops/bent_driver.h"

namespace weft::ops {

class FakeTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    drivers.add(std::make_unique<BentDriver>(fake, bends));
  }

  // Whatever comes of it.
  auto tried(const ApplyRequest& request = {}) -> ApplyResult {
    auto w = world();
    return apply(w, request);
  }
  // What was done, in the order in which it ended.
  auto done() const -> std::vector<std::string> {
    std::vector<std::string> all;
    for (const auto& event : events.all) {
      const auto* moved = std::get_if<event::StepMoved>(&event.fact);
      if (moved != nullptr && moved->to == event::StepState::kDone) all.push_back(moved->id);
    }
    return all;
  }
  static auto report(const ApplyResult& result, const std::string& id) -> const StepReport* {
    auto found = std::find_if(result.steps.begin(), result.steps.end(), [&](const auto& one) { return one.step.id == id; });
    return found == result.steps.end() ? nullptr : &*found;
  }
  auto outputs() -> std::string {
    auto w = world();
    auto all = output(w, "default", "", true);
    std::string text;
    for (const auto& [name, value] : all.outputs) text += name + " = " + display_text(value) + "\n";
    return text;
  }
  // Of the record; nothing: there is none.
  auto status_of(const std::string& address) -> std::optional<state::Status> {
    auto state = state_now();
    if (state == nullptr) return std::nullopt;
    auto record = state->record(address);
    return record && *record ? std::optional((*record)->status) : std::nullopt;
  }
  auto names() -> std::set<std::string> {
    std::set<std::string> all;
    for (const auto& object : fake->objects()) all.insert(std::string(object.attributes.get("Name")->as_string()));
    return all;
  }

  std::shared_ptr<fake::FakeWorld> fake = std::make_shared<fake::FakeWorld>();
  std::shared_ptr<Bends> bends = std::make_shared<Bends>();
};

}  // namespace weft::ops
