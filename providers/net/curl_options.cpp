#include "providers/net/curl_options.h"

#include <algorithm>

#include <curl/curl.h>
#include <fmt/format.h>

#include "providers/net/redact.h"
#include "providers/net/url.h"

namespace weft::net {
namespace {

// A connection that rested longer is not used again. Where a request must not arrive twice the bound is
// small: a connection that the server closes at that very moment leaves in doubt whether the request arrived.
constexpr long kRestRepeatable = 90;
constexpr long kRestOnce = 2;

auto invalid(std::string text, std::string hint = {}) -> NetFailure {
  return {.error = NetError::kInvalid, .sent = Sent::kNo, .text = std::move(text), .hint = std::move(hint)};
}

template <class T>
auto put(void* easy, CURLoption option, T value) -> bool {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

// curl keeps its own copy.
auto put_blob(void* easy, CURLoption option, const std::string& bytes) -> bool {
  curl_blob blob{.data = const_cast<char*>(bytes.data()), .len = bytes.size(), .flags = CURL_BLOB_COPY};
  return curl_easy_setopt(easy, option, &blob) == CURLE_OK;
}

auto check(const Request& request) -> std::optional<NetFailure> {
  if (!is_token(request.method))
    return invalid("the method is not a word", "methods look like `GET` or `POST`");
  for (const auto& row : request.headers) {
    if (!is_token(row.name)) return invalid("a header's name is empty or holds a character that no name has");
    if (!is_header_value(row.value)) {
      return invalid(fmt::format("the header `{}` holds a line break or a control character", row.name));
    }
  }
  return {};
}

auto set_method(void* easy, const Request& request) -> bool {
  bool sends = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
               request.method == "PATCH";
  bool ok = true;
  if (request.method == "HEAD") {
    ok = put(easy, CURLOPT_NOBODY, 1L);
  } else if (sends) {
    ok = put(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size())) &&
         put(easy, CURLOPT_POSTFIELDS, request.body.data());
  } else {
    ok = put(easy, CURLOPT_HTTPGET, 1L);
  }
  return ok && put(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

auto set_headers(void* easy, const Request& request, const Url& url, const Connection& connection,
                 CurlLists& lists) -> bool {
  for (const auto& row : request.headers) {
    lists.add_header(row.value.empty() ? row.name + ";" : row.name + ": " + row.value);
  }
  // What curl adds by itself and nobody asked for: a form's type, and a pause before large bodies.
  if (!request.headers.has("Content-Type")) lists.add_header("Content-Type:");
  if (!request.headers.has("Expect")) lists.add_header("Expect:");
  if (!connection.server_name.empty() && !request.headers.has("Host"))
    lists.add_header("Host: " + url.authority());
  return put(easy, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(lists.headers));
}

auto set_trust(void* easy, const Connection& connection) -> bool {
  bool ok = put(easy, CURLOPT_SSL_VERIFYPEER, connection.insecure ? 0L : 1L) &&
            put(easy, CURLOPT_SSL_VERIFYHOST, connection.insecure ? 0L : 2L);
  // Named authorities replace the system's; curl would add them to its folder of them.
  if (!connection.ca_pem.empty()) {
    ok = ok && put(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr)) &&
         put(easy, CURLOPT_CAINFO, static_cast<const char*>(nullptr)) &&
         put_blob(easy, CURLOPT_CAINFO_BLOB, connection.ca_pem);
  } else if (!connection.ca_file.empty()) {
    ok = ok && put(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr)) &&
         put(easy, CURLOPT_CAINFO, connection.ca_file.c_str());
  }
  if (!connection.client_cert_pem.empty()) {
    ok = ok && put(easy, CURLOPT_SSLCERTTYPE, "PEM") &&
         put_blob(easy, CURLOPT_SSLCERT_BLOB, connection.client_cert_pem);
  }
  if (!connection.client_key_pem.empty()) {
    ok = ok && put(easy, CURLOPT_SSLKEYTYPE, "PEM") &&
         put_blob(easy, CURLOPT_SSLKEY_BLOB, connection.client_key_pem);
  }
  return ok && put(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
}

auto set_route(void* easy, Url url, const Connection& connection, CurlLists& lists) -> bool {
  if (!connection.server_name.empty()) {
    // curl verifies the name in the address, so that name stands there and the connection goes where it was
    // meant to.
    Url named = url;
    named.host = connection.server_name;
    auto bracketed = [](const std::string& host) { return host.contains(':') ? "[" + host + "]" : host; };
    lists.add_connect_to(
        fmt::format("{}:{}:{}:{}", bracketed(named.host), url.port, bracketed(url.host), url.port));
    if (!put(easy, CURLOPT_CONNECT_TO, static_cast<curl_slist*>(lists.connect_to))) return false;
    url = named;
  }
  bool ok = put(easy, CURLOPT_URL, url.text().c_str());
  if (!connection.unix_socket.empty()) {
    ok = ok && put(easy, CURLOPT_UNIX_SOCKET_PATH, connection.unix_socket.c_str()) &&
         put(easy, CURLOPT_PROXY, "");
  } else if (connection.proxy) {
    ok = ok && put(easy, CURLOPT_PROXY, connection.proxy->c_str());
  }
  return ok && put(easy, CURLOPT_HTTP_VERSION,
                   static_cast<long>(connection.http1_only ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
}

auto set_bounds(void* easy, const Request& request) -> bool {
  auto milliseconds = [](std::chrono::milliseconds span) {
    return std::max<long>(1, static_cast<long>(span.count()));
  };
  return put(easy, CURLOPT_TIMEOUT_MS, milliseconds(std::min(request.attempt, request.deadline))) &&
         put(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connect)) &&
         put(easy, CURLOPT_MAXAGE_CONN, request.repeatable ? kRestRepeatable : kRestOnce);
}

auto first_line(std::string_view text) -> std::string_view {
  return text.substr(0, text.find_first_of("\r\n"));
}

auto tls_by_words(std::string_view words) -> bool {
  return words.contains("alert") || words.contains("certificate") || words.contains("handshake failure");
}

auto broken_by_words(std::string_view words) -> bool {
  return words.contains("SYSCALL") || words.contains("reset by peer") || words.contains("unexpected eof") ||
         words.contains("Broken pipe");
}

auto kind_of(int code, std::string_view words, Sent sent) -> NetError {
  switch (code) {
    case CURLE_URL_MALFORMAT: return NetError::kInvalid;
    case CURLE_UNSUPPORTED_PROTOCOL: return sent == Sent::kNo ? NetError::kInvalid : NetError::kProtocol;
    case CURLE_COULDNT_RESOLVE_HOST: return NetError::kResolve;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: return NetError::kProxy;
    case CURLE_COULDNT_CONNECT: return NetError::kConnect;
    case CURLE_OPERATION_TIMEDOUT: return sent == Sent::kNo ? NetError::kConnect : NetError::kTimeout;
    case CURLE_SSL_CONNECT_ERROR: return broken_by_words(words) ? NetError::kReset : NetError::kTls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return NetError::kTls;
    // With TLS 1.3 a server refuses a client's certificate only after the handshake.
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      if (words.contains("CONNECT") || words.contains("proxy")) return NetError::kProxy;
      return tls_by_words(words) ? NetError::kTls : NetError::kReset;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return NetError::kReset;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return NetError::kProtocol;
    default: return NetError::kInternal;
  }
}

auto hint_for(NetError error) -> std::string {
  switch (error) {
    case NetError::kTls: return "give the authority that signed the server's certificate as `ca_pem`";
    case NetError::kProxy: return "look at http_proxy, https_proxy and no_proxy in the environment";
    default: return {};
  }
}

}  // namespace

CurlLists::~CurlLists() {
  curl_slist_free_all(static_cast<curl_slist*>(headers));
  curl_slist_free_all(static_cast<curl_slist*>(connect_to));
}

void CurlLists::add_header(const std::string& line) {
  headers = curl_slist_append(static_cast<curl_slist*>(headers), line.c_str());
}

void CurlLists::add_connect_to(const std::string& row) {
  connect_to = curl_slist_append(static_cast<curl_slist*>(connect_to), row.c_str());
}

auto set_options(void* easy, const Request& request, const std::string& user_agent, CurlLists& lists)
    -> std::optional<NetFailure> {
  if (auto failure = check(request)) return failure;
  auto url = parse_url(request.url);
  if (!url) return invalid(url.error().text, url.error().hint);
  static const Connection kPlain;
  const Connection& connection = request.connection ? *request.connection : kPlain;
  bool ok = put(easy, CURLOPT_NOSIGNAL, 1L) && put(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
            put(easy, CURLOPT_PATH_AS_IS, 1L) && put(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
            put(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) && put(easy, CURLOPT_TCP_KEEPALIVE, 1L) &&
            put(easy, CURLOPT_QUICK_EXIT, 1L) && put(easy, CURLOPT_USERAGENT, user_agent.c_str()) &&
            put(easy, CURLOPT_PIPEWAIT, url->secure() && !connection.http1_only ? 1L : 0L);
  // Streams are read as they come; a compressed one would hold back what it has.
  if (!request.on_body) ok = ok && put(easy, CURLOPT_ACCEPT_ENCODING, "");
  ok = ok && set_method(easy, request) && set_headers(easy, request, *url, connection, lists) &&
       set_trust(easy, connection) && set_route(easy, *url, connection, lists) && set_bounds(easy, request);
  if (ok) return {};
  return NetFailure{
      .error = NetError::kInternal, .sent = Sent::kNo, .text = "curl refused a setting of the request"};
}

auto from_curl(int code, std::string_view words, Sent sent, const Request& request) -> NetFailure {
  NetError error = kind_of(code, words, sent);
  std::string said(first_line(words));
  if (said.empty()) said = curl_easy_strerror(static_cast<CURLcode>(code));
  auto url = parse_url(request.url);
  auto text = fmt::format("{}: {} ({})", url ? url->origin() : "request", meaning(error), said);
  if (request.redactor) text = request.redactor->text(text);
  return {.error = error, .sent = sent, .text = std::move(text), .hint = hint_for(error)};
}

}  // namespace weft::net
