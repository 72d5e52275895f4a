// Follows redirects, without ever taking credentials to another host.
//
//   same origin      the request as it was
//   another origin   GET and HEAD only, with the headers that say what is wanted (Accept and its kind):
//                    no credentials, no client certificate, nothing of the caller's own
//   https → http     never
//   methods          303, and 301 or 302 of a POST, become GET without a body; others keep method and body
//
// What may not be followed is handed back as the answer it is; a chain of more than ten is kRedirect. All of a chain
// share the deadline. What comes after a request that has become a GET is `uncertain_before`: what it was to change is
// changed.
#pragma once

#include "providers/net/http_client.h"
#include "providers/net/timeline.h"

namespace weft::net {

class FollowingClient final : public HttpClient {
 public:
  FollowingClient(HttpClient& next, Timeline& timeline) : next_(next), timeline_(timeline) {}
  auto send(Request request, Cancel cancel) -> Task<Exchange> override;

 private:
  HttpClient& next_;
  Timeline& timeline_;
};

// The request that follows `answer`, or nothing when it is to be taken as it is.
[[nodiscard]] auto redirected(const Request& request, const Response& answer) -> std::optional<Request>;

}  // namespace weft::net
