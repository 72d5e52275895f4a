#include "providers/net/curl_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "lang/base/check.h"
#include "lang/base/text.h"
#include "providers/net/curl_multi.h"
#include "providers/net/curl_options.h"
#include "providers/net/user_info.h"

namespace weft::net {
namespace {

constexpr size_t kMaxHeaders = 256 * 1024;
// Repeatable requests: how often curl may try again by itself on a connection that turned out to be dead.
constexpr uint32_t kConnectionsTried = 5;

// One exchange: the easy handle, what has come so far, and who waits for its end. Lives in the frame of
// send().
class Transfer {
 public:
  Transfer(Loop& loop, CurlMulti& multi, Request& request) : loop_(loop), multi_(multi), request_(request) {
    easy_ = curl_easy_init();
    CHECK(easy_ != nullptr);
  }
  Transfer(const Transfer&) = delete;
  auto operator=(const Transfer&) -> Transfer& = delete;
  ~Transfer() {
    stop();
    curl_easy_cleanup(easy_);
  }

  auto start(const std::string& user_agent) -> std::optional<NetFailure>;
  void cancel() { end(End::kCancelled); }
  void stop();
  auto result() -> Exchange;

  // co_await: until it has ended, by itself or because it was cut short.
  [[nodiscard]] auto await_ready() const -> bool { return end_ != End::kNot; }
  void await_suspend(std::coroutine_handle<> handle) { waiter_.handle = handle; }
  void await_resume() const {}

 private:
  enum class End { kNot, kByItself, kCancelled, kIdle };

  void end(End how);
  void arm_idle();
  auto before_request() -> bool;
  auto take_header(std::string_view line) -> bool;
  auto take_body(std::string_view piece) -> bool;
  [[nodiscard]] auto sent() const -> Sent { return requests_ > 0 ? Sent::kMaybe : Sent::kNo; }
  [[nodiscard]] auto cut_short(NetError error, std::string text) const -> Exchange;

  static auto on_prereq(void* self, char*, char*, int, int) -> int;
  static auto on_log(void*, curl_infotype kind, char* text, size_t size, void* self) -> int;
  static auto on_header(char* data, size_t size, size_t count, void* self) -> size_t;
  static auto on_write(char* data, size_t size, size_t count, void* self) -> size_t;

  Loop& loop_;
  CurlMulti& multi_;
  Request& request_;
  void* easy_;
  bool added_ = false;
  CurlLists lists_;
  std::array<char, CURL_ERROR_SIZE> words_{};
  Waiter waiter_;
  End end_ = End::kNot;
  int code_ = CURLE_OK;
  uint32_t requests_ = 0;   // times that curl began to send it
  bool not_again_ = false;  // curl wanted to send it once more and was not let
  bool refused_undone_ = false;
  uint32_t refusals_ = 0;
  size_t header_bytes_ = 0;
  bool too_big_ = false;
  Response response_;
  std::chrono::nanoseconds last_byte_{0};
  Subscription idle_;
};

auto Transfer::start(const std::string& user_agent) -> std::optional<NetFailure> {
  if (auto failure = set_options(easy_, request_, user_agent, lists_)) return failure;
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, words_.data());
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &Transfer::on_prereq);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(easy_, CURLOPT_DEBUGFUNCTION, &Transfer::on_log);
  curl_easy_setopt(easy_, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::on_write);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  last_byte_ = Loop::now();
  arm_idle();
  added_ = multi_.add(easy_, [this](int code) {
    code_ = code;
    end(End::kByItself);
  });
  if (added_) return {};
  return NetFailure{.error = NetError::kInternal, .sent = Sent::kNo, .text = "curl did not take the request"};
}

void Transfer::stop() {
  idle_.end();
  if (std::exchange(added_, false)) multi_.remove(easy_);
}

// May be called from inside curl's callbacks (a sink that asks for a stop), so it only wakes who waits.
void Transfer::end(End how) {
  if (end_ != End::kNot) return;
  end_ = how;
  if (waiter_.handle) loop_.wake(waiter_);
}

// One timer at a time: when it fires too early because bytes came meanwhile, the next covers the rest.
void Transfer::arm_idle() {
  if (request_.idle.count() == 0) return;
  auto left = last_byte_ + request_.idle - Loop::now();
  if (left.count() <= 0) return end(End::kIdle);
  idle_ = loop_.start_timer(std::chrono::ceil<std::chrono::milliseconds>(left), [this] { arm_idle(); });
}

