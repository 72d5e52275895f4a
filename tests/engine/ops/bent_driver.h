// The fake driver with some of its answers bent by a test: what prepare, plan, read and change say.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "providers/fake/fake.h"

namespace weft::ops {

struct Bends {
  std::function<void(const driver::Prepare&, driver::Prepared&)> prepare{};
  std::function<void(const driver::Candidate&, driver::Planned&)> plan{};
  std::function<void(const driver::Instance&, driver::ReadState&)> read{};
  std::function<void(driver::ChangeResult&)> change{};
  std::string place{};  // where sessions that are opened from now on point; empty: as their settings say
};

class BentSession : public driver::Session {
 public:
  BentSession(std::unique_ptr<driver::Session> session, std::shared_ptr<Bends> bends)
      : session_(std::move(session)), bends_(std::move(bends)), configured_(session_->configured()) {
    if (!bends_->place.empty()) configured_.place = bends_->place;
  }

  auto configured() const -> const driver::Configured& override { return configured_; }
  auto prepare(std::span<const driver::Prepare> items) -> std::vector<driver::Prepared> override {
    auto out = session_->prepare(items);
    for (size_t i = 0; i < items.size() && bends_->prepare; ++i) bends_->prepare(items[i], out[i]);
    return out;
  }
  auto plan(driver::Call call, std::vector<driver::Candidate> items) -> Task<std::vector<driver::Planned>> override {
    auto asked = items;
    auto out = co_await session_->plan(std::move(call), std::move(items));
    for (size_t i = 0; i < asked.size() && bends_->plan; ++i) bends_->plan(asked[i], out[i]);
    co_return out;
  }
  auto read(driver::Call call, std::vector<driver::Instance> items, std::function<void(size_t, driver::ReadState)> sink)
      -> Task<void> override {
    auto asked = items;
    auto bent = [this, asked = std::move(asked), sink = std::move(sink)](size_t item, driver::ReadState state) {
      if (bends_->read) bends_->read(asked[item], state);
      sink(item, std::move(state));
    };
    return session_->read(std::move(call), std::move(items), std::move(bent));
  }
  auto find(driver::Call call, driver::Find selector)
      -> Task<std::expected<std::vector<driver::Found>, driver::DriverFailure>> override {
    return session_->find(std::move(call), std::move(selector));
  }
  auto change(driver::Call call, std::vector<driver::Step> steps, std::function<void(size_t, driver::ChangeResult)> sink)
      -> Task<void> override {
    auto bent = [this, sink = std::move(sink)](size_t item, driver::ChangeResult result) {
      if (bends_->change) bends_->change(result);
      sink(item, std::move(result));
    };
    return session_->change(std::move(call), std::move(steps), std::move(bent));
  }
  auto ready(driver::Call call, std::vector<driver::ReadyGoal> goals, std::function<void(size_t, driver::ReadyResult)> sink)
      -> Task<void> override {
    return session_->ready(std::move(call), std::move(goals), std::move(sink));
  }
  auto settle(driver::Call call, std::vector<driver::Settle> items, std::function<void(size_t, driver::Settled)> sink)
      -> Task<void> override {
    return session_->settle(std::move(call), std::move(items), std::move(sink));
  }

 private:
  std::unique_ptr<driver::Session> session_;
  std::shared_ptr<Bends> bends_;
  driver::Configured configured_;
};

class BentDriver : public driver::Driver {
 public:
  BentDriver(std::shared_ptr<fake::FakeWorld> world, std::shared_ptr<Bends> bends)
      : driver_(fake::make_fake_driver(std::move(world))), bends_(std::move(bends)) {}

  auto name() const -> std::string_view override { return driver_->name(); }
  auto types() const -> std::span<const driver::TypeSchema> override { return driver_->types(); }
  auto settings() const -> std::span<const driver::Attribute> override { return driver_->settings(); }
  auto open(driver::Call call, Value settings)
      -> Task<std::expected<std::unique_ptr<driver::Session>, driver::DriverFailure>> override {
    auto opened = co_await driver_->open(std::move(call), std::move(settings));
    if (!opened) co_return std::unexpected(opened.error());
    std::unique_ptr<driver::Session> bent = std::make_unique<BentSession>(std::move(*opened), bends_);
    co_return bent;
  }

 private:
  std::unique_ptr<driver::Driver> driver_;
  std::shared_ptr<Bends> bends_;
};

}  // namespace weft::ops
