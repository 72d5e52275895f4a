#include "providers/net/http.h"

#include <array>

#include "providers/net/url.h"

namespace weft::net {
namespace {

struct Row {
  std::string_view word, meaning;
  bool transient;
};
constexpr Row kRows[] = {
#define NET_ERROR(name, word, meaning, transient) {word, meaning, transient},
#include "providers/net/net_error.def"
#undef NET_ERROR
};

auto row(NetError error) -> const Row& {
  return kRows[static_cast<size_t>(error)];
}

}  // namespace

auto word(NetError error) -> std::string_view {
  return row(error).word;
}
auto meaning(NetError error) -> std::string_view {
  return row(error).meaning;
}
auto transient(NetError error) -> bool {
  return row(error).transient;
}

auto by_status(const Response& response) -> Judgement {
  switch (response.status) {
    case 429: return Judgement::kThrottled;
    case 503: return response.headers.has("Retry-After") ? Judgement::kThrottled : Judgement::kTransient;
    case 408:
    case 500:
    case 502:
    case 504: return Judgement::kTransient;
    default: return Judgement::kAnswer;
  }
}

auto request_id_of(const Headers& headers) -> std::string {
  constexpr std::array<std::string_view, 6> kNames = {
      "x-amzn-RequestId", "x-amz-request-id", "X-Request-Id", "Request-Id", "Audit-Id", "X-Correlation-Id"};
  for (auto name : kNames) {
    if (const std::string* value = headers.find(name); value != nullptr && !value->empty()) {
      return value->substr(0, 200);
    }
  }
  return {};
}

auto operation_of(const Request& request) -> std::string {
  if (!request.operation.empty()) return request.operation;
  auto url = parse_url(request.url);
  return request.method + " " + (url ? url->authority() : "?");
}

}  // namespace weft::net
