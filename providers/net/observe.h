// Watches every exchange that goes by: counts it, learns the server's clock from it, reports endpoints that
// are not verified, and hands a trace of it to whoever asked, with all secrets taken out.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "providers/net/http_client.h"
#include "providers/net/skew.h"
#include "providers/net/timeline.h"

namespace weft::net {

struct CallCount {
  uint64_t sent = 0;       // exchanges begun
  uint64_t throttled = 0;  // answers that said: slower
  uint64_t faults = 0;     // answers of 500 and above
  uint64_t failed = 0;     // no whole answer
  auto operator==(const CallCount&) const -> bool = default;
};
using CallCounts = std::map<std::string, CallCount>;  // by operation

// Safe to show and to keep.
struct ExchangeTrace {
  std::string operation{}, method{}, url{};
  Headers request_headers{};
  std::string request_body{};  // at most kTracedBody bytes
  int status = 0;              // 0: no answer
  Headers response_headers{};
  std::string response_body{};  // likewise; empty for streams
  std::string request_id{};
  std::string protocol{};
  std::string error{};  // word and text of the failure
  bool may_have_arrived = false;
  std::chrono::milliseconds began{0};  // since 1970
  std::chrono::milliseconds elapsed{0};

  static constexpr size_t kTracedBody = 4096;
};

class ObservingClient final : public HttpClient {
 public:
  struct Sinks {
    std::function<void(const ExchangeTrace&)> trace{};
    std::function<void(const std::string& sentence)> warn{};
  };

  ObservingClient(HttpClient& next, Timeline& timeline, Sinks sinks)
      : next_(next), timeline_(timeline), sinks_(std::move(sinks)) {}
  auto send(Request request, Cancel cancel) -> Task<Exchange> override;

  [[nodiscard]] auto counts() const -> const CallCounts& { return counts_; }
  [[nodiscard]] auto skews() const -> const SkewTable& { return skews_; }

 private:
  void warn_once(const Request& request);
  void learn(const std::string& origin, Exchange& answer, std::chrono::milliseconds began);
  void count(CallCount& row, const Request& request, const Exchange& answer);
  void trace(const Request& request, const Exchange& answer, std::chrono::milliseconds began,
             std::chrono::nanoseconds elapsed);

  HttpClient& next_;
  Timeline& timeline_;
  Sinks sinks_;
  CallCounts counts_;
  SkewTable skews_;
  std::set<std::string> warned_;
};

// What is safe to show of an exchange.
[[nodiscard]] auto trace_of(const Request& request, const Exchange& answer) -> ExchangeTrace;

}  // namespace weft::net
