#include "providers/net/url.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "lang/base/text.h"

namespace weft::net {
namespace {

constexpr size_t kMaxUrl = 16 * 1024;
constexpr std::string_view kWayOut = "an address looks like `https://host/path`";

auto default_port(std::string_view scheme) -> uint16_t {
  return scheme == "https" ? 443 : 80;
}

auto lower(std::string_view text) -> std::string {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

auto hex_digit(char c) -> int {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "host", "host:port", "[::1]:port" into the url.
auto read_authority(std::string_view authority, Url& url) -> Result<void> {
  if (auto at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  std::string_view host = authority, port;
  if (authority.starts_with('[')) {
    auto close = authority.find(']');
    if (close == std::string_view::npos)
      return fail(Code::kInvalid, "the host's `[` has no `]`", std::string(kWayOut));
    host = authority.substr(1, close - 1);
    auto rest = authority.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') {
      return fail(Code::kInvalid, "there is text between the host's `]` and its port", std::string(kWayOut));
    }
    if (!rest.empty()) port = rest.substr(1);
    if (!std::ranges::all_of(host,
                             [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.' || c == '%'; })) {
      return fail(Code::kInvalid, "the host in brackets is no IPv6 address", std::string(kWayOut));
    }
  } else {
    auto colon = authority.find(':');
    host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    constexpr std::string_view kNever = "/\\?#[]@<>^`{|}\"";
    if (host.find_first_of(kNever) != std::string_view::npos) {
      return fail(Code::kInvalid, "the host holds a character that no host name has", std::string(kWayOut));
    }
  }
  if (host.empty()) return fail(Code::kInvalid, "the address names no host", std::string(kWayOut));
  url.host = lower(host);
  url.port = default_port(url.scheme);
  if (port.empty()) return {};
  auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (error != std::errc() || end != port.data() + port.size() || url.port == 0) {
    return fail(Code::kInvalid, "the port is not a number from 1 to 65535", std::string(kWayOut));
  }
  return {};
}

// "/a/./b/../c" → "/a/c" (RFC 3986 5.2.4), for relative locations only.
auto without_dots(std::string_view path) -> std::string {
  std::vector<std::string_view> kept;
  auto parts = split(path.substr(1), '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    bool last = i + 1 == parts.size();
    if (parts[i] == "..") {
      if (!kept.empty()) kept.pop_back();
      if (last) kept.emplace_back();
    } else if (parts[i] == ".") {
      if (last) kept.emplace_back();
    } else {
      kept.push_back(parts[i]);
    }
  }
  std::string out;
  for (auto part : kept) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

}  // namespace

auto Url::authority() const -> std::string {
  std::string out = host.contains(':') ? "[" + host + "]" : host;
  if (port != default_port(scheme)) out += ":" + std::to_string(port);
  return out;
}

auto Url::origin() const -> std::string {
  return scheme + "://" + authority();
}

auto parse_url(std::string_view text) -> Result<Url> {
  if (text.size() > kMaxUrl) return fail(Code::kInvalid, "the address is longer than 16 KiB");
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) {
      return fail(Code::kInvalid, "the address holds a space or a control character",
                  "write it as %20, or leave it out");
    }
  }
  auto mark = text.find("://");
  Url url;
  if (mark != std::string_view::npos) url.scheme = lower(text.substr(0, mark));
  if (url.scheme != "http" && url.scheme != "https") {
    return fail(Code::kInvalid, "the address does not begin with `http://` or `https://`",
                std::string(kWayOut));
  }
  text.remove_prefix(mark + 3);
  text = text.substr(0, text.find('#'));
  auto end = text.find_first_of("/?");
  TRY_VOID(read_authority(text.substr(0, end), url));
  url.target = end == std::string_view::npos ? "/" : std::string(text.substr(end));
  if (url.target.front() == '?') url.target.insert(0, "/");
  return url;
}

auto resolve(const Url& base, std::string_view location) -> Result<Url> {
  location = trim(location);
  if (location.empty()) return fail(Code::kInvalid, "the new address is empty");
  if (location.starts_with("//")) return parse_url(base.scheme + ":" + std::string(location));
  // A scheme comes before any slash or question mark.
  if (auto colon = location.find(':');
      colon != std::string_view::npos && location.find_first_of("/?#") > colon) {
    return parse_url(location);
  }
  location = location.substr(0, location.find('#'));
  auto path = std::string_view(base.target).substr(0, base.target.find('?'));
  std::string target;
  if (location.empty()) {
    target = base.target;
  } else if (location.starts_with('?')) {
    target = std::string(path) + std::string(location);
  } else {
    auto query_at = location.find('?');
    std::string joined(location.substr(0, query_at));
    if (!joined.starts_with('/')) joined.insert(0, path.substr(0, path.rfind('/') + 1));
    target = without_dots(joined);
    if (query_at != std::string_view::npos) target += location.substr(query_at);
  }
  return parse_url(base.origin() + target);
}

auto percent_decode(std::string_view text) -> std::string {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

auto percent_encode(std::string_view text) -> std::string {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string out;
  for (char c : text) {
    bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kPlain.contains(c);
    if (plain) {
      out.push_back(c);
    } else {
      auto byte = static_cast<unsigned char>(c);
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return out;
}

}  // namespace weft::net
