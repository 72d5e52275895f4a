// The program as a shell runs it, with what only a shell can do to its descriptors.
#pragma once

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft::test {

// `words` are those behind the program's name, redirections too; what they do not redirect is in the answer.
inline auto run_by_shell(const Program& program, const std::string& words) -> Ran {
  std::ofstream(program.files().path("run.sh")) << "exec " << WEFT_BINARY << " " << words << "\n";
  // The program starts nothing but itself, so a command of a fabric of its own does it.
  Program outer;
  outer.files().write("main.fabric", "fabric \"outer\" {}\nlookup ran: local.Command { run = [\"sh\", \"-c\", \"cd " + program.folder() +
                                         "; sh run.sh < /dev/null > out 2> said; echo $? > status\"] }\noutput o = ran.output\n");
  auto ran = outer.run({"plan"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  Ran inner;
  auto status = program.files().read("status");
  inner.exit = status.empty() ? -1 : std::stoi(status);
  inner.out = program.files().read("out");
  inner.error = program.files().read("said");
  return inner;
}

}  // namespace weft::test
