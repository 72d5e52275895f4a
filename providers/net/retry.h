// From one exchange to one answer: repeats what may be repeated, as slowly as the other side asks.
//
//   before each attempt: the turn of the request's limiter, then the endpoint's circuit
//   throttled (refused without being done), or nothing was sent: always worth a repeat
//   a fault of the server, an answer that was lost after bytes had left, or throttled where a POST was sent on to:
//   only what is `repeatable`, and never once a stream's reader has seen a piece
//
// Waits are full jitter, at least what Retry-After says, within the request's deadline: where the next
// attempt could only begin after it, the last answer is given back at once. The last answer is given back as
// it is, be it 429.
#pragma once

#include <map>

#include "providers/net/backoff.h"
#include "providers/net/circuit.h"
#include "providers/net/http_client.h"
#include "providers/net/limiter.h"
#include "providers/net/timeline.h"

namespace weft::net {

class RetryingClient final : public HttpClient {
 public:
  RetryingClient(HttpClient& next, Timeline& timeline, Backoff backoff = {})
      : next_(next), timeline_(timeline), backoff_(backoff) {}
  auto send(Request request, Cancel cancel) -> Task<Exchange> override;

  [[nodiscard]] auto limits() -> LimiterTable& { return limits_; }
  [[nodiscard]] auto circuits() const -> const CircuitTable& { return circuits_; }

 private:
  using Time = std::chrono::nanoseconds;
  struct Run;  // one request on its way through the attempts

  auto pass_circuit(Run& run) -> Task<std::optional<NetFailure>>;
  auto pass_limiter(Run& run) -> Task<std::optional<NetFailure>>;
  auto attempt(Run& run) -> Task<Exchange>;
  // How long to wait before another attempt, or nothing when this answer stands.
  auto wait_for(Run& run, const Exchange& answer) -> std::optional<Time>;
  // Tells who wants to know, and waits; false when asked to stop.
  auto pause(Run& run, Pause why, Time duration) -> Task<bool>;
  void feed(Run& run, const Exchange& answer, Time sent_at);
  void tell_rate(Run& run, double was, double now);
  [[nodiscard]] auto finished(Run& run, Exchange answer) -> Exchange;

  HttpClient& next_;
  Timeline& timeline_;
  Backoff backoff_;
  LimiterTable limits_;
  std::map<LimitKey, double> told_;  // rates, of what was slowed down
  CircuitTable circuits_;
};

}  // namespace weft::net
