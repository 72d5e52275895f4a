// The signals that end a program, known the moment they come: the loop hears of them only when it has its next turn, and
// a long computation gives it none.
#pragma once

namespace weft {

enum class OnStop {
  kNote,    // stop_signal() tells; whoever listened before hears of it as well
  kLeave,   // the program ends at once, with 128 and the signal's number: nothing is at stake
};

// From now on, for SIGINT and SIGTERM. Call it after the loop's own `on_signal`, which would replace it.
void watch_stop_signals(OnStop what);
// The first that came: SIGINT, SIGTERM, or 0. Of any thread.
[[nodiscard]] auto stop_signal() -> int;

}  // namespace weft
