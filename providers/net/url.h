// http and https addresses, taken apart far enough to compare origins, to move credentials out of them and to
// follow redirects. Nothing is normalised: what is sent is what was written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lang/base/result.h"

namespace weft::net {

struct Url {
  std::string scheme;     // "http" or "https"
  std::string user_info;  // "user:password", still encoded; never part of text()
  std::string host;       // lower case; an IPv6 address without its brackets
  uint16_t port = 0;      // filled in from the scheme when it is not written
  std::string target;     // path and query, at least "/"; no fragment

  // "https://host:port", the port only when it is not the scheme's own.
  [[nodiscard]] auto origin() const -> std::string;
  // "host:port" for the Host header, the port only when it is not the scheme's own.
  [[nodiscard]] auto authority() const -> std::string;
  [[nodiscard]] auto text() const -> std::string { return origin() + target; }
  [[nodiscard]] auto secure() const -> bool { return scheme == "https"; }
};

// At most 16 KiB; control characters and spaces are refused.
[[nodiscard]] auto parse_url(std::string_view text) -> Result<Url>;
// What a Location header means, read at `base`: absolute, scheme-relative, rooted, relative or a query alone.
[[nodiscard]] auto resolve(const Url& base, std::string_view location) -> Result<Url>;
// %41 → A; broken escapes stay as they are.
[[nodiscard]] auto percent_decode(std::string_view text) -> std::string;
// Everything but letters, digits and -._~ as %XX.
[[nodiscard]] auto percent_encode(std::string_view text) -> std::string;

}  // namespace weft::net
