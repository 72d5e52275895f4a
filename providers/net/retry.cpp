#include "providers/net/retry.h"

#include <algorithm>

#include <fmt/format.h>

#include "providers/net/url.h"

namespace weft::net {
namespace {

using std::chrono::milliseconds;

// Those who wait for a circuit look again at least this often, so that a recovery is noticed by all.
constexpr milliseconds kLookAgain{1000};

auto stopped(bool sent_before) -> NetFailure {
  return {
      .error = NetError::kCancelled, .sent = sent_before ? Sent::kMaybe : Sent::kNo, .text = "asked to stop"};
}

auto endpoint_of(const Request& request) -> std::string {
  if (request.connection && !request.connection->unix_socket.empty()) return request.connection->unix_socket;
  auto url = parse_url(request.url);
  return url ? url->origin() : "";
}

auto never_reached(const NetFailure& failure) -> bool {
  return failure.error == NetError::kResolve || failure.error == NetError::kConnect ||
         failure.error == NetError::kProxy;
}

}  // namespace

struct RetryingClient::Run {
  Request request;
  Cancel cancel;
  std::string endpoint;
  LimitKey key;
  Time deadline;
  uint32_t attempts = 0;
  bool sent_before = false;  // some attempt may have done it already
  bool throttled = false;    // the last answer asked for fewer requests
  bool streamed = false;     // the reader has seen a piece
  std::string last_refusal;  // why nobody could be reached, for the circuit's message
};

auto RetryingClient::pause(Run& run, Pause why, Time duration) -> Task<bool> {
  if (run.request.on_pause) run.request.on_pause(why, std::chrono::ceil<milliseconds>(duration));
  co_return co_await timeline_.wait(duration, run.cancel);
}

auto RetryingClient::pass_circuit(Run& run) -> Task<std::optional<NetFailure>> {
  while (true) {
    auto now = timeline_.now();
    auto& circuit = circuits_[run.endpoint];
    if (circuit.allow(now)) co_return std::nullopt;
    auto look = std::min<Time>(circuit.retry_at(), now + kLookAgain);
    if (circuit.retry_at() >= run.deadline) {
      auto text = fmt::format("{}: {}", run.endpoint, meaning(NetError::kCircuit));
      if (!run.last_refusal.empty()) text = run.last_refusal;
      co_return NetFailure{.error = NetError::kCircuit,
                           .sent = run.sent_before ? Sent::kMaybe : Sent::kNo,
                           .text = std::move(text),
                           .hint = "look whether the endpoint is up and can be reached from here"};
    }
    bool whole = co_await pause(run, Pause::kCircuit, std::max<Time>(look - now, milliseconds(1)));
    if (!whole) co_return stopped(run.sent_before);
  }
}

auto RetryingClient::pass_limiter(Run& run) -> Task<std::optional<NetFailure>> {
  auto now = timeline_.now();
  auto& limiter = limits_.at(run.key, now);
  auto ticket = limiter.take_ticket(now);
  while (true) {
    auto due = limiter.due(ticket, now);
    if (due <= now) co_return std::nullopt;
    if (due >= run.deadline) {
      co_return NetFailure{
          .error = NetError::kTimeout,
          .sent = run.sent_before ? Sent::kMaybe : Sent::kNo,
          .text = fmt::format("{}: slowed down to {:.1f} requests a second, and the turn of this one comes "
                              "after its deadline",
                              operation_of(run.request), limiter.rate())};
    }
    bool whole = co_await pause(run, Pause::kThrottled, due - now);
    if (!whole) co_return stopped(run.sent_before);
    now = timeline_.now();
  }
}

void RetryingClient::feed(Run& run, const Exchange& answer, Time sent_at) {
  auto now = timeline_.now();
  auto& circuit = circuits_[run.endpoint];
  run.throttled = false;
  if (answer) {
    circuit.reached(now);
    auto judgement = run.request.judge ? run.request.judge(*answer) : by_status(*answer);
    auto& limiter = limits_.at(run.key, now);
    run.throttled = judgement == Judgement::kThrottled;
    double was = limiter.rate();
    run.throttled ? limiter.throttled(sent_at, now) : limiter.answered(now);
    tell_rate(run, was, limiter.rate());
    return;
  }
  if (answer.error().sent == Sent::kMaybe) {
    circuit.reached(now);
    run.sent_before = true;
  } else if (never_reached(answer.error())) {
    circuit.unreached(now);
    run.last_refusal = answer.error().text;
  } else {
    circuit.undecided();
  }
}

void RetryingClient::tell_rate(Run& run, double was, double now) {
  auto told = told_.find(run.key);
  bool slower = now > 0 && (was == 0 || now < was);
  bool faster = !slower && told != told_.end() && now >= 2 * told->second;
  if (!slower && !faster) return;
  // The first refusal halves what went on until then.
  double before = faster ? told->second : was > 0 ? was : 2 * now;
  told_[run.key] = now;
  if (run.request.on_rate) run.request.on_rate({.endpoint = run.endpoint, .per_second = now, .was = before});
}

auto RetryingClient::attempt(Run& run) -> Task<Exchange> {
  ++run.attempts;
  if (run.attempts > 1 && run.request.repeats != nullptr) ++*run.request.repeats;
  Request request = run.request;
  auto sent_at = timeline_.now();
  auto left = std::chrono::ceil<milliseconds>(run.deadline - sent_at);
  request.deadline = left;
  request.attempt = std::min(request.attempt, left);
  if (request.on_body) {
    request.on_body = [&run, &sink = run.request.on_body](std::string_view piece) {
      run.streamed = true;
      return sink(piece);
    };
  }
  Exchange answer = co_await next_.send(std::move(request), run.cancel);
  feed(run, answer, sent_at);
  co_return answer;
}

auto RetryingClient::wait_for(Run& run, const Exchange& answer) -> std::optional<Time> {
  if (run.attempts >= run.request.attempts || run.cancel.requested() || run.streamed) return {};
  milliseconds asked{0};
  if (answer) {
    auto judgement = run.request.judge ? run.request.judge(*answer) : by_status(*answer);
    if (judgement == Judgement::kAnswer) return {};
    bool perhaps_done = judgement == Judgement::kTransient || answer->uncertain_before;
    if (perhaps_done && !run.request.repeatable) return {};
    asked = answer->retry_after;
  } else {
    if (!transient(answer.error().error)) return {};
    if (answer.error().sent == Sent::kMaybe && !run.request.repeatable) return {};
  }
  Time wait = wait_before_repeat(backoff_, run.attempts, timeline_.chance(), asked);
  if (timeline_.now() + wait >= run.deadline) return {};
  return wait;
}

auto RetryingClient::finished(Run& run, Exchange answer) -> Exchange {
  if (answer) {
    answer->attempts = run.attempts;
    answer->uncertain_before = answer->uncertain_before || run.sent_before;
  } else {
    answer.error().attempts = run.attempts;
    if (run.sent_before) answer.error().sent = Sent::kMaybe;
  }
  return answer;
}

auto RetryingClient::send(Request request, Cancel cancel) -> Task<Exchange> {
  Run run{.request = std::move(request),
          .cancel = std::move(cancel),
          .endpoint = {},
          .key = {},
          .deadline = timeline_.now(),
          .last_refusal = {}};
  run.deadline += run.request.deadline;
  run.endpoint = endpoint_of(run.request);
  run.key = run.request.limit;
  if (run.key == LimitKey{}) run.key.endpoint = run.endpoint;
  while (true) {
    // The limiter first: a request that was let through an open circuit goes at once, not after a place in
    // line.
    auto slow = co_await pass_limiter(run);
    if (slow) co_return finished(run, std::unexpected(std::move(*slow)));
    auto dead = co_await pass_circuit(run);
    if (dead) co_return finished(run, std::unexpected(std::move(*dead)));
    Exchange answer = co_await attempt(run);
    auto wait = wait_for(run, answer);
    if (!wait) co_return finished(run, std::move(answer));
    bool whole = co_await pause(run, run.throttled ? Pause::kThrottled : Pause::kRepeat, *wait);
    if (!whole) {
      // Asked to stop while waiting: the answer that is there says more than the request to stop.
      co_return finished(run, std::move(answer));
    }
    // What is repeated for another reason than its rate may have been done.
    if (answer && (!run.throttled || answer->uncertain_before)) run.sent_before = true;
  }
}

}  // namespace weft::net
