// A run of another process on the same fabric, until it dies.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engine/state/state.h"
#include "lang/os/clock.h"

namespace weft::ops {

class OtherRun {
 public:
  OtherRun(const std::string& folder, const Clock& clock) {
    auto opened = state::State::open({.folder = folder, .create = true, .write = true}, clock);
    EXPECT_TRUE(opened) << opened.error().text;
    state_ = std::move(*opened);
    auto writer = state_->writer({.verb = "apply", .owner = "eve", .host = "there", .command = "weft apply"});
    EXPECT_TRUE(writer) << writer.error().text;
    writer_ = std::move(*writer);
  }
  auto claim(const std::string& address) -> state::Writer::Claimed {
    auto claimed = writer_->claim({{.address = address}}, {});
    EXPECT_TRUE(claimed && claimed->granted);
    return claimed ? std::move(*claimed) : state::Writer::Claimed{};
  }
  // The durable word that it is about to be done; the operation.
  auto intend(const std::string& address, const std::string& type, const std::string& idempotency, const std::string& change = "create") -> std::string {
    state::Intent intent{.address = address, .change = change, .type = type, .provider = "fake", .place = "here", .idempotency = idempotency};
    if (auto known = state_->record(address); known && *known) {
      intent.generation = (*known)->generation;
      intent.identity = (*known)->identity;
    }
    intent.operation = state::operation_id(*writer_->fabric_id(), address, change, intent.generation);
    auto operation = intent.operation;
    auto landed = writer_->append({std::move(intent)});
    EXPECT_TRUE(landed) << landed.error().text;
    return operation;
  }
  void set(const std::string& name, Value value) {
    auto landed = writer_->append({state::Set{.name = name, .value = std::move(value)}});
    EXPECT_TRUE(landed) << landed.error().text;
    auto ended = writer_->end({.outcome = "done"}, {});
    EXPECT_TRUE(ended) << ended.error().text;
  }

 private:
  std::unique_ptr<state::State> state_;
  std::unique_ptr<state::Writer> writer_;
};

// One that has said that it is about to do this, and nothing more.
inline void dies_before(const std::string& folder, const std::string& address, const std::string& type, const std::string& change,
                        const std::string& idempotency = "blind") {
  OtherRun run(folder, system_clock());
  run.claim(address);
  run.intend(address, type, idempotency, change);
}

}  // namespace weft::ops
