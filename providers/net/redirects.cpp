#include "providers/net/redirects.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "providers/net/url.h"
#include "providers/net/user_info.h"

namespace weft::net {
namespace {

constexpr uint32_t kMost = 10;
// What goes along to another host. A list of what may, because nobody can list all that must not.
constexpr std::array<std::string_view, 6> kHarmless = {"Accept",        "Accept-Encoding", "Accept-Language",
                                                       "Cache-Control", "Range",           "User-Agent"};

void leave_behind_what_is_ours(Request& request) {
  Headers kept;
  for (const auto& row : request.headers) {
    if (std::ranges::any_of(kHarmless, [&](auto name) { return same_name(name, row.name); }))
      kept.add(row.name, row.value);
  }
  request.headers = std::move(kept);
  if (request.connection == nullptr) return;
  Connection connection = *request.connection;
  connection.client_cert_pem.clear();
  connection.client_key_pem.clear();
  connection.server_name.clear();
  connection.unix_socket.clear();
  request.connection = std::make_shared<const Connection>(std::move(connection));
}

void become_get(Request& request) {
  request.method = "GET";
  request.body.clear();
  for (auto name : {"Content-Type", "Content-Length", "Content-Encoding"}) request.headers.remove(name);
}

}  // namespace

auto redirected(const Request& request, const Response& answer) -> std::optional<Request> {
  constexpr std::array<int, 5> kStatuses = {301, 302, 303, 307, 308};
  const std::string* location = answer.headers.find("Location");
  if (location == nullptr || std::ranges::find(kStatuses, answer.status) == kStatuses.end()) return {};
  auto here = parse_url(request.url);
  if (!here) return {};
  auto there = resolve(*here, *location);
  if (!there || (here->secure() && !there->secure())) return {};
  Request next = request;
  next.url = there->text();  // user info in a Location is somebody else's idea of who we are
  bool reads = request.method == "GET" || request.method == "HEAD";
  bool turns =
      (answer.status == 303 && request.method != "HEAD") || (answer.status < 303 && request.method == "POST");
  if (turns) become_get(next);
  if (here->origin() == there->origin()) return next;
  // The address alone of a request that changed something may carry what was in its body.
  if (!reads) return {};
  leave_behind_what_is_ours(next);
  return next;
}

auto FollowingClient::send(Request request, Cancel cancel) -> Task<Exchange> {
  move_user_info(request);
  // A POST that was answered with "see there" has been done, whatever becomes of the look there.
  bool done = false;
  const auto end = timeline_.now() + request.deadline;
  for (uint32_t hops = 0;; ++hops) {
    Exchange answer = co_await next_.send(request, cancel);
    if (!answer && done) answer.error().sent = Sent::kMaybe;
    if (answer && done) answer->uncertain_before = true;
    if (!answer || !request.follow_redirects) co_return answer;
    auto next = redirected(request, *answer);
    if (!next) co_return answer;
    if (hops == kMost) {
      co_return net_fail(NetError::kRedirect, Sent::kMaybe,
                         fmt::format("more than {} redirects, the last from {}", kMost, answer->url));
    }
    done = done || next->method != request.method;
    request = std::move(*next);
    request.deadline = std::chrono::ceil<std::chrono::milliseconds>(end - timeline_.now());
    request.attempt = std::min(request.attempt, request.deadline);
    if (request.deadline.count() <= 0) {
      co_return net_fail(NetError::kTimeout, Sent::kMaybe,
                         fmt::format("its deadline has passed after {} redirects, the last from {}", hops + 1, answer->url));
    }
  }
}

}  // namespace weft::net
