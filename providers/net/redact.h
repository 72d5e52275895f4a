// Takes secrets out of whatever is shown, traced, recorded or said in an error: by the name of a header or of
// a query parameter, by a declared path of a body, and by the text of a secret that was revealed for the
// request, wherever it turns up (as it is, or as JSON, percent or base64 encoding write it).
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "providers/net/http.h"

namespace weft::net {

inline constexpr std::string_view kSecretWord = "(secret)";

class Redactor {
 public:
  // Shorter texts than 4 bytes would hide half of every trace and are not looked for; their headers and paths
  // are still covered.
  static constexpr size_t kShortest = 4;

  Redactor() = default;
  void reveal(std::string_view secret);
  void secret_header(std::string name) { headers_.push_back(std::move(name)); }
  void secret_path(std::string path) { paths_.push_back(std::move(path)); }

  // One pass, however many secrets there are. Where some overlap, what any of them covers is taken out as one.
  [[nodiscard]] auto text(std::string_view text) const -> std::string;
  [[nodiscard]] auto holds_secret(std::string_view text) const -> bool;
  [[nodiscard]] auto is_secret_header(std::string_view name) const -> bool;
  [[nodiscard]] auto header(const Header& header) const -> std::string;  // its value
  [[nodiscard]] auto headers(const Headers& headers) const -> Headers;
  // Without user info; the values of parameters that carry credentials are taken out.
  [[nodiscard]] auto url(std::string_view url) const -> std::string;
  // JSON with the declared paths taken out; anything else as text.
  [[nodiscard]] auto body(std::string_view body) const -> std::string;

 private:
  // The longest needle that the text begins with; 0: none does.
  [[nodiscard]] auto match(std::string_view text) const -> size_t;

  std::set<std::string, std::less<>> needles_;  // none shorter than kShortest
  std::unordered_set<uint32_t> beginnings_;     // their first four bytes
  std::vector<std::string> headers_;
  std::vector<std::string> paths_;
};

// All that is known of a request's secrets: its redactor, its declared headers and paths, the credentials
// that stand in its headers.
[[nodiscard]] auto redactor_of(const Request& request) -> Redactor;

// Authorization, cookies, tokens: secret whatever their value.
[[nodiscard]] auto is_credential_header(std::string_view name) -> bool;

}  // namespace weft::net
