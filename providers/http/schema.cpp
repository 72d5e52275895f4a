#include "providers/http/schema.h"

#include "lang/value/function.h"

namespace weft::http {
namespace {

using driver::Attribute;
using driver::Input;
using driver::OnChange;
using driver::OnRemove;

auto row(std::string name, std::string_view type, Input input, std::string documentation) -> Attribute {
  Attribute out{.name = std::move(name), .type = type_from_text(type), .input = input};
  out.change = OnChange::kReplace;
  out.on_remove = OnRemove::kReplace;
  out.documentation = std::move(documentation);
  return out;
}

auto written(std::string name, std::string_view type, std::string documentation) -> Attribute {
  return row(std::move(name), type, Input::kOptional, std::move(documentation));
}

auto given(std::string name, std::string_view type, std::string documentation) -> Attribute {
  return row(std::move(name), type, Input::kNone, std::move(documentation));
}

auto with_format(Attribute attribute, std::string format) -> Attribute {
  attribute.format = std::move(format);
  return attribute;
}

// What a resource and a lookup take alike.
auto request_rows() -> std::vector<Attribute> {
  auto method = written("method", "string",
                        "The method, in capitals. A lookup only reads: GET, HEAD, OPTIONS or POST.");
  method.default_value = Value::string("GET");
  auto url = with_format(row("url", "string", Input::kRequired, "Where to; `http://` or `https://`."), "url");
  url.on_remove = OnRemove::kRefuse;
  return {
      url,
      method,
      written("headers", "map<string>",
              "Header fields, beside those of the provider's `headers` and before them."),
      written("body", "string", "What is sent along."),
      written("expect", "set<int>", "The statuses that count as success; without it, any from 200 to 299."),
      with_format(
          written(
              "ca_pem", "string",
              "Certificates of the authorities to trust in place of the system's, in PEM; goes before the "
              "provider's `ca_pem`."),
          "pem"),
      written("class", "\"repeatable\" | \"blind\"",
              "What a second sending does. \"repeatable\": the same as one, so it is sent again when its "
              "answer is lost. "
              "\"blind\": something else, so a person is asked then. Without it: repeatable for GET, HEAD, "
              "OPTIONS, PUT "
              "and DELETE, blind for the rest."),
  };
}

}  // namespace

auto request_schema() -> driver::TypeSchema {
  driver::TypeSchema type;
  type.name = "http.Request";
  type.role = driver::TypeRole::kRecorded;
  type.lookup = true;
  type.attributes = request_rows();
  type.filters = request_rows();
  type.attributes.push_back(given("id", "string", "The operation that sent it."));
  type.attributes.push_back(given("status", "int", "The status of the answer."));
  type.attributes.push_back(
      given("response_headers", "map<string>",
            "Its header fields, names in small letters, those of one name joined by `, `; cookies "
            "are secret."));
  type.attributes.push_back(
      given("response", "string", "Its body: as it is where that is UTF-8, else in base64."));
  type.attributes.push_back(given("json", "any", "The body taken apart, where it is JSON."));
  type.identity = {"id"};
  // The class that stands here counts until an instance has said its own: the careful one.
  type.create = {.idempotency = driver::Idempotency::kBlind, .settle_window = std::chrono::seconds(30)};
  type.update = {.exists = false};
  type.remove = {.idempotency = driver::Idempotency::kPure};  // nothing is sent
  type.documentation =
      "One HTTP request. As a resource it is sent when it is created and again, as a replacement, when "
      "anything written "
      "in it changes; at removal nothing is sent. As a lookup it is sent whenever a plan reads it. Redirects "
      "are "
      "followed, but never with credentials to another host. What repeats a secret that was sent is secret "
      "too.";
  type.example =
      "resource announce: http.Request {\n"
      "  url     = \"https://chat.example.com/hooks/deploys\"\n"
      "  method  = \"POST\"\n"
      "  headers = { \"Content-Type\" = \"application/json\" }\n"
      "  body    = json.encode({ text = \"deployed\" })\n"
      "  expect  = [200, 202]\n"
      "}\n";
  return type;
}

auto setting_rows() -> std::vector<Attribute> {
  auto headers =
      written("headers", "map<string>", "Header fields of every request, such as credentials; secret.");
  headers.secrecy = driver::Secrecy::kSecret;
  return {
      with_format(written("ca_pem", "string",
                          "Certificates of the authorities to trust in place of the system's, in PEM."),
                  "pem"),
      headers,
  };
}

}  // namespace weft::http
