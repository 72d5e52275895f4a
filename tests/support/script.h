// A golden case as a little session at a shell, and what of its transcript is the machine's and not the program's.
//
//   run: plan --why web        runs weft and shows what was typed and what it said, both streams as they came
//   quietly: apply             the same, not shown; anything but success is
//   crash: POINT plan          `quietly`, killed at this point (lang/os/crash_points.def)
//   edit: FILE PART            FILE becomes the part PART; parts `later/…` are not written at the start
//   remove: PATH               a file or a folder with all in it
//   mode: PATH 0500            its permissions
//   env: NAME=VALUE            from here on; NAME alone takes it away. WEFT_PROGRESS is `none` to begin with, for what ends
//                              together, and so stands in one line of a log, is a matter of time
//   terminal: 80               from here on stdin, stdout and stderr are a terminal of that width; 0: none
//   type: yes                  what the next run reads from stdin, with a newline
//   fifo: PATH                 makes one
//   begin: apply               starts weft; what it says is not shown
//   await: FIFO                until something was written into it
//   release: FIFO              lets who reads it go on
//   end:                       until what was begun has ended
#pragma once

#include <string>

#include "tests/support/golden.h"

namespace weft::test {

[[nodiscard]] auto play(const GoldenCase& one) -> std::string;

// Folders, run ids, times, hosts, versions of the state and of the program, drawn identities.
[[nodiscard]] auto normal(std::string text, const std::string& folder) -> std::string;

}  // namespace weft::test
