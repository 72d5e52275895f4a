// The wire: one request, one exchange, by libcurl on the loop. HTTP/1.1, HTTP/2 where TLS agrees on it, Unix
// sockets, proxies. Certificates are always verified unless the connection says `insecure`. Redirects are not
// followed here and nothing is repeated.
#pragma once

#include <memory>
#include <string>

#include "lang/os/loop.h"
#include "providers/net/http_client.h"

namespace weft::net {

struct CurlOptions {
  std::string user_agent = "weft";
  uint32_t host_connections = 64;
  uint32_t streams = 100;  // of one HTTP/2 connection; the server may allow fewer
};

class CurlClient final : public HttpClient {
 public:
  // The loop outlives the client.
  explicit CurlClient(Loop& loop, CurlOptions options = {});
  ~CurlClient() override;
  auto send(Request request, Cancel cancel) -> Task<Exchange> override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::net
