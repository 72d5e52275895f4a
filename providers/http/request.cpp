#include "providers/http/request.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lang/base/text.h"
#include "lang/value/json.h"
#include "providers/net/redact.h"
#include "providers/net/url.h"

namespace weft::http {
namespace {

using driver::DriverFailure;
using driver::FailureClass;
using driver::Idempotency;

// Bounded so that text and parsed form together stay a value of the contract.
constexpr size_t kMaxAnswer = size_t{1} << 20;

auto invalid(std::string_view attribute, std::string text, std::string hint = {}) -> DriverFailure {
  return {.failure = FailureClass::kInvalid,
          .happened = driver::Happened::kNo,
          .remains = driver::Remains::kNothing,
          .text = std::move(text),
          .path = Path{}.member(attribute),
          .hint = std::move(hint)};
}

// The attribute if it is written and known, all of it.
auto known(const Value& object, std::string_view name) -> const Value* {
  const Value* value = object.get(name);
  return value == nullptr || value->is_null() || value->has_unknown() ? nullptr : value;
}

auto text_of(const Value& object, std::string_view name) -> std::string {
  const Value* value = known(object, name);
  return value == nullptr ? "" : std::string(value->as_string());
}

auto one_of(std::string_view word, std::span<const std::string_view> list) -> bool {
  return std::ranges::find(list, word) != list.end();
}

void check_method(const std::string& method, bool lookup, std::vector<DriverFailure>& out) {
  constexpr std::array<std::string_view, 4> kReading = {"GET", "HEAD", "OPTIONS", "POST"};
  std::string capitals = method;
  std::ranges::transform(capitals, capitals.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  if (!net::is_token(method)) {
    out.push_back(
        invalid("method", fmt::format("{} is no method", json_quote(method)), "methods look like \"GET\""));
  } else if (capitals != method) {
    out.push_back(invalid(
        "method",
        fmt::format("the method \"{}\" is not in capitals, which servers take as another method", method),
        fmt::format("write \"{}\"", capitals)));
  } else if (method == "CONNECT" || method == "TRACE") {
    out.push_back(
        invalid("method",
                fmt::format("{} is between a client and its proxies, and cannot be sent by itself", method)));
  } else if (lookup && !one_of(method, kReading)) {
    out.push_back(invalid("method", fmt::format("{} changes something, and a lookup only reads", method),
                          "make it a resource; a lookup takes GET, HEAD, OPTIONS or POST"));
  }
}

void check_headers(const Value& headers, std::vector<DriverFailure>& out) {
  // curl writes these itself; two of them would make the request mean two things.
  constexpr std::array<std::string_view, 3> kOurs = {"Content-Length", "Transfer-Encoding", "Connection"};
  for (const auto& [key, value] : headers.fields()) {
    DriverFailure failure = invalid("headers", "");
    failure.path = failure.path.member(key);
    if (!net::is_token(key)) {
      failure.text = fmt::format("{} is no name of a header field", json_quote(key.view()));
    } else if (value.is(ValueKind::kString) && !net::is_header_value(value.as_string())) {
      failure.text =
          fmt::format("the header field `{}` holds a line break or a control character", key.view());
    } else if (std::ranges::any_of(kOurs, [&](auto name) { return net::same_name(name, key); })) {
      failure.text =
          fmt::format("the header field `{}` follows from the request and cannot be written", key.view());
      failure.hint = "leave it out";
    } else {
      continue;
    }
    out.push_back(std::move(failure));
  }
}

void reveal_all(const Value& value, bool secret, net::Redactor& out) {
  secret = secret || value.secret();
  if (value.is(ValueKind::kList) || value.is(ValueKind::kSet)) {
    for (const auto& element : value.elements()) reveal_all(element, secret, out);
  } else if (value.is(ValueKind::kObject)) {
    for (const auto& field : value.fields()) reveal_all(field.value, secret, out);
  } else if (auto text = template_text(value); secret && text) {
    out.reveal(*text);
  }
}

// Words as short as this are in every answer; numbers are looked for whatever their length.
constexpr size_t kShortestPart = 8;

void reveal_part(std::string_view text, net::Redactor& out) {
  if (text.size() >= kShortestPart || text.find_first_not_of("0123456789.-") == std::string_view::npos) out.reveal(text);
}

void reveal_leaves(const Value& value, net::Redactor& out) {
  if (value.is(ValueKind::kList)) {
    for (const auto& element : value.elements()) reveal_leaves(element, out);
  } else if (value.is(ValueKind::kObject)) {
    for (const auto& field : value.fields()) reveal_leaves(field.value, out);
  } else if (auto text = template_text(value)) {
    reveal_part(*text, out);
  }
}

void reveal_pairs(std::string_view text, net::Redactor& out) {
  for (auto pair : split(text, '&')) {
    if (auto equals = pair.find('='); equals != std::string_view::npos) reveal_part(net::percent_decode(pair.substr(equals + 1)), out);
  }
}

// A secret text is one as a whole, and only the parts of a body or an address may come back.
void reveal_parts(const Value& desired, net::Redactor& out) {
  auto secret = [&](std::string_view name) -> std::optional<std::string_view> {
    const Value* value = known(desired, name);
    if (value == nullptr || !(value->secret() || desired.secret())) return {};
    return value->as_string();
  };
  if (auto body = secret("body")) {
    auto json = from_json(*body);
    if (json) reveal_leaves(*json, out);
    else if (body->find_first_of(" \n<") == std::string_view::npos) reveal_pairs(*body, out);
  }
  if (auto url = secret("url")) {
    auto parsed = net::parse_url(*url);
    if (!parsed) return;
    out.reveal(parsed->text());
    std::string_view target = parsed->target;
    auto mark = target.find('?');
    reveal_part(target.substr(0, mark), out);
    if (mark != std::string_view::npos) reveal_pairs(target.substr(mark + 1), out);
  }
}

void add_headers(const Value& headers, bool secret, net::Request& request) {
  if (!headers.is(ValueKind::kObject)) return;
  secret = secret || headers.secret();
  for (const auto& [key, value] : headers.fields()) {
    if (value.is_null()) continue;
    request.headers.set(key, std::string(value.as_string()));
    if (secret || value.secret()) request.secret_headers.emplace_back(key);
  }
}

}  // namespace

auto class_of(const Value& desired) -> std::optional<Idempotency> {
  constexpr std::array<std::string_view, 5> kRepeatable = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};
  if (const Value* own = desired.get("class"); own != nullptr && !own->is_null()) {
    if (own->has_unknown()) return {};
    return own->as_string() == "repeatable" ? Idempotency::kRepeatable : Idempotency::kBlind;
  }
  const Value* method = desired.get("method");
  if (method != nullptr && method->has_unknown()) return {};
  auto word = method == nullptr || method->is_null() ? "GET" : method->as_string();
  return one_of(word, kRepeatable) ? Idempotency::kRepeatable : Idempotency::kBlind;
}

auto problems_of(const Value& desired, bool lookup) -> std::vector<DriverFailure> {
  std::vector<DriverFailure> out;
  if (const Value* url = known(desired, "url")) {
    auto parsed = net::parse_url(url->as_string());
    if (!parsed) out.push_back(invalid("url", "`url`: " + parsed.error().text, parsed.error().hint));
  }
  if (const Value* method = known(desired, "method"))
    check_method(std::string(method->as_string()), lookup, out);
  if (const Value* headers = desired.get("headers"); headers != nullptr && headers->is(ValueKind::kObject)) {
    check_headers(*headers, out);
  }
  if (const Value* expect = known(desired, "expect")) {
    for (const auto& status : expect->elements()) {
      if (status.as_int() >= 200 && status.as_int() <= 599) continue;
      out.push_back(invalid("expect", fmt::format("{} is no status of an answer", status.as_int()),
                            "statuses go from 200 to 599"));
    }
  }
  if (const Value* pem = known(desired, "ca_pem");
      pem != nullptr && !pem->as_string().contains("-----BEGIN CERTIFICATE-----")) {
    out.push_back(invalid("ca_pem", "`ca_pem` holds no certificate",
                          "it is text that begins with -----BEGIN CERTIFICATE-----"));
  }
  // What is wrong with a secret may quote it.
  for (auto& failure : out) {
    const auto& name = failure.path.steps[0].name;
    const Value* value = desired.get(name);
    if (value == nullptr || !(value->has_secret() || desired.secret())) continue;
    failure.text = fmt::format("`{}` is a secret that cannot be sent as it is", name);
    failure.hint = "what it may hold:  weft docs http.Request";
    failure.path = Path{}.member(name);
  }
  return out;
}

auto request_of(const Value& desired, const Settings& settings) -> net::Request {
  net::Request request;
  request.method = known(desired, "method") == nullptr ? "GET" : text_of(desired, "method");
  request.url = text_of(desired, "url");
  request.body = text_of(desired, "body");
  add_headers(settings.headers, true, request);
  if (const Value* own = desired.get("headers")) add_headers(*own, desired.secret(), request);
  request.max_body = kMaxAnswer;
  request.repeatable = class_of(desired) == Idempotency::kRepeatable;
  auto ca_pem = text_of(desired, "ca_pem");
  if (ca_pem.empty()) ca_pem = settings.ca_pem;
  request.connection = std::make_shared<net::Connection>(
      net::Connection{.ca_pem = std::move(ca_pem), .ca_file = settings.ca_file});
  auto redactor = std::make_shared<net::Redactor>();
  reveal_all(desired, false, *redactor);
  reveal_parts(desired, *redactor);
  reveal_all(settings.headers, true, *redactor);
  request.redactor = std::move(redactor);
  request.judge = [expected = expected_of(desired)](const net::Response& response) {
    return is_expected(expected, response.status) ? net::Judgement::kAnswer : net::by_status(response);
  };
  return request;
}

auto expected_of(const Value& desired) -> std::set<int64_t> {
  std::set<int64_t> out;
  const Value* expect = known(desired, "expect");
  if (expect == nullptr) return out;
  for (const auto& status : expect->elements()) out.insert(status.as_int());
  return out;
}

auto is_expected(const std::set<int64_t>& expected, int status) -> bool {
  return expected.empty() ? status >= 200 && status < 300 : expected.contains(status);
}

}  // namespace weft::http
