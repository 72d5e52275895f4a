// From what came back to attributes, or to a failure of the contract.
#pragma once

#include "providers/api/driver.h"
#include "providers/net/http.h"

namespace weft::http {

// status, response_headers, response, json; secret where they repeat a secret of the request.
[[nodiscard]] auto attributes_of(const net::Response& answer, const net::Request& request)
    -> std::vector<Field>;

// An answer with a status that was not expected.
[[nodiscard]] auto refused(const net::Response& answer, const net::Request& request) -> driver::DriverFailure;

// No whole answer.
[[nodiscard]] auto unanswered(const net::NetFailure& failure, const net::Request& request)
    -> driver::DriverFailure;

}  // namespace weft::http
