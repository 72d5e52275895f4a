// Sends a request. Each client of this room does one thing and hands on to the next; a Stack (stack.h) puts
// them together, and tests put anything in the place of the wire.
#pragma once

#include "lang/os/cancel.h"
#include "lang/os/task.h"
#include "providers/net/http.h"

namespace weft::net {

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Dropping the task ends the exchange. The client outlives the task.
  virtual auto send(Request request, Cancel cancel) -> Task<Exchange> = 0;
};

}  // namespace weft::net
