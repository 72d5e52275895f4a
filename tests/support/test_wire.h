// One accepted connection of a test server: plain or TLS bytes, every wait cut short when the server stops.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

namespace weft::test {

// Closed until it is opened, from any thread, for good: tests hold a server's answer back with it.
class Gate {
 public:
  Gate();
  ~Gate();
  Gate(const Gate&) = delete;
  auto operator=(const Gate&) -> Gate& = delete;
  void open();
  [[nodiscard]] auto fd() const -> int { return fd_; }

 private:
  int fd_;  // readable once open
};

class Wire {
 public:
  // Takes the socket; `stop` is readable when everything must end. `tls` may be null.
  Wire(int fd, int stop, SSL_CTX* tls);
  ~Wire();
  Wire(const Wire&) = delete;
  auto operator=(const Wire&) -> Wire& = delete;

  // The TLS handshake, if there is TLS. When it fails the other side is given the time to read why.
  [[nodiscard]] auto open() -> bool;
  // Whatever is there next; empty at the end, after an error or a stop.
  [[nodiscard]] auto read() -> std::string;
  [[nodiscard]] auto write(std::string_view bytes) -> bool;
  // False when the server stopped first.
  auto wait(const Gate& gate) -> bool;
  // Until the other side closes, or the server stops.
  void wait_for_close();
  // Ends it so that the other side sees a reset rather than an end.
  void reset();
  void close();
  // Carries bytes both ways between this connection and a new one to 127.0.0.1:port until either ends.
  void tunnel(uint16_t port);

  [[nodiscard]] auto protocol() const -> std::string;     // what ALPN agreed on
  [[nodiscard]] auto client_name() const -> std::string;  // subject of the client's certificate
  [[nodiscard]] auto asked_name() const -> std::string;   // SNI

 private:
  void refuse();
  // False when stopped; waits until the socket is ready for `events`.
  [[nodiscard]] auto ready(short events) -> bool;

  int fd_;
  int stop_;
  SSL* ssl_ = nullptr;
};

}  // namespace weft::test
