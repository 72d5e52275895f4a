// The clients of this room, put together: what a driver holds and asks. One for all sessions of a driver, so
// that they share connections, limiters and circuits.
//
//   driver → retry → redirects → observe → faults (tests) → recorder → wire, or a replay in its place
#pragma once

#include <memory>
#include <string>

#include "providers/net/curl_client.h"
#include "providers/net/faults.h"
#include "providers/net/observe.h"
#include "providers/net/recording.h"
#include "providers/net/redirects.h"
#include "providers/net/retry.h"

namespace weft::net {

struct StackOptions {
  CurlOptions curl{};
  Backoff backoff{};
  ObservingClient::Sinks sinks{};
  std::string record{};  // file to append every exchange to
  std::string replay{};  // file to answer from; nothing is sent then
  ReplayKey replay_key = net::replay_key;
  std::shared_ptr<HttpClient> wire{};    // in place of curl
  std::shared_ptr<Timeline> timeline{};  // in place of the loop's
};

class Stack final : public HttpClient {
 public:
  // The loop outlives it.
  [[nodiscard]] static auto make(Loop& loop, StackOptions options = {}) -> Result<std::shared_ptr<Stack>>;

  auto send(Request request, Cancel cancel) -> Task<Exchange> override {
    return retry_.send(std::move(request), std::move(cancel));
  }
  [[nodiscard]] auto counts() const -> const CallCounts& { return observe_.counts(); }
  // Server minus ours, 0 before its first answer. `origin` as Url::origin().
  [[nodiscard]] auto skew(const std::string& origin) const -> std::chrono::milliseconds {
    return observe_.skews().of(origin);
  }
  [[nodiscard]] auto limits() -> LimiterTable& { return retry_.limits(); }
  [[nodiscard]] auto faults() -> FaultyClient& { return faults_; }
  [[nodiscard]] auto timeline() -> Timeline& { return *timeline_; }
  // Whether a recording is whole; nothing to say without one.
  [[nodiscard]] auto finish() -> Result<void>;

 private:
  Stack(StackOptions options, std::shared_ptr<HttpClient> wire, std::unique_ptr<RecordingClient> recorder);

  std::shared_ptr<Timeline> timeline_;
  std::shared_ptr<HttpClient> wire_;
  std::unique_ptr<RecordingClient> recorder_;
  FaultyClient faults_;
  ObservingClient observe_;
  FollowingClient follow_;
  RetryingClient retry_;
};

}  // namespace weft::net
