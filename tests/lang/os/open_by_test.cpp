// Who has a file open.
#include "lang/os/open_by.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace weft {
namespace {

TEST(OpenBy, TellsTheProcessAndThatItStandsStill) {
  test::TempDir files;
  files.write("lock", "");
  files.write("other", "");
  std::string path = files.path("lock");
  EXPECT_TRUE(open_by(path).empty());
  EXPECT_TRUE(open_by(files.path("none")).empty());
  pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (::open(path.c_str(), O_RDONLY) < 0) ::_exit(1);
    ::raise(SIGSTOP);
    for (;;) ::pause();
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
  ASSERT_TRUE(WIFSTOPPED(status));
  auto found = open_by(path);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].process, child);
  EXPECT_TRUE(found[0].stands_still);
  EXPECT_TRUE(open_by(files.path("other")).empty());
  ASSERT_EQ(::kill(child, SIGCONT), 0);
  ASSERT_EQ(::waitpid(child, &status, WCONTINUED), child);
  found = open_by(path);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_FALSE(found[0].stands_still);
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(open_by(path).empty());
}

}  // namespace
}  // namespace weft
