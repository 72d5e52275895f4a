// Starting a program when the descriptors run out.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <vector>

#include "lang/os/descriptor.h"
#include "lang/os/process.h"

namespace weft {
namespace {

// How many page faults our children had that have ended: more as soon as one was started.
auto traces_of_children() -> long {
  struct rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return usage.ru_minflt;
}

// Whatever descriptor is the one too many: a failure says that nothing was started, so nothing was.
TEST(Process, WithoutDescriptorsItIsNotStarted) {
  Loop loop;
  struct rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  int started = 0, refused = 0;
  for (size_t inherited : {0U, 1U, 2U}) {
    for (size_t room = 0; room < 16; ++room) {
      ProcessRequest request;
      request.argv = {"true"};
      request.environment = Environment::of_process();
      request.inherit_fds.assign(inherited, 0);
      struct rlimit few = before;
      few.rlim_cur = 128;
      ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
      std::vector<Descriptor> full;
      for (;;) {
        Descriptor one(open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!one.valid()) break;
        full.push_back(std::move(one));
      }
      ASSERT_GE(full.size(), room);
      full.resize(full.size() - room);
      long traces = traces_of_children();
      auto result = block_on(loop, run_process(loop, std::move(request)));
      bool left_traces = traces_of_children() > traces;
      full.clear();
      ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
      EXPECT_EQ(result.has_value(), left_traces) << inherited << " inherited, room for " << room;
      ++(result ? started : refused);
    }
  }
  EXPECT_GT(started, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace weft
