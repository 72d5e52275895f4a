// A request, its answer, and what can stand between them: the words of everything in this room.
//
// An answer with any status is an answer: 404 is no failure here. A NetFailure means that no whole answer
// came; it says whether bytes of the request may have reached the other side, which is what `happened` of a
// change rests on.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/net/headers.h"

namespace weft::net {

class Redactor;

// How to reach and to trust the other side; shared by all requests of a session.
struct Connection {
  std::string ca_pem{};           // trusted in place of the system's authorities; certificates in PEM
  std::string ca_file{};          // the same, as a file; ca_pem goes first
  std::string client_cert_pem{};  // with its chain
  std::string client_key_pem{};
  std::string server_name{};  // asked for and verified in place of the URL's host
  // Takes any certificate. Each endpoint that is used so is reported once through the stack's `warn`.
  bool insecure = false;
  std::string unix_socket{};  // path; the URL's host is then only a name
  // none: as http_proxy, https_proxy, all_proxy and no_proxy say; empty: no proxy; else its URL.
  std::optional<std::string> proxy{};
  bool http1_only = false;
};

// What an answer means to the wire; drivers with words of their own in the body hand in a `judge`.
enum class Judgement : uint8_t {
  kAnswer,     // takes it as it is, success or refusal
  kThrottled,  // refused for its rate, nothing was done: slows the limiter down, always worth a repeat
  kTransient,  // a fault of the server: worth a repeat if the request may be repeated
};

// Why a request is not on its way just now.
enum class Pause : uint8_t {
  kRepeat,     // before another attempt
  kThrottled,  // the other side asked for fewer requests
  kCircuit,    // the endpoint is left alone for a while
};

// Requests with one key share a limiter.
struct LimitKey {
  std::string endpoint{}, principal{}, service{}, operation_class{};
  auto operator<=>(const LimitKey&) const = default;
};

struct Response;

// How fast requests to an endpoint may go from now on, and before.
struct RateChange {
  std::string endpoint{};
  double per_second = 0, was = 0;
};

struct Request {
  std::string method = "GET";
  std::string url{};
  Headers headers{};
  std::string body{};
  std::shared_ptr<const Connection> connection{};  // none: the defaults of Connection

  std::chrono::milliseconds deadline{std::chrono::minutes(2)};  // of the whole, repeats and waits included
  std::chrono::milliseconds attempt{std::chrono::seconds(60)};  // of one exchange
  std::chrono::milliseconds connect{std::chrono::seconds(10)};  // until connected, of one exchange
  size_t max_body = size_t{16} << 20;                           // of an answer; what is longer is kTooBig

  // With it the body of a 2xx answer is handed over in pieces as it comes and Response::body stays empty;
  // max_body does not count. False ends the exchange in good order. It must not drop the task that sends.
  std::function<bool(std::string_view piece)> on_body{};
  std::chrono::milliseconds idle{0};  // kIdle after this long without a byte; 0: never

  // The same request twice does what it does once. Without it nothing is sent again that may have arrived.
  bool repeatable = false;
  // An exchange that runs is not cut short by a request to stop: its answer is worth the wait.
  bool finish = false;
  bool follow_redirects = true;
  std::function<Judgement(const Response&)> judge{};  // none: by_status
  uint32_t attempts = 8;
  // Told before each pause, with its length; for those who show what goes on.
  std::function<void(Pause, std::chrono::milliseconds)> on_pause{};

  std::string operation{};  // "ec2 DescribeVpcs", for traces and counters; empty: method and host
  LimitKey limit{};         // empty: by endpoint
  std::vector<std::string> secret_headers{};   // beside those that always are; never sent to another host
  std::vector<std::string> secret_paths{};     // of JSON bodies both ways: "data.*", "items.*.token"
  std::shared_ptr<const Redactor> redactor{};  // knows what was revealed for this request
  uint64_t* calls = nullptr;                   // counts exchanges; may be null
  uint64_t* repeats = nullptr;                 // counts what is sent again; may be null
  // Told when the other side asks for fewer requests, and when it bears twice as many again.
  std::function<void(const RateChange&)> on_rate{};
};

struct Response {
  int status = 0;
  Headers headers{};
  std::string body{};
  std::string url{};         // whose answer it is, after redirects
  std::string request_id{};  // the server's, from the headers that carry one
  std::string protocol{};    // "1.1", "2"
  uint32_t attempts = 1;
  bool stopped = false;  // on_body had enough
  // An earlier exchange may have done it (no answer came, or a fault of the server, or it was sent on): a 404 to a
  // removal may be our own doing.
  bool uncertain_before = false;
  std::chrono::milliseconds retry_after{0};  // as the answer asks, 0 when it does not

  [[nodiscard]] auto ok() const -> bool { return status >= 200 && status < 300; }
};

enum class NetError : uint8_t {
#define NET_ERROR(name, word, meaning, transient) name,
#include "providers/net/net_error.def"
#undef NET_ERROR
};
[[nodiscard]] auto word(NetError error) -> std::string_view;
[[nodiscard]] auto meaning(NetError error) -> std::string_view;
[[nodiscard]] auto transient(NetError error) -> bool;

// Whether the other side may have seen the request.
enum class Sent : uint8_t { kNo, kMaybe };

struct NetFailure {
  NetError error = NetError::kInternal;
  Sent sent = Sent::kNo;  // over all attempts
  std::string text{};     // one sentence without a full stop; holds no secret
  std::string hint{};
  uint32_t attempts = 1;
};

using Exchange = std::expected<Response, NetFailure>;

[[nodiscard]] inline auto net_fail(NetError error, Sent sent, std::string text, std::string hint = {})
    -> std::unexpected<NetFailure> {
  return std::unexpected(
      NetFailure{.error = error, .sent = sent, .text = std::move(text), .hint = std::move(hint)});
}

// 429, and 503 with Retry-After: throttled. 408, 500, 502, 503, 504: transient. The rest: an answer.
[[nodiscard]] auto by_status(const Response& response) -> Judgement;
// Of the headers that servers put one in, the first that is there.
[[nodiscard]] auto request_id_of(const Headers& headers) -> std::string;
// "GET api.example.com" where the caller gave no name.
[[nodiscard]] auto operation_of(const Request& request) -> std::string;

}  // namespace weft::net
