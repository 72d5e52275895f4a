// One configuration of the fake provider. The calls are spread over session.cpp (what needs no world), reading.cpp,
// changing.cpp and settling.cpp.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "providers/fake/wire.h"

namespace weft::fake {

inline constexpr uint32_t kMostInBatch = 10;

using Facts = std::map<std::string, TypeFacts, std::less<>>;

class FakeSession : public driver::Session {
 public:
  FakeSession(std::shared_ptr<const Facts> facts, std::shared_ptr<FakeWorld> world, driver::Configured configured)
      : facts_(std::move(facts)), wire_(std::move(world)), configured_(std::move(configured)) {}

  auto configured() const -> const driver::Configured& override { return configured_; }
  auto prepare(std::span<const driver::Prepare> items) -> std::vector<driver::Prepared> override;
  auto plan(driver::Call call, std::vector<driver::Candidate> items) -> Task<std::vector<driver::Planned>> override;
  auto read(driver::Call call, std::vector<driver::Instance> items, std::function<void(size_t, driver::ReadState)> sink)
      -> Task<void> override;
  auto find(driver::Call call, driver::Find selector)
      -> Task<std::expected<std::vector<driver::Found>, driver::DriverFailure>> override;
  auto change(driver::Call call, std::vector<driver::Step> steps, std::function<void(size_t, driver::ChangeResult)> sink)
      -> Task<void> override;
  auto ready(driver::Call call, std::vector<driver::ReadyGoal> goals, std::function<void(size_t, driver::ReadyResult)> sink)
      -> Task<void> override;
  auto settle(driver::Call call, std::vector<driver::Settle> items, std::function<void(size_t, driver::Settled)> sink)
      -> Task<void> override;

 private:
  using Sink = std::function<void(size_t, driver::ChangeResult)>;

  [[nodiscard]] auto facts(const driver::TypeSchema* type) const -> const TypeFacts&;
  // Why nothing can be asked of the provider yet, if so.
  [[nodiscard]] auto unusable() const -> std::optional<driver::DriverFailure>;

  // ---- reading
  auto list(driver::Call call, const TypeFacts& type, const std::vector<driver::Instance>& items)
      -> Task<std::expected<std::map<std::string, Object>, driver::DriverFailure>>;
  auto read_one(driver::Call call, driver::Instance item) -> Task<driver::ReadState>;
  auto poll(driver::Call call, const TypeFacts& type, std::vector<driver::ReadyGoal>& goals, std::vector<size_t>& open,
            const std::function<void(size_t, driver::ReadyResult)>& sink) -> Task<void>;

  // ---- changing
  auto change_one(driver::Call call, driver::Step step, size_t index, Sink sink) -> Task<void>;
  auto create(driver::Call call, driver::Step step) -> Task<Sent>;
  auto create_parts(driver::Call call, driver::Step step) -> Task<Sent>;
  auto create_batch(driver::Call call, std::vector<driver::Step> steps, std::vector<size_t> indices, Sink sink) -> Task<void>;
  auto update(driver::Call call, driver::Step step) -> Task<Sent>;
  auto remove(driver::Call call, driver::Step step) -> Task<Sent>;

  // ---- settling
  auto settle_one(driver::Call call, driver::Settle item) -> Task<driver::Settled>;

  std::shared_ptr<const Facts> facts_;
  Wire wire_;
  driver::Configured configured_;
  std::set<std::string> lanes_;  // with a change on its way
};

// ---- an object as the contract sees it

[[nodiscard]] auto identity_of(const TypeFacts& type, const Object& object) -> driver::Identity;
// All that can be read of it; with `created`, also what is given once.
[[nodiscard]] auto observed_of(const TypeFacts& type, const Object& object, bool created = false) -> Value;
// With the mark on each attribute that `declared` (desired, or applied with digests) has a secret in.
[[nodiscard]] auto remarked(const Value& observed, const Value& declared) -> Value;
[[nodiscard]] auto driver_data_of(const driver::Call& call, const Object& object) -> Value;
[[nodiscard]] auto changed_of(const driver::Call& call, const TypeFacts& type, const Object& object,
                              const Value& declared, bool created) -> driver::Changed;
// The ids of objects that have that identity: none or one.
[[nodiscard]] auto matching(const FakeWorld::Contents& world, const TypeFacts& type, const driver::Identity& identity)
    -> std::vector<std::string>;
// What is sent of a desired value: without the attributes that only the driver reads, revealed, sets as lists.
[[nodiscard]] auto sent_of(const TypeFacts& type, const Value& desired) -> Value;

}  // namespace weft::fake
