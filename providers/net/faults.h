// Fault points for tests: a client that does to chosen requests what networks do.
#pragma once

#include <functional>
#include <list>
#include <string>

#include "lang/os/sync.h"
#include "providers/net/http_client.h"

namespace weft::net {

struct Fault {
  enum class Kind {
    kRefuse,     // nobody takes the connection; nothing is sent
    kLose,       // sent and answered, but the answer never comes
    kAnswer,     // `answer` without sending anything
    kDuplicate,  // sent twice; the second answer is given
    kHold,       // sent once `release` is set
  };
  Kind kind = Kind::kRefuse;
  std::string match{};       // in "METHOD url"; empty: every request
  uint32_t skip = 0;         // matching requests that pass unharmed first
  uint32_t every = 1;        // then each n-th that matches
  uint32_t times = 1;        // and how often it strikes; 0: without end
  Response answer{};         // kAnswer
  Latch* release = nullptr;  // kHold
};

class FaultyClient final : public HttpClient {
 public:
  explicit FaultyClient(HttpClient& next) : next_(next) {}
  void add(Fault fault) { rules_.push_back({.fault = std::move(fault)}); }
  // How often any of them has struck.
  [[nodiscard]] auto struck() const -> uint32_t { return struck_; }
  auto send(Request request, Cancel cancel) -> Task<Exchange> override;

 private:
  struct Rule {
    Fault fault{};
    uint32_t matched = 0, struck = 0;
  };
  auto choose(const Request& request) -> const Fault*;

  HttpClient& next_;
  std::list<Rule> rules_;
  uint32_t struck_ = 0;
};

}  // namespace weft::net
