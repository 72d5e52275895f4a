#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "lang/base/check.h"
#include "lang/base/text.h"

namespace weft::test {
namespace {

auto bio_of(const std::string& text) -> BIO* {
  return BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
}

auto read_certificate(const std::string& pem) -> X509* {
  BIO* bio = bio_of(pem);
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  CHECK(certificate != nullptr);
  return certificate;
}

auto choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                     unsigned in_size, void* http2) -> int {
  static constexpr std::string_view kBoth("\x02h2\x08http/1.1", 12);
  auto offered = http2 != nullptr ? kBoth : kBoth.substr(3);
  auto code = SSL_select_next_proto(const_cast<unsigned char**>(out), size,
                                    reinterpret_cast<const unsigned char*>(offered.data()),
                                    static_cast<unsigned>(offered.size()), in, in_size);
  return code == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

auto make_context(const ServerOptions& options) -> SSL_CTX* {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  X509* certificate = read_certificate(options.tls->certificate_pem);
  CHECK(SSL_CTX_use_certificate(context, certificate) == 1);
  X509_free(certificate);
  BIO* bio = bio_of(options.tls->key_pem);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  CHECK(SSL_CTX_use_PrivateKey(context, key) == 1);
  EVP_PKEY_free(key);
  if (!options.client_authority_pem.empty()) {
    X509* authority = read_certificate(options.client_authority_pem);
    CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1);
    X509_free(authority);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  static int marker = 0;
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, options.http2.streams > 0 ? &marker : nullptr);
  return context;
}

// Head and body of one HTTP/1.1 request, left over bytes stay in `buffer`. False at the end of the
// connection.
auto read_request(Wire& wire, std::string& buffer, SeenRequest& request) -> bool {
  size_t head = std::string::npos;
  while ((head = buffer.find("\r\n\r\n")) == std::string::npos) {
    auto more = wire.read();
    if (more.empty()) return false;
    buffer += more;
  }
  auto lines = split(std::string_view(buffer).substr(0, head), '\n');
  auto words = split(trim(lines[0]), ' ');
  if (words.size() != 3) return false;
  request.method = words[0];
  request.target = words[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    auto colon = lines[i].find(':');
    if (colon == std::string_view::npos) return false;
    request.headers.emplace_back(lines[i].substr(0, colon), trim(lines[i].substr(colon + 1)));
  }
  buffer.erase(0, head + 4);
  auto length = request.header("Content-Length");
  size_t size = length.empty() ? 0 : std::stoul(length);
  while (buffer.size() < size) {
    auto more = wire.read();
    if (more.empty()) return false;
    buffer += more;
  }
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return true;
}

auto head_of(const ServerReply& reply, size_t length, bool with_length) -> std::string {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Word\r\n";
  for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
  if (with_length) head += "Content-Length: " + std::to_string(length) + "\r\n";
  return head + (reply.close ? "Connection: close\r\n\r\n" : "\r\n");
}

}  // namespace

auto SeenRequest::header(std::string_view name) const -> std::string {
  for (const auto& [known, value] : headers) {
    if (known.size() == name.size() && strncasecmp(known.data(), name.data(), name.size()) == 0) return value;
  }
  return {};
}

auto reply(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers)
    -> ServerReply {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

auto reset_before_answer() -> ServerReply {
  return {.script = [](Wire& wire) { wire.reset(); }};
}

auto reset_mid_body() -> ServerReply {
  return {.script = [](Wire& wire) {
    if (wire.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789")) wire.reset();
  }};
}

auto silence() -> ServerReply {
  return {.script = [](Wire& wire) { wire.wait_for_close(); }};
}

auto not_http() -> ServerReply {
  return {.script = [](Wire& wire) {
    if (wire.write("220 mail.example.com ready, what is it?\r\n\r\n")) wire.close();
  }};
}

auto chunks(std::vector<std::string> pieces, std::vector<const Gate*> gates, bool hang) -> ServerReply {
  return {.script = [pieces = std::move(pieces), gates = std::move(gates), hang](Wire& wire) {
    if (!wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")) return;
    for (size_t i = 0; i < pieces.size(); ++i) {
      if (i < gates.size() && gates[i] != nullptr && !wire.wait(*gates[i])) return;
      std::array<char, 20> size{};
      std::snprintf(size.data(), size.size(), "%zx\r\n", pieces[i].size());
      if (!wire.write(size.data() + pieces[i] + "\r\n")) return;
    }
    if (hang) wire.wait_for_close();
    else if (wire.write("0\r\n\r\n")) wire.close();
  }};
}

HttpServer::HttpServer(Handler handler, ServerOptions options)
    : handler_(std::move(handler)), options_(std::move(options)) {
  if (options_.tls) tls_ = make_context(options_);
  options_.unix_path.empty() ? listen_on_port() : listen_on_path();
  CHECK(listen(listener_, 128) == 0);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  stop_.open();
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  close(listener_);
  if (!options_.unix_path.empty()) unlink(options_.unix_path.c_str());
  SSL_CTX_free(tls_);
}

void HttpServer::listen_on_port() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
}

void HttpServer::listen_on_path() {
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  CHECK(options_.unix_path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, options_.unix_path.data(), options_.unix_path.size());
  CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

auto HttpServer::url(std::string_view target) const -> std::string {
  std::string scheme = options_.tls ? "https" : "http";
  std::string host = options_.unix_path.empty() ? "127.0.0.1:" + std::to_string(port_) : "localhost";
  return scheme + "://" + host + std::string(target);
}

auto HttpServer::seen() -> std::vector<SeenRequest> {
  std::lock_guard lock(mutex_);
  return seen_;
}

void HttpServer::accept_all() {
  std::array<pollfd, 2> watched = {pollfd{.fd = listener_, .events = POLLIN, .revents = 0},
                                   pollfd{.fd = stop_.fd(), .events = POLLIN, .revents = 0}};
  while (true) {
    while (poll(watched.data(), watched.size(), -1) < 0) {
    }
    if (watched[1].revents != 0) return;
    int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    std::lock_guard lock(mutex_);
    threads_.emplace_back([this, fd, number = accepted_++] { serve(fd, number); });
  }
}

void HttpServer::serve(int fd, uint32_t number) {
  Wire wire(fd, stop_.fd(), tls_);
  if (!wire.open()) return;
  if (wire.protocol() == "h2") {
    serve_h2(wire, options_.http2, http2_);
    return;
  }
  std::string buffer;
  while (true) {
    SeenRequest request{
        .connection = number, .client_name = wire.client_name(), .asked_name = wire.asked_name()};
    if (!read_request(wire, buffer, request) || !answer(wire, std::move(request))) return;
  }
}

auto HttpServer::answer(Wire& wire, SeenRequest request) -> bool {
  bool with_body = request.method != "HEAD";
  ServerReply reply;
  {
    std::lock_guard lock(mutex_);
    seen_.push_back(request);
    reply = handler_(request);
  }
  if (reply.script) {
    reply.script(wire);
    return false;
  }
  bool bodiless = reply.status == 204 || reply.status == 304;
  auto text = head_of(reply, reply.body.size(), !bodiless) + (with_body && !bodiless ? reply.body : "");
  return wire.write(text) && !reply.close;
}

auto closed_port() -> uint16_t {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(fd);
  return ntohs(address.sin_port);
}

}  // namespace weft::test
