// In the place of the network and of time: a wire that answers from a script, and a clock that a wait moves
// on.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "providers/net/http_client.h"
#include "providers/net/timeline.h"

namespace weft::test {

class FakeWire final : public net::HttpClient {
 public:
  using Handler = std::function<net::Exchange(const net::Request&)>;
  explicit FakeWire(Handler handler) : handler_(std::move(handler)) {}
  auto send(net::Request request, Cancel) -> Task<net::Exchange> override {
    seen.push_back(request);
    net::Exchange answer = handler_(request);
    if (answer) {
      answer->url = request.url;
      answer->request_id = net::request_id_of(answer->headers);
      if (request.on_body && answer->ok() && !answer->body.empty()) {
        auto body = std::exchange(answer->body, {});
        answer->stopped = !request.on_body(body);
      }
    }
    co_return answer;
  }
  std::vector<net::Request> seen;

 private:
  Handler handler_;
};

// Nobody waits: a wait moves the clock and goes on. All waits are kept.
class FakeTimeline final : public net::Timeline {
 public:
  auto now() -> std::chrono::nanoseconds override { return now_; }
  auto wall() -> std::chrono::milliseconds override {
    return began + std::chrono::duration_cast<std::chrono::milliseconds>(now_);
  }
  auto wait(std::chrono::nanoseconds duration, Cancel cancel) -> Task<bool> override {
    if (cancel.requested()) co_return false;
    waits.push_back(duration);
    now_ += duration;
    if (on_wait) on_wait();
    co_return !cancel.requested();
  }
  auto chance() -> double override { return luck; }
  void pass(std::chrono::nanoseconds duration) { now_ += duration; }

  std::chrono::milliseconds began{std::chrono::seconds(784111777)};  // Sun, 06 Nov 1994 08:49:37 GMT
  std::vector<std::chrono::nanoseconds> waits;
  std::function<void()> on_wait;
  double luck = 0.5;

 private:
  std::chrono::nanoseconds now_{0};
};

}  // namespace weft::test
