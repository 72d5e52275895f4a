#include "tests/support/test_wire.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "lang/base/check.h"

namespace weft::test {

Gate::Gate() : fd_(eventfd(0, EFD_CLOEXEC)) {
  CHECK(fd_ >= 0);
}
Gate::~Gate() {
  ::close(fd_);
}
void Gate::open() {
  CHECK(eventfd_write(fd_, 1) == 0);
}

Wire::Wire(int fd, int stop, SSL_CTX* tls) : fd_(fd), stop_(stop) {
  CHECK(fcntl(fd_, F_SETFL, O_NONBLOCK) == 0);
  if (tls == nullptr) return;
  ssl_ = SSL_new(tls);
  SSL_set_fd(ssl_, fd_);
}

Wire::~Wire() {
  close();
  SSL_free(ssl_);
}

auto Wire::ready(short events) -> bool {
  if (fd_ < 0) return false;
  std::array<pollfd, 2> watched = {pollfd{.fd = fd_, .events = events, .revents = 0},
                                   pollfd{.fd = stop_, .events = POLLIN, .revents = 0}};
  while (poll(watched.data(), watched.size(), -1) < 0) {
  }
  return watched[1].revents == 0;
}

auto Wire::open() -> bool {
  if (ssl_ == nullptr) return true;
  while (true) {
    ERR_clear_error();
    int code = SSL_accept(ssl_);
    if (code == 1) return true;
    int why = SSL_get_error(ssl_, code);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
      refuse();
      return false;
    }
    if (!ready(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT)) return false;
  }
}

// Closing with bytes unread would reset the connection, and the alert in it would be lost.
void Wire::refuse() {
  shutdown(fd_, SHUT_WR);
  std::array<char, 4096> buffer;
  while (ready(POLLIN) && recv(fd_, buffer.data(), buffer.size(), 0) > 0) {
  }
}

auto Wire::read() -> std::string {
  std::array<char, 16384> buffer;
  while (fd_ >= 0) {
    if (ssl_ != nullptr) {
      ERR_clear_error();
      int count = SSL_read(ssl_, buffer.data(), buffer.size());
      if (count > 0) return {buffer.data(), static_cast<size_t>(count)};
      int why = SSL_get_error(ssl_, count);
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return {};
      if (!ready(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT)) return {};
    } else {
      auto count = recv(fd_, buffer.data(), buffer.size(), 0);
      if (count > 0) return {buffer.data(), static_cast<size_t>(count)};
      if (count == 0 || errno != EAGAIN) return {};
      if (!ready(POLLIN)) return {};
    }
  }
  return {};
}

auto Wire::write(std::string_view bytes) -> bool {
  while (!bytes.empty()) {
    if (fd_ < 0) return false;
    if (ssl_ != nullptr) {
      ERR_clear_error();
      int count = SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
      if (count > 0) {
        bytes.remove_prefix(static_cast<size_t>(count));
        continue;
      }
      int why = SSL_get_error(ssl_, count);
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return false;
      if (!ready(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT)) return false;
    } else {
      auto count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count > 0) {
        bytes.remove_prefix(static_cast<size_t>(count));
        continue;
      }
      if (count < 0 && errno != EAGAIN) return false;
      if (!ready(POLLOUT)) return false;
    }
  }
  return true;
}

auto Wire::wait(const Gate& gate) -> bool {
  std::array<pollfd, 2> watched = {pollfd{.fd = gate.fd(), .events = POLLIN, .revents = 0},
                                   pollfd{.fd = stop_, .events = POLLIN, .revents = 0}};
  while (poll(watched.data(), watched.size(), -1) < 0) {
  }
  return watched[1].revents == 0;
}

void Wire::wait_for_close() {
  while (!read().empty()) {
  }
}

void Wire::close() {
  if (fd_ < 0) return;
  if (ssl_ != nullptr) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
  }
  ::close(fd_);
  fd_ = -1;
}

void Wire::reset() {
  if (fd_ < 0) return;
  linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd_);
  fd_ = -1;
}

void Wire::tunnel(uint16_t port) {
  CHECK(ssl_ == nullptr);
  int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(other, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    std::array<pollfd, 3> watched = {pollfd{.fd = fd_, .events = POLLIN, .revents = 0},
                                     pollfd{.fd = other, .events = POLLIN, .revents = 0},
                                     pollfd{.fd = stop_, .events = POLLIN, .revents = 0}};
    std::array<char, 16384> buffer;
    for (bool open = true;
         open && poll(watched.data(), watched.size(), -1) >= 0 && watched[2].revents == 0;) {
      for (size_t from : {size_t{0}, size_t{1}}) {
        if (watched[from].revents == 0) continue;
        auto count = recv(watched[from].fd, buffer.data(), buffer.size(), 0);
        if (count <= 0 ||
            send(watched[1 - from].fd, buffer.data(), static_cast<size_t>(count), MSG_NOSIGNAL) < 0) {
          open = false;
        }
      }
    }
  }
  ::close(other);
}

auto Wire::protocol() const -> std::string {
  if (ssl_ == nullptr) return {};
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

auto Wire::client_name() const -> std::string {
  X509* certificate = ssl_ == nullptr ? nullptr : SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr) return {};
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
  return name.data();
}

auto Wire::asked_name() const -> std::string {
  const char* name = ssl_ == nullptr ? nullptr : SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

}  // namespace weft::test
