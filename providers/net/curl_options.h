// Puts a request into an easy handle of curl, option by option.
#pragma once

#include <string>

#include "providers/net/http.h"

namespace weft::net {

// Lists that curl reads until the transfer has ended.
class CurlLists {
 public:
  CurlLists() = default;
  CurlLists(const CurlLists&) = delete;
  auto operator=(const CurlLists&) -> CurlLists& = delete;
  ~CurlLists();
  void add_header(const std::string& line);
  void add_connect_to(const std::string& row);

  void* headers = nullptr;
  void* connect_to = nullptr;
};

// `request` and `lists` stay where they are until the transfer has ended. Nothing is sent for a request that
// cannot be written down without changing its meaning: the failure is then kInvalid.
[[nodiscard]] auto set_options(void* easy, const Request& request, const std::string& user_agent,
                               CurlLists& lists) -> std::optional<NetFailure>;

// What curl's code means, with its own words where it has any. `sent`: whether the request may have begun to
// leave.
[[nodiscard]] auto from_curl(int code, std::string_view words, Sent sent, const Request& request)
    -> NetFailure;

}  // namespace weft::net
