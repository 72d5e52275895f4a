// Which processes of this machine have a file open, by /proc: to tell people who holds a lock. Only an aid: what another
// user's processes have open is not seen, and what is told may be over a moment later.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace weft {

struct OpenBy {
  pid_t process = 0;
  bool stands_still = false;  // stopped by a signal: it goes on after SIGCONT
};

// Whether a signal, or a debugger, has stopped it; false when nobody can tell.
[[nodiscard]] auto stands_still(pid_t process) -> bool;

// In the order of their ids; without this process.
[[nodiscard]] auto open_by(const std::string& path) -> std::vector<OpenBy>;

}  // namespace weft
