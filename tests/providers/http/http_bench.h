// The http driver with a network of its own: no waiting, and nothing from the environment.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lang/os/loop.h"
#include "providers/http/http.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_wire.h"

namespace weft::http {

using namespace std::chrono_literals;

inline auto text(std::string_view value) -> Value {
  return Value::string(value);
}
inline auto object(std::vector<Field> fields) -> Value {
  return Value::object(std::move(fields));
}

class HttpDriverTest : public testing::Test {
 protected:
  // A network of our own: no waiting, and no proxies from the environment.
  HttpDriverTest()
      : driver_(make_http_driver({.stack = [this](Loop& loop) {
          net::StackOptions options;
          options.timeline = timeline_;
          options.sinks.trace = [this](const net::ExchangeTrace& trace) {
            traced_ += trace.url + trace.request_body + trace.response_body + trace.error;
          };
          return net::Stack::make(loop, options);
        }})) {}

  auto call() -> driver::Call {
    return {.loop = loop_, .clock = clock_, .cancel = stop_.token(), .deadline = 10s, .api_calls = &calls_};
  }
  auto open(Value settings = object({})) -> driver::Session& {
    auto opened = block_on(loop_, driver_->open(call(), std::move(settings)));
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().text);
    session_ = std::move(*opened);
    return *session_;
  }
  auto prepare(Value desired) -> driver::Prepared {
    std::vector<driver::Prepare> items = {{.address = "r", .type = type(), .desired = std::move(desired)}};
    return open().prepare(items).at(0);
  }
  auto step(Value desired, driver::Change change = driver::Change::kCreate) -> driver::Step {
    driver::Step out{
        .change = change, .desired = std::move(desired), .operation_id = "0123456789abcdef0123456789abcdef"};
    out.instance = {.address = "r", .type = type()};
    return out;
  }
  auto change(driver::Session& session, driver::Step step) -> driver::ChangeResult {
    std::vector<driver::ChangeResult> results;
    std::vector<driver::Step> steps = {std::move(step)};
    block_on(loop_, session.change(call(), std::move(steps), [&](size_t index, driver::ChangeResult result) {
      EXPECT_EQ(index, 0);
      results.push_back(std::move(result));
    }));
    EXPECT_EQ(results.size(), 1);
    return results.at(0);
  }
  auto create(Value desired) -> driver::ChangeResult { return change(open(), step(std::move(desired))); }
  auto look_up(Value selector) {
    driver::Find find{.type = type(), .selector = std::move(selector)};
    return block_on(loop_, open().find(call(), std::move(find)));
  }
  auto settle(Value desired, driver::Change change = driver::Change::kCreate) -> driver::Settled {
    std::vector<driver::Settle> items = {{.step = step(std::move(desired), change)}};
    driver::Settled out;
    block_on(loop_, open().settle(call(), std::move(items),
                                  [&](size_t, driver::Settled settled) { out = settled; }));
    return out;
  }
  [[nodiscard]] auto type() const -> const driver::TypeSchema* { return &driver_->types()[0]; }

  Loop loop_;
  CancelSource stop_;
  test::FakeClock clock_;
  uint64_t calls_ = 0;
  std::shared_ptr<test::FakeTimeline> timeline_ = std::make_shared<test::FakeTimeline>();
  std::string traced_;
  std::unique_ptr<driver::Driver> driver_;
  std::unique_ptr<driver::Session> session_;
};

}  // namespace weft::http
