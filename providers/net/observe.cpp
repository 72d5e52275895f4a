#include "providers/net/observe.h"

#include <fmt/format.h>

#include "lang/base/text.h"
#include "providers/net/http_date.h"
#include "providers/net/redact.h"
#include "providers/net/url.h"

namespace weft::net {
namespace {

using std::chrono::milliseconds;

// Never cut inside a character.
auto shortened(std::string text) -> std::string {
  if (text.size() <= ExchangeTrace::kTracedBody) return text;
  size_t end = ExchangeTrace::kTracedBody;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  auto left = text.size() - end;
  text.resize(end);
  return text + fmt::format("… ({} more bytes)", with_thousands(left));
}

}  // namespace

auto trace_of(const Request& request, const Exchange& answer) -> ExchangeTrace {
  Redactor redactor = redactor_of(request);
  ExchangeTrace out{.operation = redactor.text(operation_of(request)),
                    .method = request.method,
                    .url = redactor.url(request.url),
                    .request_headers = redactor.headers(request.headers),
                    .request_body = shortened(redactor.body(request.body))};
  if (answer) {
    out.status = answer->status;
    out.response_headers = redactor.headers(answer->headers);
    out.response_body = shortened(redactor.body(answer->body));
    out.request_id = redactor.text(answer->request_id);
    out.protocol = answer->protocol;
    out.may_have_arrived = true;
  } else {
    out.error = fmt::format("{}: {}", word(answer.error().error), redactor.text(answer.error().text));
    out.may_have_arrived = answer.error().sent == Sent::kMaybe;
  }
  return out;
}

void ObservingClient::warn_once(const Request& request) {
  if (!request.connection || !request.connection->insecure) return;
  auto url = parse_url(request.url);
  if (!url || !url->secure() || !warned_.insert(url->origin()).second || !sinks_.warn) return;
  sinks_.warn(fmt::format(
      "the certificate of {} is not verified: anybody on the way can read and change what is sent",
      url->origin()));
}

void ObservingClient::learn(const std::string& origin, Exchange& answer, milliseconds began) {
  auto now = timeline_.wall();
  if (auto skew = clock_skew(answer->headers, began, now)) skews_.learn(origin, *skew);
  if (const std::string* after = answer->headers.find("Retry-After")) {
    // A date is the server's, so it is read on the server's clock.
    auto there = std::chrono::floor<std::chrono::seconds>(now + skews_.of(origin));
    answer->retry_after = parse_retry_after(*after, there).value_or(milliseconds(0));
  }
}

void ObservingClient::count(CallCount& row, const Request& request, const Exchange& answer) {
  if (!answer) {
    ++row.failed;
    return;
  }
  auto judgement = request.judge ? request.judge(*answer) : by_status(*answer);
  if (judgement == Judgement::kThrottled) ++row.throttled;
  else if (answer->status >= 500) ++row.faults;
}

void ObservingClient::trace(const Request& request, const Exchange& answer, milliseconds began,
                            std::chrono::nanoseconds elapsed) {
  if (!sinks_.trace) return;
  auto out = trace_of(request, answer);
  out.began = began;
  out.elapsed = std::chrono::duration_cast<milliseconds>(elapsed);
  sinks_.trace(out);
}

auto ObservingClient::send(Request request, Cancel cancel) -> Task<Exchange> {
  warn_once(request);
  auto& row = counts_[operation_of(request)];
  ++row.sent;
  if (request.calls != nullptr) ++*request.calls;
  auto url = parse_url(request.url);
  auto began = timeline_.wall();
  auto start = timeline_.now();
  Exchange answer = co_await next_.send(request, cancel);
  if (answer && url) learn(url->origin(), answer, began);
  count(row, request, answer);
  trace(request, answer, began, timeline_.now() - start);
  co_return answer;
}

}  // namespace weft::net
