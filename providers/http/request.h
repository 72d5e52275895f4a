// From what is written to what is sent.
#pragma once

#include <expected>
#include <set>
#include <string>

#include "providers/api/driver.h"
#include "providers/net/http.h"

namespace weft::http {

// The provider's settings, secrets still marked.
struct Settings {
  std::string ca_pem{};
  std::string ca_file{};  // where nobody gave a ca_pem; from the environment
  Value headers{};        // object, or null
};

// "repeatable" where that is written, or where the method says it; nothing while either is unknown.
[[nodiscard]] auto class_of(const Value& desired) -> std::optional<driver::Idempotency>;

// What can be said against it without sending it; unknowns are passed over. `lookup`: it may only read.
[[nodiscard]] auto problems_of(const Value& desired, bool lookup) -> std::vector<driver::DriverFailure>;

// All known. The request's redactor knows every secret in it.
[[nodiscard]] auto request_of(const Value& desired, const Settings& settings) -> net::Request;

// Written statuses; empty: 200 to 299.
[[nodiscard]] auto expected_of(const Value& desired) -> std::set<int64_t>;
[[nodiscard]] auto is_expected(const std::set<int64_t>& expected, int status) -> bool;

}  // namespace weft::http
