// The way between driver and provider, where faults strike.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "providers/fake/server.h"
#include "providers/fake/world.h"

namespace weft::fake {

struct Sent {
  std::expected<Object, driver::DriverFailure> answer;
  bool silent = false;      // the driver is to give no answer at all
  std::string warning{};    // beside an answer
};

class Wire {
 public:
  explicit Wire(std::shared_ptr<FakeWorld> world) : world_(std::move(world)) {}

  // One request that changes something: `act` is what the provider does with it. `most` is for a fault that stops an
  // update half-way: how many attributes are set.
  using Act = std::function<Answer(FakeWorld::Contents&, size_t most)>;
  auto send(driver::Call call, Request request, Act act) -> Task<Sent>;

  // One request that only reads. `look` runs unless a fault refuses it.
  using Look = std::function<void(FakeWorld::Contents&)>;
  auto look(driver::Call call, Request request, Look look) -> Task<std::expected<void, driver::DriverFailure>>;

  [[nodiscard]] auto world() -> FakeWorld& { return *world_; }

 private:
  std::shared_ptr<FakeWorld> world_;
  uint64_t request_ = 0;
};

// A refusal of the provider as the contract's failure.
[[nodiscard]] auto failure_of(const Refusal& refusal, std::string_view operation) -> driver::DriverFailure;

}  // namespace weft::fake
