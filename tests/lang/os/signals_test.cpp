// SIGINT and SIGTERM, each in a process of its own.
#include "lang/os/signals.h"

#include <gtest/gtest.h>

#include <csignal>

#include <unistd.h>

namespace weft {
namespace {

volatile std::sig_atomic_t heard = 0;

TEST(Signals, AreNotedAndPassedOn) {
  auto run = [] {
    std::signal(SIGINT, [](int signo) { heard = signo; });
    watch_stop_signals(OnStop::kNote);
    watch_stop_signals(OnStop::kNote);  // twice is as once
    if (stop_signal() != 0) ::_exit(1);
    ::raise(SIGINT);
    if (heard != SIGINT || stop_signal() != SIGINT) ::_exit(2);
    ::raise(SIGTERM);  // which nobody listened to before
    ::_exit(stop_signal() == SIGINT ? 0 : 3);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(0), "");
}

TEST(Signals, EndAProgramThatHasNothingAtStake) {
  for (int signo : {SIGINT, SIGTERM}) {
    auto run = [signo] {
      watch_stop_signals(OnStop::kLeave);
      ::raise(signo);
      ::_exit(0);
    };
    EXPECT_EXIT(run(), testing::ExitedWithCode(128 + signo), "");
  }
}

TEST(Signals, WhatIsIgnoredStaysIgnored) {
  auto run = [] {
    std::signal(SIGINT, SIG_IGN);
    watch_stop_signals(OnStop::kLeave);
    ::raise(SIGINT);
    ::_exit(stop_signal() == 0 ? 0 : 1);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace weft
