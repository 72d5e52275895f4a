#include "lang/os/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "lang/os/descriptor.h"
#include "tests/support/temp_dir.h"

namespace weft {
namespace {

using namespace std::chrono_literals;

auto shell(std::string script) -> ProcessRequest {
  ProcessRequest request;
  request.argv = {"sh", "-c", std::move(script)};
  request.environment = Environment::of_process();
  return request;
}

auto run(ProcessRequest request) -> Result<ProcessResult> {
  Loop loop;
  return block_on(loop, run_process(loop, std::move(request)));
}

TEST(Process, CapturesOutputsAndExitCode) {
  auto result = run(shell("echo out; echo err >&2; exit 3")).value();
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_FALSE(result.succeeded());
  EXPECT_EQ(result.out.bytes, "out\n");
  EXPECT_EQ(result.error.bytes, "err\n");
  EXPECT_FALSE(result.cancelled);
  EXPECT_FALSE(result.held_open);
}

TEST(Process, ASignalIsNoExitCode) {
  auto result = run(shell("kill -KILL $$")).value();
  EXPECT_EQ(result.exit_code, std::nullopt);
  EXPECT_EQ(result.signal, SIGKILL);
}

TEST(Process, InputGoesInAndTheAnswerComesOutOfDescriptor3) {
  auto request = shell("cat; echo '{\"a\":1}' >&3");
  request.input = std::string(300'000, 'x');  // more than a pipe holds
  request.answer_pipe = true;
  auto result = run(std::move(request)).value();
  EXPECT_EQ(result.out.bytes, std::string(300'000, 'x'));
  EXPECT_EQ(result.answer.bytes, "{\"a\":1}\n");
  EXPECT_TRUE(result.succeeded());
}

TEST(Process, AChildThatDoesNotReadIsNoError) {
  auto request = shell("exec 0<&-; exit 0");
  request.input = std::string(300'000, 'x');
  EXPECT_TRUE(run(std::move(request)).value().succeeded());
}

TEST(Process, WithoutInputStandardInputIsEmpty) {
  EXPECT_EQ(run(shell("cat | wc -c | tr -d ' '")).value().out.bytes, "0\n");
}

// Whoever never stops writing keeps nobody else from their turn.
TEST(Process, AFloodDoesNotHoldUpADeadline) {
  Loop loop;
  CancelSource stop;
  uint64_t seen = 0, until = 0;
  auto request = shell("yes");
  Subscription timer;
  request.on_line = [&](Stream, std::string_view) {
    if (seen++ == 0) timer = loop.start_timer(std::chrono::milliseconds(0), [&] { stop.request(), until = seen; });
    // Else this test would go on as well.
    if (seen == 30'000'000) stop.request();
  };
  auto result = block_on(loop, run_process(loop, std::move(request), stop.token())).value();
  EXPECT_TRUE(result.cancelled);
  EXPECT_LT(until, 1'000'000u);
  EXPECT_GT(until, 0u);
}

TEST(Process, WhatIsTooMuchIsDroppedAndCounted) {
  auto request = shell("head -c 200000 /dev/zero");
  request.most_output = 1000;
  auto result = run(std::move(request)).value();
  EXPECT_EQ(result.out.bytes.size(), 1000U);
  EXPECT_EQ(result.out.dropped, 199'000U);
  EXPECT_TRUE(result.succeeded());
}

TEST(Process, RunsInItsFolderWithItsEnvironment) {
  test::TempDir dir;
  ProcessRequest request;
  request.argv = {"/bin/sh", "-c", "pwd; echo $COLOUR; env | wc -l"};
  request.directory = dir.path();
  request.environment.variables = {{"COLOUR", "blue"}, {"PATH", "/usr/bin:/bin"}};
  auto result = run(std::move(request)).value();
  EXPECT_TRUE(result.out.bytes.starts_with(dir.path() + "\nblue\n")) << result.out.bytes;
}

TEST(Process, RefusalsNameWhatIsMissing) {
  ProcessRequest request = shell("true");
  request.argv[0] = "no-such-program-at-all";
  auto missing = run(request);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_NE(missing.error().text.find("no-such-program-at-all"), std::string::npos);

  request = shell("true");
  request.directory = "/no/such/folder";
  EXPECT_EQ(run(request).error().code, Code::kNotFound);

  request = shell("true");
  request.argv[2] = std::string("a\0b", 3);
  EXPECT_EQ(run(request).error().code, Code::kInvalid);
}

TEST(Process, LinesAreHeardAsTheyCome) {
  std::vector<std::string> lines;
  auto request = shell("printf 'a\\nb'; printf 'c\\n\\nend'; echo oops >&2");
  request.on_line = [&](Stream stream, std::string_view line) {
    if (stream == Stream::kOut) lines.emplace_back(line);
  };
  EXPECT_TRUE(run(std::move(request)).value().succeeded());
  EXPECT_EQ(lines, (std::vector<std::string>{"a", "bc", "", "end"}));
}

TEST(Process, OnlyNamedDescriptorsAreInherited) {
  std::array<int, 2> kept{};
  ASSERT_EQ(pipe2(kept.data(), O_CLOEXEC), 0);
  Descriptor read_end(kept[0]);
  Descriptor write_end(kept[1]);
  Descriptor leaked(open("/dev/null", O_RDONLY));  // not even close-on-exec
  auto request = shell("echo through >&4; ls /proc/self/fd | tr '\\n' ' '");
  request.inherit_fds = {write_end.get()};
  auto result = run(std::move(request)).value();
  std::array<char, 32> buffer{};
  ASSERT_EQ(read(read_end.get(), buffer.data(), buffer.size()), 8);
  EXPECT_EQ(std::string(buffer.data(), 8), "through\n");
  // 3 is the folder that ls itself reads.
  EXPECT_EQ(result.out.bytes, "0 1 2 3 4 ");
}

// Runs until the child says that it is ready, cancels, and gives the result.
auto run_and_cancel(ProcessRequest request) -> ProcessResult {
  Loop loop;
  CancelSource stop;
  request.on_line = [&](Stream, std::string_view line) {
    if (line == "ready") stop.request();
  };
  return block_on(loop, run_process(loop, std::move(request), stop.token())).value();
}

TEST(Process, CancelEndsTheGroupGently) {
  auto result = run_and_cancel(shell("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.01; done"));
  EXPECT_TRUE(result.cancelled);
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out.bytes, "ready\nbye\n");
}

TEST(Process, ThenWithoutMercy) {
  auto request = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
  request.grace = 50ms;
  auto result = run_and_cancel(std::move(request));
  EXPECT_TRUE(result.cancelled);
  EXPECT_EQ(result.signal, SIGKILL);
}

TEST(Process, WhoIgnoresTheSignalInTheGroupIsKilledToo) {
  // The grandchild ignores SIGTERM and holds the output; the leader goes at once.
  auto request = shell("(trap '' TERM; echo ready; while :; do sleep 0.01; done) & wait");
  request.grace = 50ms;
  auto result = run_and_cancel(std::move(request));
  EXPECT_TRUE(result.cancelled);
  EXPECT_FALSE(result.held_open) << "the grandchild still holds the output";
}

TEST(Process, WhatStaysBehindIsNotWaitedForLong) {
  auto request = shell("(trap 'exit' TERM; while :; do sleep 0.01; done) & echo $!");
  request.linger = 20ms;
  auto result = run(std::move(request)).value();
  EXPECT_TRUE(result.succeeded());
  EXPECT_TRUE(result.held_open);
  EXPECT_EQ(kill(std::stoi(result.out.bytes), SIGTERM), 0) << "it was left alone";
}

TEST(Process, CancelledBeforeItsStartItIsNotStarted) {
  Loop loop;
  CancelSource stop;
  stop.request();
  auto result = block_on(loop, run_process(loop, shell("true"), stop.token()));
  EXPECT_EQ(result.error().code, Code::kCancelled);
}

TEST(Process, DroppingTheTaskKillsTheGroup) {
  std::array<int, 2> alive{};
  ASSERT_EQ(pipe2(alive.data(), O_CLOEXEC), 0);
  Descriptor read_end(alive[0]);
  Descriptor write_end(alive[1]);
  {
    Loop loop;
    bool ready = false;
    auto request = shell("echo ready; sleep 1000 & wait");
    request.inherit_fds = {write_end.get()};
    request.on_line = [&](Stream, std::string_view) { ready = true; };
    loop.spawn([](Loop& l, ProcessRequest r) -> Task<void> {
      auto ignored = co_await run_process(l, std::move(r));
      ADD_FAILURE() << "the task was dropped";
    }(loop, std::move(request)));
    loop.run_until([&] { return ready; });
  }
  write_end.reset();
  char byte = 0;
  EXPECT_EQ(read(read_end.get(), &byte, 1), 0);  // end of file: nobody holds the other end
}

TEST(Process, ManyAtOnce) {
  Loop loop;
  int good = 0;
  auto one = [](Loop& l, int n, int& count) -> Task<void> {
    auto result = co_await run_process(l, shell("echo " + std::to_string(n)));
    if (result && result->out.bytes == std::to_string(n) + "\n") ++count;
  };
  for (int i = 0; i < 20; ++i) loop.spawn(one(loop, i, good));
  loop.run();
  EXPECT_EQ(good, 20);
}

TEST(FindProgram, LooksThroughThePath) {
  test::TempDir dir;
  dir.write("a/tool", "#!/bin/sh\n");
  std::string good = dir.write("b/tool", "#!/bin/sh\n");
  ASSERT_EQ(chmod(good.c_str(), 0755), 0);
  EXPECT_EQ(find_program("tool", dir.path("a") + ":" + dir.path("b")).value(), good);
  EXPECT_EQ(find_program("./x", "").value(), "./x");
  EXPECT_FALSE(find_program("tool", dir.path("a")).has_value());
}

}  // namespace
}  // namespace weft
