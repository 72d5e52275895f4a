// Running a program: its input given, its outputs captured within bounds, its whole group stopped when asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/base/result.h"
#include "lang/os/cancel.h"
#include "lang/os/env.h"
#include "lang/os/loop.h"
#include "lang/os/task.h"

namespace weft {

enum class Stream : uint8_t { kOut, kError };

struct ProcessRequest {
  std::vector<std::string> argv;  // without a slash, argv[0] is looked up in the PATH of `environment`
  std::string directory;          // empty: ours
  Environment environment;        // the whole of it; start from Environment::of_process() to add to ours
  std::string input;              // standard input; then it is closed
  bool answer_pipe = false;       // descriptor 3 of the child is a pipe to us
  // Descriptors that the child keeps, at numbers of its own from 4 on; it gets no other but 0, 1, 2 and, if asked, 3.
  std::vector<int> inherit_fds;
  uint64_t most_output = 4U << 20;  // bytes kept of each stream; the rest is read and dropped
  // Between SIGTERM and SIGKILL, both to the child's whole group, once cancelled.
  std::chrono::milliseconds grace = std::chrono::seconds(10);
  // How long a stream is read on after the child has ended, if something that it left behind holds it open.
  std::chrono::milliseconds linger = std::chrono::seconds(1);
  // Each line as it comes, without its newline; longer ones in pieces of 64 KiB. Not bounded by `most_output`.
  std::function<void(Stream, std::string_view)> on_line;
};

struct Captured {
  std::string bytes;
  uint64_t dropped = 0;  // bytes beyond the bound
};

struct ProcessResult {
  std::optional<int> exit_code;  // nothing when a signal ended it
  int signal = 0;
  bool cancelled = false;   // it was asked to stop, and this is how it ended
  bool held_open = false;   // something that it started still holds an output
  Captured out;
  Captured error;
  Captured answer;

  [[nodiscard]] auto succeeded() const -> bool { return exit_code == 0; }
};

// Fails when the program could not be started, or was cancelled before it was; what happens afterwards is a result. Only
// kInternal says that it was started and killed at once: it may have done something.
// The child is the leader of a process group of its own and has the default signal handling. Dropping the task kills
// the group at once.
[[nodiscard]] auto run_process(Loop& loop, ProcessRequest request, Cancel cancel = {})
    -> Task<Result<ProcessResult>>;

// The program as it would be run: with a slash as it is, else the first executable file in `path` (as in PATH).
[[nodiscard]] auto find_program(const std::string& name, const std::string& path) -> Result<std::string>;

}  // namespace weft
