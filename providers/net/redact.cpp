#include "providers/net/redact.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <nlohmann/json.hpp>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "providers/net/url.h"

namespace weft::net {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxParsedBody = size_t{4} << 20;

// Parameters that carry credentials in the addresses of well-known services.
constexpr std::array<std::string_view, 14> kParameters = {"access_token",
                                                          "token",
                                                          "id_token",
                                                          "refresh_token",
                                                          "api_key",
                                                          "apikey",
                                                          "key",
                                                          "password",
                                                          "secret",
                                                          "client_secret",
                                                          "sig",
                                                          "signature",
                                                          "x-amz-signature",
                                                          "x-amz-security-token"};

void take_out(Json& at, std::span<const std::string_view> path) {
  if (path.empty()) {
    at = std::string(kSecretWord);
  } else if (path.front() == "*") {
    if (!at.is_object() && !at.is_array()) return;
    for (auto& child : at) take_out(child, path.subspan(1));
  } else if (at.is_object()) {
    if (auto member = at.find(std::string(path.front())); member != at.end())
      take_out(*member, path.subspan(1));
  } else if (at.is_array()) {
    for (auto& child : at) take_out(child, path);  // a path may leave out the list on its way
  }
}

// A base64 text of a longer text that holds the secret at offset 0, 1 or 2 shows these characters.
auto base64_cores(std::string_view secret) -> std::vector<std::string> {
  std::vector<std::string> cores;
  for (size_t offset = 0; offset < 3; ++offset) {
    auto text = base64(std::string(offset, '\0') + std::string(secret));
    size_t first = offset == 0 ? 0 : offset + 1;  // characters that neighbours before share
    size_t bits = (offset + secret.size()) * 8;
    size_t last = bits / 6;  // whole characters of ours
    if (last > first + 5) cores.push_back(text.substr(first, last - first));
  }
  return cores;
}

auto beginning_of(std::string_view text) -> uint32_t {
  static_assert(Redactor::kShortest == sizeof(uint32_t));
  uint32_t bytes = 0;
  std::memcpy(&bytes, text.data(), sizeof(bytes));
  return bytes;
}

}  // namespace

auto is_credential_header(std::string_view name) -> bool {
  constexpr std::array<std::string_view, 11> kNames = {
      "Authorization", "Proxy-Authorization", "Cookie",  "Set-Cookie",    "X-Api-Key",           "Api-Key",
      "X-Auth-Token",  "X-Vault-Token",       "X-Token", "Private-Token", "X-Amz-Security-Token"};
  return std::ranges::any_of(kNames, [&](std::string_view known) { return same_name(known, name); });
}

void Redactor::reveal(std::string_view secret) {
  if (secret.size() < kShortest) return;
  auto quoted = json_quote(secret);
  std::vector<std::string> forms = base64_cores(secret);
  forms.emplace_back(secret);
  forms.push_back(quoted.substr(1, quoted.size() - 2));
  forms.push_back(percent_encode(secret));
  for (auto& form : forms) {
    beginnings_.insert(beginning_of(form));
    needles_.insert(std::move(form));
  }
}

auto redactor_of(const Request& request) -> Redactor {
  Redactor out = request.redactor ? *request.redactor : Redactor();
  for (const auto& name : request.secret_headers) out.secret_header(name);
  for (const auto& path : request.secret_paths) out.secret_path(path);
  // A server may repeat in its answer what it was shown: "Bearer abc" as a whole and `abc` alone.
  for (const auto& row : request.headers) {
    if (!out.is_secret_header(row.name)) continue;
    out.reveal(row.value);
    if (auto space = row.value.find(' '); space != std::string::npos) out.reveal(row.value.substr(space + 1));
  }
  return out;
}

auto Redactor::text(std::string_view text) const -> std::string {
  if (needles_.empty()) return std::string(text);
  std::string out;
  size_t told = 0;   // up to here the text is in `out`, or taken out
  for (size_t at = 0; at + kShortest <= text.size(); ++at) {
    size_t size = match(text.substr(at));
    if (size == 0) continue;
    if (at >= told) {
      out += text.substr(told, at - told);
      out += kSecretWord;
    }
    told = std::max(told, at + size);
  }
  out += text.substr(told);
  return out;
}

auto Redactor::match(std::string_view text) const -> size_t {
  if (text.size() < kShortest || !beginnings_.contains(beginning_of(text))) return 0;
  // A needle that the text begins with stands before it in order, and so does every other that shares as much with it:
  // the last one before it is it, or is longer and begins with it.
  for (std::string_view wanted = text; wanted.size() >= kShortest;) {
    auto after = needles_.upper_bound(wanted);
    if (after == needles_.begin()) return 0;
    const std::string& needle = *std::prev(after);
    auto ends = std::ranges::mismatch(needle, wanted);
    if (ends.in1 == needle.end()) return needle.size();
    wanted = wanted.substr(0, static_cast<size_t>(ends.in1 - needle.begin()));
  }
  return 0;
}

auto Redactor::holds_secret(std::string_view text) const -> bool {
  for (size_t at = 0; at + kShortest <= text.size(); ++at) {
    if (match(text.substr(at)) != 0) return true;
  }
  return false;
}

auto Redactor::is_secret_header(std::string_view name) const -> bool {
  return is_credential_header(name) ||
         std::ranges::any_of(headers_, [&](const std::string& known) { return same_name(known, name); });
}

auto Redactor::header(const Header& header) const -> std::string {
  return is_secret_header(header.name) ? std::string(kSecretWord) : text(header.value);
}

auto Redactor::headers(const Headers& headers) const -> Headers {
  Headers out;
  for (const auto& row : headers) out.add(row.name, header(row));
  return out;
}

auto Redactor::url(std::string_view url) const -> std::string {
  auto parsed = parse_url(url);
  if (!parsed) return text(url.substr(0, url.find('?')));
  auto mark = parsed->target.find('?');
  std::string out = parsed->origin() + parsed->target.substr(0, mark);
  if (mark == std::string::npos) return text(out);
  char separator = '?';
  for (auto pair : split(std::string_view(parsed->target).substr(mark + 1), '&')) {
    auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals));
    bool secret =
        equals != std::string_view::npos &&
        std::ranges::any_of(kParameters, [&](std::string_view known) { return same_name(known, name); });
    out += separator;
    out += secret ? std::string(pair.substr(0, equals + 1)) + std::string(kSecretWord) : std::string(pair);
    separator = '&';
  }
  return text(out);
}

auto Redactor::body(std::string_view body) const -> std::string {
  if (paths_.empty()) return text(body);
  Json document;
  if (body.size() <= kMaxParsedBody) document = Json::parse(body, nullptr, false);
  // What cannot be taken apart cannot be cleaned by path, and is not shown at all.
  if (body.size() > kMaxParsedBody || document.is_discarded())
    return body.empty() ? "" : std::string(kSecretWord);
  for (const auto& path : paths_) {
    auto steps = split(path, '.');
    take_out(document, steps);
  }
  return text(document.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace weft::net
