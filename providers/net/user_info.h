// "user:password@" of an address as an Authorization header, unless there is one; the address without it.
#pragma once

#include "providers/net/http.h"

namespace weft::net {

void move_user_info(Request& request);

}  // namespace weft::net
