#include "providers/http/answer.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/value/json.h"
#include "providers/net/redact.h"
#include "providers/net/url.h"

namespace weft::http {
namespace {

using driver::DriverFailure;
using driver::FailureClass;
using driver::Happened;
using driver::Remains;

constexpr size_t kShownBody = 300;
// Of a value's 64 levels some belong to the documents that it will stand in.
constexpr size_t kDeepest = 48;

auto lower(std::string_view text) -> std::string {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

auto is_text(std::string_view bytes) -> bool {
  return first_invalid_utf8(bytes) == std::string_view::npos;
}

auto marked(std::string_view text, const net::Redactor& redactor) -> Value {
  return Value::string(text).as_secret(redactor.holds_secret(text));
}

// Each text and number that repeats a secret is one, wherever it stands. Keys cannot carry a mark, so an object with
// such a key is secret as a whole.
auto marked(const Value& value, const net::Redactor& redactor) -> Value {
  switch (value.kind()) {
    case ValueKind::kString: return marked(value.as_string(), redactor);
    case ValueKind::kList: {
      std::vector<Value> out;
      for (const auto& element : value.elements()) out.push_back(marked(element, redactor));
      return Value::list(std::move(out));
    }
    case ValueKind::kObject: {
      std::vector<Field> out;
      bool secret = false;
      for (const auto& field : value.fields()) {
        secret = secret || redactor.holds_secret(field.key);
        out.push_back({field.key, marked(field.value, redactor)});
      }
      return Value::object(std::move(out)).as_secret(secret);
    }
    case ValueKind::kInt:
    case ValueKind::kNumber: return value.as_secret(redactor.holds_secret(*template_text(value)));
    default: return value;
  }
}

auto is_deeper(const Value& value, size_t levels) -> bool {
  if (levels == 0) return true;
  if (value.is(ValueKind::kList)) {
    return std::ranges::any_of(value.elements(),
                               [&](const Value& one) { return is_deeper(one, levels - 1); });
  }
  if (value.is(ValueKind::kObject)) {
    return std::ranges::any_of(value.fields(),
                               [&](const Field& one) { return is_deeper(one.value, levels - 1); });
  }
  return false;
}

auto headers_value(const net::Headers& headers, const net::Redactor& redactor) -> Value {
  std::map<std::string, std::string> joined;
  for (const auto& row : headers) {
    if (!is_text(row.value) || !net::is_token(row.name)) continue;
    auto [at, is_new] = joined.emplace(lower(row.name), row.value);
    if (!is_new) at->second += ", " + row.value;
  }
  std::vector<Field> fields;
  for (const auto& [name, text] : joined) {
    bool secret = redactor.is_secret_header(name) || redactor.holds_secret(text);
    fields.push_back({name, Value::string(text).as_secret(secret)});
  }
  return Value::object(std::move(fields));
}

// Null where it is none.
auto json_value(const net::Response& answer, const net::Redactor& redactor) -> Value {
  const std::string* type = answer.headers.find("Content-Type");
  auto body = trim(answer.body);
  bool says_so = type != nullptr && lower(*type).contains("json");
  bool looks_so = body.starts_with('{') || body.starts_with('[');
  if (!says_so && !looks_so) return Value::null();
  auto parsed = from_json(body);
  return parsed && !is_deeper(*parsed, kDeepest) ? marked(*parsed, redactor) : Value::null();
}

auto class_of_status(int status) -> FailureClass {
  switch (status) {
    case 401:
    case 403:
    case 407: return FailureClass::kDenied;
    case 404:
    case 410: return FailureClass::kNotFound;
    case 423:
    case 425: return FailureClass::kBusy;
    case 429: return FailureClass::kThrottled;
    case 501:
    case 505: return FailureClass::kUnsupported;
    case 408: return FailureClass::kTransient;
    default: return status >= 500 ? FailureClass::kTransient : FailureClass::kInvalid;
  }
}

// A refusal of the request (4xx) did nothing; a fault of the server may have come after it had done it. Many say 301 or
// 302 where 303 is meant: done, see there.
auto happened_at(int status, std::string_view method) -> Happened {
  if (status >= 200 && status < 300) return Happened::kYes;
  if ((status == 301 || status == 302) && method != "GET" && method != "HEAD") return Happened::kMaybe;
  if (status == 303 || status == 408 || status == 409) return Happened::kMaybe;
  if (status == 501 || status == 505) return Happened::kNo;
  return status >= 500 ? Happened::kMaybe : Happened::kNo;
}

auto hint_at(const net::Response& answer) -> std::string {
  int status = answer.status;
  if (status == 401 || status == 403) return "look at the credentials in `headers`";
  if (status >= 200 && status < 300) return "add the status to `expect` if it means success";
  if (const std::string* to = answer.headers.find("Location");
      to != nullptr && status >= 300 && status < 400) {
    auto base = net::parse_url(answer.url);
    auto there = base ? net::resolve(*base, *to) : std::move(base);
    if (there)
      return "it was sent on to " + net::Redactor().url(there->text()) +
             "; write that address if it is right";
  }
  return {};
}

auto operation_of(const net::Request& request, const net::Redactor& redactor) -> std::string {
  return request.method + " " + redactor.url(request.url);
}

// One line of the body, if it is words.
auto said(const std::string& body) -> std::string {
  if (!is_text(body)) return {};
  std::string out;
  for (char c : trim(body).substr(0, kShownBody)) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  if (auto broken = first_invalid_utf8(out); broken != std::string::npos) out.resize(broken);
  return body.size() > kShownBody ? out + "…" : out;
}

auto class_of_error(net::NetError error) -> FailureClass {
  switch (error) {
    case net::NetError::kResolve:
    case net::NetError::kConnect:
    case net::NetError::kProxy:
    case net::NetError::kCircuit: return FailureClass::kUnreachable;
    case net::NetError::kReset:
    case net::NetError::kProtocol:
    case net::NetError::kIdle:
    case net::NetError::kTimeout: return FailureClass::kTransient;
    case net::NetError::kInvalid:
    case net::NetError::kTls:
    case net::NetError::kTooBig:
    case net::NetError::kRedirect: return FailureClass::kInvalid;
    case net::NetError::kCancelled: return FailureClass::kCancelled;
    case net::NetError::kReplay:
    case net::NetError::kInternal: break;
  }
  return FailureClass::kInternal;
}

}  // namespace

auto attributes_of(const net::Response& answer, const net::Request& request) -> std::vector<Field> {
  auto redactor = net::redactor_of(request);
  std::vector<Field> out = {
      {"status", Value::integer(answer.status)},
      {"response_headers", headers_value(answer.headers, redactor)},
      // The body decides about the mark, for in base64 a secret is not to be seen.
      {"response", Value::string(is_text(answer.body) ? answer.body : base64(answer.body))
                       .as_secret(redactor.holds_secret(answer.body))},
  };
  if (auto json = json_value(answer, redactor); !json.is_null()) out.push_back({"json", std::move(json)});
  return out;
}

auto refused(const net::Response& answer, const net::Request& request) -> DriverFailure {
  auto redactor = net::redactor_of(request);
  auto words = said(redactor.body(answer.body));
  DriverFailure out{.failure = class_of_status(answer.status),
                    .happened = answer.uncertain_before ? Happened::kMaybe : happened_at(answer.status, request.method),
                    .code = fmt::format("HTTP {}", answer.status),
                    .http = static_cast<uint32_t>(answer.status),
                    .text = fmt::format("answered {}{}{}", answer.status, words.empty() ? "" : ": ", words),
                    .request_id = redactor.text(answer.request_id),
                    .operation = operation_of(request, redactor)};
  if (answer.status == 503 && answer.retry_after.count() > 0) {
    out.failure = FailureClass::kThrottled;
    if (!answer.uncertain_before) out.happened = Happened::kNo;
  }
  out.remains = out.happened == Happened::kNo ? Remains::kNothing : Remains::kUnknown;
  out.retry_after = answer.retry_after;
  out.repeated = answer.attempts > 1;
  out.hint = redactor.text(hint_at(answer));
  return out;
}

auto unanswered(const net::NetFailure& failure, const net::Request& request) -> DriverFailure {
  auto redactor = net::redactor_of(request);
  bool maybe = failure.sent == net::Sent::kMaybe;
  return {.failure = class_of_error(failure.error),
          .happened = maybe ? Happened::kMaybe : Happened::kNo,
          .remains = maybe ? Remains::kUnknown : Remains::kNothing,
          .code = std::string(net::word(failure.error)),
          .text = redactor.text(failure.text),
          .operation = operation_of(request, redactor),
          .path = failure.error == net::NetError::kTls ? Path{}.member("ca_pem") : Path{}.member("url"),
          .hint = failure.hint};
}

}  // namespace weft::http
