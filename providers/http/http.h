// The driver of `http.*`: requests sent once as resources, or read as lookups.
#pragma once

#include <functional>
#include <memory>

#include "lang/base/result.h"
#include "lang/os/env.h"
#include "lang/os/loop.h"
#include "providers/api/driver.h"
#include "providers/net/stack.h"

namespace weft::http {

struct HttpDriverOptions {
  // Makes the network of all sessions on a loop; none: the real one. Tests put a wire of their own here, or a
  // replay.
  std::function<Result<std::shared_ptr<net::Stack>>(Loop& loop)> stack{};
  // SSL_CERT_FILE names the authorities to trust where nothing else does.
  Environment environment{};
};

// On the real network, with the environment of this process.
[[nodiscard]] auto make_http_driver() -> std::unique_ptr<driver::Driver>;
[[nodiscard]] auto make_http_driver(HttpDriverOptions options) -> std::unique_ptr<driver::Driver>;

}  // namespace weft::http
