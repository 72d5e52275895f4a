// Running the programs that local.Command names: JSON in, JSON out, the exit code as the verdict.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/local/kind.h"

namespace weft::local {

struct Program {
  Value command;             // a script for /bin/sh, or a list as argv
  std::string action;        // WEFT_ACTION: "create", "read", "update", "remove", "settle", "lookup"
  std::string address{};     // WEFT_ADDRESS
  std::string operation{};   // WEFT_OPERATION; empty outside of changes
  Value attributes{};        // on standard input, as JSON
  std::string directory{};   // complete; empty: the fabric's folder
  Value environment{};       // object of texts, or null
  // Soft stops cut it short. Not for changes: one that has begun goes on.
  bool may_be_stopped = false;
};

struct Answer {
  Value output{};            // what it wrote on descriptor 3; null when it wrote nothing
};

// Exit 0: the answer. Others: `not_found` (3), `needs_replace` (4), `transient` (75), else `invalid`, all of which say
// that nothing has happened; a signal, the deadline or an unreadable answer leave that open. Secrets of the attributes
// and of the environment are marked in the answer and taken out of the texts; an answer with one as a key is refused.
auto run_program(Call call, Program program) -> Task<std::expected<Answer, DriverFailure>>;

}  // namespace weft::local
