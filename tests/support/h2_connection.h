// The least of HTTP/2 that shows how a client shares a connection: frames, settings, stream limits. It does not read
// header blocks, so it knows no request; each stream is answered with status 200 and the body "stream N".
#pragma once

#include <atomic>
#include <cstdint>

#include "tests/support/test_wire.h"

namespace weft::test {

// Allows `limit` streams at once and answers only when that many are waiting, or after a stream whose body holds
// "last"; `most` is the largest number that was ever open.
void serve_h2(Wire& wire, uint32_t limit, std::atomic<uint32_t>& most);

}  // namespace weft::test
