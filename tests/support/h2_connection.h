// The least of HTTP/2 that shows how a client shares a connection: frames, settings, stream limits. It does
// not read header blocks, so it knows no request; each stream is answered with status 200 and the body
// "stream N".
#pragma once

#include <atomic>
#include <cstdint>

#include "tests/support/test_wire.h"

namespace weft::test {

struct H2Options {
  uint32_t streams = 0;  // allowed at once; 0: no HTTP/2 at all
  uint32_t refuse_first =
      0;  // so many streams are refused untouched, whatever the limit; the rest is answered at once
};

struct H2Counts {
  std::atomic<uint32_t> most = 0;  // streams that were open at once
  std::atomic<uint32_t> answered = 0;
  std::atomic<uint32_t> refused = 0;
};

// Answers only when `streams` of them are waiting, or after one whose body holds "now". The counts are shared
// by all connections of a server.
void serve_h2(Wire& wire, const H2Options& options, H2Counts& counts);

}  // namespace weft::test
