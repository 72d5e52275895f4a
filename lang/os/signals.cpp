#include "lang/os/signals.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <unistd.h>

#include "lang/base/check.h"

namespace weft {

namespace {

// Signals belong to the process, so what is known of them does too.
std::atomic<int> first_signal = 0;
std::atomic<bool> leaves = false;
struct sigaction before_interrupt, before_terminate;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

// Everything in here may be called at any moment.
extern "C" void on_stop_signal(int signo) {
  const int error = errno;
  int none = 0;
  first_signal.compare_exchange_strong(none, signo);
  if (leaves.load()) ::_exit(128 + signo);
  const struct sigaction& before = signo == SIGINT ? before_interrupt : before_terminate;
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN && before.sa_handler != on_stop_signal) before.sa_handler(signo);
  errno = error;
}

void watch(int signo, struct sigaction& before) {
  struct sigaction now = {};
  CHECK(sigaction(signo, nullptr, &now) == 0);
  if (now.sa_handler == SIG_IGN) return;  // as with nohup: whoever started us wants it so
  if (now.sa_handler != on_stop_signal) before = now;
  struct sigaction ours = {};
  ours.sa_handler = on_stop_signal;
  sigfillset(&ours.sa_mask);
  ours.sa_flags = SA_RESTART;
  CHECK(sigaction(signo, &ours, nullptr) == 0);
}

}  // namespace

void watch_stop_signals(OnStop what) {
  leaves.store(what == OnStop::kLeave);
  watch(SIGINT, before_interrupt);
  watch(SIGTERM, before_terminate);
}

auto stop_signal() -> int { return first_signal.load(); }

}  // namespace weft
