#include "lang/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace weft {

namespace {
// Exit status for "a bug in Weft" (docs: exit statuses). Nothing is unwound: what is durable stays durable,
// and the next run settles the rest as after any other sudden end.
constexpr int kExitBug = 70;
}  // namespace

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "error: a bug in Weft: `%s` does not hold at %s:%d\n", condition, file, line);
  std::fflush(nullptr);
  std::_Exit(kExitBug);
}

}  // namespace weft
