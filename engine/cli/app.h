// The command line as a whole: from the words that were typed to the exit status.
#pragma once

namespace weft::cli {

[[nodiscard]] auto run(int argc, char** argv) -> int;

}  // namespace weft::cli