// curl is connected and about to send. It does so again by itself when a connection from its cache proves
// dead before an answer: right for what may be repeated, never for the rest. A stream that an HTTP/2 server
// refused was not touched by it (RFC 9113 8.7); curl tells that in its log only, and not always: where it
// does not, the request counts as one that may have arrived.
auto Transfer::before_request() -> bool {
  if (std::exchange(refused_undone_, false)) {
    --requests_;
    if (++refusals_ > kConnectionsTried) return false;
  }
  not_again_ = requests_ > 0 && (!request_.repeatable || requests_ >= kConnectionsTried);
  if (not_again_) return false;
  ++requests_;
  return true;
}

auto Transfer::take_header(std::string_view line) -> bool {
  last_byte_ = Loop::now();
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaders) {
    too_big_ = true;
    return false;
  }
  line = trim(line);
  if (line.starts_with("HTTP/")) {
    // A new answer: interim ones (1xx) come before the one that counts.
    response_.headers = {};
    response_.protocol = line.substr(5, line.find(' ') - 5);
    auto number = line.substr(std::min(line.size(), line.find(' ') + 1));
    std::from_chars(number.data(), number.data() + number.size(), response_.status);
  } else if (auto colon = line.find(':'); colon != std::string_view::npos) {
    response_.headers.add(std::string(trim(line.substr(0, colon))),
                          std::string(trim(line.substr(colon + 1))));
  }
  return true;
}

auto Transfer::take_body(std::string_view piece) -> bool {
  last_byte_ = Loop::now();
  if (request_.on_body && response_.ok()) {
    if (!response_.stopped && !request_.on_body(piece)) response_.stopped = true;
    return !response_.stopped;
  }
  if (piece.size() > request_.max_body - response_.body.size()) {
    too_big_ = true;
    return false;
  }
  response_.body += piece;
  return true;
}

auto Transfer::on_prereq(void* self, char*, char*, int, int) -> int {
  return static_cast<Transfer*>(self)->before_request() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

auto Transfer::on_log(void*, curl_infotype kind, char* text, size_t size, void* self) -> int {
  if (kind == CURLINFO_TEXT && std::string_view(text, size).starts_with("REFUSED_STREAM")) {
    static_cast<Transfer*>(self)->refused_undone_ = true;
  }
  return 0;
}

auto Transfer::on_header(char* data, size_t size, size_t count, void* self) -> size_t {
  return static_cast<Transfer*>(self)->take_header({data, size * count}) ? size * count : 0;
}

auto Transfer::on_write(char* data, size_t size, size_t count, void* self) -> size_t {
  if (size * count == 0) return 0;
  return static_cast<Transfer*>(self)->take_body({data, size * count}) ? size * count : 0;
}

auto Transfer::cut_short(NetError error, std::string text) const -> Exchange {
  return net_fail(error, sent(), std::move(text));
}

auto Transfer::result() -> Exchange {
  if (response_.stopped) code_ = CURLE_OK;
  if (too_big_) {
    return cut_short(NetError::kTooBig, fmt::format("the answer is larger than its bound of {} bytes",
                                                    with_thousands(request_.max_body)));
  }
  // An answer that came whole counts, whatever was asked for meanwhile.
  if (end_ == End::kCancelled && !response_.stopped) return cut_short(NetError::kCancelled, "asked to stop");
  if (end_ == End::kIdle) {
    return cut_short(NetError::kIdle, fmt::format("nothing came for {} ms", request_.idle.count()));
  }
  std::string_view words = not_again_ ? "the server closed it without an answer" : words_.data();
  if (code_ != CURLE_OK) return std::unexpected(from_curl(code_, words, sent(), request_));
  response_.url = request_.url;
  response_.uncertain_before = requests_ > 1;
  response_.request_id = request_id_of(response_.headers);
  return std::move(response_);
}

}  // namespace

struct CurlClient::Impl {
  Loop& loop;
  CurlOptions options;
  CurlMulti multi;
};

CurlClient::CurlClient(Loop& loop, CurlOptions options)
    : impl_(new Impl{
          .loop = loop, .options = options, .multi = {loop, options.host_connections, options.streams}}) {}
CurlClient::~CurlClient() = default;

auto CurlClient::send(Request request, Cancel cancel) -> Task<Exchange> {
  if (cancel.requested()) co_return net_fail(NetError::kCancelled, Sent::kNo, "asked to stop");
  move_user_info(request);
  Transfer transfer(impl_->loop, impl_->multi, request);
  if (auto failure = transfer.start(impl_->options.user_agent))
    co_return std::unexpected(std::move(*failure));
  Subscription cancelled;
  if (!request.finish) cancelled = cancel.on_request([&transfer] { transfer.cancel(); });
  co_await transfer;
  cancelled.end();
  transfer.stop();
  co_return transfer.result();
}

}  // namespace weft::net
