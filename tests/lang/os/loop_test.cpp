#include "lang/os/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace weft {
namespace {

using namespace std::chrono_literals;

struct Pipe {
  Pipe() { CHECK(pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    for (int end : ends) close(end);
  }
  std::array<int, 2> ends{};
};

TEST(Loop, RunEndsWhenNothingIsLeft) {
  Loop loop;
  std::vector<std::string> log;
  loop.spawn([](Loop& l, std::vector<std::string>& out) -> Task<void> {
    out.push_back("a1");
    co_await l.sleep_for(1ms);
    out.push_back("a2");
  }(loop, log));
  loop.post([&] { log.push_back("posted"); });
  EXPECT_TRUE(log.empty());  // nothing runs before the loop does
  loop.run();
  std::sort(log.begin(), log.end());
  EXPECT_EQ(log, (std::vector<std::string>{"a1", "a2", "posted"}));
  loop.run();  // at once
}

TEST(Loop, SleepsPassInOrder) {
  Loop loop;
  std::vector<int> order;
  auto sleeper = [](Loop& l, std::chrono::milliseconds time, std::vector<int>& out) -> Task<void> {
    bool whole = co_await l.sleep_for(time);
    EXPECT_TRUE(whole);
    out.push_back(static_cast<int>(time.count()));
  };
  for (int ms : {30, 10, 20}) loop.spawn(sleeper(loop, std::chrono::milliseconds(ms), order));
  auto before = Loop::now();
  loop.run();
  EXPECT_GE(Loop::now() - before, 30ms);  // never less than asked for
  EXPECT_EQ(order, (std::vector<int>{10, 20, 30}));
}

TEST(Loop, CancelCutsASleepShort) {
  Loop loop;
  CancelSource stop;
  auto sleeper = [](Loop& l, Cancel cancel) -> Task<bool> { co_return co_await l.sleep_for(1h, cancel); };
  loop.post([&] { stop.request(); });
  EXPECT_FALSE(block_on(loop, sleeper(loop, stop.token())));
  EXPECT_FALSE(block_on(loop, sleeper(loop, stop.token())));  // asked before it began
}

TEST(Loop, DescriptorsWakeTheirReader) {
  Loop loop;
  Pipe pipe;
  auto reader = [](Loop& l, int fd) -> Task<char> {
    bool ready = co_await l.readable(fd);
    EXPECT_TRUE(ready);
    char c = 0;
    EXPECT_EQ(read(fd, &c, 1), 1);
    co_return c;
  };
  auto writer = [](Loop& l, int fd) -> Task<void> {
    bool ready = co_await l.writable(fd);
    EXPECT_TRUE(ready);
    EXPECT_EQ(write(fd, "x", 1), 1);
  };
  loop.spawn(writer(loop, pipe.ends[1]));
  EXPECT_EQ(block_on(loop, reader(loop, pipe.ends[0])), 'x');
}

TEST(Loop, AWaitForADescriptorCanBeCancelled) {
  Loop loop;
  Pipe pipe;
  CancelSource stop;
  auto reader = [](Loop& l, int fd, Cancel cancel) -> Task<bool> { co_return co_await l.readable(fd, cancel); };
  loop.post([&] { stop.request(); });
  EXPECT_FALSE(block_on(loop, reader(loop, pipe.ends[0], stop.token())));
}

TEST(Loop, APlainFileIsAlwaysReady) {
  Loop loop;
  int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  auto reader = [](Loop& l, int file) -> Task<bool> { co_return co_await l.readable(file); };
  EXPECT_TRUE(block_on(loop, reader(loop, fd)));
  close(fd);
}

TEST(Loop, SeveralMayWatchOneDescriptor) {
  Loop loop;
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  std::vector<std::string> log;
  auto once = [](Loop& l, int fd, bool read, std::vector<std::string>& out) -> Task<void> {
    if (read) {
      co_await l.readable(fd);
      out.push_back("read");
    } else {
      co_await l.writable(fd);
      out.push_back("write");
      EXPECT_EQ(write(fd, "x", 1), 1);
    }
  };
  loop.spawn(once(loop, ends[0], true, log));
  loop.spawn(once(loop, ends[0], false, log));
  loop.spawn([](Loop& l, int fd) -> Task<void> {
    co_await l.readable(fd);
    EXPECT_EQ(write(fd, "y", 1), 1);
  }(loop, ends[1]));
  loop.run();
  EXPECT_EQ(log, (std::vector<std::string>{"write", "read"}));
  for (int end : ends) close(end);
}

TEST(Loop, AWatchMayChangeAndEndItselfInItsCallback) {
  Loop loop;
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  FdWatch watch;
  int writes = 0;
  int reads = 0;
  auto made = loop.watch_fd(ends[0], {.read = false, .write = true}, [&](Readiness ready) {
    if (ready.write) {
      ++writes;
      watch.change({.read = true, .write = false});
      EXPECT_EQ(write(ends[1], "x", 1), 1);
    }
    if (ready.read && ++reads == 3) watch.end();  // never read: it stays ready and calls again
  });
  ASSERT_TRUE(made.has_value());
  watch = std::move(*made);
  loop.run();
  EXPECT_EQ(writes, 1);
  EXPECT_EQ(reads, 3);
  EXPECT_FALSE(watch.active());
  for (int end : ends) close(end);
}

TEST(Loop, WatchingWhatIsNoDescriptorFails) {
  Loop loop;
  EXPECT_FALSE(loop.watch_fd(987'654, {.read = true, .write = false}, [](Readiness) {}).has_value());
}

TEST(Loop, AnEndedTimerNeverCalls) {
  Loop loop;
  bool called = false;
  auto first = loop.start_timer(1ms, [&] { called = true; });
  first.end();
  Subscription second = loop.start_timer(2ms, [&] { second.end(); });
  loop.run();
  EXPECT_FALSE(called);
  EXPECT_FALSE(second.active());
}

TEST(Loop, OffloadRunsElsewhereAndComesBack) {
  Loop loop;
  auto work = [](Loop& l) -> Task<bool> {
    auto here = std::this_thread::get_id();
    std::thread::id there;
    co_await l.offload([&there] { there = std::this_thread::get_id(); });
    co_return there != here && there != std::thread::id() && std::this_thread::get_id() == here;
  };
  EXPECT_TRUE(block_on(loop, work(loop)));
}

TEST(Loop, DroppingATaskWaitsForItsWork) {
  struct Shared {
    bool begun = false;  // loop thread
    std::atomic<bool> may_end = false;
    std::atomic<bool> ended = false;
  } shared;
  std::thread releaser;
  {
    Loop loop;
    loop.spawn([](Loop& l, Shared& s) -> Task<void> {
      co_await l.offload([&l, &s] {
        l.post([&s] { s.begun = true; });
        s.may_end.wait(false);
        s.ended = true;
      });
      ADD_FAILURE() << "the task was dropped";
    }(loop, shared));
    loop.run_until([&] { return shared.begun; });
    releaser = std::thread([&] {
      shared.may_end = true;
      shared.may_end.notify_all();
    });
  }
  EXPECT_TRUE(shared.ended);
  releaser.join();
}

TEST(Loop, PostCrossesThreads) {
  Loop loop;
  int sum = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) loop.post([&] { ++sum; });
    });
  }
  loop.run_until([&] { return sum == 400; });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 400);
}

TEST(Loop, SignalsReachTheirSubscriber) {
  Loop loop;
  int seen = 0;
  auto subscription = loop.on_signal(SIGUSR1, [&] { ++seen; });
  loop.run();  // a signal alone keeps nothing going
  raise(SIGUSR1);
  loop.run_until([&] { return seen == 1; });
  subscription.end();
  EXPECT_EQ(seen, 1);
}

TEST(Loop, HandlesMayOutliveTheLoop) {
  Pipe pipe;
  Subscription timer;
  Subscription signal;
  FdWatch watch;
  {
    Loop loop;
    timer = loop.start_timer(1h, [] { ADD_FAILURE(); });
    signal = loop.on_signal(SIGUSR2, [] {});
    watch = loop.watch_fd(pipe.ends[0], {.read = true, .write = false}, [](Readiness) {}).value();
  }
  watch.change({.read = false, .write = true});
  watch.end();
  timer.end();
  signal.end();
}

TEST(Loop, AClosedPipeIsAnErrorOfTheWrite) {
  Loop loop;
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  close(ends[0]);
  EXPECT_EQ(write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  close(ends[1]);
}

}  // namespace
}  // namespace weft
