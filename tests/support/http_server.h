// A small HTTP server for tests, on 127.0.0.1 with a free port (or a Unix socket), in threads of its own. A
// handler decides each answer; faults are answers too. It stops when destroyed, whatever its connections are
// doing.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/h2_connection.h"
#include "tests/support/test_wire.h"

namespace weft::test {

struct SeenRequest {
  std::string method{}, target{}, body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  uint32_t connection = 0;  // 0 for the first that was accepted
  std::string client_name{}, asked_name{};

  // The first of that name (any case), or "".
  [[nodiscard]] auto header(std::string_view name) const -> std::string;
};

struct ServerReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  bool close = false;
  // In place of all that: writes what it likes; the connection ends after it.
  std::function<void(Wire&)> script{};
};

// Ready-made misbehaviour.
[[nodiscard]] auto reply(int status, std::string body = {},
                         std::vector<std::pair<std::string, std::string>> headers = {}) -> ServerReply;
[[nodiscard]] auto reset_before_answer() -> ServerReply;
[[nodiscard]] auto reset_mid_body() -> ServerReply;  // announces 1,000 bytes, sends ten, resets
[[nodiscard]] auto silence() -> ServerReply;         // never answers
[[nodiscard]] auto not_http() -> ServerReply;
// A chunked 200 whose pieces are written one by one; before piece i it waits for gates[i] where there is one.
// With `hang` it never ends by itself.
[[nodiscard]] auto chunks(std::vector<std::string> pieces, std::vector<const Gate*> gates = {},
                          bool hang = false) -> ServerReply;

struct ServerOptions {
  std::optional<KeyPair> tls{};
  std::string client_authority_pem{};  // with it a client must show a certificate of that authority
  std::string unix_path{};
  H2Options http2{};
};

class HttpServer {
 public:
  using Handler = std::function<ServerReply(const SeenRequest&)>;

  // The handler runs on the threads of the connections, one call at a time.
  explicit HttpServer(Handler handler, ServerOptions options = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  auto operator=(const HttpServer&) -> HttpServer& = delete;

  [[nodiscard]] auto port() const -> uint16_t { return port_; }
  [[nodiscard]] auto url(std::string_view target = "/") const -> std::string;
  [[nodiscard]] auto seen() -> std::vector<SeenRequest>;
  [[nodiscard]] auto connections() const -> uint32_t { return accepted_; }
  [[nodiscard]] auto http2() const -> const H2Counts& { return http2_; }

 private:
  void listen_on_port();
  void listen_on_path();
  void accept_all();
  void serve(int fd, uint32_t number);
  // False when the connection is not to be used again.
  auto answer(Wire& wire, SeenRequest request) -> bool;

  Handler handler_;
  ServerOptions options_;
  SSL_CTX* tls_ = nullptr;
  int listener_ = -1;
  Gate stop_;
  uint16_t port_ = 0;
  std::atomic<uint32_t> accepted_ = 0;
  H2Counts http2_;
  std::mutex mutex_;
  std::vector<SeenRequest> seen_;   // guarded by mutex_
  std::list<std::thread> threads_;  // guarded by mutex_
  std::thread acceptor_;
};

// A port of 127.0.0.1 that nobody listens on.
[[nodiscard]] auto closed_port() -> uint16_t;

}  // namespace weft::test
